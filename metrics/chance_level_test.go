package metrics

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// vanilla is the game of docs on chance: no talk, day votes at random among the other living, nights unanimous.
func vanilla(check string) engine.Rules {
	r := engine.DefaultRules()
	r.Passes, r.Conclave, r.Beliefs = 0, 0, engine.Beliefs{}
	r.Tie, r.Check, r.Thoughts = "first_named", check, "off"
	return r
}

// TestChanceLevels holds the published ten under random play at the levels that two independent calculations gave.
func TestChanceLevels(t *testing.T) {
	for _, check := range []string{"each", "night"} {
		sums := map[string]Ratio{}
		var brrWithout Ratio
		for seed := range uint64(3000) {
			g := play(t, seed, vanilla(check), metricstest.AtRandom(seed)).read(t)
			for _, m := range All() {
				sums[m.Name] = sums[m.Name].Plus(m.Fold(&g))
			}
			brrWithout = brrWithout.Plus(meanOfRounds(betrayal)(&g))
		}
		sums["brr without empty rounds"] = brrWithout
		for name, want := range levels {
			got, ok := sums[name].Value()
			metricstest.Record(t, metricstest.Row{Section: "chance", Metric: name, What: "3,000 games of 10 by dice, check: " + check,
				Value: metricstest.Number(got), Wanted: metricstest.Number(want.level) + " ± " + metricstest.Number(want.tolerance),
				Command: "go test -run ChanceLevels ./metrics"})
			if !ok || abs(got-want.level) > want.tolerance {
				t.Errorf("check %s: %s is %.4f, by chance %.4f", check, name, got, want.level)
			}
		}
	}
}

// levels are those of metrics under random play of 10/3, with about four standard errors of 3,000 games.
var levels = map[string]struct{ level, tolerance float64 }{
	"traitors_win":             {149.0 / 160, 0.02},
	"tas_curvo":                {1, 0},
	"des_curvo":                {1, 0},
	"tsr_curvo":                {0.71, 0.02},
	"fsr_curvo":                {0.34, 0.02},
	"fcr_curvo":                {0.349, 0.012},
	"fas_curvo":                {0.373, 0.01},
	"brr_curvo":                {0.63, 0.02},
	"brr without empty rounds": {0.70, 0.02},
	"vsf_curvo":                {0.946, 0.005},
	"rounds":                   {2.79, 0.05},
	"vote_lift":                {0, 0.01},
	"bus_rate":                 {0, 0.012},
	"ballot_chance":            {0.3602, 0.004}, // by the recursion of rules.md over the rounds that are reached
}
