// Package batch plays many matches of one design: it hands out games to workers, keeps what each one came to, and stops in
// good order. A game's log depends on its seed and its players alone, never on how many play beside it.
//
// The package knows matches and the engine. Where games are kept is behind Store; who plays is behind Plan.
package batch

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/match"
)

// Status is what became of a game.
type Status string

// The statuses of a game.
const (
	Running  Status = "running"
	Parked   Status = "parked" // waits to be resumed
	Finished Status = "finished"
	Failed   Status = "failed"  // the engine could not go on with it; a store that gives it as another is asked to have it taken up again
	Stopped  Status = "stopped" // by a limit on tokens or money; it can go on under a higher one
)

// Ref names a game of a batch.
type Ref struct {
	ID        string
	Index     int // in the batch
	Replicate int // of its condition: the games of one replicate share a seed
	Turn      int // of policies that take turns on the seats of one table
	Seed      uint64
}

// Outcome is what a game came to.
type Outcome struct {
	Ref
	Status Status
	Winner engine.Team
	Rounds int
	Events int
	Err    error // why it failed or was parked
}

// Store keeps the games of one batch.
type Store interface {
	match.Log
	// Status is what the store holds of a game, and its events if it is to go on; the empty status is nothing yet.
	Status(ctx context.Context, ref Ref) (Status, []engine.Event, error)
	// Start opens a game that is appended to step by step.
	Start(ctx context.Context, ref Ref) error
	// Finish says what a game that was started came to.
	Finish(ctx context.Context, outcome Outcome) error
	// Commit keeps a finished game whole, with its outcome.
	Commit(ctx context.Context, outcome Outcome, events []engine.Event) error
}

// Plan is a batch to be played.
type Plan struct {
	Games int
	Ref   func(index int) Ref
	// Setup seats a game; Agents gives its players.
	Setup  func(context.Context, Ref) (engine.Setup, error)
	Agents func(context.Context, Ref, engine.Setup) ([]match.Agent, error)
	// Instant says that every player is a deterministic function that answers at once. Such a game is committed whole, since
	// what a crash loses can be played again the same (promise 1).
	Instant  bool
	Parallel int
	// Season is how many games follow one another, each with what the one before left behind; 0 and 1: none does. Setup of a game
	// is called when the one before it in its season is finished in the store, and a season ends at a game that does not finish.
	Season int
	// Report is told of each game as it ends, by one goroutine.
	Report func(Outcome)
	// FailFast stops handing out games after the first that is parked, since its provider is out of reach.
	FailFast bool
	// Stopped says of the error that parked a game whether a limit stopped it, and whether the limit is the batch's, so that no
	// more games are handed out. Nil: nothing is limited.
	Stopped func(error) (stopped, all bool)
}

// SeedOf derives the seed of a replicate from the batch's.
func SeedOf(seed uint64, replicate int) uint64 { return engine.DeriveSeed(seed, "game", replicate) }

// RefOf derives the game of an index: its seed follows from the batch's seed and the replicate, its id also from the batch's name.
func RefOf(name string, seed uint64, index, replicate int) Ref {
	s := SeedOf(seed, replicate)
	id := engine.DeriveSeed(s, "id:"+name, index)
	return Ref{ID: fmt.Sprintf("%010x", id>>24), Index: index, Replicate: replicate, Seed: s}
}

