package engine

import "fmt"

// Found is what breakfast brings: the night's victim, or NoSeat (rules 2.1, 4.3).
type Found struct {
	Victim Seat `json:"victim"`
}

// Revealed is the role of a seat that left (rule 3.5).
type Revealed struct {
	Seat Seat `json:"seat"`
	Role Role `json:"role"`
}

func enterBreakfast(t *turn) {
	victim := t.state.Victim
	t.emit(t.all(), Found{Victim: victim})
	t.reveal(victim)
}

// Kind implements Body.
func (Found) Kind() Kind { return KindFound }

func (b Found) apply(s *State) error {
	if b.Victim != s.Victim {
		return fmt.Errorf("found seat %d, murdered was %d", b.Victim, s.Victim)
	}
	s.Night = false
	s.Victim = NoSeat
	return nil
}

// Kind implements Body.
func (Revealed) Kind() Kind { return KindRevealed }

func (b Revealed) apply(s *State) error {
	if err := s.needSeat(b.Seat); err != nil {
		return err
	}
	if s.Living.Has(b.Seat) || s.Roles[b.Seat] != b.Role {
		return fmt.Errorf("seat %d cannot be revealed as %s", b.Seat, b.Role)
	}
	return nil
}
