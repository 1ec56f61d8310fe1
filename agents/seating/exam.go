package seating

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/recorded"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Exam is what became of a scenario's questions that were put to a model.
type Exam struct {
	Put  []Put
	Lost Lost  // zero: all answers are legal
	Err  error // there was no reply to read
}

// Put is a question that was put.
type Put struct {
	Question
	Answer engine.Answer
	Calls  []llm.Call
}

// Lost is what was made of the replies to the last question, where no answer came of them.
type Lost struct {
	What   string   // is lost
	Causes []string // of every reply
	Reply  string   // the last one, in one line
}

// Legal reports whether every question got a legal answer.
func (e Exam) Legal() bool { return e.Err == nil && e.Lost.What == "" }

// Examine puts a scenario's questions to a model, as in a game: its own prompts, reader and repair. Each may take so long.
func Examine(ctx context.Context, servers *catalog.Servers, source *study.Design, policy agents.Policy, within time.Duration) (out Exam) {
	list, player, err := examinee(ctx, servers, source, policy)
	if err != nil {
		return Exam{Err: err}
	}
	for _, q := range list {
		kept := &sheet{}
		player.Archive = kept
		until, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("no answer within %v", within))
		answer, err := player.Act(until, q.Seen, q.Asked)
		cancel()
		if err != nil {
			out.Err = err
			return out
		}
		out.Put = append(out.Put, Put{q, answer, kept.calls})
		if out.Lost = lostIn(q.Asked, answer, kept.calls); !out.Legal() {
			return out
		}
	}
	return out
}

// examinee is the questions, and the player that they are put to.
func examinee(ctx context.Context, servers *catalog.Servers, source *study.Design, policy agents.Policy) ([]Question, *llm.Player, error) {
	d, err := PlayedBy(source, policy, servers)
	if err != nil {
		return nil, nil, err
	}
	list, err := questions(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	prompts, err := PromptsOf(&d.Condition)
	if err != nil {
		return nil, nil, err
	}
	model, err := servers.Model(policy)
	if err != nil {
		return nil, nil, err
	}
	contexts := &llm.Contexts{}
	contexts.Learn(policy.String(), servers.Limits(policy).Context)
	return list, &llm.Player{Spec: &prompts, Policy: policy.String(), Model: model, Seed: d.Seed, Game: "doctor", Contexts: contexts,
		Tell: servers.Tell}, nil
}

// PlayedBy is the design with one policy at every seat, whatever the scenario says, under the context that its server told.
func PlayedBy(d *study.Design, policy agents.Policy, servers *catalog.Servers) (*study.Design, error) {
	own := study.New(d.From, []byte(d.Source))
	own.Seed, own.Rotate, own.Set = d.Seed, []string{policy.String()}, []string{"season=0"} // by turns there are no seasons
	if err := own.Load(Policies{}); err != nil {
		return nil, err
	}
	return own, Settle(own, servers)
}

// lostIn tells of a forfeit, or of beliefs that are lost whole; zero where the answer stands.
func lostIn(asked engine.Request, answer engine.Answer, calls []llm.Call) (l Lost) {
	switch stated := (engine.Belief{PerMille: answer.Beliefs}).Stated(); {
	case answer.Forfeit != engine.CauseNone:
		l.What = fmt.Sprintf("no legal answer to a question (%s) of the scenario", asked.Kind)
	case asked.Beliefs != engine.NoBeliefs && !stated:
		l.What = fmt.Sprintf("none of the beliefs beside its answer to a question (%s) of the scenario could be read", asked.Kind)
	default:
		return l
	}
	for _, c := range answer.Calls {
		l.Causes = append(l.Causes, cmp.Or(string(c.Cause), "taken"))
	}
	last := calls[len(calls)-1].Completion
	l.Reply = strings.Join(strings.Fields(cmp.Or(last.Text, last.Detail)), " ")
	return l
}

// Question is one of a scenario, as a game of it came to it.
type Question struct {
	Seen  engine.Observation
	Asked engine.Request
}

// questions are two of the scenario's, from a game that scripted players play as far as that: the first statement, and the first
// thing asked after it with beliefs. A scenario that has no such question gives what it asks first.
func questions(ctx context.Context, d *study.Design) ([]Question, error) {
	ref, pick := d.Ref("doctor", 0), &picker{}
	setup, err := d.Alone(ref)
	if err != nil {
		return nil, err
	}
	table := make([]match.Agent, len(setup.Cast))
	for i := range table {
		agent, err := catalog.New(agents.PolicyOf("bayes"), engine.Seat(i), engine.DeriveSeed(setup.Seed, "policy", i))
		if err != nil {
			return nil, err
		}
		table[i] = &asking{agent, pick}
	}
	opening, _, err := engine.Open(setup)
	if err == nil {
		_, err = match.Game{ID: ref.ID, Agents: table, Log: &callCount{count: &dryGame{}}}.Run(ctx, opening)
	}
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return pick.picked(), nil
}

// errEnough ends a game in which all the questions were met.
var errEnough = errors.New("the questions are met")

// picker looks for the questions.
type picker struct {
	any            []Question // the first two
	speak, believe *Question
}

func (p *picker) look(q Question) error {
	if len(p.any) < 2 {
		p.any = append(p.any, q)
	}
	switch {
	case p.speak == nil && q.Asked.Kind == engine.AskStatement:
		p.speak = &q
	case p.speak != nil && q.Asked.Beliefs != engine.NoBeliefs:
		p.believe = &q
		return errEnough
	}
	return nil
}

// picked are two different questions, or the one that there is.
func (p *picker) picked() (out []Question) {
	list := p.any
	for _, q := range []*Question{p.believe, p.speak} {
		if q != nil {
			list = append([]Question{*q}, list...)
		}
	}
	for _, q := range list {
		if len(out) < 2 && !slices.ContainsFunc(out, func(o Question) bool { return o.Asked == q.Asked }) {
			out = append(out, q)
		}
	}
	return out
}

// asking plays a seat and shows the picker what it is asked.
type asking struct {
	match.Agent
	pick *picker
}

// Act implements match.Agent.
func (a *asking) Act(ctx context.Context, seen engine.Observation, asked engine.Request) (engine.Answer, error) {
	if err := a.pick.look(Question{seen, asked}); err != nil {
		return engine.Answer{}, err
	}
	return a.Agent.Act(ctx, seen, asked)
}

// sheet is an archive that keeps the calls to look at them.
type sheet struct {
	recorded.Empty
	calls []llm.Call
}

// Keep implements llm.Archive.
func (s *sheet) Keep(_ context.Context, call llm.Call) error {
	s.calls = append(s.calls, call)
	return nil
}