// Run plays every game that the store does not hold finished. Once drain is closed no new game begins: instant games are
// played out, others are parked after the step in hand. Cancelling ctx stops at once. The first error of the store ends all.
func Run(ctx context.Context, drain <-chan struct{}, plan Plan, store Store) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	indexes := make(chan int)
	outcomes := make(chan Outcome, plan.Parallel)
	stop := make(chan struct{})
	var once sync.Once
	halt := func() { once.Do(func() { close(stop) }) }
	season := max(1, plan.Season)
	go hand(ctx, drain, stop, (plan.Games+season-1)/season, indexes)

	var wg sync.WaitGroup
	for range max(1, plan.Parallel) {
		wg.Go(func() {
			for i := range indexes {
				err := plan.season(ctx, drain, stop, store, i*season, min(plan.Games, (i+1)*season), func(out Outcome, played bool) {
					if played {
						outcomes <- out
					}
					if plan.ends(out) {
						halt()
					}
				})
				if err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	go func() { wg.Wait(); close(outcomes) }()
	for out := range outcomes {
		if plan.Report != nil {
			plan.Report(out)
		}
	}
	halt()
	return context.Cause(ctx)
}

// season plays the games of one season in turn, up to the first that does not finish.
func (p Plan) season(ctx context.Context, drain, stop <-chan struct{}, store Store, from, to int, tell func(Outcome, bool)) error {
	for i := from; i < to; i++ {
		if i > from {
			select {
			case <-drain:
				return nil
			case <-stop:
				return nil
			default:
			}
		}
		out, played, err := play(ctx, drain, p, store, p.Ref(i))
		if err != nil || ctx.Err() != nil {
			return err
		}
		if tell(out, played); out.Status != Finished {
			return nil
		}
	}
	return nil
}

// ends reports whether no more games are to be handed out after this one.
func (p Plan) ends(out Outcome) bool {
	switch out.Status {
	case Parked:
		return p.FailFast
	case Stopped:
		_, all := p.Stopped(out.Err)
		return all
	case Running, Finished, Failed:
	}
	return false
}

// hand gives out the indexes of the seasons until there are none left or something says stop.
func hand(ctx context.Context, drain, stop <-chan struct{}, seasons int, indexes chan<- int) {
	defer close(indexes)
	for i := range seasons {
		select {
		case <-drain:
			return
		default:
		}
		select {
		case <-ctx.Done():
			return
		case <-drain:
			return
		case <-stop:
			return
		case indexes <- i:
		}
	}
}

// play brings one game to an end; played is false for one that has ended before.
func play(ctx context.Context, drain <-chan struct{}, plan Plan, store Store, ref Ref) (out Outcome, played bool, err error) {
	status, history, err := store.Status(ctx, ref)
	if err != nil || status == Finished || status == Failed {
		return Outcome{Ref: ref, Status: status}, false, err
	}
	out = Outcome{Ref: ref, Status: Parked}
	setup, err := plan.Setup(ctx, ref)
	if err != nil {
		return out, false, fmt.Errorf("seat game %d: %w", ref.Index, err)
	}
	agents, err := plan.Agents(ctx, ref, setup)
	if err != nil {
		return out, false, fmt.Errorf("players of game %d: %w", ref.Index, err)
	}
	if plan.Instant && len(history) == 0 {
		return playWhole(ctx, store, out, setup, agents)
	}
	return playSteps(ctx, drain, plan, store, out, setup, agents, history)
}

// playWhole plays an instant game in memory and commits it in one piece.
func playWhole(ctx context.Context, store Store, out Outcome, setup engine.Setup, agents []match.Agent) (Outcome, bool, error) {
	opening, _, err := engine.Open(setup)
	if err != nil {
		return out, false, fmt.Errorf("open game %d: %w", out.Index, err)
	}
	kept := &inMemory{events: make([]engine.Event, 0, 256)}
	kept.events = append(kept.events, opening...)
	state, err := match.Game{ID: out.ID, Agents: agents, Log: kept}.Run(ctx, opening)
	if ctx.Err() != nil {
		return out, false, nil
	}
	out.take(state, err)
	if err := store.Commit(ctx, out, kept.events); err != nil {
		if ctx.Err() != nil {
			return out, false, nil
		}
		return out, false, fmt.Errorf("commit game %s: %w", out.ID, err)
	}
	return out, true, nil
}

// playSteps plays a game whose answers can't be had again: every step is in the store before the next is asked for.
func playSteps(ctx context.Context, drain <-chan struct{}, plan Plan, store Store, out Outcome, setup engine.Setup, agents []match.Agent,
	history []engine.Event) (Outcome, bool, error) {
	if len(history) == 0 {
		opening, _, err := engine.Open(setup)
		if err != nil {
			return out, false, fmt.Errorf("open game %d: %w", out.Index, err)
		}
		if err := store.Start(ctx, out.Ref); err != nil {
			return out, false, fmt.Errorf("start game %s: %w", out.ID, err)
		}
		if err := store.Append(ctx, out.ID, 0, opening); err != nil {
			return out, false, fmt.Errorf("append game %s: %w", out.ID, err)
		}
		history = opening
	}
	state, err := match.Game{ID: out.ID, Agents: agents, Log: store, Together: true, Drain: drain}.Run(ctx, history)
	out.take(state, err)
	if out.Status == Parked && plan.Stopped != nil {
		if stopped, _ := plan.Stopped(err); stopped {
			out.Status = Stopped
		}
	}
	if err := store.Finish(context.WithoutCancel(ctx), out); err != nil {
		return out, false, fmt.Errorf("finish game %s: %w", out.ID, err)
	}
	return out, true, nil
}

// take notes what a game came to. It is failed only if the engine could not go on with it.
func (o *Outcome) take(state engine.State, err error) {
	o.Winner, o.Rounds, o.Events, o.Err = state.Winner, state.Round, int(state.Seq), err
	var broken *match.BrokenError
	switch {
	case err == nil:
		o.Status = Finished
	case errors.As(err, &broken):
		o.Status = Failed
	default:
		o.Status = Parked
	}
}

// inMemory keeps the events of a game that is committed whole.
type inMemory struct{ events []engine.Event }

func (s *inMemory) Append(_ context.Context, game string, after uint64, events []engine.Event) error {
	if uint64(len(s.events)) != after {
		return fmt.Errorf("game %s holds %d events, not %d", game, len(s.events), after)
	}
	s.events = append(s.events, events...)
	return nil
}
