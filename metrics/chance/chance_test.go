package chance

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
	"github.com/turncoat-sim/turncoat/scenarios"
)

// What a formula gives is what is simulated, in every scenario that ships and under rules that change when and of what is asked.
func TestExactIsSimulated(t *testing.T) {
	told := map[string]int{}
	hold := func(what string, r engine.Rules, levels map[string]analysis.Level) {
		for name, want := range analysis.Exact(r) {
			got, ok := levels[name]
			if !ok {
				continue
			}
			told[name]++
			if math.Abs(got.Mean-want) > 4*got.SE+1e-6 {
				t.Errorf("%s: %s is simulated as %.4f ± %.4f, exactly %.4f", what, name, got.Mean, got.SE, want)
			}
		}
	}
	for _, name := range scenarios.Names() {
		r := rulesOf(t, name)
		levels, _ := Shipped(r)
		hold(name, r, levels)
	}
	for what, change := range map[string]func(*engine.Rules){
		"night first":    func(r *engine.Rules) { r.First = engine.FirstNight },
		"unknown count":  func(r *engine.Rules) { r.TraitorCount = engine.CountUnknown },
		"after breakfst": func(r *engine.Rules) { r.Beliefs = engine.Beliefs{After: engine.AfterBreakfast} },
		"with statement": func(r *engine.Rules) { r.Beliefs = engine.Beliefs{With: engine.WithStatement} },
		"few rounds":     func(r *engine.Rules) { r.MaxRounds = 2 },
	} {
		r := engine.DefaultRules()
		r.Players, r.Traitors, r.Passes, r.Conclave = 7, 2, 1, 0
		change(&r)
		hold(what, r, simulated(t, r, 300))
	}
	for name := range analysis.Exact(engine.DefaultRules()) {
		if told[name] == 0 {
			t.Errorf("%s was held against nothing", name)
		}
	}
}

// What the policy takes no notice of changes no level, and what is asked of it does.
func TestNormalRulesPlayTheSame(t *testing.T) {
	for seed, done := uint64(0), 0; done < 60; seed++ {
		r := metricstest.AnyRules(seed)
		if r.Complete().Validate() != nil {
			continue
		}
		done++
		n := Normal(r)
		if err := n.Validate(); err != nil || Normal(n) != n || Key(r) != Key(n) {
			t.Fatalf("rules %d: normal rules are %+v, %v", seed, n, err)
		}
		if r.Players > 12 {
			continue
		}
		for k := range 2 {
			a, errA := play(t.Context(), r.Complete(), k)
			b, errB := play(t.Context(), n, k)
			tally := analysis.NewTally()
			if x, y := tally.Of(&a), tally.Of(&b); errA != nil || errB != nil || !reflect.DeepEqual(x, y) {
				t.Fatalf("rules %d: game %d is another with %+v, %v, %v", seed, k, n, errA, errB)
			}
		}
	}
	r := engine.DefaultRules()
	keys := map[string]int{}
	for i, words := range []int{60, 120, 20} {
		r.Words = words
		keys[Key(r)] = i
	}
	if len(keys) != 1 {
		t.Errorf("%d simulations for three values of words", len(keys))
	}
	for what, change := range map[string]func(*engine.Rules){
		"players": func(r *engine.Rules) { r.Players++ }, "traitors": func(r *engine.Rules) { r.Traitors-- },
		"count": func(r *engine.Rules) { r.TraitorCount = engine.CountUnknown }, "reveal": func(r *engine.Rules) { r.Reveal = "nothing" },
		"tie": func(r *engine.Rules) { r.Tie = engine.TieNobody }, "beliefs": func(r *engine.Rules) { r.Beliefs = engine.Beliefs{} },
		"few words": func(r *engine.Rules) { r.Words = 8 },
	} {
		other := engine.DefaultRules()
		if change(&other); Key(other) == Key(engine.DefaultRules()) {
			t.Errorf("%s: the key is the same", what)
		}
	}
}

// However many processors there are, the levels are the same; everybody who waits is told how far it is.
func TestProcessorsChangeNothing(t *testing.T) {
	r := rulesOf(t, "duel-4")
	var mu sync.Mutex
	told := 0
	tell := func(played int) {
		mu.Lock()
		defer mu.Unlock()
		told = max(told, played)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var all []string
	for _, n := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(n)
		levels, err := Simulate(t.Context(), r, 120, tell)
		if err != nil || len(levels) < 20 {
			t.Fatalf("%d levels, %v", len(levels), err)
		}
		all = append(all, fmt.Sprint(levels))
	}
	if all[0] != all[1] || all[0] != all[2] || told != 120 {
		t.Errorf("on 1, 2 and 7 processors, %d told:\n%s", told, all)
	}
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := Simulate(ctx, r, 120, nil); !errors.Is(err, gone) {
		t.Errorf("called off it says %v", err)
	}
}

// What few games have is no level, and neither is how a game was held. What speech has none of by chance is 0.
func TestWhatHasALevel(t *testing.T) {
	levels, _ := Shipped(rulesOf(t, "classic"))
	for _, name := range []string{"finished", "forfeit_touched", "refusals", "act_coverage", "exposure_drop", "thought_speech_gap"} {
		if l, ok := levels[name]; ok {
			t.Errorf("%s has the level %v", name, l)
		}
	}
	for _, name := range []string{"pivotality", "rounds_to_first_traitor", "brier", "tas_curvo", "des_curvo"} {
		if l, ok := levels[name]; !ok || !(l.SE > 0) {
			t.Errorf("%s has the level %v", name, l)
		}
	}
	if l, ok := levels["knowing_accusations"]; !ok || l != (analysis.Level{}) {
		t.Errorf("by chance there are %v knowing accusations", l)
	}
	if l := analysis.WithExact(engine.DefaultRules(), levels)["vote_lift"]; l != (analysis.Level{}) {
		t.Errorf("vote_lift is %v by chance", l)
	}
}

// What is said of a metric in docs/metrics.md is what is simulated of it, by every scenario that ships.
func TestAboutSaysTheLevel(t *testing.T) {
	abouts := map[string]string{}
	for _, m := range metrics.All() {
		abouts[m.Name] = m.Chance
	}
	for _, m := range metrics.Survivals() {
		abouts[m.Name] = m.Chance
	}
	for _, scenario := range scenarios.Names() {
		levels, _ := Shipped(rulesOf(t, scenario))
		for name, about := range abouts {
			l, ok := levels[name]
			if ok && strings.HasSuffix(about, "no cases") {
				t.Errorf("%s: %s is said to have no cases, and is %v", scenario, name, l)
			}
			first, _, _ := strings.Cut(about, " ")
			want, told := map[string]float64{"0": 0, "0:": 0, "½": 0.5, "⅓": 2001.0 / 6000, "0.99": 0.99, "1": 1}[first]
			if ok && told && math.Abs(l.Mean-want) > 4*l.SE+1e-3 {
				t.Errorf("%s: %s is %.4f ± %.4f, and said to be %s", scenario, name, l.Mean, l.SE, about)
			}
		}
	}
}

func TestGamesOf(t *testing.T) {
	for players, want := range map[int]int{4: 2000, 15: 2000, 30: 500, 40: 281} {
		if got := GamesOf(engine.Rules{Players: players}); got != want {
			t.Errorf("%d games of %d players, wanted %d", got, players, want)
		}
	}
}
