package reply

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

func TestTextIsCutWhereASentenceEnds(t *testing.T) {
	for _, c := range []struct {
		text  string
		words int
		want  string
	}{
		{"One two. Three four.", 4, "One two. Three four."},
		{"One two. Three four.", 3, "One two."},
		{"One two. Three four.", 2, "One two."},
		{"One two. Three four.", 1, "One"},
		{"one two three", 2, "one two"},
		{"He said \"no!\" Then he left us.", 4, "He said \"no!\""},
		{"Really? (Yes.) and more words", 3, "Really? (Yes.)"},
		{"  One   two.   Three four", 3, "One   two."},
		{"私は。 あなた は", 2, "私は。"},
	} {
		if got := cut(c.text, c.words); got != c.want {
			t.Errorf("%q to %d words: %q, wanted %q", c.text, c.words, got, c.want)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("One two. Three four.", 3)
	f.Fuzz(func(t *testing.T, text string, words int) {
		words = max(1, words%50)
		got := cut(text, words)
		if engine.CountWords(got) > words || !strings.Contains(text, got) || engine.CountWords(text) > 0 && got == "" {
			t.Errorf("%q to %d words: %q", text, words, got)
		}
	})
}
