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

// FewestCases is how often a rare thing has to have happened.
const FewestCases = 5

// FewestUnits is the number of units with cases below which there is no interval: resampling two, three or four of them says nothing.
const FewestUnits = 5

var standard = distuv.Normal{Mu: 0, Sigma: 1}

// Range is where the values of a figure lie; an end may be infinite.
type Range struct{ Lo, Hi float64 }

// Anywhere is the range of what has no bounds.
var Anywhere = Range{math.Inf(-1), math.Inf(1)}

// Interval is a 95 % interval. Without one Lo and Hi are NaN, and Why is the reason.
type Interval struct {
	Lo, Hi float64
	Why    Reason
}

// Reason is why there is no interval, in few words.
type Reason string

const (
	FewCases    Reason = "few cases"    // fewer than FewestUnits units with a case
	NoVariation Reason = "no variation" // all units have the same value
	FewDiffer   Reason = "few differ"   // too few units depart from the rest to say how far the truth may
	Rare        Reason = "rare"         // too few cases in which it happened at all, or did not
)

// none is no interval, and why.
func none(why Reason) Interval { return Interval{math.NaN(), math.NaN(), why} }

// Unless is the interval, or none where its figure rests on something that hardly ever happened, or hardly ever did not: it did in so many
// of the cases. Such a figure varies with what is beside it and says nothing of how often the rare thing is.
func (i Interval) Unless(happened, cases float64) Interval {
	if min(happened, cases-happened) < FewestCases {
		return none(Rare)
	}
	return i
}

// within leaves out of the interval what can't be.
func (i Interval) within(r Range) Interval {
	i.Lo, i.Hi = max(i.Lo, r.Lo), min(i.Hi, r.Hi)
	return i
}

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
	lo, hi = max(0, (mid-half)/(1+z*z/n)), min(1, (mid+half)/(1+z*z/n))
	if k == 0 {
		lo = 0 // and not what rounding leaves of it
	}
	if k == n {
		hi = 1
	}
	return lo, hi
}

// WilsonOf is the 95 % Wilson interval of a share of units, which all are cases.
func WilsonOf(k, n float64) Interval {
	if n == 0 {
		return none(FewCases)
	}
	lo, hi := Wilson(k, n, level)
	return Interval{Lo: lo, Hi: hi}
}

// None is for a figure that has no interval of its own.
var None = Interval{math.NaN(), math.NaN(), ""}

// Quantile of sorted values, by the nearest rank.
func Quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}
