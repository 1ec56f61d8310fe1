package catalog

import (
	"fmt"
	"slices"
	"strings"

	"turncoat/agents"
	"turncoat/agents/llm"
	"turncoat/agents/llm/openai"
)

// The defaults of a model's options: what a statement of 100 words with a thought and beliefs needs, with room to spare.
const (
	defaultContext  = 16384
	defaultPredict  = 1024
	thinkingPredict = 8192
)

// Providers lists the providers of models: PROVIDER/MODEL is a policy.
func Providers() []string {
	out := []string{"ollama"}
	for _, e := range openai.Presets() {
		out = append(out, e.Name)
	}
	return out
}

// IsModel reports whether a spec names a model of a provider rather than a scripted or a recorded policy.
func IsModel(spec string) bool {
	s, err := agents.Parse(spec)
	_, recorded := Recorded(spec)
	return err == nil && strings.Contains(s.Name, "/") && !recorded
}

// Recorded gives the batch whose stored replies a spec "recorded/BATCH" plays again.
func Recorded(spec string) (batch string, ok bool) {
	batch, ok = strings.CutPrefix(spec, "recorded/")
	return batch, ok && batch != "" && !strings.ContainsAny(batch, "?&=")
}

// ParseModel reads "PROVIDER/MODEL?key=value" without asking anybody anything.
func ParseModel(spec string) (provider string, o llm.Options, err error) {
	s, err := agents.Parse(spec)
	if err != nil {
		return "", o, err
	}
	provider, o.Model, _ = strings.Cut(s.Name, "/")
	switch {
	case !slices.Contains(Providers(), provider):
		return provider, o, fmt.Errorf("unknown provider %q in policy %q; did you mean %q? (%s)", provider, agents.Shown(spec), agents.Nearest(provider, Providers()), strings.Join(Providers(), ", "))
	case o.Model == "":
		return provider, o, fmt.Errorf("policy %q names no model; write %s/MODEL", agents.Shown(spec), provider)
	}
	o.Time, o.Predict, o.Schema = llm.DefaultDeadlines, defaultPredict, llm.Native
	if provider == "ollama" {
		o.Context = defaultContext
	} else if i := slices.IndexFunc(openai.Presets(), func(e openai.Endpoint) bool { return e.Name == provider }); i >= 0 {
		o.Schema = openai.Presets()[i].Schema
	}
	if think, ok := s.Get("think"); ok && think != "off" {
		o.Predict = thinkingPredict
	}
	for _, kv := range s.Options {
		if err := setOption(&o, kv); err != nil {
			return provider, o, fmt.Errorf("policy %q: %w", agents.Shown(spec), err)
		}
	}
	if o.Context > 0 && o.Predict >= o.Context {
		return provider, o, fmt.Errorf("policy %q: num_predict %d leaves no room for a prompt in num_ctx %d", agents.Shown(spec), o.Predict, o.Context)
	}
	return provider, o, nil
}
