package engine

import (
	"testing"
)

func TestRule7_1Beliefs(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Beliefs.With, r.Beliefs.After = WithBallot, AfterStart|AfterBanishment })
	g.asks(AskBeliefs, AllSeats(6))
	state := func(r Request) Answer {
		a := Answer{Target: (r.Seat + 1) % 6, Beliefs: make([]int16, 6)}
		for i := range a.Beliefs {
			if a.Beliefs[i] = 100; Seat(i) == r.Seat || !r.Living.Has(Seat(i)) {
				a.Beliefs[i] = Unstated
			}
		}
		return a
	}
	for _, r := range Pending(g.state) {
		want := FirstOrder
		if r.Seat == 0 {
			want = SecondOrder
		}
		if r.Beliefs != want {
			t.Errorf("seat %d is asked for order %d", r.Seat, r.Beliefs)
		}
	}
	for _, e := range g.answer(state) {
		if b, ok := e.Body.(Belief); ok && (b.When != "start" || e.Audience != SeatsOf(b.Observer)) {
			t.Errorf("%+v to %v", b, e.Audience.List())
		}
	}
	step := g.answer(func(r Request) Answer { a := state(r); a.Target = 1 - min(1, r.Seat); return a })
	if b := of[Belief](step); len(b) != 6 || b[0].When != "ballot" {
		t.Errorf("with the ballot: %+v", b)
	}
}

// A belief that is lacking costs that belief: the others stand, and the log says that one was asked for in vain.
func TestRule7_1BeliefsThatAreLacking(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Beliefs.With, r.Beliefs.After = WithBallot, AfterStart })
	lacks := func(r Request) Answer {
		a := Answer{Target: (r.Seat + 1) % 6, Beliefs: []int16{100, 100, 100, 100, 100, 100}}
		a.Beliefs[r.Seat] = Unstated
		if r.Seat == 2 {
			a.Beliefs[4] = Unstated
		}
		return a
	}
	for _, when := range []string{"start", "ballot"} {
		step := g.answer(lacks)
		beliefs, lost := of[Belief](step), of[Forfeited](step)
		if len(beliefs) != 6 || beliefs[2].When != when || beliefs[2].PerMille[4] != Unstated || beliefs[2].PerMille[3] != 100 {
			t.Errorf("%s: %+v", when, beliefs)
		}
		if len(lost) != 1 || lost[0] != (Forfeited{Seat: 2, Request: AskBeliefs, Cause: CauseSchema}) {
			t.Errorf("%s: %+v", when, lost)
		}
	}
}

// Of its fellows, who know, a traitor need not say how suspected it is.
func TestRule7_1FellowsNeedNotBeStated(t *testing.T) {
	g := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Beliefs.With = WithBallot })
	step := g.answer(func(r Request) Answer {
		a := Answer{Target: (r.Seat + 1) % 6, Beliefs: []int16{100, 100, 100, 100, 100, 100}}
		a.Beliefs[r.Seat] = Unstated
		if r.Seat < 2 {
			a.Beliefs[1-r.Seat] = Unstated
		} else if r.Seat == 2 {
			a.Beliefs[0] = Unstated
		}
		return a
	})
	if lost := of[Forfeited](step); len(lost) != 1 || lost[0].Seat != 2 || len(of[Belief](step)) != 6 {
		t.Errorf("%+v", lost)
	}
}

func TestRule7_2AfterSpeech(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Passes, r.AfterSpeech = 1, "intent" })
	g.answer(func(Request) Answer { return Answer{Text: "Well."} })
	g.asks(AskIntent, AllSeats(6))
	if got := of[Intent](g.answer(func(r Request) Answer { return Answer{Target: (r.Seat + 1) % 6} })); len(got) != 6 {
		t.Errorf("%d intents", len(got))
	}
	g.asks(AskStatement, SeatsOf(1))
}

func TestRule7_3Debrief(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Debrief = true })
	g.vote(1, 0, 0, 0, 0, 0)
	g.asks(AskDebrief, AllSeats(6))
	for _, e := range g.answer(func(Request) Answer { return Answer{Text: "A game."} }) {
		if e.Audience != 0 {
			t.Errorf("a debriefing is perceived by %v", e.Audience.List())
		}
	}
	if len(Pending(g.state)) != 0 || !g.state.Over {
		t.Error("it does not end")
	}
}

// Under recap: thought a seat perceives its own thoughts again, and nobody else's.
func TestRule9_3Recap(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Recap = "thought" })
	step := g.answer(func(r Request) Answer { return Answer{Target: (r.Seat + 1) % 6, Thought: "hm"} })
	for _, e := range step {
		if b, ok := e.Body.(Thought); ok && e.Audience != SeatsOf(b.Seat) {
			t.Errorf("the thought of %d is perceived by %v", b.Seat, e.Audience.List())
		}
	}
	if len(of[Thought](step)) != 6 {
		t.Error("no thoughts")
	}
}

func TestRule9_3Thoughts(t *testing.T) {
	g := begin(t, SeatsOf(0), nil)
	step := g.answer(func(r Request) Answer { return Answer{Target: (r.Seat + 1) % 6, Thought: "hm"} })
	for _, e := range step {
		if e.Body.Kind() == KindThought && e.Audience != 0 {
			t.Error("a thought is perceived")
		}
	}
	if len(of[Thought](step)) != 6 {
		t.Errorf("%d thoughts", len(of[Thought](step)))
	}
}
