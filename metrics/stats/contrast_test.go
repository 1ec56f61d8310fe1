package stats

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/turncoat-sim/turncoat/engine"
)

// armOf is a sample of such units, all of them kept.
func armOf(u units) *Sample {
	var s Sample
	s.KeepAll()
	for i := range u.num {
		s.Add(u.num[i], u.den[i])
	}
	return &s
}

func allPairs(n int) []Pair {
	out := make([]Pair, n)
	for i := range out {
		out[i] = Pair{i, i}
	}
	return out
}

// drawn are units of several cases each, around 0.4.
func drawn(n int, src engine.Source) units {
	var u units
	for range n {
		den := float64(4 + engine.Below(9, src))
		u.num, u.den = append(u.num, den*(0.2+0.4*unit(src))), append(u.den, den)
	}
	return u
}

// Whatever the arms, p is below 0.05 exactly where the interval leaves 0 out, and the interval holds the difference.
func TestCompareAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(5, 14).Draw(t, "n"), rapid.IntRange(5, 14).Draw(t, "m")
		paired := rapid.Bool().Draw(t, "paired")
		if paired {
			m = n
		}
		draw := func(name string, n int) units {
			var u units
			for range n {
				u.num = append(u.num, float64(rapid.IntRange(0, 6).Draw(t, name)))
				u.den = append(u.den, float64(rapid.IntRange(1, 4).Draw(t, name)))
			}
			return u
		}
		x, y := draw("x", n), draw("y", m)
		var pairs []Pair
		if paired {
			pairs = allPairs(n)
		}
		d := Compare(armOf(x), armOf(y), pairs, dice)
		if math.IsNaN(d.P) || d.P < 0 || d.P > 1 {
			t.Fatalf("p = %v", d.P)
		}
		if math.IsNaN(d.Lo) {
			if d.Why == "" {
				t.Fatalf("no interval, and no reason: %+v", d)
			}
			return
		}
		if d.Lo > d.Diff || d.Hi < d.Diff {
			t.Fatalf("the interval misses the difference: %+v", d)
		}
		if leavesOut := d.Lo > 0 || d.Hi < 0; leavesOut != (d.P < level) {
			t.Fatalf("p and interval contradict each other: %+v", d)
		}
	})
}

// everyFlip is the differences of means of all ways to swap the arms of pairs, by recursion: a second reading of byFlips.
func everyFlip(x, y []float64) []float64 {
	if len(x) == 0 {
		return []float64{0}
	}
	var out []float64
	for _, rest := range everyFlip(x[1:], y[1:]) {
		d := y[0] - x[0]
		out = append(out, rest+d, rest-d)
	}
	return out
}

// To 12 pairs p is the share of all flips that are as far; above it is estimated, within what 2,000 draws can err.
func TestCompareFlipsAgainstEnumeration(t *testing.T) {
	for _, n := range []int{5, 9, 12, 14} {
		x, y := units{}, units{}
		src := engine.Dice(8, "flips", n, 0, engine.NoSeat)
		for range n { // whole numbers over one case each: sums are exact
			x.num, x.den = append(x.num, float64(engine.Below(9, src))), append(x.den, 1)
			y.num, y.den = append(y.num, float64(1+engine.Below(9, src))), append(y.den, 1)
		}
		all := everyFlip(x.num, y.num)
		observed := 0.0
		for i := range n {
			observed += y.num[i] - x.num[i]
		}
		far := len(slices.DeleteFunc(slices.Clone(all), func(d float64) bool { return math.Abs(d) < math.Abs(observed)-1e-9 }))
		want, within := float64(far)/float64(len(all)), 0.0
		if n > exactFlips {
			within = 4*math.Sqrt(want*(1-want)/Draws) + 1.0/Draws
		}
		if got := Compare(armOf(x), armOf(y), allPairs(n), dice).P; math.Abs(got-want) > within {
			t.Errorf("%d pairs: p = %g, by enumeration %g", n, got, want)
		}
	}
}

// welch is how rare Welch's t of two groups is, from its definition: the p of Student's distribution, turned round.
func welch(x, y []float64) float64 {
	part := func(v []float64) (mean, e float64) {
		for _, a := range v {
			mean += a / float64(len(v))
		}
		for _, a := range v {
			e += (a - mean) * (a - mean)
		}
		return mean, e / float64(len(v)-1) / float64(len(v))
	}
	a, e := part(x)
	b, f := part(y)
	df := (e + f) * (e + f) / (e*e/float64(len(x)-1) + f*f/float64(len(y)-1))
	return -distuv.StudentsT{Sigma: 1, Nu: df}.Survival(math.Abs(b-a) / math.Sqrt(e+f))
}

// everyDeal calls f with all ways to deal values to a first group of k.
func everyDeal(values []float64, k int, first, second []float64, f func(first, second []float64)) {
	if len(values) == 0 {
		if k == 0 {
			f(first, second)
		}
		return
	}
	if k > 0 {
		everyDeal(values[1:], k-1, append(slices.Clone(first), values[0]), second, f)
	}
	everyDeal(values[1:], k, first, append(slices.Clone(second), values[0]), f)
}

