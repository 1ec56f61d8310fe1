package metrics

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// wanted is what a metric has to come out as in a scene: a number, a number of each game, or a side of a number. The rest is chance:
// four standard errors of the games themselves.
type wanted struct {
	text  string
	value float64
	fold  func(*Game) Ratio // of the number, where it follows from who was alive
	side  int               // 1: above, −1: below
	off   float64           // beliefs are per mille, so a value may be off by a rounding
}

func is(v float64) wanted     { return wanted{text: metricstest.Number(v), value: v} }
func nearly(v float64) wanted { return wanted{text: metricstest.Number(v), value: v, off: 0.0011} }
func above(v float64) wanted {
	return wanted{text: "above " + metricstest.Number(v), value: v, side: 1}
}
func below(v float64) wanted {
	return wanted{text: "below " + metricstest.Number(v), value: v, side: -1}
}
func by(text string, f fold) wanted        { return wanted{text: text, fold: f} }
func (w wanted) within(off float64) wanted { w.off = off; return w }
func (w wanted) read(v, se, want float64) bool {
	slack := 4*se + w.off + 1e-9
	switch w.side {
	case 1:
		return v > want && (se == 0 || v-want > slack-w.off)
	case -1:
		return v < want && (se == 0 || want-v > slack-w.off)
	}
	return math.Abs(v-want) <= slack
}

type fold = func(*Game) Ratio

// held is a metric's row of what it was held against: an effect that it has to show, and a setting in which there is none.
type held struct {
	metric, plant string
	planted       wanted
	null          string
	silent        wanted
}

// staged are games of a scene.
func staged(t testing.TB, name string, n int) []Game {
	t.Helper()
	s, ok := scenes[name]
	if !ok {
		t.Fatalf("there is no scene %q", name)
	}
	games := make([]Game, n)
	rules := vanilla("each")
	s.rules(&rules)
	for seed := range games {
		p := play(t, uint64(seed), rules, s.cast.answers(uint64(seed)))
		if s.cast.stopped != nil && s.cast.stopped(uint64(seed)) {
			p.events = p.events[:len(p.events)/2]
		}
		games[seed] = p.read(t)
	}
	return games
}

// spread is a ratio over games with its linearised standard error.
func spread(games []Game, f fold) (v, se float64) {
	var all Ratio
	each := make([]Ratio, len(games))
	for i := range games {
		each[i] = f(&games[i])
		all = all.Plus(each[i])
	}
	v, ok := all.Value()
	if !ok {
		return math.NaN(), math.NaN()
	}
	n, ss := float64(len(games)), 0.0
	for _, r := range each {
		ss += square(r.Num - v*r.Den)
	}
	return v, math.Sqrt(ss*n/(n-1)) / math.Abs(all.Den)
}

// TestPlantedEffects: each metric shows the effect that its scene has, by the size that is known where it is, and none where there is
// none. Sizes are closed forms, by hand in planted_list_test.go.
func TestPlantedEffects(t *testing.T) {
	games := map[string][]Game{}
	n := metricstest.Size(60, 2000)
	check := func(m Metric, section, name string, w wanted) {
		if _, ok := games[name]; !ok {
			games[name] = staged(t, name, n)
		}
		v, se := spread(games[name], m.Fold)
		want, text := w.value, w.text
		if w.fold != nil {
			want, _ = spread(games[name], w.fold)
			text = fmt.Sprintf("%s: %s", w.text, metricstest.Number(want))
		}
		if math.IsNaN(v) || !w.read(v, se, want) {
			t.Errorf("%s is %.5f ± %.5f where %s; wanted: %s (%.5f)", m.Name, v, se, scenes[name].what, text, want)
		}
		metricstest.Record(t, metricstest.Row{Section: section, Metric: m.Name, What: scenes[name].what, Value: metricstest.Number(v),
			Wanted: text, Command: "go test -run Planted ./metrics"})
	}
	for _, m := range All() {
		i := slices.IndexFunc(effects, func(h held) bool { return h.metric == m.Name })
		if i < 0 {
			t.Errorf("%s has no planted effect in planted_list_test.go", m.Name)
			continue
		}
		check(m, "planted", effects[i].plant, effects[i].planted)
		check(m, "null", effects[i].null, effects[i].silent)
	}
}
