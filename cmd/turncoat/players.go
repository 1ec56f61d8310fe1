package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"turncoat/agents/catalog"
	"turncoat/agents/llm"
	"turncoat/agents/llm/limits"
	"turncoat/agents/llm/recorded"
	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/engine/match"
	"turncoat/memory"
)

// modelFlags say how models are asked, not what is asked: they may differ when a batch is resumed.
type modelFlags struct {
	width, perMinute         int
	maxWait                  time.Duration
	context, timeout         int // tokens; seconds
	maxTokens, maxGameTokens int
	maxCost, maxGameCost     float64 // US dollars
	prices                   string  // a file
	keepPrompts              bool
}

const parallelHelp = "how many games play at once (default: a game for each processor; with models, for each slot of their servers)"

func (f *modelFlags) register(flags *pflag.FlagSet) {
	flags.IntVar(&f.width, "width", 0, "most calls in flight to each model server; it adapts below that (default: what the server tells, else 1 for ollama, 8 for the others)")
	flags.DurationVar(&f.maxWait, "max-wait", limits.DefaultMaxWait, "how long a call waits for a server that is asked too often, before its game is parked")
	flags.IntVar(&f.context, "context", 0, "tokens that prompt and reply may take together at the model servers (default: what the spec and the server say)")
	flags.IntVar(&f.timeout, "timeout", 0, "seconds for a whole answer, in place of what the specs say")
	flags.IntVar(&f.perMinute, "rate", 0, "calls a minute to each model server (default: no bound)")
	flags.IntVar(&f.maxTokens, "max-tokens", 0, "stop the batch when its models have used so many tokens (default: no bound)")
	flags.IntVar(&f.maxGameTokens, "max-game-tokens", 0, "stop a game when its models have used so many tokens (default: no bound)")
	flags.Float64Var(&f.maxCost, "max-cost", 0, "stop the batch when its models have cost so many US dollars (default: no bound)")
	flags.Float64Var(&f.maxGameCost, "max-game-cost", 0, "stop a game when its models have cost so many US dollars (default: no bound)")
	flags.StringVar(&f.prices, "prices", "", "a YAML file of prices in place of those that the program comes with")
	flags.BoolVar(&f.keepPrompts, "keep-prompts", false, "keep the text of every prompt, which can be rebuilt anyhow (turncoat prompt)")
}

// parallel is how many games play at once: what was asked for, or as many as keep the processors or the servers' slots busy.
func (p *players) parallel(asked int) int { return p.parallelOf(asked, p.design.models()) }

func (p *players) parallelOf(asked int, models []string) int {
	switch {
	case asked > 0:
		return asked
	case len(models) == 0:
		return runtime.GOMAXPROCS(0)
	}
	slots := max(1, p.servers.WidthFor(models))
	if slots == 1 || p.servers.Local(models) {
		return slots // one slot has one game, whose prompts stay in the server's cache
	}
	return slots + slots/4 // some games are between two calls
}

// live gives the figures of the model servers as they stand; nil where no seat is played by a model.
func (p *players) live() func() figuresNow {
	if len(p.design.models()) == 0 {
		return nil
	}
	began := time.Now()
	return func() figuresNow {
		s := p.servers.Stats()
		f := figuresNow{calls: s.Calls, inFlight: s.InFlight, waiting: s.Waiting, retries: s.Retries + s.Throttled, waitsFor: s.WaitsFor,
			forfeits: p.kept.forfeited(), tokensASecond: float64(s.TokensOut) / time.Since(began).Seconds()}
		if spent := p.budget.Spent(); spent.Micros > 0 {
			f.money = limits.Dollars(spent.Micros)
		}
		f.left = p.kept.left(s.Calls, time.Since(began))
		return f
	}
}

// players gives every seat of a batch's games its player.
type players struct {
	design  *design
	servers *catalog.Servers
	budget  *limits.Budget
	prices  limits.Prices
	kept    *gameStore
	keep    bool // the prompts' texts too

	contexts llm.Contexts
	health   llm.Health
}

