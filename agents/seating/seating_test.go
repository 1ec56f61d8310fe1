package seating_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/recorded"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/scenarios"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// designOf is a design of the scenario duel-4 with one policy at every seat.
func designOf(t *testing.T, policy string, set ...string) *study.Design {
	t.Helper()
	d := unloaded(t, policy, set...)
	if err := d.Load(seating.Policies{}); err != nil {
		t.Fatal(err)
	}
	return d
}

func unloaded(t *testing.T, policy string, set ...string) *study.Design {
	t.Helper()
	s, err := scenarios.Load("duel-4")
	if err != nil {
		t.Fatal(err)
	}
	d := study.New(s.Name, s.Source)
	d.Policies.All, d.Set = policy, set
	d.Sow(7)
	return d
}

// inCells is a design with a cell for each policy.
func inCells(t *testing.T, policies ...string) *study.Design {
	t.Helper()
	d := unloaded(t, "random")
	for _, policy := range policies {
		c := d.Condition
		c.Name, c.Policies.All = policy, policy
		d.Cells = append(d.Cells, &c)
	}
	if err := d.Load(seating.Policies{}); err != nil {
		t.Fatal(err)
	}
	return d
}

func noEnv(string) string { return "" }

// serversAt has OLLAMA_HOST and VLLM_BASE_URL lead to one address.
func serversAt(url string) seating.Options {
	env := map[string]string{"OLLAMA_HOST": url, "VLLM_BASE_URL": url + "/v1"}
	return seating.Options{Getenv: func(key string) string { return env[key] }}
}

func isMistake(err error) bool {
	var m *study.MistakeError
	return errors.As(err, &m)
}

// kept are calls and recordings in memory. It implements seating.Kept.
type kept struct {
	games  map[string]*calls
	used   []llm.Call
	stored map[string]seating.Recording
	asked  []int // indexes of recordings
	texts  bool  // prompts were to be kept
}

func (k *kept) Calls(game string, prompts seating.Prompts) seating.Calls {
	k.texts = prompts == seating.Texts
	if k.games == nil {
		k.games = map[string]*calls{}
	}
	k.games[game] = &calls{}
	return k.games[game]
}

func (k *kept) EachCall(_ context.Context, each func(string, llm.Call, int)) error {
	for _, c := range k.used {
		each("before", c, 300)
	}
	return nil
}

func (k *kept) Recording(_ context.Context, batch string, index int) (seating.Recording, error) {
	k.asked = append(k.asked, index)
	r, ok := k.stored[batch]
	if !ok {
		return r, errNone
	}
	return r, nil
}

var errNone = errors.New("no such batch")

// calls keeps those of a game. It implements seating.Calls.
type calls struct {
	recorded.Empty
	made []llm.Call
}

func (c *calls) Keep(_ context.Context, call llm.Call) error {
	c.made = append(c.made, call)
	return nil
}

func (c *calls) Vectors(context.Context) ([]llm.Vector, error)   { return nil, nil }
func (c *calls) KeepVectors(context.Context, []llm.Vector) error { return nil }

// memoryLog keeps the events of a game.
type memoryLog struct{ events []engine.Event }

func (l *memoryLog) Append(_ context.Context, _ string, _ uint64, events []engine.Event) error {
	l.events = append(l.events, events...)
	return nil
}

// played plays a setup by its agents.
func played(t *testing.T, setup engine.Setup, seats []match.Agent) []engine.Event {
	t.Helper()
	opening, _, err := engine.Open(setup)
	if err != nil {
		t.Fatal(err)
	}
	log := &memoryLog{events: slices.Clone(opening)}
	if _, err := (match.Game{ID: "g", Agents: seats, Log: log}).Run(t.Context(), opening); err != nil {
		t.Fatal(err)
	}
	return log.events
}

