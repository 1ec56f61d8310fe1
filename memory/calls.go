package memory

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
)

// ModelCall is a finished call of a model, as it is kept before anything is made of the reply. Tokens are the server's counts, 0
// unknown; times are in milliseconds.
type ModelCall struct {
	Game                 int64 // the game's key
	Step                 uint64
	Seat                 engine.Seat
	Attempt              int
	At                   int64 // Unix ms; set by KeepCall
	Policy, Model        string
	PromptHash           string
	PromptChars          int
	Prompt               []byte // JSON; nil unless prompts are kept
	Reply, Thinking      string
	Finish, Cause        string
	Detail               string
	Tries                int
	PromptTokens, Cached int
	ReplyTokens          int
	ThinkingTokens       int
	Context              int // tokens that the prompt was made shorter for; 0: it was not
	QueueMS, FirstMS     int64
	TotalMS, LoadMS      int64
}

const callColumns = `game, step, seat, attempt, at, policy, model, prompt_hash, prompt_chars, prompt, reply, thinking, finish, cause, detail,
	tries, prompt_tokens, cached_tokens, reply_tokens, thinking_tokens, queue_ms, first_ms, total_ms, load_ms, context`

// Step is the step of the last event; what is asked now is the one after it.
func (l *GameLog) Step() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.step
}

// KeepCall keeps a call and returns when it is on disk. There is one call of a game, step, seat and attempt.
func (s *Store) KeepCall(ctx context.Context, c ModelCall) error {
	count := func(n int) driver.Value {
		if n == 0 {
			return nil
		}
		return int64(n)
	}
	var prompt driver.Value
	if c.Prompt != nil {
		prompt = string(c.Prompt)
	}
	err := s.writer.do(ctx, 1, func(w *writer) error {
		_, err := w.exec("INSERT INTO model_calls ("+callColumns+") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
			c.Game, int64(c.Step), int64(c.Seat), int64(c.Attempt), s.now(), c.Policy, c.Model, c.PromptHash, int64(c.PromptChars), prompt,
			c.Reply, c.Thinking, c.Finish, c.Cause, c.Detail, int64(c.Tries), count(c.PromptTokens), count(c.Cached),
			count(c.ReplyTokens), count(c.ThinkingTokens), c.QueueMS, c.FirstMS, c.TotalMS, c.LoadMS, count(c.Context))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep call of seat %d at step %d, attempt %d: %w", c.Seat, c.Step, c.Attempt, err)
	}
	return nil
}

// Calls returns the calls of a game in order: step, seat, attempt.
func (s *Store) Calls(ctx context.Context, game int64) ([]ModelCall, error) {
	return s.calls(ctx, "WHERE game = ? ORDER BY step, seat, attempt", game)
}

func (s *Store) calls(ctx context.Context, where string, args ...any) ([]ModelCall, error) {
	rows, err := s.reader.QueryContext(ctx, "SELECT "+callColumns+" FROM model_calls "+where, args...)
	if err != nil {
		return nil, explain(s.path, err)
	}
	defer rows.Close()
	var out []ModelCall
	for rows.Next() {
		var c ModelCall
		var step int64
		var prompt sql.NullString
		var tokens [5]sql.NullInt64
		if err := rows.Scan(&c.Game, &step, &c.Seat, &c.Attempt, &c.At, &c.Policy, &c.Model, &c.PromptHash, &c.PromptChars, &prompt,
			&c.Reply, &c.Thinking, &c.Finish, &c.Cause, &c.Detail, &c.Tries, &tokens[0], &tokens[1], &tokens[2], &tokens[3],
			&c.QueueMS, &c.FirstMS, &c.TotalMS, &c.LoadMS, &tokens[4]); err != nil {
			return nil, explain(s.path, err)
		}
		c.Step, c.Context = uint64(step), int(tokens[4].Int64)
		if prompt.Valid {
			c.Prompt = []byte(prompt.String)
		}
		c.PromptTokens, c.Cached, c.ReplyTokens, c.ThinkingTokens = int(tokens[0].Int64), int(tokens[1].Int64), int(tokens[2].Int64),
			int(tokens[3].Int64)
		out = append(out, c)
	}
	return out, explain(s.path, rows.Err())
}

// lastStep is the step of a game's last event.
func (s *Store) lastStep(ctx context.Context, game int64) (uint64, error) {
	var step int64
	err := s.reader.QueryRowContext(ctx, "SELECT step FROM events WHERE game = ? ORDER BY seq DESC LIMIT 1", game).Scan(&step)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return uint64(step), explain(s.path, err)
}
