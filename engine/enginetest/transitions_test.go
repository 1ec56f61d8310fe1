package enginetest

import (
	"regexp"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

var arrow = regexp.MustCompile(`(?m)^\s*(\w+) --> (\w+)`)

// drawnBy are the changes of phase that the diagram of a game of these rules shows.
func drawnBy(t *testing.T, r engine.Rules) map[[2]string]bool {
	t.Helper()
	text, err := engine.Graph(r)
	if err != nil {
		t.Fatal(err)
	}
	out := map[[2]string]bool{}
	for _, m := range arrow.FindAllStringSubmatch(text, -1) {
		out[[2]string{m[1], m[2]}] = true
	}
	return out
}

// Every change of phase in games of random rules is one that looplab/fsm's machine of these rules has.
func TestEveryChangeIsARow(t *testing.T) {
	games, changes := 10_000, 0
	if testing.Short() {
		games = 500
	}
	for seed := range uint64(games) {
		rules := Rules(seed)
		events, _, err := Play(Setup(seed, rules))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		rows := drawnBy(t, rules)
		for i, e := range events[1:] {
			before := events[i]
			if e.Phase == before.Phase && e.Round == before.Round {
				continue
			}
			if changes++; !rows[[2]string{before.Phase.String(), e.Phase.String()}] {
				t.Fatalf("seed %d: %s follows %s, which the machine does not have", seed, e.Phase, before.Phase)
			}
		}
	}
	t.Logf("%d changes of phase", changes)
}

// A log whose change of phase or round is another than the one that follows is refused, whatever it is.
func TestNothingElseFollows(t *testing.T) {
	tried := 0
	for seed := range uint64(120) {
		events, _, err := Play(Setup(seed, Rules(seed)))
		if err != nil {
			t.Fatal(err)
		}
		var s engine.State
		for _, e := range events {
			if e.Seq > 1 && (e.Phase != s.Phase || e.Round != s.Round) {
				tried += refusesOthers(t, s, e)
			}
			if s, err = engine.Apply(s, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if tried < 10_000 {
		t.Errorf("only %d changes were tried", tried)
	}
}

// refusesOthers tries an event that changes the phase in every other phase, and in the rounds around.
func refusesOthers(t *testing.T, s engine.State, e engine.Event) (tried int) {
	t.Helper()
	for p := range engine.PhaseReflection + 1 {
		for round := e.Round - 1; round <= e.Round+2; round++ {
			other := e
			other.Phase, other.Round = p, round
			if p == e.Phase && round == e.Round || p == s.Phase && round == s.Round {
				continue // as it is, or no change
			}
			tried++
			if _, err := engine.Apply(s, other); err == nil {
				t.Fatalf("%s of round %d was taken after %s of round %d, where %s of round %d follows", p, round, s.Phase, s.Round,
					e.Phase, e.Round)
			}
		}
	}
	return tried
}
