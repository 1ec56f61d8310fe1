package recall

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
)

// observed plays a game and gives every seat's observation before each of its requests.
func observed(t testing.TB, setup engine.Setup, do func(engine.Observation, engine.Request)) []engine.Event {
	t.Helper()
	events, state, err := engine.Open(setup)
	all := slices.Clone(events)
	seats := make([]engine.Observation, setup.Rules.Players)
	for err == nil {
		for _, e := range events {
			for s := range e.Audience.All() {
				o, _ := engine.Observe(e, s)
				seats[s].Seat, seats[s].Events = s, append(seats[s].Events, o)
			}
		}
		asked := engine.Pending(state)
		if len(asked) == 0 {
			return all
		}
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			do(seats[r.Seat], r)
			answers[i] = enginetest.Answer(setup.Seed, setup.Rules.Players, r)
		}
		if events, err = engine.Decide(state, answers); err == nil {
			all = append(all, events...)
			for _, e := range events {
				if state, err = engine.Apply(state, e); err != nil {
					break
				}
			}
		}
	}
	t.Fatal(err)
	return nil
}

func noting(seed uint64) engine.Setup {
	rules := engine.DefaultRules()
	rules.Reflect = engine.AfterStart | engine.AfterRoundTable | engine.AfterBanishment | engine.AfterEnd
	return enginetest.Setup(seed, rules.Complete())
}

// Whatever the policy and the budget: the core is kept, the rest keeps within the budget, and no note is another's.
func TestRecall(t *testing.T) {
	for seed := range uint64(6) {
		for _, o := range []Options{{Policy: Full}, {Policy: Full, Chars: 500}, {Policy: Window, Window: 2},
			{Policy: Window, Window: 1, Chars: 300},
			{Policy: Digest}, {Policy: Digest, Chars: 400}, {Policy: Retrieve}, {Policy: Retrieve, Chars: 600},
			{Policy: Retrieve, Chars: 1}} {
			observed(t, noting(seed), func(seen engine.Observation, r engine.Request) {
				used := 0
				for _, it := range Recall(seen, r, o) {
					switch {
					case it.Core && !it.Kept:
						t.Fatalf("%+v drops %s", o, it.Text)
					case it.Kept && !it.Core:
						used += len(it.Text) + 1
					}
					if it.Memo >= 0 && !strings.Contains(it.Text, fmt.Sprintf(" I, %d, noted", r.Seat)) {
						t.Fatalf("seat %d recalls %s", r.Seat, it.Text)
					}
				}
				if o.Chars > 0 && used > o.Chars {
					t.Fatalf("%+v recalls %d characters", o, used)
				}
			})
		}
	}
}

// What the policies keep: the last rounds; the last reflection and the present round; at most so many notes.
func TestPolicies(t *testing.T) {
	observed(t, noting(3), func(seen engine.Observation, r engine.Request) {
		last := -1
		for i, e := range seen.Events {
			if b, ok := e.Body.(engine.Notes); ok && len(b.Notes) > 0 {
				last = i
			}
		}
		for _, it := range Recall(seen, r, Options{Policy: Window, Window: 2}) {
			if want := it.Core || it.Memo < 0 && it.Round > r.Round-2; it.Kept != want {
				t.Fatalf("window in round %d: %+v", r.Round, it)
			}
		}
		for _, it := range Recall(seen, r, Options{Policy: Digest}) {
			if want := it.Core || it.Event == last || it.Memo < 0 && it.Round == r.Round; it.Kept != want {
				t.Fatalf("digest in round %d: %+v", r.Round, it)
			}
		}
		var notes, kept []Item
		for _, it := range Recall(seen, r, Options{Policy: Retrieve}) {
			if it.Memo >= 0 {
				notes = append(notes, it)
				if it.Kept {
					kept = append(kept, it)
				}
			}
		}
		slices.SortStableFunc(notes, func(a, b Item) int { return cmp.Compare(b.Score, a.Score) })
		if len(kept) != min(mostNotes, len(notes)) {
			t.Fatalf("%d of %d notes are kept", len(kept), len(notes))
		}
		for _, it := range notes[:len(kept)] {
			if !it.Kept {
				t.Fatalf("a note of score %d is dropped, others of less are kept", it.Score)
			}
		}
	})
}

