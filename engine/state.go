package engine

import "fmt"

// State is a game as it stands after an event: fixed arrays, bit sets, and a charter that nobody changes, so a copy can't alias.
// It is what the log says and nothing else: folding the events with Apply gives it back.
type State struct {
	*Charter  // with the game's Rules; nil in the zero State, a game that has not begun, of which Rules can't be read
	Seed      uint64
	Seq, Step uint64 // of the next event; of the last one

	Round  int
	Phase  Phase
	Before Phase // the phase that beliefs and notes come after

	Living Seats
	Roles  Roster // now

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
}

// Apply folds one event into the state. It refuses what can't follow, and then the state is unchanged.
func Apply(s State, e Event) (State, error) {
	next := s
	if err := next.take(e); err != nil {
		return s, err
	}
	return next, nil
}

// ApplyAll folds events into the state, up to the first that can't follow.
func ApplyAll(s State, events []Event) (State, error) {
	next := *s.begun()
	for i, e := range events {
		if err := next.take(e); err != nil {
			before, _ := ApplyAll(s, events[:i])
			return before, err
		}
	}
	return next, nil
}

// Fold applies events from the start.
func Fold(events []Event) (State, error) { return ApplyAll(State{}, events) }

// begun gives the zero state the charter of a game that has not begun.
func (s *State) begun() *State {
	if s.Charter == nil {
		s.Charter = unopened
	}
	return s
}

// take folds an event into the state in place, which an error leaves half done.
func (s *State) take(e Event) error {
	s.begun()
	if s.Imported {
		return s.follow(e)
	}
	if err := s.advance(e); err != nil {
		return fmt.Errorf("event %d (%s): %w", e.Seq, e.Body.Kind(), err)
	}
	if err := e.Body.apply(s); err != nil {
		return fmt.Errorf("event %d (%s, round %d, %s): %w", e.Seq, e.Body.Kind(), e.Round, e.Phase, err)
	}
	s.Seq = e.Seq + 1
	return nil
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
	if err := s.leadsTo(e.Phase, e.Round); err != nil {
		return err
	}
	s.enter(e.Phase, e.Round)
	return nil
}

// leadsTo refuses a change to any other phase and round than those that follow.
func (s *State) leadsTo(p Phase, round int) error {
	next, opens, ok := s.following()
	if !ok || next != p {
		return fmt.Errorf("%s cannot follow %s", p, s.Phase)
	}
	if want := s.Round; opens && round != want+1 || !opens && round != want {
		return fmt.Errorf("%s is of round %d after %d", p, round, s.Round)
	}
	return nil
}

// enter resets what belongs to a phase.
func (s *State) enter(p Phase, round int) {
	if isAside(p) && s.Phase != PhaseBeliefs {
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
