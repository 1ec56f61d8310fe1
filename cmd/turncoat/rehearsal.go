package main

import (
	"context"
	"strings"
	"time"

	"turncoat/agents/catalog"
	"turncoat/agents/llm"
	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/engine/match"
)

// mostRehearsed is how many games are played by scripted policies to see what models would be asked.
const mostRehearsed = 20

// thoughtChars is about what a model writes besides its speech: thought, keys, beliefs. Small instructed models wrote some 150 tokens
// in all; a model with much to say writes a thought as long as its speech.
const thoughtChars = 400

// rehearsal is what the models would be asked in one game.
type rehearsal struct {
	calls, promptTokens, replyTokens, longest int
	steps                                     []int // how many calls each step asks for at once
}

// rehearsals are those of several games, each played twice: with the speeches of scripted players, and with speeches of full length.
type rehearsals struct {
	games        int
	short, long  []rehearsal
	first, usual map[string]llm.Prompt // by policy: the first prompt, and one of usual length, to time a call with
}

// forecast has low, expected and high figures.
type forecast struct{ calls, prompts, replies, longest [3]float64 }

// rehearsals plays some of the batch's games by scripted players in the models' places.
func (d *design) rehearsals(ctx context.Context, games int) (rehearsals, error) {
	out := rehearsals{games: min(mostRehearsed, games), first: map[string]llm.Prompt{}, usual: map[string]llm.Prompt{}}
	for i := range out.games {
		for _, wordy := range []bool{false, true} {
			r, err := d.of(i).rehearse(ctx, d.ref("dry-run", i), wordy, &out)
			if err != nil {
				return out, err
			}
			if wordy {
				out.long = append(out.long, r)
			} else {
				out.short = append(out.short, r)
			}
		}
	}
	return out, nil
}

// forecast scales the rehearsals to so many games.
func (r rehearsals) forecast(games int) (f forecast) {
	scale := float64(games) / float64(r.games)
	var longest rehearsal
	for i := range r.short {
		s, l := r.short[i], r.long[i]
		for k, one := range []rehearsal{s, s, l} {
			f.calls[k] += scale * float64(one.calls)
			f.longest[k] = max(f.longest[k], float64(one.longest))
		}
		f.prompts[0] += scale * float64(s.promptTokens)
		f.prompts[1] += scale * float64(s.promptTokens+l.promptTokens) / 2
		f.replies[0] += scale * float64(s.replyTokens)
		f.replies[1] += scale * float64(s.replyTokens+l.replyTokens) / 2
		if l.calls > longest.calls {
			longest = l
		}
	}
	repaired := float64(games * (1 + llm.Repairs))
	f.calls[2] = repaired * float64(longest.calls)
	f.prompts[2] = repaired * float64(longest.promptTokens)
	f.replies[2] = repaired * float64(longest.replyTokens)
	f.longest[1] = (f.longest[0] + f.longest[2]) / 2
	return f
}

// span is about how long the games take, so many at a time on so many slots, where a call takes each.
func (r rehearsals) span(games, parallel, slots int, each time.Duration) time.Duration {
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

// rehearse plays one game by scripted policies in the models' places and counts what the models would have been asked.
func (d *design) rehearse(ctx context.Context, ref batch.Ref, wordy bool, tell *rehearsals) (rehearsal, error) {
	var r rehearsal
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
			agents[i] = &understudy{inner: agent, policy: p.Policy, spec: &d.Prompts, wordy: wordy, count: &r, tell: tell}
		}
	}
	opening, _, err := engine.Open(setup)
	if err == nil {
		_, err = match.Game{ID: ref.ID, Agents: agents, Log: &unkept{count: &r}}.Run(ctx, opening)
	}
	return r, err
}

// understudy plays a model's seat by a scripted policy and counts what the model would have been asked.
type understudy struct {
	inner  match.Agent
	policy string
	spec   *llm.PromptSpec
	wordy  bool // says as much as the rules allow
	count  *rehearsal
	tell   *rehearsals
}

// Act implements match.Agent.
func (u *understudy) Act(ctx context.Context, seen engine.Observation, asked engine.Request) (engine.Answer, error) {
	p := llm.Compose(*u.spec, u.policy, seen, asked, nil, nil, 0)
	bind := u.spec.Policies[u.policy]
	answer, err := u.inner.Act(ctx, seen, asked)
	extra := thoughtChars
	if u.wordy && answer.Text != "" {
		answer.Text = padded(answer.Text, asked.Words)
		extra += len(answer.Text)
	}
	tokens := bind.Tokens(p.Chars())
	u.count.calls++
	u.count.promptTokens += tokens
	u.count.longest = max(u.count.longest, tokens)
	u.count.replyTokens += bind.Tokens(len(answer.Text) + extra)
	if _, ok := u.tell.first[u.policy]; !ok {
		u.tell.first[u.policy] = p
	}
	if asked.Round <= 2 { // a prompt of usual length: the last of the second round
		u.tell.usual[u.policy] = p
	}
	return answer, err
}

// filler is what pads a speech: words of usual length.
var filler = strings.Fields("and I keep coming back to how the last vote went because nobody explained it")

// padded makes a speech as long as the rules allow.
func padded(text string, words int) string {
	have := strings.Fields(text)
	for i := 0; len(have) < words; i++ {
		have = append(have, filler[i%len(filler)])
	}
	return strings.Join(have, " ")
}

// unkept is a log that keeps nothing but how many calls each step asked for.
type unkept struct {
	count *rehearsal
	seen  int
}

// Append implements match.Log.
func (u *unkept) Append(context.Context, string, uint64, []engine.Event) error {
	if n := u.count.calls - u.seen; n > 0 {
		u.count.steps = append(u.count.steps, n)
	}
	u.seen = u.count.calls
	return nil
}
