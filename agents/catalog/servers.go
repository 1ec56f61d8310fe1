package catalog

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"turncoat/agents/llm"
	"turncoat/agents/llm/limits"
	"turncoat/agents/llm/ollama"
	"turncoat/agents/llm/openai"
)

// Servers are the model servers that a batch uses, each with its own queue. They are connected to when a model is first asked.
type Servers struct {
	Getenv    func(string) string
	Width     int             // calls in flight of each server; 0: 1 for ollama, 8 for the others
	PerMinute int             // calls a minute of each server; 0: no bound
	MaxWait   time.Duration   // that a call waits for a server that is asked too often, or retries; 0: limits.DefaultMaxWait
	Drain     <-chan struct{} // once closed, calls that wait give up
	Context   int             // tokens of every server's context at most; 0: what spec and server say
	Timeout   time.Duration   // for a whole answer, in place of what the specs say; 0: as they say
	Tell      llm.Teller

	mu        sync.Mutex
	endpoints map[string]*limits.Endpoint
	models    map[string]llm.Model
	told      map[string]llm.ServerLimits // by spec
}

// hostedWidth is the width of a server that batches its requests itself.
const hostedWidth = 8

// WidthOf is how many calls of a spec's server are in flight at most: what was asked for, else what the server told (Learn), else by
// the provider.
func (s *Servers) WidthOf(spec string) int {
	s.mu.Lock()
	told := s.told[spec]
	s.mu.Unlock()
	return s.widthOf(spec, told)
}

func (s *Servers) widthOf(spec string, told llm.ServerLimits) int {
	switch {
	case s.Width > 0:
		return s.Width
	case told.Slots > 0:
		return told.Slots
	case strings.HasPrefix(spec, "ollama/"):
		return 1
	}
	return hostedWidth
}

// Check says what keeps a model from being asked: a missing key, a bad address. Nothing is asked.
func (s *Servers) Check(spec string) error {
	_, _, err := s.connect(spec)
	return err
}

// Model gives the model of a spec behind its server's queue. A missing key or a bad address is an error; nothing is asked.
func (s *Servers) Model(spec string) (llm.Model, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.models[spec]; ok {
		return m, nil
	}
	inner, server, err := s.connect(spec)
	if err != nil {
		return nil, err
	}
	if s.models == nil {
		s.models = map[string]llm.Model{}
	}
	s.models[spec] = s.endpoint(server, spec).Model(inner)
	return s.models[spec], nil
}

