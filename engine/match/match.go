// Package match plays one game: ask the seats that are pending, decide, append to the log, apply, until the game is over.
//
// Play, resume, fork and replay are all Game.Run with another history or other agents. The package knows the engine and
// nothing else: Agent and Log are declared here, where they are consumed.
package match

import (
	"context"
	"fmt"
	"sync"

	"turncoat/engine"
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
}

// ParkedError says that an agent could not answer: the game waits in the log to be resumed.
type ParkedError struct {
	Seat engine.Seat
	Err  error
}

func (e *ParkedError) Error() string { return fmt.Sprintf("seat %d: %v", e.Seat, e.Err) }

// Unwrap gives the agent's error.
func (e *ParkedError) Unwrap() error { return e.Err }

// Run goes on from history, which the log holds already, until the game is over. Every step is appended before it is
// applied and before anybody perceives it (promise 1).
func (g Game) Run(ctx context.Context, history []engine.Event) (engine.State, error) {
	state, err := engine.Fold(history)
	if err != nil {
		return state, fmt.Errorf("game %s: %w", g.ID, err)
	}
	if len(g.Agents) != state.Rules.Players {
		return state, fmt.Errorf("game %s: %d agents for %d seats", g.ID, len(g.Agents), state.Rules.Players)
	}
	table := perceive(nil, len(g.Agents), history)
	for {
		asked := engine.Pending(state)
		if len(asked) == 0 {
			return state, nil
		}
		answers, err := g.ask(ctx, table, asked)
		if err != nil {
			return state, err
		}
		events, err := engine.Decide(state, answers)
		if err != nil {
			return state, fmt.Errorf("game %s after %d: %w", g.ID, state.Seq, err)
		}
		if err := g.Log.Append(ctx, g.ID, state.Seq, events); err != nil {
			return state, fmt.Errorf("append game %s after %d: %w", g.ID, state.Seq, err)
		}
		for _, e := range events {
			if state, err = engine.Apply(state, e); err != nil {
				return state, fmt.Errorf("game %s: %w", g.ID, err)
			}
		}
		table = perceive(table, len(g.Agents), events)
	}
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
	if err := ctx.Err(); err != nil {
		return engine.Answer{}, &ParkedError{Seat: r.Seat, Err: err}
	}
	a, err := g.Agents[r.Seat].Act(ctx, seen, r)
	if err != nil {
		return a, &ParkedError{Seat: r.Seat, Err: err}
	}
	a.Seat = r.Seat
	return a, nil
}
