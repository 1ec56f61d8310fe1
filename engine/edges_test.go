package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A forfeited answer is silence: what it said is not spoken, what it names is not named, and its thought stays.
func TestRule3_6ForfeitedIsSilence(t *testing.T) {
	g := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Passes, r.Conclave, r.Words = 1, 1, 3 })
	long := func(Request) Answer {
		return Answer{Text: "one two three four", Thought: "hm", Acts: []Act{{Kind: Accuse, Seat: 3}}}
	}
	for g.state.Phase == PhaseRoundTable {
		step := g.answer(long)
		said, lost := of[Statement](step), of[Forfeited](step)
		if len(said) != 1 || said[0].Text != "" || said[0].Acts != nil || !said[0].Lost || g.state.Named != 0 {
			t.Fatalf("spoken: %+v", said)
		}
		if len(lost) != 1 || lost[0].Cause != CauseOverLong || len(of[Thought](step)) != 1 {
			t.Fatalf("forfeited: %+v", step)
		}
	}
	g.vote(2, 2, 3, 2, 2, 2)
	for _, c := range of[Conferred](g.answer(long)) {
		if c.Text != "" || !c.Lost {
			t.Errorf("in the night: %+v", c)
		}
	}
	g = begin(t, SeatsOf(0), func(r *Rules) { r.Passes, r.Words = 1, 3 })
	if said := of[Statement](g.answer(func(Request) Answer { return Answer{Text: "one two three"} })); said[0].Text != "one two three" {
		t.Errorf("a statement of as many words as may be: %+v", said)
	}
}

// A runoff's tie is of its own day: on the next, no valid ballot banishes nobody (rule 3.4).
func TestRule3_4RunoffIsOfItsDay(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Players = 8 })
	g.vote(1, 2, 1, 1, 1, 2, 2, 2)
	if g.state.Phase != PhaseRunoff || g.state.Tied != SeatsOf(1, 2) {
		t.Fatalf("no runoff: %+v", g.state.Tied.List())
	}
	g.vote(1, 2, 1, 1, 1, 1, 1, 1)
	g.answer(func(Request) Answer { return Answer{Target: 3} })
	step := g.answer(func(Request) Answer { return Answer{Forfeit: CauseTimeout} })
	if got := of[Banished](step); len(got) != 1 || got[0].Seat != none || len(of[Drawn](step)) != 0 {
		t.Errorf("on the second day: %+v", step)
	}
}

// Whom the dice name is seen by those who see what they were cast for (rules 3.3, 3.4, 4.2).
func TestRule3_4HiddenDraws(t *testing.T) {
	for shown, want := range map[string]Seats{"targets": AllSeats(6), "tally": AllSeats(6), "nothing": 0} {
		g := begin(t, SeatsOf(0), func(r *Rules) { r.Tie, r.Shown = "random", shown })
		drawn := 0
		for _, e := range g.vote(1, 2, 1, 1, 2, 2) {
			if e.Body.Kind() == KindDrawn {
				if drawn++; e.Audience != want {
					t.Errorf("shown %s: the draw is seen by %v", shown, e.Audience.List())
				}
			}
		}
		if drawn != 1 {
			t.Errorf("shown %s: %d draws", shown, drawn)
		}
	}
	g := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Players = 8 })
	g.vote(2, 2, 3, 2, 2, 2, 2, 2)
	for _, e := range g.answer(func(r Request) Answer { return Answer{Target: 5 + r.Seat} }) {
		switch e.Body.(type) {
		case MurderVote, Drawn, Murdered:
			if e.Audience != SeatsOf(0, 1) {
				t.Errorf("%s is seen by %v", e.Body.Kind(), e.Audience.List())
			}
		}
	}
	if len(of[Drawn](g.events)) != 1 {
		t.Errorf("no draw: %+v", of[MurderVote](g.events))
	}
}

