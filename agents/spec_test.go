package agents

import "testing"

func TestSpecs(t *testing.T) {
	for in, want := range map[string]string{
		"bayes":                             "bayes",
		"bayes?noise=0.2":                   "bayes?noise=0.2",
		"x?b=2&a=1":                         "x?a=1&b=2",
		"ollama/llama3.2":                   "ollama/llama3.2",
		"ollama/qwen3:8b?temperature=0&k=9": "ollama/qwen3:8b?k=9&temperature=0",
	} {
		s, err := Parse(in)
		if err != nil || s.String() != want {
			t.Errorf("%q becomes %q (%v), want %q", in, s, err, want)
		}
		if again, err := Parse(s.String()); err != nil || again.String() != want {
			t.Errorf("%q does not come back the same: %q (%v)", want, again, err)
		}
	}
	for _, in := range []string{"", "?a=1", "a b", "x?", "x?a", "x?a=", "x?=1", "x?a=1&a=2", "x?a=1&"} {
		if s, err := Parse(in); err == nil {
			t.Errorf("%q is taken as %q", in, s)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"random", "bloc", "bayes"}
	for in, want := range map[string]string{"bays": "bayes", "blok": "bloc", "rand": "random"} {
		if got := Nearest(in, names); got != want {
			t.Errorf("nearest to %q is %q, want %q", in, got, want)
		}
	}
}
