package stats

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// gameShape draws a unit of an arm: hard in (0, 1) is what a seed shares, shift moves the ratio by as much.
type gameShape struct {
	name string
	n    int // units of an arm
	draw func(hard, shift float64, src engine.Source) (num, den float64)
}

var gameShapes = []gameShape{
	{"wins", 50, func(hard, shift float64, src engine.Source) (float64, float64) {
		return truth(unit(src) < 0.3+shift+0.5*hard), 1
	}},
	{"ballots", 200, func(hard, shift float64, src engine.Source) (float64, float64) {
		den := 3 + engine.Below(20, src)
		var num float64
		for range den {
			num += truth(unit(src) < 0.15+shift+0.3*hard)
		}
		return num, float64(den)
	}},
}

// shapedArms draws the units of two arms; pairs share what makes a unit hard.
func shapedArms(s gameShape, trial int, shift float64, paired bool) contrast {
	src := engine.Dice(7, s.name, trial, s.n, engine.NoSeat)
	var x, y units
	for range s.n {
		hard := unit(src)
		other := hard
		if !paired {
			other = unit(src)
		}
		num, den := s.draw(hard, 0, src)
		x.num, x.den = append(x.num, float32(num)), append(x.den, float32(den))
		num, den = s.draw(other, shift, src)
		y.num, y.den = append(y.num, float32(num)), append(y.den, float32(den))
	}
	return contrast{x, y, paired, dice}
}

// Intervals of wins and of ballots, as games have them, hold a planted difference in 93 to 97 % of 400 batches.
func TestCompareCoversGames(t *testing.T) {
	const trials, shift = 400, 0.1
	for _, s := range gameShapes {
		for _, paired := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/%d/%v", s.name, s.n, paired), func(t *testing.T) {
				t.Parallel()
				covered := 0.0
				for trial := range trials {
					c := shapedArms(s, trial, shift, paired)
					lo, hi := c.interval(effectDiff(c.x, c.y))
					covered += truth(lo <= shift && shift <= hi)
				}
				share := covered / trials
				t.Logf("covers %.3f", share)
				if share < 0.93 || share > 0.97 {
					t.Errorf("covers %.3f", share)
				}
			})
		}
	}
}

// everyFlip is the differences of means of all ways to swap the arms of pairs, by recursion: a second reading of permuted.
func everyFlip(x, y []float32) []float64 {
	if len(x) == 0 {
		return []float64{0}
	}
	var out []float64
	for _, rest := range everyFlip(x[1:], y[1:]) {
		d := float64(y[0] - x[0])
		out = append(out, rest+d, rest-d)
	}
	return out
}

// To 12 pairs p is the share of all flips that are as far; above it is estimated, within what 2,000 draws can err.
func TestCompareFlipsAgainstEnumeration(t *testing.T) {
	for _, n := range []int{2, 5, 9, 12, 14} {
		x, y := units{}, units{}
		src := engine.Dice(8, "flips", n, 0, engine.NoSeat)
		for range n { // whole numbers over one case each: sums are exact
			x.num, x.den = append(x.num, float32(engine.Below(9, src))), append(x.den, 1)
			y.num, y.den = append(y.num, float32(1+engine.Below(9, src))), append(y.den, 1)
		}
		all := everyFlip(x.num, y.num)
		observed := 0.0
		for i := range n {
			observed += float64(y.num[i] - x.num[i])
		}
		far := len(slices.DeleteFunc(slices.Clone(all), func(d float64) bool { return math.Abs(d) < math.Abs(observed) }))
		want, within := float64(far)/float64(len(all)), 0.0
		if n > exactFlips {
			within = 4*math.Sqrt(want*(1-want)/Draws) + 1.0/Draws
		}
		if got := Compare(armOf(x), armOf(y), allPairs(n), dice).P; math.Abs(got-want) > within {
			t.Errorf("%d pairs: p = %g, by enumeration %g", n, got, want)
		}
	}
}
