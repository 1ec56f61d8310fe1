package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
)

// Calls implements seating.Kept.
func (s *Games) Calls(game string, prompts seating.Prompts) seating.Calls {
	return &calls{games: s, game: game, prompts: prompts}
}

// EachCall implements seating.Kept.
func (s *Games) EachCall(ctx context.Context, each func(game string, call llm.Call, promptChars int)) error {
	for g, err := range s.store.Games(ctx, s.batch.Name) {
		if err != nil {
			return err
		}
		rows, err := s.store.Calls(ctx, g.Key)
		if err != nil {
			return err
		}
		for _, c := range rows {
			each(g.ID, callOf(c), c.PromptChars)
		}
	}
	return nil
}

// Recording implements seating.Kept.
func (s *Games) Recording(ctx context.Context, batch string, index int) (seating.Recording, error) {
	g, err := s.store.GameAt(ctx, batch, index)
	if err != nil {
		return seating.Recording{}, fmt.Errorf("recorded/%s: %w", batch, err)
	}
	events, rows, err := eventsAndCalls(ctx, s.store, g)
	if err != nil {
		return seating.Recording{}, err
	}
	r := seating.Recording{Calls: callsOf(rows)}
	for _, e := range events[:min(1, len(events))] {
		if created, ok := e.Body.(engine.Created); ok {
			r.Policies = created.Policies
		}
	}
	return r, nil
}

// callsOf are the calls that rows hold.
func callsOf(rows []memory.ModelCall) []llm.Call {
	out := make([]llm.Call, len(rows))
	for i, c := range rows {
		out[i] = callOf(c)
	}
	return out
}

// calls keeps the calls of one game in the file; the game's log says which step it is at. It implements seating.Calls.
type calls struct {
	games   *Games
	game    string
	prompts seating.Prompts

	once sync.Once
	old  map[callKey]memory.ModelCall // that were kept before this run
	err  error
}

type callKey struct {
	step    uint64
	seat    engine.Seat
	attempt int
}

func (a *calls) log() (*memory.GameLog, error) {
	log, ok := a.games.logs.Load(a.game)
	if !ok {
		return nil, fmt.Errorf("game %s was not started", a.game)
	}
	return log.(*memory.GameLog), nil
}

// Step implements llm.Archive.
func (a *calls) Step() uint64 {
	log, err := a.log()
	if err != nil {
		return 0 // Find says why
	}
	return log.Step() + 1
}

// Find implements llm.Archive. What was kept before this run is read once: nothing else can be there.
func (a *calls) Find(ctx context.Context, seat engine.Seat, attempt int) (llm.Call, bool, error) {
	log, err := a.log()
	if err != nil {
		return llm.Call{}, false, err
	}
	a.once.Do(func() {
		a.old = map[callKey]memory.ModelCall{}
		var rows []memory.ModelCall
		if rows, a.err = a.games.store.Calls(context.WithoutCancel(ctx), log.Game().Key); a.err != nil {
			return
		}
		for _, c := range rows {
			a.old[callKey{c.Step, c.Seat, c.Attempt}] = c
		}
	})
	c, ok := a.old[callKey{log.Step() + 1, seat, attempt}]
	return callOf(c), ok, a.err
}

// Keep implements llm.Archive. A call that is finished is kept even when the batch is told to stop.
func (a *calls) Keep(ctx context.Context, call llm.Call) error {
	log, err := a.log()
	if err != nil {
		return err
	}
	c := rowOfCall(call)
	c.Game, c.Step = log.Game().Key, log.Step()+1
	if a.prompts == seating.Texts {
		if c.Prompt, err = json.Marshal(call.Prompt.Messages); err != nil {
			return err
		}
	}
	return a.games.store.KeepCall(context.WithoutCancel(ctx), c)
}

func rowOfCall(call llm.Call) memory.ModelCall {
	c := call.Completion
	return memory.ModelCall{
		Seat: call.Seat, Attempt: call.Attempt, Policy: call.Policy, Model: c.Model, PromptHash: call.PromptHash,
		PromptChars: call.Prompt.Chars(), Reply: c.Text, Thinking: c.Thinking, Finish: string(c.Finish), Cause: string(c.Failure),
		Detail: c.Detail, Tries: max(1, c.Tries), PromptTokens: c.Usage.Prompt, Cached: c.Usage.Cached, ReplyTokens: c.Usage.Reply,
		ThinkingTokens: c.Usage.Thinking, QueueMS: c.Took.Queue.Milliseconds(), FirstMS: c.Took.First.Milliseconds(),
		TotalMS: c.Took.Total.Milliseconds(), LoadMS: c.Took.Load.Milliseconds(), Context: c.Context,
	}
}

// callOf is the call that a row holds.
func callOf(c memory.ModelCall) llm.Call {
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	return llm.Call{Seat: c.Seat, Attempt: c.Attempt, Policy: c.Policy, PromptHash: c.PromptHash, Completion: llm.Completion{
		Text: c.Reply, Thinking: c.Thinking, Finish: reply.Finish(c.Finish), Model: c.Model, Failure: engine.Cause(c.Cause),
		Detail: c.Detail,
		Tries:  c.Tries, Context: c.Context, Usage: llm.Usage{Prompt: c.PromptTokens, Cached: c.Cached, Reply: c.ReplyTokens,
			Thinking: c.ThinkingTokens},
		Took: llm.Took{Queue: ms(c.QueueMS), First: ms(c.FirstMS), Total: ms(c.TotalMS), Load: ms(c.LoadMS)}}}
}
