package engine

import (
	"fmt"
	"reflect"
)

// Imported is event 0 of a game that another system played, for the log only. It stands in the place of Created. The events
// after it are of the ordinary kinds, as far as the source carries them; there were no dice and no prompts of ours. Such a
// game is verified for its chain and that its events can be read, and not against the rules.
type Imported struct {
	Format   string   `json:"format"`
	Digest   string   `json:"digest"` // hex SHA-256 of the source's bytes
	Source   string   `json:"source"` // the game's name there
	Known    []Kind   `json:"known"`  // the kinds that the format carries; of others nothing follows from their absence
	Rules    Rules    `json:"rules"`  // as far as they are known
	Policies []string `json:"policies"`
}

// Kind implements Body.
func (Imported) Kind() Kind { return KindImported }

func (b Imported) apply(s *State) error {
	if s.Seq != 0 {
		return fmt.Errorf("imported in the middle of a game")
	}
	if n := b.Rules.Players; n < 1 || n > MaxSeats || len(b.Policies) != n {
		return fmt.Errorf("%d policies for %d players", len(b.Policies), n)
	}
	if m := b.Rules.Traitors; m < 0 || m > b.Rules.Players {
		return fmt.Errorf("%d traitors among %d players", m, b.Rules.Players)
	}
	s.Charter, s.Imported, s.Living = &Charter{Rules: b.Rules}, true, AllSeats(b.Rules.Players)
	return nil
}

// follow takes an event of an imported game: its number and its seats are checked, and whether the game is over is kept.
func (s *State) follow(e Event) error {
	if e.Seq != s.Seq || e.Audience&^AllSeats(s.Rules.Players) != 0 {
		return fmt.Errorf("event %d (%s): its number or its audience can't be: %d events, %d seats", e.Seq, e.Body.Kind(), s.Seq,
			s.Rules.Players)
	}
	if k := e.Body.Kind(); k == KindImported || k == KindCreated {
		return fmt.Errorf("event %d (%s): it opens a game, and this one is open", e.Seq, k)
	}
	if err := fits(e.Body, s.Rules.Players); err != nil {
		return fmt.Errorf("event %d (%s): %w", e.Seq, e.Body.Kind(), err)
	}
	s.Seq, s.Step, s.Phase, s.Round = e.Seq+1, e.Step, e.Phase, e.Round
	if b, ok := e.Body.(Ended); ok {
		s.Over, s.Winner = true, b.Winner
	}
	return nil
}

// fits checks that a body speaks of a table of n: its seats are there, or nobody's, and what it lists by seat is as long.
func fits(b Body, n int) error {
	bySeat := n
	switch b := b.(type) {
	case Opened:
		bySeat = len(b.Names)
	case Belief:
		bySeat = len(b.PerMille)
	case Tally:
		bySeat = len(b.Votes)
	case Ended:
		bySeat = len(b.Roles)
	case Bid, Statement, Acts, Intent, Ballot, Conferred, MurderVote, Thought, Notes, Remark:
	case Introduced, PhaseBegan, Order, Drawn, Tied, Banished, Revealed, Murdered, Found:
	case Dealt, Allies, Persona, Remembered:
	case Bookkeeping: // a second opening was refused; the others are of one seat
	}
	if bySeat != n {
		return fmt.Errorf("it lists %d seats of %d", bySeat, n)
	}
	return seatsFit(reflect.ValueOf(b), n)
}

var seatType = reflect.TypeFor[Seat]()

// seatsFit looks for seats wherever they stand in a value.
func seatsFit(v reflect.Value, n int) error {
	if v.Type() == seatType {
		if s := Seat(v.Int()); s != NoSeat && (s < 0 || int(s) >= n) {
			return fmt.Errorf("no seat %d at a table of %d", s, n)
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if err := seatsFit(v.Field(i), n); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := seatsFit(v.Index(i), n); err != nil {
				return err
			}
		}
	}
	return nil
}