// Each end by its own rule (rules 6.1 and 6.2), told to everybody.
func TestRule6Reasons(t *testing.T) {
	ended := func(g *game) Ended {
		t.Helper()
		e := of[Ended](g.events)
		if len(e) != 1 {
			t.Fatalf("%d ends", len(e))
		}
		return e[0]
	}
	g := begin(t, SeatsOf(0), nil)
	g.vote(1, 0, 0, 0, 0, 0)
	if e := ended(g); e.Winner != Faithful || e.Reason != "no_traitors" {
		t.Errorf("the last traitor is gone: %+v", e)
	}
	g = begin(t, SeatsOf(0, 1), nil)
	g.vote(2, 2, 3, 2, 2, 2)
	g.answer(func(Request) Answer { return Answer{Target: 3} })
	if e := ended(g); e.Winner != Traitors || e.Reason != "parity" {
		t.Errorf("as many traitors as faithful: %+v", e)
	}
	g = begin(t, SeatsOf(0), func(r *Rules) { r.Players, r.TraitorsWin = 4, "last_faithful" })
	g.vote(1, 2, 1, 1)
	g.answer(func(Request) Answer { return Answer{Target: 2} })
	g.asks(AskBallot, SeatsOf(0, 3)) // one to one, and no parity
	g.answer(func(Request) Answer { return Answer{Forfeit: CauseTimeout} })
	g.answer(func(Request) Answer { return Answer{Target: 3} })
	if e := ended(g); e.Winner != Traitors || e.Reason != "last_faithful" {
		t.Errorf("no faithful is left: %+v", e)
	}
}

// bound is an answer that is just within, or just beyond, what may be.
type bound struct {
	name  string
	asked Request
	a     Answer
	cause Cause
}

func (b bound) check(t *testing.T, rules Rules) {
	t.Helper()
	got := CauseNone
	if p := Check(rules, b.asked, b.a); p != nil {
		got = p.Cause
	}
	if got != b.cause {
		t.Errorf("%s: %q, wanted %q", b.name, got, b.cause)
	}
}

// The bounds of an answer, from both sides of each.
func TestCheckBounds(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Words = 3 })
	rules, living := g.state.Rules, AllSeats(6).Without(5)
	ask := func(kind RequestKind) Request {
		return Request{Seat: 1, Kind: kind, Living: living, Legal: living.Without(1), Words: rules.Words}
	}
	believe := func(v int16) Answer { return Answer{Beliefs: []int16{v, Unstated, 0, 1000, 5, Unstated}} }
	asked := ask(AskBeliefs)
	asked.Beliefs = FirstOrder
	act := func(a Act) Answer { return Answer{Acts: []Act{a}} }
	free := ask(AskIntent)
	free.Abstain = true
	for _, b := range []bound{
		{"a belief of all", asked, believe(1000), CauseNone},
		{"a belief of none", asked, believe(0), CauseNone},
		{"a belief that is lacking", asked, believe(Unstated), CauseNone},
		{"a belief of more", asked, believe(1001), CauseSchema},
		{"a belief of less", asked, believe(-2), CauseSchema},
		{"a belief of the dead", asked, Answer{Beliefs: []int16{1, Unstated, 0, 1000, 5, 6}}, CauseSchema},
		{"a belief too few", asked, Answer{Beliefs: []int16{1, Unstated, 0, 1000, 5}}, CauseSchema},
		{"a bid of 0", ask(AskBid), Answer{Bid: 0}, CauseNone},
		{"a bid of 4", ask(AskBid), Answer{Bid: 4}, CauseNone},
		{"a bid of 5", ask(AskBid), Answer{Bid: 5}, CauseSchema},
		{"a bid of −1", ask(AskBid), Answer{Bid: -1}, CauseSchema},
		{"three words", ask(AskStatement), Answer{Text: " one  two\nthree "}, CauseNone},
		{"four words", ask(AskStatement), Answer{Text: "one two three four"}, CauseOverLong},
		{"a target that lives", ask(AskBallot), Answer{Target: 4}, CauseNone},
		{"oneself", ask(AskBallot), Answer{Target: 1}, CauseIllegalTarget},
		{"the dead", ask(AskBallot), Answer{Target: 5}, CauseIllegalTarget},
		{"nobody", ask(AskBallot), Answer{Target: none}, CauseIllegalTarget},
		{"nobody, where it may be", free, Answer{Target: none}, CauseNone},
		{"an act about the last seat", ask(AskStatement), act(Act{Kind: Accuse, Seat: 5}), CauseNone},
		{"an act about one more", ask(AskStatement), act(Act{Kind: Accuse, Seat: 6}), CauseSchema},
		{"an act about nobody", ask(AskStatement), act(Act{Kind: Accuse, Seat: none}), CauseSchema},
		{"an act that is none", ask(AskStatement), act(Act{Kind: "sing", Seat: 2}), CauseSchema},
		{"a claim", ask(AskStatement), act(Act{Kind: Claim, Seat: 1, Role: RoleFaithful}), CauseNone},
		{"a claim for another", ask(AskStatement), act(Act{Kind: Claim, Seat: 2, Role: RoleFaithful}), CauseSchema},
		{"a claim of no role", ask(AskStatement), act(Act{Kind: Claim, Seat: 1}), CauseSchema},
		{"a role beside an accusation", ask(AskStatement), act(Act{Kind: Accuse, Seat: 2, Role: RoleTraitor}), CauseSchema},
	} {
		b.check(t, rules)
	}
	rules.IllegalBallot = "count"
	for target, ok := range map[Seat]bool{1: true, 5: true, 6: false, none: false} {
		if p := Check(rules, ask(AskBallot), Answer{Target: target}); (p == nil) != ok {
			t.Errorf("illegal_ballot: count, a ballot for %d: %v", target, p)
		}
	}
}

