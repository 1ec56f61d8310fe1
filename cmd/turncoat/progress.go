package main

import (
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"

	"turncoat/engine/batch"
	"turncoat/engine/plain"
	"turncoat/memory"
)

// bar shows how far a batch is: a line that moves on a terminal, nothing elsewhere.
type bar struct {
	writer  progress.Writer
	tracker *progress.Tracker
	done    chan struct{}
	ended   chan struct{} // closed when nothing more is told
}

// heartbeat is how often the figures of the model servers are shown anew.
const heartbeat = 500 * time.Millisecond

// progress starts a bar on stderr where a person can see it.
func (a *app) progress(b memory.Batch, finished int, o playOptions, live func() string) *bar {
	if finished > 0 && !o.quiet {
		fmt.Fprintf(a.err, "turncoat: %s goes on: %d of %d games are played\n", b.Name, finished, b.Games)
	}
	if o.quiet || o.noProgress || !isTerminal(a.err) || !wantsColour(a.err) {
		return &bar{}
	}
	w := progress.NewWriter()
	w.SetOutputWriter(painted(a.err, plain.Moves))
	w.SetUpdateFrequency(100 * time.Millisecond)
	w.SetTrackerLength(30)
	w.SetStyle(progress.StyleBlocks)
	w.Style().Visibility = progress.StyleVisibility{ETA: true, Percentage: true, Speed: true, Time: true, Tracker: true, Value: true}
	t := &progress.Tracker{Message: plain.Label(b.Name), Total: int64(b.Games), Units: progress.Units{Notation: " games"}}
	t.SetValue(int64(finished))
	w.AppendTracker(t)
	shown := &bar{writer: w, tracker: t, done: make(chan struct{}), ended: make(chan struct{})}
	go func() { defer close(shown.done); w.Render() }()
	if live != nil {
		go shown.tell(plain.Label(b.Name), live)
	}
	return shown
}

// tell shows the figures of the model servers beside the games.
func (b *bar) tell(name string, live func() string) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-b.ended:
			return
		case <-tick.C:
			b.tracker.UpdateMessage(name + " · " + live())
		}
	}
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
	close(b.ended)
	b.tracker.MarkAsDone()
	b.writer.Stop()
	<-b.done
}
