package analysis

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/metrics/stats"
)

func TestGate(t *testing.T) {
	g, err := ParseGate("traitor_win_rate > +0.1")
	if err != nil || g != (Gate{"traitors_win", ">", 0.1}) {
		t.Fatal(g, err)
	}
	effects := []Effect{{Metric: "traitors_win", Difference: stats.Difference{Diff: 0.2}},
		{Metric: "brier", Difference: stats.Difference{Diff: math.NaN()}}}
	if fails, err := g.Fails(effects); !fails || err != nil {
		t.Error(fails, err)
	}
	for _, bad := range []string{"", "traitors_win", "traitors_win > x", "traitors_wins > 0.1", "traitors_win = 1"} {
		if _, err := ParseGate(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
	if _, err := (Gate{"brier", "<", 0}).Fails(effects); err == nil {
		t.Error("an undefined effect passes a gate")
	}
}

func TestGateAliasesAndNearest(t *testing.T) {
	for alias, name := range map[string]string{"traitor_win_rate": "traitors_win", "faithful_win_rate": "faithful_win"} {
		if g, err := ParseGate(alias + ">=-0.05"); err != nil || g != (Gate{name, ">=", -0.05}) {
			t.Error(alias, g, err)
		}
	}
	want := `unknown metric "traitors_wins"; did you mean "traitors_win"?`
	if _, err := ParseGate("traitors_wins > 0.1"); err == nil || err.Error() != want {
		t.Error(err)
	}
	at := []Effect{{Metric: "brier", Difference: stats.Difference{Diff: 0.1}}}
	for op, want := range map[string]bool{"<": false, "<=": true, ">": false, ">=": true} {
		if fails, err := (Gate{"brier", op, 0.1}).Fails(at); err != nil || fails != want {
			t.Errorf("0.1 %s 0.1 is %v: %v", op, fails, err)
		}
	}
}
