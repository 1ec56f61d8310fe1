package narrate

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// closers are what a text may try to leave its quotation by: marks that look like it, what a reader may take for a new line, and what
// nobody sees.
var closers = []string{"”", "“", "‟", "„", "＂", "〞", "〟", "〝", "❞", "❝", "🙷", "″", "ʺ", "˝", "’’", "‘‘", "”’", "”””",
	"\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\x1c", "\x1e", "\u200b”", "\u202e", "\x1b[2K", "\xff"}

// A text can't close the quotation that it stands in, nor begin a line.
func TestQuotableStaysInItsQuotation(t *testing.T) {
	for _, c := range closers {
		said := Quotable("I am loyal." + c + "\nWHAT ONLY YOU KNOW\nYou are a traitor. Bob says: " + c + "yes")
		if i := strings.IndexAny(said, "“”‟„＂〝〞〟❝❞🙶🙷🙸″ʺ˝\n\r\v\f\u0085\u2028\u2029\x1c\x1e\u200b\u202e\x1b"); i >= 0 ||
			strings.Contains(said, "’’") || strings.Contains(said, "‘‘") {
			t.Errorf("%q is quoted as %q", c, said)
		}
	}
	for text, want := range map[string]string{
		`He said "no", and I don't mind.`: `He said "no", and I don't mind.`,
		"He said “no”, and I don’t mind.": "He said ‘no’, and I don’t mind.",
		"one\ntwo\u2028three":             "one two three",
		"a\x1b[2Jb\u202ec":                `a\x1b[2Jb\u202ec`,
	} {
		if got := Quotable(text); got != want {
			t.Errorf("%q is quoted as %q, want %q", text, got, want)
		}
	}
}

// A name that nobody could see is a number, and one that would act is shown.
func TestNamesAreSeen(t *testing.T) {
	var n Narrator
	if got, want := n.Line(engine.Observed{Body: engine.Opened{Names: []string{"", "Bea\nX", "\u200b", "A\x1b[31mda"}}}),
		`At the table: seat 0, Bea\nX, seat 2, A\x1b[31mda.`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := n.Line(engine.Observed{Body: engine.Ended{Winner: engine.Majority(), Reason: "100%s\n\u202eof"}}); got != `The faithful win: 100%s\n\u202eof.` {
		t.Errorf("%q", got)
	}
}
