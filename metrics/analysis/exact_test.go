package analysis

import (
	"math"
	"math/big"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// slowWin follows every banishment and murder of a game, without the closed form: rounds are left, and a limit is nobody's.
func slowWin(n, m, rounds int) *big.Rat {
	switch {
	case m == 0 || rounds == 0:
		return new(big.Rat)
	case n <= 2*m:
		return big.NewRat(1, 1)
	}
	sum := new(big.Rat)
	for seat := range n { // the traitors sit first; each seat is as likely to go
		left, traitors := n-1, m
		if seat < m {
			traitors--
		}
		if 2*traitors < left && traitors > 0 {
			left-- // murdered
		}
		rest := slowWin(left, traitors, rounds-1)
		if traitors > 0 && 2*traitors >= left {
			rest = big.NewRat(1, 1)
		}
		sum.Add(sum, rest)
	}
	return sum.Mul(sum, big.NewRat(1, int64(n)))
}

func TestExactWinSlowly(t *testing.T) {
	for n := 4; n <= 12; n++ {
		for m := 1; 2*m < n; m++ {
			r := engine.DefaultRules()
			r.Players, r.Traitors, r.MaxRounds = n, m, (n-1)/2
			w, ok := ExactWin(r)
			if want := slowWin(n, m, r.MaxRounds); !ok || w.Cmp(want) != 0 {
				t.Errorf("w(%d, %d) = %s (%t), slowly %s", n, m, w, ok, want)
			}
		}
	}
}

// The exact chance is what the engine plays, under every rule it is said to hold for.
func TestExactWinIsPlayed(t *testing.T) {
	for name, change := range map[string]func(*engine.Rules){
		"check night": func(r *engine.Rules) { r.Check = "night" },
		"first night": func(r *engine.Rules) { r.First = "night" },
		"open ballot": func(r *engine.Rules) { r.Ballot, r.Hears = "open", engine.Hears{First: "running", Later: "running"} },
		"first named": func(r *engine.Rules) { r.Tie = "first_named" },
		"no reveal":   func(r *engine.Rules) { r.Reveal = "nothing" },
		"duel":        func(r *engine.Rules) { r.Players, r.Traitors, r.MaxRounds, r.AtLimit = 4, 1, 1, "traitors" },
	} {
		r := engine.DefaultRules()
		r.Players, r.Traitors, r.Passes, r.Conclave, r.Beliefs = 8, 2, 0, 0, engine.Beliefs{}
		change(&r)
		exact, ok := ExactWin(r)
		if !ok {
			t.Errorf("%s: no exact chance", name)
			continue
		}
		const games = 1500
		won := 0
		for seed := range uint64(games) {
			g := play(t, seed, r, metricstest.AtRandom(seed)).read(t)
			won += int(truth(g.Winner == engine.Minority()))
		}
		w, _ := exact.Float64()
		if got := float64(won) / games; math.Abs(got-w) > 4*math.Sqrt(w*(1-w)/games) {
			t.Errorf("%s: traitors win %.4f, by the recursion %.4f", name, got, w)
		}
	}
}

func TestExactWinSaysWhereItIsNot(t *testing.T) {
	for name, change := range map[string]func(*engine.Rules){
		"no murder":     func(r *engine.Rules) { r.Murder = false },
		"no ballot":     func(r *engine.Rules) { r.Ballot = "off" },
		"abstentions":   func(r *engine.Rules) { r.Abstain = true },
		"tie nobody":    func(r *engine.Rules) { r.Tie = "nobody" },
		"last faithful": func(r *engine.Rules) { r.TraitorsWin = "last_faithful" },
		"few rounds":    func(r *engine.Rules) { r.MaxRounds = 3 },
	} {
		r := engine.DefaultRules()
		change(&r)
		if _, ok := ExactWin(r); ok {
			t.Errorf("%s has an exact chance", name)
		}
	}
}

func TestExactWinRecursion(t *testing.T) {
	for _, c := range []struct {
		n, m int
		want string
	}{{10, 3, "149/160"}, {4, 1, "3/4"}, {3, 1, "2/3"}, {4, 2, "1/1"}, {9, 0, "0/1"}} {
		if got := exactWin(c.n, c.m).String(); got != c.want {
			t.Errorf("w(%d, %d) = %s, wanted %s", c.n, c.m, got, c.want)
		}
	}
	r := engine.DefaultRules().Complete()
	if _, ok := ExactWin(r); !ok {
		t.Error("classic's ballots have an exact chance")
	}
	r.Murder = false
	if _, ok := ExactWin(r); ok {
		t.Error("no exact chance without a murder")
	}
}

// How a game of ten with three traitors goes by dice, as two independent calculations gave it, and the hazards written out.
func TestExactCourse(t *testing.T) {
	r := engine.DefaultRules()
	exact := Exact(r)
	for name, want := range map[string]float64{"traitors_win": 149.0 / 160, "faithful_win": 11.0 / 160, "draw": 0, "rounds": 2.79,
		"tsr_curvo": 0.71, "fsr_curvo": 0.34, "banishment_accuracy": 0.312, "rounds_to_first_traitor": 1 + 0.7, "brier": 2001.0 / 6000,
		"survivors_traitors": 2.13, "vote_lift": 0} {
		if got, ok := exact[name]; !ok || math.Abs(got-want) > 0.005 {
			t.Errorf("%s is %.4f (%t), elsewhere %.4f", name, got, ok, want)
		}
	}
	sum := exact["survivors_traitors"] + exact["survivors_faithful"] + exact["banished_traitors"] + exact["banished_faithful"] +
		exact["murdered"]
	if math.Abs(sum-10) > 1e-9 {
		t.Errorf("of ten seats %.4f are told", sum)
	}
	r.Check = engine.CheckNight
	if _, ok := Exact(r)["rounds"]; ok {
		t.Error("the recursion is told of rules that it is not for")
	}
}

// The standard error of a mean over several rules is that of independent simulations; what is exact stays so.
func TestLevelsOfSeveralRules(t *testing.T) {
	f := Figures{Summary: NewSummary(), rules: []ruled{{engine.Rules{Players: 4}, 1}, {engine.Rules{Players: 5}, 3}}}
	got, err := f.levels(func(r engine.Rules) (map[string]Level, error) {
		return map[string]Level{"rounds": {float64(r.Players), 0.4}, "draw": {}}, nil
	}, map[engine.Rules]map[string]Level{})
	if want := math.Sqrt(0.1*0.1 + 0.3*0.3); err != nil || got["rounds"].Mean != 4.75 || math.Abs(got["rounds"].SE-want) > 1e-12 ||
		got["draw"].SE != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

// What a game in a hundred has is a level, and what is rarer is none.
func TestRareHasNoLevel(t *testing.T) {
	for cases, want := range map[int]bool{2: false, 3: true} {
		tally := NewTally()
		for i := range 300 {
			c := Cases{make([]metrics.Ratio, len(tally.metrics)), make([][]stats.Time, len(tally.survivals))}
			if i < cases {
				c.ratios[0] = metrics.Ratio{Num: float64(i), Den: 2}
			}
			tally.Add(c)
		}
		if l, ok := tally.Levels()[tally.metrics[0].Name]; ok != want || ok && (l.Mean != 0.5 || !(l.SE > 0)) {
			t.Errorf("%d of 300 games: %v, %t", cases, l, ok)
		}
	}
}

// A metric of which random play has no case has the level of the same acts by lot.
func TestLevelByLot(t *testing.T) {
	f := Figures{Summary: NewSummary(), rules: []ruled{{engine.Rules{Players: 4}, 1}}}
	for i, m := range f.Summary.metrics {
		if m.Name == "thought_speech_gap_chance" {
			f.Summary.samples[i].Add(1, 4)
		}
	}
	got, err := f.levels(func(engine.Rules) (map[string]Level, error) { return nil, nil }, map[engine.Rules]map[string]Level{})
	if l := got["thought_speech_gap"]; err != nil || l.Mean != 0.25 || !math.IsNaN(l.SE) || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestDigits(t *testing.T) {
	for v, want := range map[float64]float64{0.31234567: 0.312346, -1234567.8: -1234570, 2.5e-17: 0, 1: 1} {
		if got := digits(v); got != want {
			t.Errorf("%v has six digits as %v", v, got)
		}
	}
}
