package main

import (
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"

	"turncoat/engine/batch"
	"turncoat/memory"
)

// bar shows how far a batch is: a line that moves on a terminal, nothing elsewhere.
type bar struct {
	writer  progress.Writer
	tracker *progress.Tracker
	done    chan struct{}
}

// progress starts a bar on stderr where a person can see it.
func (a *app) progress(b memory.Batch, finished int, o playOptions) *bar {
	if finished > 0 && !o.quiet {
		fmt.Fprintf(a.err, "turncoat: %s goes on: %d of %d games are played\n", b.Name, finished, b.Games)
	}
	if o.quiet || o.noProgress || !isTerminal(a.err) || !wantsColour(a.err) {
		return &bar{}
	}
	w := progress.NewWriter()
	w.SetOutputWriter(a.err)
	w.SetUpdateFrequency(100 * time.Millisecond)
	w.SetTrackerLength(30)
	w.SetStyle(progress.StyleBlocks)
	w.Style().Visibility = progress.StyleVisibility{ETA: true, Percentage: true, Speed: true, Time: true, Tracker: true, Value: true}
	t := &progress.Tracker{Message: b.Name, Total: int64(b.Games), Units: progress.Units{Notation: " games"}}
	t.SetValue(int64(finished))
	w.AppendTracker(t)
	shown := &bar{writer: w, tracker: t, done: make(chan struct{})}
	go func() { defer close(shown.done); w.Render() }()
	return shown
}

func (b *bar) add(out batch.Outcome) {
	if b.tracker != nil {
		b.tracker.Increment(1)
	}
}

func (b *bar) close() {
	if b.writer == nil {
		return
	}
	b.tracker.MarkAsDone()
	b.writer.Stop()
	<-b.done
}
