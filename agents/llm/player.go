package llm

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"turncoat/engine"
	"turncoat/memory/recall"
)

// Repairs is how many times a reply that can't be used is asked for again, with what was wrong, before it is forfeited.
const Repairs = 1

// Call is one finished call of a model, as it is kept: before anything is made of the reply.
type Call struct {
	Seat       engine.Seat
	Attempt    int // 0 first, then the repairs
	Policy     string
	PromptHash string
	Prompt     Prompt
	Completion Completion
}

// Archive keeps the calls of one game. Its own state says which step the game is at. Kept before they are used, no finished
// call is ever made twice.
type Archive interface {
	// Step is the step that is asked for now. It is for the log of the program alone: a step's number tells of what a seat does not see.
	Step() uint64
	// Find gives the call of this step that is kept already.
	Find(ctx context.Context, seat engine.Seat, attempt int) (Call, bool, error)
	// Keep returns when the call is on disk.
	Keep(ctx context.Context, call Call) error
}

// Player plays one seat of one game by a model.
type Player struct {
	Spec    *PromptSpec
	Policy  string // its spec in canonical form
	Model   Model
	Archive Archive
	Seed    uint64   // the sampler's seeds are derived from it
	Game    string   // its id: what all its calls have in common
	Vectors *Vectors // of the game; nil where the specification names no model for them

	Contexts *Contexts // of the batch; nil: nothing is known, and nothing learnt
	Health   *Health   // of the batch; nil: nobody watches
	Tell     Teller    // nil: nobody
}

// ErrDeparts is that a stored call does not belong to the prompt that the game has come to.
var ErrDeparts = errors.New("the stored call departs from this game")

// Act implements match.Agent.
func (p *Player) Act(ctx context.Context, seen engine.Observation, asked engine.Request) (engine.Answer, error) {
	var earlier []Attempt
	var calls []engine.Call
	told := sorted(seen)
	shown := told
	vectors, err := p.Vectors.For(ctx, seen, asked)
	if err != nil {
		return engine.Answer{}, err
	}
	if short := recalled(p.Spec.Policies[p.Policy], seen, asked, vectors); len(short.Events) < len(seen.Events) {
		shown = sorted(short)
	}
	for attempt := 0; ; attempt++ {
		who := Caller{Game: p.Game, Step: p.Archive.Step(), Seat: asked.Seat, Attempt: attempt, Policy: p.Policy}
		call, err := p.call(ctx, who, func(context int) Prompt {
			prompt := shown.compose(*p.Spec, p.Policy, asked.Seat, asked, earlier, context)
			prompt.Seed, prompt.Caller = p.seedOf(asked, attempt), who
			return prompt
		})
		if err != nil {
			return engine.Answer{}, err
		}
		got := told.read(call.Completion, asked, attempt >= Repairs)
		made := engine.Call{Prompt: call.PromptHash, Reply: ReplyHash(call.Completion), Mended: got.Mended}
		if got.Problem != nil {
			made.Cause = got.Problem.Cause
		}
		calls = append(calls, made)
		switch {
		case got.Problem == nil:
			got.Answer.Calls = calls
			if attempt > 0 {
				p.tell("reply repaired", who.Fields("cause", string(calls[0].Cause))...)
			}
			_ = p.Health.note(p.Policy, engine.CauseNone, "") // it is well
			for i, m := range got.Answer.Notes {
				got.Answer.Notes[i].From = recall.Sources(seen, m.About)
			}
			return got.Answer, nil
		case attempt >= Repairs || call.Completion.Failure == engine.CauseProvider || call.Completion.Finish == Unput:
			p.tell("answer forfeited", who.Fields("cause", string(got.Problem.Cause), "detail", Words(got.Problem.Detail))...)
			if err := p.Health.note(p.Policy, got.Problem.Cause, cmp.Or(call.Completion.Text, call.Completion.Detail)); err != nil {
				return engine.Answer{}, err
			}
			return engine.Answer{Seat: asked.Seat, Target: engine.NoSeat, Thought: got.Answer.Thought, Forfeit: got.Problem.Cause, Calls: calls}, nil
		}
		earlier = append(earlier, Attempt{Reply: clipReply(call.Completion.Text), Problem: *got.Problem})
	}
}

// longestQuoted bounds what of a useless reply goes back into the prompt, in bytes.
const longestQuoted = 2000

// clipReply keeps the beginning of a reply, whole runes of it.
func clipReply(text string) string { return clipTo(strings.ToValidUTF8(text, ""), longestQuoted) }

func clipTo(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	return strings.ToValidUTF8(text[:bytes], "") + " …"
}

// call gives the stored call, or makes it and stores it. A prompt that is longer than the server's context is made again for a shorter
// one; the context that it was made for is kept with the call.
func (p *Player) call(ctx context.Context, who Caller, compose func(context int) Prompt) (Call, error) {
	kept, ok, err := p.Archive.Find(ctx, who.Seat, who.Attempt)
	switch {
	case err != nil:
		return kept, err
	case ok:
		if hash := compose(kept.Completion.Context).Hash(); kept.PromptHash != hash {
			return kept, fmt.Errorf("%w: seat %d, attempt %d: the prompt's hash is %.12s, the stored one's %.12s", ErrDeparts, who.Seat, who.Attempt, hash, kept.PromptHash)
		}
		return kept, nil
	}
	made, err := p.make(ctx, who, compose)
	if err != nil {
		return made, err
	}
	if err := p.Archive.Keep(ctx, made); err != nil {
		return made, fmt.Errorf("keep the call of seat %d: %w", who.Seat, err)
	}
	return made, nil
}

