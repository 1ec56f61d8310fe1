// Package limits makes models behave well towards the servers behind them, and bounds what a batch spends.
//
// An Endpoint is one server, shared by all policies that use it: a queue of its own with a width that adapts, a rate, retries, and
// a gate that all calls wait at while the server is throttled or fails again and again. A Budget counts tokens and money over a
// batch and over each game. Both decorate llm.Model. The package must not know any wire, nor where calls are kept.
package limits

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

// EndpointOptions say how a server is treated.
type EndpointOptions struct {
	Name      string          // in messages: "ollama at 127.0.0.1:11434"
	Width     int             // calls in flight at most; 0 counts as 1
	PerMinute int             // calls a minute; 0 is no bound
	Retries   int             // of one call, after the first try; being throttled is none
	Backoff   time.Duration   // before the first retry; it doubles, with jitter, up to half a minute
	Failures  int             // moments in a row after which the server is given up; 0 counts as 5
	Closed    time.Duration   // for how long
	MaxWait   time.Duration   // that a call waits at the gate, and goes on retrying, in all; 0 counts as DefaultMaxWait
	Drain     <-chan struct{} // once closed, calls that wait give up, and those in flight go on
	Tell      llm.Teller      // nil: nobody
}

// The defaults of an endpoint.
const (
	defaultRetries  = 10 // more than the failures in a row after which a server is given up: it answers others meanwhile
	defaultBackoff  = 500 * time.Millisecond
	maxBackoff      = 30 * time.Second
	defaultFailures = 5
	defaultClosed   = 30 * time.Second
	DefaultMaxWait  = 10 * time.Minute
)

// A call that was not answered for so long is told of, and another one of the same server not before quiet has passed.
const (
	longWait = 30 * time.Second
	quiet    = 5 * time.Minute
)

// DefaultEndpoint are the options of an endpoint for which nothing says another.
func DefaultEndpoint(name string, width int) EndpointOptions {
	return EndpointOptions{Name: name, Width: width, Retries: defaultRetries, Backoff: defaultBackoff, Failures: defaultFailures,
		Closed: defaultClosed}
}

// Endpoint is one model server. It is safe for concurrent use.
type Endpoint struct {
	options EndpointOptions
	queue   *queue
	pace    *pace
	rate    *rate.Limiter

	mu    sync.Mutex
	stats Stats
	told  time.Time // of a long wait
}

// Stats are live figures of an endpoint.
type Stats struct {
	Calls, Retries    int // finished; tried again
	Throttled         int // refused for being asked too often
	InFlight, Waiting int
	Width, MaxWidth   int
	TokensIn          int // as the server counts
	TokensOut         int
	Busy              time.Duration // of all slots together
	WaitsFor          string        // why nothing is asked now, and for how long; empty: the gate is open
}

// Plus sums the figures of two endpoints. What is waited for is that of the first that waits.
func (s Stats) Plus(o Stats) Stats {
	s.Calls += o.Calls
	s.Retries += o.Retries
	s.Throttled += o.Throttled
	s.InFlight += o.InFlight
	s.Waiting += o.Waiting
	s.Width += o.Width
	s.MaxWidth += o.MaxWidth
	s.TokensIn += o.TokensIn
	s.TokensOut += o.TokensOut
	s.Busy += o.Busy
	if s.WaitsFor == "" {
		s.WaitsFor = o.WaitsFor
	}
	return s
}

// NewEndpoint makes an endpoint.
func NewEndpoint(o EndpointOptions) *Endpoint {
	o.Width = max(1, o.Width)
	if o.Tell == nil {
		o.Tell = llm.Silent{}
	}
	if o.Failures == 0 {
		o.Failures = defaultFailures
	}
	if o.MaxWait == 0 {
		o.MaxWait = DefaultMaxWait
	}
	limit := rate.Inf
	if o.PerMinute > 0 {
		limit = rate.Limit(float64(o.PerMinute) / 60)
	}
	q := newQueue(o.Width)
	tell := func(event string, fields ...any) { o.Tell.Tell(event, append(fields, "server", o.Name)...) }
	return &Endpoint{options: o, queue: q, rate: rate.NewLimiter(limit, 1), pace: &pace{max: o.Width, width: o.Width, queue: q, tell: tell}}
}

// Stats returns the figures as they stand.
func (e *Endpoint) Stats() Stats {
	e.mu.Lock()
	s := e.stats
	e.mu.Unlock()
	s.InFlight, s.Waiting = e.queue.gauge()
	e.pace.mu.Lock()
	s.Width, s.MaxWidth = e.pace.width, e.pace.max
	e.pace.mu.Unlock()
	if left, why, _ := e.pace.closed(); left > 0 {
		s.WaitsFor = fmt.Sprintf("%s, %d s", why, int(left.Seconds()+0.5))
	}
	return s
}

// Model decorates a model of this server.
func (e *Endpoint) Model(inner llm.Model) llm.Model { return &guarded{e, inner} }

type guarded struct {
	endpoint *Endpoint
	inner    llm.Model
}

// call is one that is to be answered, with all its tries.
type call struct {
	prompt   llm.Prompt
	tries    int
	failures int // of the tries: being throttled is none
	queued   time.Duration
	patience time.Duration // left to wait at the gate
}