// The bounds of a note.
func TestCheckBoundsOfNotes(t *testing.T) {
	reflect := Request{Seat: 1, Kind: AskReflect, Living: AllSeats(6).Without(5)}
	note := func(change func(*Memo)) Answer {
		m := Memo{Kind: MemoFact, About: 5, Salience: 5, Text: strings.Repeat("a ", NoteWords), From: make([]int, mostFrom)}
		change(&m)
		return Answer{Notes: []Memo{m}}
	}
	for _, b := range []bound{
		{"a note as large as may be", reflect, note(func(*Memo) {}), CauseNone},
		{"a note of one word more", reflect, note(func(m *Memo) { m.Text += "a" }), CauseOverLong},
		{"a note of no word", reflect, note(func(m *Memo) { m.Text = "" }), CauseSchema},
		{"a note of one source more", reflect, note(func(m *Memo) { m.From = append(m.From, 1) }), CauseSchema},
		{"a note about no seat", reflect, note(func(m *Memo) { m.About = 6 }), CauseSchema},
		{"a note about nobody", reflect, note(func(m *Memo) { m.About = none }), CauseNone},
		{"a salience of 1", reflect, note(func(m *Memo) { m.Salience = 1 }), CauseNone},
		{"a salience of 0", reflect, note(func(m *Memo) { m.Salience = 0 }), CauseSchema},
		{"a salience of 6", reflect, note(func(m *Memo) { m.Salience = 6 }), CauseSchema},
		{"a role of a plan", reflect, note(func(m *Memo) { m.Kind, m.Role = MemoPlan, RoleTraitor }), CauseSchema},
		{"five notes", reflect, Answer{Notes: slices.Repeat(note(func(*Memo) {}).Notes, MostNotes)}, CauseNone},
		{"six notes", reflect, Answer{Notes: slices.Repeat(note(func(*Memo) {}).Notes, MostNotes+1)}, CauseSchema},
	} {
		b.check(t, begin(t, SeatsOf(0), nil).state.Rules)
	}
}

// Whom a seat would banish now is another who lives, or nobody (rule 7.2).
func TestRule7_2IntentIsOfAnother(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Passes, r.AfterSpeech = 1, "intent" })
	g.answer(func(Request) Answer { return Answer{Text: "Well."} })
	for _, r := range Pending(g.state) {
		if r.Legal != AllSeats(6).Without(r.Seat) || !r.Abstain {
			t.Errorf("seat %d may name %v, nobody %v", r.Seat, r.Legal.List(), r.Abstain)
		}
	}
}

// Under forfeit: random the lot is each seat's own, and in a runoff a forfeited ballot abstains (rules 3.4 and 3.6).
func TestRule3_6LotsAreTheSeatsOwn(t *testing.T) {
	lost := func(Request) Answer { return Answer{Forfeit: CauseTimeout} }
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Players, r.Forfeit = 12, "random" })
	ranks := map[int]bool{}
	for _, b := range of[Ballot](g.answer(lost)) {
		ranks[(AllSeats(12).Without(b.Voter) & (SeatsOf(b.Target) - 1)).Len()] = true
	}
	if len(ranks) < 3 {
		t.Errorf("twelve lots fall on the places %v", ranks)
	}
	g = begin(t, SeatsOf(0), func(r *Rules) { r.Forfeit = "random" })
	g.vote(1, 2, 1, 1, 2, 2)
	for _, b := range of[Ballot](g.answer(lost)) {
		if b.Stage != 1 || b.Target != none || !b.Lost {
			t.Errorf("in the runoff: %+v", b)
		}
	}
}

// Under illegal_ballot: count a ballot for the dead is cast and leads nowhere: one for the living goes before any number (rule 3.3).
func TestRule3_3BallotsForTheDead(t *testing.T) {
	for alive, want := range map[Seat]Seat{3: 3, 1: none} {
		g := begin(t, SeatsOf(0), func(r *Rules) { r.Players, r.IllegalBallot = 8, "count" })
		g.vote(1, 2, 1, 1, 1, 1, 1, 1)
		g.answer(func(Request) Answer { return Answer{Target: 2} })
		step := g.answer(func(r Request) Answer {
			if r.Seat == 0 {
				return Answer{Target: alive}
			}
			return Answer{Target: 1}
		})
		if got := of[Banished](step); len(got) != 1 || got[0].Seat != want {
			t.Errorf("one vote for %d, the others for the dead: banished is %+v", alive, got)
		}
		for _, b := range of[Ballot](step) {
			if b.Illegal != (b.Target == 1) {
				t.Errorf("%+v", b)
			}
		}
	}
}

