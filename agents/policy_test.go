package agents

import "testing"

func TestSpecs(t *testing.T) {
	for in, want := range map[string]string{
		"bayes":                             "bayes",
		"bayes?noise=0.2":                   "bayes?noise=0.2",
		"x?b=2&a=1":                         "x?a=1&b=2",
		"ollama/llama3.2":                   "ollama/llama3.2",
		"ollama/qwen3:8b?temperature=0&k=9": "ollama/qwen3:8b?k=9&temperature=0",
		"recorded/a batch":                  "recorded/a batch",
	} {
		p := PolicyOf(in)
		if p.Err() != nil || p.Canonical() != want || p.String() != in {
			t.Errorf("%q becomes %q, in canonical form %q (%v), want %q", in, p, p.Canonical(), p.Err(), want)
		}
		if again := PolicyOf(p.Canonical()); again.Err() != nil || again.Canonical() != want {
			t.Errorf("%q does not come back the same: %q (%v)", want, again, again.Err())
		}
	}
	for _, in := range []string{"", "?a=1", "a b", "x?", "x?a", "x?a=", "x?=1", "x?a=1&a=2", "x?a=1&", "ollama/m?a", "ollama/a b"} {
		p := PolicyOf(in)
		_, again := p.Recorded()
		if p.Err() == nil || p.IsModel() || again || p.Deterministic() {
			t.Errorf("%q is taken as %+v", in, p)
		}
	}
}

func TestKindsOfPolicies(t *testing.T) {
	for in, want := range map[string]struct {
		provider, model, batch string
		deterministic          bool
	}{
		"bayes?noise=0.2":           {deterministic: true},
		"ollama/llama3.2?think=off": {provider: "ollama", model: "llama3.2"},
		"openrouter/a/b":            {provider: "openrouter", model: "a/b"},
		"vllm//home/m.gguf":         {provider: "vllm", model: "/home/m.gguf"},
		"ollama/":                   {provider: "ollama"},
		"recorded/b1":               {batch: "b1"},
		"recorded/":                 {provider: "recorded"}, // which the catalogue does not know
		"recorded/b?seed=1":         {provider: "recorded", model: "b"},
	} {
		p := PolicyOf(in)
		batch, again := p.Recorded()
		if p.Err() != nil || p.Provider != want.provider || p.Model != want.model || p.IsModel() != (want.provider != "") ||
			batch != want.batch || again != (want.batch != "") || p.Deterministic() != want.deterministic {
			t.Errorf("%q is %+v (%v), want %+v", in, p, p.Err(), want)
		}
	}
}

func TestWith(t *testing.T) {
	p := PolicyOf("ollama/m?think=on&num_ctx=512")
	if got := p.With(Option{"think", "off"}).String(); got != "ollama/m?num_ctx=512&think=off" {
		t.Errorf("with another option it is %q", got)
	}
	if p.String() != "ollama/m?think=on&num_ctx=512" {
		t.Errorf("it has become %q itself", p)
	}
}