// Complete implements llm.Model. A failure of the server is an error, which parks the game when no retry is left; nothing that a server
// failed at is ever an answer. One that belongs to the reply is a completion with its cause, which is kept and forfeited.
// A prompt that is too long is an error at once, for the player to make a shorter one.
func (g *guarded) Complete(ctx context.Context, p llm.Prompt) (llm.Completion, error) {
	e := g.endpoint
	waits, over := e.undrained(ctx)
	defer over()
	c := &call{prompt: p, patience: e.options.MaxWait}
	long := time.AfterFunc(longWait, func() { e.tellWait(c.prompt) })
	defer long.Stop()
	began := time.Now()
	for {
		got, err := g.try(ctx, waits, c)
		if err == nil {
			got.Tries, got.Took.Queue = c.tries, c.queued
			e.options.Tell.Tell("call finished", p.Caller.Fields("server", e.options.Name, "ms", time.Since(began).Milliseconds(),
				"queue_ms", c.queued.Milliseconds(),
				"tokens_in", got.Usage.Prompt, "tokens_out", got.Usage.Reply, "tries", c.tries)...)
			return got, nil
		}
		f, ok := llm.FailureOf(err)
		switch {
		case !ok:
			return got, err
		case e.again(c, f, began):
			if err := pause(waits, e.delay(c, f)); err != nil {
				return got, err
			}
		case f.Parks || f.TooLong:
			return got, e.named(err)
		default:
			got.Tries, got.Took.Queue, got.Failure, got.Detail = c.tries, c.queued, f.Cause, f.Error()
			return got, nil
		}
	}
}

// named says in an error which server it is about, once.
func (e *Endpoint) named(err error) error {
	if strings.Contains(err.Error(), e.options.Name) {
		return err
	}
	return fmt.Errorf("%s: %w", e.options.Name, err)
}

// again reports whether a call is worth another try.
func (e *Endpoint) again(c *call, f *llm.Failure, began time.Time) bool {
	most := e.options.Retries
	if !f.Parks { // the reply is at fault, and a repair comes after it
		most = min(most, 1)
	}
	return f.Retry && c.failures <= most && f.RetryAfter <= e.options.MaxWait && time.Since(began) <= e.options.MaxWait
}

// delay is the wait before a retry: it doubles, with jitter, and is never below what the server asks for.
func (e *Endpoint) delay(c *call, f *llm.Failure) time.Duration {
	wait := max(jitter(min(e.options.Backoff<<min(c.failures-1, 16), maxBackoff)), f.RetryAfter)
	e.mu.Lock()
	e.stats.Retries++
	e.mu.Unlock()
	e.options.Tell.Tell("call retried", c.prompt.Caller.Fields("server", e.options.Name, "cause", string(f.Cause), "error", f.Error(),
		"try", c.tries, "wait_ms", wait.Milliseconds())...)
	return wait
}

// undrained is a context for waiting: it ends when the endpoint is drained, too.
func (e *Endpoint) undrained(ctx context.Context) (context.Context, func()) {
	if e.options.Drain == nil {
		return ctx, func() {}
	}
	waits, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		select {
		case <-e.options.Drain:
			cancel(llm.ErrStopping)
		case <-done:
		}
	}()
	return waits, func() { close(done); cancel(nil) }
}

// tellWait tells that a call is not answered yet.
func (e *Endpoint) tellWait(p llm.Prompt) {
	e.mu.Lock()
	fresh := e.told.IsZero() || time.Since(e.told) >= quiet
	if fresh {
		e.told = time.Now()
	}
	e.mu.Unlock()
	if !fresh {
		return
	}
	s := e.Stats()
	why := s.WaitsFor
	if why == "" {
		why = fmt.Sprintf("%d calls are in flight, %d wait for their turn", s.InFlight, s.Waiting)
	}
	e.options.Tell.Tell("call waits", p.Caller.Fields("server", e.options.Name, "ms", longWait.Milliseconds(), "waits_for", why)...)
}

// try makes one try: gate, rate, a slot of the queue, which is given back before a retry waits. While the server says that it is
// asked too often, the try is made again and again: that is no failure.
func (g *guarded) try(ctx, waits context.Context, c *call) (llm.Completion, error) {
	e := g.endpoint
	for {
		if err := e.enter(waits, c); err != nil {
			return llm.Completion{}, err
		}
		c.tries++
		begun := time.Now()
		got, err := g.inner.Complete(ctx, c.prompt)
		e.queue.leave()
		e.count(got, err, time.Since(begun))
		f, failed := llm.FailureOf(err)
		switch {
		case failed && f.Throttled && f.Retry:
			e.pace.throttled(begun, err, f.RetryAfter)
			e.options.Tell.Tell("call throttled", c.prompt.Caller.Fields("server", e.options.Name, "wait_ms", f.RetryAfter.Milliseconds(),
				"error", f.Error())...)
			continue
		case failed && f.Parks:
			e.pace.failed(begun, err, e.options)
		case err == nil || failed:
			e.pace.answered()
		}
		c.failures++
		return got, err
	}
}

// enter waits for the gate, the rate and a slot, and looks at the gate once more: it may have been closed meanwhile.
func (e *Endpoint) enter(waits context.Context, c *call) error {
	began := time.Now()
	defer func() { c.queued += time.Since(began) }()
	for {
		if err := e.pace.gate(waits, &c.patience); err != nil {
			if waits.Err() != nil {
				return err
			}
			return &llm.Failure{Cause: engine.CauseProvider, Parks: true, Err: err}
		}
		if err := e.rate.Wait(waits); err != nil {
			return err
		}
		if err := e.queue.enter(waits, c.prompt.Caller.Game); err != nil {
			return err
		}
		if left, _, _ := e.pace.closed(); left <= 0 {
			return nil
		}
		e.queue.leave()
	}
}

func (e *Endpoint) count(c llm.Completion, err error, busy time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stats.Busy += busy
	e.stats.TokensIn += c.Usage.Prompt
	e.stats.TokensOut += c.Usage.Reply
	if f, failed := llm.FailureOf(err); failed && f.Throttled {
		e.stats.Throttled++
	}
	if err == nil {
		e.stats.Calls++
	}
}
