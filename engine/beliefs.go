package engine

import (
	"fmt"
	"slices"
)

// Belief is what a seat believes of the others at a moment: by subject, per mille, Unstated for itself and the dead
// (rule 7.1). First order: the probability that the subject is a traitor now. Second order, of a traitor: how suspected it
// thinks the subject believes it to be.
type Belief struct {
	Observer Seat    `json:"observer"`
	Order    int     `json:"order"`
	When     string  `json:"when"` // ballot, statement; start, round_table, banishment, …; after_speech
	PerMille []int16 `json:"per_mille"`
}

// Stated reports whether anything is: of an answer that was forfeited all is Unstated.
func (b Belief) Stated() bool {
	return slices.ContainsFunc(b.PerMille, func(v int16) bool { return v != Unstated })
}

// Thought is a private thought, for the log only (rule 9.3).
type Thought struct {
	Seat Seat   `json:"seat"`
	Text string `json:"text"`
}

// Answered lists the model calls behind an answer, so that the chain covers the replies (docs/architecture.md).
type Answered struct {
	Seat    Seat        `json:"seat"`
	Request RequestKind `json:"request"`
	Calls   []Call      `json:"calls"`
}

// Forfeited is an answer that the rules had to supply (rule 3.6), or a part of one that is gone: beliefs, an act.
type Forfeited struct {
	Seat    Seat        `json:"seat"`
	Request RequestKind `json:"request"`
	Cause   Cause       `json:"cause"`
}

func enterBeliefs(t *turn) { t.emit(t.all(), PhaseBegan{}) }

func askBeliefs(s *State) []Request { return s.askAll(AskBeliefs, s.Living&^s.Done) }

func decideBeliefs(t *turn, answers []Answer) {
	for _, a := range answers {
		t.believe(a)
	}
}

// believe records the beliefs of an answer to a request of their own; a forfeit leaves them all unstated.
func (t *turn) believe(a Answer) {
	t.aside(Answer{Seat: a.Seat, Thought: a.Thought, Forfeit: a.Forfeit, Calls: a.Calls}, AskBeliefs)
	if a.Forfeit == CauseNone && t.lacking(a) {
		t.emit(0, Forfeited{Seat: a.Seat, Request: AskBeliefs, Cause: CauseSchema})
	}
	if a.Forfeit != CauseNone {
		a.Beliefs = make([]int16, t.state.Rules.Players)
		for i := range a.Beliefs {
			a.Beliefs[i] = Unstated
		}
	}
	when := phases[t.state.Before].ends.String()
	if t.state.Reacting != 0 {
		when = "after_speech"
	}
	t.emit(SeatsOf(a.Seat), Belief{Observer: a.Seat, Order: int(t.state.orderOf(a.Seat)), When: when, PerMille: a.Beliefs})
}

// orderOf is what a seat's beliefs are about: a seat that knows who is of the informed team is asked how suspected it is.
func (s *State) orderOf(seat Seat) BeliefOrder {
	if s.Roles.TeamOf(seat).Informed() && s.Roles.fellows(seat) != 0 {
		return SecondOrder
	}
	return FirstOrder
}

// Kind implements Body.
func (Belief) Kind() Kind { return KindBelief }

// Actor implements Deed.
func (b Belief) Actor() Seat { return b.Observer }

// Fill implements Deed.
func (b Belief) Fill(a *Answer) { a.Beliefs = b.PerMille }

func (b Belief) apply(s *State) error {
	if err := s.needLiving(b.Observer); err != nil {
		return err
	}
	if len(b.PerMille) != s.Rules.Players {
		return fmt.Errorf("beliefs of %d seats", len(b.PerMille))
	}
	for i, v := range b.PerMille {
		if v < Unstated || v > 1000 || v != Unstated && (Seat(i) == b.Observer || !s.Living.Has(Seat(i))) {
			return fmt.Errorf("seat %d believes %d per mille of seat %d", b.Observer, v, i)
		}
	}
	switch {
	case b.When == "after_speech":
		s.Reacting = s.Reacting.Without(b.Observer)
	case s.Phase == PhaseBeliefs:
		s.Done = s.Done.With(b.Observer)
	}
	return nil
}

// Kind implements Body.
func (Thought) Kind() Kind { return KindThought }

// Actor implements Deed.
func (b Thought) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Thought) Fill(a *Answer) { a.Thought = b.Text }

func (b Thought) apply(s *State) error { return s.needSeat(b.Seat) }

// Kind implements Body.
func (Answered) Kind() Kind { return KindAnswered }

func (b Answered) apply(s *State) error { return s.needSeat(b.Seat) }

// Kind implements Body.
func (Forfeited) Kind() Kind { return KindForfeit }

func (b Forfeited) apply(s *State) error { return s.needSeat(b.Seat) }
