package seating

import (
	"context"
	"time"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// mostDryGames is how many games are played by scripted policies to see what models would be asked.
const mostDryGames = 20

// thoughtChars is about what a model writes besides its speech: thought, keys, beliefs. Small instructed models wrote some 150 tokens
// in all.
const thoughtChars = 400

// dryGame is what the models would be asked in one game.
type dryGame struct {
	calls, promptTokens, replyTokens, longest int
	steps                                     []int               // how many calls each step asks for at once
	lengths                                   map[string]measured // of the longest prompts, by policy
}

// DryRun is what the models would be asked in several games, each played twice: with the speeches of scripted players, and with
// speeches of full length.
type DryRun struct {
	Games        int
	First, Usual map[string]llm.Prompt // by policy: the first prompt, and one of usual length, to time a call with

	short, long []dryGame
}

// Forecast has low, expected and high figures: calls, tokens in prompts and in replies, tokens of the longest prompt.
type Forecast struct{ Calls, Prompts, Replies, Longest [3]float64 }

// PlayDry plays some of the batch's games by scripted players in the models' places.
func PlayDry(ctx context.Context, d *study.Design, games int) (DryRun, error) {
	out := DryRun{Games: min(mostDryGames, games), First: map[string]llm.Prompt{}, Usual: map[string]llm.Prompt{}}
	err := out.play(ctx, d, out.Games, &out)
	return out, err
}

// LengthsOf are those of a policy's longest prompts in the games that a dry run plays.
func LengthsOf(ctx context.Context, d *study.Design, policy string) (Lengths, error) {
	out := DryRun{}
	err := out.play(ctx, d, mostDryGames, nil)
	return out.Lengths(policy), err
}

// play plays so many games dry. Prompts are composed for tell; nil: only how long they are is looked at.
func (r *DryRun) play(ctx context.Context, d *study.Design, games int, tell *DryRun) error {
	for i := range games {
		spec, err := PromptsOf(d.Of(i))
		if err != nil {
			return err
		}
		setup, err := d.Of(i).Alone(d.Ref("dry-run", i))
		if err != nil {
			return err
		}
		for _, into := range []*[]dryGame{&r.short, &r.long} {
			one := dryGame{lengths: map[string]measured{}}
			in := standIn{spec: &spec, wordy: into == &r.long, count: &one, tell: tell}
			if err := in.play(ctx, setup); err != nil {
				return err
			}
			*into = append(*into, one)
		}
	}
	return nil
}

// Forecast scales the games that were played to so many games.
func (r DryRun) Forecast(games int) (f Forecast) {
	scale := float64(games) / float64(r.Games)
	var longest dryGame
	for i := range r.short {
		s, l := r.short[i], r.long[i]
		for k, one := range []dryGame{s, s, l} {
			f.Calls[k] += scale * float64(one.calls)
			f.Longest[k] = max(f.Longest[k], float64(one.longest))
		}
		f.Prompts[0] += scale * float64(s.promptTokens)
		f.Prompts[1] += scale * float64(s.promptTokens+l.promptTokens) / 2
		f.Replies[0] += scale * float64(s.replyTokens)
		f.Replies[1] += scale * float64(s.replyTokens+l.replyTokens) / 2
		if l.calls > longest.calls {
			longest = l
		}
	}
	repaired := float64(games * (1 + llm.Repairs))
	f.Calls[2] = repaired * float64(longest.calls)
	f.Prompts[2] = repaired * float64(longest.promptTokens)
	f.Replies[2] = repaired * float64(longest.replyTokens)
	f.Longest[1] = (f.Longest[0] + f.Longest[2]) / 2
	return f
}

// Lengths are those of a policy's longest prompts.
func (r DryRun) Lengths(policy string) Lengths {
	return Lengths{longestOf(r.short, policy), longestOf(r.long, policy)}
}

func longestOf(games []dryGame, policy string) measured {
	out := measured{}
	for _, one := range games {
		for round, l := range one.lengths[policy] {
			out.add(round, l)
		}
	}
	return out
}

// Span is about how long the games take, so many at a time on so many slots, where a call takes each.
func (r DryRun) Span(games, parallel, slots int, each time.Duration) time.Duration {
	calls, waves := 0, 0
	for _, one := range r.short {
		for _, k := range one.steps {
			calls += k
			waves += (k + slots - 1) / slots
		}
	}
	perGame := func(n int) float64 { return float64(n) / float64(len(r.short)) }
	rounds := float64((games + parallel - 1) / parallel)
	bySlots := perGame(calls) * float64(games) / float64(slots) // all slots busy
	byWaves := perGame(waves) * rounds                          // each game's calls after one another
	return time.Duration(max(bySlots, byWaves) * float64(each))
}

// play plays one game by scripted policies in the models' places and counts what the models would have been asked.
func (u standIn) play(ctx context.Context, setup engine.Setup) error {
	seats := make([]match.Agent, len(setup.Cast))
	for i, p := range setup.Cast {
		policy := agents.PolicyOf(p.Policy)
		if policy.IsModel() {
			policy = agents.PolicyOf("bayes")
		}
		agent, err := catalog.New(policy, engine.Seat(i), engine.DeriveSeed(setup.Seed, "policy", i))
		if err != nil {
			return err
		}
		if seats[i] = agent; policy.String() != p.Policy {
			of := u
			of.inner, of.policy = agent, p.Policy
			seats[i] = &of
		}
	}
	opening, _, err := engine.Open(setup)
	if err == nil {
		_, err = match.Game{ID: "dry-run", Agents: seats, Log: &callCount{count: u.count}}.Run(ctx, opening)
	}
	return err
}

// standIn plays a model's seat by a scripted policy and counts what the model would have been asked.
type standIn struct {
	inner  match.Agent
	policy string
	spec   *llm.PromptSpec
	wordy  bool // says as much as the rules allow
	count  *dryGame
	tell   *DryRun
}

func (u *standIn) ask(seen engine.Observation, asked engine.Request) llm.Ask {
	return llm.Ask{Spec: u.spec, Policy: u.policy, Seen: seen, Request: asked}
}

// Act implements match.Agent.
func (u *standIn) Act(ctx context.Context, seen engine.Observation, asked engine.Request) (engine.Answer, error) {
	answer, err := u.inner.Act(ctx, seen, asked)
	if u.wordy {
		answer = inFull(answer, asked)
	}
	u.measure(seen, asked)
	if u.tell == nil {
		return answer, err
	}
	p := u.ask(seen, asked).Prompt()
	bind := u.spec.Policies[u.policy]
	written := thoughtChars + len(answer.Text)
	if u.wordy { // a model with much to say writes a thought as long as its speech
		written += len(answer.Text)
	}
	for _, m := range answer.Notes {
		written += len(m.Text)
	}
	u.count.calls++
	u.count.promptTokens += bind.Tokens(p.Chars())
	u.count.replyTokens += bind.Tokens(written)
	if _, ok := u.tell.First[u.policy]; !ok {
		u.tell.First[u.policy] = p
	}
	if asked.Round <= 2 { // a prompt of usual length: the last of the second round
		u.tell.Usual[u.policy] = p
	}
	return answer, err
}

// measure keeps the length of the prompt, whatever the context: what is sent may be shorter.
func (u *standIn) measure(seen engine.Observation, asked engine.Request) {
	if u.count.lengths[u.policy] == nil {
		u.count.lengths[u.policy] = measured{}
	}
	l := u.ask(seen, asked).Lengths()
	u.count.lengths[u.policy].add(asked.Round, l)
	if u.wordy { // so that its replies are repaired
		l.Whole += llm.LongestQuoted
	}
	u.count.longest = max(u.count.longest, u.spec.Policies[u.policy].Tokens(l.Whole))
}

// callCount is a log that keeps nothing but how many calls each step asked for.
type callCount struct {
	count *dryGame
	seen  int
}

// Append implements match.Log.
func (u *callCount) Append(context.Context, string, uint64, []engine.Event) error {
	if n := u.count.calls - u.seen; n > 0 {
		u.count.steps = append(u.count.steps, n)
	}
	u.seen = u.count.calls
	return nil
}
