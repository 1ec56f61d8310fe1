package stats

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
)

// Pair are the places of a unit of one sample and of the unit of another that it is paired with.
type Pair struct{ A, B int }

// Difference is a ratio in two samples: B − A with its 95 % interval. What is undefined is NaN, with 0 units.
type Difference struct {
	A, B, Diff float64
	Interval
	NA, NB int     // units with cases
	P      float64 // two-sided; below 0.05 exactly where the interval leaves 0 out
	Paired bool

	// Test names the test: two differences of the same arms have the same one where one figure is the other in other words, as losses are
	// of wins. 0: there is none.
	Test uint64
}

// exactFlips is the number of pairs up to which all sign flips are gone through.
const exactFlips = 12

// level is what a p has to be below for the value to be left out of the interval.
const level = 0.05

// Compare gives the difference of two samples that keep all their units (KeepAll); with pairs, of those units alone. A unit stands for the
// ratio of its sample plus its influence on it (linearised), so that the difference is one of means; what is tested is studentised, so that
// it holds between arms that vary unlike (far; Janssen 1997, doi:10.1016/S0167-7152(97)00043-6; Chung and Romano 2013,
// doi:10.1214/13-AOS1090): with pairs the signs of their differences are flipped, in all ways up to 12 pairs and else in 2,000; without,
// the units are dealt to the arms anew 2,000 times, and what is just as far counts half (mid-p). The interval holds the differences that
// this same test does not reject at 5 %, so that p and interval never contradict each other. Above 2,000 units both are normal. Neither p
// nor interval is there below FewestUnits units with cases, nor for an arm of which so few units depart from the rest that no difference,
// however large, would be rejected.
func Compare(a, b *Sample, pairs []Pair, dice Dice) Difference {
	x, y := a.closed().kept, b.closed().kept
	if pairs != nil {
		x, y = x.at(pairs, func(p Pair) int { return p.A }), y.at(pairs, func(p Pair) int { return p.B })
	}
	d := Difference{Interval: none(FewCases), P: math.NaN(), Paired: pairs != nil}
	var p, q sum
	p, d.NA = x.sum()
	q, d.NB = y.sum()
	d.A, d.B = p.ratio(), q.ratio()
	if d.Diff = d.B - d.A; math.IsNaN(d.Diff) || min(d.NA, d.NB) < FewestUnits {
		return d
	}
	c := contrast{x: x.influence(p, d.A), y: y.influence(q, d.A), dice: dice}
	d.Test = c.name()
	test := c.byDealing
	if d.Paired {
		test = c.byFlips
	}
	d.P, d.Interval = test(d.Diff)
	return d
}

// units are sums and cases by unit.
type units struct{ num, den []float64 }

func (u units) at(pairs []Pair, of func(Pair) int) units {
	out := units{make([]float64, len(pairs)), make([]float64, len(pairs))}
	for i, p := range pairs {
		out.num[i], out.den[i] = u.num[of(p)], u.den[of(p)]
	}
	return out
}

// sum is the sum over some units, and over how many cases.
type sum struct{ num, den float64 }

// ratio is NaN without cases.
func (s sum) ratio() float64 {
	if s.den == 0 {
		return math.NaN()
	}
	return s.num / s.den
}

func (u units) sum() (all sum, cases int) {
	for i := range u.num {
		all.num, all.den = all.num+u.num[i], all.den+u.den[i]
		if u.den[i] != 0 {
			cases++
		}
	}
	return all, cases
}

// influence are values by unit whose mean is the ratio less an origin, and whose error of the mean is the linearised one of the ratio.
func (u units) influence(of sum, origin float64) []float64 {
	v, n := of.ratio(), float64(len(u.num))
	out := make([]float64, len(u.num))
	for i := range out {
		out[i] = v - origin + (u.num[i]-v*u.den[i])*n/of.den
	}
	return out
}

// contrast is two arms by their units' values.
type contrast struct {
	x, y []float64
	dice Dice
}

// name is the same for values that are the same up to scale, sign and origin.
func (c contrast) name() uint64 {
	all := append(slices.Clone(c.x), c.y...)
	m := momentsOf(all)
	scale := math.Sqrt(max(0, m.square/m.n-m.mean()*m.mean()))
	if scale < 1e-12 {
		return 0 // nothing is tested
	}
	h := fnv.New64a()
	sign := 0.0
	for _, v := range all {
		z := math.Round((v - m.mean()) / scale * 1e6)
		if sign == 0 && z != 0 {
			sign = math.Copysign(1, z)
		}
		k := int64(z * sign)
		h.Write([]byte{byte(k), byte(k >> 8), byte(k >> 16), byte(k >> 24), byte(k >> 32)})
	}
	return max(1, h.Sum64())
}

