package engine

import (
	"fmt"
	"slices"
	"testing"
)

func TestRule1_2TraitorsKnowEachOther(t *testing.T) {
	g := begin(t, SeatsOf(1, 4), func(r *Rules) { r.TraitorCount = "unknown" })
	for _, e := range g.events {
		switch b := e.Body.(type) {
		case Allies:
			if e.Audience != SeatsOf(1, 4) {
				t.Errorf("allies told to %v", e.Audience.List())
			}
		case Dealt:
			if e.Audience != SeatsOf(b.Seat) {
				t.Errorf("the role of %d told to %v", b.Seat, e.Audience.List())
			}
		case Opened:
			if b.Rules.Traitors != 0 {
				t.Error("the unknown count is told")
			}
		case Created:
			if e.Audience != 0 {
				t.Error("created is perceived")
			}
		}
	}
}

func TestRule2_10WinCheck(t *testing.T) {
	for _, check := range []string{"each", "night"} {
		g := begin(t, SeatsOf(0), func(r *Rules) { r.Check = check })
		g.vote(1, 0, 0, 0, 0, 0)
		if over := check == "each"; g.state.Over != over && check == "each" {
			t.Errorf("check %s: over is %v after the last traitor left", check, g.state.Over)
		}
		if check == "night" && (!g.state.Over || g.state.Winner != Faithful || len(of[Murdered](g.events)) != 1) {
			t.Errorf("check night: the night is not held before the end: %+v", g.state.Phase)
		}
	}
}

func TestRule3_1Orders(t *testing.T) {
	spoken := func(change func(*Rules)) (order []Seat, steps int) {
		g := begin(t, SeatsOf(0), func(r *Rules) { r.Passes = 2; change(r) })
		for g.state.Phase == PhaseRoundTable {
			for _, s := range of[Statement](g.answer(func(r Request) Answer { return Answer{Text: "Hello.", Bid: int(r.Seat) % 5} })) {
				order = append(order, s.Seat)
			}
			steps++
		}
		return order, steps
	}
	if got, _ := spoken(func(r *Rules) { r.Order = "seat" }); fmt.Sprint(got) != "[0 1 2 3 4 5 0 1 2 3 4 5]" {
		t.Errorf("seat: %v", got)
	}
	if got, _ := spoken(func(r *Rules) { r.Order = "rotate" }); fmt.Sprint(got) != "[0 1 2 3 4 5 1 2 3 4 5 0]" {
		t.Errorf("rotate: %v", got)
	}
	got, _ := spoken(func(r *Rules) { r.Order = "seeded" })
	if SeatsOf(got[:6]...) != AllSeats(6) || SeatsOf(got[6:]...) != AllSeats(6) || slices.Equal(got[:6], got[6:]) {
		t.Errorf("seeded: %v", got)
	}
	if got, _ := spoken(func(r *Rules) { r.Order, r.Turns = "bid", 3 }); fmt.Sprint(got) != "[4 4 4]" {
		t.Errorf("bid: %v", got)
	}
	if _, steps := spoken(func(r *Rules) { r.Hears.Later = "previous_pass" }); steps != 7 {
		t.Errorf("a pass that hears the previous one only takes %d steps with a running one before, wanted 6 + 1", steps)
	}
}

func TestRule3_1BidTies(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Order, r.Turns = "bid", 2 })
	g.answer(func(r Request) Answer { return Answer{Bid: 2 * int(r.Seat) / 5} }) // 5 and 3…4 bid less
	speaker := g.state.Floor
	named := Seat((speaker + 2) % 6)
	g.answer(func(Request) Answer { return Answer{Text: "You.", Acts: []Act{{Kind: Accuse, Seat: named}}} })
	g.answer(func(Request) Answer { return Answer{Bid: 1} })
	if g.state.Floor != named {
		t.Errorf("the floor goes to %d, %d was just named", g.state.Floor, named)
	}
}

