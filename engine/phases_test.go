package engine

import (
	"slices"
	"testing"
)

// A row that is forgotten, or of which half is, is found before a game comes to it.
func TestRowsAreWhole(t *testing.T) {
	names := map[string]bool{}
	for p := range phaseCount {
		row := phases[p]
		if row.name == "" || names[row.name] {
			t.Errorf("phase %d has no name of its own: %q", p, row.name)
		}
		names[row.name] = true
		if (row.ask == nil) != (row.decide == nil) {
			t.Errorf("%s asks without deciding, or decides without asking", p)
		}
		if p != PhaseSetup && !slices.ContainsFunc(transitions, func(r transition) bool { return r.to == p }) {
			t.Errorf("no row of the transitions leads to %s", p)
		}
	}
	names = map[string]bool{}
	for k := range requestKindCount {
		row := requests[k]
		if row.name == "" || names[row.name] {
			t.Errorf("kind of request %d has no name of its own: %q", k, row.name)
		}
		names[row.name] = true
		if (row.form == FormChoice) != (row.legal != nil) || row.form != FormChoice && row.abstain != nil {
			t.Errorf("%s: what is chosen is of the form of a choice, and only that", k)
		}
		if (row.form == FormNone) != (k == AskAct) {
			t.Errorf("%s has the form %d", k, row.form)
		}
	}
}

// A text has the length that the rules give, each note its own, and nothing else has any.
func TestWordsOfAForm(t *testing.T) {
	r := DefaultRules()
	for form, want := range map[Form]int{FormText: r.Words, FormNotes: NoteWords, FormChoice: 0, FormBid: 0, FormBeliefs: 0, FormNone: 0} {
		if got := form.words(r); got != want {
			t.Errorf("form %d: %d words, wanted %d", form, got, want)
		}
	}
}
