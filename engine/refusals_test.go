package engine

import (
	"slices"
	"testing"
)

// try folds one more event at the place where the game stands.
func (g *game) try(audience Seats, b Body) error {
	_, err := Apply(g.state, Event{Seq: g.state.Seq, Step: g.state.Step, Round: g.state.Round, Phase: g.state.Phase, Audience: audience,
		Body: b})
	return err
}

// What the fold refuses though it comes in its place: a log is not taken at its word.
func TestFoldRefuses(t *testing.T) {
	level := func(v int16) Belief {
		return Belief{Observer: 1, Order: 1, When: "start", PerMille: []int16{v, Unstated, 0, 1000, Unstated, 500}}
	}
	beliefs := begin(t, SeatsOf(0), func(r *Rules) { r.Beliefs.After = AfterStart })
	ballot := begin(t, SeatsOf(0, 1), nil)
	bids := begin(t, SeatsOf(0), func(r *Rules) { r.Order, r.Turns = "bid", 2 })
	night := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Players = 8 })
	night.vote(2, 2, 3, 2, 2, 2, 2, 2)
	rows := []struct {
		name string
		at   *game
		body Body
		ok   bool
	}{
		{"a belief of all", beliefs, level(1000), true},
		{"a belief of more than all", beliefs, level(1001), false},
		{"a belief of less than none", beliefs, level(-2), false},
		{"a belief of oneself", beliefs, Belief{Observer: 1, PerMille: []int16{1, 1, 1, 1, 1, 1}}, false},
		{"beliefs of a larger table", beliefs, Belief{Observer: 1, PerMille: make([]int16, 7)}, false},
		{"the highest bid", bids, Bid{Seat: 1, Bid: 4}, true},
		{"a bid above it", bids, Bid{Seat: 1, Bid: 5}, false},
		{"a bid below none", bids, Bid{Seat: 1, Bid: -1}, false},
		{"a ballot", ballot, Ballot{Voter: 1, Target: 5}, true},
		{"a ballot for a seat that is not there", ballot, Ballot{Voter: 1, Target: 6, Illegal: true}, false},
		{"a ballot for oneself", ballot, Ballot{Voter: 1, Target: 1}, false},
		{"a ballot of another stage", ballot, Ballot{Voter: 1, Target: 2, Stage: 1}, false},
		{"a tally of a smaller table", ballot, Tally{Votes: make([]int, 5)}, false},
		{"a tie with nobody", ballot, Tied{}, false},
		{"a tie with somebody who is not there", ballot, Tied{Seats: []Seat{1, 6}}, false},
		{"a draw of another", ballot, Drawn{Among: []Seat{1, 2}, Seat: 3}, false},
		{"a banishment before the vote", ballot, Banished{Seat: 1}, false},
		{"a role of the living", ballot, Revealed{Seat: 1, Role: RoleTraitor}, false},
		{"another role of the dead", night, Revealed{Seat: 2, Role: RoleTraitor}, false},
		{"the role of the dead", night, Revealed{Seat: 2, Role: RoleFaithful}, true},
		{"a victim", night, MurderVote{Voter: 0, Target: 3}, true},
		{"a traitor as victim", night, MurderVote{Voter: 0, Target: 1}, false},
		{"the dead as victim", night, MurderVote{Voter: 0, Target: 2}, false},
		{"a faithful who names a victim", night, MurderVote{Voter: 3, Target: 4}, false},
		{"a murder of the dead", night, Murdered{Seat: 2}, false},
		{"another victim than the murdered", night, Found{Victim: 3}, false},
		{"notes out of their time", night, Notes{Seat: 3}, false},
		{"earlier games in the middle of one", night, Remembered{Seat: 3}, false},
		{"a second role", night, Dealt{Seat: 3, Role: RoleTraitor}, false},
		{"a second opening", night, Created{Rules: night.state.Rules}, false},
	}
	for _, r := range rows {
		if err := r.at.try(AllSeats(6), r.body); (err == nil) != r.ok {
			t.Errorf("%s: %v", r.name, err)
		}
	}
}

