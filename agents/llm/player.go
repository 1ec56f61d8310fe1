package llm

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory/recall"
)

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

// ErrDeparts says that the prompt to which a call was stored is not the one that the game needs now. The log of the game, the prompt
// specification or the stored call was changed, or this program words its prompts otherwise.
var ErrDeparts = errors.New("the stored call departs from this game")

// Act implements match.Agent.
func (p *Player) Act(ctx context.Context, seen engine.Observation, asked engine.Request) (engine.Answer, error) {
	vectors, err := p.Vectors.For(ctx, seen, asked)
	if err != nil {
		return engine.Answer{}, err
	}
	ask := Ask{Spec: p.Spec, Policy: p.Policy, Seen: seen, Request: asked, Vectors: vectors}
	question, draft := reply.To(seen, asked), ask.draft()
	out := OutcomeOf(question, nil)
	var replies []Completion
	var prompts []string
	var who Caller
	for out.Open {
		who = Caller{Game: p.Game, Step: p.Archive.Step(), Seat: asked.Seat, Attempt: len(replies), Policy: p.Policy}
		call, err := p.call(ctx, who, func(context int) Prompt {
			prompt := draft.prompt(out.earlier, context)
			prompt.Seed, prompt.Caller = p.seedOf(asked, who.Attempt), who
			return prompt
		})
		if err != nil {
			return engine.Answer{}, err
		}
		replies, prompts = append(replies, call.Completion), append(prompts, call.PromptHash)
		out = OutcomeOf(question, replies)
	}
	for i, hash := range prompts {
		out.Answer.Calls[i].Prompt = hash
	}
	for i, m := range out.Answer.Notes {
		out.Answer.Notes[i].From = recall.Sources(seen, m.About)
	}
	if err := p.settled(who, out, replies[len(replies)-1]); err != nil {
		return engine.Answer{}, err
	}
	return out.Answer, nil
}

// settled tells what became of a question, and has the batch's health watched: an error if the model forfeits without end.
func (p *Player) settled(who Caller, out Outcome, last Completion) error {
	if out.Last != nil {
		p.tell("answer forfeited", who.Fields("cause", string(out.Last.Cause), "detail", Words(out.Last.Detail))...)
		return p.Health.note(p.Policy, out.Last.Cause, cmp.Or(last.Text, last.Detail))
	}
	if who.Attempt > 0 {
		p.tell("reply repaired", who.Fields("cause", string(out.Answer.Calls[0].Cause))...)
	}
	return p.Health.note(p.Policy, engine.CauseNone, "")
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
			return kept, fmt.Errorf("%w: seat %d, attempt %d: the prompt's hash is %.12s, the stored one's %.12s", ErrDeparts, who.Seat,
				who.Attempt, hash, kept.PromptHash)
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
				c.Finish, c.Failure, c.Detail = reply.Unput, engine.CauseTruncated, "nothing more can be left out of the prompt: "+f.Error()
			}
		}
		if prompt.Context > 0 {
			p.tell("prompt shortened", who.Fields("context", prompt.Context, "from_chars", first.Chars(), "to_chars", prompt.Chars(),
				"rounds", prompt.Left, "refused", refused)...)
		}
		c.Context, c.Tries = prompt.Context, max(1, c.Tries)+refused
		return Call{Seat: who.Seat, Attempt: who.Attempt, Policy: p.Policy, PromptHash: prompt.Hash(), Prompt: prompt, Completion: c}, nil
	}
}

// context is what to make a prompt for at first: what is known of the server's, or, where replies are played again, that of the
// stored prompt.
func (p *Player) context(seat engine.Seat) int {
	if stored, ok := p.Model.(hoard); ok {
		return stored.Context(seat)
	}
	return p.Contexts.saidOf(p.Policy)
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
	bind := p.Spec.Policies[p.Policy].Under(prompt.Context).Under(p.Contexts.saidOf(p.Policy))
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
	bind := p.Spec.Policies[p.Policy].Under(p.Contexts.saidOf(p.Policy)).Under(p.Contexts.told(p.Policy))
	used := c.Usage.Prompt + c.Usage.Reply
	if p.Contexts == nil || err != nil || c.Finish != reply.Length || bind.Context == 0 ||
		c.Usage.Prompt == 0 || c.Usage.Reply == 0 || c.Usage.Reply >= bind.Predict || used+fewLeft < bind.Context {
		return nil
	}
	return &Failure{Cause: engine.CauseTruncated, TooLong: true, Err: fmt.Errorf("the context of %d tokens ended after %d of the reply",
		bind.Context, c.Usage.Reply)}
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
