package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/memory"
)

// How often progress is shown anew, and how often it is told to the log where there is no terminal.
const (
	heartbeat = 500 * time.Millisecond
	minute    = time.Minute
)

// bar shows how far a batch is: a line that moves on a terminal; elsewhere a word in the log once a minute.
type bar struct {
	app   *app
	to    *bottom // nil: there is no terminal, or nobody wants to see
	name  string
	games int
	live  func() figuresNow // of the model servers; nil: no model plays

	mu       sync.Mutex
	finished int
	ended    int // in this run
	first    int // finished before it
	began    time.Time

	done, gone chan struct{}
}

// figuresNow are the figures of the model servers as they stand.
type figuresNow struct {
	calls, inFlight, waiting, retries int
	waitsFor, forfeits, money         string
	tokensASecond                     float64
	left                              time.Duration // by the pace of the calls; 0: unknown
}

// progress starts to show how far a batch is.
func (a *app) progress(b memory.Batch, finished int, o playOptions, live func() figuresNow) *bar {
	if finished > 0 && !o.quiet {
		fmt.Fprintf(a.err, "turncoat: %s goes on: %d of %d games are played\n", b.Name, finished, b.Games)
	}
	shown := &bar{app: a, name: b.Name, games: b.Games, live: live, finished: finished, first: finished, began: time.Now(),
		done: make(chan struct{}), gone: make(chan struct{})}
	if s, ok := a.err.(*screen); ok && !o.quiet && !o.noProgress && wantsColour(a.err) {
		shown.to = s.bottom
	}
	go shown.run()
	return shown
}

func (b *bar) run() {
	defer close(b.gone)
	every := heartbeat
	if b.to == nil {
		every = minute
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-b.done:
			return
		case <-tick.C:
			if b.to == nil {
				b.app.log.Tell("batch progress", "batch", b.name, "progress", line(b.parts(), 1<<10))
				continue
			}
			b.to.show(line(b.parts(), widthOf(b.app.err, 200)-1)) // a full line would make some terminals begin another
		}
	}
}

func (b *bar) add(out batch.Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended++
	if out.Status == batch.Finished {
		b.finished++
	}
}

// close takes the line away and says what was reached.
func (b *bar) close() {
	close(b.done)
	<-b.gone
	if b.to == nil {
		return
	}
	b.to.show("")
	took := time.Since(b.began).Round(time.Second)
	if b.finished == b.games {
		fmt.Fprintf(b.app.err, "%s: %d games in %v\n", b.name, b.finished-b.first, took)
		return
	}
	fmt.Fprintf(b.app.err, "%s: stopped at %d of %d games after %v\n", b.name, b.finished, b.games, took)
}

// shownPart is a piece of the line. Those of the highest rank go first where the terminal is narrow.
type shownPart struct {
	rank int
	text string
}

func (b *bar) parts() []shownPart {
	b.mu.Lock()
	finished, ended := b.finished, b.ended
	b.mu.Unlock()
	took := time.Since(b.began).Seconds()
	out := []shownPart{{6, plain.Label(b.name)}, {0, fmt.Sprintf("%d of %d games", finished, b.games)}}
	add := func(rank int, format string, args ...any) {
		out = append(out, shownPart{rank, fmt.Sprintf(format, args...)})
	}
	if b.live == nil {
		if ended > 0 {
			pace := float64(ended) / took
			add(3, "%.0f games/s", pace)
			add(1, "%s left", spoken(time.Duration(float64(b.games-finished)/pace*float64(time.Second))))
		}
		return out
	}
	f := b.live()
	if f.waitsFor != "" {
		add(1, "%s", f.waitsFor)
	}
	if f.forfeits != "" {
		add(2, "forfeits: %s", f.forfeits)
	}
	add(3, "%d calls", f.calls)
	add(5, "%d in flight", f.inFlight)
	if f.waiting > 0 {
		add(8, "%d in the queue", f.waiting)
	}
	if f.retries > 0 {
		add(4, "%d retries", f.retries)
	}
	if f.tokensASecond > 0 {
		add(7, "%.0f tokens/s", f.tokensASecond)
	}
	if f.money != "" {
		add(3, "%s", f.money)
	}
	if f.left > 0 {
		add(2, "about %s left", spoken(f.left))
	}
	return out
}

// spoken writes a time as people say it.
func spoken(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// line joins the parts into a line of at most so many columns, without the least important ones if it has to be.
func line(parts []shownPart, columns int) string {
	for {
		texts, last := make([]string, len(parts)), 0
		for i, p := range parts {
			texts[i] = p.text
			if p.rank >= parts[last].rank {
				last = i
			}
		}
		joined := strings.Join(texts, " · ")
		if text.StringWidthWithoutEscSequences(joined) <= columns {
			return joined
		}
		if len(parts) == 1 {
			return text.Trim(joined, max(0, columns))
		}
		parts = append(append([]shownPart{}, parts[:last]...), parts[last+1:]...)
	}
}
