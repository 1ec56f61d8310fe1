package analysis

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// Games of a table, and those of a season, are one unit; what follows them is another.
func TestUnits(t *testing.T) {
	g := play(t, 1, engine.DefaultRules(), metricstest.Chatter(1)).read(t)
	for _, c := range []struct {
		unit  string
		units int
		metas []metrics.GameMeta
	}{
		{"game", 3, make([]metrics.GameMeta, 3)},
		{"season", 2, []metrics.GameMeta{{Season: 1}, {Season: 1}, {Season: 2}, {Season: 2}}},
		{"table", 3, []metrics.GameMeta{{Table: 1}, {Table: 1}, {Table: 2}, {Table: 2}, {Table: 5}}},
	} {
		s := NewSummary()
		for _, m := range c.metas {
			g.GameMeta = m
			s.Add(&g)
		}
		rows := s.Rows(nil)
		if s.Unit() != c.unit || s.Units() != c.units || s.Analysed != len(c.metas) || rows[0].Games != c.units {
			t.Errorf("%d games in %d of unit %s: %d in %d of unit %s", len(c.metas), c.units, c.unit, s.Analysed, s.Units(), s.Unit())
		}
	}
}

// Undefined is not zero: no game, no figure.
func TestEmptySummary(t *testing.T) {
	for _, r := range NewSummary().Rows(nil) {
		if !math.IsNaN(r.Mean) || !math.IsNaN(r.Lo) || r.N != 0 {
			t.Errorf("%s of nothing is %v (n = %v)", r.Metric, r.Mean, r.N)
		}
	}
}