// A tie by day, a tie by night, the roles: dice of one game that are cast for different things do not agree (promise 3).
func TestDrawsAreTheirOwn(t *testing.T) {
	agree := map[string]int{}
	const games = 64
	for seed := range uint64(games) {
		setup := table10(seed, func(r *Rules) {
			r.Traitors, r.Passes, r.Conclave, r.Beliefs, r.Tie, r.MaxRounds = 2, 0, 0, Beliefs{}, "random", 2
		})
		for i := range setup.Cast {
			setup.Cast[i].Role = RoleFaithful
		}
		setup.Cast[0].Role, setup.Cast[1].Role = RoleTraitor, RoleTraitor
		events, _, err := Play(setup, func(s State, r Request) Answer {
			tied := (s.Living &^ SeatsOf(0, 1)).List()[:2]
			return Answer{Target: tied[r.Seat&1], Forfeit: map[bool]Cause{true: CauseEmpty}[SeatsOf(tied...).Has(r.Seat)]}
		})
		if err != nil {
			t.Fatal(err)
		}
		var low []bool
		for _, d := range of[Drawn](events) {
			low = append(low, d.Seat == d.Among[0])
		}
		if len(low) != 4 {
			t.Fatalf("seed %d: %d draws: %+v", seed, len(low), of[Drawn](events))
		}
		for name, same := range map[string]bool{"a day and its night": low[0] == low[1], "one day and the next": low[0] == low[2],
			"one night and the next": low[1] == low[3]} {
			if same {
				agree[name]++
			}
		}
	}
	for name, n := range agree {
		if n < games/4 || n > games*3/4 {
			t.Errorf("%s agree in %d of %d games", name, n, games)
		}
	}
	if len(agree) != 3 {
		t.Errorf("only these ever agree: %v", agree)
	}
}

// Reactions come after statements at the round table, and after no others (rule 7.2).
func TestRule7_2NoReactionsInTheAftermath(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Passes, r.Aftermath, r.AfterSpeech = 1, true, "intent" })
	for g.state.Phase != PhaseMurder {
		inAftermath := g.state.Phase == PhaseAftermath
		step := g.answer(func(r Request) Answer {
			if inAftermath && r.Kind != AskStatement {
				t.Fatalf("asked for %s in the aftermath", r.Kind)
			}
			return Answer{Text: "Well.", Target: 5 - r.Seat/5}
		})
		if inAftermath && len(of[Statement](step)) != 1 {
			t.Fatalf("in the aftermath: %+v", step)
		}
	}
	if len(of[Statement](g.events)) != 11 || len(of[Intent](g.events)) != 36 {
		t.Errorf("%d statements, %d intents", len(of[Statement](g.events)), len(of[Intent](g.events)))
	}
}

