package analysis

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// played is a game as the engine left it.
type played struct{ events []engine.Event }

func (p played) read(t testing.TB) metrics.Game {
	t.Helper()
	g, err := metrics.ReadGame(metrics.GameMeta{ID: "g"}, metricstest.Stored(t, p.events))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func play(t testing.TB, seed uint64, rules engine.Rules, answer func(engine.State, engine.Request) engine.Answer) played {
	t.Helper()
	return played{metricstest.Play(t, seed, rules, answer)}
}

// unit draws a number in (0, 1).
func unit(src engine.Source) float64 { return (float64(src.Uint64()>>11) + 0.5) / (1 << 53) }

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
