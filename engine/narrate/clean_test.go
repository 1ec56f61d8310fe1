package narrate

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain\n\ttext":                "plain\n\ttext",
		"\x1b]52;c;cm0gLXJm\x07x":      "]52;c;cm0gLXJmx",
		"\x1b[31mred\x1b[0m":           "[31mred[0m",
		"\u009b31mred":                 "31mred",
		"a\u202eb\u2066c\u200fd\u061c": "abcd",
		"a\u2028b\u2029c\u0085d\ve\ff": "a\nb\nc\nd\ne\nf",
		"a\r\nb":                       "a\nb",
		"a\x00\x7fb\ufeffc\u200bd":     "abcd",
		"\U000e0041tag":                "tag",
		"a\xff\xfeb":                   "ab",
		"\u3164":                       "",
		"👩\u200d🚀 می\u200cخواهم":       "👩\u200d🚀 می\u200cخواهم",
		"Grüße, 世界":                    "Grüße, 世界",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[2J\u202e”")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || Clean(got) != got {
			t.Fatalf("%q → %q", s, got)
		}
		for _, c := range got {
			if Hostile(c) || unicode.IsControl(c) && c != '\n' && c != '\t' {
				t.Fatalf("%q holds %U", got, c)
			}
		}
	})
}
