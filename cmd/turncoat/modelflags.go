package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm/limits"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/scenarios/study"
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
	flags.IntVar(&f.width, "width", 0, "most calls in flight to each model server; it adapts below that (default: what the server "+
		"tells, else 1 for ollama, 8 for the others)")
	flags.DurationVar(&f.maxWait, "max-wait", limits.DefaultMaxWait,
		"how long a call waits for a server that is asked too often, before its game is parked")
	flags.IntVar(&f.context, "context", 0, "tokens that prompt and reply may take together at the model servers (default: what the "+
		"spec and the server say)")
	flags.IntVar(&f.timeout, "timeout", 0, "seconds for a whole answer, in place of what the specs say")
	flags.IntVar(&f.perMinute, "rate", 0, "calls a minute to each model server (default: no bound)")
	flags.IntVar(&f.maxTokens, "max-tokens", 0, "stop the batch when its models have used so many tokens (default: no bound)")
	flags.IntVar(&f.maxGameTokens, "max-game-tokens", 0, "stop a game when its models have used so many tokens (default: no bound)")
	flags.Float64Var(&f.maxCost, "max-cost", 0, "stop the batch when its models have cost so many US dollars (default: no bound)")
	flags.Float64Var(&f.maxGameCost, "max-game-cost", 0, "stop a game when its models have cost so many US dollars (default: no bound)")
	flags.StringVar(&f.prices, "prices", "", "a YAML file of prices in place of those that the program comes with")
	flags.BoolVar(&f.keepPrompts, "keep-prompts", false, "keep the text of every prompt, which can be rebuilt anyhow (turncoat prompt)")
}

// options are the flags as those who seat models take them. A limit on money needs the price of every model: an unknown price is not
// nothing.
func (a *app) options(f modelFlags, models []agents.Policy) (seating.Options, error) {
	micros := func(dollars float64) int64 { return int64(dollars * 1e6) }
	o := seating.Options{Width: f.width, PerMinute: f.perMinute, MaxWait: f.maxWait, Context: f.context,
		Timeout: time.Duration(f.timeout) * time.Second, KeepPrompts: f.keepPrompts, Getenv: a.getenv, Tell: a.log,
		Batch:    limits.Spent{Tokens: f.maxTokens, Micros: micros(f.maxCost)},
		EachGame: limits.Spent{Tokens: f.maxGameTokens, Micros: micros(f.maxGameCost)}}
	if err := o.Check(models); err != nil {
		return o, err
	}
	var err error
	if o.Prices, err = f.priceList(); err != nil || f.maxCost == 0 && f.maxGameCost == 0 {
		return o, err
	}
	for _, m := range models {
		if _, ok := o.Prices.Find(m.String()); !ok {
			return o, usage(fmt.Errorf("--max-cost: the price of %s is unknown (prices as of %s); name a file with it by "+
				"--prices, or use --max-tokens", m, o.Prices.AsOf))
		}
	}
	return o, nil
}

// priceList reads the prices that the flags name, or those that the program comes with.
func (f modelFlags) priceList() (limits.Prices, error) {
	if f.prices == "" {
		return limits.ShippedPrices(), nil
	}
	b, err := os.ReadFile(f.prices)
	if err != nil {
		return limits.Prices{}, usage(fmt.Errorf("--prices: %w", err))
	}
	prices, err := limits.ParsePrices(f.prices, b)
	if err != nil {
		return prices, usage(fmt.Errorf("--prices: %w", err))
	}
	return prices, nil
}

// players are who would play a design. What they lack, a key or a price, is an error of usage before anything is written.
func (a *app) players(d *study.Design, f modelFlags) (*seating.Live, error) {
	if err := d.Playable(); err != nil {
		return nil, err
	}
	o, err := a.options(f, modelsOf(d))
	if err != nil {
		return nil, err
	}
	return seating.New(d, o)
}

// modelsOf are the policies of a design that models play, sorted.
func modelsOf(d *study.Design) []agents.Policy { return seating.Models(d.Specs()) }

// liveFigures gives the figures of the model servers as they stand; nil where no seat is played by a model.
func liveFigures(seats *seating.Live, kept *archive.Games) func() figuresNow {
	if len(seats.Models()) == 0 {
		return nil
	}
	began := time.Now()
	return func() figuresNow {
		s := seats.Servers.Stats()
		f := figuresNow{calls: s.Calls, inFlight: s.InFlight, waiting: s.Waiting, retries: s.Retries + s.Throttled, waitsFor: s.WaitsFor,
			forfeits: kept.Forfeits(), tokensASecond: float64(s.TokensOut) / time.Since(began).Seconds()}
		if spent := seats.Budget.Spent(); spent.Micros > 0 {
			f.money = limits.Dollars(spent.Micros)
		}
		f.left = kept.Left(s.Calls, time.Since(began))
		return f
	}
}

// tellContexts says of which models nobody told what they were made for.
func (a *app) tellContexts(d *study.Design, servers *catalog.Servers) {
	for _, policy := range modelsOf(d) {
		if _, told := servers.DefaultContext(policy); catalog.Open(policy) && !told {
			fmt.Fprintf(a.err, "turncoat: %s: its server does not tell what context the model was made for; num_ctx is %d (write "+
				"another into the spec)\n", policy, seating.BindingOf(d, policy.String()).Context)
		}
	}
}