// endpoint is the one of a server. The caller holds the lock.
func (s *Servers) endpoint(server, spec string) *limits.Endpoint {
	if s.endpoints == nil {
		s.endpoints = map[string]*limits.Endpoint{}
	}
	if s.endpoints[server] == nil {
		o := limits.DefaultEndpoint(server, s.widthOf(spec, s.told[spec]))
		o.PerMinute, o.MaxWait, o.Drain, o.Tell = s.PerMinute, s.MaxWait, s.Drain, s.Tell
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

func (s *Servers) connect(spec string) (m llm.Model, server string, err error) {
	provider, o, err := ParseModel(spec)
	if err != nil {
		return nil, "", err
	}
	if s.Timeout > 0 {
		o.Time = llm.Deadlines{First: min(o.Time.First, s.Timeout), Idle: min(o.Time.Idle, s.Timeout), Total: s.Timeout}
	}
	if provider == "ollama" {
		if least := s.told[spec].Context; least > 0 { // a longer one is cut to it without a word
			o.Context = min(o.Context, least)
		}
		m, err := ollama.New(o, s.host(o), &http.Client{Transport: transport})
		return m, s.ollama(o), err
	}
	e, err := s.hosted(provider, o)
	if err != nil {
		return nil, "", fmt.Errorf("policy %q: %w", spec, err)
	}
	return openai.New(o, e, &http.Client{Transport: transport}), e.String(), nil
}

func (s *Servers) hosted(provider string, o llm.Options) (openai.Endpoint, error) {
	e, err := openai.At(provider, o.BaseURL, o.KeyEnv, s.Getenv)
	if err == nil {
		err = e.Check(o)
	}
	e.Tell = s.Tell
	return e, err
}

// host is where the spec of a model of Ollama's says that it is.
func (s *Servers) host(o llm.Options) string { return cmp.Or(o.BaseURL, s.Getenv("OLLAMA_HOST")) }

// ollama names the server that all its models share.
func (s *Servers) ollama(o llm.Options) string { return strings.TrimSpace("ollama " + s.host(o)) }

// Embedder gives the model that embeds texts, as ollama/MODEL, behind its server's queue. Nothing is asked.
func (s *Servers) Embedder(spec string) (llm.Embedder, error) {
	model, ok := strings.CutPrefix(spec, "ollama/")
	if !ok || model == "" || strings.Contains(model, "?") {
		return nil, fmt.Errorf("prompts.embed is %q; it takes ollama/MODEL, without options", spec)
	}
	client, err := ollama.Connect(s.host(llm.Options{}), &http.Client{Transport: transport})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoint(s.ollama(llm.Options{}), "ollama/").Embedder(client.Embedding(model), llm.DefaultDeadlines), nil
}

// Learn asks the servers of specs, once, for what they tell of themselves; one that does not answer in time has told nothing.
func (s *Servers) Learn(ctx context.Context, specs []string) {
	ctx, cancel := context.WithTimeout(ctx, digestPatience)
	defer cancel()
	for _, spec := range specs {
		limits := s.limitsOf(ctx, spec)
		if s.Context > 0 && (limits.Context == 0 || s.Context < limits.Context) {
			limits.Context = s.Context
		}
		s.mu.Lock()
		if s.told == nil {
			s.told = map[string]llm.ServerLimits{}
		}
		s.told[spec] = limits
		s.mu.Unlock()
	}
}

// Limits are what the server of a spec has told of itself (Learn).
func (s *Servers) Limits(spec string) llm.ServerLimits {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[spec]
}

func (s *Servers) limitsOf(ctx context.Context, spec string) llm.ServerLimits {
	provider, o, err := ParseModel(spec)
	if err != nil {
		return llm.ServerLimits{}
	}
	if provider == "ollama" {
		client, err := ollama.Connect(s.host(o), &http.Client{Transport: transport})
		if err != nil {
			return llm.ServerLimits{}
		}
		about, err := client.About(ctx, o.Model)
		if err != nil {
			return llm.ServerLimits{}
		}
		return llm.ServerLimits{Context: about.Context}
	}
	e, err := s.hosted(provider, o)
	if err != nil {
		return llm.ServerLimits{}
	}
	return openai.New(o, e, &http.Client{Transport: transport}).Limits(ctx)
}

// Stats sums the live figures of all servers.
func (s *Servers) Stats() limits.Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum limits.Stats
	for _, e := range s.endpoints {
		sum = sum.Plus(e.Stats())
	}
	return sum
}

// WidthFor sums the widths of the servers that specs name, each once.
func (s *Servers) WidthFor(specs []string) int {
	sum, seen := 0, map[string]bool{}
	for _, spec := range specs {
		if server := s.serverOf(spec); server != "" && !seen[server] {
			seen[server] = true
			sum += s.WidthOf(spec)
		}
	}
	return sum
}

// Local reports whether all the servers that specs name are on this machine.
func (s *Servers) Local(specs []string) bool {
	for _, spec := range specs {
		if !local(s.serverOf(spec)) {
			return false
		}
	}
	return true
}

// serverOf names the server of a spec; empty if it names none.
func (s *Servers) serverOf(spec string) string {
	provider, o, err := ParseModel(spec)
	if err != nil {
		return ""
	}
	if provider == "ollama" {
		return s.ollama(o)
	}
	e, err := openai.At(provider, o.BaseURL, o.KeyEnv, s.Getenv)
	if err != nil {
		return ""
	}
	return e.String()
}

// local reports whether a server's name holds an address of this machine.
func local(server string) bool {
	if server == "ollama" {
		return true
	}
	for _, name := range []string{"127.0.0.1", "localhost", "[::1]", "0.0.0.0"} {
		if strings.Contains(server, name) {
			return true
		}
	}
	return false
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
		client, err := ollama.Connect(s.host(o), &http.Client{Transport: transport})
		if err != nil {
			continue
		}
		if info, err := client.Find(ctx, o.Model); err == nil {
			out[spec] = info.Digest
		}
	}
	return out
}
