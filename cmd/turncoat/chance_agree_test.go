package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/chance"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// against is a batch of the policy whose play is chance, and the rules in which it is played.
type against struct {
	scenario string
	games    int
	set      []string
}

// TestChanceIsWhatRandomPlays: a batch of random, run by the program, comes to the chance level in every metric that has one, within four
// standard errors of both, and has no metric that a level is missing of. Validating it is more games under more rules.
func TestChanceIsWhatRandomPlays(t *testing.T) {
	list := []against{{"duel-4", 300, nil}, {"vanilla", 300, nil}, {"curvo-2025", 150, nil}}
	if metricstest.Validating() {
		list = []against{{"duel-4", 4000, nil}, {"vanilla", 2000, nil}, {"curvo-2025", 2000, nil}, {"classic", 2000, nil},
			{"balanced-15", 1000, nil},
			{"classic", 1000, []string{"after_speech=beliefs", "ballot=open", "hears=running"}},
			{"classic", 1000, []string{"after_speech=intent", "passes=1", "abstain=true", "tie=nobody"}},
			{"classic", 1000, []string{"beliefs.with=statement", "traitor_count=unknown", "reveal=nothing"}},
			{"classic", 1000, []string{"first=night", "check=night", "order=bid", "turns=8", "aftermath=true"}},
			{"classic", 1000, []string{"murder=false", "traitors_win=last_faithful", "max_rounds=4", "players=7", "traitors=2"}},
			{"classic", 200, []string{"players=30", "traitors=7", "words=8"}}}
	}
	for _, a := range list {
		a.hold(t)
	}
}

func (a against) hold(t *testing.T) {
	t.Helper()
	args := []string{a.scenario, "--policy", chance.Policy}
	for _, s := range a.set {
		args = append(args, "--set", s)
	}
	tally := analysis.NewTally()
	games := population{games: a.games, args: args}.play(t)
	for i := range games {
		tally.Add(tally.Of(&games[i]))
	}
	got, levels := tally.Levels(), a.levels(t, games[0].Rules)
	worst, of := 0.0, ""
	for _, name := range slices.Sorted(maps.Keys(levels)) {
		level, batch := levels[name], got[name]
		if _, ok := got[name]; !ok {
			t.Errorf("%s %v: %s has a chance level, and random has no case of it", a.scenario, a.set, name)
			continue
		}
		se := math.Hypot(level.SE, batch.SE)
		apart := math.Abs(level.Mean - batch.Mean)
		if apart > 4*se+1e-6 { // levels have six digits
			t.Errorf("%s %v: random comes to %s = %.4f ± %.4f, chance to %.4f ± %.4f", a.scenario, a.set, name, batch.Mean, batch.SE,
				level.Mean, level.SE)
		}
		if se > 0 && apart/se > worst {
			worst, of = apart/se, name
		}
	}
	for name := range got {
		if _, ok := levels[name]; !ok {
			t.Errorf("%s %v: random has %s, and chance has no level of it", a.scenario, a.set, name)
		}
	}
	metricstest.Record(t, metricstest.Row{Section: "chance", Metric: fmt.Sprint("all ", len(levels), " with a level"),
		What:  fmt.Sprintf("%d games of `%s` %v by `%s`, the furthest is %s", a.games, a.scenario, a.set, chance.Policy, of),
		Value: fmt.Sprintf("%.1f standard errors", worst), Wanted: "at most 4", Command: "make validation"})
}

// levels are those that a user is shown.
func (a against) levels(t *testing.T, r engine.Rules) map[string]analysis.Level {
	t.Helper()
	levels, ok := chance.Shipped(r)
	if ok != (a.set == nil) {
		t.Fatalf("%s %v: levels ship: %t", a.scenario, a.set, ok)
	}
	if !ok {
		var err error
		if levels, err = chance.Simulate(t.Context(), r, chance.GamesOf(r), nil); err != nil {
			t.Fatal(err)
		}
	}
	return analysis.WithExact(r, levels)
}
