package engine

import (
	"fmt"
	"slices"
	"testing"
)

// game is a table on which a test decides every answer.
type game struct {
	t      *testing.T
	state  State
	events []Event
}

// begin opens a game of six with the traitors pinned, and no beliefs or thoughts unless change asks for them.
func begin(t *testing.T, traitors Seats, change func(*Rules)) *game {
	t.Helper()
	r := DefaultRules()
	r.Players, r.Traitors, r.Beliefs, r.Passes, r.Conclave, r.Order = 6, traitors.Len(), Beliefs{}, 0, 0, "seat"
	if change != nil {
		change(&r)
	}
	r = r.Complete()
	cast := make([]Player, r.Players)
	for i := range cast {
		cast[i] = Player{Name: fmt.Sprint("P", i), Persona: "plain", Policy: "test", Role: RoleFaithful}
		if traitors.Has(Seat(i)) {
			cast[i].Role = RoleTraitor
		}
	}
	events, state, err := Open(Setup{Seed: 11, Rules: r, Cast: cast})
	if err != nil {
		t.Fatal(err)
	}
	return &game{t, state, events}
}

// answer gives every pending seat what give says, and returns the step's events.
func (g *game) answer(give func(Request) Answer) []Event {
	g.t.Helper()
	asked := Pending(g.state)
	answers := make([]Answer, len(asked))
	for i, r := range asked {
		answers[i] = give(r)
		answers[i].Seat = r.Seat
	}
	slices.Reverse(answers) // the order of arrival changes nothing (promise 2)
	step, err := Decide(g.state, answers)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, e := range step {
		if g.state, err = Apply(g.state, e); err != nil {
			g.t.Fatal(err)
		}
	}
	g.events = append(g.events, step...)
	return step
}

// vote answers a ballot by seat.
func (g *game) vote(targets ...Seat) []Event {
	g.t.Helper()
	return g.answer(func(r Request) Answer { return Answer{Target: targets[r.Seat]} })
}

// of picks the bodies of one kind.
func of[B Body](events []Event) (out []B) {
	for _, e := range events {
		if b, ok := e.Body.(B); ok {
			out = append(out, b)
		}
	}
	return out
}

func (g *game) asks(kind RequestKind, seats Seats) {
	g.t.Helper()
	var got Seats
	for _, r := range Pending(g.state) {
		if r.Kind != kind {
			g.t.Fatalf("asked for %s in %s, wanted %s", r.Kind, g.state.Phase, kind)
		}
		got = got.With(r.Seat)
	}
	if got != seats {
		g.t.Fatalf("%s is asked of %v, wanted %v", kind, got.List(), seats.List())
	}
}

const none = NoSeat

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
	if lost := of[Forfeited](step); len(lost) != 1 || lost[0].Request != AskAct || lost[0].Cause != CauseIllegalTarget || len(of[Statement](step)[0].Acts) != 1 {
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
	g := begin(t, SeatsOf(0), nil)
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
		if r.Legal&g.state.Traitors != 0 {
			t.Error("a traitor may be murdered")
		}
	}
	step := g.answer(func(r Request) Answer { return Answer{Target: 5 + r.Seat} })
	drawn := of[Drawn](step)[0]
	if found := of[Found](step)[0]; found.Victim != drawn.Seat || !SeatsOf(5, 6).Has(found.Victim) {
		t.Errorf("drawn %+v, found %+v", drawn, found)
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

func TestRule7_1Beliefs(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Beliefs.With, r.Beliefs.After = WithBallot, AfterStart|AfterBanishment })
	g.asks(AskBeliefs, AllSeats(6))
	state := func(r Request) Answer {
		a := Answer{Target: (r.Seat + 1) % 6, Beliefs: make([]int16, 6)}
		for i := range a.Beliefs {
			if a.Beliefs[i] = 100; Seat(i) == r.Seat || !r.Living.Has(Seat(i)) {
				a.Beliefs[i] = Unstated
			}
		}
		return a
	}
	for _, r := range Pending(g.state) {
		want := FirstOrder
		if r.Seat == 0 {
			want = SecondOrder
		}
		if r.Beliefs != want {
			t.Errorf("seat %d is asked for order %d", r.Seat, r.Beliefs)
		}
	}
	for _, e := range g.answer(state) {
		if b, ok := e.Body.(Belief); ok && (b.When != "start" || e.Audience != SeatsOf(b.Observer)) {
			t.Errorf("%+v to %v", b, e.Audience.List())
		}
	}
	step := g.answer(func(r Request) Answer { a := state(r); a.Target = 1 - min(1, r.Seat); return a })
	if b := of[Belief](step); len(b) != 6 || b[0].When != "ballot" {
		t.Errorf("with the ballot: %+v", b)
	}
}

func TestRule7_2AfterSpeech(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Passes, r.AfterSpeech = 1, "intent" })
	g.answer(func(Request) Answer { return Answer{Text: "Well."} })
	g.asks(AskIntent, AllSeats(6))
	if got := of[Intent](g.answer(func(r Request) Answer { return Answer{Target: (r.Seat + 1) % 6} })); len(got) != 6 {
		t.Errorf("%d intents", len(got))
	}
	g.asks(AskStatement, SeatsOf(1))
}

func TestRule7_3Debrief(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Debrief = true })
	g.vote(1, 0, 0, 0, 0, 0)
	g.asks(AskDebrief, AllSeats(6))
	for _, e := range g.answer(func(Request) Answer { return Answer{Text: "A game."} }) {
		if e.Audience != 0 {
			t.Errorf("a debriefing is perceived by %v", e.Audience.List())
		}
	}
	if len(Pending(g.state)) != 0 || !g.state.Over {
		t.Error("it does not end")
	}
}

func TestRule9_3Thoughts(t *testing.T) {
	g := begin(t, SeatsOf(0), nil)
	step := g.answer(func(r Request) Answer { return Answer{Target: (r.Seat + 1) % 6, Thought: "hm"} })
	for _, e := range step {
		if e.Body.Kind() == KindThought && e.Audience != 0 {
			t.Error("a thought is perceived")
		}
	}
	if len(of[Thought](step)) != 6 {
		t.Errorf("%d thoughts", len(of[Thought](step)))
	}
}
