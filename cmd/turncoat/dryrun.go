package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/limits"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// dryRun tells what a batch would ask of its models, without playing it.
func (a *app) dryRun(ctx context.Context, d *study.Design, f runFlags) error {
	models := modelsOf(d)
	if len(models) == 0 {
		fmt.Fprintf(a.out, "%d games of %s; no seat is played by a model: nothing is asked of any server\n", f.games, d.Scenario.Name)
		return nil
	}
	o, err := a.options(f.models, nil)
	if err != nil {
		return err
	}
	servers := o.Servers()
	lacking := seating.LearnOf(ctx, servers, models) // the plan stands without it
	if err := errors.Join(seating.Settle(d, servers), seating.Hold(d, servers)); err != nil {
		return err
	}
	seen, err := seating.PlayDry(ctx, d, f.games)
	if err != nil {
		return err
	}
	want := seen.Forecast(f.games)
	fmt.Fprintf(a.out, "%s of %s, by what scripted players were asked in %d of them.\nLow: speeches as short as theirs. High: speeches "+
		"and thoughts of full length,\nevery game the longest seen, every reply repaired once.\n\n", several(f.games, "game"),
		d.Scenario.Name, seen.Games)
	t := a.table("", "low", "expected", "high")
	row := func(what string, v [3]float64) {
		t.AppendRow(table.Row{what, seating.Grouped(v[0]), seating.Grouped(v[1]), seating.Grouped(v[2])})
	}
	row("calls", want.Calls)
	row("tokens in prompts", want.Prompts)
	row("tokens in replies", want.Replies)
	row("longest prompt, tokens", want.Longest)
	t.Render()
	fmt.Fprintf(a.out, "\nTokens are estimated at %.1f characters each; the longest prompt with its schema, and\nthe high one with as "+
		"much of a useless reply as a repair quotes.\n", llm.DefaultChars/10.0)
	a.tellRoom(d, servers, models, seen)
	a.tellMoney(o.Prices, models, want)
	a.tellContexts(d, servers)
	if lacking != nil {
		return lacking
	}
	return a.tellTime(ctx, f, servers, models, seen, want)
}

// tellRoom says whether the longest prompt fits, as doctor does.
func (a *app) tellRoom(d *study.Design, servers *catalog.Servers, models []agents.Policy, seen seating.DryRun) {
	for _, policy := range models {
		said, err := seen.Lengths(policy.String()).Fits(seating.BindingOf(d, policy.String()).Under(servers.Limits(policy).Context))
		if err != nil {
			said = a.red("NOTE ") + err.Error()
		}
		fmt.Fprintln(a.out, a.folded(policy.String()+": "+said))
	}
}

// tellMoney prices all the tokens at each model's price, since who says how much is not known before.
func (a *app) tellMoney(prices limits.Prices, models []agents.Policy, want seating.Forecast) {
	for _, m := range models {
		price, ok := prices.Find(m.String())
		if !ok {
			fmt.Fprintf(a.out, "%s: its price is not in the list of %s (--prices FILE names another)\n", m, prices.AsOf)
			continue
		}
		cost := func(k int) string {
			return limits.Dollars(price.Cost(int(want.Prompts[k]), 0, int(want.Replies[k])))
		}
		fmt.Fprintf(a.out, "%s: %s to %s, about %s, if it played alone\n  (list prices of %s, nothing from a cache)\n", m, cost(0),
			cost(2), cost(1), prices.AsOf)
	}
}

// tellTime makes two real calls of each model: the first may have to load it, the second has a prompt of usual length.
func (a *app) tellTime(ctx context.Context, f runFlags, servers *catalog.Servers, models []agents.Policy, seen seating.DryRun,
	want seating.Forecast) error {
	var failed error
	for _, policy := range models {
		long, ok := seen.Usual[policy.String()]
		if !ok {
			continue
		}
		model, err := servers.Model(policy)
		if err != nil { // a key that is missing: the plan stands without it
			fmt.Fprintf(a.out, "%s: time unknown: %v\n", policy, err)
			continue
		}
		if _, err = model.Complete(ctx, seen.First[policy.String()]); err == nil {
			var c llm.Completion
			if c, err = model.Complete(ctx, long); err == nil {
				a.tellPace(f, servers, policy, c, seen, want)
				continue
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		failed = errors.Join(failed, err)
		fmt.Fprintf(a.out, "%s: time unknown: %v\n", policy, err)
	}
	if failed != nil {
		return &codedError{exitProvider, errors.New("a model could not be asked")}
	}
	return nil
}

// tellPace reckons with waves: what is asked together is answered together as far as there are slots, and the rest of a game follows
// one call after the other.
func (a *app) tellPace(f runFlags, servers *catalog.Servers, policy agents.Policy, c llm.Completion, seen seating.DryRun,
	want seating.Forecast) {
	slots := servers.WidthOf(policy)
	parallel := min(seating.ParallelOf(servers, f.parallel, []agents.Policy{policy}), f.games)
	low := seen.Span(f.games, parallel, slots, pace(c, want.Replies[0]/want.Calls[0]))
	high := seen.Span(f.games, parallel, slots, pace(c, want.Replies[2]/want.Calls[2]))
	fmt.Fprintf(a.out, "%s: a call took %.1f s (%d tokens in, %d out); %s to %s if it played alone,\n  %s at a time on %s\n", policy,
		c.Took.Total.Seconds(), c.Usage.Prompt, c.Usage.Reply, spoken(low), spoken(high), several(parallel, "game"), several(slots, "slot"))
}

// pace is about how long a call takes whose reply has so many tokens.
func pace(c llm.Completion, tokens float64) time.Duration {
	writing := c.Took.Total - c.Took.First
	if c.Usage.Reply == 0 || writing <= 0 {
		return c.Took.Total
	}
	return c.Took.First + time.Duration(float64(writing)*tokens/float64(c.Usage.Reply))
}
