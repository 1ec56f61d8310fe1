package seating

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/limits"
	"github.com/turncoat-sim/turncoat/agents/llm/recorded"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Options say how models are asked, not what is asked: they may differ when a batch is resumed. Zero is the default.
type Options struct {
	Width, PerMinute int           // calls in flight to each server; calls a minute
	MaxWait          time.Duration // how long a call waits for a server that is asked too often
	Context          int           // tokens that prompt and reply may take together, of every policy
	Timeout          time.Duration // for a whole answer, in place of what the specs say
	Batch, EachGame  limits.Spent  // the most that may be used
	Prices           limits.Prices
	KeepPrompts      bool // the texts of prompts too, which can be rebuilt anyhow

	Getenv func(string) string // keys and addresses of servers
	Tell   llm.Teller
}

// Check refuses what can't be meant, for the models of a design.
func (o Options) Check(models []agents.Policy) error {
	if o.Context < 0 || o.Timeout < 0 {
		return study.Mistake(fmt.Errorf("--context %d, --timeout %d: they take a number of tokens and of seconds", o.Context,
			int(o.Timeout/time.Second)))
	}
	for _, spec := range models {
		if err := RoomBeside(spec, o.Context, "--context gives it one"); err != nil {
			return err
		}
	}
	return nil
}

// Servers are the model servers as the options say they are asked.
func (o Options) Servers() *catalog.Servers {
	return &catalog.Servers{Getenv: o.Getenv, Width: o.Width, PerMinute: o.PerMinute, MaxWait: o.MaxWait, Context: o.Context,
		Timeout: o.Timeout, Tell: o.Tell}
}

// Live seats the games of a batch that is played. Kept is set before the first game.
type Live struct {
	Servers *catalog.Servers
	Budget  *limits.Budget
	Kept    Kept

	design   *study.Design
	models   []agents.Policy
	prices   limits.Prices
	prompts  Prompts
	contexts llm.Contexts
	health   llm.Health
}

// New are the players of a design. What they lack, a key or a price, is a *study.MistakeError before anything is written.
func New(d *study.Design, o Options) (*Live, error) {
	if err := d.Playable(); err != nil {
		return nil, err
	}
	models := Models(d.Specs())
	if err := o.Check(models); err != nil {
		return nil, err
	}
	if err := CheckPrompts(d); err != nil {
		return nil, err
	}
	l := &Live{Servers: o.Servers(), Budget: &limits.Budget{Batch: o.Batch, EachGame: o.EachGame}, design: d, models: models,
		prices: o.Prices, prompts: Prompts(o.KeepPrompts)}
	for _, policy := range models {
		if err := l.Servers.Check(policy); err != nil {
			return nil, study.Mistake(err)
		}
	}
	return l, nil
}

// Models are the policies of the design that models play, sorted.
func (l *Live) Models() []agents.Policy { return l.models }

// Learn asks the servers what they tell of themselves, before the first call. A model that its server does not have ends it here
// (*catalog.MissingError).
func (l *Live) Learn(ctx context.Context) error {
	if err := LearnOf(ctx, l.Servers, l.models); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx) // nothing is frozen that was not asked
	}
	for _, spec := range l.models {
		context := l.Servers.Limits(spec).Context
		if err := RoomBeside(spec, context, "its server has a context"); err != nil {
			return err
		}
		l.contexts.Learn(spec.String(), context)
	}
	return nil
}

// LearnOf asks servers of models. A model that is missing is the provider's matter, an unclear name a *study.MistakeError.
func LearnOf(ctx context.Context, servers *catalog.Servers, models []agents.Policy) error {
	err := servers.Learn(ctx, models)
	if missing := (*catalog.MissingError)(nil); errors.As(err, &missing) {
		return err
	}
	return study.Mistake(err)
}

