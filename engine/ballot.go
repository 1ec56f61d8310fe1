package engine

import "fmt"

// PhaseBegan says that a phase in which somebody is asked begins; the phase is the event's.
type PhaseBegan struct{}

// Ballot is one seat's ballot; NoSeat is an abstention or a ballot that was forfeited (rule 3.3).
type Ballot struct {
	Voter   Seat `json:"voter"`
	Target  Seat `json:"target"`
	Stage   int  `json:"stage"`
	Illegal bool `json:"illegal,omitempty"` // counted as cast under illegal_ballot: count
	Lost    bool `json:"lost,omitempty"`    // it was forfeited (rule 3.6): nobody abstained, and a target was drawn by lot
}

// Tally is the votes by seat, where only they are shown (rule 3.3).
type Tally struct {
	Stage int   `json:"stage"`
	Votes []int `json:"votes"`
}

// Tied are the seats that tie and go to a runoff (rule 3.4).
type Tied struct {
	Seats []Seat `json:"seats"`
}

// Drawn is a seat drawn by dice (rules 3.4, 4.2).
type Drawn struct {
	Among []Seat `json:"among"`
	Seat  Seat   `json:"seat"`
}

func (s *State) stage() int {
	if s.Phase == PhaseRunoff {
		return 1
	}
	return 0
}

// votable are whom a seat may vote for: the other living ones, in a runoff those that tied.
func (s *State) votable(seat Seat) Seats {
	if s.Phase == PhaseRunoff {
		return s.Tied.Without(seat)
	}
	return s.others(seat)
}

func enterBallot(t *turn) {
	t.emit(t.all(), PhaseBegan{})
	if t.state.Rules.Ballot == BallotOpen {
		list := t.state.Living.List()
		Shuffle(list, Dice(t.state.Seed, "voting_order", t.state.Round, t.state.stage(), NoSeat))
		t.emit(t.all(), Order{Pass: t.state.stage(), Seats: list})
	}
}

func enterRunoff(t *turn) {
	t.emit(t.all(), Tied{Seats: t.state.leaders().List()})
	enterBallot(t)
}

func askBallot(s *State) []Request {
	if s.Rules.Ballot == BallotOpen {
		if s.Turn >= s.Ordered {
			return nil
		}
		return s.askAll(AskBallot, SeatsOf(s.Order[s.Turn]))
	}
	return s.askAll(AskBallot, s.Living&^s.Cast)
}

func decideBallot(t *turn, answers []Answer) {
	s := &t.state
	for _, a := range answers {
		t.aside(a, AskBallot)
		b := Ballot{Voter: a.Seat, Target: a.Target, Stage: s.stage()}
		if a.Forfeit != CauseNone {
			b.Target, b.Lost = NoSeat, true
			if s.Rules.Forfeit == ForfeitRandom && s.stage() == 0 {
				b.Target = Pick(s.Living.Without(a.Seat), Dice(s.Seed, "forfeited_ballot", s.Round, s.stage(), a.Seat))
			}
		} else if b.Target != NoSeat && !s.votable(a.Seat).Has(b.Target) {
			b.Illegal = true
		}
		audience := SeatsOf(a.Seat)
		if s.Rules.Shown == ShownTargets {
			audience = t.all()
		}
		t.emit(audience, b)
		if s.Rules.Ballot == BallotOpen && s.Rules.Shown == ShownTally {
			t.emit(t.all(), s.tally())
		}
	}
	if s.Rules.Ballot == BallotSealed && s.Rules.Shown == ShownTally {
		t.emit(t.all(), s.tally())
	}
}

func (s *State) tally() Tally {
	votes := make([]int, s.Rules.Players)
	for seat := range s.Cast.All() {
		if target := s.Ballots[seat]; target != NoSeat {
			votes[target]++
		}
	}
	return Tally{Stage: s.stage(), Votes: votes}
}

// leaders are the living seats with the most votes in the ballot just held, none if there is no valid ballot.
func (s *State) leaders() Seats {
	var votes [MaxSeats]int
	best, lead := 0, Seats(0)
	for seat := range s.Cast.All() {
		if target := s.Ballots[seat]; s.Living.Has(target) {
			votes[target]++
			best = max(best, votes[target])
		}
	}
	if best == 0 {
		return 0
	}
	for seat := range s.Living.All() {
		if votes[seat] == best {
			lead = lead.With(seat)
		}
	}
	return lead
}

// firstNamed is the one of the tied that received a vote first, in seat order of the voters (rule 3.4).
func (s *State) firstNamed(tied Seats) Seat {
	for seat := range s.Cast.All() {
		if tied.Has(s.Ballots[seat]) {
			return s.Ballots[seat]
		}
	}
	return NoSeat
}

// Kind implements Body.
func (PhaseBegan) Kind() Kind { return KindPhase }

func (PhaseBegan) apply(*State) error { return nil }

// Kind implements Body.
func (Ballot) Kind() Kind { return KindBallot }

// Actor implements Deed.
func (b Ballot) Actor() Seat { return b.Voter }

// Fill implements Deed.
func (b Ballot) Fill(a *Answer) { a.Target = b.Target }

func (b Ballot) apply(s *State) error {
	if err := s.needLiving(b.Voter); err != nil {
		return err
	}
	if s.Cast.Has(b.Voter) || b.Stage != s.stage() {
		return fmt.Errorf("seat %d votes out of turn", b.Voter)
	}
	if b.Target < NoSeat || int(b.Target) >= s.Rules.Players {
		return fmt.Errorf("seat %d votes for seat %d", b.Voter, b.Target)
	}
	if !b.Illegal && b.Target != NoSeat && !s.votable(b.Voter).Has(b.Target) {
		return fmt.Errorf("seat %d votes for seat %d, which is not legal", b.Voter, b.Target)
	}
	s.Cast = s.Cast.With(b.Voter)
	s.Ballots[b.Voter] = b.Target
	if s.Rules.Ballot == BallotOpen {
		s.Turn++
	}
	return nil
}

// Kind implements Body.
func (Tally) Kind() Kind { return KindTally }

func (b Tally) apply(s *State) error {
	if len(b.Votes) != s.Rules.Players {
		return fmt.Errorf("a tally of %d seats", len(b.Votes))
	}
	return nil
}

// Kind implements Body.
func (Tied) Kind() Kind { return KindTied }

func (b Tied) apply(s *State) error {
	tied := SeatsOf(b.Seats...)
	if tied == 0 || tied&^s.Living != 0 {
		return fmt.Errorf("a tie of seats that do not live")
	}
	s.Tied, s.Cast = tied, 0
	return nil
}

// Kind implements Body.
func (Drawn) Kind() Kind { return KindDrawn }

func (b Drawn) apply(*State) error {
	if !SeatsOf(b.Among...).Has(b.Seat) {
		return fmt.Errorf("drew seat %d, which was not among them", b.Seat)
	}
	return nil
}