func TestPolicies(t *testing.T) {
	known := seating.Policies{}
	for policy, want := range map[string]struct{ ok, instant bool }{
		"random": {true, true}, "bayes": {true, true}, "ollama/m": {true, false}, "recorded/b": {true, false}, "nobody": {false, true},
		"ollama/m?num_ctx=x": {false, false},
	} {
		if ok := known.Check(policy) == nil; ok != want.ok {
			t.Errorf("%s can sit at a table: %t", policy, ok)
		}
		if got := known.Instant(policy); got != want.instant {
			t.Errorf("%s answers at once: %t", policy, got)
		}
	}
}

// Of the models alone is told, and in the order of the specs.
func TestModels(t *testing.T) {
	got := seating.Models([]string{"vllm/b", "random", "recorded/x", "ollama/a"})
	if len(got) != 2 || got[0].String() != "vllm/b" || got[1].String() != "ollama/a" {
		t.Errorf("the models are %v", got)
	}
}

// What is frozen is what the scenario says, for the models that sit there; with none of them it is nothing.
func TestFreeze(t *testing.T) {
	if d := designOf(t, "random"); !d.Prompts.IsZero() {
		t.Errorf("without a model this is frozen: %s", d.Prompts.Text())
	}
	d := designOf(t, "ollama/m?num_ctx=4000", "prompts.style=curt", "prompts.language=Welsh", "prompts.embed=ollama/vectors")
	spec, err := seating.PromptsOf(&d.Condition)
	if err != nil {
		t.Fatal(err)
	}
	if spec.Texts.Style != "curt" || spec.Texts.Language != "Welsh" || spec.Embed != "ollama/vectors" ||
		spec.Version != llm.TemplateVersion {
		t.Errorf("frozen is %+v", spec)
	}
	if bind := spec.Policies["ollama/m?num_ctx=4000"]; len(spec.Policies) != 1 || bind.Context != 4000 || bind.Schema != llm.Native {
		t.Errorf("frozen is of the policies %+v", spec.Policies)
	}
	if err := unloaded(t, "ollama/m", "prompts.embed=vllm/vectors").Load(seating.Policies{}); !isMistake(err) {
		t.Errorf("a model that embeds nothing is taken: %v", err)
	}
}

