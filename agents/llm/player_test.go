package llm

import (
	"context"
	"errors"
	"strings"
	"testing"

	"turncoat/engine"
)

// shelf is an archive in memory.
type shelf struct {
	calls map[[2]int]Call
	kept  int
}

func (s *shelf) Step() uint64 { return 0 }

func (s *shelf) Find(_ context.Context, seat engine.Seat, attempt int) (Call, bool, error) {
	c, ok := s.calls[[2]int{int(seat), attempt}]
	return c, ok, nil
}

func (s *shelf) Keep(_ context.Context, c Call) error {
	if s.calls == nil {
		s.calls = map[[2]int]Call{}
	}
	s.calls[[2]int{int(c.Seat), c.Attempt}] = c
	s.kept++
	return nil
}

// says is a model that gives its replies in turn.
type says struct {
	replies []Completion
	err     error
	prompts []Prompt
}

func (s *says) Complete(_ context.Context, p Prompt) (Completion, error) {
	s.prompts = append(s.prompts, p)
	if len(s.replies) == 0 {
		return Completion{}, s.err
	}
	c := s.replies[0]
	s.replies = s.replies[1:]
	return c, nil
}

func reply(text string) Completion { return Completion{Text: text, Finish: Stop} }

// The ladder: a reply that counts; a repair that quotes what was wrong; a forfeit with its cause (rule 3.6).
func TestLadder(t *testing.T) {
	seen, r := ballotOf(t)
	spec := testSpec()
	good, bad := reply(`{"thought":"hm","choice":"Bo"}`), reply(`{"thought":"so","choice":"Bobby"}`)
	for _, c := range []struct {
		name    string
		replies []Completion
		forfeit engine.Cause
		calls   int
	}{
		{"at once", []Completion{good}, "", 1},
		{"repaired", []Completion{bad, good}, "", 2},
		{"forfeited", []Completion{bad, reply("no")}, engine.CauseNotJSON, 2},
		{"timed out twice", []Completion{{Failure: engine.CauseTimeout, Detail: "late"}, {Failure: engine.CauseTimeout, Detail: "late"}}, engine.CauseTimeout, 2},
		{"the provider fails for good", []Completion{{Failure: engine.CauseProvider, Detail: "500"}}, engine.CauseProvider, 1},
	} {
		model, kept := &says{replies: c.replies}, &shelf{}
		p := Player{Spec: &spec, Policy: "test", Model: model, Archive: kept, Seed: 1}
		a, err := p.Act(t.Context(), seen, r)
		if err != nil || a.Forfeit != c.forfeit || len(a.Calls) != c.calls || kept.kept != c.calls || a.Forfeit == "" && a.Target != 1 {
			t.Errorf("%s: %+v, %v; %d kept", c.name, a, err, kept.kept)
		}
		if c.calls == 2 {
			first, second := model.prompts[0], model.prompts[1]
			if len(second.Messages) != len(first.Messages)+2 || second.Messages[0] != first.Messages[0] || second.Seed == first.Seed {
				t.Errorf("%s: the repair is not the first prompt with the reply and what was wrong after it", c.name)
			}
		}
		again := &says{err: errors.New("asked again")}
		p.Model = again
		if b, err := p.Act(t.Context(), seen, r); err != nil || b.Forfeit != a.Forfeit || b.Target != a.Target || len(again.prompts) > 0 {
			t.Errorf("%s: with its calls kept a model was asked again: %+v, %v", c.name, b, err)
		}
	}
}

// A server that is out of reach is an error, which parks the game: nothing is kept, nothing forfeited.
func TestOutOfReachIsAnError(t *testing.T) {
	seen, r := ballotOf(t)
	spec, kept := testSpec(), &shelf{}
	gone := &Failure{Cause: engine.CauseProvider, Parks: true, Err: errors.New("refused")}
	p := Player{Spec: &spec, Policy: "test", Model: &says{err: gone}, Archive: kept}
	if _, err := p.Act(t.Context(), seen, r); !errors.Is(err, gone) || kept.kept != 0 {
		t.Fatalf("%v, %d kept", err, kept.kept)
	}
}

// A stored call that belongs to another prompt is refused.
func TestDeparture(t *testing.T) {
	seen, r := ballotOf(t)
	spec, kept := testSpec(), &shelf{}
	p := Player{Spec: &spec, Policy: "test", Model: &says{replies: []Completion{reply(`{"thought":"","choice":"Bo"}`)}}, Archive: kept}
	if _, err := p.Act(t.Context(), seen, r); err != nil {
		t.Fatal(err)
	}
	r.Round = 2
	if _, err := p.Act(t.Context(), seen, r); !errors.Is(err, ErrDeparts) {
		t.Fatalf("another prompt took the stored reply: %v", err)
	}
}

// How much shorter a prompt is made after a refusal.
func TestShorter(t *testing.T) {
	b := Binding{Context: 0, Predict: 1000, Chars: 35}
	for _, c := range []struct{ held, told, tokens, want int }{
		{0, 4096, 6000, 4096},     // told
		{4096, 4096, 3000, 3250},  // told again: our count was too low
		{0, 0, 6000, 5500},        // not told: three quarters of the prompt, and the reply
		{8192, 0, 3000, 3250},     // not told, the prompt was shorter than what was reckoned with
		{4096, 16000, 3000, 3250}, // told more than was reckoned with
	} {
		if got := b.Under(c.held).shorter(c.told, c.tokens); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	if b.Under(512).Context != 512 || (Binding{Context: 512}).Under(4096).Context != 512 || b.Under(0).Context != 0 {
		t.Error("Under")
	}
	var known Contexts
	for _, n := range []int{4096, 8192, 0, 2048} {
		known.Learn("a", n)
	}
	if known.Of("a") != 2048 || known.Of("b") != 0 || (*Contexts)(nil).Of("a") != 0 {
		t.Error(known.Of("a"), known.Of("b"))
	}
}

// The first answers of a policy decide whether anything can come of it: one that counts clears it, and another policy's don't matter.
func TestHealth(t *testing.T) {
	var h Health
	for i := range HopelessAfter {
		if err := h.note("other", engine.CauseNone, ""); err != nil {
			t.Fatal(err)
		}
		err := h.note("a", engine.CauseRefusal, "I'd rather\nnot.")
		if last := i == HopelessAfter-1; last != errors.Is(err, ErrHopeless) {
			t.Fatalf("after %d: %v", i+1, err)
		} else if last && (!strings.Contains(err.Error(), "“I'd rather not.”") || !strings.Contains(err.Error(), "turncoat doctor 'a'")) {
			t.Errorf("it says %v", err)
		}
	}
	for range 3 * HopelessAfter { // it counted once
		if err := h.note("other", engine.CauseEmpty, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := (*Health)(nil).note("a", engine.CauseEmpty, ""); err != nil {
		t.Error(err)
	}
}