// moments are a number of values, their sum, and that of their squares.
type moments struct{ n, total, square float64 }

func momentsOf(values []float64) moments {
	m := moments{n: float64(len(values))}
	for _, v := range values {
		m.total, m.square = m.total+v, m.square+v*v
	}
	return m
}

func (m moments) mean() float64 { return m.total / m.n }

// ofMean is the squared error of the mean.
func (m moments) ofMean() float64 {
	return max(0, m.square-m.total*m.total/m.n) / (m.n * (m.n - 1))
}

// tested makes p and interval of a test: p is its p for a difference, rejects the same as a question, scale a step to begin with.
func tested(diff, scale float64, p func(delta float64) float64) (float64, Interval) {
	at0 := p(0)
	rejects := func(delta float64) bool { return p(delta) < level }
	lo, ok1 := edge(diff, -scale, rejects)
	hi, ok2 := edge(diff, scale, rejects)
	if !ok1 || !ok2 {
		return at0, none(FewDiffer)
	}
	// The p of a difference does not fall evenly as the difference moves away: 0 is held to what p says of it.
	switch {
	case at0 >= level:
		lo, hi = min(lo, 0), max(hi, 0)
	case diff > 0 && lo <= 0:
		lo, _ = between(diff, 0, rejects)
	case diff < 0 && hi >= 0:
		hi, _ = between(diff, 0, rejects)
	}
	return at0, Interval{Lo: lo, Hi: hi}
}

// edge is where the differences begin that are rejected, from one that is not on in steps that double; false if none is.
func edge(from, step float64, rejects func(float64) bool) (float64, bool) {
	for range 30 {
		if rejects(from + step) {
			return between(from, from+step, rejects)
		}
		step *= 2
	}
	return math.NaN(), false
}

// between halves the way from a difference that is not rejected to one that is.
func between(in, out float64, rejects func(float64) bool) (float64, bool) {
	for range 40 {
		mid := (in + out) / 2
		if rejects(mid) {
			out = mid
		} else {
			in = mid
		}
	}
	return in, true
}

// normalTest is the test of many units.
func normalTest(diff, se float64) (float64, Interval) {
	half := standard.Quantile(1-level/2) * se
	return 2 * standard.CDF(-math.Abs(diff)/se), Interval{Lo: diff - half, Hi: diff + half}
}

// asFar leaves room for rounding between sums of the same numbers in another order.
func asFar(t, observed float64) bool { return t >= observed*(1-1e-9) }

// flips are how the signs of pairs' differences came out: of a flip the sum of the differences, and of the signs.
type flips struct{ total, signs float64 }

// byFlips tests pairs. Since a flip leaves the squares as they are, comparing sums is comparing studentised ones.
func (c contrast) byFlips(diff float64) (float64, Interval) {
	d := make([]float64, len(c.x))
	for i := range d {
		d[i] = c.y[i] - c.x[i]
	}
	m := momentsOf(d)
	se := math.Sqrt(m.ofMean())
	switch {
	case studentised(diff, se) == 0 && se < 1e-12:
		return 1, none(NoVariation)
	case len(d) > largeN:
		return normalTest(diff, se)
	}
	drawn, exact := c.flipped(d)
	p := func(delta float64) float64 {
		observed, hits := math.Abs(m.total-delta*m.n), 0
		for _, f := range drawn {
			if asFar(math.Abs(f.total-delta*f.signs), observed) {
				hits++
			}
		}
		if !exact {
			return float64(hits+1) / float64(len(drawn)+1) // the signs that were are one more
		}
		return float64(hits) / float64(len(drawn))
	}
	if math.IsInf(studentised(diff, se), 1) {
		return p(0), none(NoVariation)
	}
	return tested(diff, se, p)
}

func (c contrast) flipped(d []float64) (out []flips, exact bool) {
	if len(d) <= exactFlips {
		for mask := range 1 << len(d) {
			out = append(out, flip(d, func(i int) bool { return mask>>i&1 == 1 }))
		}
		return out, true
	}
	for k := range Draws {
		src := c.dice("permute", k, len(d))
		var bits uint64
		out = append(out, flip(d, func(i int) bool {
			if i%64 == 0 {
				bits = src.Uint64()
			}
			return bits>>(i%64)&1 == 1
		}))
	}
	return out, false
}

