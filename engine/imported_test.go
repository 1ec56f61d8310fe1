package engine

import (
	"strings"
	"testing"
)

// A game of another system opens with what can be a table, and its events are numbered, of its seats, and not held against the rules.
func TestImported(t *testing.T) {
	rules := DefaultRules()
	rules.Players, rules.Traitors = 3, 1
	opens := func(change func(*Imported)) error {
		b := Imported{Format: "x", Rules: rules, Policies: []string{"a", "b", "c"}}
		change(&b)
		_, err := Apply(State{}, Event{Body: b})
		return err
	}
	for want, change := range map[string]func(*Imported){
		"":                             func(*Imported) {},
		"2 policies for 3 players":     func(b *Imported) { b.Policies = b.Policies[:2] },
		"0 policies for 0 players":     func(b *Imported) { b.Rules.Players, b.Policies = 0, nil },
		"100 traitors among 3 players": func(b *Imported) { b.Rules.Traitors = 100 },
		"-1 traitors among 3 players":  func(b *Imported) { b.Rules.Traitors = -1 },
		"policies for 41 players":      func(b *Imported) { b.Rules.Players, b.Policies = MaxSeats+1, make([]string, MaxSeats+1) },
	} {
		err := opens(change)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	s, err := Fold([]Event{{Body: Imported{Rules: rules, Policies: []string{"a", "b", "c"}}},
		{Seq: 1, Step: 1, Round: 7, Phase: PhaseBallot, Body: Ballot{Voter: 2, Target: 2}}})
	if err != nil || !s.Imported || s.Round != 7 {
		t.Errorf("%+v, %v", s, err)
	}
	for _, e := range []Event{{Seq: 3, Body: Ended{Roles: make([]Role, 3)}},
		{Seq: 2, Body: Imported{Rules: rules, Policies: []string{"a", "b", "c"}}}, {Seq: 2, Body: Created{}},
		{Seq: 2, Body: Ballot{Voter: 3, Target: 0}}, {Seq: 2, Body: Statement{Seat: 0, Acts: []Act{{Kind: Accuse, Seat: -7}}}},
		{Seq: 2, Body: Opened{Names: []string{"A"}}}, {Seq: 2, Body: Tally{Votes: make([]int, 4)}},
		{Seq: 2, Body: Belief{PerMille: make([]int16, 4)}}, {Seq: 2, Audience: SeatsOf(3), Body: Ended{Roles: make([]Role, 3)}}} {
		if _, err := Apply(s, e); err == nil {
			t.Errorf("event %d for %v follows", e.Seq, e.Audience.List())
		}
	}
	if s, err := Apply(s, Event{Seq: 2, Body: Ended{Winner: Faithful, Roles: make([]Role, 3)}}); err != nil || !s.Over ||
		s.Winner != Faithful {
		t.Errorf("%+v, %v", s, err)
	}
}
