package scripted

import (
	"fmt"
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
)

// seen is what seat 0 of a table of n perceived on the first day: it is a traitor, and seat 1 its ally.
func seen(n int, said ...engine.Statement) engine.Observation {
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = n, 2
	opened := engine.Opened{Rules: rules.Complete()}
	for i := range n {
		opened.Names = append(opened.Names, fmt.Sprint("P", i))
	}
	out := engine.Observation{}
	note := func(round int, p engine.Phase, b engine.Body) {
		out.Events = append(out.Events, engine.Observed{Round: round, Phase: p, Body: b})
	}
	note(0, engine.PhaseSetup, opened)
	note(0, engine.PhaseSetup, engine.Dealt{Seat: 0, Role: engine.RoleTraitor})
	note(0, engine.PhaseSetup, engine.Allies{Seats: []engine.Seat{0, 1}})
	note(1, engine.PhaseRoundTable, engine.PhaseBegan{})
	for _, s := range said {
		note(1, engine.PhaseRoundTable, s)
	}
	return out
}

func accuses(from, about engine.Seat) engine.Statement {
	return engine.Statement{Seat: from, Text: "Hm.", Acts: []engine.Act{{Kind: engine.Accuse, Seat: about}}}
}

// answers counts whom seat 0 votes for, over seeds.
func answers(t *testing.T, spec string, n int, o engine.Observation, kind engine.RequestKind) map[engine.Seat]int {
	t.Helper()
	out := map[engine.Seat]int{}
	for seed := range uint64(200) {
		a, err := policies[0].New(agents.PolicyOf(spec), 0, seed)
		if err != nil {
			t.Fatal(err)
		}
		living := engine.AllSeats(n)
		r := engine.Request{Kind: kind, Round: 1, Phase: engine.PhaseBallot, Living: living, Legal: living.Without(0)}
		got, err := a.Act(t.Context(), o, r)
		if err != nil || !r.Legal.Has(got.Target) {
			t.Fatalf("seed %d: %+v, %v", seed, got, err)
		}
		out[got.Target]++
	}
	return out
}

// A traitor spares its ally while others are as suspected, and goes for anybody else.
func TestTraitorSparesItsAlly(t *testing.T) {
	got := answers(t, "bayes", 6, seen(6), engine.AskBallot)
	if got[1] > 0 || len(got) != 4 {
		t.Errorf("it votes for %v", got)
	}
}

// An accuser adds a little: one leaves a tie, many decide, and a promise holds until somebody is much more suspected.
func TestPressureAndPromises(t *testing.T) {
	accusers := func(n int) (out []engine.Statement) {
		for i := range n {
			out = append(out, accuses(engine.Seat(4+i), 3))
		}
		return out
	}
	if got := answers(t, "bayes", 16, seen(16, accusers(1)...), engine.AskBallot); got[3] == 200 || len(got) < 10 {
		t.Errorf("one accuser decides: %v", got)
	}
	if got := answers(t, "bayes", 16, seen(16, accusers(4)...), engine.AskBallot); got[3] != 200 {
		t.Errorf("four accusers do not: %v", got)
	}
	promise := engine.Statement{Seat: 0, Text: "Hm.", Acts: []engine.Act{{Kind: engine.Promise, Seat: 2}}}
	if got := answers(t, "bayes", 16, seen(16, append(accusers(4), promise)...), engine.AskBallot); got[2] != 200 {
		t.Errorf("a promise is broken for four accusers: %v", got)
	}
	if got := answers(t, "bayes", 16, seen(16, append(accusers(12), promise)...), engine.AskBallot); got[3] != 200 {
		t.Errorf("a promise is kept against twelve: %v", got)
	}
}

// Noise leaves so much of the choices to chance: none, a little, all.
func TestNoiseIsAShare(t *testing.T) {
	all := []engine.Statement{accuses(4, 3), accuses(5, 3), accuses(6, 3), accuses(7, 3)}
	for spec, bounds := range map[string][2]int{"bayes": {200, 200}, "bayes?noise=0.1": {165, 197}, "bayes?noise=1": {1, 40}} {
		got := answers(t, spec, 16, seen(16, all...), engine.AskBallot)[3]
		if got < bounds[0] || got > bounds[1] {
			t.Errorf("%s: %d of 200 choices are the policy's", spec, got)
		}
	}
	for _, spec := range []string{"bayes?noise=1.1", "bayes?noise=-0.1", "bayes?noise=NaN", "bayes?noise=much"} {
		if _, err := policies[0].New(agents.PolicyOf(spec), 0, 1); err == nil {
			t.Errorf("%s is taken", spec)
		}
	}
}

// A traitor knows that its ally knows: it thinks itself wholly suspected by it, and by the others as by the counts.
func TestSecondOrderBeliefs(t *testing.T) {
	a, err := policies[0].New(agents.PolicyOf("bayes"), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	living := engine.AllSeats(6)
	got, err := a.Act(t.Context(), seen(6), engine.Request{Kind: engine.AskBeliefs, Living: living, Beliefs: engine.SecondOrder})
	if err != nil || got.Beliefs[0] != engine.Unstated || got.Beliefs[1] != 1000 || got.Beliefs[2] != 400 || len(got.Beliefs) != 6 {
		t.Errorf("%v, %v: two traitors among the five others are 400 per mille", got.Beliefs, err)
	}
}
