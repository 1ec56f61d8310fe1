// Package recorded plays a model's seat from the replies that were stored when the game was first played, without any server.
//
// Replies is the archive that has them; Model is what is asked when it has none, and it refuses: the game has departed from the
// one that was recorded. The package must not know where replies are kept.
package recorded

import (
	"context"
	"fmt"

	"turncoat/agents/llm"
	"turncoat/engine"
)

// Replies are the stored calls of one game by step, seat and attempt.
type Replies struct {
	step  func() uint64 // that is being answered
	calls map[key]llm.Call
}

type key struct {
	step    uint64
	seat    engine.Seat
	attempt int
}

// New makes an archive; step says which step the game is at.
func New(step func() uint64) *Replies { return &Replies{step: step, calls: map[key]llm.Call{}} }

// Add stores a call of a step.
func (r *Replies) Add(step uint64, call llm.Call) { r.calls[key{step, call.Seat, call.Attempt}] = call }

// Find implements llm.Archive.
func (r *Replies) Find(_ context.Context, seat engine.Seat, attempt int) (llm.Call, bool, error) {
	call, ok := r.calls[key{r.step(), seat, attempt}]
	if !ok {
		return call, false, fmt.Errorf("%w: no reply of seat %d, attempt %d is stored for step %d", llm.ErrDeparts, seat, attempt, r.step())
	}
	return call, true, nil
}

// Keep implements llm.Archive; nothing comes to it, since Find has it all or errs.
func (r *Replies) Keep(context.Context, llm.Call) error {
	return fmt.Errorf("%w: a call was made", llm.ErrDeparts)
}

// Model has nothing to say.
type Model struct{}

// Complete implements llm.Model.
func (Model) Complete(context.Context, llm.Prompt) (llm.Completion, error) {
	return llm.Completion{}, fmt.Errorf("%w: a model was asked", llm.ErrDeparts)
}
