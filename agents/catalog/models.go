package catalog

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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

// modelOptions are the keys that the spec of a model takes.
var modelOptions = []string{"temperature", "top_p", "num_ctx", "num_predict", "think", "schema", "timeout_s", "base_url", "key_env", "omit", "system"}

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
		return provider, o, fmt.Errorf("unknown provider %q in policy %q; did you mean %q? (%s)", provider, spec, agents.Nearest(provider, Providers()), strings.Join(Providers(), ", "))
	case o.Model == "":
		return provider, o, fmt.Errorf("policy %q names no model; write %s/MODEL", spec, provider)
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
			return provider, o, fmt.Errorf("policy %q: %w", spec, err)
		}
	}
	if o.Context > 0 && o.Predict >= o.Context {
		return provider, o, fmt.Errorf("policy %q: num_predict %d leaves no room for a prompt in num_ctx %d", spec, o.Predict, o.Context)
	}
	return provider, o, nil
}

func setOption(o *llm.Options, kv agents.Option) error {
	whole := func(into *int, low, high int) error {
		n, err := strconv.Atoi(kv.Value)
		if err != nil || n < low || n > high {
			return fmt.Errorf("%s is %s; it takes an integer from %d to %d", kv.Key, kv.Value, low, high)
		}
		*into = n
		return nil
	}
	number := func(into **float64, high float64) error {
		f, err := strconv.ParseFloat(kv.Value, 64)
		if err != nil || !(f >= 0 && f <= high) {
			return fmt.Errorf("%s is %s; it takes a number from 0 to %g", kv.Key, kv.Value, high)
		}
		*into = &f
		return nil
	}
	choice := func(into *string, allowed ...string) error {
		if !slices.Contains(allowed, kv.Value) {
			return fmt.Errorf("%s is %s; it takes one of %s", kv.Key, kv.Value, strings.Join(allowed, ", "))
		}
		*into = kv.Value
		return nil
	}
	switch kv.Key {
	case "temperature":
		return number(&o.Temperature, 5)
	case "top_p":
		return number(&o.TopP, 1)
	case "num_ctx":
		return whole(&o.Context, 512, 10_000_000)
	case "num_predict":
		return whole(&o.Predict, 16, 1_000_000)
	case "think":
		return choice(&o.Think, "off", "on", "low", "medium", "high")
	case "schema":
		return choice((*string)(&o.Schema), string(llm.Native), string(llm.PromptOnly))
	case "base_url":
		if err := llm.CheckURL(kv.Value); err != nil { // not shown: it may hold a secret
			return fmt.Errorf("base_url: %w", err)
		}
		o.BaseURL = strings.TrimRight(kv.Value, "/")
		return nil
	case "key_env":
		if !variable.MatchString(kv.Value) {
			return errors.New("key_env takes the name of an environment variable, and never a key itself")
		}
		o.KeyEnv = kv.Value
		return nil
	case "omit":
		o.Omit = strings.Split(kv.Value, ",")
		for _, field := range o.Omit {
			if !slices.Contains(llm.Omittable, field) {
				return fmt.Errorf("omit names %s; it takes a list of %s", field, strings.Join(llm.Omittable, ", "))
			}
		}
		return nil
	case "system":
		var how string
		err := choice(&how, "keep", "fold")
		o.Fold = how == "fold"
		return err
	case "timeout_s":
		var s int
		err := whole(&s, 1, 86400)
		total := time.Duration(s) * time.Second
		o.Time = llm.Deadlines{First: min(o.Time.First, total), Idle: min(o.Time.Idle, total), Total: total}
		return err
	}
	return fmt.Errorf("a model has no option %q; did you mean %q?", kv.Key, agents.Nearest(kv.Key, modelOptions))
}

// variable is the name of an environment variable as everybody writes them: a key in its place is refused.
var variable = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,63}$`)