// Facts that a seat does not perceive change nothing of what it recalls or carries: roles among the others, before any is told.
func TestRecallLeaksNothing(t *testing.T) {
	for seed := range uint64(20) {
		var worlds [2][]string
		for w := range worlds {
			told := false
			observed(t, enginetest.Pin(noting(seed), engine.SeatsOf(1, 2, engine.Seat(3+w))),
				func(seen engine.Observation, r engine.Request) {
					for _, e := range seen.Events {
						switch e.Body.(type) {
						case engine.Found, engine.Banished:
							told = true
						}
					}
					if !told && r.Seat == 0 {
						worlds[w] = append(worlds[w], fmt.Sprint(Recall(seen, r, Options{Policy: Retrieve}), Ledger(seen), Carry(seen)))
					}
				})
		}
		if len(worlds[0]) < 5 || !slices.Equal(worlds[0], worlds[1]) {
			t.Fatalf("seed %d: what seat 0 recalls follows from what it can't know (%d, %d)", seed, len(worlds[0]), len(worlds[1]))
		}
	}
}

// bm25 is the formula in floating point, by a second reading of it.
func bm25(query string, texts []string) []float64 {
	fields := func(s string) []string { return strings.Fields(strings.ToLower(s)) }
	total := 0
	for _, t := range texts {
		total += len(fields(t))
	}
	mean := float64(total) / float64(len(texts))
	out := make([]float64, len(texts))
	asked := map[string]bool{}
	for _, w := range fields(query) {
		asked[w] = true
	}
	for w := range asked {
		df := 0.0
		for _, t := range texts {
			if slices.Contains(fields(t), w) {
				df++
			}
		}
		idf := math.Log2(1 + (float64(len(texts))-df+0.5)/(df+0.5))
		for i, t := range texts {
			tf := 0.0
			for _, x := range fields(t) {
				if x == w {
					tf++
				}
			}
			out[i] += idf * tf * 2.2 / (tf + 1.2*(0.25+0.75*float64(len(fields(t)))/mean))
		}
	}
	return out
}

func TestBM25(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"ada", "Bo", "cy", "votes", "late", "lies", "Ümit", "x1"})
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(word, 1, 20).Draw(t, "words"), " ")
		})
		texts := rapid.SliceOfN(text, 1, 30).Draw(t, "texts")
		query := text.Draw(t, "query")
		for i, want := range bm25(query, texts) {
			if got := float64(bM25(query, texts)[i]) / 1024; math.Abs(got-want) > 0.03+want*0.01 {
				t.Fatalf("text %d: %f, %f by the formula", i, got, want)
			}
		}
	})
}

func TestWholeNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Uint64Range(1, 1<<62).Draw(t, "x")
		if got, want := float64(log2(x))/1024, math.Log2(float64(x)); got > want+1e-9 || got < want-1.0/1024-1e-9 {
			t.Fatalf("log2(%d) is %f, not %f", x, got, want)
		}
		if r := root(x); r*r > x || (r+1)*(r+1) <= x {
			t.Fatalf("root(%d) is %d", x, r)
		}
	})
	if got := cosine([]int8{3, 4}, []int8{4, 3}); got != 960 {
		t.Errorf("cosine %d, by hand 24/25", got)
	}
	if got := cosine([]int8{3, 0}, []int8{-2, 0}); got != -1000 {
		t.Errorf("cosine %d", got)
	}
}

// Embeddings take the place of words where there are any.
func TestVectors(t *testing.T) {
	seen := table(
		said(1, 1, "x"), noted(1, 0, memo(engine.MemoFact, 1, 3, "about apples"), memo(engine.MemoFact, 2, 3, "about pears")))
	asked := engine.Request{Round: 2, Living: 15}
	vector := func(text string) []int8 {
		if strings.Contains(text, "apples") {
			return []int8{0, 100}
		}
		if strings.Contains(text, "pears") {
			return []int8{90, 10}
		}
		return []int8{100, 0} // the query
	}
	items := Recall(seen, asked, Options{Policy: Retrieve, Vectors: vector})
	if a, b := items[len(items)-2], items[len(items)-1]; a.Relevance != 0 || b.Relevance != 1000 {
		t.Errorf("relevance %d and %d: pears lie where the query does", a.Relevance, b.Relevance)
	}
}

