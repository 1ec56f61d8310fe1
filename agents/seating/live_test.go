package seating_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/limits"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// fakeServer is a server on the loopback whose model was made for a context; 0: it does not say.
func fakeServer(t *testing.T, trained int) *llmtest.Server {
	t.Helper()
	s := llmtest.Serve(llmtest.Setup{Trained: trained})
	t.Cleanup(s.Close)
	return s
}

// contextAsked is the num_ctx that a call of a policy carries.
func contextAsked(t *testing.T, server *llmtest.Server, servers *catalog.Servers, policy string) int {
	t.Helper()
	model, err := servers.Model(agents.PolicyOf(policy))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Complete(t.Context(), llm.Prompt{Messages: []llm.Message{{Speaker: llm.User, Text: "hello"}}}); err != nil {
		t.Fatal(err)
	}
	made := server.Calls()
	var body struct {
		Options struct {
			Context int `json:"num_ctx"`
		}
	}
	if err := json.Unmarshal(made[len(made)-1].Body, &body); err != nil {
		t.Fatal(err)
	}
	return body.Options.Context
}

func batchLimit() error { return limits.ErrBatch }

// live are the players of a design, with a memory for what they keep.
func live(t *testing.T, d *study.Design, o seating.Options) (*seating.Live, *kept) {
	t.Helper()
	l, err := seating.New(d, o)
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{}
	l.Kept = k
	return l, k
}

// seatsOf seats game 0 of a design.
func seatsOf(t *testing.T, l *seating.Live, d *study.Design) (engine.Setup, []match.Agent) {
	t.Helper()
	ref := d.Ref("b", 0)
	setup, err := d.Of(0).Alone(ref)
	if err != nil {
		t.Fatal(err)
	}
	seats, err := l.Agents(t.Context(), ref, setup)
	if err != nil {
		t.Fatal(err)
	}
	return setup, seats
}

