package stats

import (
	"cmp"
	"math"
	"slices"
)

// Pair are the places of a unit of one sample and of the unit of another that it is paired with.
type Pair struct{ A, B int }

// Difference is a ratio in two samples: B − A with its 95 % interval. What is undefined is NaN, with 0 units.
type Difference struct {
	A, B, Diff, Lo, Hi float64
	NA, NB             int     // units with cases
	P                  float64 // two-sided, by permutation
	Paired             bool
}

// exactFlips is the number of pairs up to which all sign flips are gone through.
const exactFlips = 12

// Compare gives the difference of two samples that keep all their units (KeepAll). With pairs, those units alone count and are
// resampled and permuted together: the bootstrap draws pairs, the permutation swaps the samples of a pair (sign flips, all of them up to
// 12 pairs, else 2,000). Without, the samples are resampled apart, and the permutation shuffles which unit belongs to which. Intervals
// are bootstrap-t (Hall 1988, doi:10.1214/aos/1176350933), of the difference of two ratios with its linearised error as the scale, and
// the plain percentile where too many draws have no spread; above 2,000 units normal, by the linearised error.
func Compare(a, b *Sample, pairs []Pair, dice Dice) Difference {
	x, y := a.closed().kept, b.closed().kept
	if pairs != nil {
		x, y = x.at(pairs, func(p Pair) int { return p.A }), y.at(pairs, func(p Pair) int { return p.B })
	}
	return contrast{x, y, pairs != nil, dice}.difference()
}

// units are sums and cases by unit.
type units struct{ num, den []float32 }

func (u units) at(pairs []Pair, of func(Pair) int) units {
	out := units{make([]float32, len(pairs)), make([]float32, len(pairs))}
	for i, p := range pairs {
		out.num[i], out.den[i] = u.num[of(p)], u.den[of(p)]
	}
	return out
}

// sum is the sum over some units, and over how many cases.
type sum struct{ num, den float64 }

func (s sum) plus(num, den float32) sum { return sum{s.num + float64(num), s.den + float64(den)} }

// ratio is NaN without cases.
func (s sum) ratio() float64 {
	if s.den == 0 {
		return math.NaN()
	}
	return s.num / s.den
}

func (u units) sum() (all sum, cases int) {
	for i := range u.num {
		all = all.plus(u.num[i], u.den[i])
		if u.den[i] != 0 {
			cases++
		}
	}
	return all, cases
}

// contrast is the difference of two arms' ratios, and how it varies.
type contrast struct {
	x, y   units
	paired bool
	dice   Dice
}

func (c contrast) difference() Difference {
	d := Difference{Lo: math.NaN(), Hi: math.NaN(), P: math.NaN(), Paired: c.paired}
	var a, b sum
	a, d.NA = c.x.sum()
	b, d.NB = c.y.sum()
	d.A, d.B = a.ratio(), b.ratio()
	if d.Diff = d.B - d.A; math.IsNaN(d.Diff) || min(d.NA, d.NB) < 2 {
		return d
	}
	d.P = c.permuted(math.Abs(d.Diff))
	if min(d.NA, d.NB) >= FewestUnits {
		d.Lo, d.Hi = c.interval(d.Diff)
	}
	return d
}

// ratioUnder is the ratio of an arm whose units count so often, and how many they are.
func ratioUnder(u units, w func(int) float64) (ratio, n float64, ok bool) {
	var num, den float64
	for i := range u.num {
		k := w(i)
		num, den, n = num+k*float64(u.num[i]), den+k*float64(u.den[i]), n+k
	}
	return num / den, n, den != 0
}

// draw is the difference and its error when units count so often; paired arms count alike.
func (c contrast) draw(wx, wy func(int) float64) (diff, se float64, ok bool) {
	rx, n, okx := ratioUnder(c.x, wx)
	ry, m, oky := ratioUnder(c.y, wy)
	if !okx || !oky {
		return 0, 0, false
	}
	var dx, dy float64
	for i := range c.x.den {
		dx += wx(i) * float64(c.x.den[i])
	}
	for i := range c.y.den {
		dy += wy(i) * float64(c.y.den[i])
	}
	ex := func(i int) float64 { return (float64(c.x.num[i]) - rx*float64(c.x.den[i])) * n / dx }
	ey := func(i int) float64 { return (float64(c.y.num[i]) - ry*float64(c.y.den[i])) * m / dy }
	var sx, sy float64
	if c.paired {
		for i := range c.x.num {
			d := ey(i) - ex(i)
			sx += wx(i) * d * d
		}
		return ry - rx, math.Sqrt(sx / (n * (n - 1))), true
	}
	for i := range c.x.num {
		sx += wx(i) * ex(i) * ex(i)
	}
	for i := range c.y.num {
		sy += wy(i) * ey(i) * ey(i)
	}
	return ry - rx, math.Sqrt(sx/(n*(n-1)) + sy/(m*(m-1))), true
}

