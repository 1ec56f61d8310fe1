package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"turncoat/engine"
)

// Draws is how many bootstrap samples an interval rests on.
const Draws = 2000

// largeN is where the bootstrap gives way to the normal interval of the ratio estimator, which it agrees with there.
const largeN = 2000

// SmallN is the number of games below which an interval carries a warning.
const SmallN = 50

var standard = distuv.Normal{Mu: 0, Sigma: 1}

// Wilson is the Wilson score interval of a share k/n at level 1 − alpha (Wilson 1927, doi:10.1080/01621459.1927.10502953).
// Without cases there is none: NaN.
func Wilson(k, n, alpha float64) (lo, hi float64) {
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	z := standard.Quantile(1 - alpha/2)
	p := k / n
	mid := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, (mid-half)/(1+z*z/n)), min(1, (mid+half)/(1+z*z/n))
}

// resampler holds the bootstrap's draws over n units: how often each draw has each unit. All metrics share them, so that the
// draws cost once.
type resampler struct {
	n      int
	counts [][]uint16
}

func newResampler(n int) *resampler {
	r := &resampler{n: n}
	if n < 2 || n > largeN {
		return r
	}
	r.counts = make([][]uint16, Draws)
	for d := range r.counts {
		src := engine.Dice(0, "bootstrap", d, n, engine.NoSeat)
		c := make([]uint16, n)
		for range n {
			c[engine.Below(n, src)]++
		}
		r.counts[d] = c
	}
	return r
}

// interval is the 95 % interval of a ratio of sums over units: bias-corrected and accelerated bootstrap over units (Efron
// 1987, doi:10.1080/01621459.1987.10478410), and for more than 2,000 units the normal interval of the ratio estimator
// (linearised; Cochran, Sampling Techniques, 6.4). NaN where there are fewer than two units with cases, or no variation.
func (r *resampler) interval(num, den []float32) (lo, hi float64) {
	var sn, sd float64
	cases := 0
	for i := range num {
		sn, sd = sn+float64(num[i]), sd+float64(den[i])
		if den[i] != 0 {
			cases++
		}
	}
	if cases < 2 || sd == 0 {
		return math.NaN(), math.NaN()
	}
	theta := sn / sd
	if r.counts == nil {
		return linearised(num, den, theta, sd)
	}
	return r.bca(num, den, sn, sd, theta)
}

func linearised(num, den []float32, theta, sd float64) (lo, hi float64) {
	n := float64(len(num))
	var ss float64
	for i := range num {
		e := float64(num[i]) - theta*float64(den[i])
		ss += e * e
	}
	half := standard.Quantile(0.975) * math.Sqrt(ss*n/(n-1)) / sd
	return theta - half, theta + half
}

func (r *resampler) bca(num, den []float32, sn, sd, theta float64) (lo, hi float64) {
	draws := make([]float64, 0, Draws)
	below, equal := 0.0, 0.0
	for _, c := range r.counts {
		var a, b float64
		for i, k := range c {
			a += float64(k) * float64(num[i])
			b += float64(k) * float64(den[i])
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
		q := standard.CDF(z0 + z/(1-a*z))
		k := int(q * float64(len(draws)))
		return draws[min(max(k, 0), len(draws)-1)]
	}
	return at(0.025), at(0.975)
}

// acceleration is the jackknife's skewness over six.
func acceleration(num, den []float32, sn, sd float64) float64 {
	values := make([]float64, 0, len(num))
	mean := 0.0
	for i := range num {
		if b := sd - float64(den[i]); b != 0 {
			v := (sn - float64(num[i])) / b
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

// KaplanMeier is the median survival time and the restricted mean up to the last time, of possibly censored times (Kaplan and
// Meier 1958, doi:10.1080/01621459.1958.10501452). The median is NaN where fewer than half come to the event.
func KaplanMeier(times []Time) (median, mean float64) {
	sorted := slices.Clone(times)
	slices.SortStableFunc(sorted, func(a, b Time) int {
		switch {
		case a.Rounds < b.Rounds:
			return -1
		case a.Rounds > b.Rounds:
			return 1
		}
		return 0
	})
	median = math.NaN()
	if len(sorted) == 0 {
		return median, math.NaN()
	}
	alive, last := 1.0, 0.0
	for i := 0; i < len(sorted); {
		t := sorted[i].Rounds
		mean += alive * (t - last)
		last = t
		atRisk, events := len(sorted)-i, 0
		for ; i < len(sorted) && sorted[i].Rounds == t; i++ {
			if !sorted[i].Censored {
				events++
			}
		}
		alive *= 1 - float64(events)/float64(atRisk)
		if alive <= 0.5+1e-12 && math.IsNaN(median) {
			median = t
		}
	}
	return median, mean
}