// flip asks for the units in order.
func flip(d []float64, back func(int) bool) (f flips) {
	for i, v := range d {
		if back(i) {
			f.total, f.signs = f.total-v, f.signs-1
		} else {
			f.total, f.signs = f.total+v, f.signs+1
		}
	}
	return f
}

// dealt are the values that a deal gave to the first arm, and those among them that are of the second.
type dealt struct {
	moments
	from2, total2 float64
}

// byDealing tests arms without pairs.
func (c contrast) byDealing(diff float64) (float64, Interval) {
	mx, my := momentsOf(c.x), momentsOf(c.y)
	se := math.Sqrt(mx.ofMean() + my.ofMean())
	still := math.IsInf(studentised(diff, se), 1)
	switch {
	case studentised(diff, se) == 0 && se < 1e-12:
		return 1, none(NoVariation)
	case !still && max(len(c.x), len(c.y)) > largeN:
		return normalTest(diff, se)
	}
	drawn := c.deals()
	p := func(delta float64) float64 {
		observed := far(diff-delta, mx, my)
		all := moments{mx.n + my.n, mx.total + my.total - my.n*delta, mx.square + my.square - 2*delta*my.total + my.n*delta*delta}
		hits := 0.5 // the deal that was
		for _, d := range drawn {
			one := moments{d.n, d.total - d.from2*delta, d.square - 2*delta*d.total2 + d.from2*delta*delta}
			two := moments{all.n - one.n, all.total - one.total, all.square - one.square}
			switch z := far(two.mean()-one.mean(), one, two); {
			case z > observed*(1+1e-9):
				hits++
			case asFar(z, observed):
				hits += 0.5 // else yes or no, of which many deals come to the same, would be told apart too seldom
			}
		}
		return hits / float64(len(drawn)+1)
	}
	if still {
		return p(0), none(NoVariation)
	}
	return tested(diff, se, p)
}

// far is how far apart two means are: Welch's t, as the normal deviate that is as rare (Wallace 1959, doi:10.1214/aoms/1177706091), so that
// an arm of few units that vary is not compared as if it had as many as the other.
func far(diff float64, x, y moments) float64 {
	e, f := x.ofMean(), y.ofMean()
	t := studentised(diff, math.Sqrt(e+f))
	if t == 0 || math.IsInf(t, 1) {
		return t
	}
	df := (e + f) * (e + f) / (e*e/(x.n-1) + f*f/(y.n-1))
	return math.Sqrt(df*math.Log1p(t*t/df)) * (8*df + 1) / (8*df + 3)
}

// studentised is how many errors a difference is away from 0; an error that is rounding alone is none.
func studentised(diff, se float64) float64 {
	diff = math.Abs(diff)
	switch {
	case diff < 1e-12:
		return 0
	case se <= 1e-9*diff:
		return math.Inf(1)
	}
	return diff / se
}

// deals deals all units to the arms anew.
func (c contrast) deals() []dealt {
	n := len(c.x)
	order := make([]int, n+len(c.y))
	out := make([]dealt, Draws)
	for k := range out {
		for i := range order {
			order[i] = i
		}
		src, d := c.dice("permute", k, n), dealt{moments: moments{n: float64(n)}}
		for i := range n { // Fisher–Yates, as far as it is needed
			j := i + src.Below(len(order)-i)
			order[i], order[j] = order[j], order[i]
			v := 0.0
			if at := order[i]; at < n {
				v = c.x[at]
			} else {
				v = c.y[at-n]
				d.from2, d.total2 = d.from2+1, d.total2+v
			}
			d.total, d.square = d.total+v, d.square+v*v
		}
		out[k] = d
	}
	return out
}

// Holm corrects the p that are defined for how many they are (Holm 1979, Scandinavian Journal of Statistics 6:65–70); those that are NaN
// stay so.
func Holm(ps []float64) []float64 {
	out := slices.Clone(ps)
	var order []int
	for i, p := range ps {
		if !math.IsNaN(p) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, k int) int { return cmp.Compare(ps[i], ps[k]) })
	top := 0.0
	for place, i := range order {
		top = max(top, min(1, ps[i]*float64(len(order)-place)))
		out[i] = top
	}
	return out
}