// players are who would play a design. What they lack, a key or a price, is an error of usage before anything is written.
func (a *app) players(d *design, f modelFlags) (*players, error) {
	if d.Imported != "" {
		return nil, usage(fmt.Errorf("the batch was imported (%s): it can be measured and replayed, not played on", d.Imported))
	}
	if err := f.check(d.models()); err != nil {
		return nil, err
	}
	prices, err := f.priceList(d.models())
	if err != nil {
		return nil, err
	}
	if err := d.checkPrompts(); err != nil {
		return nil, err
	}
	micros := func(dollars float64) int64 { return int64(dollars * 1e6) }
	p := &players{
		prices: prices,
		design: d, keep: f.keepPrompts,
		servers: &catalog.Servers{Getenv: a.getenv, Width: f.width, PerMinute: f.perMinute, MaxWait: f.maxWait, Context: f.context, Timeout: time.Duration(f.timeout) * time.Second, Tell: a.log},
		budget: &limits.Budget{Batch: limits.Spent{Tokens: f.maxTokens, Micros: micros(f.maxCost)},
			EachGame: limits.Spent{Tokens: f.maxGameTokens, Micros: micros(f.maxGameCost)}},
	}
	for _, policy := range d.models() {
		if err := p.servers.Check(policy); err != nil {
			return nil, usage(err)
		}
	}
	return p, nil
}

// learn asks the servers what they tell of themselves, before the first call.
func (p *players) learn(ctx context.Context) error {
	models := p.design.models()
	p.servers.Learn(ctx, models)
	for _, spec := range models {
		context := p.servers.Limits(spec).Context
		if err := roomBeside(spec, context, "its server has a context"); err != nil {
			return err
		}
		p.contexts.Learn(spec, context)
	}
	return nil
}

// roomBeside refuses a context that the reply alone would fill: every prompt would lose all that can be left out of it, in silence.
func roomBeside(spec string, context int, whose string) error {
	_, o, err := catalog.ParseModel(spec)
	if err != nil || context == 0 || context > o.Predict {
		return err
	}
	return usage(fmt.Errorf("policy %q: %s of %d tokens, and a reply may take %d of them (num_predict): nothing is left for a prompt; write a smaller num_predict into the spec", spec, whose, context, o.Predict))
}

// check refuses what can't be meant.
func (f modelFlags) check(models []string) error {
	if f.context < 0 || f.timeout < 0 {
		return usage(fmt.Errorf("--context %d, --timeout %d: they take a number of tokens and of seconds", f.context, f.timeout))
	}
	for _, spec := range models {
		if err := roomBeside(spec, f.context, "--context gives it one"); err != nil {
			return err
		}
	}
	return nil
}

// priceList reads the prices. A limit on money needs that of every model: an unknown price is not nothing.
func (f modelFlags) priceList(models []string) (limits.Prices, error) {
	prices := limits.ShippedPrices()
	if f.prices != "" {
		b, err := os.ReadFile(f.prices)
		if err == nil {
			prices, err = limits.ParsePrices(f.prices, b)
		}
		if err != nil {
			return prices, usage(fmt.Errorf("--prices: %w", err))
		}
	}
	if f.maxCost == 0 && f.maxGameCost == 0 {
		return prices, nil
	}
	for _, m := range models {
		if _, ok := prices.Find(m); !ok {
			return prices, usage(fmt.Errorf("--max-cost: the price of %s is unknown (prices as of %s); name a file with it by --prices, or use --max-tokens", m, prices.AsOf))
		}
	}
	return prices, nil
}

// count tells the budget what the batch's games have used before.
func (p *players) count(ctx context.Context, b memory.Batch) error {
	if none := (limits.Spent{}); p.budget.Batch == none && p.budget.EachGame == none {
		return nil
	}
	for g, err := range p.kept.Games(ctx, b.Name) {
		if err != nil {
			return err
		}
		calls, err := p.kept.Calls(ctx, g.Key)
		if err != nil {
			return err
		}
		for _, c := range calls {
			price, _ := p.prices.Find(c.Policy)
			p.budget.Add(g.ID, limits.Used(price, callOf(c).Completion.Usage, c.PromptChars, len(c.Reply)+len(c.Thinking)))
		}
	}
	return nil
}

// agents gives every seat its player, each with a seed of its own that tells nothing of the game's.
func (p *players) agents(ref batch.Ref, setup engine.Setup) ([]match.Agent, error) {
	out := make([]match.Agent, len(setup.Cast))
	d := p.design.of(ref.Index)
	kept := &archive{store: p.kept, game: ref.ID, prompts: p.keep}
	vectors, err := p.vectors(d, kept)
	if err != nil {
		return nil, err
	}
	for i, player := range setup.Cast {
		seed := engine.DeriveSeed(setup.Seed, "policy", i)
		if name, ok := catalog.Recorded(player.Policy); ok {
			agent, err := p.again(ref, name, engine.Seat(i), seed, kept)
			if err != nil {
				return nil, err
			}
			out[i] = agent
			continue
		}
		if !catalog.IsModel(player.Policy) {
			agent, err := catalog.New(player.Policy, engine.Seat(i), seed)
			if err != nil {
				return nil, err
			}
			out[i] = agent
			continue
		}
		model, err := p.servers.Model(player.Policy)
		if err != nil {
			return nil, err
		}
		price, _ := p.prices.Find(player.Policy)
		out[i] = &llm.Player{Spec: &d.Prompts, Policy: player.Policy, Model: p.budget.Model(ref.ID, price, model), Archive: kept, Seed: seed, Game: ref.ID, Vectors: vectors,
			Contexts: &p.contexts, Health: &p.health, Tell: p.servers.Tell}
	}
	return out, nil
}