func TestRule3_2Acts(t *testing.T) {
	for _, acts := range []string{"public", "log"} {
		g := begin(t, SeatsOf(0), func(r *Rules) { r.Passes, r.Acts = 1, acts })
		step := g.answer(func(Request) Answer { return Answer{Text: "No.", Acts: []Act{{Kind: Defend, Seat: 3}}} })
		said := of[Statement](step)[0]
		if public := acts == "public"; public != (len(said.Acts) == 1) || public == (len(of[Acts](step)) == 1) {
			t.Errorf("acts: %s: %+v", acts, step)
		}
	}
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Passes = 1 })
	step := g.answer(func(Request) Answer {
		return Answer{Text: "No.", Acts: []Act{{Kind: Defend, Seat: 3}}, Lost: []Cause{CauseIllegalTarget}}
	})
	if lost := of[Forfeited](step); len(lost) != 1 || lost[0].Request != AskAct || lost[0].Cause != CauseIllegalTarget ||
		len(of[Statement](step)[0].Acts) != 1 {
		t.Errorf("an act that could not be read: %+v", step)
	}
	g = begin(t, SeatsOf(0), func(r *Rules) { r.Passes, r.Words = 1, 2 })
	if step := g.answer(func(Request) Answer { return Answer{} }); len(of[Forfeited](step)) != 0 {
		t.Error("silence is forfeited")
	}
	if step := g.answer(func(Request) Answer { return Answer{Text: "one two three"} }); of[Forfeited](step)[0].Cause != CauseOverLong {
		t.Error("an over-long statement stands")
	}
}

func TestRule3_3Audiences(t *testing.T) {
	for _, shown := range []string{"targets", "tally", "nothing"} {
		g := begin(t, SeatsOf(0), func(r *Rules) { r.Shown = shown })
		for _, e := range g.vote(1, 2, 1, 1, 1, 1) {
			switch b := e.Body.(type) {
			case Ballot:
				want := SeatsOf(b.Voter)
				if shown == "targets" {
					want = AllSeats(6)
				}
				if e.Audience != want {
					t.Errorf("shown %s: a ballot goes to %v", shown, e.Audience.List())
				}
			case Tally:
				if shown != "tally" || b.Votes[1] != 5 {
					t.Errorf("shown %s: %+v", shown, b)
				}
			}
		}
	}
}

func TestRule3_3OpenBallotIsAskedInTurn(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Ballot = "open" })
	for i := range 6 {
		if len(Pending(g.state)) != 1 {
			t.Fatalf("vote %d: %d are asked", i, len(Pending(g.state)))
		}
		g.answer(func(r Request) Answer { return Answer{Target: r.Offer[0]} })
	}
}

func TestRule3_3IllegalBallots(t *testing.T) {
	g := begin(t, SeatsOf(0), nil)
	step := g.vote(0, 1, 1, 3, 1, 1)
	if f := of[Forfeited](step); len(f) != 3 || f[0].Cause != CauseIllegalTarget {
		t.Errorf("votes for oneself: %v", f)
	}
	g = begin(t, SeatsOf(0), func(r *Rules) { r.IllegalBallot = "count" })
	if step = g.vote(1, 1, 1, 2, 2, 0); of[Banished](step)[0].Seat != 1 || len(of[Forfeited](step)) != 0 {
		t.Error("a vote for oneself does not count")
	}
	g = begin(t, SeatsOf(0), func(r *Rules) { r.Abstain = true })
	if step = g.vote(none, none, none, none, none, none); of[Banished](step)[0].Seat != none || len(of[Forfeited](step)) != 0 {
		t.Error("nobody is not a legal answer")
	}
}

