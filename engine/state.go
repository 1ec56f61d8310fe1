package engine

import "fmt"

// State is a game as it stands after an event: fixed arrays and bit sets, so a copy can't alias. It is what the log says
// and nothing else: folding the events with Apply gives it back.
type State struct {
	Rules     Rules
	Seed      uint64
	Seq, Step uint64 // of the next event; of the last one

	Round  int
	Phase  Phase
	Before Phase // the phase that beliefs and notes come after

	Living, Traitors Seats
	Roles            [MaxSeats]Role

	Pass, Turn int // of the talk, the open ballot, the conclave
	Order      [MaxSeats]Seat
	Ordered    int // how many of Order are set
	Floor      Seat
	Named      Seats // by the last statement
	Reacting   Seats // who has still to react to the last statement (7.2)
	Done       Seats // who has answered what this phase asks of everybody once
	Bids       [MaxSeats]int8

	Ballots [MaxSeats]Seat
	Cast    Seats // who has voted in this stage, or named a victim this night
	Tied    Seats // set from the tie that made a runoff on

	Victim Seat // of the night just passed
	Night  bool // a night's outcome waits to be found

	Imported bool // another system played it: only its log is kept

	Over   bool
	Winner Team

	allowed allowed // the machine's transitions under these rules
}

// Apply folds one event into the state. It refuses what can't follow, and then the state is unchanged.
func Apply(s State, e Event) (State, error) {
	if s.Imported {
		return s.follow(e)
	}
	next := s
	if err := next.advance(e); err != nil {
		return s, fmt.Errorf("event %d (%s): %w", e.Seq, e.Body.Kind(), err)
	}
	if err := e.Body.apply(&next); err != nil {
		return s, fmt.Errorf("event %d (%s, round %d, %s): %w", e.Seq, e.Body.Kind(), e.Round, e.Phase, err)
	}
	next.Seq = e.Seq + 1
	return next, nil
}

// Fold applies events from the start.
func Fold(events []Event) (State, error) {
	var s State
	var err error
	for _, e := range events {
		if s, err = Apply(s, e); err != nil {
			return s, err
		}
	}
	return s, nil
}

// advance checks the header and moves the state to the event's step, round and phase.
func (s *State) advance(e Event) error {
	switch {
	case e.Seq != s.Seq:
		return fmt.Errorf("has number %d, expected %d", e.Seq, s.Seq)
	case e.Step != s.Step && e.Step != s.Step+1:
		return fmt.Errorf("is of step %d after %d", e.Step, s.Step)
	case e.Seq == 0 && e.Body.Kind() != KindCreated && e.Body.Kind() != KindImported:
		return fmt.Errorf("opens the log in place of created")
	case s.Over && e.Phase != PhaseDebrief && e.Phase != PhaseReflection && e.Phase != s.Phase:
		return fmt.Errorf("comes after the end")
	}
	s.Step = e.Step
	if e.Phase == s.Phase && e.Round == s.Round {
		return nil
	}
	if s.allowed[s.Phase]>>e.Phase&1 == 0 {
		return fmt.Errorf("%s cannot follow %s", e.Phase, s.Phase)
	}
	if e.Round != s.Round && (e.Round != s.Round+1 || !opensRound(e.Phase)) {
		return fmt.Errorf("is of round %d after %d", e.Round, s.Round)
	}
	s.enter(e.Phase, e.Round)
	return nil
}

// enter resets what belongs to a phase.
func (s *State) enter(p Phase, round int) {
	if aside := p == PhaseBeliefs || p == PhaseReflection; aside && s.Phase != PhaseBeliefs {
		s.Before = s.Phase
	}
	s.Phase, s.Round = p, round
	s.Pass, s.Turn, s.Ordered, s.Floor = 0, 0, 0, NoSeat
	s.Named, s.Reacting, s.Done = 0, 0, 0
	if p == PhaseBallot || p == PhaseMurder {
		s.Cast, s.Tied = 0, 0
	}
}

func (s *State) needSeat(seat Seat) error {
	if seat < 0 || int(seat) >= s.Rules.Players {
		return fmt.Errorf("no seat %d at a table of %d", seat, s.Rules.Players)
	}
	return nil
}

func (s *State) needLiving(seat Seat) error {
	if !s.Living.Has(seat) {
		return fmt.Errorf("seat %d does not live", seat)
	}
	return nil
}

// legalTargets are whom the seat may name in a request of the kind.
func (s *State) legalTargets(kind RequestKind, seat Seat) Seats {
	switch kind {
	case AskBallot:
		if s.Phase == PhaseRunoff {
			return s.Tied.Without(seat)
		}
		return s.Living.Without(seat)
	case AskIntent:
		return s.Living.Without(seat)
	case AskMurder:
		return s.Living &^ s.Traitors
	}
	return 0
}

// askAll asks every seat of the set, in seat order.
func (s *State) askAll(kind RequestKind, seats Seats) []Request {
	if seats == 0 {
		return nil
	}
	out := make([]Request, 0, seats.Len())
	for seat := range seats.All() {
		r := Request{Seat: seat, Kind: kind, Round: s.Round, Phase: s.Phase, Pass: s.Pass, Position: s.Turn, Stage: s.stage(),
			Living: s.Living, Legal: s.legalTargets(kind, seat), Beliefs: s.beliefsWith(kind, seat)}
		r.Abstain = kind == AskBallot && s.Rules.Abstain || kind == AskIntent
		switch kind {
		case AskStatement, AskConfer, AskNote, AskDebrief:
			r.Words = s.Rules.Words
		case AskReflect:
			r.Words = NoteWords
		}
		if r.Legal != 0 {
			s.offer(&r)
		}
		out = append(out, r)
	}
	return out
}

// offer puts the legal targets in an order derived per round and seat (rule 3.3).
func (s *State) offer(r *Request) {
	n := 0
	for t := range r.Legal.All() {
		r.Offer[n] = t
		n++
	}
	Shuffle(r.Offer[:n], Dice(s.Seed, "offer:"+r.Kind.String(), s.Round, r.Stage, r.Seat))
}

func (s *State) beliefsWith(kind RequestKind, seat Seat) BeliefOrder {
	ask := false
	switch kind {
	case AskBeliefs:
		ask = true
	case AskStatement:
		ask = s.Rules.Beliefs.With.Has(WithStatement)
	case AskBallot:
		ask = s.Rules.Beliefs.With.Has(WithBallot) && s.Phase == PhaseBallot
	}
	if !ask {
		return NoBeliefs
	}
	return s.orderOf(seat)
}
