package recall

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// talk is a table of one core event and lines of known length: two notes, then speech of the round before and of this one.
func talk() engine.Observation {
	return table(noted(1, 0, memo(engine.MemoFact, 1, 3, "one"), memo(engine.MemoFact, 2, 3, "two")), said(1, 1, "Past."),
		said(2, 2, "Now."))
}

// kept are the items that are kept beside the core, oldest first, and what each takes.
func kept(items []Item) (texts []string, cost []int) {
	for _, it := range items {
		if it.Kept && !it.Core {
			texts, cost = append(texts, it.Text), append(cost, len(it.Text)+1)
		}
	}
	return texts, cost
}

// The edge of a budget: under every policy it is never exceeded, a character more never keeps less, and one that holds all keeps all.
func TestBudgetEdges(t *testing.T) {
	asked := engine.Request{Round: 2, Living: 15}
	for _, o := range []Options{{Policy: Full}, {Policy: Window, Window: 2}, {Policy: Digest}, {Policy: Retrieve}} {
		all, _ := kept(Recall(talk(), asked, o))
		before := 0
		for o.Chars = 1; o.Chars < 1000; o.Chars++ {
			texts, cost := kept(Recall(talk(), asked, o))
			used := 0
			for _, c := range cost {
				used += c
			}
			if used > o.Chars || len(texts) < before {
				t.Errorf("%s with a budget of %d: %d used by %d, %d with one less", o.Policy, o.Chars, used, len(texts), before)
			}
			before = len(texts)
		}
		if before != len(all) || before < 2 {
			t.Errorf("%s: %d are kept under a large budget, %d under none", o.Policy, before, len(all))
		}
	}
}

// Notes that take all of a digest's budget leave no room: none left is not no bound.
func TestDigestOfAUsedUpBudget(t *testing.T) {
	asked := engine.Request{Round: 2, Living: 15}
	_, cost := kept(Recall(talk(), asked, Options{Policy: Digest}))
	notes := cost[0] + cost[1]
	for chars, want := range map[int]int{notes: 1, notes + 1: 2, notes + cost[2]: 2, notes + cost[2] + 1: 3} {
		if texts, _ := kept(Recall(talk(), asked, Options{Policy: Digest, Chars: chars})); len(texts) != want {
			t.Errorf("a budget of %d, where the notes take %d: %q", chars, notes, texts)
		}
	}
}

// Retrieve fills its budget to the last character.
func TestRetrieveFillsItsBudget(t *testing.T) {
	asked := engine.Request{Round: 3, Living: 15}
	_, cost := kept(Recall(talk(), asked, Options{Policy: Retrieve}))
	if len(cost) != 2 {
		t.Fatalf("%d notes", len(cost))
	}
	for chars, want := range map[int]int{cost[0] + cost[1] - 1: 1, cost[0] + cost[1]: 2} {
		if texts, _ := kept(Recall(talk(), asked, Options{Policy: Retrieve, Chars: chars})); len(texts) != want {
			t.Errorf("a budget of %d for notes of %v: %q", chars, cost, texts)
		}
	}
}

// At most so many notes are retrieved, the best of them, and among equals the first.
func TestRetrieveAtMost(t *testing.T) {
	var notes []engine.Memo
	for i := range mostNotes + 3 {
		notes = append(notes, memo(engine.MemoFact, 1, 1+i/(mostNotes+2)*4, "the same"))
	}
	items := Recall(table(noted(1, 0, notes...)), engine.Request{Round: 2, Living: 15}, Options{Policy: Retrieve})
	for _, it := range items[1:] {
		if want := it.Memo < mostNotes-1 || it.Memo == mostNotes+2; it.Kept != want {
			t.Errorf("note %d, score %d: kept %v", it.Memo, it.Score, it.Kept)
		}
	}
}

// The window is of so many rounds, the present one included.
func TestWindowEdges(t *testing.T) {
	asked := engine.Request{Round: 2, Living: 15}
	for window, want := range map[int]int{1: 1, 2: 2} {
		if texts, _ := kept(Recall(talk(), asked, Options{Policy: Window, Window: window})); len(texts) != want {
			t.Errorf("a window of %d: %q", window, texts)
		}
	}
	rules := engine.DefaultRules()
	rules.Scope = "none"
	if o := OptionsOf(rules, 40); o.Policy != Window || o.Window != 1 {
		t.Errorf("under scope: none: %+v", o)
	}
	rules = engine.DefaultRules()
	rules.Budget = 100
	if o := OptionsOf(rules, 35); o.Policy != Full || o.Chars != 350 || o.Whole() {
		t.Errorf("a budget of 100 tokens of 3.5 characters: %+v", o)
	}
}

