package metrics

import "math"

// sample is a metric's cases by unit, in memory that does not grow with the units. It keeps every unit up to largeN of them; past that
// those with a case; and past largeN of those the sums alone, which is all that the interval of so many needs.
type sample struct {
	kept     units
	everyone bool // keep every unit, whatever it costs: a comparison pairs and shuffles them
	n, cases int  // units, and those with a case
	sums     weighted
	first    float64 // the ratio of the first unit with a case
	varied   bool    // another departs from it
	open     bool    // a unit may still get more, and is in none of the above
	num, den float32 // of that unit
}

// add begins a unit.
func (s *sample) add(r Ratio) {
	s.close()
	s.num, s.den, s.open = float32(r.Num), float32(r.Den), true
}

// more adds to the unit that was begun last, as the games of a season do.
func (s *sample) more(r Ratio) {
	s.num += float32(r.Num)
	s.den += float32(r.Den)
}

func (s *sample) close() {
	if !s.open {
		return
	}
	s.open = false
	s.n++
	s.sums.add(1, float64(s.num), float64(s.den))
	if s.den != 0 {
		if s.cases++; s.cases == 1 {
			s.first = float64(s.num) / float64(s.den)
		}
		s.varied = s.varied || departs(s.num, s.den, s.first)
	}
	s.keep()
}

func (s *sample) keep() {
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
func (s sample) closed() *sample {
	s.close()
	return &s
}

// ratio is that of all units.
func (s *sample) ratio() Ratio { return Ratio{s.sums.n, s.sums.d} }

// spread is the linearised standard deviation a unit: √n times the standard error of the ratio.
func (s *sample) spread() float64 {
	n := float64(s.n)
	return math.Sqrt(s.sums.residual(s.sums.n/s.sums.d)/(n-1)) * n / s.sums.d
}

// departs reports whether a unit departs from a ratio by more than float32 rounds.
func departs(num, den float32, ratio float64) bool {
	at := ratio * float64(den)
	return math.Abs(float64(num)-at) > 1e-6*max(math.Abs(at), math.Abs(float64(num)))
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
