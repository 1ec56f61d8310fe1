package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

// errInterrupted is the cause of a context that Ctrl-C ended.
var errInterrupted = errors.New("interrupted")

// grace is how long a verb that was interrupted may take to end by itself: one that computes may not look at its context.
const grace = 2 * time.Second

// drainage is the batch in play, if there is one: the first signal drains it, where it ends any other verb.
type drainage struct {
	mu    sync.Mutex
	drain chan struct{} // nil: no batch is in play
	asked bool          // it is closed
}

// interruptible gives a command a context that a signal ends. While a batch is in play the first signal drains it and the next one
// ends the context; then the state of the batch is still written. One signal more ends the program at once, and so does the grace of a
// verb that plays nothing.
func (a *app) interruptible(cmd *cobra.Command) {
	over := cmd.Context().Done()
	ctx, cancel := context.WithCancelCause(cmd.Context())
	cmd.SetContext(ctx)
	go func() {
		for first := true; first; first = a.drainOnce() {
			select {
			case <-a.interrupts:
			case <-over:
				return
			}
		}
		cancel(errInterrupted)
		var late <-chan time.Time
		if !a.inPlay() {
			late = time.After(grace)
		}
		select {
		case <-a.interrupts:
		case <-late:
		case <-over:
			return
		}
		a.exit(exitInterrupted)
	}()
}

// drainOnce drains the batch in play; false: there is none, or it is draining already.
func (a *app) drainOnce() bool {
	a.batch.mu.Lock()
	defer a.batch.mu.Unlock()
	if a.batch.drain == nil || a.batch.asked {
		return false
	}
	a.batch.asked = true
	close(a.batch.drain)
	fmt.Fprintln(a.err, "turncoat: stopping; the games in play are finished, or parked after the answers that are on their way (again "+
		"to stop at once)")
	return true
}

func (a *app) inPlay() bool {
	a.batch.mu.Lock()
	defer a.batch.mu.Unlock()
	return a.batch.drain != nil
}

// begin says that a batch is in play, until settled is called. The channel is closed when it is asked to stop.
func (a *app) begin() (drain <-chan struct{}) {
	a.batch.mu.Lock()
	defer a.batch.mu.Unlock()
	a.batch.drain, a.batch.asked = make(chan struct{}), false
	return a.batch.drain
}

// settled says that the state of the batch is in the file: from now on a signal ends the verb, as any other.
func (a *app) settled() {
	a.batch.mu.Lock()
	defer a.batch.mu.Unlock()
	a.batch.drain = nil
}

// interrupted reports whether a signal has asked the program to stop.
func (a *app) interrupted(ctx context.Context) bool {
	a.batch.mu.Lock()
	defer a.batch.mu.Unlock()
	return a.batch.asked || errors.Is(context.Cause(ctx), errInterrupted)
}
