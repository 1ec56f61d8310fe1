package stats

import "math"

// Sample is a ratio's sums and cases by unit, in memory that does not grow with the units. It keeps every unit up to largeN of them; past
// that those with a case; and past largeN of those the sums alone, which is all that the interval of so many needs. The empty one is
// ready for use.
type Sample struct {
	kept     units
	everyone bool
	n, cases int // units, and those with a case
	sums     weighted
	first    float64 // the ratio of the first unit with a case
	varied   bool    // another departs from it
	open     bool    // a unit may still get more, and is in none of the above
	num, den float64 // of that unit
}

// KeepAll makes a sample that has no unit yet keep every one, whatever it costs: a comparison pairs and shuffles them.
func (s *Sample) KeepAll() { s.everyone = true }

// Add begins a unit: its sum, and over how many cases.
func (s *Sample) Add(num, den float64) {
	s.close()
	s.num, s.den, s.open = num, den, true
}

// More adds to the unit that was begun last, as the games of a season do.
func (s *Sample) More(num, den float64) {
	s.num += num
	s.den += den
}

// Units is how many units there are, Cases how many of them have a case.
func (s *Sample) Units() int { return s.closed().n }

// Cases is how many units have a case.
func (s *Sample) Cases() int { return s.closed().cases }

// Sums are those of all units: the sum, and over how many cases.
func (s *Sample) Sums() (num, den float64) {
	one := s.closed()
	return one.sums.n, one.sums.d
}

// Spread is the linearised standard deviation a unit: √n times the standard error of the ratio; NaN where fewer than two units have a
// case.
func (s *Sample) Spread() float64 {
	one := s.closed()
	if one.cases < 2 || one.sums.d == 0 {
		return math.NaN()
	}
	return one.spread()
}

func (s *Sample) close() {
	if !s.open {
		return
	}
	s.open = false
	s.n++
	s.sums.add(1, s.num, s.den)
	if s.den != 0 {
		if s.cases++; s.cases == 1 {
			s.first = s.num / s.den
		}
		s.varied = s.varied || departs(s.num, s.den, s.first)
	}
	s.keep()
}

func (s *Sample) keep() {
	switch {
	case s.everyone || s.n <= largeN:
		s.kept.num, s.kept.den = append(s.kept.num, s.num), append(s.kept.den, s.den)
	case s.cases > largeN:
		s.kept = units{}
	default:
		if s.n == largeN+1 {
			s.kept = s.kept.withCases()
		}
		if s.den != 0 {
			s.kept.num, s.kept.den = append(s.kept.num, s.num), append(s.kept.den, s.den)
		}
	}
}

// closed is the sample with its last unit in it; the sample itself goes on.
func (s Sample) closed() *Sample {
	s.close()
	return &s
}

func (s *Sample) spread() float64 {
	n := float64(s.n)
	return math.Sqrt(s.sums.residual(s.sums.n/s.sums.d)/(n-1)) * n / s.sums.d
}

// departs reports whether a unit departs from a ratio by more than rounding.
func departs(num, den, ratio float64) bool {
	at := ratio * den
	return math.Abs(num-at) > 1e-9*max(math.Abs(at), math.Abs(num))
}

// withCases are the units that have a case.
func (u units) withCases() units {
	var out units
	for i := range u.num {
		if u.den[i] != 0 {
			out.num, out.den = append(out.num, u.num[i]), append(out.den, u.den[i])
		}
	}
	return out
}
