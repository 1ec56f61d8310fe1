package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// ownsInterrupts marks the commands that take Ctrl-C themselves; every other ends at the first, and at the second at once.
const ownsInterrupts = "interrupts"

// errInterrupted is the cause of a context that Ctrl-C ended.
var errInterrupted = errors.New("interrupted")

// grace is how long a verb has to end after the first Ctrl-C: it may be in the midst of work that looks at no context.
const grace = 2 * time.Second

// endable gives a command a context that Ctrl-C ends. Wherever the verb is, it ends: at the second Ctrl-C at once, else after the grace.
func (a *app) endable(cmd *cobra.Command) {
	if cmd.Annotations[ownsInterrupts] != "" {
		return
	}
	over := cmd.Context().Done()
	ctx, cancel := context.WithCancelCause(cmd.Context())
	cmd.SetContext(ctx)
	go func() {
		select {
		case <-a.interrupts:
			cancel(errInterrupted)
		case <-over:
			return
		}
		select {
		case <-a.interrupts:
		case <-time.After(grace):
		case <-over:
			return
		}
		fmt.Fprintf(a.err, "turncoat: %v\n", errInterrupted)
		a.exit(exitInterrupted)
	}()
}

// stoppable ties Ctrl-C to a batch: the first closes drain, the second cancels the context.
func (a *app) stoppable(parent context.Context) (interrupted func() bool, ctx context.Context, drain <-chan struct{}, done func()) {
	ctx, cancel := context.WithCancel(parent)
	draining, finished := make(chan struct{}), make(chan struct{})
	go func() {
		select {
		case <-a.interrupts:
			close(draining)
			fmt.Fprintln(a.err, "turncoat: stopping; the games in play are finished or parked (again to stop at once)")
		case <-finished:
			return
		}
		select {
		case <-a.interrupts:
			cancel()
		case <-finished:
		}
	}()
	interrupted = func() bool {
		select {
		case <-draining:
			return true
		default:
			return parent.Err() != nil
		}
	}
	return interrupted, ctx, draining, func() { close(finished); cancel() }
}
