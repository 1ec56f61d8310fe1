package limits

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

func throttled(after time.Duration) *llm.Failure {
	return &llm.Failure{Cause: engine.CauseProvider, Retry: true, Parks: true, Throttled: true, RetryAfter: after,
		Status: http.StatusTooManyRequests, Err: errors.New("slow down")}
}

func refused() *llm.Failure {
	return &llm.Failure{Cause: engine.CauseProvider, Retry: true, Parks: true, Err: errors.New("connection refused")}
}

// heard keeps what was told.
type heard struct {
	mu     sync.Mutex
	events map[string]int
	fields map[string][]any
}

func (h *heard) Tell(event string, fields ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.events == nil {
		h.events, h.fields = map[string]int{}, map[string][]any{}
	}
	h.events[event]++
	h.fields[event] = fields
}

// many asks so often at once, and returns how many were answered and the errors of the others.
func many(t *testing.T, m llm.Model, n int) (answered int, errs []error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			c, err := m.Complete(t.Context(), llm.Prompt{Caller: llm.Caller{Game: fmt.Sprint(i % 12)}})
			mu.Lock()
			defer mu.Unlock()
			if err == nil && c.Failure == engine.CauseNone {
				answered++
			}
			if err != nil {
				errs = append(errs, err)
			}
		})
	}
	wg.Wait()
	return answered, errs
}

// A server that takes 20 calls in any 2 s and tells the rest to wait 2 s: nothing parks, the width comes down and goes up again, and
// the time is not much longer than the least that such a server allows.
func TestThrottledIsNotDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var taken []time.Time
		h := &heard{}
		o := DefaultEndpoint("fake", 8)
		o.Tell = h
		e := NewEndpoint(o)
		began := time.Now()
		answered, errs := many(t, e.Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
			mu.Lock()
			defer mu.Unlock()
			for len(taken) > 0 && time.Since(taken[0]) >= 2*time.Second {
				taken = taken[1:]
			}
			if len(taken) >= 20 {
				return llm.Completion{}, throttled(2 * time.Second)
			}
			taken = append(taken, time.Now())
			return llm.Completion{Text: "whole"}, nil
		})), 400)
		if answered != 400 || len(errs) > 0 {
			t.Fatalf("%d answered, %v", answered, errs)
		}
		if took, least := time.Since(began), 38*time.Second; took > 2*least {
			t.Errorf("it took %v, the least is %v", took, least)
		}
		if s := e.Stats(); s.Throttled == 0 || s.Retries != 0 || h.events["breaker opened"] != 0 || h.events["width changed"] < 2 ||
			h.events["call throttled"] != s.Throttled {
			t.Errorf("%+v, %v", s, h.events)
		}
	})
}

// A wait that is longer than patience parks at once and says when the next try is.
func TestRetryAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		calls := 0
		m := NewEndpoint(DefaultEndpoint("fake", 4)).Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
			calls++
			return llm.Completion{}, throttled(24 * time.Hour)
		}))
		for range 3 {
			_, err := m.Complete(t.Context(), llm.Prompt{})
			f, ok := llm.FailureOf(err)
			at := began.Add(24 * time.Hour).Local().Format("2006-01-02 15:04:05")
			if !ok || !f.Parks || !strings.Contains(err.Error(), at) || !strings.Contains(err.Error(), "--max-wait") {
				t.Fatalf("got %v, want the time %s", err, at)
			}
		}
		if time.Since(began) > 0 || calls != 1 {
			t.Errorf("%d calls, after %v", calls, time.Since(began))
		}
	})
}

// Without a word of the server how long to wait, the waits double; in all they are bounded by MaxWait.
func TestThrottledForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, calls := time.Now(), 0
		m := NewEndpoint(DefaultEndpoint("fake", 1)).Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
			calls++
			return llm.Completion{}, throttled(0)
		}))
		if _, err := m.Complete(t.Context(), llm.Prompt{}); err == nil || !strings.Contains(err.Error(), "asked too often") {
			t.Fatal(err)
		}
		if took := time.Since(began); took > DefaultMaxWait || took < DefaultMaxWait/2 || calls > 60 {
			t.Errorf("%d calls in %v", calls, took)
		}
	})
}