// make asks the model, with a shorter prompt each time that one is too long. Where nothing more can be left out the answer is
// forfeited: waiting would not help.
func (p *Player) make(ctx context.Context, who Caller, compose func(context int) Prompt) (Call, error) {
	first := compose(p.context(who.Seat))
	prompt := first
	for refused := 0; ; refused++ {
		prompt = p.fitting(prompt, compose)
		c, err := p.Model.Complete(ctx, prompt)
		f := p.tooLong(c, err, prompt)
		if f == nil && err != nil {
			return Call{}, err
		}
		if f != nil {
			p.learn(who, f, prompt)
			if shorter, ok := p.shorter(prompt, compose); ok {
				prompt = shorter
				continue
			}
			if err != nil {
				c.Finish, c.Failure, c.Detail = Unput, engine.CauseTruncated, "nothing more can be left out of the prompt: "+f.Error()
			}
		}
		if prompt.Context > 0 {
			p.tell("prompt shortened", who.Fields("context", prompt.Context, "from_chars", first.Chars(), "to_chars", prompt.Chars(), "rounds", prompt.Left, "refused", refused)...)
		}
		c.Context, c.Tries = prompt.Context, max(1, c.Tries)+refused
		return Call{Seat: who.Seat, Attempt: who.Attempt, Policy: p.Policy, PromptHash: prompt.Hash(), Prompt: prompt, Completion: c}, nil
	}
}

// context is what to make a prompt for at first: what is known of the server's, or, where replies are played again, that of the stored prompt.
func (p *Player) context(seat engine.Seat) int {
	if stored, ok := p.Model.(hoard); ok {
		return stored.Context(seat)
	}
	return p.Contexts.Of(p.Policy)
}

// fitting is the longest form of a prompt that is not known to be refused.
func (p *Player) fitting(prompt Prompt, compose func(context int) Prompt) Prompt {
	for p.Contexts.refuses(p.Policy, prompt.Chars()) {
		shorter, ok := p.shorter(prompt, compose)
		if !ok {
			break
		}
		prompt = shorter
	}
	return prompt
}

// shorter is the next shorter form of a prompt that was refused; false where there is none.
func (p *Player) shorter(prompt Prompt, compose func(context int) Prompt) (Prompt, bool) {
	bind := p.Spec.Policies[p.Policy].Under(prompt.Context).Under(p.Contexts.Of(p.Policy))
	next := compose(bind.shorter(p.Contexts.told(p.Policy), bind.Tokens(prompt.Chars()+len(prompt.Schema))))
	return next, next.Chars() < prompt.Chars()
}

// fewLeft is how many tokens of a context may be left where its end has cut a reply off: servers count their own marks or don't.
const fewLeft = 16

// tooLong is the failure of a prompt that was refused for its length, or that left no room in the context for the reply: some servers take
// such a prompt, and end the reply where the context ends. Stored replies are what they were.
func (p *Player) tooLong(c Completion, err error, prompt Prompt) *Failure {
	if f, ok := FailureOf(err); ok && f.TooLong {
		return f
	}
	bind := p.Spec.Policies[p.Policy].Under(p.Contexts.Of(p.Policy)).Under(p.Contexts.told(p.Policy))
	used := c.Usage.Prompt + c.Usage.Reply
	if p.Contexts == nil || err != nil || c.Finish != Length || bind.Context == 0 ||
		c.Usage.Prompt == 0 || c.Usage.Reply == 0 || c.Usage.Reply >= bind.Predict || used+fewLeft < bind.Context {
		return nil
	}
	return &Failure{Cause: engine.CauseTruncated, TooLong: true, Err: fmt.Errorf("the context of %d tokens ended after %d of the reply", bind.Context, c.Usage.Reply)}
}

// learn takes from a refusal how long a prompt may be.
func (p *Player) learn(who Caller, f *Failure, prompt Prompt) {
	if p.Contexts.refused(p.Policy, prompt.Chars(), f.Context) {
		p.tell("limit learnt", who.Fields("chars", prompt.Chars(), "told", f.Context, "error", f.Error())...)
	}
}

func (p *Player) tell(event string, fields ...any) {
	if p.Tell != nil {
		p.Tell.Tell(event, fields...)
	}
}

// seedOf derives the sampler's seed per game, seat, request and attempt.
func (p *Player) seedOf(r engine.Request, attempt int) uint64 {
	index := ((r.Round*64+r.Pass)*64+r.Position)*4 + r.Stage
	return engine.DeriveSeed(engine.DeriveSeed(p.Seed, "sample:"+r.Kind.String()+":"+r.Phase.String(), index), "attempt", attempt)
}

// ReplyHash is the hex SHA-256 of what came back: text, thinking, how it ended.
func ReplyHash(c Completion) string {
	h := sha256.New()
	for _, part := range []string{c.Text, c.Thinking, string(c.Finish), string(c.Failure)} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