// RoomBeside refuses a context that the reply alone would fill: every prompt would lose all that can be left out of it, in silence.
func RoomBeside(policy agents.Policy, context int, whose string) error {
	o, err := catalog.Options(policy)
	if err != nil || context == 0 || context > o.Predict {
		return err
	}
	return study.Mistake(fmt.Errorf("policy %q: %s of %d tokens, and a reply may take %d of them (num_predict): nothing is left for a "+
		"prompt; write a smaller num_predict into the spec", policy, whose, context, o.Predict))
}

// Parallel is how many games play at once: what was asked for, or as many as keep the processors or the servers' slots busy.
func (l *Live) Parallel(asked int) int { return ParallelOf(l.Servers, asked, l.models) }

// ParallelOf is how many games of these models play at once on their servers.
func ParallelOf(servers *catalog.Servers, asked int, models []agents.Policy) int {
	switch {
	case asked > 0:
		return asked
	case len(models) == 0:
		return runtime.GOMAXPROCS(0)
	}
	slots := max(1, servers.WidthFor(models))
	if servers.Local(models) {
		return slots // a slot has one game, whose prompts stay in the server's cache
	}
	return slots + slots/4 // some games are between two calls
}

// Count tells the budget what the batch's games have used before.
func (l *Live) Count(ctx context.Context) error {
	if none := (limits.Spent{}); l.Budget.Batch == none && l.Budget.EachGame == none {
		return nil
	}
	return l.Kept.EachCall(ctx, func(game string, c llm.Call, promptChars int) {
		price, _ := l.prices.Find(c.Policy)
		l.Budget.Add(game, limits.Used(price, c.Completion.Usage, promptChars, len(c.Completion.Text)+len(c.Completion.Thinking)))
	})
}

