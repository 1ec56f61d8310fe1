// Package limits makes models behave well towards the servers behind them, and bounds what a batch spends.
//
// An Endpoint is one server, shared by all policies that use it: a queue of its own with a width, a rate, retries and a circuit
// breaker. A Budget counts tokens and money over a batch and over each game. Both decorate llm.Model. The package must not
// know any wire, nor where calls are kept.
package limits

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"golang.org/x/time/rate"

	"turncoat/agents/llm"
	"turncoat/engine"
)

// EndpointOptions say how a server is treated.
type EndpointOptions struct {
	Name      string        // in messages: "ollama at 127.0.0.1:11434"
	Width     int           // calls in flight; 0 counts as 1
	PerMinute int           // calls a minute; 0 is no bound
	Retries   int           // of one call, after the first try
	Backoff   time.Duration // before the first retry; it doubles, with jitter, up to MaxBackoff
	Failures  int           // consecutive ones that open the breaker; 0 counts as DefaultFailures
	Closed    time.Duration // how long an open breaker lets nothing through
	Tell      llm.Teller    // nil: nobody
}

// The defaults of an endpoint.
const (
	DefaultRetries  = 4
	DefaultBackoff  = 500 * time.Millisecond
	MaxBackoff      = 30 * time.Second
	DefaultFailures = 8
	DefaultClosed   = 30 * time.Second
)

// DefaultEndpoint are the options of an endpoint for which nothing says another.
func DefaultEndpoint(name string, width int) EndpointOptions {
	return EndpointOptions{Name: name, Width: width, Retries: DefaultRetries, Backoff: DefaultBackoff, Failures: DefaultFailures, Closed: DefaultClosed}
}

// Endpoint is one model server. It is safe for concurrent use.
type Endpoint struct {
	options EndpointOptions
	queue   *queue
	rate    *rate.Limiter
	breaker circuitbreaker.CircuitBreaker[any]

	mu    sync.Mutex
	stats Stats
	last  error // the last failure of the server
}

// Stats are live figures of an endpoint.
type Stats struct {
	Calls, Retries    int // finished; tried again
	InFlight, Waiting int
	TokensIn          int // as the server counts
	TokensOut         int
	Busy              time.Duration // of all slots together
}

// NewEndpoint makes an endpoint.
func NewEndpoint(o EndpointOptions) *Endpoint {
	o.Width = max(1, o.Width)
	if o.Tell == nil {
		o.Tell = llm.Silent{}
	}
	if o.Failures == 0 {
		o.Failures = DefaultFailures
	}
	limit := rate.Inf
	if o.PerMinute > 0 {
		limit = rate.Limit(float64(o.PerMinute) / 60)
	}
	breaker := circuitbreaker.NewBuilder[any]().WithFailureThreshold(uint(o.Failures)).WithDelay(o.Closed).Build()
	return &Endpoint{options: o, queue: newQueue(o.Width), rate: rate.NewLimiter(limit, 1), breaker: breaker}
}

// Width is how many calls are in flight at most.
func (e *Endpoint) Width() int { return e.options.Width }

// Stats returns the figures as they stand.
func (e *Endpoint) Stats() Stats {
	e.mu.Lock()
	s := e.stats
	e.mu.Unlock()
	s.InFlight, s.Waiting = e.queue.gauge()
	return s
}

// Model decorates a model of this server.
func (e *Endpoint) Model(inner llm.Model) llm.Model { return &guarded{e, inner} }

type guarded struct {
	endpoint *Endpoint
	inner    llm.Model
}

