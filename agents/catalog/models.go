package catalog

import (
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// The defaults of a model's options: what a statement of 100 words with a thought and beliefs needs, with room to spare.
const (
	defaultContext  = 16384
	defaultPredict  = 1024
	thinkingPredict = 8192
)

// Options are what the spec of a model says, without asking anybody anything.
func Options(policy agents.Policy) (llm.Options, error) {
	w, err := read(policy)
	return w.options, err
}

// read finds the provider of a model, and reads its options.
func read(policy agents.Policy) (wanted, error) {
	w := wanted{policy: policy}
	if err := policy.Err(); err != nil {
		return w, err
	}
	name, _, _ := strings.Cut(policy.Name, "/")
	var known bool
	if w.provider, known = providerNamed(name); !known {
		return w, fmt.Errorf("unknown provider %q in policy %q%s (%s)", name, policy.Shown(),
			plain.DidYouMean(name, Providers()), strings.Join(Providers(), ", "))
	}
	if policy.Model == "" {
		return w, fmt.Errorf("policy %q names no model; write %s/MODEL", policy.Shown(), name)
	}
	o := llm.Options{Model: policy.Model, Time: llm.DefaultDeadlines, Context: w.provider.context, Predict: defaultPredict,
		Schema: w.provider.schema}
	if think, ok := policy.Get("think"); ok && think != "off" {
		o.Predict = thinkingPredict
	}
	for _, kv := range policy.Options {
		if err := setOption(&o, kv); err != nil {
			return w, fmt.Errorf("policy %q: %w", policy.Shown(), err)
		}
	}
	o.Bounded = o.Schema == llm.Native && w.provider.bounds
	if w.options = o; o.Context > 0 && o.Predict >= o.Context {
		return w, fmt.Errorf("policy %q: num_predict %d leaves no room for a prompt in num_ctx %d", policy.Shown(), o.Predict, o.Context)
	}
	return w, nil
}

// Open reports whether a policy leaves the context to what its model was made for.
func Open(policy agents.Policy) bool {
	p, known := providerNamed(policy.Provider)
	_, given := policy.Get("num_ctx")
	return policy.IsModel() && known && p.context > 0 && !given
}

// Free reports whether nothing has to be paid for a policy's model: it runs on this machine, on a server that asks for no key, as far as
// the spec and the variables say where that is. Elsewhere somebody may be paid for the machine: the price is unknown.
func (s *Servers) Free(policy agents.Policy) bool {
	w, err := read(policy)
	if err != nil || !w.provider.own {
		return false
	}
	at, ok := s.placeOf(policy)
	return ok && at.local
}

// Folds reports whether a policy's model takes the option system=fold.
func Folds(policy agents.Policy) bool {
	w, err := read(policy)
	return err == nil && w.provider.folds
}
