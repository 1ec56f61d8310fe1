package metrics

import (
	"bytes"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory/formats"
	"github.com/turncoat-sim/turncoat/metrics/recounttest"
)

// recounted is a game as the second implementation reads it: from the lines of an export.
func recounted(t testing.TB, p played) recounttest.Log {
	t.Helper()
	var lines bytes.Buffer
	if err := formats.WriteJSONL(&lines, "g", p.stored(t)); err != nil {
		t.Fatal(err)
	}
	games, err := recounttest.Read(&lines)
	if err != nil || len(games) != 1 {
		t.Fatalf("seed %d: %d games: %v", p.seed, len(games), err)
	}
	return games[0]
}

// TestAgainstSlow holds every metric to its second implementation, over random games under random rules; one in three is stopped.
func TestAgainstSlow(t *testing.T) {
	cases := map[string]float64{}
	anyGames(t, 400, func(p played) {
		if p.seed%3 == 0 {
			p.events = p.events[:1+engine.Below(len(p.events), engine.Dice(p.seed, "stop", 0, 0, engine.NoSeat))]
		}
		g, s := p.read(t), recounted(t, p)
		for _, m := range All() {
			f, ok := recounttest.Definitions[m.Name]
			if !ok {
				t.Fatalf("%s has no second implementation", m.Name)
			}
			got, want := m.Fold(&g), f(s)
			tolerance := 1e-7
			if m.Name == "herding_order" { // 128 permutations are drawn on one side, all are listed on the other
				tolerance = 0.15 * want.Den
			}
			if got.Den != want.Den && abs(got.Den-want.Den) > 1e-7 || abs(got.Num-want.Num) > tolerance {
				t.Errorf("seed %d: %s is %v, slowly %v", p.seed, m.Name, got, want)
			}
			cases[m.Name] += got.Den
			if m.ByRound != nil && !m.Mean && overRounds(m.ByRound)(&g) != got {
				t.Errorf("seed %d: %s by round does not sum to the game", p.seed, m.Name)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	})
	for _, m := range All() {
		if cases[m.Name] == 0 {
			t.Errorf("%s had no case in any game", m.Name)
		}
	}
}