func table(events ...engine.Observed) engine.Observation {
	opened := engine.Observed{Phase: engine.PhaseSetup, Body: engine.Opened{Rules: engine.DefaultRules().Complete(),
		Names: []string{"Ada", "Bo", "Cy", "Di"}}}
	return engine.Observation{Events: append([]engine.Observed{opened}, events...)}
}

func said(round int, s engine.Seat, text string, acts ...engine.Act) engine.Observed {
	return engine.Observed{Round: round, Phase: engine.PhaseRoundTable, Body: engine.Statement{Seat: s, Text: text, Acts: acts}}
}

func voted(round int, s, target engine.Seat) engine.Observed {
	return engine.Observed{Round: round, Phase: engine.PhaseBallot, Body: engine.Ballot{Voter: s, Target: target}}
}

func noted(round int, s engine.Seat, notes ...engine.Memo) engine.Observed {
	return engine.Observed{Round: round, Phase: engine.PhaseReflection, Body: engine.Notes{Seat: s, Notes: notes}}
}

func memo(kind engine.MemoKind, about engine.Seat, salience int, text string) engine.Memo {
	return engine.Memo{Kind: kind, About: about, Salience: salience, Text: text}
}

func ended(roles ...engine.Role) engine.Observed {
	return engine.Observed{Round: 2, Phase: engine.PhaseOver, Body: engine.Ended{Winner: engine.Majority(), Roles: roles}}
}

const (
	faithful = engine.RoleFaithful
	traitor  = engine.RoleTraitor
)

// A game by hand: who said what, and what became of it.
func TestLedger(t *testing.T) {
	seen := table(
		said(1, 1, "", engine.Act{Kind: engine.Accuse, Seat: 2}, engine.Act{Kind: engine.Promise, Seat: 2}),
		said(1, 2, "", engine.Act{Kind: engine.Claim, Seat: 2, Role: faithful}, engine.Act{Kind: engine.Promise, Seat: 1},
			engine.Act{Kind: engine.Question, Seat: 1}),
		said(1, 3, "", engine.Act{Kind: engine.Defend, Seat: 2}, engine.Act{Kind: engine.Promise, Seat: 0}),
		voted(1, 1, 2), voted(1, 2, 0),
		engine.Observed{Round: 1, Phase: engine.PhaseBanishment, Body: engine.Banished{Seat: 2}},
	)
	want := []Held{Open, True, Open, False, Open, Open}
	check := func(seen engine.Observation, want []Held) {
		t.Helper()
		ledger := Ledger(seen)
		for i, c := range ledger {
			if c.Held != want[i] {
				t.Errorf("claim %d (%+v) is %s, not %s", i, c, c.Held, want[i])
			}
		}
		if len(ledger) != len(want) {
			t.Errorf("%d claims: %+v", len(ledger), ledger)
		}
	}
	check(seen, want)
	seen.Events = append(seen.Events, engine.Observed{Round: 1, Phase: engine.PhaseBanishment,
		Body: engine.Revealed{Seat: 2, Role: traitor}})
	check(seen, []Held{True, True, False, False, False, Open}) // the last promise's ballot nobody saw
}

// A murder tells that the victim was none of those who kill. What a seat alone was told goes into no ledger.
func TestLedgerOfVictims(t *testing.T) {
	seen := table(
		engine.Observed{Body: engine.Dealt{Seat: 1, Role: traitor}},
		said(1, 0, "", engine.Act{Kind: engine.Accuse, Seat: 2}, engine.Act{Kind: engine.Accuse, Seat: 1}),
		said(1, 2, "", engine.Act{Kind: engine.Claim, Seat: 2, Role: faithful}),
		said(1, 3, "", engine.Act{Kind: engine.Defend, Seat: 2}),
		engine.Observed{Round: 2, Phase: engine.PhaseBreakfast, Body: engine.Found{Victim: 2}},
	)
	want := []Held{False, Open, True, True}
	for i, c := range Ledger(seen) {
		if c.Held != want[i] {
			t.Errorf("%+v, wanted %s", c, want[i])
		}
	}
}

