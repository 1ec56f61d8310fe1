package enginetest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
	"github.com/turncoat-sim/turncoat/engine/match"
)

// Random games under random rules end, hold every invariant, and fold to the same state.
func TestSimulator(t *testing.T) {
	for seed := range uint64(400) {
		events, state, err := enginetest.Play(enginetest.Setup(seed, enginetest.Rules(seed)))
		if err == nil {
			err = enginetest.Check(events)
		}
		if err != nil || !state.Over {
			t.Fatalf("seed %d (go test ./engine/enginetest -run Simulator): over %v, %v", seed, state.Over, err)
		}
		if again, err := engine.Fold(events); err != nil || again != state {
			t.Fatalf("seed %d: the fold differs (%v)", seed, err)
		}
	}
}

// crashing is a log that fails after so many appends, once written or not.
type crashing struct {
	events []engine.Event
	left   int
	kept   bool // whether the append that fails is in the log
}

var errCrash = errors.New("crash")

func (c *crashing) Append(_ context.Context, game string, after uint64, events []engine.Event) error {
	if uint64(len(c.events)) != after {
		return fmt.Errorf("fork of %s: %d events, not %d", game, len(c.events), after)
	}
	if c.left--; c.left == 0 {
		if c.kept {
			c.events = append(c.events, events...)
		}
		return errCrash
	}
	c.events = append(c.events, events...)
	return nil
}

func agents(seed uint64, n int) []match.Agent {
	out := make([]match.Agent, n)
	for i := range out {
		out[i] = &enginetest.Faulty{Seed: seed, Players: n, Left: -1}
	}
	return out
}

// A crash at every append, before and after it reached the disk: resumed, the game is the game that would have been.
func TestCrashAtEveryAppend(t *testing.T) {
	for seed := range uint64(12) {
		setup := enginetest.Setup(seed, enginetest.Rules(seed))
		opening, _, err := engine.Open(setup)
		if err != nil {
			t.Fatal(err)
		}
		whole := &crashing{events: opening[:len(opening):len(opening)]}
		run := func(log *crashing) error {
			_, err := match.Game{ID: "g", Agents: agents(seed, setup.Rules.Players), Log: log}.Run(t.Context(), log.events)
			return err
		}
		if err := run(whole); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := enginetest.Check(whole.events); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for k := 1; ; k++ {
			log := &crashing{events: opening[:len(opening):len(opening)], left: k, kept: k%2 == 0}
			err := run(log)
			if err == nil {
				break
			}
			if !errors.Is(err, errCrash) {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if err := run(log); err != nil || fmt.Sprint(log.events) != fmt.Sprint(whole.events) {
				t.Fatalf("seed %d, crash at append %d: resumed, the game differs (%v)", seed, k, err)
			}
		}
	}
}

// Beliefs and notes come at no other moment than those that the rules say are coming, and at each of these in some game.
func TestMomentsThatCome(t *testing.T) {
	met := engine.Moments(0)
	for seed := range uint64(300) {
		rules := enginetest.Rules(seed)
		events, _, err := enginetest.Play(enginetest.Setup(seed, rules))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			b, ok := e.Body.(engine.Belief)
			if !ok || b.When == "after_speech" {
				continue
			}
			m, err := engine.ParseMoments([]string{b.When})
			if err != nil || rules.Coming(m) != m {
				t.Fatalf("seed %d, event %d: beliefs at %q, which does not come under %+v (%v)", seed, e.Seq, b.When, rules, err)
			}
			met |= m
		}
	}
	all := engine.WithStatement | engine.WithBallot | engine.AfterStart | engine.AfterBreakfast | engine.AfterRoundTable |
		engine.AfterBanishment | engine.AfterAftermath
	if met != all {
		t.Errorf("met are only %v", met)
	}
}