func (c contrast) interval(diff float64) (lo, hi float64) {
	once := func(int) float64 { return 1 }
	_, scale, _ := c.draw(once, once)
	if scale < 1e-9*max(1, math.Abs(diff)) {
		return math.NaN(), math.NaN() // no variation is no interval
	}
	if max(len(c.x.num), len(c.y.num)) > largeN {
		z := standard.Quantile(0.975)
		return diff - z*scale, diff + z*scale
	}
	var ts, diffs []float64
	rx, ry := NewResampler(len(c.x.num), c.dice), NewResampler(len(c.y.num), c.dice)
	for d := range Draws {
		wx := func(i int) float64 { return float64(rx.counts[d][i]) }
		wy := wx
		if !c.paired { // another draw: with as many units the resamplers are one and the same
			wy = func(i int) float64 { return float64(ry.counts[(d+Draws/2)%Draws][i]) }
		}
		v, se, ok := c.draw(wx, wy)
		if !ok {
			continue
		}
		diffs = append(diffs, v)
		if se > 1e-9 {
			ts = append(ts, (v-diff)/se)
		}
	}
	if len(ts) > Draws*98/100 {
		slices.Sort(ts)
		return diff - Quantile(ts, 0.975)*scale, diff - Quantile(ts, 0.025)*scale
	}
	slices.Sort(diffs)
	return Quantile(diffs, 0.025), Quantile(diffs, 0.975)
}

// permuted is the two-sided p of the difference: how often arms that were dealt anew differ by as much.
func (c contrast) permuted(observed float64) float64 {
	far := func(diff float64, ok bool) bool { return ok && math.Abs(diff) >= observed-1e-12 }
	if c.paired && len(c.x.num) <= exactFlips {
		hits, all := 0, 1<<len(c.x.num)
		for mask := range all {
			if far(c.flipped(func(i int) bool { return mask>>i&1 == 1 })) {
				hits++
			}
		}
		return float64(hits) / float64(all)
	}
	hits := 1
	for d := range Draws {
		src := c.dice("permute", d, len(c.x.num))
		if c.paired {
			var bits uint64
			flip := func(i int) bool {
				if i%64 == 0 {
					bits = src.Uint64()
				}
				return bits>>(i%64)&1 == 1
			}
			if far(c.flipped(flip)) {
				hits++
			}
		} else if far(c.shuffled(src)) {
			hits++
		}
	}
	return float64(hits) / float64(Draws+1)
}

// flipped is the difference when the arms of some pairs are swapped; the units are asked for in order.
func (c contrast) flipped(flip func(int) bool) (float64, bool) {
	var a, b sum
	for i := range c.x.num {
		if flip(i) {
			a, b = a.plus(c.y.num[i], c.y.den[i]), b.plus(c.x.num[i], c.x.den[i])
		} else {
			a, b = a.plus(c.x.num[i], c.x.den[i]), b.plus(c.y.num[i], c.y.den[i])
		}
	}
	return b.num/b.den - a.num/a.den, a.den != 0 && b.den != 0
}

// shuffled is the difference when all units are dealt to the arms anew.
func (c contrast) shuffled(src Source) (float64, bool) {
	n := len(c.x.num)
	order := make([]int, n+len(c.y.num))
	for i := range order {
		order[i] = i
	}
	for i := len(order) - 1; i > 0; i-- { // Fisher–Yates
		j := src.Below(i + 1)
		order[i], order[j] = order[j], order[i]
	}
	var a, b sum
	for place, i := range order {
		to := &b
		if place < n {
			to = &a
		}
		if i < n {
			*to = to.plus(c.x.num[i], c.x.den[i])
		} else {
			*to = to.plus(c.y.num[i-n], c.y.den[i-n])
		}
	}
	return b.num/b.den - a.num/a.den, a.den != 0 && b.den != 0
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
