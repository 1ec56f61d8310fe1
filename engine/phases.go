package engine

import "fmt"

// Phase is a state of the game loop (rule 2). Adding one: a constant and a row here, its place in transitions.go, a file for what it
// does. docs/architecture.md, "A phase more", goes through it.
type Phase uint8

// The phases, in the order of a round. The log holds their names, the dice their numbers: a new one comes last.
const (
	PhaseSetup Phase = iota
	PhaseIntroductions
	PhaseBreakfast
	PhaseRoundTable
	PhaseBallot
	PhaseRunoff
	PhaseBanishment
	PhaseAftermath
	PhaseConclave
	PhaseMurder
	PhaseBeliefs
	PhaseOver
	PhaseDebrief
	PhaseReflection
	phaseCount
)

// phaseRow is a row of the phase table: what a phase is called, which games have it, whom it asks and what comes of that. Where it leads
// is in transitions.go.
type phaseRow struct {
	name   string
	plays  func(Rules) bool // whether games of these rules have it; nil: all have
	ends   Moments          // the moment that its end is (rules 7.1 and 10.1); 0: none
	enter  func(*turn)      // what happens before anybody is asked
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

var phases [phaseCount]phaseRow

// The rows ask the phases' functions, which ask the rows: so they are set when both are there.
func init() {
	phases = [phaseCount]phaseRow{
		PhaseSetup: {name: "setup", ends: AfterStart},
		PhaseIntroductions: {name: "introductions", plays: func(r Rules) bool { return r.Introductions }, ends: AfterStart,
			ask: askIntroductions, decide: decideIntroductions},
		PhaseBreakfast: {name: "breakfast", plays: hasMurder, ends: AfterBreakfast, enter: enterBreakfast},
		PhaseRoundTable: {name: "round_table", plays: talks, ends: AfterRoundTable,
			enter: enterTalk, ask: askTalk, decide: decideTalk},
		PhaseBallot:     {name: "ballot", plays: hasBallot, enter: enterBallot, ask: askBallot, decide: decideBallot},
		PhaseRunoff:     {name: "runoff", plays: hasRunoff, enter: enterRunoff, ask: askBallot, decide: decideBallot},
		PhaseBanishment: {name: "banishment", plays: hasBallot, ends: AfterBanishment, enter: enterBanishment},
		PhaseAftermath: {name: "aftermath", plays: func(r Rules) bool { return r.Aftermath }, ends: AfterAftermath,
			enter: enterTalk, ask: askTalk, decide: decideTalk},
		PhaseConclave: {name: "conclave", plays: func(r Rules) bool { return r.Conclave > 0 },
			enter: enterConclave, ask: askConclave, decide: decideConclave},
		PhaseMurder: {name: "murder", plays: hasMurder, enter: enterMurder, ask: askMurder, decide: decideMurder, leave: leaveMurder},
		PhaseBeliefs: {name: "beliefs", plays: func(r Rules) bool { return r.Beliefs.After != 0 },
			enter: enterBeliefs, ask: askBeliefs, decide: decideBeliefs},
		PhaseOver: {name: "over", ends: AfterEnd, enter: enterOver},
		PhaseDebrief: {name: "debrief", plays: func(r Rules) bool { return r.Debrief },
			enter: enterDebrief, ask: askDebrief, decide: decideDebrief},
		PhaseReflection: {name: "reflection", plays: func(r Rules) bool { return r.Memory.Reflect != 0 },
			enter: enterReflection, ask: askReflection, decide: decideReflection},
	}
}

func hasMurder(r Rules) bool { return r.Murder }

func hasBallot(r Rules) bool { return r.Ballot != BallotOff }

func hasRunoff(r Rules) bool { return hasBallot(r) && r.Tie == TieRunoff }

// talks reports whether there is a round table (rule 3.1).
func talks(r Rules) bool {
	return r.Order == OrderBid && r.Turns > 0 || r.Order != OrderBid && r.Passes > 0
}

// plays reports whether the phase takes part in a game of these rules.
func (r Rules) plays(p Phase) bool { return phases[p].plays == nil || phases[p].plays(r) }

func (p Phase) String() string {
	if p >= phaseCount {
		return fmt.Sprintf("phase(%d)", uint8(p))
	}
	return phases[p].name
}

// ParsePhase reads a phase's name.
func ParsePhase(name string) (Phase, error) {
	for p := range phaseCount {
		if phases[p].name == name {
			return p, nil
		}
	}
	return 0, fmt.Errorf("unknown phase %q", name)
}

// MarshalText writes the phase's name.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a phase's name.
func (p *Phase) UnmarshalText(b []byte) error {
	v, err := ParsePhase(string(b))
	*p = v
	return err
}
