package memory

import (
	"fmt"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// drawn answers a request by derived dice, whatever is asked.
func drawn(rules engine.Rules, seed uint64, r engine.Request) engine.Answer {
	src := engine.Dice(seed, "test:"+r.Kind.String(), r.Round, r.Pass*100+r.Position, r.Seat)
	a := engine.Answer{Seat: r.Seat, Target: engine.Pick(r.Legal, src), Bid: engine.Below(5, src),
		Text: "I have watched the votes since the first day, and I don't trust what I see here."}
	if r.Beliefs == engine.NoBeliefs {
		return a
	}
	a.Beliefs = make([]int16, rules.Players)
	for i := range a.Beliefs {
		a.Beliefs[i] = engine.Unstated
		if s := engine.Seat(i); s != r.Seat && r.Living.Has(s) {
			a.Beliefs[i] = int16(engine.Below(1001, src))
		}
	}
	return a
}

// play returns the steps of a game between random players; the first is the opening.
func play(t testing.TB, seed uint64) ([][]engine.Event, engine.State) {
	t.Helper()
	rules := engine.DefaultRules().Complete()
	cast := make([]engine.Player, rules.Players)
	for i := range cast {
		cast[i] = engine.Player{Name: fmt.Sprintf("Player %d", i), Persona: "a retired teacher", Policy: "random"}
	}
	opening, state, err := engine.Open(engine.Setup{Seed: seed, Scenario: "test", Rules: rules, Cast: cast})
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	steps := [][]engine.Event{opening}
	for {
		asked := engine.Pending(state)
		if len(asked) == 0 {
			return steps, state
		}
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			answers[i] = drawn(state.Rules, seed, r)
		}
		step, err := engine.Decide(state, answers)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, e := range step {
			if state, err = engine.Apply(state, e); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		steps = append(steps, step)
	}
}

func flat(steps [][]engine.Event) []engine.Event {
	var out []engine.Event
	for _, s := range steps {
		out = append(out, s...)
	}
	return out
}

func playWhole(t testing.TB, seed uint64) []engine.Event {
	steps, _ := play(t, seed)
	return flat(steps)
}

// game is the row of a game in the batch "test-1".
func game(index int) Game {
	return Game{ID: fmt.Sprintf("%010x", 0xabc0000000+index), Batch: "test-1", Index: index, Seed: uint64(index), Winner: "faithful",
		Rounds: 3}
}