// Complete implements llm.Model. A failure of the server is an error, which parks the game; one that belongs to the reply is a
// completion with its cause, which is kept and forfeited.
func (g *guarded) Complete(ctx context.Context, p llm.Prompt) (llm.Completion, error) {
	tries, waited := 0, time.Duration(0)
	var last llm.Completion
	c, err := failsafe.With[llm.Completion](g.endpoint.retries(&tries)).WithContext(ctx).Get(func() (llm.Completion, error) {
		var queued time.Duration
		var err error
		tries++
		last, queued, err = g.try(ctx, p)
		waited += queued
		return last, err
	})
	if err == nil {
		c.Tries, c.Took.Queue = tries, waited
		return c, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return c, cause
	}
	f, ok := llm.FailureOf(err)
	if !ok || f.Parks {
		return c, fmt.Errorf("%s: %w", g.endpoint.options.Name, err)
	}
	last.Tries, last.Took.Queue, last.Failure, last.Detail = tries, waited, f.Cause, f.Error()
	return last, nil
}

// retries is the policy of one call: a doubling delay with jitter, never below what the server asks for, and an HTTP 500 only
// once more.
func (e *Endpoint) retries(tries *int) failsafe.Policy[llm.Completion] {
	return retrypolicy.NewBuilder[llm.Completion]().
		HandleIf(func(_ llm.Completion, err error) bool {
			f, ok := llm.FailureOf(err)
			return ok && f.Retry && !(f.Status == http.StatusInternalServerError && *tries > 1)
		}).
		WithMaxRetries(e.options.Retries).
		WithDelayFunc(func(x failsafe.ExecutionAttempt[llm.Completion]) time.Duration {
			delay := min(e.options.Backoff<<min(x.Retries(), 16), MaxBackoff)
			if delay > 0 {
				delay = delay/2 + time.Duration(time.Now().UnixNano())%(delay/2+1)
			}
			if f, ok := llm.FailureOf(x.LastError()); ok {
				delay = max(delay, f.RetryAfter)
			}
			return delay
		}).
		OnRetry(func(failsafe.ExecutionEvent[llm.Completion]) {
			e.mu.Lock()
			e.stats.Retries++
			e.mu.Unlock()
		}).
		ReturnLastFailure().Build()
}

// try makes one try: breaker, rate, a slot of the queue, which is given back before a retry waits.
func (g *guarded) try(ctx context.Context, p llm.Prompt) (llm.Completion, time.Duration, error) {
	e := g.endpoint
	if !e.breaker.TryAcquirePermit() {
		return llm.Completion{}, 0, &llm.Failure{Cause: engine.CauseProvider, Parks: true, Err: fmt.Errorf("it failed %d times in a row and is left alone for %v; the last time: %w", e.options.Failures, e.options.Closed, e.lastFailure())}
	}
	began := time.Now()
	if err := e.rate.Wait(ctx); err != nil {
		return llm.Completion{}, 0, err
	}
	if err := e.queue.enter(ctx, p.Caller.Game); err != nil {
		return llm.Completion{}, time.Since(began), err
	}
	waited := time.Since(began)
	c, err := g.inner.Complete(ctx, p)
	e.queue.leave()
	e.record(c, err, time.Since(began)-waited)
	return c, waited, e.judged(err)
}

func (e *Endpoint) record(c llm.Completion, err error, busy time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stats.Busy += busy
	e.stats.TokensIn += c.Usage.Prompt
	e.stats.TokensOut += c.Usage.Reply
	if err == nil {
		e.stats.Calls++
	} else {
		e.last = err
	}
}

func (e *Endpoint) lastFailure() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.last
}

// judged tells the breaker. A server that hangs or breaks off call after call is out of reach, whatever each failure looked
// like: it parks games and must not fill the log with forfeits.
func (e *Endpoint) judged(err error) error {
	f, ok := llm.FailureOf(err)
	switch {
	case err == nil || ok && !f.Parks && (f.Cause == engine.CauseRepetition || f.Cause == engine.CauseTruncated || f.Cause == engine.CauseRefusal):
		e.breaker.RecordSuccess()
	case ok:
		e.breaker.RecordFailure()
		if e.breaker.IsOpen() {
			down := *f
			down.Parks, down.Retry = true, false
			down.Err = errors.Join(f.Err, fmt.Errorf("%d failures in a row", e.options.Failures))
			return &down
		}
	}
	return err
}
