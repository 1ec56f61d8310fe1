package main

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
)

// The audits find nothing in a game of a fake model, and each thing that is then put wrong.
func TestAuditsFindWhatIsWrong(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 4})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "a.db")
	if out, err := modelRun(t, server, "run", "duel-4", "--games", "1", "--seed", "3", "--batch", "b", "--policy", "vllm/fake", "--quiet",
		"--db", db).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	store, g := firstGame(t, db, "b")
	calls, err := store.Calls(t.Context(), g.Key)
	if err != nil {
		t.Fatal(err)
	}
	spec, events, err := promptsOf(t, store, g)
	if err != nil {
		t.Fatal(err)
	}
	found := func(events []engine.Event) (acts, secrets int) {
		t.Helper()
		a, n := misread(events, calls)
		l, compared, err := leaks(t.Context(), spec, events, calls)
		if err != nil || compared != len(calls) || n.acts < 8 || n.votes < 3 || n.beliefs < 9 {
			t.Fatalf("compared: %+v and %d of %d prompts: %v", n, compared, len(calls), err)
		}
		return len(a), len(l)
	}
	if acts, secrets := found(events); acts+secrets > 0 {
		w, _ := misread(events, calls)
		t.Fatalf("an honest game: %d misread, %d leaks\n%s", acts, secrets, strings.Join(w, "\n"))
	}
	texts, err := promptTexts(t.Context(), spec, events, calls)
	if err != nil {
		t.Fatal(err)
	}
	if wrong, looked := strayThoughts(texts, calls); len(wrong) > 0 || looked < 8 {
		t.Errorf("thoughts of an honest game: %d looked at\n%s", looked, strings.Join(wrong, "\n"))
	}
	for key := range texts { // the first seat's first thought comes to all
		texts[key] += letters(thoughtOf(t, calls[0]))
	}
	texts[turnKey{calls[0].Step, calls[0].Seat}] = ""
	if wrong, _ := strayThoughts(texts, calls); len(wrong) == 0 {
		t.Error("a thought in another's prompt is not found")
	}
	for name, spoil := range spoilt {
		other := slices.Clone(events)
		at := slices.IndexFunc(other, func(e engine.Event) bool {
			b := spoil.change(e.Body)
			return b != nil &&
				!reflect.DeepEqual(b, e.Body)
		})
		if at < 0 {
			t.Fatalf("%s: no event to spoil", name)
		}
		other[at].Body = spoil.change(other[at].Body)
		if acts, _ := misread(other, calls); len(acts) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	for i, e := range events {
		if _, ok := e.Body.(engine.Thought); ok {
			events[i].Audience = engine.AllSeats(4)
		}
	}
	if _, secrets := found(events); secrets == 0 {
		t.Error("thoughts that everybody perceives are not found")
	}
}

func thoughtOf(t *testing.T, c memory.ModelCall) string {
	t.Helper()
	var said rawReply
	if err := json.Unmarshal([]byte(c.Reply), &said); err != nil || len(letters(said.Thought)) < 30 {
		t.Fatalf("the thought of %s: %v", c.Reply, err)
	}
	return said.Thought
}

// spoilt are things that a log may have wrong.
var spoilt = map[string]struct {
	change func(engine.Body) engine.Body // nil: it is of another kind
}{
	"an act about somebody else": {func(b engine.Body) engine.Body {
		if s, ok := b.(engine.Statement); ok && len(s.Acts) > 0 {
			s.Acts = slices.Clone(s.Acts)
			s.Acts[0].Seat = (s.Acts[0].Seat + 1) % 4
			return s
		}
		return nil
	}},
	"an act that is missing": {func(b engine.Body) engine.Body {
		if s, ok := b.(engine.Statement); ok && len(s.Acts) > 0 {
			s.Acts = s.Acts[1:]
			return s
		}
		return nil
	}},
	"another speech": {func(b engine.Body) engine.Body {
		if s, ok := b.(engine.Statement); ok && s.Text != "" {
			s.Text += " I confess."
			return s
		}
		return nil
	}},
	"another ballot": {func(b engine.Body) engine.Body {
		if v, ok := b.(engine.Ballot); ok && v.Target != engine.NoSeat {
			v.Target = (v.Target + 1) % 4
			return v
		}
		return nil
	}},
	"another belief": {func(b engine.Body) engine.Body {
		if v, ok := b.(engine.Belief); ok {
			v.PerMille = slices.Clone(v.PerMille)
			for s := range v.PerMille {
				if v.PerMille[s] != engine.Unstated {
					v.PerMille[s] = 1000 - v.PerMille[s]/2
				}
			}
			return v
		}
		return nil
	}},
}
