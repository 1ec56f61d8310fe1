package engine

import (
	"slices"

	"github.com/looplab/fsm"
)

// transition is a row of the one list that says what follows what (rule 2): the next phase of a game is where the first row leads
// whose guard holds.
type transition struct {
	from, to Phase
	after    Phase             // where from is beliefs or notes: the phase that they came after
	opens    bool              // a new round
	plays    func(Rules) bool  // whether games of these rules have the row, where both its phases are played; nil: they do
	when     func(*State) bool // the guard; nil: it always holds
}

// A round, in its order. A morning follows a night. A runoff comes by a tie.
var (
	morning    = []Phase{PhaseBreakfast}
	day        = []Phase{PhaseRoundTable, PhaseBallot, PhaseBanishment, PhaseAftermath}
	night      = []Phase{PhaseConclave, PhaseMurder}
	roundOrder = slices.Concat(morning, day, night)
)

// transitions is the list, in the order in which the rows are tried.
var transitions = slices.Concat(
	[]transition{
		{from: PhaseSetup, to: PhaseIntroductions},
		{from: PhaseBallot, to: PhaseRunoff, when: (*State).tied},
		{from: PhaseRunoff, to: PhaseBanishment},
	},
	notes(), winChecks(), asides(), starts(), rounds(),
	inOrder(PhaseOver, PhaseDebrief, sameRound, nil),
)

// winChecks end a game after a banishment and after the last phase of a round (rule 2.10), the beliefs and notes that come after
// it included.
func winChecks() (rows []transition) {
	for _, p := range roundOrder {
		rows = append(rows, transition{from: p, to: PhaseOver,
			plays: func(r Rules) bool { return p == PhaseBanishment && r.Check == CheckEach || closesRound(r, p) },
			when:  func(s *State) bool { return s.decided(moment(closesRound(s.Rules, p) && !hasAside(s.Rules, p))) }})
		for _, aside := range []Phase{PhaseBeliefs, PhaseReflection} {
			rows = append(rows, transition{from: aside, after: p, to: PhaseOver,
				plays: func(r Rules) bool { return closesRound(r, p) && hasAside(r, p) },
				when:  func(s *State) bool { return s.decided(atNight) }})
		}
	}
	return rows
}

// asides are beliefs and notes after a phase (rules 7.1 and 10.1), once it has not ended the game.
func asides() (rows []transition) {
	for p := range phaseCount {
		rows = append(rows,
			transition{from: p, to: PhaseBeliefs, plays: func(r Rules) bool { return hasAside(r, p) && beliefsAfter(r, p) }},
			transition{from: p, to: PhaseReflection, plays: func(r Rules) bool { return hasAside(r, p) && reflectsAfter(r, p) }})
	}
	return rows
}

// notes come after the beliefs where both follow a phase.
func notes() (rows []transition) {
	for p := range phaseCount {
		rows = append(rows, transition{from: PhaseBeliefs, after: p, to: PhaseReflection,
			plays: func(r Rules) bool { return hasAside(r, p) && beliefsAfter(r, p) && reflectsAfter(r, p) }})
	}
	return rows
}

// starts lead into the first phase: of the night, or of the first round, which has no morning.
func starts() (rows []transition) {
	for _, p := range []Phase{PhaseSetup, PhaseIntroductions} {
		for _, q := range night {
			rows = append(rows, inOrder(p, q, sameRound, func(r Rules) bool { return r.First == FirstNight })...)
		}
		for _, q := range slices.Concat(day, night) {
			rows = append(rows, inOrder(p, q, newRound, func(r Rules) bool { return r.First != FirstNight })...)
		}
	}
	return rows
}

// rounds lead from each phase to the next one that is played, of this round or of a new one.
func rounds() (rows []transition) {
	for i, p := range roundOrder {
		for _, q := range roundOrder[i+1:] {
			rows = append(rows, inOrder(p, q, sameRound, nil)...)
		}
		for _, q := range roundOrder {
			rows = append(rows, inOrder(p, q, newRound, func(r Rules) bool { return r.MaxRounds > 1 || r.First == FirstNight })...)
		}
	}
	return rows
}

// opening says which round a phase is of, as against the one before it.
type opening bool

