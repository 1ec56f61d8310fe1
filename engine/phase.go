package engine

import "fmt"

// Phase is a state of the game loop (rule 2). The phase table in machine.go has a row for each.
type Phase uint8

// The phases, in the order of a round.
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

var phaseNames = [phaseCount]string{
	"setup", "introductions", "breakfast", "round_table", "ballot", "runoff", "banishment",
	"aftermath", "conclave", "murder", "beliefs", "over", "debrief", "reflection",
}

func (p Phase) String() string {
	if p >= phaseCount {
		return fmt.Sprintf("phase(%d)", uint8(p))
	}
	return phaseNames[p]
}

// ParsePhase reads a phase's name.
func ParsePhase(name string) (Phase, error) {
	for i, n := range phaseNames {
		if n == name {
			return Phase(i), nil
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
