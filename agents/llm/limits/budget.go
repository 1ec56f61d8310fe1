package limits

import (
	"context"
	"fmt"
	"sync"

	"turncoat/agents/llm"
)

// charsPerToken estimates what a server does not count.
const charsPerToken = 3

// Budget bounds the tokens, prompt and reply together, of a batch and of each of its games; 0 is no bound. It is looked at
// before a call, so the calls that are in flight when it runs out are the most that it is exceeded by.
type Budget struct {
	Batch, EachGame int

	mu    sync.Mutex
	spent int
	games map[string]int
}

// ErrBatch is the limit of the whole batch; it is an llm.ErrLimit too.
var ErrBatch = fmt.Errorf("%w for the batch", llm.ErrLimit)

// Add counts tokens that a game used before, as its stored calls say.
func (b *Budget) Add(game string, tokens int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.games == nil {
		b.games = map[string]int{}
	}
	b.spent += tokens
	b.games[game] += tokens
}

// Spent is what the batch has used.
func (b *Budget) Spent() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

// Model decorates a model for the calls of one game.
func (b *Budget) Model(game string, inner llm.Model) llm.Model { return &metered{b, game, inner} }

type metered struct {
	budget *Budget
	game   string
	inner  llm.Model
}

// Complete implements llm.Model. Its error wraps llm.ErrLimit when a limit is used up.
func (m *metered) Complete(ctx context.Context, p llm.Prompt) (llm.Completion, error) {
	if err := m.budget.left(m.game); err != nil {
		return llm.Completion{}, err
	}
	c, err := m.inner.Complete(ctx, p)
	if err == nil {
		m.budget.Add(m.game, TokensOf(c.Usage.Prompt, c.Usage.Reply, p.Chars(), len(c.Text)+len(c.Thinking)))
	}
	return c, err
}

// TokensOf is what a call used: as counted, and estimated from characters where the server did not count.
func TokensOf(prompt, reply, promptChars, replyChars int) int {
	if prompt == 0 {
		prompt = promptChars / charsPerToken
	}
	if reply == 0 {
		reply = replyChars / charsPerToken
	}
	return prompt + reply
}

func (b *Budget) left(game string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.Batch > 0 && b.spent >= b.Batch:
		return fmt.Errorf("%w: it has used %d of %d tokens; --max-tokens raises it", ErrBatch, b.spent, b.Batch)
	case b.EachGame > 0 && b.games[game] >= b.EachGame:
		return fmt.Errorf("%w: game %s has used %d of %d tokens; --max-game-tokens raises it", llm.ErrLimit, game, b.games[game], b.EachGame)
	}
	return nil
}
