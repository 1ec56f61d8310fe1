package engine

import "fmt"

// Ended is the end: who won, by which rule of section 6, and what everybody was.
type Ended struct {
	Winner Team   `json:"winner"`
	Reason string `json:"reason"` // no_traitors | parity | last_faithful | max_rounds
	Roles  []Role `json:"roles"`
}

// Debriefed is what a seat said after the end (rule 7.3), for the log only and never into memory.
type Debriefed struct {
	Seat Seat   `json:"seat"`
	Text string `json:"text"`
}

// verdict is the win check (rules 2.10 and 6). atNight says that a night has just ended.
func (s *State) verdict(atNight bool) (winner Team, reason string, over bool) {
	if s.Rules.Check == "night" && !atNight {
		return NoTeam, "", false
	}
	traitors := (s.Living & s.Traitors).Len()
	faithful := s.Living.Len() - traitors
	switch {
	case traitors == 0:
		return Faithful, "no_traitors", true
	case faithful == 0:
		return Traitors, "last_faithful", true
	case s.Rules.TraitorsWin == "parity" && traitors >= faithful:
		return Traitors, "parity", true
	case atNight && s.Round >= s.Rules.MaxRounds:
		if s.Rules.AtLimit == "traitors" {
			return Traitors, "max_rounds", true
		}
		return NoTeam, "max_rounds", true
	}
	return NoTeam, "", false
}

func enterOver(t *turn) {
	if t.state.Night { // the last night's victim is found before the end is told
		enterBreakfast(t)
	}
	s := &t.state
	winner, reason, _ := s.verdict(true)
	roles := append([]Role{}, s.Roles[:s.Rules.Players]...)
	t.emit(t.all(), Ended{Winner: winner, Reason: reason, Roles: roles})
}

func enterDebrief(t *turn) { t.emit(t.all(), PhaseBegan{}) }

func askDebrief(s *State) []Request {
	return s.askAll(AskDebrief, AllSeats(s.Rules.Players)&^s.Done)
}

func decideDebrief(t *turn, answers []Answer) {
	for _, a := range answers {
		t.aside(a, AskDebrief)
		t.emit(0, Debriefed{Seat: a.Seat, Text: a.Text})
	}
}

// Kind implements Body.
func (Ended) Kind() Kind { return KindEnded }

func (b Ended) apply(s *State) error {
	winner, reason, over := s.verdict(true)
	if !over || winner != b.Winner || reason != b.Reason {
		return fmt.Errorf("%s win by %s, which the state does not bear out", b.Winner, b.Reason)
	}
	s.Over, s.Winner = true, b.Winner
	return nil
}

// Kind implements Body.
func (Debriefed) Kind() Kind { return KindDebriefed }

func (b Debriefed) apply(s *State) error {
	if err := s.needSeat(b.Seat); err != nil {
		return err
	}
	s.Done = s.Done.With(b.Seat)
	return nil
}
