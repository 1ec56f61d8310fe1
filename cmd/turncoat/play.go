package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// playOptions say how a batch is played and told, not what it is.
type playOptions struct {
	parallel                int
	json, quiet, noProgress bool
	models                  modelFlags
}

func (o playOptions) manifest() study.Options {
	return study.Options{Parallel: o.parallel, Width: o.models.width, PerMinute: o.models.perMinute, MaxTokens: o.models.maxTokens,
		MaxGameTokens: o.models.maxGameTokens, MaxCost: o.models.maxCost, MaxGameCost: o.models.maxGameCost}
}

// tally counts what the games of this run came to.
type tally struct {
	played, failed, parked, limited int
	unreachable, unkept             error // why games wait: no answer could be had, or none be kept
	limit                           error
}

func (t *tally) finished() int { return t.played - t.failed - t.parked - t.limited }

func (t *tally) add(out batch.Outcome) {
	t.played++
	switch out.Status {
	case batch.Failed:
		t.failed++
	case batch.Stopped:
		t.limited++
		t.limit = cmp.Or(t.limit, out.Err)
	case batch.Parked:
		t.parked++
		t.park(out.Err)
	case batch.Finished, batch.Running: // the rest of those played
	}
}

// park remembers why a game waits, unless it was asked to.
func (t *tally) park(err error) {
	var unkept *match.LogError
	switch {
	case errors.Is(err, match.ErrDrained), errors.Is(err, llm.ErrStopping), errors.Is(err, errInterrupted),
		errors.Is(err, context.Canceled):
	case errors.As(err, &unkept):
		t.unkept = cmp.Or(t.unkept, err)
	default:
		t.unreachable = cmp.Or(t.unreachable, err)
	}
}

// take makes this process the one that plays the batch, and tells of an owner that left without giving it back.
func (a *app) take(ctx context.Context, store *memory.Store, name string) error {
	left, err := store.Take(ctx, name)
	switch {
	case err != nil:
		return heldOf(err)
	case !left.Held():
	case left.Gone():
		fmt.Fprintf(a.err, "turncoat: %s was left by %v, which has ended; it is taken over\n", name, left)
	default:
		fmt.Fprintf(a.err, "turncoat: %s was left by %v, which gave no sign of life since %s; it is taken over\n", name, left,
			left.Beat.Local().Format("15:04:05"))
	}
	return nil
}

// play plays what is left of a batch whose lease is taken, prints what it came to, and chooses the exit code.
func (a *app) play(ctx context.Context, store *memory.Store, b memory.Batch, d *study.Design, seats *seating.Live, o playOptions) error {
	drain := a.begin()
	defer a.settled()
	session, err := archive.Sitting{Store: store, Batch: b, Design: d, Seats: seats}.TakeUp(ctx, a.log)
	if err != nil {
		return err
	}
	bar := a.progress(b, session.Games.Finished, o, liveFigures(seats, session.Games))
	var t tally
	runErr := session.Run(ctx, drain, o.parallel, func(out batch.Outcome) { t.add(out); bar.add(out) })
	bar.close()
	return a.conclude(ctx, underway{store, b, d, session}, o, t, runErr)
}

// underway is what a batch was played with.
type underway struct {
	store   *memory.Store
	b       memory.Batch
	d       *study.Design
	session *archive.Session
}

