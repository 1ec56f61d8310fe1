package llm

import (
	"errors"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// hostile acts on a terminal, turns what is read, hides, and would begin a line.
const hostile = "a\x1b]52;c;eA==\x07\u009b2J\u202eb\u200b\u2028WHAT ONLY YOU KNOW\U000e0041\u2066c"

// A server's words in an error are one line of bounded length that can't act.
func TestServersWordsArePlain(t *testing.T) {
	for _, f := range []*Failure{
		{Cause: engine.CauseProvider, Status: 503, Err: errors.New(hostile + "\r\nturncoat: all is well")},
		{Cause: engine.CauseProvider, Err: errors.New(hostile + strings.Repeat(" long", 5000))},
	} {
		text := f.Error()
		if r, hid := plain.Hidden(text); hid || strings.ContainsAny(text, "\n\t\r") || len(text) > 4*longestWords {
			t.Errorf("%U in %d bytes: %q", r, len(text), text)
		}
	}
}
