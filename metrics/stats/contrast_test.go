package stats

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// armOf is a sample of such units, all of them kept.
func armOf(u units) *Sample {
	var s Sample
	s.KeepAll()
	for i := range u.num {
		s.Add(float64(u.num[i]), float64(u.den[i]))
	}
	return &s
}

// twoArms draws units of two arms that share what makes a unit easy or hard; shift is added to the second.
func twoArms(trial, n int, shift float64, paired bool) (x, y units) {
	src := engine.Dice(5, "arms", trial, n, engine.NoSeat)
	for range n {
		hard := unit(src)
		other := hard
		if !paired {
			other = unit(src)
		}
		den := 4 + engine.Below(8, src)
		x.num, x.den = append(x.num, float32(float64(den)*(0.3+0.3*hard+0.2*unit(src)))), append(x.den, float32(den))
		den = 4 + engine.Below(8, src)
		y.num, y.den = append(y.num, float32(float64(den)*(0.3+shift+0.3*other+0.2*unit(src)))), append(y.den, float32(den))
	}
	return x, y
}

func allPairs(n int) []Pair {
	out := make([]Pair, n)
	for i := range out {
		out[i] = Pair{i, i}
	}
	return out
}

// The intervals hold a planted difference about as often as they say, and under no difference p is below 0.05 about as often.
func TestCompareCovers(t *testing.T) {
	const trials = 300
	for _, n := range []int{50, 120} {
		for _, paired := range []bool{true, false} {
			covered, rejected := 0, 0
			for trial := range trials {
				x, y := twoArms(trial, n, 0.05, paired)
				if lo, hi := (contrast{x, y, paired, dice}).interval(effectDiff(x, y)); lo <= 0.05 && 0.05 <= hi {
					covered++
				}
				x, y = twoArms(trial+trials, n, 0, paired)
				if (contrast{x, y, paired, dice}).permuted(math.Abs(effectDiff(x, y))) < 0.05 {
					rejected++
				}
			}
			cover, error1 := float64(covered)/trials, float64(rejected)/trials
			t.Logf("n = %d, paired %v: covers %.3f, rejects %.3f under no difference", n, paired, cover, error1)
			if cover < 0.92 || cover > 0.98 || error1 > 0.085 || error1 < 0.02 {
				t.Errorf("n = %d, paired %v: covers %.3f, rejects %.3f", n, paired, cover, error1)
			}
		}
	}
}

func effectDiff(x, y units) float64 {
	a, _ := x.sum()
	b, _ := y.sum()
	return b.ratio() - a.ratio()
}

// The exact p is that of going through the flips by hand: three pairs, all in favour of B, so 2 of 8.
func TestExactFlips(t *testing.T) {
	x, y := units{[]float32{1, 2, 3}, []float32{4, 4, 4}}, units{[]float32{2, 3, 4}, []float32{4, 4, 4}}
	e := Compare(armOf(x), armOf(y), allPairs(3), dice)
	if e.P != 0.25 || e.Diff != 0.25 || !e.Paired || e.NA != 3 {
		t.Errorf("%+v", e)
	}
}

func TestCompareEdges(t *testing.T) {
	x, _ := twoArms(1, 40, 0, true)
	same := Compare(armOf(x), armOf(x), allPairs(40), dice)
	if same.Diff != 0 || same.P != 1 || !math.IsNaN(same.Lo) {
		t.Errorf("an arm and itself: %+v", same)
	}
	none := units{make([]float32, 40), make([]float32, 40)}
	e := Compare(armOf(x), armOf(none), nil, dice)
	if !math.IsNaN(e.B) || !math.IsNaN(e.Diff) || !math.IsNaN(e.P) || e.NB != 0 || e.NA != 40 {
		t.Errorf("no cases on one side: %+v", e)
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