// What this program can't word again it refuses, and can't read; a design without models has nothing to refuse.
func TestCheckPrompts(t *testing.T) {
	if err := seating.CheckPrompts(designOf(t, "random")); err != nil {
		t.Error(err)
	}
	d := designOf(t, "ollama/m")
	if err := seating.CheckPrompts(d); err != nil {
		t.Error(err)
	}
	for text, says := range map[string]string{
		strings.Replace(string(d.Prompts.Text()), llm.TemplateVersion, "prompt@0", 1): "prompt@0",
		`{"policies":7}`: "specification",
	} {
		frozen, err := study.Freeze([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		d.Prompts = frozen
		if err := seating.CheckPrompts(d); !isMistake(err) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
		if _, err := seating.New(d, seating.Options{Getenv: noEnv}); !isMistake(err) {
			t.Errorf("%s is played: %v", text, err)
		}
	}
}

// A binding is found in whichever cell has it.
func TestBindingOf(t *testing.T) {
	d := inCells(t, "ollama/a?num_ctx=3000", "vllm/b?num_ctx=5000")
	for policy, want := range map[string]int{"ollama/a?num_ctx=3000": 3000, "vllm/b?num_ctx=5000": 5000, "vllm/c": 0} {
		if got := seating.BindingOf(d, policy).Context; got != want {
			t.Errorf("%s: a context of %d, not %d", policy, got, want)
		}
	}
}

// What a server told stands in the design from then on, for policies that leave it open; others keep what they say. A resumed
// batch keeps what it began with, and its servers are asked under that.
func TestSettleAgreeHold(t *testing.T) {
	const open, fixed = "ollama/fake", "ollama/fake?num_ctx=3000"
	server := fakeServer(t, 5000)
	begun := inCells(t, open, fixed)
	servers := serversAt(server.URL).Servers()
	if err := seating.LearnOf(t.Context(), servers, seating.Models(begun.Specs())); err != nil {
		t.Fatal(err)
	}
	if err := seating.Settle(begun, servers); err != nil {
		t.Fatal(err)
	}
	if a, b := seating.BindingOf(begun, open).Context, seating.BindingOf(begun, fixed).Context; a != 5000 || b != 3000 {
		t.Errorf("settled are contexts of %d and %d", a, b)
	}

	again := inCells(t, open, fixed)
	if before := seating.BindingOf(again, open).Context; before == 5000 {
		t.Fatal("the default context proves nothing")
	}
	if err := seating.Agree(again, begun); err != nil {
		t.Fatal(err)
	}
	for i := range again.Cells {
		if again.Cells[i].Prompts.Hash() != begun.Cells[i].Prompts.Hash() {
			t.Errorf("cell %d agreed on other prompts than it began with", i)
		}
	}

	other, before := designOf(t, "ollama/other"), seating.BindingOf(designOf(t, "ollama/other"), "ollama/other").Context
	if err := seating.Agree(other, begun); err != nil || seating.BindingOf(other, "ollama/other").Context != before || before == 0 {
		t.Errorf("a policy that had not begun agrees on %+v: %v", seating.BindingOf(other, "ollama/other"), err)
	}

	fresh := serversAt(server.URL).Servers() // the batch goes on without having asked
	if err := seating.Hold(again, fresh); err != nil {
		t.Fatal(err)
	}
	if got := contextAsked(t, server, fresh, open); got != 5000 {
		t.Errorf("the server is asked under a context of %d", got)
	}
	damaged := designOf(t, open)
	var err error
	if damaged.Prompts, err = study.Freeze([]byte(`{"policies":7}`)); err != nil {
		t.Fatal(err)
	}
	if seating.Settle(damaged, servers) == nil || seating.Agree(damaged, begun) == nil || seating.Hold(damaged, fresh) == nil {
		t.Error("a specification that can't be read is taken for one")
	}
}

// A design that plays recorded replies has the prompts that they answered; others with prompts of their own are refused.
func TestAdopt(t *testing.T) {
	from := designOf(t, "ollama/m?num_ctx=4000")
	source := func(batch string) (*study.Design, error) {
		if batch != "kept" {
			return nil, errNone
		}
		return from, nil
	}
	d := designOf(t, "recorded/kept")
	if err := seating.Adopt(d, source); err != nil || d.Prompts.Hash() != from.Prompts.Hash() {
		t.Errorf("adopted are %q: %v", d.Prompts.Hash(), err)
	}
	if err := seating.Adopt(designOf(t, "recorded/lost"), source); !isMistake(err) || !errors.Is(err, errNone) {
		t.Errorf("a batch that is not there: %v", err)
	}
	mixed := func(model string) *study.Design {
		d := unloaded(t, "recorded/kept")
		d.Policies.Teams = map[string]string{"traitors": model}
		if err := d.Load(seating.Policies{}); err != nil {
			t.Fatal(err)
		}
		return d
	}
	if err := seating.Adopt(mixed("ollama/m?num_ctx=4000"), source); err != nil {
		t.Errorf("the same prompts: %v", err)
	}
	if err := seating.Adopt(mixed("ollama/m?num_ctx=5000"), source); !isMistake(err) || !strings.Contains(err.Error(), "others") {
		t.Errorf("other prompts: %v", err)
	}
	settled := designOf(t, "ollama/m")
	const told = 5000
	frozen, err := study.Freeze([]byte(strings.Replace(string(settled.Prompts.Text()),
		fmt.Sprintf(`"context":%d`, seating.BindingOf(settled, "ollama/m").Context), fmt.Sprintf(`"context":%d`, told), 1)))
	if err != nil {
		t.Fatal(err)
	}
	from.Prompts = frozen // it settled on what its server told
	if d := mixed("ollama/m"); seating.Adopt(d, source) != nil || seating.BindingOf(d, "ollama/m").Context != told {
		t.Errorf("beside a recording that began with %d the context is %d", told, seating.BindingOf(d, "ollama/m").Context)
	}
	if err := seating.Adopt(designOf(t, "random"), source); err != nil {
		t.Errorf("nothing is recorded: %v", err)
	}
}

// A batch with cells is played again cell by cell, or by prompts that all of its cells have.
func TestAdoptCells(t *testing.T) {
	from := inCells(t, "ollama/a?num_ctx=3000", "vllm/b?num_ctx=5000")
	source := func(string) (*study.Design, error) { return from, nil }
	d := inCells(t, "recorded/kept", "recorded/kept")
	if err := seating.Adopt(d, source); err != nil {
		t.Fatal(err)
	}
	for i := range d.Cells {
		if d.Cells[i].Prompts.Hash() != from.Cells[i].Prompts.Hash() {
			t.Errorf("cell %d has the prompts of another", i)
		}
	}
	if err := seating.Adopt(designOf(t, "recorded/kept"), source); !isMistake(err) || !strings.Contains(err.Error(), "2 cells") {
		t.Errorf("cells with prompts of their own: %v", err)
	}
	from = inCells(t, "ollama/a", "ollama/a")
	if d := designOf(t, "recorded/kept"); seating.Adopt(d, source) != nil || d.Prompts.Hash() != from.Cells[0].Prompts.Hash() {
		t.Error("prompts that all cells share are not adopted")
	}
}

// Which error ends a game, and which all of them.
func TestStopped(t *testing.T) {
	if one, all := seating.Stopped(errors.New("away")); one || all {
		t.Error("any error is a limit")
	}
	if one, all := seating.Stopped(llm.ErrLimit); !one || all {
		t.Errorf("a game's limit ends: one %t, all %t", one, all)
	}
	if one, all := seating.Stopped(batchLimit()); !one || !all {
		t.Errorf("the batch's limit ends: one %t, all %t", one, all)
	}
}

// A context that the reply alone would fill is refused, with the words of whoever said it.
func TestRoomBeside(t *testing.T) {
	policy := agents.PolicyOf("ollama/m?num_predict=500")
	for context, ok := range map[int]bool{0: true, 499: false, 500: false, 501: true} {
		err := seating.RoomBeside(policy, context, "its server has a context")
		if (err == nil) != ok || err != nil && (!isMistake(err) || !strings.Contains(err.Error(), "its server has a context of")) {
			t.Errorf("a context of %d: %v", context, err)
		}
	}
	if err := seating.RoomBeside(agents.PolicyOf("ollama/m?num_predict=x"), 500, ""); err == nil {
		t.Error("a spec that can't be read has room")
	}
}

// How many games play at once: what was asked for; a game for each slot of a server on this machine or of one slot; else some more.
func TestParallelOf(t *testing.T) {
	here := &catalog.Servers{Getenv: noEnv, Width: 8}
	ollama, hosted := agents.PolicyOf("ollama/m"), agents.PolicyOf("vllm/m?base_url=http://far.example/v1")
	for _, c := range []struct {
		servers *catalog.Servers
		asked   int
		models  []agents.Policy
		want    int
	}{
		{here, 3, []agents.Policy{ollama}, 3},
		{here, 0, []agents.Policy{ollama}, 8},
		{here, 0, []agents.Policy{hosted}, 10},
		{&catalog.Servers{Getenv: noEnv, Width: 1}, 0, []agents.Policy{hosted}, 1},
		{here, 0, []agents.Policy{ollama, hosted}, 20},
	} {
		if got := seating.ParallelOf(c.servers, c.asked, c.models); got != c.want {
			t.Errorf("asked %d, %v: %d games at once, not %d", c.asked, c.models, got, c.want)
		}
	}
	if got := seating.ParallelOf(here, 0, nil); got < 1 {
		t.Errorf("scripted players: %d games at once", got)
	}
}

func TestGrouped(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 999.5: "1,000", 12: "12", 1234567: "1,234,567", 123456: "123,456"} {
		if got := seating.Grouped(v); got != want {
			t.Errorf("%v is written %s, not %s", v, got, want)
		}
	}
}
