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

// Of six games four were stopped: they count in finished, are censored in the times, and bound what the ends could have come to.
func TestUnendedGames(t *testing.T) {
	s := NewSummary()
	whole := play(t, 3, engine.DefaultRules(), metricstest.AtRandom(3))
	won := whole.read(t)
	cut := played{whole.events[:len(whole.events)*2/3]}.read(t)
	if cut.Over || !won.Over {
		t.Fatal("the game is cut at the wrong place")
	}
	for range 2 {
		s.Add(&won)
	}
	for range 4 {
		s.AddUnended(&cut)
	}
	winner := won.Winner.String() + "_win"
	for _, r := range s.Rows(nil) {
		near := func(got, want float64) bool { return math.Abs(got-want) < 1e-12 || math.IsNaN(got) && math.IsNaN(want) }
		var mean, n, least, most float64
		switch r.Metric {
		case "finished":
			mean, n, least, most = 2.0/6, 6, math.NaN(), math.NaN()
		case winner:
			mean, n, least, most = 1, 2, 2.0/6, 1
		case "rounds":
			rounds, max := float64(won.LastRound), float64(won.Rules.MaxRounds)
			mean, n, least, most = rounds, 2, (2*rounds+4)/6, (2*rounds+4*max)/6
		case "rounds_to_first_traitor":
			if r.N != 6 {
				t.Errorf("%v games have a time", r.N)
			}
			continue
		default:
			continue
		}
		if !near(r.Mean, mean) || r.N != n || !near(r.Least, least) || !near(r.Most, most) {
			t.Errorf("%s: %v of %v in %v … %v, by hand %v of %v in %v … %v", r.Metric, r.Mean, r.N, r.Least, r.Most, mean, n, least, most)
		}
	}
	if s.Units() != 6 || s.Analysed != 2 || s.Missing() != 4 {
		t.Errorf("%d units, %d analysed, %d missing", s.Units(), s.Analysed, s.Missing())
	}
}
