package metrics

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"turncoat/engine"

	"github.com/agnivade/levenshtein"
)

// Pair are the places of a unit of one summary and of the unit of another that shares its seed.
type Pair struct{ A, B int }

// Effect is a metric in two arms: B − A with its 95 % interval. What is undefined is NaN, with 0 units.
type Effect struct {
	Metric, Unit, Section string
	A, B, Diff, Lo, Hi    float64
	NA, NB                int     // units with cases
	P                     float64 // two-sided, by permutation
	Holm                  float64 // corrected over the effects of one Compare (Holm 1979)
	Paired                bool
	Chance                float64 // of A's rules; NaN until somebody fills it in
}

// exactFlips is the number of pairs up to which all sign flips are gone through.
const exactFlips = 12

// Compare gives the effect of every metric that both summaries have, which NewArm made. With pairs, those units alone count and are resampled and
// permuted together: the bootstrap draws pairs, the permutation swaps the arms of a pair (sign flips, all of them up to 12
// pairs, else 2,000). Without, the arms are resampled apart, and the permutation shuffles which unit belongs to which. Intervals
// are bootstrap-t (Hall 1988, doi:10.1214/aos/1176350933), of the difference of two ratios with its linearised error as the
// scale, and the plain percentile where too many draws have no spread; above 2,000 units normal, by the linearised error.
func Compare(a, b *Summary, pairs []Pair) []Effect {
	var out []Effect
	for i, m := range a.metrics {
		k := slices.IndexFunc(b.metrics, func(o Metric) bool { return o.Name == m.Name })
		if k < 0 {
			continue
		}
		x, y := a.samples[i].closed().kept, b.samples[k].closed().kept
		if pairs != nil {
			x, y = x.at(pairs, func(p Pair) int { return p.A }), y.at(pairs, func(p Pair) int { return p.B })
		}
		e := effectOf(x, y, pairs != nil)
		e.Metric, e.Unit, e.Section = m.Name, m.Unit, m.Section
		if m.Unit == shareOfGames { // no two shares differ by more
			e.Lo, e.Hi = max(-1, e.Lo), min(1, e.Hi)
		}
		out = append(out, e)
	}
	holm(out)
	return out
}

// units are a metric's cases in one arm, by unit.
type units struct{ num, den []float32 }

func (u units) at(pairs []Pair, of func(Pair) int) units {
	out := units{make([]float32, len(pairs)), make([]float32, len(pairs))}
	for i, p := range pairs {
		out.num[i], out.den[i] = u.num[of(p)], u.den[of(p)]
	}
	return out
}

func (u units) ratio() (r Ratio, cases int) {
	for i := range u.num {
		r.Num, r.Den = r.Num+float64(u.num[i]), r.Den+float64(u.den[i])
		if u.den[i] != 0 {
			cases++
		}
	}
	return r, cases
}

func effectOf(x, y units, paired bool) Effect {
	none := math.NaN()
	e := Effect{A: none, B: none, Diff: none, Lo: none, Hi: none, P: none, Holm: none, Chance: none, Paired: paired}
	var rx, ry Ratio
	rx, e.NA = x.ratio()
	ry, e.NB = y.ratio()
	if v, ok := rx.Value(); ok {
		e.A = v
	}
	if v, ok := ry.Value(); ok {
		e.B = v
	}
	if e.Diff = e.B - e.A; math.IsNaN(e.Diff) || min(e.NA, e.NB) < 2 {
		return e
	}
	c := contrast{x, y, paired}
	e.P = c.permuted(math.Abs(e.Diff))
	if min(e.NA, e.NB) >= FewestUnits {
		e.Lo, e.Hi = c.interval(e.Diff)
	}
	return e
}

// contrast is the difference of two arms' ratios, and how it varies.
type contrast struct {
	x, y   units
	paired bool
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
	rx, ry := newResampler(len(c.x.num)), newResampler(len(c.y.num))
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
		return diff - quantile(ts, 0.975)*scale, diff - quantile(ts, 0.025)*scale
	}
	slices.Sort(diffs)
	return quantile(diffs, 0.025), quantile(diffs, 0.975)
}

