package narrate

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// What is asked beside a phase has no heading; the night is one for who isn't told what passes in it; the rest goes by its name.
func TestTitles(t *testing.T) {
	for p, want := range map[engine.Phase][2]string{ // for everybody, and for who is told what passes in private
		engine.PhaseSetup:         {"", ""},
		engine.PhaseBeliefs:       {"", ""},
		engine.PhaseReflection:    {"", ""},
		engine.PhaseIntroductions: {"Introductions", "Introductions"},
		engine.PhaseBreakfast:     {"Morning", "Morning"},
		engine.PhaseRoundTable:    {"Discussion", "Discussion"},
		engine.PhaseBallot:        {"Ballot", "Ballot"},
		engine.PhaseRunoff:        {"Runoff", "Runoff"},
		engine.PhaseBanishment:    {"Decision", "Decision"},
		engine.PhaseAftermath:     {"Aftermath", "Aftermath"},
		engine.PhaseConclave:      {"Night", "Private talk"},
		engine.PhaseMurder:        {"Night", "Night"},
		engine.PhaseOver:          {"The end", "The end"},
		engine.PhaseDebrief:       {"Looking back", "Looking back"},
	} {
		if got := [2]string{neutral.Title(p, false), neutral.Title(p, true)}; got != want {
			t.Errorf("%s: %q, wanted %q", p, got, want)
		}
	}
}
