package limits

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

// fake is a model made of a function.
type fake func(context.Context, llm.Prompt) (llm.Completion, error)

func (f fake) Complete(ctx context.Context, p llm.Prompt) (llm.Completion, error) { return f(ctx, p) }

func quick(width int) EndpointOptions { return EndpointOptions{Name: "fake", Width: width, Retries: 3} }

// failing fails with the failures in turn, then answers.
func failing(failures ...*llm.Failure) (fake, *int) {
	calls := 0
	return func(context.Context, llm.Prompt) (llm.Completion, error) {
		if calls++; calls <= len(failures) {
			return llm.Completion{Text: "half"}, failures[calls-1]
		}
		return llm.Completion{Text: "whole"}, nil
	}, &calls
}

func fault(cause engine.Cause, retry, parks bool, status int) *llm.Failure {
	return &llm.Failure{Cause: cause, Retry: retry, Parks: parks, Status: status, Err: errors.New("fault")}
}

func TestRetries(t *testing.T) {
	late := fault(engine.CauseTimeout, true, false, 0)
	busy := fault(engine.CauseProvider, true, true, http.StatusTooManyRequests)
	broken := fault(engine.CauseProvider, true, true, http.StatusInternalServerError)
	missing := fault(engine.CauseProvider, false, true, http.StatusNotFound)
	for _, c := range []struct {
		name    string
		faults  []*llm.Failure
		calls   int
		failure engine.Cause // of the completion
		parks   bool
	}{
		{"at once", nil, 1, "", false},
		{"after two", []*llm.Failure{busy, busy}, 3, "", false},
		{"late for good: forfeited", []*llm.Failure{late, late, late, late}, 2, engine.CauseTimeout, false},
		{"busy for good: parked", []*llm.Failure{busy, busy, busy, busy}, 4, "", true},
		{"500 and well again", []*llm.Failure{broken, broken, broken}, 4, "", false},
		{"500 for good: parked", []*llm.Failure{broken, broken, broken, broken}, 4, "", true},
		{"missing: at once", []*llm.Failure{missing}, 1, "", true},
	} {
		inner, calls := failing(c.faults...)
		got, err := NewEndpoint(quick(1)).Model(inner).Complete(t.Context(), llm.Prompt{})
		f, parked := llm.FailureOf(err)
		if *calls != c.calls || got.Failure != c.failure || parked != c.parks || parked && !f.Parks || !parked && got.Tries != c.calls {
			t.Errorf("%s: %d calls, %+v, %v", c.name, *calls, got, err)
		}
	}
}

// embeds is an embedder made of a function.
type embeds func(context.Context) ([][]float32, error)

func (f embeds) Embed(ctx context.Context, _ []string) ([][]float32, error) { return f(ctx) }

// Embeddings are retried as calls are, end at their deadline, and what fails for good is an error.
func TestEmbedder(t *testing.T) {
	calls := 0
	flaky := embeds(func(context.Context) ([][]float32, error) {
		if calls++; calls < 3 {
			return nil, fault(engine.CauseProvider, true, true, http.StatusServiceUnavailable)
		}
		return [][]float32{{1}}, nil
	})
	if got, err := NewEndpoint(quick(1)).Embedder(flaky, llm.Deadlines{}).Embed(t.Context(), []string{"a"}); err != nil ||
		len(got) != 1 || calls != 3 {
		t.Errorf("%v, %v after %d calls", got, err, calls)
	}
	calls = 0
	hangs := embeds(func(ctx context.Context) ([][]float32, error) {
		calls++
		<-ctx.Done()
		return nil, ctx.Err()
	})
	_, err := NewEndpoint(quick(1)).Embedder(hangs, llm.Deadlines{Total: 1}).Embed(t.Context(), []string{"a"})
	if err == nil || calls != 4 || !strings.Contains(err.Error(), "no embedding came within 1ns") {
		t.Errorf("%v after %d calls", err, calls)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewEndpoint(quick(1)).Embedder(hangs, llm.Deadlines{}).Embed(ctx, []string{"a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// The width is never exceeded, and every call is answered.
func TestWidth(t *testing.T) {
	var mu sync.Mutex
	in, most, done := 0, 0, 0
	m := NewEndpoint(quick(3)).Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
		mu.Lock()
		in++
		most = max(most, in)
		mu.Unlock()
		mu.Lock()
		in--
		done++
		mu.Unlock()
		return llm.Completion{}, nil
	}))
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() { _, _ = m.Complete(t.Context(), llm.Prompt{Caller: llm.Caller{Game: fmt.Sprint(i % 7)}}) })
	}
	wg.Wait()
	if most > 3 || done != 200 {
		t.Errorf("%d at once, %d done", most, done)
	}
}

