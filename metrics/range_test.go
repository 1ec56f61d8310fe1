package metrics

import (
	"fmt"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// TestRanges: no game under any rules, with any answers, stopped or whole, leaves the range of a metric or of a time to an event.
func TestRanges(t *testing.T) {
	type seen struct{ lo, hi float64 }
	got := map[string]*seen{}
	games := metricstest.Size(300, 5000)
	check := func(g *Game, seed uint64, name, text string, v float64) {
		in := Metric{Name: name, Range: text}.Bounds(g.Rules)
		if !(v >= in.Lo-1e-9 && v <= in.Hi+1e-9) {
			t.Errorf("seed %d: %s is %v, out of %s", seed, name, v, text)
		}
		if got[name] == nil {
			got[name] = &seen{v, v}
		}
		got[name].lo, got[name].hi = min(got[name].lo, v), max(got[name].hi, v)
	}
	measure := func(g Game, seed uint64) {
		for _, m := range All() {
			if v, ok := m.Fold(&g).Value(); ok {
				check(&g, seed, m.Name, m.Range, v)
			}
			for i := range g.Rounds {
				if m.ByRound == nil {
					break
				}
				if v, ok := m.ByRound(&g, i).Value(); ok {
					check(&g, seed, m.Name, m.Range, v)
				}
			}
		}
		for _, s := range Survivals() {
			for _, time := range s.Times(&g) {
				check(&g, seed, s.Name, s.Range, float64(time.Rounds))
			}
		}
	}
	for seed, g := range staged(t, "forgiven", 30) { // exposures are rare in random games
		measure(g, uint64(seed))
	}
	anyGames(t, games, func(p played) {
		if measure(p.read(t), p.seed); p.seed%3 == 0 {
			p.events = p.events[:1+engine.Below(len(p.events), engine.Dice(p.seed, "stop", 0, 0, engine.NoSeat))]
			measure(p.read(t), p.seed)
		}
	})
	what := fmt.Sprintf("%d random games under random rules, and a third of them stopped somewhere; by game and by round", games)
	row := func(name, text string) {
		s := got[name]
		if s == nil {
			t.Errorf("%s had a case in none of %d games", name, games)
			return
		}
		metricstest.Record(t, metricstest.Row{Section: "range", Metric: name, What: what, Wanted: text,
			Value: metricstest.Number(s.lo) + "…" + metricstest.Number(s.hi), Command: "go test -run Ranges ./metrics"})
	}
	for _, m := range All() {
		row(m.Name, m.Range)
	}
	for _, s := range Survivals() {
		row(s.Name, s.Range)
	}
}
