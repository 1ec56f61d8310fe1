package transcript

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
)

// played are the statements of a game of random rules in which there is talk with acts, and its events.
func played(t *testing.T) ([]Said, []engine.Event) {
	t.Helper()
	for seed := range uint64(200) {
		events, _, err := enginetest.Play(enginetest.Setup(seed, enginetest.Rules(seed)))
		if err != nil {
			t.Fatal(err)
		}
		if all := Statements("g", events); len(all) > 8 && slices.ContainsFunc(all, func(s Said) bool { return s.Lie }) {
			return all, events
		}
	}
	t.Fatal("no game has a lie in it")
	return nil, nil
}

// A statement is shown with what everybody had perceived before it, and with no role.
func TestStatements(t *testing.T) {
	all, events := played(t)
	said := 0
	for _, e := range events {
		s, ok := e.Body.(engine.Statement)
		if !ok || s.Text == "" {
			continue
		}
		if all[said].Text != s.Text {
			t.Fatalf("statement %d is %q, the log has %q", said, all[said].Text, s.Text)
		}
		said++
	}
	if said != len(all) {
		t.Errorf("%d statements, the log has %d", len(all), said)
	}
	for i, s := range all {
		if i > 0 && s.ID == all[i-1].ID || !strings.HasPrefix(s.ID, "g:") || s.Speaker == "" {
			t.Errorf("%+v", s)
		}
	}
}

// A sample is the same for the same seed, another for another, and holds each statement once.
func TestSample(t *testing.T) {
	all, _ := played(t)
	a, b, c := Sample(all, 6, 1), Sample(all, 6, 1), Sample(all, 6, 2)
	if !slices.Equal(a, b) || slices.Equal(a, c) || len(a) != 6 || len(Sample(all, 1000, 1)) != len(all) {
		t.Errorf("%d of %d", len(a), len(all))
	}
	seen := map[string]bool{}
	for _, s := range a {
		if seen[s.ID] {
			t.Errorf("%s stands there twice", s.ID)
		}
		seen[s.ID] = true
	}
}

// What an annotator labelled is read back, as a spreadsheet may have written it; a file without the columns is refused.
func TestLabels(t *testing.T) {
	sample := []Said{{ID: "g:1", Speaker: "=cmd()", Text: "I, for one,\nam \"faithful\"."}, {ID: "g:2", Speaker: "Bo", Text: "No."}}
	var file bytes.Buffer
	if err := Write(&file, sample); err != nil {
		t.Fatal(err)
	}
	if text := file.String(); strings.Contains(text, ",=cmd()") || !strings.HasPrefix(text, "statement,before,speaker,text,label\n") {
		t.Errorf("%s", text)
	}
	if labels, err := ReadLabels(bytes.NewReader(file.Bytes())); err != nil || len(labels) != 0 {
		t.Errorf("nothing was labelled yet: %v, %v", labels, err)
	}
	labels, err := ReadLabels(strings.NewReader("\ufeffstatement,before,speaker,text,label\ng:1,,,, Lie \ng:2,,,,\n"))
	if err != nil || len(labels) != 1 || labels["g:1"] != "lie" {
		t.Errorf("%v, %v", labels, err)
	}
	for _, wrong := range []string{"", "a,b\n", "statement,before,speaker,text,label\ng:1,,\n"} {
		if _, err := ReadLabels(strings.NewReader(wrong)); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// Shares, agreement and what is not of the batch, counted by hand.
func TestShares(t *testing.T) {
	all := []Said{{ID: "a", Informed: true, Lie: true}, {ID: "b", Informed: true}, {ID: "c"}, {ID: "d"}}
	one, two := Labels{"a": "lie", "b": "honest", "c": "lie"}, Labels{"a": "lie", "c": "unclear", "d": "honest", "z": "lie"}
	if n := Unknown(all, []Labels{one, two}); n != 1 {
		t.Errorf("%d labels are of others", n)
	}
	if got := Rated(all, []Labels{one, two}); len(got) != 2 || !slices.Equal(got[0], []string{"lie", "lie"}) ||
		!slices.Equal(got[1], []string{"lie", "unclear"}) {
		t.Errorf("%v", got)
	}
	lies, by := Shares(all, one)
	if want := [4]Share{{1, 2}, {1, 1}, {1, 1}, {1, 2}}; lies != 2 || by != want {
		t.Errorf("%d lies, %v; wanted %v", lies, by, want)
	}
}