func TestRule3_4Ties(t *testing.T) {
	tie := []Seat{1, 2, 1, 1, 2, 2} // three votes each for 1 and 2
	for rule, want := range map[string]Seats{"random": SeatsOf(1, 2), "nobody": SeatsOf(none), "first_named": SeatsOf(1)} {
		g := begin(t, SeatsOf(0), func(r *Rules) { r.Tie = rule })
		got := of[Banished](g.vote(tie...))[0].Seat
		if rule == "nobody" && got != none || rule != "nobody" && !want.Has(got) {
			t.Errorf("tie %s: %d", rule, got)
		}
	}
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Beliefs.With = WithBallot })
	g.vote(tie...)
	if g.state.Phase != PhaseRunoff {
		t.Fatalf("a tie leads to %s", g.state.Phase)
	}
	for _, r := range Pending(g.state) {
		if want := SeatsOf(1, 2).Without(r.Seat); r.Legal != want || r.Beliefs != NoBeliefs {
			t.Errorf("in the runoff seat %d may name %v", r.Seat, r.Legal.List())
		}
	}
	if got := of[Banished](g.vote(2, 2, 1, 2, 2, 2))[0].Seat; got != 2 {
		t.Errorf("the runoff banishes %d", got)
	}
	g = begin(t, SeatsOf(0), nil)
	g.vote(tie...)
	step := g.answer(func(Request) Answer { return Answer{Forfeit: CauseTimeout} })
	if got := of[Drawn](step); len(got) != 1 || of[Banished](step)[0].Seat != got[0].Seat || !slices.Equal(got[0].Among, []Seat{1, 2}) {
		t.Errorf("a runoff without a valid ballot: %+v", step)
	}
	g = begin(t, SeatsOf(0), nil)
	if got := of[Banished](g.answer(func(Request) Answer { return Answer{Forfeit: CauseTimeout} }))[0].Seat; got != none {
		t.Errorf("no valid ballot banishes %d", got)
	}
}

func TestRule3_5Reveal(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Reveal = "nothing" })
	if step := g.vote(1, 2, 1, 1, 1, 1); len(of[Revealed](step)) != 0 {
		t.Error("a role is revealed")
	}
	g = begin(t, SeatsOf(0), nil)
	if got := of[Revealed](g.vote(1, 2, 1, 1, 1, 1)); len(got) != 1 || got[0] != (Revealed{Seat: 1, Role: RoleFaithful}) {
		t.Errorf("revealed %v", got)
	}
}

func TestRule3_6ForfeitedBallots(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Forfeit = "random" })
	step := g.answer(func(r Request) Answer { return Answer{Forfeit: CauseRefusal} })
	for _, b := range of[Ballot](step) {
		if b.Stage == 0 && (b.Target == none || b.Target == b.Voter) {
			t.Errorf("seat %d's forfeited ballot is %d", b.Voter, b.Target)
		}
	}
	if f := of[Forfeited](step); len(f) != 6 || f[0].Cause != CauseRefusal || f[0].Request != AskBallot {
		t.Errorf("%v", f)
	}
}

// Of a turn that was lost the table is told so: silence and abstaining are choices, and this was none.
func TestRule3_6LostTurns(t *testing.T) {
	for _, lost := range []bool{true, false} {
		g := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Abstain, r.Passes, r.Conclave = true, 1, 1 })
		give := func(r Request) Answer {
			switch {
			case lost && (r.Seat == 2 || r.Kind == AskConfer):
				return Answer{Forfeit: CauseNotJSON}
			case r.Seat == 2:
				return Answer{Target: none}
			case r.Kind == AskBallot:
				return Answer{Target: 3 + r.Seat&1}
			}
			return Answer{Text: "Well."}
		}
		var step []Event
		for g.state.Phase != PhaseMurder {
			step = append(step, g.answer(give)...)
		}
		for _, s := range of[Statement](step) {
			if s.Lost != (lost && s.Seat == 2) {
				t.Errorf("lost %v: %+v", lost, s)
			}
		}
		for _, b := range of[Ballot](step) {
			if b.Lost != (lost && b.Voter == 2) || b.Voter == 2 && b.Target != none {
				t.Errorf("lost %v: %+v", lost, b)
			}
		}
		for _, s := range of[Conferred](step) {
			if s.Lost != lost {
				t.Errorf("lost %v: %+v", lost, s)
			}
		}
		if len(of[Statement](step)) != 6 || len(of[Ballot](step)) < 6 || len(of[Conferred](step)) != 2 {
			t.Errorf("%d statements, %d ballots, %d words of the night", len(of[Statement](step)), len(of[Ballot](step)),
				len(of[Conferred](step)))
		}
	}
}

