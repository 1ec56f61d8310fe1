package metrics

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// played is a game as the engine left it, for the fast fold and the slow one.
type played struct {
	seed   uint64
	rules  engine.Rules
	events []engine.Event
}

func (p played) read(t testing.TB) Game {
	t.Helper()
	g, err := ReadGame(GameMeta{ID: "g"}, p.stored(t))
	if err != nil {
		t.Fatalf("seed %d: %v", p.seed, err)
	}
	return g
}

func (p played) stored(t testing.TB) []codec.Stored { return metricstest.Stored(t, p.events) }

// play plays a game with an answer for every request.
func play(t testing.TB, seed uint64, rules engine.Rules, answer func(engine.State, engine.Request) engine.Answer) played {
	t.Helper()
	return played{seed, rules.Complete(), metricstest.Play(t, seed, rules, answer)}
}

// anyGames plays random games under random rules.
func anyGames(t *testing.T, count int, visit func(played)) {
	t.Helper()
	done := 0
	for seed := uint64(0); done < count; seed++ {
		if rules := metricstest.AnyRules(seed); rules.Complete().Validate() == nil {
			visit(play(t, seed, rules, metricstest.Anything(seed)))
			done++
		}
	}
}

func near(a, b float64) bool { return abs(a-b) < 1e-9 }
