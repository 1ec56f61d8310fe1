package memory

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// A call comes back as it was kept, unknown counts as unknown; a second one of the same game, step, seat and attempt is refused; the
// log knows the step that is being answered, also when it is opened again.
func TestCalls(t *testing.T) {
	s := filled(t)
	defer s.Close()
	ctx := t.Context()
	log, err := s.StartGame(ctx, Game{ID: "ca11ca11ca", Batch: "test-1", Index: 77, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	opening, _, err := engine.Open(callSetup())
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Append(ctx, "ca11ca11ca", 0, opening); err != nil {
		t.Fatal(err)
	}
	want := ModelCall{Game: log.Game().Key, Step: log.Step() + 1, Seat: 2, Attempt: 1, Policy: "ollama/x", Model: "x",
		PromptHash:  strings.Repeat("ab", 32),
		PromptChars: 9, Reply: "{\"a\":\x01}", Thinking: "hm", Finish: "stop", Tries: 2, PromptTokens: 11, TotalMS: 5}
	if err := s.KeepCall(ctx, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Calls(ctx, want.Game)
	if err != nil || len(got) != 1 || got[0].At == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	got[0].At = 0
	if string(got[0].Prompt) != "" || got[0].Prompt != nil {
		t.Errorf("a prompt that was not kept comes back as %q", got[0].Prompt)
	}
	got[0].Prompt = nil
	if g := got[0]; g.Reply != want.Reply || g.Seat != 2 || g.ReplyTokens != 0 || g.PromptTokens != 11 ||
		g.PromptHash != want.PromptHash || g.Step != want.Step {
		t.Errorf("kept %+v, came back %+v", want, g)
	}
	if err := s.KeepCall(ctx, want); err == nil {
		t.Error("the same call is kept twice")
	}
	again, err := s.StartGame(ctx, Game{ID: "ca11ca11ca", Batch: "test-1", Index: 77, Seed: 7})
	if err != nil || again.Step() != log.Step() {
		t.Errorf("opened again the log is at step %v, %v", again, err)
	}
}

func callSetup() engine.Setup {
	r := engine.DefaultRules()
	r.Players, r.Traitors = 4, 1
	cast := make([]engine.Player, 4)
	for i := range cast {
		cast[i] = engine.Player{Name: string(rune('A' + i)), Policy: "ollama/x"}
	}
	return engine.Setup{Seed: 1, Rules: r.Complete(), Cast: cast}
}
