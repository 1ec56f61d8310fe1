package seating_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
)

// A dry run counts what models would be asked: the calls of a game that a server really gets, and nothing where no model sits.
func TestPlayDryCounts(t *testing.T) {
	d := designOf(t, "ollama/fake")
	dry, err := seating.PlayDry(t.Context(), d, 2)
	if err != nil {
		t.Fatal(err)
	}
	if dry.Games != 2 || len(dry.First) != 1 || len(dry.Usual) != 1 {
		t.Fatalf("%d games, the first prompts of %d policies, usual ones of %d", dry.Games, len(dry.First), len(dry.Usual))
	}
	server := fakeServer(t, 0)
	l, _ := live(t, d, serversAt(server.URL))
	setup, seats := seatsOf(t, l, d)
	played(t, setup, seats)
	real := float64(len(server.Calls()))
	f := dry.Forecast(1)
	if f.Calls[1] < 0.7*real || f.Calls[1] > 1.4*real { // another course of the game
		t.Errorf("%v calls of a game are expected, a game takes %v", f.Calls, real)
	}
	if got, want := dry.First["ollama/fake"].Messages, server.Calls()[0].Messages; !slices.Equal(got, want) {
		t.Errorf("the first prompt is %q, asked is %q", got, want)
	}
	for name, v := range map[string][3]float64{"calls": f.Calls, "prompts": f.Prompts, "replies": f.Replies, "longest": f.Longest} {
		if v[0] <= 0 || v[1] < v[0] || v[2] < v[1] {
			t.Errorf("%s: low, expected and high are %v", name, v)
		}
	}
	if f.Calls[2] < f.Calls[0]*(1+llm.Repairs) { // every answer is repaired as often as can be
		t.Errorf("%v calls are forecast: the high figure has no repairs", f.Calls)
	}
	if f.Longest[1] != (f.Longest[0]+f.Longest[2])/2 || f.Replies[1] < 1.2*f.Replies[0] || f.Longest[2] < 1.2*f.Longest[0] {
		t.Errorf("speeches of full length make no difference: %+v", f)
	}
	ten := dry.Forecast(10)
	if ten.Calls[1] != 10*f.Calls[1] || ten.Prompts[1] != 10*f.Prompts[1] || ten.Replies[2] != 10*f.Replies[2] || ten.Longest != f.Longest {
		t.Errorf("of ten games %+v is expected, of one %+v", ten, f)
	}
	none, err := seating.PlayDry(t.Context(), designOf(t, "random"), 1)
	if err != nil || none.Forecast(5) != (seating.Forecast{}) {
		t.Errorf("without a model %+v is expected: %v", none.Forecast(5), err)
	}
	if many, err := seating.PlayDry(t.Context(), designOf(t, "random"), 100); err != nil || many.Games >= 100 {
		t.Errorf("%d games are played: %v", many.Games, err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := seating.PlayDry(stopped, d, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("told to stop: %v", err)
	}
}

// How long games take follows from the calls: all slots busy, or each game's calls after one another, whichever is longer.
func TestSpan(t *testing.T) {
	dry, err := seating.PlayDry(t.Context(), designOf(t, "ollama/fake"), 1)
	if err != nil {
		t.Fatal(err)
	}
	calls := time.Duration(dry.Forecast(1).Calls[0])
	if got := dry.Span(1, 1, 1, time.Second); got != calls*time.Second {
		t.Errorf("%d calls one after another take %v", calls, got)
	}
	if got := dry.Span(6, 3, 3, time.Second); got != 2*calls*time.Second {
		t.Errorf("six games of %d calls on three slots take %v", calls, got)
	}
	apart := dry.Span(1, 1, 1000, time.Second) // as many calls at once as a step asks for
	if apart <= 0 || apart >= calls*time.Second {
		t.Errorf("with slots for all %d calls a game takes %v", calls, apart)
	}
	if got := dry.Span(4, 2, 1000, time.Second); got != 2*apart {
		t.Errorf("two rounds of games that take %v take %v", apart, got)
	}
}

// What has room and what has not is told by the lengths that the games came to.
func TestLengthsFit(t *testing.T) {
	const policy = "ollama/fake"
	d := designOf(t, policy)
	lengths, err := seating.LengthsOf(t.Context(), d, policy)
	if err != nil {
		t.Fatal(err)
	}
	bind := seating.BindingOf(d, policy)
	fits := func(context int) (string, error) {
		b := bind
		b.Context = context
		return lengths.Fits(b)
	}
	for context, says := range map[int]string{0: "nothing is left out", 100000: "leaves it"} {
		if got, err := fits(context); err != nil || !strings.Contains(got, says) || strings.Contains(got, "left out;") {
			t.Errorf("a context of %d: %s, %v", context, got, err)
		}
	}
	if _, err := fits(bind.Predict + 10); err == nil || !strings.Contains(err.Error(), "take a num_ctx of") {
		t.Errorf("next to no room: %v", err)
	}
	// From the least context up, the answers come in this order, and none of them comes back.
	order := []string{"error", "even the talk of the round at hand", "the talk of the oldest rounds", "all fits"}
	at, seen := 0, map[string]bool{}
	for context := bind.Predict + 10; context < 20000; context += 50 {
		text, err := fits(context)
		stage := "all fits"
		switch {
		case err != nil:
			stage = "error"
		case strings.Contains(text, order[1]):
			stage = order[1]
		case strings.Contains(text, order[2]):
			stage = order[2]
		}
		for at < len(order)-1 && order[at] != stage {
			at++
		}
		if order[at] != stage {
			t.Fatalf("a context of %d: %s comes after more had room", context, stage)
		}
		seen[stage] = true
	}
	if len(seen) < len(order) {
		t.Errorf("of the stages only %v were met", seen)
	}
	if other, err := seating.LengthsOf(t.Context(), d, "ollama/other"); err != nil {
		t.Error(err)
	} else if text, err := other.Fits(bind); err != nil || !strings.Contains(text, "leaves it") {
		t.Errorf("a policy that does not sit there: %s, %v", text, err)
	}
}

// A scenario's questions are put to a model one by one, and what is wrong with an answer is told.
func TestExamine(t *testing.T) {
	source := designOf(t, "random")
	policy := agents.PolicyOf("ollama/fake")
	examine := func(answer llmtest.Answer) seating.Exam {
		server := llmtest.Serve(llmtest.Setup{Answer: answer})
		defer server.Close()
		return seating.Examine(t.Context(), serversAt(server.URL).Servers(), source, policy, time.Minute)
	}
	good := examine(nil)
	if !good.Legal() || len(good.Put) != 2 || good.Put[0].Asked.Kind != engine.AskStatement || good.Put[0].Asked == good.Put[1].Asked {
		t.Fatalf("legal answers: %+v", good)
	}
	for _, q := range good.Put {
		if len(q.Calls) != 1 || q.Answer.Forfeit != engine.CauseNone {
			t.Errorf("%s took %d calls", q.Asked.Kind, len(q.Calls))
		}
	}
	bad := examine(func([]llm.Message, json.RawMessage) string { return "well,\n  what a question" })
	if bad.Legal() || bad.Err != nil || len(bad.Put) != 1 || bad.Lost.Reply != "well, what a question" ||
		len(bad.Lost.Causes) != 1+llm.Repairs || !strings.Contains(bad.Lost.What, "statement") {
		t.Errorf("prose: %+v", bad)
	}
	wrong := seating.Examine(t.Context(), serversAt("").Servers(), source, agents.PolicyOf("ollama/m?x=y"), time.Minute)
	if wrong.Err == nil {
		t.Errorf("no such option: %+v", wrong)
	}
}

// An answer that does not come in time is an error that says so.
func TestExamineWithin(t *testing.T) {
	free := make(chan struct{})
	server := llmtest.Serve(llmtest.Setup{Answer: func([]llm.Message, json.RawMessage) string { <-free; return "" }})
	defer server.Close()
	defer close(free)
	got := seating.Examine(t.Context(), serversAt(server.URL).Servers(), designOf(t, "random"), agents.PolicyOf("ollama/fake"),
		time.Millisecond)
	if got.Err == nil || !strings.Contains(got.Err.Error(), "no answer within 1ms") {
		t.Errorf("no answer in time: %v", got.Err)
	}
}

// PlayedBy has one policy at every seat, whatever the scenario says, under what its server told, and leaves the design as it is.
func TestPlayedBy(t *testing.T) {
	servers, policy := serversAt(fakeServer(t, 5000).URL).Servers(), agents.PolicyOf("ollama/fake")
	if err := seating.LearnOf(t.Context(), servers, []agents.Policy{policy}); err != nil {
		t.Fatal(err)
	}
	source := designOf(t, "random")
	d, err := seating.PlayedBy(source, policy, servers)
	if err != nil {
		t.Fatal(err)
	}
	setup, err := d.Of(0).Alone(d.Ref("b", 0))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range setup.Cast {
		if p.Policy != "ollama/fake" {
			t.Errorf("seat %d is played by %s", i, p.Policy)
		}
	}
	if got := seating.BindingOf(d, "ollama/fake").Context; got != 5000 || d.Seed != source.Seed || source.Policies.All != "random" {
		t.Errorf("a context of %d, seed %d", got, d.Seed)
	}
	if _, err := seating.PlayedBy(source, agents.PolicyOf("nobody"), servers); !isMistake(err) {
		t.Errorf("nobody: %v", err)
	}
}
