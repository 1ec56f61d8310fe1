// Package recorded plays a model's seat from the replies that were stored when a game was first played, without any server.
//
// A reply is found by the hash of the prompt that it answered, so that a game which comes to another prompt says where it departs
// from the recorded one instead of going on with replies to something else. The package must not know where replies are kept.
package recorded

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"turncoat/agents/llm"
	"turncoat/engine"
)

// Replies are the stored calls of one game. They are a model: each stored reply is given once, in the order of the calls.
type Replies struct {
	mu       sync.Mutex
	calls    map[string][]llm.Completion // by prompt hash
	contexts []int                       // that their prompts were made for, each once
}

// New takes the stored calls of a game, in order.
func New(calls []llm.Call) *Replies {
	r := &Replies{calls: map[string][]llm.Completion{}}
	for _, c := range calls {
		r.calls[c.PromptHash] = append(r.calls[c.PromptHash], c.Completion)
		if !slices.Contains(r.contexts, c.Completion.Context) {
			r.contexts = append(r.contexts, c.Completion.Context)
		}
	}
	return r
}

// Contexts are those that the prompts of the replies were made for, each once.
func (r *Replies) Contexts() []int { return r.contexts }

// Holds reports whether there is a reply to a prompt of this hash that was not given yet.
func (r *Replies) Holds(promptHash string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls[promptHash]) > 0
}

// Complete implements llm.Model. Its error wraps llm.ErrDeparts where no reply to the prompt is stored.
func (r *Replies) Complete(_ context.Context, p llm.Prompt) (llm.Completion, error) {
	hash := p.Hash()
	r.mu.Lock()
	defer r.mu.Unlock()
	left := r.calls[hash]
	if len(left) == 0 {
		return llm.Completion{}, fmt.Errorf("%w: no reply to the prompt %.12s is stored", llm.ErrDeparts, hash)
	}
	r.calls[hash] = left[1:]
	return left[0], nil
}

// Shelf is an archive that has nothing and keeps nothing, for a game that is only played again to compare it.
type Shelf struct{}

// Step implements llm.Archive.
func (Shelf) Step() uint64 { return 0 }

// Find implements llm.Archive.
func (Shelf) Find(context.Context, engine.Seat, int) (llm.Call, bool, error) {
	return llm.Call{}, false, nil
}

// Keep implements llm.Archive.
func (Shelf) Keep(context.Context, llm.Call) error { return nil }
