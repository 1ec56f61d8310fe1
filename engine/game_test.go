package engine

import (
	"fmt"
	"slices"
	"testing"
)

// game is a table on which a test decides every answer.
type game struct {
	t      *testing.T
	state  State
	events []Event
}

// begin opens a game of six with the traitors pinned, and no beliefs or thoughts unless change asks for them.
func begin(t *testing.T, traitors Seats, change func(*Rules)) *game {
	t.Helper()
	r := DefaultRules()
	r.Players, r.Traitors, r.Beliefs, r.Passes, r.Conclave, r.Order = 6, traitors.Len(), Beliefs{}, 0, 0, "seat"
	if change != nil {
		change(&r)
	}
	r = r.Complete()
	cast := make([]Player, r.Players)
	for i := range cast {
		cast[i] = Player{Name: fmt.Sprint("P", i), Persona: "plain", Policy: "test", Role: RoleFaithful}
		if traitors.Has(Seat(i)) {
			cast[i].Role = RoleTraitor
		}
	}
	events, state, err := Open(Setup{Seed: 11, Rules: r, Cast: cast})
	if err != nil {
		t.Fatal(err)
	}
	return &game{t, state, events}
}

// answer gives every pending seat what give says, and returns the step's events.
func (g *game) answer(give func(Request) Answer) []Event {
	g.t.Helper()
	asked := Pending(g.state)
	answers := make([]Answer, len(asked))
	for i, r := range asked {
		answers[i] = give(r)
		answers[i].Seat = r.Seat
	}
	slices.Reverse(answers) // the order of arrival changes nothing (promise 2)
	step, err := Decide(g.state, answers)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, e := range step {
		if g.state, err = Apply(g.state, e); err != nil {
			g.t.Fatal(err)
		}
	}
	g.events = append(g.events, step...)
	return step
}

// vote answers a ballot by seat.
func (g *game) vote(targets ...Seat) []Event {
	g.t.Helper()
	return g.answer(func(r Request) Answer { return Answer{Target: targets[r.Seat]} })
}

// of picks the bodies of one kind.
func of[B Body](events []Event) (out []B) {
	for _, e := range events {
		if b, ok := e.Body.(B); ok {
			out = append(out, b)
		}
	}
	return out
}

func (g *game) asks(kind RequestKind, seats Seats) {
	g.t.Helper()
	var got Seats
	for _, r := range Pending(g.state) {
		if r.Kind != kind {
			g.t.Fatalf("asked for %s in %s, wanted %s", r.Kind, g.state.Phase, kind)
		}
		got = got.With(r.Seat)
	}
	if got != seats {
		g.t.Fatalf("%s is asked of %v, wanted %v", kind, got.List(), seats.List())
	}
}

const none = NoSeat