// Nobody votes, names a victim or speaks twice in a turn.
func TestFoldRefusesASecondAnswer(t *testing.T) {
	night := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Players = 8 })
	night.vote(2, 2, 3, 2, 2, 2, 2, 2)
	for name, g := range map[string]*game{"ballot": begin(t, SeatsOf(0, 1), nil), "murder": night,
		"statement": begin(t, SeatsOf(0), func(r *Rules) { r.Passes = 1 })} {
		body := map[string]Body{"ballot": Ballot{Voter: 1, Target: 2}, "murder": MurderVote{Voter: 1, Target: 4},
			"statement": Statement{Seat: 0, Text: "Once."}}[name]
		e := Event{Seq: g.state.Seq, Step: g.state.Step + 1, Round: g.state.Round, Phase: g.state.Phase, Body: body}
		next, err := Apply(g.state, e)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		e.Seq++
		if _, err := Apply(next, e); err == nil {
			t.Errorf("a second %s of the seat is taken", name)
		}
	}
}

// The header of an event: its number, its step, and that it does not come after the end.
func TestFoldRefusesHeaders(t *testing.T) {
	g := begin(t, SeatsOf(0), nil)
	at := func(seq, step uint64) error {
		_, err := Apply(g.state, Event{Seq: seq, Step: step, Round: g.state.Round, Phase: g.state.Phase, Body: Ballot{Voter: 1, Target: 2}})
		return err
	}
	seq, step := g.state.Seq, g.state.Step
	if at(seq, step) != nil || at(seq, step+1) != nil {
		t.Error("an event in its place is refused")
	}
	if at(seq+1, step) == nil || at(seq-1, step) == nil || at(seq, step+2) == nil || at(seq, step-1) == nil {
		t.Error("an event out of its place is taken")
	}
	g.vote(1, 0, 0, 0, 0, 0)
	if !g.state.Over {
		t.Fatal("it goes on")
	}
	for _, e := range []Event{{Phase: PhaseBallot}, {Phase: PhaseBreakfast}, {Phase: PhaseBallot, Round: 1}} {
		e.Seq, e.Step, e.Body = g.state.Seq, g.state.Step, Thought{Seat: 1, Text: "hm"}
		e.Round += g.state.Round
		if _, err := Apply(g.state, e); err == nil {
			t.Errorf("%s of round %d is taken after the end", e.Phase, e.Round)
		}
	}
}

// The end is what the state says, by its rule: another winner or another reason is refused.
func TestFoldRefusesAnotherEnd(t *testing.T) {
	g := begin(t, SeatsOf(0), nil)
	g.vote(1, 0, 0, 0, 0, 0)
	at := slices.IndexFunc(g.events, func(e Event) bool { return e.Body.Kind() == KindEnded })
	before, err := Fold(g.events[:at])
	if err != nil {
		t.Fatal(err)
	}
	told := g.events[at].Body.(Ended)
	for _, other := range []Ended{{Winner: Traitors, Reason: told.Reason}, {Winner: told.Winner, Reason: "parity"},
		{Winner: told.Winner}} {
		e := g.events[at]
		e.Body = other
		if _, err := Apply(before, e); err == nil {
			t.Errorf("%+v is taken, in place of %+v", other, told)
		}
	}
}

// Breakfast brings whom the night took: nobody is found in place of somebody, or somebody in place of nobody (rules 2.1 and 4.3).
func TestFoldRefusesAnotherVictim(t *testing.T) {
	for _, target := range []Seat{3, none} {
		g := begin(t, SeatsOf(0), nil)
		g.vote(1, 2, 1, 1, 1, 1)
		g.answer(func(Request) Answer { return Answer{Target: target} })
		at := slices.IndexFunc(g.events, func(e Event) bool { return e.Body.Kind() == KindFound })
		before, err := Fold(g.events[:at])
		if err != nil || before.Victim != target {
			t.Fatalf("murdered is %d, not %d (%v)", before.Victim, target, err)
		}
		for _, found := range []Seat{none, 2, 3} {
			e := g.events[at]
			e.Body = Found{Victim: found}
			if _, err := Apply(before, e); (err == nil) != (found == target) {
				t.Errorf("found %d of %d: %v", found, target, err)
			}
		}
	}
}