// What is carried, by hand: a season of three games with a decay of ½.
func TestCarry(t *testing.T) {
	rules := engine.DefaultRules().Complete()
	rules.Players, rules.Decay, rules.Lessons = 4, 500, 2
	play := func(before engine.Remembered, more ...engine.Observed) engine.Remembered {
		opened := engine.Observed{Body: engine.Opened{Rules: rules, Names: []string{"Ada", "Bo", "Cy", "Di"}}}
		return Carry(engine.Observation{Events: append([]engine.Observed{opened, {Body: before}}, more...)})
	}
	lie := said(1, 2, "", engine.Act{Kind: engine.Claim, Seat: 2, Role: faithful}, engine.Act{Kind: engine.Promise, Seat: 1})
	one := play(engine.Remembered{}, lie, voted(1, 2, 1), noted(2, 0, memo(engine.MemoLesson, 2, 5, "watch Cy"),
		memo(engine.MemoFact, 2, 5, "no lesson")), ended(faithful, faithful, traitor, faithful))
	cy := one.Others[1]
	if one.Games != 1 || len(one.Others) != 3 || cy != (engine.Reputation{Seat: 2, Games: 1, Kept: 1000, Lies: 1000, Betrayals: 1000}) {
		t.Errorf("after one game: %+v", one)
	}
	if len(one.Lessons) != 1 || one.Lessons[0] != (engine.Lesson{Game: 1, Weight: 1000, Text: "watch Cy"}) {
		t.Errorf("lessons: %+v", one.Lessons)
	}
	two := play(one, ended(traitor, faithful, traitor, faithful)) // both were traitors: no betrayal
	if cy := two.Others[1]; cy != (engine.Reputation{Seat: 2, Games: 2, Kept: 500, Lies: 500, Betrayals: 500}) {
		t.Errorf("after two games: %+v", cy)
	}
	three := play(two, noted(2, 0, memo(engine.MemoLesson, -1, 2, "speak less"), memo(engine.MemoLesson, -1, 2, "vote late")),
		ended(faithful, faithful, faithful, traitor))
	want := []engine.Lesson{{Game: 3, Weight: 400, Text: "vote late"}, {Game: 3, Weight: 400, Text: "speak less"}}
	if !slices.Equal(three.Lessons, want) {
		t.Errorf("two lessons are carried, the weightiest, the latest first: %+v", three.Lessons)
	}
}

// A seat of a thousand notes.
func BenchmarkRecall1000Notes(b *testing.B) {
	events := make([]engine.Observed, 0, 400)
	for round := 1; round <= 20; round++ {
		for s := range engine.Seat(4) {
			events = append(events, said(round, s, enginetest.Words(uint64(round), engine.Request{Seat: s}, 60)))
		}
		for k := range 10 {
			var notes []engine.Memo
			for i := range engine.MostNotes {
				notes = append(notes, memo(engine.MemoSuspicion, engine.Seat(i%4), 1+i,
					enginetest.Words(uint64(round*100+k*10+i), engine.Request{}, 20)))
			}
			events = append(events, noted(round, 0, notes...))
		}
	}
	seen := table(events...)
	asked := engine.Request{Kind: engine.AskBallot, Round: 20, Living: 15, Legal: 14}
	n := 0
	for _, it := range Recall(seen, asked, Options{Policy: Retrieve, Chars: 4000}) {
		if it.Memo >= 0 {
			n++
		}
	}
	if n != 1000 {
		b.Fatal(n)
	}
	for b.Loop() {
		Recall(seen, asked, Options{Policy: Retrieve, Chars: 4000})
	}
}
