package stats

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// Sample sizes against published ones: Fleiss (1981) and the usual tables for two proportions, α = 0.05, power 0.8.
func TestGamesForDifference(t *testing.T) {
	for _, c := range []struct {
		p1, p2 float64
		n      int
	}{{0.5, 0.6, 388}, {0.1, 0.2, 199}, {0.5, 0.55, 1565}, {0.25, 0.4, 152}} {
		if got := GamesForDifference(c.p1, c.p2, 0.05, 0.8); got != c.n {
			t.Errorf("%g against %g: %d games, published %d", c.p1, c.p2, got, c.n)
		}
	}
}

// By simulation: at the number of games that is asked for the test finds the difference about as often as planned.
func TestPlanBySimulation(t *testing.T) {
	p1, p2 := 0.5, 0.65
	n, found := GamesForDifference(p1, p2, 0.05, 0.8), 0
	const trials = 2000
	for trial := range trials {
		src := engine.Dice(6, "plan", trial, 0, engine.NoSeat)
		var a, b float64
		for range n {
			a, b = a+truth(unit(src) < p1), b+truth(unit(src) < p2)
		}
		pa, pb := a/float64(n), b/float64(n)
		mean := (pa + pb) / 2
		if math.Abs(pa-pb) > 1.959964*math.Sqrt(2*mean*(1-mean)/float64(n)) {
			found++
		}
	}
	power := float64(found) / trials
	record(t, "games for a power of 0.8", "0.5 against 0.65: the difference is found in", power, "0.77…0.83", "PlanBySimulation")
	if power < 0.77 || power > 0.83 {
		t.Errorf("%d games have a power of %.3f", n, power)
	}
}

func TestGamesForInterval(t *testing.T) {
	n := GamesForInterval(0.5, 0.1, 0.05)
	for _, c := range []struct {
		n  int
		ok bool
	}{{n, true}, {n - 1, false}} {
		if lo, hi := Wilson(0.5*float64(c.n), float64(c.n), 0.05); ((hi-lo)/2 <= 0.1) != c.ok {
			t.Errorf("%d games: half width %f", c.n, (hi-lo)/2)
		}
	}
	if got := GamesForRatio(0.5, 0.1, 0.05); got != 97 { // (1.96 · 0.5 / 0.1)² = 96.04
		t.Errorf("%d games for a ratio", got)
	}
	if got := GamesForShift(1, 0.5, 0.05, 0.8); got != 63 { // Cohen: d = 0.5 takes 63 a group by the normal approximation
		t.Errorf("%d games for half a standard deviation", got)
	}
}

// detectable is the smallest difference from a share p, up or down, that n games in each arm find with the power; NaN where
// none is large enough.
func detectable(n int, p, alpha, power float64) float64 {
	up, down := DetectableToward(n, p, 1, alpha, power), DetectableToward(n, p, -1, alpha, power)
	if math.IsNaN(up) || down < up {
		return down
	}
	return up
}

// What is detectable with n games takes n games.
func TestDetectableDifference(t *testing.T) {
	d := detectable(388, 0.5, 0.05, 0.8)
	if math.Abs(d-0.1) > 0.001 {
		t.Errorf("388 games detect %f from 0.5", d)
	}
}

// Of paired arms: the spread is the textbook's, and at the number of pairs that is asked for Compare finds the difference as often as
// planned.
func TestPlanOfPairsBySimulation(t *testing.T) {
	const shift = 0.06
	draw := func(trial, n int) (x, y units, pairs []Pair) {
		src := engine.Dice(9, "pairs", trial, n, engine.NoSeat)
		for i := range n {
			hard := unit(src)
			x.num, x.den = append(x.num, 0.5*hard+0.3*unit(src)), append(x.den, 1)
			y.num, y.den = append(y.num, 0.5*hard+0.3*unit(src)+shift), append(y.den, 1)
			pairs = append(pairs, Pair{i, i})
		}
		return x, y, pairs
	}
	x, y, pairs := draw(-1, 4000)
	sd, correlation := PairedSpread(armOf(x), armOf(y), pairs)
	// Uniform draws have a variance of 1/12: of a difference 2 · 0.09/12, shared 0.25/12 of 0.34/12.
	if math.Abs(sd-math.Sqrt(0.18/12)) > 0.004 || math.Abs(correlation-0.25/0.34) > 0.02 {
		t.Errorf("a spread of %f, by hand %f; a correlation of %f, by hand %f", sd, math.Sqrt(0.18/12), correlation, 0.25/0.34)
	}
	n, found := GamesForPairedShift(math.Sqrt(0.18/12), shift, 0.05, 0.8), 0.0
	const trials = 1000
	for trial := range trials {
		x, y, pairs := draw(trial, n)
		found += truth(Compare(armOf(x), armOf(y), pairs, dice).P < 0.05)
	}
	record(t, "pairs for a power of 0.8", "arms on the same seeds: the difference is found in", found/trials, "0.77…0.83", "PlanOfPairs")
	if power := found / trials; power < 0.76 || power > 0.84 {
		t.Errorf("%d pairs have a power of %.3f", n, power)
	}
}
