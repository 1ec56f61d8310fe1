package limits

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// pace is how fast an endpoint is asked: a gate that all its calls wait at, and a width that goes half down with each moment at
// which the server was throttled or failed, and up by one with a round of answers.
//
// What comes from calls that were in flight together is one moment, and counts once: that eight calls were refused by one hiccup says
// no more than that one was.
type pace struct {
	max   int
	tell  func(event string, fields ...any)
	queue *queue

	mu       sync.Mutex
	width    int
	good     int       // answers since the width last changed
	since    time.Time // of the last moment: what was begun before it belongs to it
	failures int       // moments in a row at which the server failed
	refusals int       // moments in a row at which it was throttled
	until    time.Time // the gate is closed so long
	why      string
	last     error // what the server said at the last moment
	down     error // the last failure of a server that failed too often in a row: until the gate opens, nobody waits for it
}

// answered opens up: the server is well.
func (p *pace) answered() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures, p.refusals = 0, 0
	if p.down != nil {
		p.down = nil
		p.tell("breaker closed")
	}
	if p.good++; p.good >= p.width && p.width < p.max {
		p.resize(p.width+1, "answers")
	}
}

// throttled closes the gate for as long as the server asks, or a doubling time where it doesn't say.
func (p *pace) throttled(begun time.Time, err error, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if fresh := p.moment(begun); fresh {
		p.refusals++
		p.resize(max(1, p.width/2), "throttled")
		if after <= 0 {
			after = jitter(min(defaultBackoff<<min(p.refusals-1, 16), maxBackoff))
		}
	}
	p.last = err
	p.shut(after, "asked too often")
}

// failed closes the gate for a doubling time from the second moment in a row on, so that one call at a time finds out whether the
// server is back. After so many moments in a row it is given up for a while.
func (p *pace) failed(begun time.Time, err error, o EndpointOptions) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.moment(begun) {
		return
	}
	p.failures++
	p.last = err
	p.resize(max(1, p.width/2), "failed")
	if p.failures > 1 { // one is the call's own affair, which waits by itself
		p.shut(jitter(min(o.Backoff<<min(p.failures-1, 16), maxBackoff)), fmt.Sprintf("failed %d times in a row", p.failures))
	}
	if p.failures < o.Failures {
		return
	}
	p.shut(o.Closed, p.why)
	if p.down == nil {
		p.tell("breaker opened", "failures", p.failures, "wait_ms", o.Closed.Milliseconds())
	}
	p.down = err
}

// moment reports whether what a call that began then ran into is news.
func (p *pace) moment(begun time.Time) bool {
	if begun.Before(p.since) {
		return false
	}
	p.since = time.Now()
	return true
}

func (p *pace) resize(width int, why string) {
	if p.good = 0; width == p.width {
		return
	}
	p.tell("width changed", "from", p.width, "width", width, "cause", why)
	p.width = width
	p.queue.resize(width)
}

func (p *pace) shut(wait time.Duration, why string) {
	if until := time.Now().Add(wait); wait > 0 && until.After(p.until) {
		p.until, p.why = until, why
	}
}

// closed says how long the gate is closed, and why; down is the failure of a server that is given up until then.
func (p *pace) closed() (left time.Duration, why string, down error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, time.Until(p.until)), p.why, p.down
}

// gate waits until it is open, within what is left of the call's patience, and not for a server that is given up.
func (p *pace) gate(ctx context.Context, patience *time.Duration) error {
	for {
		left, why, down := p.closed()
		switch {
		case left <= 0:
			return context.Cause(ctx)
		case down != nil:
			return fmt.Errorf("%s, the last time: %w", why, down)
		}
		if left > *patience {
			return p.beyond(left, why)
		}
		*patience -= left
		if err := pause(ctx, left); err != nil {
			return err
		}
	}
}

// beyond says that the gate is closed for longer than a call waits, with the server's last words.
func (p *pace) beyond(left time.Duration, why string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := time.Now().Add(left).Local().Format("2006-01-02 15:04:05")
	return fmt.Errorf("%s; the next try is at %s (in %v), which is longer than --max-wait lets it wait; the last time: %w", why, next,
		left.Round(time.Second), p.last)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// jitter is a time between half of d and d, so that calls that failed together don't come back together.
func jitter(d time.Duration) time.Duration {
	if d < 2 {
		return d
	}
	return d/2 + rand.N(d/2)
}
