package scenarios

import (
	"regexp"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
)

// Every arrow in the diagram of a shipped scenario is walked by its games: the diagram shows what is played, and nothing else.
func TestEveryArrowIsWalked(t *testing.T) {
	arrow := regexp.MustCompile(`(?m)^\s*(\w+) --> (\w+)`)
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := engine.Graph(s.Rules)
		if err != nil {
			t.Fatal(err)
		}
		left := map[[2]string]bool{}
		for _, m := range arrow.FindAllStringSubmatch(text, -1) {
			left[[2]string{m[1], m[2]}] = true
		}
		if len(left) < 4 {
			t.Fatalf("%s: the diagram has %d arrows:\n%s", name, len(left), text)
		}
		for seed := uint64(0); len(left) > 0 && seed < 3000; seed++ {
			rules := s.Rules
			if seed%3 == 1 {
				rules.MaxRounds = 1 // it is in no row, and some ends come by it alone
			}
			events, _, err := engine.Play(enginetest.Setup(seed, rules), func(_ engine.State, r engine.Request) engine.Answer {
				if seed%3 == 2 && r.Kind == engine.AskBallot {
					return engine.Answer{Target: engine.NoSeat, Forfeit: engine.CauseSchema} // nobody is banished
				}
				return enginetest.Answer(seed, rules.Players, r)
			})
			if err != nil {
				t.Fatal(err)
			}
			for i, e := range events[1:] {
				if before := events[i]; e.Phase != before.Phase || e.Round != before.Round {
					delete(left, [2]string{before.Phase.String(), e.Phase.String()})
				}
			}
		}
		if len(left) > 0 {
			t.Errorf("%s: no game walked %v", name, left)
		}
	}
}
