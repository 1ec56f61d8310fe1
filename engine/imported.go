package engine

import "fmt"

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
	s.Rules, s.Imported, s.Living = b.Rules, true, AllSeats(b.Rules.Players)
	return nil
}

// follow takes an event of an imported game: its number and its seats are checked, and whether the game is over is kept.
func (s State) follow(e Event) (State, error) {
	if e.Seq != s.Seq || e.Audience&^AllSeats(s.Rules.Players) != 0 {
		return s, fmt.Errorf("event %d (%s): its number or its audience can't be: %d events, %d seats", e.Seq, e.Body.Kind(), s.Seq, s.Rules.Players)
	}
	if k := e.Body.Kind(); k == KindImported || k == KindCreated {
		return s, fmt.Errorf("event %d (%s): it opens a game, and this one is open", e.Seq, k)
	}
	s.Seq, s.Step, s.Phase, s.Round = e.Seq+1, e.Step, e.Phase, e.Round
	if b, ok := e.Body.(Ended); ok {
		s.Over, s.Winner = true, b.Winner
	}
	return s, nil
}
