package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// population is a great many games whose own figures are the truth that batches drawn from them are held against.
type population struct {
	name  string
	games int
	args  []string // of turncoat run; nil: the games of faulty
	of    []string // the metrics; nil: those that no other one has
}

// populations: nothing may be constant in them, since what does not vary has no interval.
var populations = []population{
	{name: "`balanced-15`, `bayes?noise=0.2`", games: 3000, args: []string{"balanced-15", "--policy", "bayes?noise=0.2"}},
	{name: "`classic`, `liar?rate=0.3`", games: 2000, args: []string{"classic", "--policy", "liar?rate=0.3"},
		of: []string{"false_claims", "false_claims_per_traitor", "false_claims_faithful", "broken_promises", "broken_promises_per_traitor",
			"broken_promises_faithful", "knowing_defences", "knowing_defences_per_traitor", "defence_of_own", "lies", "lies_faithful",
			"self_disclosure"}},
	{name: "`classic` with `after_speech: beliefs`, open ballots, `bayes`", games: 1000, args: []string{"classic",
		"--policy", "bayes?noise=0.2", "--set", "passes=1", "--set", "after_speech=beliefs", "--set", "ballot=open"},
		of: []string{"deception_success", "persuasion", "herding", "herding_order", "exposure_drop"}},
	{name: "`classic` with `after_speech: intent`, `bayes`", games: 1000, args: []string{"classic", "--policy", "bayes?noise=0.2", "--set",
		"passes=1", "--set", "after_speech=intent"}, of: []string{"vote_swing", "vote_swing_toward", "vote_swing_away"}},
	{name: "`classic` with `beliefs.with: statement`, `bayes`", games: 1000, args: []string{"classic", "--policy", "bayes?noise=0.2",
		"--set", "passes=1", "--set", "beliefs.with=statement"}, of: []string{"thought_speech_gap", "thought_speech_gap_chance"}},
	{name: "by dice, with lost ballots, refusals, limits, stops and beliefs that are all alike", games: 3000,
		of: []string{"finished", "forfeit_touched", "refusals", "draw", "tns_defined"}},
}

// members are the metrics of a population.
func (p population) members() []string {
	if p.of != nil {
		return p.of
	}
	var taken, out []string
	for _, q := range populations {
		taken = append(taken, q.of...)
	}
	for _, m := range metrics.All() {
		if !slices.Contains(taken, m.Name) {
			out = append(out, m.Name)
		}
	}
	return out
}

// Sizes of the simulations, and what they have to show.
const (
	coverBatches = 600
	compareRuns  = 300
	compareArm   = 50
	planArm      = 60 // games an arm for which a difference is planted that plan holds enough for
)

// TestValidation: of every metric, how often the 95 % interval of a batch holds the population's figure, how often a comparison without a
// difference finds one, and how often the games that plan asks for find the difference that they are for.
func TestValidation(t *testing.T) {
	if !metricstest.Validating() {
		t.Skip("minutes long: make validation")
	}
	for _, p := range populations {
		v := validated{population: p, t: t, games: p.play(t)}
		v.cover()
		v.compare()
	}
}

type validated struct {
	population
	t     *testing.T
	games []metrics.Game
	truth []analysis.Row
}

func (v *validated) row(section, metric, what, value, wanted string) {
	metricstest.Record(v.t, metricstest.Row{Section: section, Metric: metric, What: what, Value: value, Wanted: wanted,
		Command: "make validation"})
}

