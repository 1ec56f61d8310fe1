package limits

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// Each bound of a budget holds from the call after the one that uses it up to the last token and millionth.
func TestBudgetEdges(t *testing.T) {
	price := Price{Input: 2, Output: 10} // 3,000 millionths a call of 1,100 tokens
	inner := fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
		return llm.Completion{Usage: llm.Usage{Prompt: 1000, Reply: 100}}, nil
	})
	for name, row := range map[string]struct {
		budget *Budget
		calls  int  // that one game may make
		all    bool // the batch is over too
	}{
		"no bound":                   {&Budget{}, 5, false},
		"two calls' tokens":          {&Budget{Batch: Spent{Tokens: 2200}}, 2, true},
		"a token more":               {&Budget{Batch: Spent{Tokens: 2201}}, 3, true},
		"two calls' money":           {&Budget{Batch: Spent{Micros: 6000}}, 2, true},
		"a millionth more":           {&Budget{Batch: Spent{Micros: 6001}}, 3, true},
		"a game's tokens":            {&Budget{EachGame: Spent{Tokens: 2200}}, 2, false},
		"a game's token more":        {&Budget{EachGame: Spent{Tokens: 2201}}, 3, false},
		"a game's money":             {&Budget{EachGame: Spent{Micros: 6000}}, 2, false},
		"a game's millionth more":    {&Budget{EachGame: Spent{Micros: 6001}}, 3, false},
		"what was used before":       {&Budget{EachGame: Spent{Tokens: 2200}, games: map[string]Spent{"g": {Tokens: 1100}}}, 1, false},
		"used before by another one": {&Budget{EachGame: Spent{Tokens: 2200}, games: map[string]Spent{"h": {Tokens: 9999}}}, 2, false},
	} {
		b, made := row.budget, 0
		var err error
		for err == nil && made < 5 {
			if _, err = b.Model("g", price, inner).Complete(t.Context(), llm.Prompt{}); err == nil {
				made++
			}
		}
		if made != row.calls || (err != nil) != (made < 5) || err != nil && !errors.Is(err, llm.ErrLimit) ||
			errors.Is(err, ErrBatch) != row.all {
			t.Errorf("%s: %d calls, then %v", name, made, err)
		}
		if _, err := b.Model("other", price, inner).Complete(t.Context(), llm.Prompt{}); (err != nil) != row.all {
			t.Errorf("%s: another game: %v", name, err)
		}
	}
}

// What a server does not count is estimated, and it never caches more of a prompt than there is.
func TestUsed(t *testing.T) {
	price := Price{Input: 2, Cached: 1, Output: 10}
	for name, row := range map[string]struct {
		usage llm.Usage
		want  Spent
	}{
		"counted":                   {llm.Usage{Prompt: 1000, Reply: 100}, Spent{1100, 3000}},
		"half of it cached":         {llm.Usage{Prompt: 1000, Cached: 500, Reply: 100}, Spent{1100, 2500}},
		"more cached than there is": {llm.Usage{Prompt: 1000, Cached: 5000, Reply: 100}, Spent{1100, 2000}},
		"not counted":               {llm.Usage{}, Spent{100 + 10, 200 + 100}},
		"the reply alone":           {llm.Usage{Reply: 100}, Spent{200, 1200}},
	} {
		if got := Used(price, row.usage, 300, 30); got != row.want {
			t.Errorf("%s: %+v, wanted %+v", name, got, row.want)
		}
	}
}

// A failed call uses nothing up, and the refusal says which flag raises the bound.
func TestBudgetOfFailures(t *testing.T) {
	b := &Budget{Batch: Spent{Tokens: 10}}
	failed := errors.New("gone")
	m := b.Model("g", Price{}, fake(func(context.Context, llm.Prompt) (llm.Completion, error) {
		return llm.Completion{Usage: llm.Usage{Prompt: 60, Reply: 40}}, failed
	}))
	for range 2 {
		if _, err := m.Complete(t.Context(), llm.Prompt{}); !errors.Is(err, failed) || b.Spent() != (Spent{}) {
			t.Fatalf("%v after %+v", err, b.Spent())
		}
	}
	b.Add("g", Spent{Tokens: 10})
	if _, err := m.Complete(t.Context(), llm.Prompt{}); err == nil || !strings.Contains(err.Error(), "--max-tokens") {
		t.Errorf("got %v", err)
	}
}
