package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// GamesForInterval is the smallest number of games at which the Wilson interval of a share p is at most halfWidth wide to each side
// on average, at level 1 − alpha. 0 where no number is enough.
func GamesForInterval(p, halfWidth, alpha float64) int {
	half := func(n int) float64 {
		lo, hi := Wilson(p*float64(n), float64(n), alpha)
		return (hi - lo) / 2
	}
	return smallest(func(n int) bool { return half(n) <= halfWidth })
}

// mostGames bounds a plan.
const mostGames = 1 << 30

// smallest is the smallest positive number for which a condition holds that goes on holding.
func smallest(holds func(int) bool) int {
	if !holds(mostGames) {
		return 0
	}
	lo, hi := 0, mostGames
	for hi-lo > 1 {
		if mid := lo + (hi-lo)/2; holds(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// GamesForDifference is the number of games in each of two arms at which a two-sided test at level alpha finds the difference of
// the shares p1 and p2 with the power (normal approximation without continuity correction; Fleiss, Statistical Methods for Rates
// and Proportions, 1981, 3.14). 0 where there is no difference.
func GamesForDifference(p1, p2, alpha, power float64) int {
	if p1 == p2 {
		return 0
	}
	mean := (p1 + p2) / 2
	a := standard.Quantile(1-alpha/2) * math.Sqrt(2*mean*(1-mean))
	b := standard.Quantile(power) * math.Sqrt(p1*(1-p1)+p2*(1-p2))
	return int(math.Ceil(math.Pow((a+b)/(p1-p2), 2)))
}

// GamesForRatio is the number of games at which the 95 % interval (at level 1 − alpha) of a metric is halfWidth wide to each side,
// if its linearised standard deviation a game is sd (Spread).
func GamesForRatio(sd, halfWidth, alpha float64) int {
	return max(2, int(math.Ceil(math.Pow(standard.Quantile(1-alpha/2)*sd/halfWidth, 2))))
}

// GamesForShift is the number of games in each of two arms at which a difference of a metric is found with the power, two-sided at
// level alpha, if its linearised standard deviation a game is sd in both.
func GamesForShift(sd, difference, alpha, power float64) int {
	z := standard.Quantile(1-alpha/2) + standard.Quantile(power)
	return max(2, int(math.Ceil(2*math.Pow(z*sd/difference, 2))))
}

// GamesForPairedShift is the number of pairs at which a difference of a metric is found with the power, two-sided at level alpha, if the
// standard deviation of a pair's difference is sd (PairedSpread).
func GamesForPairedShift(sd, difference, alpha, power float64) int {
	z := standard.Quantile(1-alpha/2) + standard.Quantile(power)
	return max(2, int(math.Ceil(math.Pow(z*sd/difference, 2))))
}

// PairedSpread is how much the difference of two samples' ratios varies by pair: its linearised standard deviation, and the correlation of
// what it is made of. The samples keep all their units (KeepAll). NaN without pairs, or where nothing varies.
func PairedSpread(a, b *Sample, pairs []Pair) (sd, correlation float64) {
	x, y := a.closed().kept, b.closed().kept
	x, y = x.at(pairs, func(p Pair) int { return p.A }), y.at(pairs, func(p Pair) int { return p.B })
	p, _ := x.sum()
	q, _ := y.sum()
	if len(pairs) < 2 || p.den == 0 || q.den == 0 {
		return math.NaN(), math.NaN()
	}
	u, v := x.influence(p, 0), y.influence(q, 0)
	d := make([]float64, len(u))
	for i := range d {
		d[i] = v[i] - u[i]
	}
	return stat.StdDev(d, nil), stat.Correlation(u, v, nil)
}

// DetectableToward is the smallest difference from a share p in one direction, 1 up or −1 down, that n games in each arm find with the
// power; NaN where none is large enough.
func DetectableToward(n int, p, sign, alpha, power float64) float64 {
	lo, hi := 0.0, p
	if sign > 0 {
		hi = 1 - p
	}
	finds := func(d float64) bool {
		need := GamesForDifference(p, p+sign*d, alpha, power)
		return need > 0 && need <= n
	}
	if hi <= 0 || !finds(hi) {
		return math.NaN()
	}
	for range 60 {
		if mid := (lo + hi) / 2; finds(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}
