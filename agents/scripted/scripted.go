// Package scripted holds the policies that need no model: chance, protocols and a Bayesian player that talks.
//
// A policy is a pure function of its seat's observation and of the seed that was derived for it. It keeps what it has read so
// far, but an agent that is given the whole observation at once answers the same. It must not know another seat, the log, the
// clock or the game's seed.
package scripted

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
)

// Policy is a row of the table of policies.
type Policy struct {
	Name    string
	Doc     string
	Options []string
	make    func(seat engine.Seat, seed uint64, spec agents.Policy) (decider, error)
}

// policies are all of them, in the order in which they are listed.
var policies = []Policy{
	{"bayes", "keeps a posterior over the sets of traitors, votes and speaks by it; as a traitor it poses as faithful; noise=0…1 mixes " +
		"chance in", []string{"noise"}, newBayes},
	{"random", "votes and believes by dice; self=true: also for itself, where illegal ballots count", []string{"self"}, newRandom},
	{"bloc", "random, but the traitors cast their day ballots together", nil, newBloc},
	{"vote-left", "votes for the next living seat of the cycle, and out whoever deviates (arXiv 2605.10233)", nil, newVoteLeft},
	{"silent", "random without a word", nil, newSilent},
	{"contrarian", "accuses and votes for the least suspected", nil, newContrarian},
	{"copy", "accuses and votes as the first accuser or voter did, a herd; else by dice", nil, newCopy},
	{"liar", "says what it knows to be false in a share rate=0…1 of its statements, traitor or not; else dice",
		[]string{"rate"}, newLiar},
}

// Policies lists the policies.
func Policies() []Policy { return policies }

// decider answers one request from the observation.
type decider interface {
	decide(engine.Observation, engine.Request) engine.Answer
}

type agent struct {
	seat engine.Seat
	decider
}

// Act answers at once; it never fails.
func (a agent) Act(_ context.Context, seen engine.Observation, r engine.Request) (engine.Answer, error) {
	if r.Kind == engine.AskReflect {
		return engine.Answer{Seat: r.Seat, Target: engine.NoSeat, Notes: a.reflect(seen, r)}, nil
	}
	out := a.decide(seen, r)
	out.Seat = r.Seat
	return out, nil
}

// usual is what any policy answers to a kind of request that it has nothing of its own for. Each kind has to be here.
func usual(r engine.Request) engine.Answer {
	switch r.Kind {
	case engine.AskNote, engine.AskStatement, engine.AskBid, engine.AskBallot, engine.AskConfer, engine.AskMurder, engine.AskIntent,
		engine.AskDebrief: // silence, no bid, nobody
	case engine.AskBeliefs: // what it believes comes with any answer
	case engine.AskReflect, engine.AskAct: // whoever remembers writes notes, and an act is never asked for
	}
	return engine.Answer{Target: engine.NoSeat}
}

// New makes an agent of the policy for a seat. The seed is the agent's own.
func (p Policy) New(spec agents.Policy, seat engine.Seat, seed uint64) (agents.Agent, error) {
	d, err := p.make(seat, seed, spec)
	if err != nil {
		return nil, fmt.Errorf("policy %q: %w", spec.Canonical(), err)
	}
	return agent{seat: seat, decider: d}, nil
}

// share reads a number from 0 to 1 as per mille; an option that is not there is 0.
func share(spec agents.Policy, key string) (int, error) {
	text, ok := spec.Get(key)
	if !ok {
		return 0, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v <= 1) {
		return 0, fmt.Errorf("%s is %q; it takes a number from 0 to 1", key, text)
	}
	return int(math.Round(v * 1000)), nil
}

func flag(spec agents.Policy, key string) (bool, error) {
	text, ok := spec.Get(key)
	if !ok || text == "false" {
		return false, nil
	}
	if text != "true" {
		return false, fmt.Errorf("%s is %q; it takes true or false", key, text)
	}
	return true, nil
}

// roll is the dice of one choice: derived from the agent's seed and from what is asked.
func roll(seed uint64, purpose string, r engine.Request) engine.Source {
	at := int(r.Phase)<<24 | r.Stage<<20 | r.Pass<<12 | r.Position<<4
	return engine.Dice(seed, purpose, r.Round, at, r.Seat)
}

// rulesOf are the public rules, which stand at the head of every observation.
func rulesOf(seen engine.Observation) engine.Rules {
	for _, o := range seen.Events {
		if b, ok := o.Body.(engine.Opened); ok {
			return b.Rules
		}
	}
	return engine.Rules{}
}

// state fills a belief vector: what belief says of every other living seat, and nothing of oneself and the dead.
func state(n int, r engine.Request, belief func(engine.Seat) int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = engine.Unstated
		if seat := engine.Seat(i); seat != r.Seat && r.Living.Has(seat) {
			out[i] = int16(max(0, min(1000, belief(seat))))
		}
	}
	return out
}

// within is the text if it has at most limit words, else nothing.
func within(text string, limit int) string {
	if limit > 0 && len(strings.Fields(text)) > limit {
		return ""
	}
	return text
}
