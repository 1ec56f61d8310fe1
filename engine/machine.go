package engine

import (
	"slices"
	"sync"

	"github.com/looplab/fsm"
)

// phaseRow is a row of the phase table: what a phase does on entering, whom it asks, how it decides, what it does on leaving.
// Where it leads is in successors, which the machine is made of.
type phaseRow struct {
	enter  func(*turn)
	ask    func(*State) []Request
	decide func(*turn, []Answer)
	leave  func(*turn)
}

func (r phaseRow) pending(s *State) []Request {
	if r.ask == nil {
		return nil
	}
	return r.ask(s)
}

var table [phaseCount]phaseRow

func init() {
	table = [phaseCount]phaseRow{
		PhaseSetup:         {},
		PhaseIntroductions: {ask: askIntroductions, decide: decideIntroductions},
		PhaseBreakfast:     {enter: enterBreakfast},
		PhaseRoundTable:    {enter: enterTalk, ask: askTalk, decide: decideTalk},
		PhaseBallot:        {enter: enterBallot, ask: askBallot, decide: decideBallot},
		PhaseRunoff:        {enter: enterRunoff, ask: askBallot, decide: decideBallot},
		PhaseBanishment:    {enter: enterBanishment},
		PhaseAftermath:     {enter: enterTalk, ask: askTalk, decide: decideTalk},
		PhaseConclave:      {enter: enterConclave, ask: askConclave, decide: decideConclave},
		PhaseMurder:        {enter: enterMurder, ask: askMurder, decide: decideMurder, leave: leaveMurder},
		PhaseBeliefs:       {enter: enterBeliefs, ask: askBeliefs, decide: decideBeliefs},
		PhaseOver:          {enter: enterOver},
		PhaseDebrief:       {enter: enterDebrief, ask: askDebrief, decide: decideDebrief},
		PhaseReflection:    {enter: enterReflection, ask: askReflection, decide: decideReflection},
	}
}

// plays reports whether the phase takes part in a game of these rules.
func (r Rules) plays(p Phase) bool {
	switch p {
	case PhaseIntroductions:
		return r.Introductions
	case PhaseBreakfast, PhaseMurder:
		return r.Murder
	case PhaseRoundTable:
		return r.Order == "bid" && r.Turns > 0 || r.Order != "bid" && r.Passes > 0
	case PhaseBallot, PhaseBanishment:
		return r.Ballot != "off"
	case PhaseRunoff:
		return r.Ballot != "off" && r.Tie == "runoff"
	case PhaseAftermath:
		return r.Aftermath
	case PhaseConclave:
		return r.Conclave > 0
	case PhaseBeliefs:
		return r.Beliefs.After != 0
	case PhaseDebrief:
		return r.Debrief
	case PhaseReflection:
		return r.Memory.Reflect != 0
	}
	return true
}

// day and night are the phases of a round in order (rule 2); a runoff comes by a tie and not by order.
var (
	day   = []Phase{PhaseBreakfast, PhaseRoundTable, PhaseBallot, PhaseBanishment, PhaseAftermath}
	night = []Phase{PhaseConclave, PhaseMurder}
)

func firstOf(r Rules, list []Phase) (Phase, bool) {
	for _, p := range list {
		if r.plays(p) {
			return p, true
		}
	}
	return 0, false
}

// onward is the phase that follows p in order, and whether it opens a new round. A win check and beliefs come between.
func onward(r Rules, p Phase) (Phase, bool) {
	switch p {
	case PhaseSetup, PhaseIntroductions:
		if p == PhaseSetup && r.Introductions {
			return PhaseIntroductions, false
		}
		if r.First == "night" {
			next, _ := firstOf(r, night)
			return next, false
		}
		next, _ := firstOf(r, append(slices.Clone(day[1:]), night...))
		return next, true
	case PhaseRunoff:
		return PhaseBanishment, false
	}
	round := append(slices.Clone(day), night...)
	if next, ok := firstOf(r, round[slices.Index(round, p)+1:]); ok {
		return next, false
	}
	next, _ := firstOf(r, round)
	return next, true
}

// endsRound reports whether p is the last phase of a round, after which the night's win check runs.
func endsRound(r Rules, p Phase) bool {
	switch p {
	case PhaseSetup, PhaseIntroductions, PhaseBeliefs, PhaseReflection, PhaseOver, PhaseDebrief:
		return false
	}
	_, newRound := onward(r, p)
	return newRound
}

func opensRound(p Phase) bool { return slices.Contains(day, p) || slices.Contains(night, p) }

// following is the phase that the state leads to, and whether it opens a new round; the state's own phase when it is over.
func following(s *State) (Phase, bool) {
	r, p := s.Rules, s.Phase
	switch p {
	case PhaseOver:
		if q, ok := asideAfter(r, p); ok {
			return q, false
		}
		return afterEnd(r, p), false
	case PhaseDebrief:
		return p, false
	case PhaseBallot:
		if r.Tie == "runoff" && s.leaders().Len() > 1 {
			return PhaseRunoff, false
		}
	case PhaseBeliefs, PhaseReflection:
		return afterAside(s)
	}
	if p == PhaseBanishment || endsRound(r, p) {
		if _, _, over := s.verdict(endsRound(r, p) && !hasAside(r, p)); over {
			return PhaseOver, false
		}
	}
	if q, ok := asideAfter(r, p); ok {
		return q, false
	}
	return onward(r, p)
}

