package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"turncoat/agents/catalog"
	"turncoat/agents/llm"
	"turncoat/agents/llm/limits"
)

// dryRun tells what a batch would ask of its models, without playing it.
func (a *app) dryRun(ctx context.Context, d *design, f runFlags) error {
	models := d.models()
	if len(models) == 0 {
		fmt.Fprintf(a.out, "%d games of %s; no seat is played by a model: nothing is asked of any server\n", f.games, d.scenario.Name)
		return nil
	}
	servers := &catalog.Servers{Getenv: a.getenv, Width: f.models.width, PerMinute: f.models.perMinute, MaxWait: f.models.maxWait, Context: f.models.context,
		Timeout: time.Duration(f.models.timeout) * time.Second, Tell: a.log}
	servers.Learn(ctx, models)
	seen, err := d.rehearsals(ctx, f.games)
	if err != nil {
		return err
	}
	want := seen.forecast(f.games)
	fmt.Fprintf(a.out, "%s of %s, by what scripted players were asked in %d of them.\nLow: speeches as short as theirs. High: speeches and thoughts of full length,\nevery game the longest seen, every reply repaired once.\n\n", several(f.games, "game"), d.scenario.Name, seen.games)
	t := a.table("", "low", "expected", "high")
	row := func(what string, v [3]float64) {
		t.AppendRow(table.Row{what, grouped(v[0]), grouped(v[1]), grouped(v[2])})
	}
	row("calls", want.calls)
	row("tokens in prompts", want.prompts)
	row("tokens in replies", want.replies)
	row("longest prompt, tokens", want.longest)
	t.Render()
	fmt.Fprintf(a.out, "\nTokens are estimated at %.1f characters each.\n", llm.DefaultChars/10.0)
	a.tellRoom(d, servers, models, want)
	if err := a.tellMoney(f, models, want); err != nil {
		return err
	}
	return a.tellTime(ctx, f, servers, models, seen, want)
}

// tellRoom says where the longest prompt does not fit.
func (a *app) tellRoom(d *design, servers *catalog.Servers, models []string, want forecast) {
	for _, policy := range models {
		bind := d.bindingOf(policy).Under(servers.Limits(policy).Context)
		if bind.Context == 0 {
			continue
		}
		room := bind.Tokens(bind.Room())
		verdict := "the longest prompt fits"
		switch {
		case float64(room) < want.longest[0]:
			verdict = "the talk of the oldest rounds will be left out"
		case float64(room) < want.longest[2]:
			verdict = "the talk of the oldest rounds may be left out"
		}
		fmt.Fprintf(a.out, "%s: a context of %d tokens leaves %d for a prompt:\n  %s\n", policy, bind.Context, room, verdict)
	}
}

// bindingOf is how prompts are made for a policy, in whichever cell it plays.
func (d *design) bindingOf(policy string) llm.Binding {
	for _, c := range d.Cells {
		if bind, ok := c.Prompts.Policies[policy]; ok {
			return bind
		}
	}
	return d.Prompts.Policies[policy]
}

// tellMoney prices all the tokens at each model's price, since who says how much is not known before.
func (a *app) tellMoney(f runFlags, models []string, want forecast) error {
	prices, err := f.models.priceList(nil)
	if err != nil {
		return err
	}
	for _, m := range models {
		price, ok := prices.Find(m)
		if !ok {
			fmt.Fprintf(a.out, "%s: its price is not in the list of %s (--prices FILE names another)\n", m, prices.AsOf)
			continue
		}
		cost := func(k int) string {
			return limits.Dollars(price.Cost(int(want.prompts[k]), 0, int(want.replies[k])))
		}
		fmt.Fprintf(a.out, "%s: %s to %s, about %s, if it played alone\n  (list prices of %s, nothing from a cache)\n", m, cost(0), cost(2), cost(1), prices.AsOf)
	}
	return nil
}

// tellTime makes two real calls of each model: the first may have to load it, the second has a prompt of usual length.
func (a *app) tellTime(ctx context.Context, f runFlags, servers *catalog.Servers, models []string, seen rehearsals, want forecast) error {
	var failed error
	for _, policy := range models {
		long, ok := seen.usual[policy]
		if !ok {
			continue
		}
		model, err := servers.Model(policy)
		if err != nil { // a key that is missing: the plan stands without it
			fmt.Fprintf(a.out, "%s: time unknown: %v\n", policy, err)
			continue
		}
		if _, err = model.Complete(ctx, seen.first[policy]); err == nil {
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
func (a *app) tellPace(f runFlags, servers *catalog.Servers, policy string, c llm.Completion, seen rehearsals, want forecast) {
	p := players{servers: servers}
	slots := servers.WidthOf(policy)
	parallel := min(p.parallelOf(f.parallel, []string{policy}), f.games)
	low := seen.span(f.games, parallel, slots, pace(c, want.replies[0]/want.calls[0]))
	high := seen.span(f.games, parallel, slots, pace(c, want.replies[2]/want.calls[2]))
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

// grouped writes a whole number with its thousands apart.
func grouped(v float64) string {
	s := fmt.Sprintf("%.0f", math.Round(v))
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
