package llm

import "sync"

// Contexts are the contexts of the servers behind policies, as far as they are known: told by the server, said by the user, or learnt
// from a prompt that was refused. All games of a batch share them. A context belongs to how a server is treated, and not to what is asked: it may
// be another when the batch goes on, so it is kept with every call (Completion.Context). Safe for concurrent use; the zero value knows nothing.
type Contexts struct {
	mu    sync.Mutex
	least map[string]int
}

// Of is the context of a policy's server in tokens; 0 is unknown.
func (c *Contexts) Of(policy string) int {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.least[policy]
}

// Learn takes over a context that is smaller than what was known.
func (c *Contexts) Learn(policy string, tokens int) {
	if c == nil || tokens <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.least == nil {
		c.least = map[string]int{}
	}
	if known := c.least[policy]; known == 0 || tokens < known {
		c.least[policy] = tokens
	}
}

// Under is the binding with a context of so many tokens, if that is less than its own; 0 changes nothing.
func (b Binding) Under(context int) Binding {
	if context > 0 && (b.Context == 0 || context < b.Context) {
		b.Context = context
	}
	return b
}

// shorter is the context to make a prompt for, after one of so many tokens was refused under this one: what the server told, or, where that
// is no less than what was reckoned with, three quarters of what the prompt was allowed to have. Our count of tokens is an estimate.
func (b Binding) shorter(told, tokens int) int {
	held := b.Context
	if held == 0 || tokens+b.Predict < held {
		held = tokens + b.Predict
	}
	if told > 0 && told < held {
		return told
	}
	return b.Predict + (held-b.Predict)*3/4
}

// hoard is a model that has stored replies and no server: it knows under which contexts their prompts were made.
type hoard interface {
	Contexts() []int
	Holds(promptHash string) bool
}