// Without pairs p is the share of all deals whose Welch t is as far, within what 2,000 draws can err; and the interval ends where the same
// share of shifted arms goes below 0.05.
func TestCompareDealsAgainstEnumeration(t *testing.T) {
	for trial := range 6 {
		src := engine.Dice(9, "deals", trial, 0, engine.NoSeat)
		var x, y units
		for range 6 {
			x.num, x.den = append(x.num, unit(src)), append(x.den, 1)
		}
		for range 7 {
			y.num, y.den = append(y.num, 0.3*float64(trial%3)+0.5*unit(src)), append(y.den, 1)
		}
		exact := func(shift float64) float64 {
			var all []float64
			all = append(all, x.num...)
			for _, v := range y.num {
				all = append(all, v-shift)
			}
			observed, far, n := welch(x.num, all[6:]), 0.0, 0.0
			everyDeal(all, 6, nil, nil, func(a, b []float64) {
				far, n = far+truth(welch(a, b) >= observed-1e-9), n+1
			})
			return far / n
		}
		d := Compare(armOf(x), armOf(y), nil, dice)
		if want := exact(0); math.Abs(d.P-want) > 4*math.Sqrt(want*(1-want)/Draws)+1.0/Draws {
			t.Errorf("trial %d: p = %g, by enumeration %g", trial, d.P, want)
		}
		for _, end := range []float64{d.Lo, d.Hi} {
			if p := exact(end); p < 0.03 || p > 0.07 {
				t.Errorf("trial %d: at %g, an end of the interval, p is %g by enumeration", trial, end, p)
			}
		}
	}
}

func TestCompareEdges(t *testing.T) {
	src := engine.Dice(6, "edges", 0, 0, engine.NoSeat)
	x := drawn(40, src)
	same := Compare(armOf(x), armOf(x), allPairs(40), dice)
	if same.Diff != 0 || same.P != 1 || !math.IsNaN(same.Lo) || same.Why != NoVariation {
		t.Errorf("an arm and itself: %+v", same)
	}
	empty := units{make([]float64, 40), make([]float64, 40)}
	e := Compare(armOf(x), armOf(empty), nil, dice)
	if !math.IsNaN(e.B) || !math.IsNaN(e.Diff) || !math.IsNaN(e.P) || e.NB != 0 || e.NA != 40 || e.Why != FewCases {
		t.Errorf("no cases on one side: %+v", e)
	}
	// All of one arm won, none of the other: as far as can be, and nothing varies.
	one := slices.Repeat([]float64{1}, 20)
	won, lost := units{one, one}, units{make([]float64, 20), one}
	if d := Compare(armOf(lost), armOf(won), nil, dice); d.Diff != 1 || d.P > 0.001 || d.Why != NoVariation {
		t.Errorf("all against none: %+v", d)
	}
	// Five pairs have 32 flips, of which two are as far as can be: nothing is rejected at 5 %, so there is no interval.
	five := Compare(armOf(units{x.num[:5], x.den[:5]}), armOf(units{x.den[:5], x.den[:5]}), allPairs(5), dice)
	if five.P != 2.0/32 || five.Why != FewDiffer {
		t.Errorf("five pairs: %+v", five)
	}
}

// A figure told in other words is the same test, and another figure is another.
func TestCompareNamesTests(t *testing.T) {
	src := engine.Dice(7, "names", 0, 0, engine.NoSeat)
	x, y, other := drawn(20, src), drawn(30, src), drawn(30, src)
	turned := func(u units) units {
		out := units{slices.Clone(u.num), u.den}
		for i := range out.num {
			out.num[i] = u.den[i] - 3*u.num[i]
		}
		return out
	}
	name := func(x, y units) uint64 { return Compare(armOf(x), armOf(y), nil, dice).Test }
	if name(x, y) != name(turned(x), turned(y)) {
		t.Error("1 − 3v is another test than v")
	}
	if name(x, y) == name(x, other) || name(x, y) == 0 {
		t.Error("two figures are one test")
	}
}

// Holm's correction by hand: of 0.01, 0.04, 0.03 and one that is undefined.
func TestHolm(t *testing.T) {
	got := Holm([]float64{0.01, 0.04, math.NaN(), 0.03})
	for i, want := range []float64{0.03, 0.06, math.NaN(), 0.06} {
		if math.Abs(got[i]-want) > 1e-12 && !(math.IsNaN(want) && math.IsNaN(got[i])) {
			t.Errorf("p %d: %f, by hand %f", i, got[i], want)
		}
	}
}

// BenchmarkCompare is what one metric of two arms costs.
func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{50, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			src := engine.Dice(7, "bench", 0, 0, engine.NoSeat)
			x, y := armOf(drawn(n, src)), armOf(drawn(n, src))
			for b.Loop() {
				Compare(x, y, nil, dice)
			}
		})
	}
}
