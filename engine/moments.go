package engine

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Moments is a set of moments at which beliefs (rule 7.1) or notes (rule 10.1) are asked for.
type Moments uint16

// The moments: with a request, or after a phase; beliefs are asked at all but the last, which is for notes (rule 10.1).
const (
	WithStatement Moments = 1 << iota
	WithBallot
	AfterStart
	AfterBreakfast
	AfterRoundTable
	AfterBanishment
	AfterAftermath
	AfterEnd
)

var momentNames = []string{"statement", "ballot", "start", "breakfast", "round_table", "banishment", "aftermath", "end"}

// What `beliefs.with`, `beliefs.after` and `memory.reflect` take.
var withMoments, afterMoments, reflectMoments = momentNames[:2], momentNames[2:7], momentNames[2:]

// Has reports whether m is among the moments; the zero moment never is.
func (ms Moments) Has(m Moments) bool { return m != 0 && ms&m == m }

// Names lists the moments' names.
func (ms Moments) Names() []string {
	out := []string{}
	for i, n := range momentNames {
		if ms>>i&1 == 1 {
			out = append(out, n)
		}
	}
	return out
}

func (ms Moments) String() string { return strings.Join(ms.Names(), ", ") }

// ParseMoments reads a list of names.
func ParseMoments(names []string) (Moments, error) {
	var ms Moments
next:
	for _, name := range names {
		for i, n := range momentNames {
			if n == name {
				ms |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("unknown moment %q (one of %s)", name, strings.Join(momentNames, ", "))
	}
	return ms, nil
}

// MarshalJSON writes the list of names.
func (ms Moments) MarshalJSON() ([]byte, error) { return json.Marshal(ms.Names()) }

// UnmarshalJSON reads a list of names.
func (ms *Moments) UnmarshalJSON(b []byte) error {
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return err
	}
	v, err := ParseMoments(names)
	*ms = v
	return err
}

// Coming are those of the moments that come in a game of the rules: nothing is asked with a ballot that is off, or after it.
func (r Rules) Coming(ms Moments) (out Moments) {
	for p := range phaseCount {
		if !r.plays(p) {
			continue
		}
		out |= ms & phases[p].ends
		if p == PhaseRoundTable || p == PhaseAftermath {
			out |= ms & WithStatement
		}
		if p == PhaseBallot {
			out |= ms & WithBallot
		}
	}
	return out
}