// afterAside is the phase that follows beliefs and notes: what would have followed the phase that they came after.
func afterAside(s *State) (Phase, bool) {
	r, p := s.Rules, s.Before
	switch {
	case s.Phase == PhaseBeliefs && reflectsAfter(r, p):
		return PhaseReflection, false
	case p == PhaseOver:
		return afterEnd(r, s.Phase), false
	case endsRound(r, p):
		if _, _, over := s.verdict(true); over {
			return PhaseOver, false
		}
	}
	return onward(r, p)
}

// afterEnd is the debrief where there is one, else the phase itself: nothing follows.
func afterEnd(r Rules, p Phase) Phase {
	if r.Debrief {
		return PhaseDebrief
	}
	return p
}

// asideAfter is the phase in which players state beliefs or write notes once p is done, and whether there is one.
func asideAfter(r Rules, p Phase) (Phase, bool) {
	if !hasAside(r, p) {
		return p, false
	}
	if beliefsAfter(r, p) {
		return PhaseBeliefs, true
	}
	return PhaseReflection, true
}

// hasAside reports whether an aside follows p. The start is over when the introductions are.
func hasAside(r Rules, p Phase) bool {
	return (beliefsAfter(r, p) || reflectsAfter(r, p)) && !(p == PhaseSetup && r.Introductions)
}

// beliefsAfter reports whether beliefs are asked for once p is done (rule 7.1).
func beliefsAfter(r Rules, p Phase) bool { return r.Beliefs.After.Has(momentAfter(p)) }

// reflectsAfter reports whether notes are asked for once p is done (rule 10.1).
func reflectsAfter(r Rules, p Phase) bool { return r.Memory.Reflect.Has(momentAfter(p)) }

// successors are the phases that may follow p in a game of these rules.
func successors(r Rules, p Phase) []Phase {
	var out []Phase
	add := func(q Phase) {
		if !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	switch p {
	case PhaseOver:
		if reflectsAfter(r, p) {
			add(PhaseReflection)
		} else if r.Debrief {
			add(PhaseDebrief)
		}
		return out
	case PhaseDebrief:
		return out
	case PhaseBeliefs, PhaseReflection:
		for q := range phaseCount {
			if r.plays(q) && hasAside(r, q) {
				afterAsides(r, p, q, add)
			}
		}
		return out
	case PhaseBallot:
		if r.Tie == "runoff" {
			add(PhaseRunoff)
		}
	}
	if p == PhaseBanishment && r.Check == "each" || endsRound(r, p) {
		add(PhaseOver)
	}
	if q, ok := asideAfter(r, p); ok {
		add(q)
		return out
	}
	next, _ := onward(r, p)
	add(next)
	return out
}

// afterAsides adds what may follow the aside p where it came after q.
func afterAsides(r Rules, p, q Phase, add func(Phase)) {
	switch {
	case p == PhaseBeliefs && !beliefsAfter(r, q), p == PhaseReflection && !reflectsAfter(r, q):
	case p == PhaseBeliefs && reflectsAfter(r, q):
		add(PhaseReflection)
	case q == PhaseOver:
		if r.Debrief {
			add(PhaseDebrief)
		}
	default:
		next, _ := onward(r, q)
		add(next)
		if endsRound(r, q) {
			add(PhaseOver)
		}
	}
}

// newMachine makes the finite-state machine of a game of these rules. A transition's event is the phase that it leads to.
func newMachine(r Rules) *fsm.FSM {
	var events []fsm.EventDesc
	for p := range phaseCount {
		if !r.plays(p) {
			continue
		}
		for _, q := range successors(r, p) {
			events = append(events, fsm.EventDesc{Name: q.String(), Src: []string{p.String()}, Dst: q.String()})
		}
	}
	return fsm.NewFSM(PhaseSetup.String(), events, nil)
}

// Graph draws the machine of a game of these rules as a Mermaid state diagram.
func Graph(r Rules) (string, error) {
	return fsm.VisualizeForMermaidWithGraphType(newMachine(r), fsm.StateDiagram)
}

// allowed is, by phase, the set of phases that may follow, as bits.
type allowed [phaseCount]uint16

// machines keeps what looplab/fsm allows for each rules value: games run by the thousand and its machine takes locks.
var machines sync.Map // Rules → allowed

func allowedBy(r Rules) allowed {
	if a, ok := machines.Load(r); ok {
		return a.(allowed)
	}
	var a allowed
	m := newMachine(r)
	for p := range phaseCount {
		m.SetState(p.String())
		for q := range phaseCount {
			if m.Can(q.String()) {
				a[p] |= 1 << q
			}
		}
	}
	machines.Store(r, a)
	return a
}
