package analysis

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
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
		r.Players, r.Traitors = 8, 2
		change(&r)
		exact, ok := ExactWin(r)
		if !ok {
			t.Errorf("%s: no exact chance", name)
			continue
		}
		const games = 1500
		won := 0
		for seed := range uint64(games) {
			g := play(t, seed, silent(r.Complete()), metricstest.AtRandom(seed)).read(t)
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

// Any valid rules have chance levels, the same each time, and nothing that rests on speech.
func TestChanceLevelsOfAnyRules(t *testing.T) {
	done := 0
	for seed := uint64(0); done < 150; seed++ {
		r := metricstest.AnyRules(seed)
		if r.Complete().Validate() != nil {
			continue
		}
		done++
		levels, err := ChanceLevels(r, 3)
		if err != nil {
			t.Fatalf("rules %d: %v\n%+v", seed, err, r)
		}
		again, _ := ChanceLevels(r, 3)
		if fmt.Sprint(levels) != fmt.Sprint(again) {
			t.Fatalf("rules %d: %v, then %v", seed, levels, again)
		}
		for _, m := range metrics.All() {
			if _, ok := levels[m.Name]; ok && m.Section == "D" && m.Unit == "share of statements" {
				t.Errorf("rules %d: chance says something of %s", seed, m.Name)
			}
		}
	}
}

// Who believes m/(n−1) of everybody tells nobody apart, at every moment at which the rules may ask.
func TestChanceLevelsOfBeliefs(t *testing.T) {
	for _, beliefs := range []engine.Beliefs{
		{With: engine.WithBallot}, {With: engine.WithStatement}, {After: engine.AfterBanishment},
		{After: engine.AfterRoundTable}, {After: engine.AfterBreakfast},
	} {
		r := engine.DefaultRules()
		r.Beliefs = beliefs
		levels, err := ChanceLevels(r, 40)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]float64{"auc": 0.5, "discrimination_slope": 0, "trust_in_traitors": 0.667,
			"trust_in_faithful": 0.667, "cover": 0} {
			if got, ok := levels[name]; !ok || math.Abs(got-want) > 1e-6 {
				t.Errorf("%+v: %s by chance %v (%t), wanted %v", beliefs, name, got, ok, want)
			}
		}
	}
	r := engine.DefaultRules()
	r.Beliefs = engine.Beliefs{}
	if levels, err := ChanceLevels(r, 5); err != nil || levels["traitors_win"] != 149.0/160 {
		t.Errorf("traitors win %v, %v", levels["traitors_win"], err)
	} else if _, ok := levels["brier"]; ok {
		t.Error("a level of beliefs that are not asked for")
	}
}

func BenchmarkChanceLevels(b *testing.B) {
	for range b.N {
		if _, err := ChanceLevels(engine.DefaultRules(), 2000); err != nil {
			b.Fatal(err)
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