// cover is about the intervals of batches of 10, 50 and 200 games.
func (v *validated) cover() {
	whole := analysis.NewSummary(v.members()...)
	for i := range v.games {
		whole.Add(&v.games[i])
	}
	v.truth = whole.Rows(nil)
	want, having := map[string]float64{}, map[string]float64{}
	for _, r := range v.truth {
		want[r.Metric], having[r.Metric] = r.Mean, float64(r.Games)/float64(len(v.games))
		v.row("coverage", r.Metric, "games with a case", metricstest.Number(having[r.Metric]), v.name)
	}
	for _, n := range []int{10, 50, 200} {
		covered, defined := coverage(v.games, v.members(), want, n, coverBatches)
		for _, m := range v.members() {
			share := float64(covered[m]) / float64(max(1, defined[m]))
			shown := fmt.Sprintf("%.3f", share)
			if defined[m] < coverBatches/20 {
				shown = "–" // next to no batch has an interval
			}
			v.row("coverage", m, fmt.Sprintf("n = %d", n), shown, "0.92…0.98 from 50 games with a case on")
			if having[m]*float64(n) >= 50 && (share < 0.92 || share > 0.98) {
				v.t.Errorf("%s at n = %d covers %.3f", m, n, share)
			}
		}
	}
}

// coverage counts, by metric, the batches whose interval holds the truth, and those that have an interval.
func coverage(games []metrics.Game, names []string, want map[string]float64, n, batches int) (covered, defined map[string]int) {
	covered, defined = map[string]int{}, map[string]int{}
	var mu sync.Mutex
	each(batches, func(trial int) {
		src := engine.Dice(7, "validation", trial, n, engine.NoSeat)
		s := analysis.NewSummary(names...)
		for range n {
			s.Add(&games[engine.Below(len(games), src)])
		}
		rows := s.Rows(nil)
		mu.Lock()
		defer mu.Unlock()
		for _, r := range rows {
			if r.Lo == r.Lo {
				defined[r.Metric]++
				if r.Lo <= want[r.Metric]+1e-12 && want[r.Metric] <= r.Hi+1e-12 {
					covered[r.Metric]++
				}
			}
		}
	})
	return covered, defined
}

// compare is about two arms of the same games: as they are, and with a difference that plan says so many games are enough for. What is
// allowed about 0.05 is 3.6 standard errors of so many runs, since there are two such checks a metric.
func (v *validated) compare() {
	for _, r := range v.truth {
		m, _ := metrics.Find(r.Metric)
		cases := make([]metrics.Ratio, len(v.games))
		var all stats.Sample
		for i := range v.games {
			cases[i] = m.Fold(&v.games[i])
			all.Add(cases[i].Num, cases[i].Den)
		}
		what := fmt.Sprintf("two arms of %d games", compareArm)
		alarms, falsely := found(cases, 0, compareArm, r.Metric)
		v.row("type I", r.Metric, what, alarms, "0.05 ± 0.045")
		d := all.Spread() * math.Sqrt(2.0/planArm) * (1.95996 + 0.84162)
		n := stats.GamesForShift(all.Spread(), d, 0.05, 0.8)
		power, share := found(cases, d, n, r.Metric)
		v.row("power", r.Metric, fmt.Sprintf("two arms of %d games", n), power, "0.80 ± 0.08")
		if having := float64(r.Games) / float64(len(v.games)); having*compareArm >= 50 {
			if share < 0.72 || share > 0.88 {
				v.t.Errorf("%s: a difference that plan holds %d games enough for is found in %.3f", r.Metric, n, share)
			}
			if falsely > 0.095 || falsely < 0.005 {
				v.t.Errorf("%s: p < 0.05 without a difference in %.3f", r.Metric, falsely)
			}
		}
	}
}

// found is in how many of the comparisons that are possible p is below 0.05, where the second arm's ratio is off by d.
func found(cases []metrics.Ratio, d float64, n int, name string) (shown string, share float64) {
	var mu sync.Mutex
	hits, all := 0, 0
	each(compareRuns, func(trial int) {
		src := engine.Dice(8, "compare:"+name, trial, n, engine.NoSeat)
		var arms [2]stats.Sample
		for k := range arms {
			arms[k].KeepAll()
			for range n {
				r := cases[engine.Below(len(cases), src)]
				arms[k].Add(r.Num+float64(k)*d*r.Den, r.Den)
			}
		}
		p := stats.Compare(&arms[0], &arms[1], nil, statDice).P
		mu.Lock()
		defer mu.Unlock()
		if p == p {
			all++
			if p < 0.05 {
				hits++
			}
		}
	})
	if all < compareRuns/2 {
		return "–", math.NaN()
	}
	share = float64(hits) / float64(all)
	return fmt.Sprintf("%.3f", share), share
}

