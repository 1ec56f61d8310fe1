package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Draws is how many bootstrap samples an interval rests on.
const Draws = 2000

// largeN is where the bootstrap gives way to the normal interval of the ratio estimator, which it agrees with there.
const largeN = 2000

// studentisedN is the number of units with cases up to which the interval is bootstrap-t: of 1,000 batches of 50 games it covers 0.93 to
// 0.96, BCa 0.925 to 0.955 (docs/validation.md).
const studentisedN = 200

// SmallN is the number of units below which an interval carries a warning.
const SmallN = 50

// FewestUnits is the number of units with cases below which there is no interval: resampling two, three or four of them says nothing.
const FewestUnits = 5

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

// Quantile of sorted values, by the nearest rank.
func Quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}
