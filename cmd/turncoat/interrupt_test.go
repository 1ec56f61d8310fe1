package main

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spf13/cobra"
)

// A verb that looks at no context ends all the same: after the grace, or at the second Ctrl-C at once. One that ends by itself is
// left alone.
func TestEveryVerbEnds(t *testing.T) {
	for name, c := range map[string]struct {
		signals int
		ends    bool // by itself, in time
		code    int
		after   time.Duration
	}{
		"busy": {1, false, exitInterrupted, grace}, "asked twice": {2, false, exitInterrupted, 0}, "ends by itself": {1, true, -1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				signals, code := make(chan os.Signal, 4), make(chan int, 1)
				a := &app{err: io.Discard, interrupts: signals, exit: func(c int) { code <- c }}
				ctx, over := context.WithCancel(t.Context())
				cmd := &cobra.Command{}
				cmd.SetContext(ctx)
				a.interruptible(cmd)
				start := time.Now()
				for range c.signals {
					signals <- os.Interrupt
				}
				<-cmd.Context().Done()
				if cause := context.Cause(cmd.Context()); !errors.Is(cause, errInterrupted) {
					t.Error(cause)
				}
				got := -1
				if c.ends {
					over()
					synctest.Wait()
				} else {
					got = <-code
				}
				if got != c.code || time.Since(start) != c.after {
					t.Errorf("exit %d after %v, want %d after %v", got, time.Since(start), c.code, c.after)
				}
				over()
			})
		})
	}
}
