// Package match plays one game: ask the seats that are pending, decide, append to the log, apply, until the game is over.
//
// Play, resume, fork and replay are all Game.Run with another history or other agents. The package knows the engine and
// nothing else: Agent and Log are declared here, where they are consumed.
package match

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/turncoat-sim/turncoat/engine"
)

// Agent decides for a seat. An answer may be a forfeit with its cause, and what is illegal in it is forfeited: repairing is
// the agent's own affair. An error parks the game, to be resumed.
type Agent interface {
	Act(context.Context, engine.Observation, engine.Request) (engine.Answer, error)
}

// Log keeps events. Append is atomic and refuses a fork: after is the number of events that the log must hold before.
type Log interface {
	Append(ctx context.Context, game string, after uint64, events []engine.Event) error
}

// Game is one game to be played.
type Game struct {
	ID     string
	Agents []Agent // by seat
	Log    Log
	// Together asks the seats that may be asked at the same time in goroutines of their own; without it they are asked in
	// turn, which is quicker for agents that answer at once. The log is the same either way.
	Together bool
	// Drain, once closed, parks the game before its next step: what was answered is appended first.
	Drain <-chan struct{}
}

// ErrDrained is why a game was parked that was asked to stop.
var ErrDrained = errors.New("it was asked to stop")

// BrokenError says that the engine can't go on with the game. It is the only error that makes a game a failed one: whatever comes
// from an agent, from the log or from a context leaves the game as it stands in the log, to be resumed.
type BrokenError struct{ Err error }

func (e *BrokenError) Error() string { return e.Err.Error() }

// Unwrap gives the engine's error.
func (e *BrokenError) Unwrap() error { return e.Err }

// LogError says that a step could not be kept.
type LogError struct{ Err error }

func (e *LogError) Error() string { return e.Err.Error() }

// Unwrap gives the log's error.
func (e *LogError) Unwrap() error { return e.Err }

// ParkedError says that an agent could not answer: the game waits in the log to be resumed.
type ParkedError struct {
	Seat engine.Seat
	Err  error
}

func (e *ParkedError) Error() string { return fmt.Sprintf("seat %d: %v", e.Seat, e.Err) }

// Unwrap gives the agent's error.
func (e *ParkedError) Unwrap() error { return e.Err }

// Run goes on from history, which the log holds already, until the game is over. Every step is appended before it is
// applied and before anybody perceives it (promise 1). Its error is a *BrokenError, a *LogError, a *ParkedError, or ErrDrained.
func (g Game) Run(ctx context.Context, history []engine.Event) (engine.State, error) {
	state, err := engine.Fold(history)
	if err != nil {
		return state, &BrokenError{fmt.Errorf("game %s: %w", g.ID, err)}
	}
	if len(g.Agents) != state.Rules.Players {
		return state, &BrokenError{fmt.Errorf("game %s: %d agents for %d seats", g.ID, len(g.Agents), state.Rules.Players)}
	}
	table := perceive(nil, len(g.Agents), history)
	for {
		asked := engine.Pending(state)
		if len(asked) == 0 {
			return state, nil
		}
		if g.drained() {
			return state, ErrDrained
		}
		answers, err := g.ask(ctx, table, asked)
		if err != nil {
			return state, err
		}
		events, err := g.keep(ctx, state, answers)
		if err != nil {
			return state, err
		}
		if state, err = engine.ApplyAll(state, events); err != nil {
			return state, &BrokenError{fmt.Errorf("game %s: %w", g.ID, err)}
		}
		table = perceive(table, len(g.Agents), events)
	}
}

func (g Game) drained() bool {
	select {
	case <-g.Drain:
		return true
	default:
		return false
	}
}

// keep decides a step and appends it. What was answered is kept whatever has been asked to stop by now.
func (g Game) keep(ctx context.Context, state engine.State, answers []engine.Answer) ([]engine.Event, error) {
	events, err := engine.Decide(state, answers)
	if err != nil {
		return nil, &BrokenError{fmt.Errorf("game %s after %d: %w", g.ID, state.Seq, err)}
	}
	if err := g.Log.Append(context.WithoutCancel(ctx), g.ID, state.Seq, events); err != nil {
		return nil, &LogError{fmt.Errorf("append game %s after %d: %w", g.ID, state.Seq, err)}
	}
	return events, nil
}

// perceive gives every seat what it perceived of the events.
func perceive(table []engine.Observation, seats int, events []engine.Event) []engine.Observation {
	if table == nil {
		table = make([]engine.Observation, seats)
		for i := range table {
			table[i] = engine.Observation{Seat: engine.Seat(i), Events: make([]engine.Observed, 0, 192)}
		}
	}
	for _, e := range events {
		for seat := range e.Audience.All() {
			seen, _ := engine.Observe(e, seat)
			table[seat].Events = append(table[seat].Events, seen)
		}
	}
	return table
}

func (g Game) ask(ctx context.Context, table []engine.Observation, asked []engine.Request) ([]engine.Answer, error) {
	answers := make([]engine.Answer, len(asked))
	if !g.Together || len(asked) == 1 {
		for i, r := range asked {
			a, err := g.askOne(ctx, table[r.Seat], r)
			if err != nil {
				return nil, err
			}
			answers[i] = a
		}
		return answers, nil
	}
	errs := make([]error, len(asked))
	var wg sync.WaitGroup
	for i, r := range asked {
		wg.Go(func() { answers[i], errs[i] = g.askOne(ctx, table[r.Seat], r) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// askOne asks one agent; what the rules do not allow of its answer is for engine.Decide to forfeit.
func (g Game) askOne(ctx context.Context, seen engine.Observation, r engine.Request) (engine.Answer, error) {
	if ctx.Err() != nil {
		return engine.Answer{}, &ParkedError{Seat: r.Seat, Err: context.Cause(ctx)}
	}
	a, err := g.Agents[r.Seat].Act(ctx, seen, r)
	if err != nil {
		return a, &ParkedError{Seat: r.Seat, Err: err}
	}
	a.Seat = r.Seat
	return a, nil
}
