package catalog

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"turncoat/agents"
	"turncoat/agents/llm"
	"turncoat/agents/llm/limits"
	"turncoat/agents/llm/ollama"
	"turncoat/agents/llm/openai"
)

// The defaults of a model's options: what a statement of 100 words with a thought and beliefs needs, with room to spare.
const (
	defaultContext  = 16384
	defaultPredict  = 1024
	thinkingPredict = 8192
)

// modelOptions are the keys that the spec of a model takes.
var modelOptions = []string{"temperature", "top_p", "num_ctx", "num_predict", "think", "schema", "timeout_s"}

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
	case "timeout_s":
		var s int
		err := whole(&s, 1, 86400)
		total := time.Duration(s) * time.Second
		o.Time = llm.Deadlines{First: min(o.Time.First, total), Idle: min(o.Time.Idle, total), Total: total}
		return err
	}
	return fmt.Errorf("a model has no option %q; did you mean %q?", kv.Key, agents.Nearest(kv.Key, modelOptions))
}

// Servers are the model servers that a batch uses, each with its own queue. They are connected to when a model is first asked.
type Servers struct {
	Getenv    func(string) string
	Width     int // calls in flight of each server; 0: 1 for ollama, 8 for the others
	PerMinute int // calls a minute of each server; 0: no bound
	Tell      llm.Teller

	mu        sync.Mutex
	endpoints map[string]*limits.Endpoint
	models    map[string]llm.Model
}

// hostedWidth is the width of a server that batches its requests itself.
const hostedWidth = 8

// WidthOf is how many calls of a provider are in flight at most.
func (s *Servers) WidthOf(provider string) int {
	switch {
	case s.Width > 0:
		return s.Width
	case provider == "ollama":
		return 1
	}
	return hostedWidth
}

// Model gives the model of a spec behind its server's queue. A missing key or a bad address is an error; nothing is asked.
func (s *Servers) Model(spec string) (llm.Model, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.models[spec]; ok {
		return m, nil
	}
	inner, server, provider, err := s.connect(spec)
	if err != nil {
		return nil, err
	}
	if s.models == nil {
		s.models = map[string]llm.Model{}
	}
	s.models[spec] = s.endpoint(server, provider).Model(inner)
	return s.models[spec], nil
}

// endpoint is the one of a server. The caller holds the lock.
func (s *Servers) endpoint(server, provider string) *limits.Endpoint {
	if s.endpoints == nil {
		s.endpoints = map[string]*limits.Endpoint{}
	}
	if s.endpoints[server] == nil {
		o := limits.DefaultEndpoint(server, s.WidthOf(provider))
		o.PerMinute, o.Tell = s.PerMinute, s.Tell
		s.endpoints[server] = limits.NewEndpoint(o)
	}
	return s.endpoints[server]
}

// transport is shared by all servers, and keeps the connections of a wide queue.
var transport = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 1024, 256
	return t
}()

func (s *Servers) connect(spec string) (m llm.Model, server, provider string, err error) {
	provider, o, err := ParseModel(spec)
	if err != nil {
		return nil, "", "", err
	}
	if provider == "ollama" {
		m, err := ollama.New(o, s.Getenv("OLLAMA_HOST"), &http.Client{Transport: transport})
		return m, s.ollama(), provider, err
	}
	e, err := openai.Preset(provider, s.Getenv)
	if err == nil {
		err = e.Check(o)
	}
	if err != nil {
		return nil, "", "", fmt.Errorf("policy %q: %w", spec, err)
	}
	return openai.New(o, e, &http.Client{Transport: transport}), e.String(), provider, nil
}

// ollama names the server that all its models share.
func (s *Servers) ollama() string { return "ollama " + s.Getenv("OLLAMA_HOST") }

// Embedder gives the model that embeds texts, as ollama/MODEL, behind its server's queue. Nothing is asked.
func (s *Servers) Embedder(spec string) (llm.Embedder, error) {
	model, ok := strings.CutPrefix(spec, "ollama/")
	if !ok || model == "" || strings.Contains(model, "?") {
		return nil, fmt.Errorf("prompts.embed is %q; it takes ollama/MODEL, without options", spec)
	}
	client, err := ollama.Connect(s.Getenv("OLLAMA_HOST"), &http.Client{Transport: transport})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoint(s.ollama(), "ollama").Embedder(client.Embedding(model), llm.DefaultDeadlines), nil
}

// Stats sums the live figures of all servers.
func (s *Servers) Stats() limits.Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum limits.Stats
	for _, e := range s.endpoints {
		one := e.Stats()
		sum.Calls += one.Calls
		sum.Retries += one.Retries
		sum.InFlight += one.InFlight
		sum.Waiting += one.Waiting
		sum.TokensIn += one.TokensIn
		sum.TokensOut += one.TokensOut
		sum.Busy += one.Busy
	}
	return sum
}

// WidthFor sums the widths of the servers that specs name, each once.
func (s *Servers) WidthFor(specs []string) int {
	sum, seen := 0, map[string]bool{}
	for _, spec := range specs {
		if provider, _, err := ParseModel(spec); err == nil && !seen[provider] {
			seen[provider] = true
			sum += s.WidthOf(provider)
		}
	}
	return sum
}

// digestPatience bounds the question which weights stand behind a name.
const digestPatience = 10 * time.Second

// Digests are those of the models that specs name, where a server tells them (Ollama does): a name can come to mean other weights.
// A server that does not answer is left out; the calls will say so.
func (s *Servers) Digests(ctx context.Context, specs []string) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, digestPatience)
	defer cancel()
	out := map[string]string{}
	for _, spec := range specs {
		provider, o, err := ParseModel(spec)
		if err != nil || provider != "ollama" {
			continue
		}
		client, err := ollama.Connect(s.Getenv("OLLAMA_HOST"), &http.Client{Transport: transport})
		if err != nil {
			continue
		}
		if info, err := client.Find(ctx, o.Model); err == nil {
			out[spec] = info.Digest
		}
	}
	return out
}
