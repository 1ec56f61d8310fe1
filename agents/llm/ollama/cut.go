package ollama

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

// Whether a server cut a prompt.
//
// Read in the source, and seen on a server of v0.11.4: before v0.12.6 /api/chat has neither truncate nor shift and ignores them.
// Where the prompt has more tokens than num_ctx, the oldest messages are left out whole; of a system and a user message
// it is the system message that goes, although the comment there says that it stays. What is still too long loses its middle
// and has exactly num_ctx tokens. From v0.12.6 on truncate:false makes it an error.
//
// It ignores shift:false as well: where the reply comes to the context's end, half of what stands there is forgotten from the front and the
// reply goes on. Both counts together are then more than num_ctx.
//
// prompt_eval_count is, from the runners written in Go on (v0.4 to v0.17.4), the number of tokens of the prompt after the cut
// and before the cache, so that a hit in the cache does not lower it. But the runner for Apple's MLX (seen in v0.17.4) and the
// C++ server of old count only what was evaluated. A low count alone is therefore no proof, and is never held against a prompt. Proofs
// are a count that fills the context, and, where a cut is possible, the sum of the messages counted one by one.

// The densest text that is believed in, in tokens for ten characters: models of single bytes have 10.
const densest = 12

// whole fails a completion whose prompt was surely cut by the server.
func (m *Model) whole(ctx context.Context, p llm.Prompt, used llm.Usage) error {
	counted := used.Prompt
	switch {
	case counted >= m.options.Context:
		return cut("the prompt fills the context of %d tokens", m.options.Context)
	case counted > 0 && counted+used.Reply > m.options.Context:
		return cut("prompt and reply have %d tokens, more than the context of %d, and the server forgot the prompt's beginning to go on",
			counted+used.Reply, m.options.Context)
	}
	if counted == 0 || !m.suspicious(p, counted) || m.client.refusesLong(ctx) {
		return nil
	}
	sum, ok := m.recount(ctx, p)
	if ok && sum > m.options.Context && counted < sum*95/100 {
		return cut("the server read %d tokens of a prompt that has %d, more than the context of %d", counted, sum, m.options.Context)
	}
	return nil
}

func cut(format string, values ...any) error {
	return &llm.Failure{Cause: engine.CauseTruncated, TooLong: true,
		Err: fmt.Errorf("the prompt was cut: "+format+"; give a longer context or a shorter prompt", values...)}
}

// suspicious reports whether the count may be that of a part: of the last messages, with or without the first one, when text as
// dense as that would not fit the context as a whole.
func (m *Model) suspicious(p llm.Prompt, counted int) bool {
	all, rest := 0, 0
	for _, msg := range p.Messages {
		all += utf8.RuneCountInString(msg.Text)
	}
	if all == 0 {
		return false
	}
	first := utf8.RuneCountInString(p.Messages[0].Text)
	for i := len(p.Messages) - 1; i > 0; i-- {
		rest += utf8.RuneCountInString(p.Messages[i].Text)
		if m.partial(counted, rest, all) || i > 1 && m.partial(counted, first+rest, all) {
			return true
		}
	}
	return false
}

func (m *Model) partial(counted, kept, all int) bool {
	return kept > 0 && counted*10 <= kept*densest && counted*all/kept > m.options.Context*9/10
}

// refusesLong reports whether the server is new enough to refuse a prompt that is too long.
func (c *Client) refusesLong(ctx context.Context) bool {
	if c.refuses.Load() {
		return true
	}
	v, err := c.Version(ctx)
	if err == nil && atLeast(v, 0, 12, 6) {
		c.refuses.Store(true)
	}
	return c.refuses.Load()
}

func atLeast(version string, major, minor, patch int) bool {
	var a, b, c int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &a, &b, &c); err != nil {
		return false
	}
	return a > major || a == major && (b > minor || b == minor && c >= patch)
}

// recount counts each message by itself. The replies are of one token and thrown away.
func (m *Model) recount(ctx context.Context, p llm.Prompt) (sum int, ok bool) {
	for _, msg := range p.Messages {
		r := m.request(llm.Prompt{Messages: []llm.Message{{Speaker: llm.User, Text: msg.Text}}, Seed: p.Seed})
		r.Options["num_predict"] = 1
		r.Format = nil
		c, err := m.ask(ctx, r)
		if err != nil || c.Usage.Prompt == 0 {
			return 0, false
		}
		sum += c.Usage.Prompt
	}
	return sum, true
}