// A note's score by hand: recency, salience and relevance to what is said in this round, each from 0 to 1000, and their sum.
func TestScoreByHand(t *testing.T) {
	seen := table(noted(1, 0, memo(engine.MemoFact, 1, 5, "alpha")), noted(2, 0, memo(engine.MemoFact, 1, 1, "beta")),
		said(2, 1, "alpha"), said(3, 1, "beta"))
	items := Recall(seen, engine.Request{Round: 3, Living: 15}, Options{Policy: Retrieve})
	old, late := items[1], items[2]
	if old.Recency != 0 || old.Salience != 1000 || old.Relevance != 0 || old.Score != 1000 {
		t.Errorf("the earlier note: %+v", old)
	}
	if late.Recency != 1000 || late.Salience != 0 || late.Relevance != 1000 || late.Score != 2000 {
		t.Errorf("the later note: %+v", late)
	}
}

// The sources of a note are at most eight, the latest, of one's own time since the last reflection.
func TestSourcesAreEight(t *testing.T) {
	events := []engine.Observed{said(1, 1, "Before."), noted(1, 0, memo(engine.MemoFact, 1, 1, "x"))}
	for range 12 {
		events = append(events, said(2, 1, "Hm."), said(2, 2, "Hm."))
	}
	seen := table(events...)
	got := Sources(seen, 1)
	if len(got) != 8 || got[7] != len(seen.Events)-2 || got[0] != len(seen.Events)-16 {
		t.Errorf("of %d events the sources are %v", len(seen.Events), got)
	}
	if got := Sources(table(events[:2]...), 1); len(got) != 0 {
		t.Errorf("sources before the last reflection: %v", got)
	}
}

// Of a reflection a seat recalls the notes that were kept, and no others: what is dropped is not in what it is shown.
func TestObservationHoldsWhatIsKept(t *testing.T) {
	seen := table(noted(1, 0, memo(engine.MemoFact, 1, 1, "one"), memo(engine.MemoFact, 1, 5, "two"), memo(engine.MemoFact, 1, 1, "three")),
		said(1, 1, "Past."))
	asked := engine.Request{Round: 2, Living: 15}
	all := Recall(seen, asked, Options{Policy: Retrieve})
	short := Recall(seen, asked, Options{Policy: Retrieve, Chars: len(all[2].Text) + 1})
	got := Observation(seen, short)
	if len(got.Events) != 2 {
		t.Fatalf("shown are %+v", got.Events)
	}
	if b := got.Events[1].Body.(engine.Notes); len(b.Notes) != 1 || b.Notes[0].Text != "two" {
		t.Errorf("of the notes are shown %+v", b.Notes)
	}
	if b := seen.Events[1].Body.(engine.Notes); len(b.Notes) != 3 {
		t.Errorf("the observation itself has lost notes: %+v", b.Notes)
	}
}

// A promise is of the next ballot of the first stage; broken, it is no lie, since nobody knew.
func TestPromisesAreOfTheFirstStage(t *testing.T) {
	vote := func(stage int, target engine.Seat) engine.Observed {
		return engine.Observed{Round: 1, Phase: engine.PhaseBallot, Body: engine.Ballot{Voter: 1, Target: target, Stage: stage}}
	}
	promise := said(1, 1, "", engine.Act{Kind: engine.Promise, Seat: 2})
	roles := []engine.Role{faithful, traitor, faithful, faithful}
	for name, row := range map[string]struct {
		votes []engine.Observed
		held  Held
	}{
		"kept":                          {[]engine.Observed{vote(0, 2)}, True},
		"broken":                        {[]engine.Observed{vote(0, 3)}, False},
		"a runoff alone was seen":       {[]engine.Observed{vote(1, 2)}, Open},
		"kept, and left in the runoff":  {[]engine.Observed{vote(0, 2), vote(1, 3)}, True},
		"broken, and kept in a runoff":  {[]engine.Observed{vote(0, 3), vote(1, 2)}, False},
		"nobody, which is not the seat": {[]engine.Observed{vote(0, engine.NoSeat)}, False},
	} {
		claims := Ledger(table(append([]engine.Observed{promise}, row.votes...)...))
		if len(claims) != 1 || claims[0].Held != row.held || claims[0].Lie(roles) {
			t.Errorf("%s: %+v, a lie %v", name, claims, claims[0].Lie(roles))
		}
	}
}

// A lesson whose weight has faded to nothing is carried no further.
func TestFadedLessonsGo(t *testing.T) {
	rules := engine.DefaultRules().Complete()
	rules.Players, rules.Memory.Decay = 4, 1
	opened := engine.Observed{Body: engine.Opened{Rules: rules, Names: []string{"Ada", "Bo", "Cy", "Di"}}}
	for weight, left := range map[int]int{1000: 1, 999: 0} {
		before := engine.Remembered{Games: 1, Lessons: []engine.Lesson{{Game: 1, Weight: weight, Text: "Hm."}}}
		if out := Carry(engine.Observation{Events: []engine.Observed{opened, {Body: before}}}); len(out.Lessons) != left {
			t.Errorf("of a weight of %d is left %+v", weight, out.Lessons)
		}
	}
}