// Before anything is written, whoever asked is told what can't be meant or is lacking.
func TestNewRefuses(t *testing.T) {
	imported := designOf(t, "random")
	imported.Imported = "arena"
	for name, c := range map[string]struct {
		d    *study.Design
		o    seating.Options
		says string
	}{
		"imported":         {imported, seating.Options{}, "imported"},
		"no key":           {designOf(t, "openai/gpt"), seating.Options{}, "OPENAI_API_KEY"},
		"small context":    {designOf(t, "ollama/m?num_predict=500"), seating.Options{Context: 500}, "--context gives it one"},
		"negative context": {designOf(t, "random"), seating.Options{Context: -1}, "--context -1"},
		"negative timeout": {designOf(t, "random"), seating.Options{Timeout: -2 * time.Second}, "--timeout -2"},
	} {
		c.o.Getenv = noEnv
		if _, err := seating.New(c.d, c.o); !isMistake(err) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l, _ := live(t, inCells(t, "ollama/a", "random", "vllm/b"), seating.Options{Getenv: noEnv})
	if got := l.Models(); len(got) != 2 || got[0].String() != "ollama/a" || got[1].String() != "vllm/b" {
		t.Errorf("the models are %v", got)
	}
}

// The options reach the servers and the budget.
func TestOptionsReachTheirPlaces(t *testing.T) {
	o := seating.Options{Width: 3, PerMinute: 4, MaxWait: 5, Context: 6000, Timeout: 7, Batch: limits.Spent{Tokens: 8},
		EachGame: limits.Spent{Tokens: 9}, Getenv: noEnv, Tell: llm.Silent{}}
	l, _ := live(t, designOf(t, "ollama/m"), o)
	s := l.Servers
	if s.Width != 3 || s.PerMinute != 4 || s.MaxWait != 5 || s.Context != 6000 || s.Timeout != 7 || s.Getenv == nil || s.Tell == nil {
		t.Errorf("the servers are asked as %+v", s)
	}
	if l.Budget.Batch.Tokens != 8 || l.Budget.EachGame.Tokens != 9 {
		t.Errorf("the budget is %+v and %+v", l.Budget.Batch, l.Budget.EachGame)
	}
	if got := l.Parallel(0); got != 3 {
		t.Errorf("%d games at once on three slots", got)
	}
}

func TestLearn(t *testing.T) {
	at := serversAt(fakeServer(t, 600).URL)
	l, _ := live(t, designOf(t, "ollama/gone"), at)
	var missing *catalog.MissingError
	if err := l.Learn(t.Context()); !errors.As(err, &missing) || isMistake(err) {
		t.Errorf("a model that is not there: %v", err)
	}
	l, _ = live(t, designOf(t, "ollama/fake?num_predict=600"), at)
	if err := l.Learn(t.Context()); !isMistake(err) || !strings.Contains(err.Error(), "its server has a context") {
		t.Errorf("a context that the reply fills: %v", err)
	}
	l, _ = live(t, designOf(t, "ollama/fake?num_predict=599"), at)
	if err := l.Learn(t.Context()); err != nil {
		t.Error(err)
	}
	stopped, stop := context.WithCancelCause(t.Context())
	stop(errNone)
	if err := l.Learn(stopped); !errors.Is(err, errNone) {
		t.Errorf("told to stop while asking: %v", err)
	}
	l, _ = live(t, designOf(t, "random"), seating.Options{})
	if err := l.Learn(t.Context()); err != nil {
		t.Error(err)
	}
}

// A game is played by the models of its condition; each call is kept, and each seat has a seed of its own, that tells nothing of the
// game's.
func TestLiveSeats(t *testing.T) {
	server := fakeServer(t, 0)
	o := serversAt(server.URL)
	o.KeepPrompts = true
	d := designOf(t, "random")
	d.Policies = study.Condition{}.Policies
	d.Policies.Teams = map[string]string{"traitors": "ollama/fake", "faithful": "random"}
	if err := d.Load(seating.Policies{}); err != nil {
		t.Fatal(err)
	}
	l, k := live(t, d, o)
	setup, seats := seatsOf(t, l, d)
	models, spec := 0, designSpec(t, d)
	for i, agent := range seats {
		p, ok := agent.(*llm.Player)
		if ok != (setup.Cast[i].Policy == "ollama/fake") {
			t.Errorf("seat %d, of %s, is played by %T", i, setup.Cast[i].Policy, agent)
		}
		if !ok {
			continue
		}
		models++
		if p.Seed == setup.Seed || p.Seed != engine.DeriveSeed(setup.Seed, "policy", i) {
			t.Errorf("seat %d has the seed %d, its game %d", i, p.Seed, setup.Seed)
		}
		if p.Policy != "ollama/fake" || p.Game != d.Ref("b", 0).ID || p.Contexts == nil || p.Health == nil || p.Vectors != nil ||
			!reflect.DeepEqual(*p.Spec, spec) {
			t.Errorf("seat %d is %+v", i, p)
		}
	}
	if models != 1 || !k.texts {
		t.Errorf("%d models play, prompts are kept: %t", models, k.texts)
	}
	played(t, setup, seats)
	made := k.games[d.Ref("b", 0).ID].made
	if len(made) == 0 || len(made) != len(server.Calls()) {
		t.Errorf("%d calls are kept, the server had %d", len(made), len(server.Calls()))
	}
	if l.Budget.Spent().Tokens == 0 {
		t.Error("no call counts against the budget")
	}
}

func designSpec(t *testing.T, d *study.Design) llm.PromptSpec {
	t.Helper()
	spec, err := seating.PromptsOf(&d.Condition)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// Where notes are embedded the seats of a game share their vectors.
func TestSeatsShareVectors(t *testing.T) {
	d := designOf(t, "ollama/fake", "prompts.embed=ollama/vectors")
	l, _ := live(t, d, serversAt("http://127.0.0.1:1"))
	_, seats := seatsOf(t, l, d)
	first := seats[0].(*llm.Player).Vectors
	for i, agent := range seats {
		if v := agent.(*llm.Player).Vectors; v == nil || v != first || v.Model == nil {
			t.Errorf("seat %d has the vectors %p, seat 0 %p", i, v, first)
		}
	}
}

// What the batch used before counts against its budget, at its price, and only where there is a budget.
func TestCount(t *testing.T) {
	prices := limits.Prices{Prices: []limits.Price{{Model: "ollama/fake", Input: 2, Output: 10}}}
	used := []llm.Call{{Policy: "ollama/fake", Completion: llm.Completion{Usage: llm.Usage{Prompt: 1000, Reply: 100}}},
		{Policy: "ollama/fake", Completion: llm.Completion{Text: "123", Thinking: "456"}}} // not counted: 300/3 + 6/3
	for _, o := range []seating.Options{{}, {Batch: limits.Spent{Tokens: 50}}, {EachGame: limits.Spent{Micros: 50}}} {
		o.Getenv, o.Prices = noEnv, prices
		l, k := live(t, designOf(t, "ollama/fake"), o)
		k.used = used
		if err := l.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := limits.Spent{}
		if o.Batch.Tokens > 0 || o.EachGame.Micros > 0 {
			want = limits.Spent{Tokens: 1000 + 100 + 100 + 2, Micros: 2*1100 + 10*102}
		}
		if got := l.Budget.Spent(); got != want {
			t.Errorf("bounds of %+v and %+v: counted is %+v, not %+v", o.Batch, o.EachGame, got, want)
		}
	}
}

// A limit on each game ends the game that has used it up, and no other.
func TestEachGameHasItsLimit(t *testing.T) {
	d, o := designOf(t, "ollama/fake"), serversAt(fakeServer(t, 0).URL)
	o.EachGame = limits.Spent{Tokens: 1}
	l, _ := live(t, d, o)
	for index := range 2 {
		ref := d.Ref("b", index)
		setup, err := d.Of(index).Alone(ref)
		if err != nil {
			t.Fatal(err)
		}
		seats, err := l.Agents(t.Context(), ref, setup)
		if err != nil {
			t.Fatal(err)
		}
		first, second := seats[0].(*llm.Player).Model, seats[1].(*llm.Player).Model
		hello := llm.Prompt{Messages: []llm.Message{{Speaker: llm.User, Text: "hello"}}}
		if _, err := first.Complete(t.Context(), hello); err != nil {
			t.Errorf("game %d: the first call: %v", index, err)
		}
		if _, err := second.Complete(t.Context(), hello); !errors.Is(err, llm.ErrLimit) || errors.Is(err, limits.ErrBatch) {
			t.Errorf("game %d: the second call: %v", index, err)
		}
	}
}

// A recorded game plays again from its replies, without a server, event for event; what is wrong with a recording is an error.
func TestRecordedAndReplayed(t *testing.T) {
	d := designOf(t, "ollama/fake")
	l, k := live(t, d, serversAt(fakeServer(t, 0).URL))
	setup, seats := seatsOf(t, l, d)
	want, calls := played(t, setup, seats), k.games[d.Ref("b", 0).ID].made

	spec := designSpec(t, d)
	replayers, err := seating.Replayers(&spec, setup, calls, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := played(t, setup, replayers); !reflect.DeepEqual(got, want) {
		t.Error("played again from its replies the game is another")
	}
	if _, err := seating.Replayers(&spec, engine.Setup{Cast: []engine.Player{{Policy: "nobody"}}}, nil, nil); err == nil {
		t.Error("nobody plays again")
	}

	again := designOf(t, "recorded/b")
	if err := seating.Adopt(again, func(string) (*study.Design, error) { return d, nil }); err != nil {
		t.Fatal(err)
	}
	l, k = live(t, again, seating.Options{Getenv: noEnv})
	whole := seating.Recording{Policies: []string{"ollama/fake", "ollama/fake", "ollama/fake", "ollama/fake"}, Calls: calls}
	k.stored = map[string]seating.Recording{"b": whole}
	setup, seats = seatsOf(t, l, again)
	if len(k.asked) != 1 || k.asked[0] != 0 {
		t.Errorf("read are the recordings of the games %v, not of game 0 once", k.asked)
	}
	if got := played(t, setup, seats); !sameDeeds(got, want) {
		t.Error("the recorded game is another")
	}
	if got := len(k.games[again.Ref("b", 0).ID].made); got != len(calls) {
		t.Errorf("%d of the %d calls are kept with the new game", got, len(calls))
	}

	bare := designOf(t, "recorded/b") // nothing was adopted
	unasked, its := live(t, bare, seating.Options{Getenv: noEnv})
	its.stored = map[string]seating.Recording{"b": whole}
	if _, err := unasked.Agents(t.Context(), bare.Ref("b", 0), setup); err == nil || !strings.Contains(err.Error(), "no prompts") {
		t.Errorf("a game of models without prompts: %v", err)
	}

	for says, stored := range map[string]map[string]seating.Recording{"no seat 3": {"b": {Policies: whole.Policies[:3]}},
		errNone.Error(): nil, "nobody": {"b": {Policies: []string{"nobody"}}}} {
		k.stored = stored
		ref := again.Ref("b", 0)
		if _, err := l.Agents(t.Context(), ref, setup); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// sameDeeds reports whether two games have the same deeds and news; who plays is told otherwise.
func sameDeeds(a, b []engine.Event) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if _, created := a[i].Body.(engine.Created); !created && !reflect.DeepEqual(a[i].Body, b[i].Body) {
			return false
		}
	}
	return true
}

// A scripted seat of a recorded game is played anew, by its own policy.
func TestRecordedScripted(t *testing.T) {
	d := designOf(t, "bayes")
	setup, err := d.Of(0).Alone(d.Ref("b", 0))
	if err != nil {
		t.Fatal(err)
	}
	first, err := seating.Replayers(nil, setup, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := played(t, setup, first)
	again := designOf(t, "recorded/b")
	l, k := live(t, again, seating.Options{Getenv: noEnv})
	k.stored = map[string]seating.Recording{"b": {Policies: []string{"bayes", "bayes", "bayes", "bayes"}}}
	setup, seats := seatsOf(t, l, again)
	if got := played(t, setup, seats); !sameDeeds(got, want) {
		t.Error("the recorded game is another")
	}
}
