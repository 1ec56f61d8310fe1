package engine

import "fmt"

// Conferred is what a traitor said in the conclave (rule 4.1).
type Conferred struct {
	Seat Seat   `json:"seat"`
	Pass int    `json:"pass"`
	Text string `json:"text"`
	Acts []Act  `json:"acts,omitempty"`
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
func (s *State) killers() Seats { return s.Living & s.Traitors }

func enterConclave(t *turn) {
	t.emit(t.all(), PhaseBegan{})
	t.startConclavePass(0)
}

func (t *turn) startConclavePass(pass int) {
	list := t.state.killers().List()
	if len(list) == 0 {
		return
	}
	if t.state.Rules.Order == "seeded" || t.state.Rules.Order == "bid" {
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
		t.emit(t.state.killers(), Conferred{Seat: a.Seat, Pass: t.state.Pass, Text: a.Text, Acts: a.Acts})
	}
	if s := &t.state; s.Turn >= s.Ordered && s.Pass+1 < s.Rules.Conclave {
		t.startConclavePass(s.Pass + 1)
	}
}

func enterMurder(t *turn) { t.emit(t.all(), PhaseBegan{}) }

func askMurder(s *State) []Request {
	if s.Living&^s.Traitors == 0 {
		return nil
	}
	return s.askAll(AskMurder, s.killers()&^s.Cast)
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

func (b Conferred) apply(s *State) error {
	if s.Turn >= s.Ordered || s.Order[s.Turn] != b.Seat {
		return fmt.Errorf("seat %d confers out of turn", b.Seat)
	}
	s.Turn++
	return nil
}

// Kind implements Body.
func (MurderVote) Kind() Kind { return KindMurderVote }

func (b MurderVote) apply(s *State) error {
	if !s.killers().Has(b.Voter) || s.Cast.Has(b.Voter) {
		return fmt.Errorf("seat %d names a victim out of turn", b.Voter)
	}
	if b.Target != NoSeat && !s.legalTargets(AskMurder, b.Voter).Has(b.Target) {
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
