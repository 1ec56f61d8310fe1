package match_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/match"
)

// slate is a log in memory that refuses a fork.
type slate struct{ events []engine.Event }

func (s *slate) Append(_ context.Context, game string, after uint64, events []engine.Event) error {
	if uint64(len(s.events)) != after {
		return fmt.Errorf("fork of %s", game)
	}
	s.events = append(s.events, events...)
	return nil
}

// play is an agent made of a function.
type play func(engine.Observation, engine.Request) (engine.Answer, error)

func (p play) Act(_ context.Context, o engine.Observation, r engine.Request) (engine.Answer, error) {
	return p(o, r)
}

// sensible answers whatever is asked.
func sensible(_ engine.Observation, r engine.Request) (engine.Answer, error) {
	a := engine.Answer{Target: engine.NoSeat, Text: "Good evening."}
	if r.Legal != 0 {
		a.Target = r.Offer[0]
	}
	if r.Beliefs != engine.NoBeliefs {
		a.Beliefs = make([]int16, 6)
		for i := range a.Beliefs {
			a.Beliefs[i] = 200
			if s := engine.Seat(i); s == r.Seat || !r.Living.Has(s) {
				a.Beliefs[i] = engine.Unstated
			}
		}
	}
	return a, nil
}

func open(t *testing.T, seed uint64) []engine.Event {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = 6, 1
	cast := make([]engine.Player, 6)
	for i := range cast {
		cast[i] = engine.Player{Name: fmt.Sprint("P", i), Policy: "sensible"}
	}
	events, _, err := engine.Open(engine.Setup{Seed: seed, Rules: rules.Complete(), Cast: cast})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func run(t *testing.T, first play, together bool) []engine.Event {
	t.Helper()
	history := open(t, 3)
	log := &slate{events: history}
	g := match.Game{ID: "g", Log: log, Together: together}
	for range 6 {
		g.Agents = append(g.Agents, play(sensible))
	}
	if first != nil {
		g.Agents[0] = first
	}
	state, err := g.Run(t.Context(), history)
	if err != nil || !state.Over {
		t.Fatalf("over %v, %v", state.Over, err)
	}
	return log.events
}

func forfeits(events []engine.Event) (out []engine.Forfeited) {
	for _, e := range events {
		if f, ok := e.Body.(engine.Forfeited); ok {
			out = append(out, f)
		}
	}
	return out
}

func TestArrivalOrderChangesNothing(t *testing.T) {
	if a, b := run(t, nil, false), run(t, nil, true); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Fatal("asked together, the log differs")
	}
}

// An illegal answer is forfeited under its cause, and everything goes on (rule 3.3).
func TestIllegalIsForfeited(t *testing.T) {
	events := run(t, func(o engine.Observation, r engine.Request) (engine.Answer, error) {
		a, err := sensible(o, r)
		if r.Kind == engine.AskBallot && r.Round == 1 && r.Stage == 0 {
			a.Target = r.Seat
		}
		return a, err
	}, false)
	got := forfeits(events)
	if len(got) == 0 || got[0].Cause != engine.CauseIllegalTarget {
		t.Errorf("forfeits %v", got)
	}
}

// Wrong beliefs cost the beliefs and not the ballot.
func TestWrongBeliefsKeepTheBallot(t *testing.T) {
	events := run(t, func(o engine.Observation, r engine.Request) (engine.Answer, error) {
		a, err := sensible(o, r)
		if r.Kind == engine.AskBallot {
			a.Beliefs = []int16{1, 2}
		}
		return a, err
	}, false)
	voted := 0
	for _, e := range events {
		if b, ok := e.Body.(engine.Ballot); ok && b.Voter == 0 && b.Target != engine.NoSeat {
			voted++
		}
	}
	for _, f := range forfeits(events) {
		if f.Request != engine.AskBeliefs {
			t.Errorf("forfeited %v", f)
		}
	}
	if voted == 0 || len(forfeits(events)) == 0 {
		t.Errorf("%d ballots, forfeits %v", voted, forfeits(events))
	}
}