func TestRule4Night(t *testing.T) {
	g := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Players, r.Conclave = 8, 2 })
	g.vote(2, 2, 3, 2, 2, 2, 2, 2)
	g.asks(AskConfer, SeatsOf(0))
	for g.state.Phase == PhaseConclave {
		for _, e := range g.answer(func(Request) Answer { return Answer{Text: "Whom?"} }) {
			if e.Body.Kind() == KindConferred && e.Audience != SeatsOf(0, 1) {
				t.Errorf("the conclave is heard by %v", e.Audience.List())
			}
		}
	}
	if n := len(of[Conferred](g.events)); n != 4 {
		t.Errorf("%d turns in two passes of two", n)
	}
	g.asks(AskMurder, SeatsOf(0, 1))
	for _, r := range Pending(g.state) {
		if r.Legal&g.state.Roles.Informed() != 0 {
			t.Error("a traitor may be murdered")
		}
	}
	step := g.answer(func(r Request) Answer { return Answer{Target: 5 + r.Seat} })
	drawn := of[Drawn](step)[0]
	if found := of[Found](step)[0]; found.Victim != drawn.Seat || !SeatsOf(5, 6).Has(found.Victim) {
		t.Errorf("drawn %+v, found %+v", drawn, found)
	}
}

// A traitor who is alone has nobody to confer with: it is asked for its victim at once, and the others perceive what they do else.
func TestRule4_1LoneTraitor(t *testing.T) {
	for _, traitors := range []Seats{SeatsOf(0), SeatsOf(0, 1)} {
		g := begin(t, traitors, func(r *Rules) { r.Conclave = 2 })
		step := g.vote(1, 2, 3, 4, 5, 4)
		for len(Pending(g.state)) > 0 && Pending(g.state)[0].Kind == AskBallot { // a runoff
			step = append(step, g.vote(4, 4, 4, 5, 5, 4)...)
		}
		if want := map[bool]RequestKind{true: AskMurder, false: AskConfer}[traitors.Len() == 1]; Pending(g.state)[0].Kind != want {
			t.Errorf("%d traitors are asked for %s", traitors.Len(), Pending(g.state)[0].Kind)
		}
		began := 0
		for _, e := range step {
			if e.Phase == PhaseConclave && e.Body.Kind() == KindPhase && e.Audience == g.state.Living|SeatsOf(4) {
				began++
			}
		}
		if began != 1 {
			t.Errorf("%d traitors: the conclave began %d times for everybody", traitors.Len(), began)
		}
	}
}

func TestRule4_3NobodyMurdered(t *testing.T) {
	g := begin(t, SeatsOf(0), nil)
	g.vote(1, 2, 1, 1, 1, 1)
	step := g.answer(func(Request) Answer { return Answer{Forfeit: CauseEmpty} })
	if found := of[Found](step); len(found) != 1 || found[0].Victim != none {
		t.Errorf("%+v", found)
	}
}

func TestRule6Ends(t *testing.T) {
	g := begin(t, SeatsOf(0, 1), nil)
	step := g.vote(2, 2, 3, 2, 2, 2)
	step = append(step, g.answer(func(Request) Answer { return Answer{Target: 3} })...)
	if e := of[Ended](step); len(e) != 1 || e[0].Winner != Traitors || e[0].Reason != "parity" || len(of[Found](step)) != 1 {
		t.Errorf("6.2: %+v", step)
	}
	g = begin(t, SeatsOf(0), func(r *Rules) { r.Murder, r.MaxRounds = false, 1 })
	if e := of[Ended](g.vote(1, 2, 1, 1, 1, 1)); len(e) != 1 || e[0].Winner != NoTeam || e[0].Reason != "max_rounds" {
		t.Errorf("6.3 draw: %+v", e)
	}
	g = begin(t, SeatsOf(0), func(r *Rules) { r.Murder, r.MaxRounds, r.AtLimit = false, 1, "traitors" })
	if e := of[Ended](g.vote(1, 2, 1, 1, 1, 1)); len(e) != 1 || e[0].Winner != Traitors {
		t.Errorf("6.3 at_limit: %+v", e)
	}
}
