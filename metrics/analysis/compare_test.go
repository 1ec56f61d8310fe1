package analysis

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
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

// Holm counts a test once however often it is told, and not the primary one.
func TestFamily(t *testing.T) {
	sides := make([]*Summary, 2)
	for k := range sides {
		sides[k] = NewArm("fcr_curvo", "idr_curvo", "vsf_curvo", "tns_curvo", "traitors_win", "faithful_win", "vote_lift")
		for i := range 24 {
			seed := uint64(40*k + i)
			g := play(t, seed, engine.DefaultRules(), metricstest.AtRandom(seed)).read(t)
			sides[k].Add(&g)
		}
	}
	effects := Compare(sides[0], sides[1], nil, "vote_lift")
	same := map[string]string{"idr_curvo": "fcr_curvo", "tns_curvo": "vsf_curvo", "faithful_win": "traitors_win"}
	var ps []float64
	for _, e := range effects {
		if e.Same != same[e.Metric] || e.Primary != (e.Metric == "vote_lift") {
			t.Errorf("%s is primary: %v, the test of %q again", e.Metric, e.Primary, e.Same)
		}
		if e.Same == "" && !e.Primary {
			ps = append(ps, e.P)
		}
	}
	holm := stats.Holm(ps)
	if Family(effects) != 3 || len(ps) != 3 {
		t.Fatalf("Holm counts %d of %d", Family(effects), len(effects))
	}
	of, next := map[string]float64{}, 0
	for _, e := range effects {
		want := e.P
		switch {
		case e.Primary:
		case e.Same != "":
			want = of[e.Same]
		default:
			want, next = holm[next], next+1
		}
		if of[e.Metric] = want; math.Abs(e.Holm-want) > 1e-12 {
			t.Errorf("%s: %g, wanted %g", e.Metric, e.Holm, want)
		}
	}
}
