package engine_test

import (
	"fmt"
	"log"

	"github.com/turncoat-sim/turncoat/engine"
)

// table seats five players, one of them a traitor, who say nothing.
func table() engine.Setup {
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors, rules.Passes, rules.Beliefs = 5, 1, 0, engine.Beliefs{}
	setup := engine.Setup{Seed: 3, Rules: rules.Complete()}
	for _, name := range []string{"Ada", "Bo", "Cy", "Di", "Ed"} {
		setup.Cast = append(setup.Cast, engine.Player{Name: name, Policy: "first"})
	}
	return setup
}

// first names the first whom it may name, in the order in which they are offered.
func first(r engine.Request) engine.Answer {
	return engine.Answer{Seat: r.Seat, Target: r.Offered()[0]}
}

// One game, step by step, and what the player at seat 2 perceived of it.
func Example() {
	events, state, err := engine.Open(table())
	for asked := engine.Pending(state); err == nil && len(asked) > 0; asked = engine.Pending(state) {
		var answers []engine.Answer
		for _, r := range asked {
			answers = append(answers, first(r))
		}
		var step []engine.Event
		if step, err = engine.Decide(state, answers); err != nil {
			break
		}
		for _, e := range step {
			if state, err = engine.Apply(state, e); err != nil {
				break
			}
		}
		events = append(events, step...)
	}
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range engine.ObservationOf(events, 2).Events {
		switch b := e.Body.(type) {
		case engine.Dealt, engine.Banished, engine.Found, engine.Ended:
			fmt.Printf("round %d, %s: %s %+v\n", e.Round, e.Phase, b.Kind(), b)
		}
	}
	// Output:
	// round 0, setup: dealt {Seat:2 Role:faithful}
	// round 1, banishment: banished {Seat:3}
	// round 2, breakfast: found {Victim:1}
	// round 2, banishment: banished {Seat:4}
	// round 2, over: ended {Winner:traitors Reason:parity Roles:[traitor faithful faithful faithful faithful]}
}

// A log folds to the state at its end; any beginning of it is the game as it stood then.
func ExampleFold() {
	events, end, err := engine.Play(table(), func(_ engine.State, r engine.Request) engine.Answer { return first(r) })
	if err != nil {
		log.Fatal(err)
	}
	whole, err := engine.Fold(events)
	fmt.Println(whole == end, whole.Winner, "win", err)

	half, err := engine.Fold(events[:len(events)/2])
	fmt.Println(half.Phase, "of round", half.Round, "with", half.Living.Len(), "alive", err)

	_, err = engine.Apply(half, events[0]) // the log can't begin again in the middle
	fmt.Println(err)
	// Output:
	// true traitors win <nil>
	// runoff of round 1 with 5 alive <nil>
	// event 0 (created): has number 0, expected 18
}
