package engine

import "fmt"

// Pending returns who must answer now, in seat order, each with the legal actions and limits; none when the game is over.
func Pending(s State) []Request { return phases[s.Phase].pending(&s) }

// Decide turns one joint answer of all the pending seats into the events of one step. Answers are taken in seat order
// (promise 2), an answer that the rules do not allow is forfeited, and everything that follows without an answer follows.
func Decide(s State, answers []Answer) ([]Event, error) {
	asked := Pending(s)
	ordered, err := match(asked, answers)
	if err != nil {
		return nil, err
	}
	for i := range ordered {
		ordered[i] = judge(s.Rules, asked[i], ordered[i])
	}
	t := &turn{state: s, step: s.Step + 1, phase: s.Phase, round: s.Round, asked: asked}
	phases[s.Phase].decide(t, ordered)
	t.settle()
	return t.events, t.err
}

// match puts the answers in the order of the requests; every request has exactly one.
func match(asked []Request, answers []Answer) ([]Answer, error) {
	if len(asked) == 0 {
		return nil, fmt.Errorf("decide: nothing is asked")
	}
	if len(answers) != len(asked) {
		return nil, fmt.Errorf("decide: %d answers to %d requests", len(answers), len(asked))
	}
	ordered := make([]Answer, len(asked))
	for i, r := range asked {
		found := false
		for _, a := range answers {
			if a.Seat == r.Seat {
				ordered[i], found = a, true
			}
		}
		if !found {
			return nil, fmt.Errorf("decide: no answer of seat %d", r.Seat)
		}
	}
	return ordered, nil
}

// judge forfeits what the rules do not allow: the beliefs alone where the action stands without them, else the whole answer.
// A forfeited answer is silence, no bid, nobody; its thought and the calls behind it stay.
func judge(rules Rules, r Request, a Answer) Answer {
	if problem := Check(rules, r, a); problem != nil {
		bare := a
		bare.Beliefs = nil
		if r.Kind != AskBeliefs && Check(rules, r, bare) == nil {
			return bare
		}
		a.Forfeit = problem.Cause
	}
	if a.Forfeit == CauseNone {
		return a
	}
	return Answer{Seat: r.Seat, Target: NoSeat, Thought: a.Thought, Forfeit: a.Forfeit, Calls: a.Calls}
}

// turn collects the events of a step while applying them to a copy of the state.
type turn struct {
	state  State
	events []Event
	step   uint64
	phase  Phase
	round  int
	asked  []Request
	err    error
}

func (t *turn) all() Seats { return AllSeats(t.state.Rules.Players) }

func (t *turn) emit(audience Seats, body Body) {
	if t.err != nil {
		return
	}
	e := Event{Seq: t.state.Seq, Step: t.step, Round: t.round, Phase: t.phase, Audience: audience, Body: body}
	if t.err = t.state.take(e); t.err != nil {
		return
	}
	t.events = append(t.events, e)
}

func (t *turn) enter(p Phase) {
	t.phase = p
	if begin := phases[p].enter; begin != nil {
		begin(t)
	}
}

// settle goes on through the phases until somebody is asked or the game is over.
func (t *turn) settle() {
	for t.err == nil {
		if len(phases[t.phase].pending(&t.state)) > 0 {
			return
		}
		if leave := phases[t.phase].leave; leave != nil {
			leave(t)
		}
		next, opens, ok := t.state.following()
		if !ok {
			return
		}
		if opens {
			t.round++
		}
		t.enter(next)
	}
}

// aside records what comes beside an answer: the calls behind it, the forfeit, the thought, the beliefs that were asked for with it.
func (t *turn) aside(a Answer, kind RequestKind) {
	if len(a.Calls) > 0 {
		t.emit(0, Answered{Seat: a.Seat, Request: kind, Calls: a.Calls})
	}
	if a.Forfeit != CauseNone {
		t.emit(0, Forfeited{Seat: a.Seat, Request: kind, Cause: a.Forfeit})
	}
	for _, cause := range a.Lost {
		t.emit(0, Forfeited{Seat: a.Seat, Request: AskAct, Cause: cause})
	}
	if a.Thought != "" && t.state.Rules.Thoughts != ThoughtsOff {
		audience := Seats(0)
		if t.state.Rules.Recap == "thought" {
			audience = SeatsOf(a.Seat)
		}
		t.emit(audience, Thought{Seat: a.Seat, Text: a.Thought})
	}
	for _, r := range t.asked {
		if r.Seat != a.Seat || r.Beliefs == NoBeliefs || kind == AskBeliefs || a.Forfeit != CauseNone {
			continue
		}
		if t.lacking(a) {
			t.emit(0, Forfeited{Seat: a.Seat, Request: AskBeliefs, Cause: CauseSchema})
		}
		if a.Beliefs == nil {
			continue
		}
		t.emit(SeatsOf(a.Seat), Belief{Observer: a.Seat, Order: int(r.Beliefs), When: kind.String(), PerMille: a.Beliefs})
	}
}

// lacking reports whether an answer leaves a belief unstated that was asked for. Such a belief is forfeited, the others stand.
func (t *turn) lacking(a Answer) bool {
	for s := range t.state.Subjects(a.Seat).All() {
		if a.Beliefs == nil || a.Beliefs[s] == Unstated {
			return true
		}
	}
	return false
}

// Subjects are the seats of whom a seat is to state beliefs (rule 7.1): the other living ones. Of fellows, who know, a seat need
// not say how suspected it is by them, unless nobody else is left.
func (s *State) Subjects(seat Seat) Seats {
	others := s.Living.Without(seat)
	if strangers := others &^ s.Roles.fellows(seat); strangers != 0 {
		return strangers
	}
	return others
}

// reveal tells the role of a seat that left, where the rules say so.
func (t *turn) reveal(seat Seat) {
	if seat != NoSeat && t.state.Rules.Reveal == RevealRole {
		t.emit(t.all(), Revealed{Seat: seat, Role: t.state.Roles[seat]})
	}
}

// draw picks one of several by dice; the draw is an event, so that a replay rolls nothing.
func (t *turn) draw(audience Seats, purpose string, among Seats) Seat {
	seat := Pick(among, Dice(t.state.Seed, purpose, t.state.Round, t.state.stage(), NoSeat))
	t.emit(audience, Drawn{Among: among.List(), Seat: seat})
	return seat
}