const (
	sameRound opening = false
	newRound  opening = true // which it opens
)

// inOrder leads from a phase to one that follows it by order, and so from the beliefs and notes that came after it.
func inOrder(p, q Phase, opens opening, plays func(Rules) bool) []transition {
	has := func(r Rules, aside bool) bool { return aside && (plays == nil || plays(r)) }
	return []transition{
		{from: p, to: q, opens: bool(opens), plays: plays},
		{from: PhaseBeliefs, after: p, to: q, opens: bool(opens),
			plays: func(r Rules) bool { return has(r, hasAside(r, p) && beliefsAfter(r, p)) }},
		{from: PhaseReflection, after: p, to: q, opens: bool(opens),
			plays: func(r Rules) bool { return has(r, hasAside(r, p) && reflectsAfter(r, p)) }},
	}
}

// tied reports whether a ballot has no single leader and is voted on once more.
func (s *State) tied() bool { return s.leaders().Len() > 1 }

// decided reports whether somebody has won.
func (s *State) decided(when moment) bool {
	_, _, over := s.verdict(when)
	return over
}

// closesRound reports whether p is the last phase of a round.
func closesRound(r Rules, p Phase) bool {
	i := slices.Index(roundOrder, p)
	return i >= 0 && !slices.ContainsFunc(roundOrder[i+1:], r.plays)
}

func isAside(p Phase) bool { return p == PhaseBeliefs || p == PhaseReflection }

// hasAside reports whether beliefs or notes follow p. The start is over when the introductions are.
func hasAside(r Rules, p Phase) bool {
	return (beliefsAfter(r, p) || reflectsAfter(r, p)) && !(p == PhaseSetup && r.Introductions)
}

func beliefsAfter(r Rules, p Phase) bool { return r.Beliefs.After.Has(phases[p].ends) }

func reflectsAfter(r Rules, p Phase) bool { return r.Memory.Reflect.Has(phases[p].ends) }

// has reports whether games of these rules have a row.
func (r Rules) has(row transition) bool {
	return r.plays(row.from) && r.plays(row.to) && (row.plays == nil || row.plays(r))
}

// newMachine makes the finite-state machine of a game of these rules, of the rows that a game can come to. A transition's event is
// the phase that it leads to.
func newMachine(r Rules) *fsm.FSM {
	var events []fsm.EventDesc
	var closed [phaseCount][phaseCount]bool // an unguarded row was met: no later one is ever tried
	var rows [phaseCount][]transition
	for _, row := range transitions {
		if closed[row.from][row.after] || !r.has(row) {
			continue
		}
		closed[row.from][row.after] = row.when == nil
		rows[row.from] = append(rows[row.from], row)
	}
	come := []Phase{PhaseSetup}
	for i := 0; i < len(come); i++ {
		for _, row := range rows[come[i]] {
			events = append(events, fsm.EventDesc{Name: row.to.String(), Src: []string{row.from.String()}, Dst: row.to.String()})
			if !slices.Contains(come, row.to) {
				come = append(come, row.to)
			}
		}
	}
	return fsm.NewFSM(PhaseSetup.String(), events, nil)
}

// Graph draws the machine of a game of these rules as a Mermaid state diagram.
func Graph(r Rules) (string, error) {
	return fsm.VisualizeForMermaidWithGraphType(newMachine(r), fsm.StateDiagram)
}

// course is the rows of a game by the phase that they lead from, as far as looplab/fsm's machine goes along them.
type course [phaseCount][]transition

func courseOf(r Rules) (c course) {
	m := newMachine(r)
	for _, row := range transitions {
		if m.SetState(row.from.String()); m.Can(row.to.String()) && (row.plays == nil || row.plays(r)) {
			c[row.from] = append(c[row.from], row)
		}
	}
	return c
}

// following is the phase that the state leads to, and whether it opens a new round; nothing follows where ok is false.
func (s *State) following() (next Phase, opens, ok bool) {
	for _, row := range s.course[s.Phase] {
		if isAside(s.Phase) && row.after != s.Before {
			continue
		}
		if row.when == nil || row.when(s) {
			return row.to, row.opens, true
		}
	}
	return s.Phase, false, false
}
