package codec

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// The chain covers its predecessor, every field of the header and every byte of the body.
func TestLinkCoversEverything(t *testing.T) {
	s := Stored{Seq: 3, Step: 2, Round: 1, Phase: engine.PhaseBallot, Kind: engine.KindBallot, Audience: 5, Body: []byte(`{"voter":1}`)}
	base := Link(Hash{1}, s)
	seen := map[Hash]string{base: "nothing"}
	note := func(what string, h Hash) {
		if other := seen[h]; other != "" {
			t.Errorf("a change of %s gives the hash of a change of %s", what, other)
		}
		seen[h] = what
	}
	note("the predecessor", Link(Hash{2}, s))
	for what, change := range map[string]func(*Stored){
		"the number": func(s *Stored) { s.Seq++ }, "the step": func(s *Stored) { s.Step++ }, "the round": func(s *Stored) { s.Round++ },
		"the phase": func(s *Stored) { s.Phase = engine.PhaseRunoff }, "the kind": func(s *Stored) { s.Kind = engine.KindTally },
		"the audience": func(s *Stored) { s.Audience++ }, "the body": func(s *Stored) { s.Body = []byte(`{"voter":2}`) },
		"the body's end": func(s *Stored) { s.Body = append(s.Body, ' ') },
	} {
		other := s
		change(&other)
		note(what, Link(Hash{1}, other))
	}
	if again := Link(Hash{1}, s); again != base {
		t.Error("the same event has two hashes")
	}
}

// Verify says which link does not hold.
func TestVerifyNamesTheEvent(t *testing.T) {
	rules := engine.DefaultRules().Complete()
	opening, _, err := engine.Open(engine.Setup{Rules: rules, Cast: make([]engine.Player, rules.Players)})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := StoreAll(opening)
	if err != nil {
		t.Fatal(err)
	}
	var heads []Hash
	head := Hash{}
	for _, s := range stored {
		head = Link(head, s)
		heads = append(heads, head)
	}
	if _, got, err := Verify(stored, heads); err != nil || got != head {
		t.Fatalf("%v, %v", got, err)
	}
	heads[4][0]++
	if _, _, err := Verify(stored, heads); err == nil || err.Error()[:8] != "event 4:" {
		t.Errorf("got %v", err)
	}
}
