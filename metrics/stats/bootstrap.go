package stats

import (
	"math"
	"slices"
)

// Resampler holds the bootstrap's draws over n units: how often each draw has each unit. The samples of the same units share them, so
// that the draws cost once.
type Resampler struct {
	n      int
	dice   Dice
	counts [][]uint16
	few    *Resampler // over the units with cases of the sample asked for last, where there are too many units to draw from all
}

// NewResampler draws units with replacement, Draws times.
func NewResampler(n int, dice Dice) *Resampler {
	r := &Resampler{n: n, dice: dice}
	if n < 2 || n > largeN {
		return r
	}
	r.counts = make([][]uint16, Draws)
	for d := range r.counts {
		src := dice("bootstrap", d, n)
		c := make([]uint16, n)
		for range n {
			c[src.Below(n)]++
		}
		r.counts[d] = c
	}
	return r
}

// Interval is the 95 % interval of a ratio of sums over units whose values lie within a range; no interval leaves it. By the number of
// units with cases:
//   - where every unit has the same cases and they take two values only, as wins do, Wilson's of the share that has the greater one;
//   - to 200, bootstrap-t (Hall 1988, doi:10.1214/aos/1176350933), since BCa covers 0.87 to 0.92 of ten games and is short at 50 too;
//   - to 2,000, the bias-corrected and accelerated bootstrap (Efron 1987, doi:10.1080/01621459.1987.10478410);
//   - above, the normal interval of the ratio estimator (linearised; Cochran, Sampling Techniques, 6.4), which it agrees with there.
//
// There is none, and Why says so, with fewer than FewestUnits units with cases, without variation, and where so many draws have no
// spread that an end of the bootstrap-t would be infinite.
func (r *Resampler) Interval(of *Sample, within Range) Interval {
	s := of.closed()
	switch {
	case s.cases < FewestUnits || s.sums.d == 0:
		return none(FewCases)
	case !s.varied:
		return none(NoVariation)
	}
	u, theta := s.kept, s.sums.n/s.sums.d
	switch {
	case s.cases > largeN:
		half := standard.Quantile(0.975) * s.spread() / math.Sqrt(float64(s.n))
		return Interval{Lo: theta - half, Hi: theta + half}.within(within)
	case r.counts == nil: // many units, few of them with cases: draw from those
		if r.few == nil || r.few.n != s.cases {
			r.few = NewResampler(s.cases, r.dice)
		}
		r, u = r.few, u.withCases()
	}
	if i, ok := u.twoValued(); ok {
		return i.within(within)
	}
	if s.cases > studentisedN {
		lo, hi := r.bca(u.num, u.den, s.sums.n, s.sums.d, theta)
		return Interval{Lo: lo, Hi: hi}.within(within)
	}
	lo, hi := r.studentised(u.num, u.den, theta, s.sums.d)
	if math.IsNaN(lo) || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		return none(FewDiffer)
	}
	return Interval{Lo: lo, Hi: hi}.within(within)
}

// twoValued is Wilson's interval, between two values, of units that have one case each or all as many, and take no third value.
func (u units) twoValued() (Interval, bool) {
	var den, low, high, highs, n float64
	for i, d := range u.den {
		v := u.num[i]
		switch {
		case d == 0:
			continue
		case n == 0:
			den, low, high = d, v, v
		case d != den:
			return Interval{}, false
		}
		n++
		switch {
		case v == high:
			highs++
		case v == low:
		case low == high && v > high:
			high, highs = v, 1
		case low == high:
			low = v
		default:
			return Interval{}, false
		}
	}
	lo, hi := Wilson(highs, n, 0.05)
	return Interval{Lo: (low + lo*(high-low)) / den, Hi: (low + hi*(high-low)) / den}, true
}

// studentised is the bootstrap-t interval, with the linearised error as the scale of every draw; an end is infinite where the draws
// without a spread reach into its tail.
func (r *Resampler) studentised(num, den []float64, theta, sd float64) (lo, hi float64) {
	n := float64(len(num))
	var all weighted
	for i := range num {
		all.add(1, num[i], den[i])
	}
	scale := math.Sqrt(all.residual(theta)*n/(n-1)) / sd
	ts := make([]float64, 0, Draws)
	for _, c := range r.counts {
		var m weighted
		for i, k := range c {
			if k > 0 {
				m.add(float64(k), num[i], den[i])
			}
		}
		if m.d == 0 {
			continue
		}
		v := m.n / m.d
		se := math.Sqrt(m.residual(v)*n/(n-1)) / m.d
		if se < 1e-6*scale {
			se = 0 // t is ±Inf, or 0 at theta itself
		}
		t := (v - theta) / se
		if math.IsNaN(t) {
			t = 0
		}
		ts = append(ts, t)
	}
	if len(ts) == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(ts)
	at := func(p float64) float64 { return ts[min(int(p*float64(len(ts))), len(ts)-1)] }
	return theta - at(0.975)*scale, theta - at(0.025)*scale
}

// weighted are the weighted sums that a ratio and its linearised error need.
type weighted struct{ n, d, nn, nd, dd float64 }

func (m *weighted) add(k, n, d float64) {
	m.n, m.d = m.n+k*n, m.d+k*d
	m.nn, m.nd, m.dd = m.nn+k*n*n, m.nd+k*n*d, m.dd+k*d*d
}

// residual is Σ (num − v den)².
func (m *weighted) residual(v float64) float64 { return max(0, m.nn-2*v*m.nd+v*v*m.dd) }

func (r *Resampler) bca(num, den []float64, sn, sd, theta float64) (lo, hi float64) {
	draws := make([]float64, 0, Draws)
	below, equal := 0.0, 0.0
	for _, c := range r.counts {
		var a, b float64
		for i, k := range c {
			a += float64(k) * num[i]
			b += float64(k) * den[i]
		}
		if b == 0 {
			continue
		}
		v := a / b
		draws = append(draws, v)
		switch {
		case v < theta:
			below++
		case v == theta:
			equal++
		}
	}
	slices.Sort(draws)
	if len(draws) == 0 || draws[0] == draws[len(draws)-1] {
		return math.NaN(), math.NaN()
	}
	share := (below + equal/2) / float64(len(draws))
	share = min(max(share, 0.5/float64(len(draws))), 1-0.5/float64(len(draws)))
	z0, a := standard.Quantile(share), acceleration(num, den, sn, sd)
	at := func(p float64) float64 {
		z := z0 + standard.Quantile(p)
		q := standard.CDF(z0 + z/max(1-a*z, 0.1)) // far skew would turn the tail over
		k := int(q * float64(len(draws)))
		return draws[min(max(k, 0), len(draws)-1)]
	}
	return at(0.025), at(0.975)
}

// acceleration is the jackknife's skewness over six.
func acceleration(num, den []float64, sn, sd float64) float64 {
	values := make([]float64, 0, len(num))
	mean := 0.0
	for i := range num {
		if b := sd - den[i]; b != 0 {
			v := (sn - num[i]) / b
			values = append(values, v)
			mean += v
		}
	}
	mean /= float64(len(values))
	var s2, s3 float64
	for _, v := range values {
		d := mean - v
		s2, s3 = s2+d*d, s3+d*d*d
	}
	if s2 == 0 {
		return 0
	}
	return s3 / (6 * math.Pow(s2, 1.5))
}
