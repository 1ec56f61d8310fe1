package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"turncoat/agents/catalog"
	"turncoat/agents/llm"
	"turncoat/agents/llm/limits"
	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/engine/match"
)

// rehearsals is how many games are played by scripted policies to see what models would be asked.
const rehearsals = 20

// rehearsal is what the models would be asked in one game.
type rehearsal struct {
	calls, promptTokens, replyTokens int
	sample                           map[string]llm.Prompt // by policy: one prompt, to time a call with
}

// dryRun tells what a batch would ask of its models, without playing it.
func (a *app) dryRun(ctx context.Context, d *design, f runFlags) error {
	models := d.models()
	if len(models) == 0 {
		fmt.Fprintf(a.out, "%d games of %s; no seat is played by a model: nothing is asked of any server\n", f.games, d.scenario.Name)
		return nil
	}
	var low, high, calls, prompts, replies int
	sample := map[string]llm.Prompt{}
	n := min(rehearsals, f.games)
	for i := range n {
		r, err := d.of(i).rehearse(ctx, d.ref("dry-run", i))
		if err != nil {
			return err
		}
		if i == 0 || r.calls < low {
			low = r.calls
		}
		high = max(high, r.calls)
		calls, prompts, replies = calls+r.calls, prompts+r.promptTokens, replies+r.replyTokens
		for policy, p := range r.sample {
			sample[policy] = p
		}
	}
	scale := func(sum int) int { return sum * f.games / n }
	fmt.Fprintf(a.out, "%d games of %s, by what %d games of scripted players were asked:\n", f.games, d.scenario.Name, n)
	fmt.Fprintf(a.out, "  calls   %d expected; %d if every game were the shortest seen, %d if each were the longest and every reply needed its repair\n", scale(calls), low*f.games, high*f.games*(1+llm.Repairs))
	fmt.Fprintf(a.out, "  tokens  about %d in prompts, %d in replies (estimated: %.1f characters a token)\n", scale(prompts), scale(replies), llm.DefaultChars/10.0)
	if err := a.estimateMoney(f, models, scale(prompts), scale(replies)); err != nil {
		return err
	}
	return a.estimateTime(ctx, f, models, sample, scale(calls))
}

// estimateMoney prices all the tokens at each model's price, since who says how much is not known before.
func (a *app) estimateMoney(f runFlags, models []string, prompts, replies int) error {
	prices, err := f.models.priceList(nil)
	if err != nil {
		return err
	}
	for _, m := range models {
		price, ok := prices.Find(m)
		if !ok {
			fmt.Fprintf(a.out, "  money   unknown for %s: it is not in the prices of %s (--prices FILE)\n", m, prices.AsOf)
			continue
		}
		fmt.Fprintf(a.out, "  money   about %s if %s played alone, by the list prices of %s and without the server's cache\n", limits.Dollars(price.Cost(prompts, 0, replies)), m, prices.AsOf)
	}
	return nil
}

// estimateTime makes one real call of each model.
func (a *app) estimateTime(ctx context.Context, f runFlags, models []string, sample map[string]llm.Prompt, calls int) error {
	servers := &catalog.Servers{Getenv: a.getenv, Width: f.models.width, PerMinute: f.models.perMinute}
	var failed error
	for _, policy := range models {
		p, ok := sample[policy]
		if !ok {
			continue
		}
		model, err := servers.Model(policy)
		if err != nil { // a key that is missing: the plan stands without it
			fmt.Fprintf(a.out, "  time    unknown: %v\n", err)
			continue
		}
		began := time.Now()
		c, err := model.Complete(ctx, p)
		if err != nil {
			failed = errors.Join(failed, err)
			fmt.Fprintf(a.out, "  time    unknown for %s: %v\n", policy, err)
			continue
		}
		each := time.Since(began)
		width := servers.WidthOf(policy)
		fmt.Fprintf(a.out, "  time    one call of %s took %.1f s (%d tokens in, %d out): about %s if it played alone, %d calls at a time\n", policy, each.Seconds(),
			c.Usage.Prompt, c.Usage.Reply, (time.Duration(calls) * each / time.Duration(width)).Round(time.Second), width)
	}
	if failed != nil {
		return &codedError{exitProvider, failed}
	}
	return nil
}

// rehearse plays one game by scripted policies in the models' places and counts what the models would have been asked.
func (d *design) rehearse(ctx context.Context, ref batch.Ref) (rehearsal, error) {
	r := rehearsal{sample: map[string]llm.Prompt{}}
	setup, err := d.alone(ref)
	if err != nil {
		return r, err
	}
	agents := make([]match.Agent, len(setup.Cast))
	for i, p := range setup.Cast {
		policy := p.Policy
		if catalog.IsModel(policy) {
			policy = "bayes"
		}
		agent, err := catalog.New(policy, engine.Seat(i), engine.DeriveSeed(setup.Seed, "policy", i))
		if err != nil {
			return r, err
		}
		if agents[i] = agent; policy != p.Policy {
			agents[i] = &understudy{inner: agent, policy: p.Policy, spec: &d.Prompts, tell: &r}
		}
	}
	opening, _, err := engine.Open(setup)
	if err == nil {
		_, err = match.Game{ID: ref.ID, Agents: agents, Log: unkept{}}.Run(ctx, opening)
	}
	return r, err
}

// understudy plays a model's seat by a scripted policy and counts what the model would have been asked.
type understudy struct {
	inner  match.Agent
	policy string
	spec   *llm.PromptSpec
	tell   *rehearsal
}

// thoughtChars is about what a model writes besides its speech: thought, keys, beliefs.
const thoughtChars = 400

// Act implements match.Agent.
func (u *understudy) Act(ctx context.Context, seen engine.Observation, asked engine.Request) (engine.Answer, error) {
	p := llm.Compose(*u.spec, u.policy, seen, asked, nil, nil, 0)
	bind := u.spec.Policies[u.policy]
	answer, err := u.inner.Act(ctx, seen, asked)
	u.tell.calls++
	u.tell.promptTokens += bind.Tokens(p.Chars())
	u.tell.replyTokens += bind.Tokens(len(answer.Text) + thoughtChars)
	if asked.Round <= 2 { // a prompt of usual length: the last of the second round
		u.tell.sample[u.policy] = p
	}
	return answer, err
}

// unkept is a log that keeps nothing.
type unkept struct{}

// Append implements match.Log.
func (unkept) Append(context.Context, string, uint64, []engine.Event) error { return nil }