// A server that is away for a moment while many calls are on their way: each has retries left, and nothing parks.
func TestBackWithinItsRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		h := &heard{}
		o := DefaultEndpoint("fake", 64)
		o.Tell = h
		e := NewEndpoint(o)
		answered, errs := many(t, e.Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
			time.Sleep(10 * time.Millisecond) // of the bubble's clock
			if time.Since(began) < time.Second {
				return llm.Completion{}, refused()
			}
			return llm.Completion{}, nil
		})), 300)
		if answered != 300 || len(errs) > 0 || h.events["breaker opened"] > 0 || h.events["call retried"] == 0 {
			t.Errorf("%d answered, %d errors, %v", answered, len(errs), h.events)
		}
	})
}

// A true outage parks every call, in bounded time and with the server's own words.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		answered, errs := many(t, NewEndpoint(DefaultEndpoint("fake", 8)).Model(fake(func(context.Context, llm.Prompt) (llm.Completion,
			error) {
			return llm.Completion{}, refused()
		})), 40)
		if answered > 0 || len(errs) != 40 || !strings.Contains(errs[0].Error(), "connection refused") {
			t.Errorf("%d answered, %v", answered, errs)
		}
		if took := time.Since(began); took > 2*time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

// Failures of calls that were in flight together are one moment: the width is halved once.
func TestMomentsCountOnce(t *testing.T) {
	h := &heard{}
	p := &pace{max: 8, width: 8, queue: newQueue(8), tell: h.Tell}
	begun := time.Now()
	o := EndpointOptions{Failures: 3, Closed: time.Minute}
	for range 8 {
		p.failed(begun, refused(), o)
	}
	if p.width != 4 || p.failures != 1 || p.down != nil {
		t.Errorf("width %d after %d moments, down %v", p.width, p.failures, p.down)
	}
	for range 2 {
		p.failed(time.Now(), refused(), o)
	}
	if left, _, down := p.closed(); p.width != 1 || down == nil || left < 59*time.Second || h.events["breaker opened"] != 1 {
		t.Errorf("width %d, down %v for %v, %v", p.width, down, left, h.events)
	}
	for range 40 {
		p.answered()
	}
	if p.width != 8 || p.down != nil || h.events["breaker closed"] != 1 {
		t.Errorf("width %d, down %v after 40 answers", p.width, p.down)
	}
}

// A batch that is asked to stop does not wait for calls that wait; one that is in flight goes on.
func TestDrainEndsWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		drain := make(chan struct{})
		o := DefaultEndpoint("fake", 1)
		o.Drain = drain
		began := time.Now()
		m := NewEndpoint(o).Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
			time.Sleep(time.Hour) // of the bubble's clock
			return llm.Completion{Text: "whole"}, nil
		}))
		time.AfterFunc(time.Minute, func() { close(drain) })
		answered, errs := many(t, m, 5)
		if answered != 1 || len(errs) != 4 || !errors.Is(errs[0], llm.ErrStopping) || time.Since(began) != time.Hour {
			t.Errorf("%d answered, %v after %v", answered, errs, time.Since(began))
		}
	})
}

// A call that is not answered for half a minute is told of, once a while.
func TestLongWaitIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{}
		o := DefaultEndpoint("fake", 1)
		o.Tell = h
		many(t, NewEndpoint(o).Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
			time.Sleep(20 * time.Second) // of the bubble's clock
			return llm.Completion{}, nil
		})), 10)
		if h.events["call waits"] != 1 || h.events["call finished"] != 10 {
			t.Errorf("%v", h.events)
		}
	})
}

// What belongs to a reply is kept and forfeited, and a prompt that is too long is given back at once; neither counts against the server.
func TestRepliesAtFault(t *testing.T) {
	e := NewEndpoint(EndpointOptions{Failures: 1, Closed: time.Hour})
	long := &llm.Failure{Cause: engine.CauseTruncated, TooLong: true, Context: 4096, Err: errors.New("too long")}
	endless := fault(engine.CauseRepetition, false, false, 0)
	for range 3 {
		c, err := e.Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
			return llm.Completion{},
				endless
		})).Complete(t.Context(), llm.Prompt{})
		if err != nil || c.Failure != engine.CauseRepetition {
			t.Fatal(c, err)
		}
		_, err = e.Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
			return llm.Completion{},
				long
		})).Complete(t.Context(), llm.Prompt{})
		if f, ok := llm.FailureOf(err); !ok || !f.TooLong || f.Context != 4096 {
			t.Fatal(err)
		}
	}
	if left, _, _ := e.pace.closed(); left > 0 {
		t.Error("the gate is closed")
	}
}