// What a seat carries over from earlier games is its own, and its notes are (rules 1.4, 10.1 and 10.3).
func TestRule10_3CarriedIsTheSeatsOwn(t *testing.T) {
	setup := table10(1, func(r *Rules) { r.Introductions, r.Memory.Reflect = true, AfterStart })
	for i := range setup.Cast {
		setup.Cast[i].Persona = "plain"
		setup.Carried = append(setup.Carried, Remembered{Seat: Seat(i), Games: 1, Lessons: []Lesson{{Game: 1, Weight: 1, Text: "Hm."}}})
	}
	events, _, err := Play(setup, func(_ State, r Request) Answer {
		return Answer{Target: r.Offer[0], Text: "Hm.", Notes: []Memo{{Kind: MemoFact, About: NoSeat, Salience: 1, Text: "Hm."}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	count := map[Kind]int{}
	for _, e := range events {
		var want Seats
		switch b := e.Body.(type) {
		case Remembered:
			want = SeatsOf(b.Seat)
		case Note:
			want = SeatsOf(b.Seat)
		case Notes:
			want = SeatsOf(b.Seat)
		case Persona:
			want = SeatsOf(b.Seat)
		default:
			continue
		}
		if count[e.Body.Kind()]++; e.Audience != want {
			t.Errorf("%s is told to %v", e.Body.Kind(), e.Audience.List())
		}
	}
	if len(count) != 4 || count[KindRemembered] != 10 {
		t.Errorf("told are %v", count)
	}
}

// Names are offered to each seat in an order of its own, and to the same seat in another on the next day (rule 3.3).
func TestRule3_3OffersAreTheSeatsOwn(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Players, r.Murder = 12, false })
	before := map[Seat]string{}
	for day := range 2 {
		firsts, same := map[int]bool{}, 0
		for _, r := range Pending(g.state) {
			if SeatsOf(r.Offered()...) != r.Legal || len(r.Offered()) != r.Legal.Len() {
				t.Fatalf("seat %d is offered %v of %v", r.Seat, r.Offered(), r.Legal.List())
			}
			firsts[(r.Legal & (SeatsOf(r.Offer[0]) - 1)).Len()] = true
			if order := fmt.Sprint(r.Offered()); before[r.Seat] == order {
				same++
			} else {
				before[r.Seat] = order
			}
		}
		if len(firsts) < 4 || same > 0 {
			t.Errorf("day %d: first are offered the places %v; %d as the day before", day, firsts, same)
		}
		g.answer(func(Request) Answer { return Answer{Forfeit: CauseTimeout} }) // nobody goes
	}
}

// Wrong beliefs cost the beliefs: what was said and done with them stands (rule 7.1).
func TestRule7_1WrongBeliefsCostNothingElse(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Passes, r.Beliefs.With = 1, WithStatement })
	step := g.answer(func(Request) Answer {
		return Answer{Text: "Well.", Thought: "hm", Acts: []Act{{Kind: Defend, Seat: 3}}, Beliefs: []int16{1, 2}}
	})
	said, lost := of[Statement](step), of[Forfeited](step)
	if len(said) != 1 || said[0].Text != "Well." || len(said[0].Acts) != 1 || said[0].Lost || len(of[Thought](step)) != 1 {
		t.Errorf("spoken: %+v", said)
	}
	if len(lost) != 1 || lost[0].Request != AskBeliefs || len(of[Belief](step)) != 0 {
		t.Errorf("forfeited: %+v", lost)
	}
}

// Pinned roles leave room for those that are drawn, to the last seat (rule 1.1).
func TestRule1_1PinnedRoles(t *testing.T) {
	rules := DefaultRules().Complete()
	rules.Players, rules.Traitors = 6, 2
	pin := func(traitors, faithful int) []Player {
		cast := make([]Player, 6)
		for i := range cast[:traitors+faithful] {
			if cast[i].Role = RoleFaithful; i < traitors {
				cast[i].Role = RoleTraitor
			}
		}
		return cast
	}
	for _, row := range []struct {
		traitors, faithful int
		ok                 bool
	}{{0, 0, true}, {2, 4, true}, {1, 4, true}, {0, 4, true}, {0, 5, false}, {3, 0, false}, {2, 0, true}, {0, 6, false}, {1, 5, false}} {
		dealt, err := DealRoles(rules, 1, pin(row.traitors, row.faithful))
		if (err == nil) != row.ok {
			t.Errorf("%+v: %v", row, err)
		}
		n := 0
		for _, role := range dealt {
			if role == RoleTraitor {
				n++
			}
		}
		if row.ok && n != 2 {
			t.Errorf("%+v: %d traitors are dealt", row, n)
		}
	}
}

// Where only fellows are left, beliefs are of them: somebody is always asked about (rule 7.1).
func TestRule7_1Subjects(t *testing.T) {
	s := begin(t, SeatsOf(0, 1), nil).state
	for living, want := range map[Seats]Seats{AllSeats(6): SeatsOf(2, 3, 4, 5), SeatsOf(0, 1, 4): SeatsOf(4), SeatsOf(0, 1): SeatsOf(1)} {
		s.Living = living
		if got := s.Subjects(0); got != want {
			t.Errorf("of %v a traitor is asked about %v", living.List(), got.List())
		}
	}
	if s.Living = AllSeats(6); s.Subjects(2) != AllSeats(6).Without(2) {
		t.Errorf("a faithful is asked about %v", s.Subjects(2).List())
	}
}

// A game of a season says so from its first on, and one of none does not (rule 10.3).
func TestRule10_3SeasonsAreNumberedFromOne(t *testing.T) {
	for game, in := range map[int]bool{0: false, 1: true, 2: true} {
		setup := table10(1, nil)
		setup.Season = Season{Game: game}
		events, _, err := Open(setup)
		if err != nil {
			t.Fatal(err)
		}
		if season := events[0].Body.(Created).Season; (season != nil) != in || in && season.Game != game {
			t.Errorf("game %d of a season: %+v", game, season)
		}
	}
}
