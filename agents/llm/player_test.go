package llm

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
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

func saying(text string) Completion { return Completion{Text: text, Finish: reply.Stop} }

// table is what a seat named Ada perceived of a table of five, and a ballot with beliefs.
func ballotOf(t testing.TB) (engine.Observation, engine.Request) {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = 5, 1
	names := []string{"Ada", "Bo", "Mary Ann", "Ann", "Zoë"}
	seen := engine.Observation{Seat: 0, Events: []engine.Observed{{Body: engine.Opened{Rules: rules.Complete(), Names: names}}}}
	r := engine.Request{Seat: 0, Kind: engine.AskBallot, Round: 1, Phase: engine.PhaseBallot, Living: engine.AllSeats(5),
		Legal: engine.AllSeats(5).Without(0)}
	copy(r.Offer[:], []engine.Seat{4, 2, 1, 3})
	return seen, r
}

// The ladder: a reply that counts; a repair that quotes what was wrong; a forfeit with its cause (rule 3.6).
func TestLadder(t *testing.T) {
	seen, r := ballotOf(t)
	spec := testSpec()
	late := Completion{Failure: engine.CauseTimeout, Detail: "late"}
	good, bad := saying(`{"thought":"hm","choice":"Bo"}`), saying(`{"thought":"so","choice":"Bobby"}`)
	for _, c := range []struct {
		name    string
		replies []Completion
		first   engine.Cause // what the repair says
		forfeit engine.Cause
		calls   int
		thought string
	}{
		{"at once", []Completion{good}, "", "", 1, "hm"},
		{"repaired", []Completion{bad, good}, engine.CauseIllegalTarget, "", 2, "so\nhm"},
		{"repaired, with the same thought", []Completion{saying(`{"thought":"hm"}`), good}, engine.CauseSchema, "", 2, "hm"},
		{"forfeited", []Completion{bad, saying("no")}, engine.CauseIllegalTarget, engine.CauseNotJSON, 2, "so"},
		{"timed out twice", []Completion{late, late}, engine.CauseTimeout, engine.CauseTimeout, 2, ""},
		{"without end, then well", []Completion{{Text: strings.Repeat("and ", 5000), Finish: reply.Length}, good},
			engine.CauseTruncated, "", 2, "hm"},
		{"nothing, then well", []Completion{saying(" "), good}, engine.CauseEmpty, "", 2, "hm"},
		{"the provider fails for good", []Completion{{Failure: engine.CauseProvider, Detail: "500"}}, "", engine.CauseProvider, 1, ""},
	} {
		model, kept := &says{replies: c.replies}, &shelf{}
		p := Player{Spec: &spec, Policy: "test", Model: model, Archive: kept, Seed: 1}
		a, err := p.Act(t.Context(), seen, r)
		if err != nil || a.Forfeit != c.forfeit || len(a.Calls) != c.calls || kept.kept != c.calls || a.Forfeit == "" && a.Target != 1 ||
			a.Thought != c.thought {
			t.Errorf("%s: %+v, %v; %d kept", c.name, a, err, kept.kept)
		}
		if c.calls == 2 {
			first, second := model.prompts[0], model.prompts[1]
			more := 2
			if c.first == engine.CauseTimeout || c.first == engine.CauseTruncated || c.first == engine.CauseEmpty {
				more = 0 // nothing to quote
			}
			last := second.Messages[len(second.Messages)-1].Text
			if len(second.Messages) != len(first.Messages)+more || second.Messages[0] != first.Messages[0] || second.Seed == first.Seed ||
				!strings.Contains(last, "can't be used ("+string(c.first)+")") {
				t.Errorf("%s: the repair is not the first prompt with the reply and what was wrong after it: %q", c.name, last)
			}
		}
		again := &says{err: errors.New("asked again")}
		p.Model = again
		if b, err := p.Act(t.Context(), seen, r); err != nil || b.Forfeit != a.Forfeit || b.Target != a.Target || len(again.prompts) > 0 {
			t.Errorf("%s: with its calls kept a model was asked again: %+v, %v", c.name, b, err)
		}
	}
}

// A repair has a little heat, so that a model at temperature 0 does not say the same once more; another temperature stays.
func TestHeatOfRepairs(t *testing.T) {
	first, repair := Prompt{}, Prompt{Caller: Caller{Attempt: 1}}
	cold, warm := 0.0, 0.9
	for _, c := range []struct {
		set  *float64
		p    Prompt
		want *float64
	}{{nil, first, nil}, {nil, repair, nil}, {&cold, first, &cold}, {&warm, first, &warm}, {&warm, repair, &warm}} {
		if got := (Options{Temperature: c.set}).Heat(c.p); got != c.want {
			t.Errorf("%v, attempt %d: %v", c.set, c.p.Caller.Attempt, got)
		}
	}
	if got := (Options{Temperature: &cold}).Heat(repair); got == nil || *got != RepairHeat {
		t.Error(got)
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
	p := Player{Spec: &spec, Policy: "test", Model: &says{replies: []Completion{saying(`{"thought":"","choice":"Bo"}`)}}, Archive: kept}
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
	if known.saidOf("a") != 2048 || known.saidOf("b") != 0 || (*Contexts)(nil).saidOf("a") != 0 {
		t.Error(known.saidOf("a"), known.saidOf("b"))
	}
}

// The first answers of a policy decide whether anything can come of it: one that counts clears it, and another policy's don't matter.
func TestHealth(t *testing.T) {
	var h Health
	for i := range hopelessAfter {
		if err := h.note("other", engine.CauseNone, ""); err != nil {
			t.Fatal(err)
		}
		err := h.note("a", engine.CauseRefusal, "I'd rather\nnot.")
		if last := i == hopelessAfter-1; last != errors.Is(err, errHopeless) {
			t.Fatalf("after %d: %v", i+1, err)
		} else if last && (!strings.Contains(err.Error(), "“I'd rather not.”") || !strings.Contains(err.Error(), "turncoat doctor 'a'")) {
			t.Errorf("it says %v", err)
		}
	}
	for range 3 * hopelessAfter { // it counted once
		if err := h.note("other", engine.CauseEmpty, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := (*Health)(nil).note("a", engine.CauseEmpty, ""); err != nil {
		t.Error(err)
	}
}
