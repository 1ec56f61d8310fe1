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

// Win is one way in which a team wins (rule 6).
type Win struct {
	Reason string // its name in the log
	holds  func(*Rules, standing) bool
}

// standing are the living, as a way to win sees them.
type standing struct {
	own, others Seats // of the team, and of all other teams
	informed    Seats // of the informed teams
}

// The ways to win of the basic game.
var (
	lastOfOthers = Win{"last_faithful", func(_ *Rules, now standing) bool { return now.others == 0 }}
	atParity     = Win{"parity", func(r *Rules, now standing) bool {
		return r.TraitorsWin == TraitorsWinParity && now.own.Len() >= now.others.Len()
	}}
	noInformed = Win{"no_traitors", func(_ *Rules, now standing) bool { return now.informed == 0 }}
)

// moment is when a win check is made.
type moment bool

const (
	withinRound moment = false
	atNight     moment = true // a night, and with it a round, has just ended
)

// verdict is the win check (rules 2.10 and 6).
func (s *State) verdict(when moment) (winner Team, reason string, over bool) {
	if s.Rules.Check == CheckNight && when == withinRound {
		return NoTeam, "", false
	}
	var now standing
	sides := s.Roles.sides()
	for t, side := range sides {
		if side != 0 && teams[t].Informed {
			now.informed |= s.Living & side
		}
	}
	for i := range roles {
		row := &roles[i]
		if side := sides[row.Team]; side != 0 {
			now.own, now.others = s.Living&side, s.Living&^side
			for _, w := range row.Wins {
				if w.holds(&s.Rules, now) {
					return row.Team, w.Reason, true
				}
			}
		}
	}
	if when == atNight && s.Round >= s.Rules.MaxRounds {
		winner, _ = parseTeam(s.Rules.AtLimit) // its values are names of teams, draw included
		return winner, "max_rounds", true
	}
	return NoTeam, "", false
}

func enterOver(t *turn) {
	if t.state.Night { // the last night's victim is found before the end is told
		enterBreakfast(t)
	}
	s := &t.state
	winner, reason, _ := s.verdict(atNight)
	were := append([]Role{}, s.Roles[:s.Rules.Players]...)
	t.emit(t.all(), Ended{Winner: winner, Reason: reason, Roles: were})
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
	winner, reason, over := s.verdict(atNight)
	if !over || winner != b.Winner || reason != b.Reason {
		return fmt.Errorf("%s win by %s, which the state does not bear out", b.Winner, b.Reason)
	}
	s.Over, s.Winner = true, b.Winner
	return nil
}

// Kind implements Body.
func (Debriefed) Kind() Kind { return KindDebriefed }

// Actor implements Deed.
func (b Debriefed) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Debriefed) Fill(a *Answer) { a.Text = b.Text }

// Heard implements Remark.
func (Debriefed) Heard() bool { return false }

func (b Debriefed) apply(s *State) error {
	if err := s.needSeat(b.Seat); err != nil {
		return err
	}
	s.Done = s.Done.With(b.Seat)
	return nil
}