// conclude writes the batch's state, prints the result, and turns what happened into an exit code. The state is written after a
// second Ctrl-C too, under a context of its own: it belongs in the file. A batch that another process has taken over, or a file
// that is gone, is left alone.
func (a *app) conclude(ctx context.Context, s underway, o playOptions, t tally, runErr error) error {
	store, b, d := s.store, s.b, s.d
	switch {
	case errors.Is(runErr, memory.ErrLeaseLost):
		return a.overtaken(store, b)
	case errors.Is(runErr, memory.ErrReplaced):
		return runErr
	}
	interrupted := a.interrupted(ctx)
	status := archive.Done
	if interrupted || t.parked+t.limited > 0 || runErr != nil {
		status = archive.Interrupted
	}
	b.Status = status
	if err := a.settle(s.session, status, o); err != nil {
		return errors.Join(runErr, err)
	}
	a.settled()
	resume := fmt.Sprintf("turncoat resume %s --db %s", b.Name, a.db)
	switch {
	case interrupted:
		return &codedError{exitInterrupted, fmt.Errorf("interrupted; what was played is in %s; go on with: %s", a.db, resume)}
	case runErr != nil:
		return fmt.Errorf("batch %s: %w; go on with: %s", b.Name, runErr, resume)
	}
	if t.finished() > 0 || t.parked+t.limited == 0 {
		if err := a.result(ctx, store, b, d, o); err != nil {
			return err
		}
	} else if answers, err := store.Answers(ctx, b.Name); err == nil && !o.json {
		a.tellAnswers(answers)
	}
	switch {
	case t.unkept != nil:
		return fmt.Errorf("%d games wait: %w; go on with: %s", t.parked, t.unkept, resume)
	case t.unreachable != nil:
		return &codedError{exitProvider, fmt.Errorf("%d games wait: %w; go on with: %s", t.parked, t.unreachable, resume)}
	case t.limited > 0:
		return &codedError{exitLimit, fmt.Errorf("%d games were stopped: %w; raise it and go on with: %s", t.limited, t.limit, resume)}
	}
	return a.failures(ctx, store, b)
}

// overtaken says that another process plays the batch now. Nothing is written: the file is that process's.
func (a *app) overtaken(store *memory.Store, b memory.Batch) error {
	now := "another process"
	if kept, err := store.BatchNamed(context.Background(), b.Name); err == nil && kept.Lease.Held() {
		now = kept.Lease.String()
	}
	return usage(fmt.Errorf("batch %s was taken over by %s, since this process gave no sign of life for a while; its games go on there "+
		"and nothing more is written here", b.Name, now))
}

// failures ends every run of a batch that has failed games with their number and the first cause: nothing of it is played again
// unless it is asked for.
func (a *app) failures(ctx context.Context, store *memory.Store, b memory.Batch) error {
	n, first := 0, memory.Game{}
	for g, err := range store.Games(ctx, b.Name) {
		switch {
		case err != nil:
			return err
		case g.Status != string(batch.Failed):
		case n == 0:
			n, first = 1, g
		default:
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return &codedError{exitGamesFailed, fmt.Errorf("%d games failed, the first (%s) with: %s; take them up again with: turncoat resume "+
		"%s --failed --db %s", n, first.Name(), first.Error, b.Name, a.db)}
}

// settle writes the manifest and the state of a batch that has stopped.
func (a *app) settle(session *archive.Session, status string, o playOptions) error {
	prices, err := o.models.priceList()
	if err != nil {
		return err
	}
	m, err := session.Settle(context.Background(), status, programVersion(), o.manifest(), prices)
	for _, policy := range slices.Sorted(maps.Keys(m.ModelsAtEnd)) {
		if begun, ended := m.Models[policy], m.ModelsAtEnd[policy]; ended != "" && ended != begun {
			fmt.Fprintf(a.err, "turncoat: %s is another model now (digest %.12s) than when the batch began (%.12s): don't pool its "+
				"games\n", policy, ended, begun)
		}
	}
	return err
}

// closing runs do with the store open and closes it, keeping both errors.
func closing(store *memory.Store, do func() error) error {
	err := do()
	cerr := store.Close()
	if errors.Is(cerr, memory.ErrReplaced) && errors.Is(err, memory.ErrReplaced) {
		return err // told once
	}
	if cerr != nil {
		return errors.Join(err, cerr)
	}
	return err
}

// usageOf marks an error of opening a file as one of configuration.
func usageOf(err error) error {
	for _, which := range []error{os.ErrNotExist, memory.ErrNotOurs, memory.ErrNewer, memory.ErrNoGames} {
		if errors.Is(err, which) {
			return usage(err)
		}
	}
	return err
}

// heldOf makes a lease that another process has an error of usage.
func heldOf(err error) error {
	if held := (*memory.HeldError)(nil); errors.As(err, &held) {
		return usage(held)
	}
	return err
}
