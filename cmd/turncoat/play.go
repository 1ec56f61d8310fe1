package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"turncoat/agents/catalog"
	"turncoat/agents/llm"
	"turncoat/agents/llm/limits"
	"turncoat/engine/batch"
	"turncoat/engine/match"
	"turncoat/memory"
)

// The statuses of a batch.
const (
	batchRunning     = "running"
	batchDone        = "done"
	batchInterrupted = "interrupted"
)

// playOptions say how a batch is played and told, not what it is.
type playOptions struct {
	parallel                int
	json, quiet, noProgress bool
	models                  modelFlags
}

func (o playOptions) manifest() *manifestOption {
	return &manifestOption{Parallel: o.parallel, Width: o.models.width, PerMinute: o.models.perMinute, MaxTokens: o.models.maxTokens,
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
	}
}

// park remembers why a game waits, unless it was asked to.
func (t *tally) park(err error) {
	var unkept *match.LogError
	switch {
	case errors.Is(err, match.ErrDrained), errors.Is(err, llm.ErrStopping), errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
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
		fmt.Fprintf(a.err, "turncoat: %s was left by %v, which gave no sign of life since %s; it is taken over\n", name, left, left.Beat.Local().Format("15:04:05"))
	}
	return nil
}

// play plays what is left of a batch whose lease is taken, prints what it came to, and chooses the exit code.
func (a *app) play(ctx context.Context, store *memory.Store, b memory.Batch, d *design, seats *players, o playOptions) error {
	drain := a.begin()
	defer a.settled()
	b.Status, b.Ended = batchRunning, ""
	if err := store.UpdateBatch(ctx, b); err != nil {
		return err
	}
	kept, err := newGameStore(ctx, store, b, a.log)
	if err != nil {
		return err
	}
	kept.season, seats.kept, seats.servers.Drain = d.scenario.Season, kept, drain
	if err := seats.count(ctx, b); err != nil {
		return err
	}
	weights := seats.servers.Digests(ctx, d.models())
	bar := a.progress(b, kept.finished, o, seats.live())
	var t tally
	plan, err := d.plan(ctx, store, b, seats.parallel(o.parallel), seats.agents, func(out batch.Outcome) { t.add(out); bar.add(out) })
	if err != nil {
		return err
	}
	runErr := leased(ctx, store, func(ctx context.Context) error { return batch.Run(ctx, drain, plan, kept) })
	if err := store.Flush(context.WithoutCancel(ctx)); runErr == nil {
		runErr = err
	}
	bar.close()
	return a.conclude(ctx, store, b, d, o, t, runErr, weights, seats.servers)
}

// leased plays under a context that ends when the lease is lost: no call is made for a game that another process plays.
func leased(ctx context.Context, store *memory.Store, play func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-store.Lost():
			cancel(memory.ErrLeaseLost)
		case <-ctx.Done():
		}
	}()
	return play(ctx)
}

// conclude writes the batch's state, prints the result, and turns what happened into an exit code. The state is written after a
// second Ctrl-C too, under a context of its own: it belongs in the file. A batch that another process has taken over, or a file
// that is gone, is left alone.
func (a *app) conclude(ctx context.Context, store *memory.Store, b memory.Batch, d *design, o playOptions, t tally, runErr error, weights map[string]string, servers *catalog.Servers) error {
	switch {
	case errors.Is(runErr, memory.ErrLeaseLost):
		return a.overtaken(store, b)
	case errors.Is(runErr, memory.ErrReplaced):
		return runErr
	}
	interrupted := a.interrupted(ctx)
	b.Status = batchDone
	if interrupted || t.parked+t.limited > 0 || runErr != nil {
		b.Status = batchInterrupted
	}
	if err := a.settle(store, b, d, o, weights, servers); err != nil {
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
	return usage(fmt.Errorf("batch %s was taken over by %s, since this process gave no sign of life for a while; its games go on there and nothing more is written here", b.Name, now))
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
	return &codedError{exitGamesFailed, fmt.Errorf("%d games failed, the first (%s) with: %s; take them up again with: turncoat resume %s --failed --db %s", n, first.Name(), first.Error, b.Name, a.db)}
}

// settle writes the manifest and the state of a batch that has stopped.
func (a *app) settle(store *memory.Store, b memory.Batch, d *design, o playOptions, weights map[string]string, servers *catalog.Servers) error {
	ctx := context.Background()
	b.Ended = time.Now().UTC().Format(time.RFC3339)
	sealed, err := sealBatch(ctx, store, b, d)
	if err != nil {
		return err
	}
	sealed.Options = o.manifest()
	if err := sealed.priced(d, o); err != nil {
		return err
	}
	if sealed.Models = weights; len(weights) > 0 {
		sealed.ModelsAtEnd = servers.Digests(ctx, d.models())
		for _, m := range d.models() {
			if end := sealed.ModelsAtEnd[m]; end != "" && end != weights[m] {
				fmt.Fprintf(a.err, "turncoat: %s is another model now (digest %.12s) than when the batch began (%.12s): don't pool its games\n", m, end, weights[m])
			}
		}
	}
	if b.Manifest, err = json.Marshal(sealed); err != nil {
		return err
	}
	return store.UpdateBatch(ctx, b)
}

// priced adds the list prices of the design's models.
func (m *manifest) priced(d *design, o playOptions) error {
	models := d.models()
	if len(models) == 0 {
		return nil
	}
	prices, err := o.models.priceList(nil)
	if err != nil {
		return err
	}
	m.PricesAsOf, m.Prices = prices.AsOf, map[string]limits.Price{}
	for _, name := range models {
		if p, ok := prices.Find(name); ok {
			m.Prices[name] = p
		}
	}
	return nil
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
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, memory.ErrNotOurs) || errors.Is(err, memory.ErrNewer) {
		return usage(err)
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