// Agents gives every seat of a game its player, each with a seed of its own that tells nothing of the game's.
func (l *Live) Agents(ctx context.Context, ref batch.Ref, setup engine.Setup) ([]match.Agent, error) {
	table, err := l.table(ref)
	if err != nil {
		return nil, err
	}
	out := make([]match.Agent, len(setup.Cast))
	for i, player := range setup.Cast {
		seat, seed := engine.Seat(i), engine.DeriveSeed(setup.Seed, "policy", i)
		policy := agents.PolicyOf(player.Policy)
		if name, ok := policy.Recorded(); ok {
			out[i], err = table.again(ctx, name, seat, seed)
		} else {
			out[i], err = table.live(policy, seat, seed)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// table is what the seats of one game share.
type table struct {
	*Live
	ref     batch.Ref
	prompts *llm.PromptSpec
	calls   Calls
	vectors *llm.Vectors

	recordings sync.Map // by batch: *stored, for seats that are played again
}

func (l *Live) table(ref batch.Ref) (*table, error) {
	t := &table{Live: l, ref: ref}
	spec, err := PromptsOf(l.design.Of(ref.Index))
	if err != nil || len(spec.Policies) == 0 {
		return t, err
	}
	t.prompts, t.calls = &spec, l.Kept.Calls(ref.ID, l.prompts)
	if spec.Embed != "" {
		model, err := l.Servers.Embedder(spec.Embed)
		if err != nil {
			return nil, err
		}
		t.vectors = &llm.Vectors{Model: model, Archive: t.calls}
	}
	return t, nil
}

// live seats a policy: a model on its server, or a scripted one.
func (t *table) live(policy agents.Policy, seat engine.Seat, seed uint64) (match.Agent, error) {
	if !policy.IsModel() {
		return catalog.New(policy, seat, seed)
	}
	model, err := t.Servers.Model(policy)
	if err != nil {
		return nil, err
	}
	price, _ := t.prices.Find(policy.String())
	return &llm.Player{Spec: t.prompts, Policy: policy.String(), Model: t.Budget.Model(t.ref.ID, price, model), Archive: t.calls,
		Seed: seed,
		Game: t.ref.ID, Vectors: t.vectors, Contexts: &t.contexts, Health: &t.health, Tell: t.Servers.Tell}, nil
}

// stored is a game that seats are played again from: its replies are given once, over all of them.
type stored struct {
	policies []string
	replies  *recorded.Replies
}

// again plays a seat as it was played in a stored game: a model by its replies, a scripted policy anew.
func (t *table) again(ctx context.Context, name string, seat engine.Seat, seed uint64) (match.Agent, error) {
	kept, ok := t.recordings.Load(name)
	if !ok {
		r, err := t.Kept.Recording(ctx, name, t.ref.Index)
		if err != nil {
			return nil, err
		}
		kept = &stored{r.Policies, recorded.New(r.Calls)}
		t.recordings.Store(name, kept)
	}
	game := kept.(*stored)
	if int(seat) >= len(game.policies) {
		return nil, fmt.Errorf("recorded/%s: its game %d has no seat %d", name, t.ref.Index, seat)
	}
	policy := agents.PolicyOf(game.policies[seat])
	if !policy.IsModel() {
		return catalog.New(policy, seat, seed)
	}
	if t.prompts == nil {
		return nil, fmt.Errorf("recorded/%s: its game %d was played by models, and this batch has no prompts for them", name, t.ref.Index)
	}
	return &llm.Player{Spec: t.prompts, Policy: policy.String(), Model: game.replies, Archive: t.calls, Seed: seed, Game: t.ref.ID}, nil
}

// Replayers give every seat a player that has the stored replies of the game and no server.
func Replayers(spec *llm.PromptSpec, setup engine.Setup, calls []llm.Call, vectors *llm.Vectors) ([]match.Agent, error) {
	replies := recorded.New(calls)
	out := make([]match.Agent, len(setup.Cast))
	for i, p := range setup.Cast {
		policy := agents.PolicyOf(p.Policy)
		if policy.IsModel() {
			out[i] = &llm.Player{Spec: spec, Policy: p.Policy, Model: replies, Archive: recorded.Empty{}, Vectors: vectors}
			continue
		}
		agent, err := catalog.New(policy, engine.Seat(i), engine.DeriveSeed(setup.Seed, "policy", i))
		if err != nil {
			return nil, err
		}
		out[i] = agent
	}
	return out, nil
}

// Adopt takes over the prompts of the batches whose replies the design plays again: they are found by the prompts' hashes.
// designOf reads the design of a batch.
func Adopt(d *study.Design, designOf func(batch string) (*study.Design, error)) error {
	for cell, c := range d.All() {
		for _, policy := range c.Specs() {
			name, ok := agents.PolicyOf(policy).Recorded()
			if !ok {
				continue
			}
			from, err := designOf(name)
			if err == nil {
				err = adopt(d, cell, name, from)
			}
			if err != nil {
				return study.Mistake(fmt.Errorf("policy %s: %w", policy, err))
			}
		}
	}
	return nil
}

func adopt(d *study.Design, cell int, name string, from *study.Design) error {
	c := d.All()[cell]
	if err := agree(c, from); err != nil {
		return err
	}
	prompts, ok := promptsAt(cell, len(d.All()), from)
	if !ok {
		return fmt.Errorf("batch %s has %d cells, whose prompts differ; play it again by its own design", name, len(from.All()))
	}
	if !c.Prompts.IsZero() && c.Prompts.Hash() != prompts.Hash() {
		return fmt.Errorf("the prompts of batch %s are others than this batch's; recorded replies play with their own kind only", name)
	}
	c.Prompts = prompts
	return nil
}

// promptsAt are those which games of a cell were asked by: of the batch's cell at the same place, where both have as many, and else those
// which all of its cells share; false where they don't.
func promptsAt(cell, cells int, from *study.Design) (study.Prompts, bool) {
	theirs := from.All()
	if len(theirs) == cells {
		return theirs[cell].Prompts, true
	}
	for _, c := range theirs[1:] {
		if c.Prompts.Hash() != theirs[0].Prompts.Hash() {
			return study.Prompts{}, false
		}
	}
	return theirs[0].Prompts, true
}

// Stopped tells a batch which errors are limits: of one game, or of all.
func Stopped(err error) (one, all bool) {
	return errors.Is(err, llm.ErrLimit), errors.Is(err, limits.ErrBatch)
}