// recording is what a stored game gives to play it again.
type recording struct {
	policies []string
	replies  *recorded.Replies
}

// again plays a seat as it was played in a stored game: a model by its replies, a scripted policy anew.
func (p *players) again(ref batch.Ref, name string, seat engine.Seat, seed uint64, kept *archive) (match.Agent, error) {
	if kept.recordings == nil {
		kept.recordings = map[string]recording{}
	}
	r, ok := kept.recordings[name]
	if !ok {
		var err error
		if r, err = recordingOf(context.Background(), p.kept.Store, name, ref.Index); err != nil {
			return nil, err
		}
		kept.recordings[name] = r
	}
	if int(seat) >= len(r.policies) {
		return nil, fmt.Errorf("recorded/%s: its game %d has no seat %d", name, ref.Index, seat)
	}
	policy := r.policies[seat]
	if !catalog.IsModel(policy) {
		return catalog.New(policy, seat, seed)
	}
	return &llm.Player{Spec: &p.design.of(ref.Index).Prompts, Policy: policy, Model: r.replies, Archive: kept, Seed: seed, Game: ref.ID}, nil
}

func recordingOf(ctx context.Context, store *memory.Store, name string, index int) (recording, error) {
	g, err := store.GameAt(ctx, name, index)
	if err != nil {
		return recording{}, fmt.Errorf("recorded/%s: %w", name, err)
	}
	events, err := readEvents(ctx, store, g)
	if err != nil {
		return recording{}, err
	}
	calls, err := store.Calls(ctx, g.Key)
	if err != nil {
		return recording{}, err
	}
	r := recording{replies: recorded.New(callsOf(calls))}
	for _, e := range events[:min(1, len(events))] {
		if created, ok := e.Body.(engine.Created); ok {
			r.policies = created.Policies
		}
	}
	return r, nil
}

func callsOf(rows []memory.ModelCall) []llm.Call {
	out := make([]llm.Call, len(rows))
	for i, c := range rows {
		out[i] = callOf(c)
	}
	return out
}

// adopt takes over the prompts of the batches whose replies the design plays again: they are found by the prompts' hashes.
func (d *design) adopt(ctx context.Context, store *memory.Store) error {
	for _, c := range d.Cells {
		if err := c.adopt(ctx, store); err != nil {
			return err
		}
	}
	if len(d.Cells) > 0 {
		return nil
	}
	for _, spec := range d.specs() {
		name, ok := catalog.Recorded(spec)
		if !ok {
			continue
		}
		b, err := store.BatchByName(ctx, name)
		if err != nil {
			return usage(fmt.Errorf("policy %s: %w", spec, err))
		}
		from, err := decodeDesign(b.Design)
		if err != nil {
			return err
		}
		if len(d.Prompts.Policies) > 0 && d.Prompts.Hash() != from.Prompts.Hash() {
			return usage(fmt.Errorf("policy %s: the prompts of batch %s are others than this batch's; recorded replies play with their own kind only", spec, name))
		}
		d.Prompts = from.Prompts
	}
	return nil
}

// stopped tells the batch which errors are limits.
func stopped(err error) (one, all bool) {
	return errors.Is(err, llm.ErrLimit), errors.Is(err, limits.ErrBatch)
}

// promptSpec freezes how prompts are made for the models that the design names; the zero value without one.
func (d *design) promptSpec() (llm.PromptSpec, error) {
	t := d.scenario.Prompts
	spec := llm.PromptSpec{Version: llm.TemplateVersion, Policies: map[string]llm.Binding{},
		Texts: llm.Texts{Language: t.Language, Style: t.Style, Traitor: t.Traitor, Faithful: t.Faithful}}
	for _, policy := range d.models() {
		_, o, err := catalog.ParseModel(policy)
		if err != nil {
			return spec, err
		}
		spec.Policies[policy] = llm.BindingOf(o)
	}
	if t.Embed != "" {
		if _, err := (&catalog.Servers{Getenv: func(string) string { return "" }}).Embedder(t.Embed); err != nil {
			return spec, err
		}
		spec.Embed = t.Embed
	}
	if len(spec.Policies) == 0 {
		return llm.PromptSpec{}, nil
	}
	return spec, nil
}