// Calls that share a prefix follow one another, and nobody starves.
func TestQueueOrder(t *testing.T) {
	q := newQueue(1)
	if err := q.enter(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	for _, g := range []string{"b", "a", "c", "a"} {
		q.waiting = append(q.waiting, &ticket{group: g, called: make(chan struct{})})
	}
	var got []string
	for range 4 {
		got = append(got, q.waiting[q.next()].group)
		q.leave()
	}
	if strings.Join(got, "") != "aabc" {
		t.Errorf("order %v", got)
	}
	q = newQueue(1)
	q.in, q.recent = 1, []string{"a"}
	q.waiting = []*ticket{{group: "b", called: make(chan struct{})}}
	for overtaken := 0; len(q.waiting) > 0; overtaken++ {
		if overtaken > mostOvertaken {
			t.Fatal("b starves")
		}
		first := q.waiting[0]
		q.waiting = append(q.waiting, &ticket{group: "a", called: make(chan struct{})})
		q.leave()
		if len(q.waiting) == 0 || q.waiting[0] != first {
			return
		}
	}
}

// A call that is given up leaves the queue, and its slot goes on.
func TestCancelled(t *testing.T) {
	q := newQueue(1)
	_ = q.enter(t.Context(), "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.enter(ctx, "b"); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	q.leave()
	if in, waiting := q.gauge(); in != 0 || waiting != 0 {
		t.Errorf("%d in flight, %d waiting", in, waiting)
	}
}

func TestBudget(t *testing.T) {
	counted := fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
		return llm.Completion{Usage: llm.Usage{Prompt: 60, Reply: 40}}, nil
	})
	b := &Budget{Batch: Spent{Tokens: 300}, EachGame: Spent{Tokens: 200}}
	var errs []error
	for _, game := range []string{"g", "g", "g", "h", "i"} {
		_, err := b.Model(game, Price{}, counted).Complete(t.Context(), llm.Prompt{})
		errs = append(errs, err)
	}
	if errs[0] != nil || errs[1] != nil || errs[3] != nil {
		t.Fatalf("refused below the limit: %v", errs)
	}
	if !errors.Is(errs[2], llm.ErrLimit) || errors.Is(errs[2], ErrBatch) || !strings.Contains(errs[2].Error(), "--max-game-tokens") {
		t.Errorf("the game's limit: %v", errs[2])
	}
	if !errors.Is(errs[4], ErrBatch) || !errors.Is(errs[4], llm.ErrLimit) || b.Spent().Tokens != 300 {
		t.Errorf("the batch's limit: %v after %d", errs[4], b.Spent())
	}
}

func BenchmarkOverhead(b *testing.B) {
	m := NewEndpoint(quick(1)).Model(fake(func(context.Context, llm.Prompt) (llm.Completion, error) { return llm.Completion{}, nil }))
	for b.Loop() {
		if _, err := m.Complete(b.Context(), llm.Prompt{Caller: llm.Caller{Game: "g"}}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestPrices(t *testing.T) {
	p := ShippedPrices()
	for spec, want := range map[string]float64{"openai/gpt-4o?temperature=0": 2.5, "openai/gpt-4o-mini": 0.15,
		"openai/gpt-4o-2024-08-06":           2.5,
		"anthropic/claude-sonnet-4-20250514": 3, "openai/gpt-4o-audio": -1, "ollama/llama3.2": -1} {
		got, ok := p.Find(spec)
		if ok != (want >= 0) || ok && got.Input != want {
			t.Errorf("%s: %+v, %v", spec, got, ok)
		}
	}
	mini, _ := p.Find("openai/gpt-4o-mini")
	if got := mini.Cost(1_000_000, 400_000, 100_000); got != 90_000+30_000+60_000 {
		t.Errorf("a million tokens in, 40 %% of them cached, 100,000 out cost %d millionths", got)
	}
	for _, bad := range []string{"as_of: soon", "as_of: 2025-01-01\nprices: [{model: gpt, input: 1, output: 1}]",
		"as_of: 2025-01-01\nprice: []"} {
		if _, err := ParsePrices("p.yaml", []byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestMoneyLimit(t *testing.T) {
	inner := fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
		return llm.Completion{Usage: llm.Usage{Prompt: 1000, Reply: 100}}, nil
	})
	b := &Budget{Batch: Spent{Micros: 4000}}
	m := b.Model("g", Price{Input: 2, Output: 10}, inner) // 3,000 millionths a call
	for i := range 3 {
		if _, err := m.Complete(t.Context(), llm.Prompt{}); (i < 2) != (err == nil) || err != nil &&
			!strings.Contains(err.Error(), "$0.0060 of $0.0040") {
			t.Errorf("call %d: %v", i, err)
		}
	}
}