// An error parks the game and forfeits nothing; resumed, it is the game that would have been.
func TestErrorParks(t *testing.T) {
	whole := run(t, nil, false)
	gone := errors.New("gone")
	for k := 0; ; k++ {
		history, calls := open(t, 3), 0
		log := &slate{events: history}
		g := match.Game{ID: "g", Log: log}
		for range 6 {
			g.Agents = append(g.Agents, play(func(o engine.Observation, r engine.Request) (engine.Answer, error) {
				if calls++; calls > k {
					return engine.Answer{}, gone
				}
				return sensible(o, r)
			}))
		}
		_, err := g.Run(t.Context(), history)
		if err == nil {
			break
		}
		var parked *match.ParkedError
		if !errors.As(err, &parked) || !errors.Is(err, gone) {
			t.Fatalf("after %d calls: %v", k, err)
		}
		for i := range g.Agents {
			g.Agents[i] = play(sensible)
		}
		if _, err := g.Run(t.Context(), log.events); err != nil || fmt.Sprint(log.events) != fmt.Sprint(whole) {
			t.Fatalf("resumed after %d calls: %v", k, err)
		}
	}
}

// log is a log made of a function.
type log func(context.Context, []engine.Event) error

func (l log) Append(ctx context.Context, _ string, _ uint64, events []engine.Event) error {
	return l(ctx, events)
}

func table(agent play) (agents []match.Agent) {
	for range 6 {
		agents = append(agents, agent)
	}
	return agents
}

// A step that was answered is appended whatever has been asked to stop; then the game waits.
func TestAnsweredIsAppended(t *testing.T) {
	history, drain := open(t, 3), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	kept := 0
	keep := log(func(ctx context.Context, events []engine.Event) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		kept += len(events)
		return nil
	})
	state, err := match.Game{ID: "g", Log: keep, Drain: drain,
		Agents: table(func(o engine.Observation, r engine.Request) (engine.Answer, error) {
			if r.Kind == engine.AskBallot && r.Seat == 5 { // the last of the table
				close(drain)
				cancel()
			}
			return sensible(o, r)
		})}.Run(ctx, history)
	if !errors.Is(err, match.ErrDrained) || state.Phase == engine.PhaseRoundTable || int(state.Seq) != len(history)+kept {
		t.Fatalf("%d events kept, state at %d, %v", kept, state.Seq, err)
	}
}

// What comes from the log or the context is never the engine's: the game waits.
func TestOnlyTheEngineBreaksAGame(t *testing.T) {
	full := errors.New("disk full")
	var broken *match.BrokenError
	var unkept *match.LogError
	g := match.Game{ID: "g", Agents: table(sensible), Log: log(func(context.Context, []engine.Event) error { return full })}
	if _, err := g.Run(t.Context(), open(t, 3)); !errors.As(err, &unkept) || errors.As(err, &broken) || !errors.Is(err, full) {
		t.Errorf("the log: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(full)
	if _, err := g.Run(ctx, open(t, 3)); errors.As(err, &broken) || !errors.Is(err, full) {
		t.Errorf("the context: %v", err)
	}
	if _, err := g.Run(t.Context(), open(t, 3)[1:]); !errors.As(err, &broken) {
		t.Errorf("a history that is none: %v", err)
	}
}

// Once its context is cancelled, nobody else is asked: a call that is made then is lost.
func TestNobodyIsAskedOnceCancelled(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	asked := 0
	_, err := match.Game{ID: "g", Log: &slate{events: open(t, 3)},
		Agents: table(func(o engine.Observation, r engine.Request) (engine.Answer, error) {
			if asked++; asked == 3 {
				cancel(why)
			}
			return sensible(o, r)
		})}.Run(ctx, open(t, 3))
	var parked *match.ParkedError
	if !errors.As(err, &parked) || !errors.Is(err, why) || asked != 3 {
		t.Fatalf("%d are asked, %v", asked, err)
	}
}

// An answer is its seat's, whatever it says, and a game needs a player at every seat.
func TestAnswersAreOfTheirSeat(t *testing.T) {
	whole := run(t, nil, false)
	other := run(t, func(o engine.Observation, r engine.Request) (engine.Answer, error) {
		a, err := sensible(o, r)
		a.Seat = 5
		return a, err
	}, false)
	if fmt.Sprint(whole) != fmt.Sprint(other) {
		t.Error("an answer under another seat's number changes the game")
	}
	var broken *match.BrokenError
	if _, err := (match.Game{ID: "g", Agents: table(sensible)[1:], Log: &slate{}}).Run(t.Context(), open(t, 3)); !errors.As(err, &broken) {
		t.Errorf("five players at a table of six: %v", err)
	}
}
