package metrics

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// The range of every metric is one, and those of each form are the numbers that they say.
func TestBounds(t *testing.T) {
	ten := engine.Rules{Players: 10, Traitors: 3, MaxRounds: 20}
	for _, m := range All() {
		if r := m.Bounds(ten); !(r.Lo < r.Hi) {
			t.Errorf("%s: %s is %v", m.Name, m.Range, r)
		}
	}
	for name, want := range map[string]stats.Range{
		"traitors_win": {Lo: 0, Hi: 1}, "auc_skill": {Lo: -0.5, Hi: 0.5}, "brier_skill": {Lo: math.Inf(-1), Hi: 1},
		"rounds":             {Lo: 1, Hi: 20},
		"survivors_traitors": {Lo: 0, Hi: 3}, "survivors_faithful": {Lo: 0, Hi: 7}, "belief_sum_error": {Lo: 0, Hi: 10},
		"persuasion": {Lo: -2, Hi: 2}, "log_loss": {Lo: 0.01, Hi: 4.61},
	} {
		m, ok := Find(name)
		if got := m.Bounds(ten); !ok || got != want {
			t.Errorf("%s: %v, wanted %v", name, got, want)
		}
	}
}