// quantile of sorted values, by the nearest rank.
func quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
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
		src := engine.Dice(0, "permute", d, len(c.x.num), engine.NoSeat)
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
	var a, b Ratio
	for i := range c.x.num {
		x, y := Ratio{float64(c.x.num[i]), float64(c.x.den[i])}, Ratio{float64(c.y.num[i]), float64(c.y.den[i])}
		if flip(i) {
			x, y = y, x
		}
		a, b = a.Plus(x), b.Plus(y)
	}
	return b.Num/b.Den - a.Num/a.Den, a.Den != 0 && b.Den != 0
}

// shuffled is the difference when all units are dealt to the arms anew.
func (c contrast) shuffled(src engine.Source) (float64, bool) {
	n := len(c.x.num)
	order := make([]int, n+len(c.y.num))
	for i := range order {
		order[i] = i
	}
	engine.Shuffle(order, src)
	var a, b Ratio
	for place, i := range order {
		r := Ratio{}
		if i < n {
			r = Ratio{float64(c.x.num[i]), float64(c.x.den[i])}
		} else {
			r = Ratio{float64(c.y.num[i-n]), float64(c.y.den[i-n])}
		}
		if place < n {
			a = a.Plus(r)
		} else {
			b = b.Plus(r)
		}
	}
	return b.Num/b.Den - a.Num/a.Den, a.Den != 0 && b.Den != 0
}

// holm corrects the p that are defined (Holm 1979, Scandinavian Journal of Statistics 6:65–70).
func holm(effects []Effect) {
	var order []int
	for i, e := range effects {
		if !math.IsNaN(e.P) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, k int) int { return compareFloat(effects[i].P, effects[k].P) })
	top := 0.0
	for place, i := range order {
		top = max(top, min(1, effects[i].P*float64(len(order)-place)))
		effects[i].Holm = top
	}
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Gate is a condition on an effect, as in "traitors_win > +0.1": on the difference B − A.
type Gate struct {
	Metric string
	Op     string // < <= > >=
	Bound  float64
}

var gateForm = regexp.MustCompile(`^\s*([a-z_]+)\s*(<=|>=|<|>)\s*([+-]?[0-9.]+)\s*$`)

// other names of metrics in a gate.
var gateNames = map[string]string{"traitor_win_rate": "traitors_win", "faithful_win_rate": "faithful_win"}

// ParseGate reads a gate.
func ParseGate(text string) (Gate, error) {
	parts := gateForm.FindStringSubmatch(text)
	if parts == nil {
		return Gate{}, fmt.Errorf("%q: it takes METRIC, one of < <= > >=, and a number, as in 'traitors_win > +0.1'", text)
	}
	g := Gate{Metric: parts[1], Op: parts[2]}
	if name, ok := gateNames[g.Metric]; ok {
		g.Metric = name
	}
	if _, ok := Find(g.Metric); !ok {
		return g, fmt.Errorf("unknown metric %q; did you mean %q?", g.Metric, nearestMetric(g.Metric))
	}
	v, err := strconv.ParseFloat(parts[3], 64)
	if err != nil {
		return g, fmt.Errorf("%q: %s is no number", text, parts[3])
	}
	g.Bound = v
	return g, nil
}

func nearestMetric(name string) string {
	best, least := "", -1
	for _, m := range All() {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), m.Name); least < 0 || d < least {
			best, least = m.Name, d
		}
	}
	return best
}

// Fails reports whether the effect is so. An effect that is not there, or undefined, is an error: a gate that can't be read has
// not been passed.
func (g Gate) Fails(effects []Effect) (bool, error) {
	i := slices.IndexFunc(effects, func(e Effect) bool { return e.Metric == g.Metric })
	if i < 0 || math.IsNaN(effects[i].Diff) {
		return false, fmt.Errorf("the effect on %s is undefined", g.Metric)
	}
	d := effects[i].Diff
	switch g.Op {
	case "<":
		return d < g.Bound, nil
	case "<=":
		return d <= g.Bound, nil
	case ">":
		return d > g.Bound, nil
	}
	return d >= g.Bound, nil
}
