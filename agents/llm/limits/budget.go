package limits

import (
	"context"
	"fmt"
	"sync"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// charsPerToken estimates what a server does not count.
const charsPerToken = 3

// Spent is what calls have used: tokens, prompt and reply together, and money in millionths of a US dollar.
type Spent struct {
	Tokens int
	Micros int64
}

func (s Spent) plus(o Spent) Spent { return Spent{s.Tokens + o.Tokens, s.Micros + o.Micros} }

// Budget bounds what a batch and each of its games may use; 0 is no bound. It is looked at before each call. A call that has begun is
// not stopped: when the budget is used up, the calls in flight still end, and what they use comes on top.
type Budget struct {
	Batch, EachGame Spent

	mu    sync.Mutex
	spent Spent
	games map[string]Spent
}

// ErrBatch is the limit of the whole batch; it is an llm.ErrLimit too.
var ErrBatch = fmt.Errorf("%w for the batch", llm.ErrLimit)

// Add counts what a game has used before, as its stored calls say.
func (b *Budget) Add(game string, used Spent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.games == nil {
		b.games = map[string]Spent{}
	}
	b.spent = b.spent.plus(used)
	b.games[game] = b.games[game].plus(used)
}

// Spent is what the batch has used.
func (b *Budget) Spent() Spent {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

// Model decorates a model for the calls of one game. The zero price counts no money.
func (b *Budget) Model(game string, price Price, inner llm.Model) llm.Model {
	return &metered{b, game, price, inner}
}

type metered struct {
	budget *Budget
	game   string
	price  Price
	inner  llm.Model
}

// Complete implements llm.Model. Its error wraps llm.ErrLimit when a limit is used up.
func (m *metered) Complete(ctx context.Context, p llm.Prompt) (llm.Completion, error) {
	if err := m.budget.left(m.game); err != nil {
		return llm.Completion{}, err
	}
	c, err := m.inner.Complete(ctx, p)
	if err == nil {
		m.budget.Add(m.game, Used(m.price, c.Usage, p.Chars(), len(c.Text)+len(c.Thinking)))
	}
	return c, err
}

// Used is what a call used: as counted, and estimated from characters where the server did not count.
func Used(price Price, u llm.Usage, promptChars, replyChars int) Spent {
	prompt, reply := u.Prompt, u.Reply
	if prompt == 0 {
		prompt = promptChars / charsPerToken
	}
	if reply == 0 {
		reply = replyChars / charsPerToken
	}
	return Spent{prompt + reply, price.Cost(prompt, min(u.Cached, prompt), reply)}
}

func (b *Budget) left(game string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	own := b.games[game]
	switch {
	case b.Batch.Tokens > 0 && b.spent.Tokens >= b.Batch.Tokens:
		return fmt.Errorf("%w: it has used %d of %d tokens; --max-tokens raises it", ErrBatch, b.spent.Tokens, b.Batch.Tokens)
	case b.Batch.Micros > 0 && b.spent.Micros >= b.Batch.Micros:
		return fmt.Errorf("%w: it has cost %s of %s; --max-cost raises it", ErrBatch, Dollars(b.spent.Micros), Dollars(b.Batch.Micros))
	case b.EachGame.Tokens > 0 && own.Tokens >= b.EachGame.Tokens:
		return fmt.Errorf("%w: game %s has used %d of %d tokens; --max-game-tokens raises it", llm.ErrLimit, game, own.Tokens,
			b.EachGame.Tokens)
	case b.EachGame.Micros > 0 && own.Micros >= b.EachGame.Micros:
		return fmt.Errorf("%w: game %s has cost %s of %s; --max-game-cost raises it", llm.ErrLimit, game, Dollars(own.Micros),
			Dollars(b.EachGame.Micros))
	}
	return nil
}

// Dollars writes millionths of a dollar.
func Dollars(micros int64) string { return fmt.Sprintf("$%.4f", float64(micros)/1e6) }
