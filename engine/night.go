package engine

import "fmt"

// Conferred is what a traitor said in the conclave (rule 4.1).
type Conferred struct {
	Seat Seat   `json:"seat"`
	Pass int    `json:"pass"`
	Text string `json:"text"`
	Acts []Act  `json:"acts,omitempty"`
	Lost bool   `json:"lost,omitempty"` // it was forfeited (rule 3.6)
}

// MurderVote is whom a traitor named; NoSeat is forfeited (rule 4.2).
type MurderVote struct {
	Voter  Seat `json:"voter"`
	Target Seat `json:"target"`
}

// Murdered is the night's outcome; NoSeat is nobody (rules 4.2, 4.3).
type Murdered struct {
	Seat Seat `json:"seat"`
}

// killers are the living seats whose role kills at night.
func (s *State) killers() Seats {
	return s.Living & s.Roles.where(func(row *RoleSpec) bool { return row.Night == Kill })
}

// prey are whom a killer may name: the living of other teams than its own.
func (s *State) prey(seat Seat) Seats { return s.Living &^ s.Roles.side(s.Roles.TeamOf(seat)) }

func enterConclave(t *turn) {
	t.emit(t.all(), PhaseBegan{})
	t.startConclavePass(0)
}

func (t *turn) startConclavePass(pass int) {
	list := t.state.killers().List()
	if len(list) < 2 {
		return // nobody to confer with
	}
	if t.state.Rules.Order == OrderSeeded || t.state.Rules.Order == OrderBid {
		Shuffle(list, Dice(t.state.Seed, "order:conclave", t.state.Round, pass, NoSeat))
	}
	t.emit(t.state.killers(), Order{Pass: pass, Seats: list})
}

func askConclave(s *State) []Request {
	if s.Turn >= s.Ordered {
		return nil
	}
	return s.askAll(AskConfer, SeatsOf(s.Order[s.Turn]))
}

func decideConclave(t *turn, answers []Answer) {
	for _, a := range answers {
		t.aside(a, AskConfer)
		t.emit(t.state.killers(), Conferred{Seat: a.Seat, Pass: t.state.Pass, Text: a.Text, Acts: a.Acts, Lost: a.Forfeit != CauseNone})
	}
	if s := &t.state; s.Turn >= s.Ordered && s.Pass+1 < s.Rules.Conclave {
		t.startConclavePass(s.Pass + 1)
	}
}

func enterMurder(t *turn) { t.emit(t.all(), PhaseBegan{}) }

func askMurder(s *State) []Request {
	var asked Seats
	for seat := range (s.killers() &^ s.Cast).All() {
		if s.prey(seat) != 0 {
			asked = asked.With(seat)
		}
	}
	return s.askAll(AskMurder, asked)
}

func decideMurder(t *turn, answers []Answer) {
	for _, a := range answers {
		t.aside(a, AskMurder)
		target := a.Target
		if a.Forfeit != CauseNone {
			target = NoSeat
		}
		t.emit(t.state.killers(), MurderVote{Voter: a.Seat, Target: target})
	}
}

// leaveMurder ends the night: the plurality's victim, ties by dice among the traitors' eyes only.
func leaveMurder(t *turn) {
	lead := t.state.leaders()
	victim := lead.First()
	if lead.Len() > 1 {
		victim = t.draw(t.state.killers(), "murder", lead)
	}
	t.emit(t.state.killers(), Murdered{Seat: victim})
}

// Kind implements Body.
func (Conferred) Kind() Kind { return KindConferred }

// Actor implements Deed.
func (b Conferred) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Conferred) Fill(a *Answer) { a.Text, a.Acts = b.Text, b.Acts }

func (b Conferred) apply(s *State) error {
	if s.Turn >= s.Ordered || s.Order[s.Turn] != b.Seat {
		return fmt.Errorf("seat %d confers out of turn", b.Seat)
	}
	s.Turn++
	return nil
}

// Kind implements Body.
func (MurderVote) Kind() Kind { return KindMurderVote }

// Actor implements Deed.
func (b MurderVote) Actor() Seat { return b.Voter }

// Fill implements Deed.
func (b MurderVote) Fill(a *Answer) { a.Target = b.Target }

func (b MurderVote) apply(s *State) error {
	if !s.killers().Has(b.Voter) || s.Cast.Has(b.Voter) {
		return fmt.Errorf("seat %d names a victim out of turn", b.Voter)
	}
	if b.Target != NoSeat && !s.prey(b.Voter).Has(b.Target) {
		return fmt.Errorf("seat %d cannot be murdered", b.Target)
	}
	s.Cast = s.Cast.With(b.Voter)
	s.Ballots[b.Voter] = b.Target
	return nil
}

// Kind implements Body.
func (Murdered) Kind() Kind { return KindMurdered }

func (b Murdered) apply(s *State) error {
	if b.Seat != NoSeat {
		if err := s.needLiving(b.Seat); err != nil {
			return err
		}
		s.Living = s.Living.Without(b.Seat)
	}
	s.Victim, s.Night = b.Seat, true
	return nil
}
