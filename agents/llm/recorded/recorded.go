// Package recorded plays a model's seat from the replies that were stored when a game was first played, without any server.
//
// A reply counts for the prompt that it answered alone, by its hash, so that a game which comes to another prompt says where it departs
// from the recorded one instead of going on with replies to something else. The package must not know where replies are kept.
package recorded

import (
	"context"
	"fmt"
	"sync"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

// Replies are the stored calls of one game. They are a model: each seat's replies are given once, in the order of its calls.
type Replies struct {
	mu    sync.Mutex
	calls map[engine.Seat][]llm.Call
}

// New takes the stored calls of a game, in order.
func New(calls []llm.Call) *Replies {
	r := &Replies{calls: map[engine.Seat][]llm.Call{}}
	for _, c := range calls {
		r.calls[c.Seat] = append(r.calls[c.Seat], c)
	}
	return r
}

// Context is that for which the next prompt of a seat was made shorter; 0: for none, or there is no more.
func (r *Replies) Context(seat engine.Seat) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.calls[seat]) == 0 {
		return 0
	}
	return r.calls[seat][0].Completion.Context
}

// Complete implements llm.Model. Its error wraps llm.ErrDeparts where the next stored reply of the seat is to another prompt.
func (r *Replies) Complete(_ context.Context, p llm.Prompt) (llm.Completion, error) {
	hash, seat := p.Hash(), p.Caller.Seat
	r.mu.Lock()
	defer r.mu.Unlock()
	left := r.calls[seat]
	if len(left) == 0 || left[0].PromptHash != hash {
		return llm.Completion{}, fmt.Errorf("%w: no reply to the prompt %.12s is stored", llm.ErrDeparts, hash)
	}
	r.calls[seat] = left[1:]
	return left[0].Completion, nil
}

// Empty is an archive that has nothing and keeps nothing, for a game that is only played again to compare it.
type Empty struct{}

// Step implements llm.Archive.
func (Empty) Step() uint64 { return 0 }

// Find implements llm.Archive.
func (Empty) Find(context.Context, engine.Seat, int) (llm.Call, bool, error) {
	return llm.Call{}, false, nil
}

// Keep implements llm.Archive.
func (Empty) Keep(context.Context, llm.Call) error { return nil }
