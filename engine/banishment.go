package engine

import "fmt"

// Banished is who was banished, or NoSeat (rule 3.4).
type Banished struct {
	Seat Seat `json:"seat"`
}

func enterBanishment(t *turn) {
	seat := t.plurality()
	t.emit(t.all(), Banished{Seat: seat})
	t.reveal(seat)
}

// plurality is the seat that the ballots banish; the tie rule speaks where several lead.
func (t *turn) plurality() Seat {
	s := &t.state
	lead := s.leaders()
	if s.Tied != 0 { // after a runoff: still tied, or no valid ballot, is drawn among those who tied
		if lead == 0 {
			lead = s.Tied
		}
	} else if lead == 0 {
		return NoSeat
	}
	if lead.Len() == 1 {
		return lead.First()
	}
	switch s.Rules.Tie {
	case "nobody":
		return NoSeat
	case "first_named":
		return s.firstNamed(lead)
	}
	audience := t.all()
	if s.Rules.Shown == ShownNothing {
		audience = 0
	}
	return t.draw(audience, "tie", lead)
}

// Kind implements Body.
func (Banished) Kind() Kind { return KindBanished }

func (b Banished) apply(s *State) error {
	if b.Seat == NoSeat {
		return nil
	}
	if err := s.needLiving(b.Seat); err != nil {
		return err
	}
	if s.Phase != PhaseBanishment {
		return fmt.Errorf("a banishment in %s", s.Phase)
	}
	s.Living = s.Living.Without(b.Seat)
	return nil
}