// models are the specs of models that may sit at a table of the design, sorted.
func (d *design) models() []string {
	return slices.DeleteFunc(d.specs(), func(s string) bool { return !catalog.IsModel(s) })
}

// specs are the policies that may sit at a table of the design, sorted.
func (d *design) specs() []string {
	specs := slices.Clone(d.Rotate)
	for _, c := range d.Cells {
		specs = append(specs, c.specs()...)
	}
	if len(d.Cells) == 0 {
		specs = append(specs, d.seatSpecs()...)
	}
	specs = slices.DeleteFunc(specs, func(s string) bool { return s == "" })
	slices.Sort(specs)
	return slices.Compact(specs)
}

func (d *design) seatSpecs() []string {
	specs := []string{d.Policies.All, d.scenario.Policy, d.scenario.Teams.Traitors, d.scenario.Teams.Faithful}
	for _, s := range d.Policies.Teams {
		specs = append(specs, s)
	}
	for _, s := range d.Policies.Seats {
		specs = append(specs, s)
	}
	for _, p := range d.scenario.Players {
		specs = append(specs, p.Policy)
	}
	return specs
}

// archive keeps the calls of one game in the file; the game's log says which step it is at.
type archive struct {
	store   *gameStore
	game    string
	prompts bool

	recordings map[string]recording // by batch, for seats that are played again

	once sync.Once
	old  map[callKey]memory.ModelCall // that were kept before this run
	err  error
}

type callKey struct {
	step    uint64
	seat    engine.Seat
	attempt int
}

func (a *archive) log() (*memory.GameLog, error) {
	log, ok := a.store.logs.Load(a.game)
	if !ok {
		return nil, fmt.Errorf("game %s was not started", a.game)
	}
	return log.(*memory.GameLog), nil
}

// Step implements llm.Archive.
func (a *archive) Step() uint64 {
	log, err := a.log()
	if err != nil {
		return 0 // Find says why
	}
	return log.Step() + 1
}

// Find implements llm.Archive. What was kept before this run is read once: nothing else can be there.
func (a *archive) Find(ctx context.Context, seat engine.Seat, attempt int) (llm.Call, bool, error) {
	log, err := a.log()
	if err != nil {
		return llm.Call{}, false, err
	}
	a.once.Do(func() {
		a.old = map[callKey]memory.ModelCall{}
		var calls []memory.ModelCall
		if calls, a.err = a.store.Calls(context.WithoutCancel(ctx), log.Game().Key); a.err != nil {
			return
		}
		for _, c := range calls {
			a.old[callKey{c.Step, c.Seat, c.Attempt}] = c
		}
	})
	c, ok := a.old[callKey{log.Step() + 1, seat, attempt}]
	return callOf(c), ok, a.err
}

// Keep implements llm.Archive. A call that is finished is kept even when the batch is told to stop.
func (a *archive) Keep(ctx context.Context, call llm.Call) error {
	log, err := a.log()
	if err != nil {
		return err
	}
	c := rowOfCall(call)
	c.Game, c.Step = log.Game().Key, log.Step()+1
	if a.prompts {
		if c.Prompt, err = json.Marshal(call.Prompt.Messages); err != nil {
			return err
		}
	}
	return a.store.KeepCall(context.WithoutCancel(ctx), c)
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

func callOf(c memory.ModelCall) llm.Call {
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	return llm.Call{Seat: c.Seat, Attempt: c.Attempt, Policy: c.Policy, PromptHash: c.PromptHash, Completion: llm.Completion{
		Text: c.Reply, Thinking: c.Thinking, Finish: llm.Finish(c.Finish), Model: c.Model, Failure: engine.Cause(c.Cause), Detail: c.Detail,
		Tries: c.Tries, Context: c.Context, Usage: llm.Usage{Prompt: c.PromptTokens, Cached: c.Cached, Reply: c.ReplyTokens, Thinking: c.ThinkingTokens},
		Took: llm.Took{Queue: ms(c.QueueMS), First: ms(c.FirstMS), Total: ms(c.TotalMS), Load: ms(c.LoadMS)}}}
}
