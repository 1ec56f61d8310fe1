package llm

import (
	"sync"

	"github.com/turncoat-sim/turncoat/engine"
)

// Contexts are what is known of the contexts of the servers behind policies: what a server or the user said before the first call, and what
// refusals taught since. All games of a batch share them. A context belongs to how a server is treated, and not to what is asked: it may be
// another when the batch goes on, so it is kept with every call whose prompt it made shorter (Completion.Context).
//
// What a refusal teaches is held against prompts that are at least as long as the one that was refused, and against no others: so a prompt
// comes out the same whether it is made before or after another one was refused, and a seat whose prompt can't be put costs nobody else
// a word. Safe for concurrent use; the zero value knows nothing.
type Contexts struct {
	mu    sync.Mutex
	known map[string]*known
}

// known is what is known for one policy.
type known struct {
	said    int // tokens, before the first call
	told    int // tokens, the least that a refusal named
	refused int // bytes of the shortest prompt that was refused, or whose reply the context's end cut off
}

// of gives what is known for a policy. The caller holds the lock.
func (c *Contexts) of(policy string) *known {
	if c.known == nil {
		c.known = map[string]*known{}
	}
	if c.known[policy] == nil {
		c.known[policy] = &known{}
	}
	return c.known[policy]
}

// saidOf is the context in tokens that a policy's prompts are made for from the start; 0 is unknown.
func (c *Contexts) saidOf(policy string) int {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of(policy).said
}

// Learn takes over a context that server or user said, if it is smaller than what was said before.
func (c *Contexts) Learn(policy string, tokens int) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(policy)
	k.said = smaller(k.said, tokens)
}

// refused takes over that a prompt of so many bytes was too long, and the tokens that the server told with it (0: none).
func (c *Contexts) refused(policy string, bytes, told int) (news bool) {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(policy)
	before := *k
	k.refused, k.told = smaller(k.refused, bytes), smaller(k.told, told)
	return *k != before
}

// told is the least context that the policy's server named in a refusal; 0: none.
func (c *Contexts) told(policy string) int {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of(policy).told
}

// refuses reports whether a shorter prompt than one of so many bytes was refused before.
func (c *Contexts) refuses(policy string, bytes int) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(policy)
	return k.refused > 0 && bytes >= k.refused
}

// smaller is the smaller of two numbers of which 0 means unknown.
func smaller(a, b int) int {
	if a <= 0 || b > 0 && b < a {
		return max(b, 0)
	}
	return a
}

// Under is the binding with a context of so many tokens, if that is less than its own; 0 changes nothing.
func (b Binding) Under(context int) Binding {
	b.Context = smaller(b.Context, context)
	return b
}

// shorter is the context to make a prompt for, after one of so many tokens was refused under this one: what the server told, or, where that
// is no less than what was reckoned with, three quarters of what the prompt was allowed to have. Our count of tokens is an estimate.
func (b Binding) shorter(told, tokens int) int {
	held := smaller(b.Context, tokens+b.Predict)
	if told > 0 && told < held {
		return told
	}
	return b.Predict + (held-b.Predict)*3/4
}

// hoard is a model that has stored replies and no server: it knows under which context the next prompt of a seat was made.
type hoard interface {
	Context(seat engine.Seat) int
}
