package llm

import (
	"context"
	"errors"
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