// statDice gives the statistics their draws.
func statDice(purpose string, draw, units int) stats.Source {
	return statSource{engine.Dice(0, purpose, draw, units, engine.NoSeat)}
}

type statSource struct{ engine.Source }

func (s statSource) Below(n int) int { return engine.Below(n, s.Source) }

// each runs trials on all processors.
func each(trials int, f func(trial int)) {
	var wg sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for trial := worker; trial < trials; trial += runtime.GOMAXPROCS(0) {
				f(trial)
			}
		})
	}
	wg.Wait()
}

// play plays the population, by the program where it can.
func (p population) play(t *testing.T) []metrics.Game {
	t.Helper()
	if p.args == nil {
		return faulty(t, p.games)
	}
	db := filepath.Join(t.TempDir(), "v.db")
	mustRun(t, slices.Concat([]string{"run"}, p.args, []string{"--games", fmt.Sprint(p.games), "--seed", "11", "--batch", "v", "--db", db,
		"--quiet"})...)
	store, err := memory.OpenReadOnly(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var out []metrics.Game
	err = store.EachGame(t.Context(), "v", metrics.Kinds(), func(g memory.Game, events []codec.Stored) error {
		game, err := metrics.ReadGame(metrics.GameMeta{ID: g.ID, Batch: g.Batch, Index: g.Index}, events)
		out = append(out, game)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// faulty are games by dice in which answers are lost, models refuse, limits end games, some are stopped, and some say the same of all.
func faulty(t *testing.T, n int) []metrics.Game {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Passes, rules.Conclave, rules.MaxRounds = 0, 0, 3
	out := make([]metrics.Game, n)
	for seed := range uint64(n) {
		dice := metricstest.AtRandom(seed)
		of := engine.Dice(seed, "faulty", 0, 0, engine.NoSeat)
		lost, stopped, flat, refuses := engine.Below(10, of) < 3, engine.Below(10, of) < 2, engine.Below(10, of) < 4, engine.Below(300, of)
		events := metricstest.Play(t, seed, rules, func(s engine.State, r engine.Request) engine.Answer {
			a := dice(s, r)
			a.Calls = []engine.Call{{Prompt: "p", Reply: "r"}}
			if r.Beliefs != engine.NoBeliefs {
				a.Beliefs = beliefsOf(seed, r, rules.Players, flat)
			}
			if src := engine.Dice(seed, "refuses", r.Round, int(r.Kind), r.Seat); engine.Below(1000, src) < refuses {
				a.Calls[0].Mended = []string{engine.MarkRefused}
			}
			if lost && r.Kind == engine.AskBallot && r.Seat == 2 {
				a.Forfeit = engine.CauseTimeout
			}
			return a
		})
		if stopped {
			events = events[:len(events)/2]
		}
		g, err := metrics.ReadGame(metrics.GameMeta{ID: fmt.Sprint(seed)}, metricstest.Stored(t, events))
		if err != nil {
			t.Fatal(err)
		}
		out[seed] = g
	}
	return out
}

// beliefsOf are by dice, or the same of everybody.
func beliefsOf(seed uint64, r engine.Request, n int, flat bool) []int16 {
	src := engine.Dice(seed, "beliefs", r.Round, int(r.Kind), r.Seat)
	out := make([]int16, n)
	for j := range out {
		switch at := engine.Seat(j); {
		case at == r.Seat || !r.Living.Has(at):
			out[j] = engine.Unstated
		case flat:
			out[j] = 300
		default:
			out[j] = int16(engine.Below(1001, src))
		}
	}
	return out
}
