package catalog

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/limits"
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
	told      map[string]learnt // by spec
	frozen    map[string]int    // contexts by spec (Freeze)
}

// WidthOf is how many calls of a policy's server are in flight at most: what was asked for, else what the server told (Learn), else
// by the provider.
func (s *Servers) WidthOf(policy agents.Policy) int {
	s.mu.Lock()
	told := s.told[policy.String()].limits
	s.mu.Unlock()
	p, _ := providerNamed(policy.Provider)
	return s.width(p, told)
}

func (s *Servers) width(p provider, told llm.ServerLimits) int {
	return cmp.Or(max(0, s.Width), max(0, told.Slots), p.width, hostedWidth)
}

// Check says what keeps a model from being asked: a missing key, a bad address. Nothing is asked.
func (s *Servers) Check(policy agents.Policy) error {
	_, _, err := s.connect(policy)
	return err
}

// Model gives the model of a policy behind its server's queue. A missing key or a bad address is an error; nothing is asked.
func (s *Servers) Model(policy agents.Policy) (llm.Model, error) {
	spec := policy.String()
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.models[spec]; ok {
		return m, nil
	}
	inner, at, err := s.connect(policy)
	if err != nil {
		return nil, err
	}
	if s.models == nil {
		s.models = map[string]llm.Model{}
	}
	p, _ := providerNamed(policy.Provider)
	s.models[spec] = s.endpoint(at, s.width(p, s.told[spec].limits)).Model(inner)
	return s.models[spec], nil
}

// endpoint is the one of a server, made with a width if it is new. The caller holds the lock.
func (s *Servers) endpoint(at place, width int) *limits.Endpoint {
	if s.endpoints == nil {
		s.endpoints = map[string]*limits.Endpoint{}
	}
	if s.endpoints[at.name] == nil {
		o := limits.DefaultEndpoint(at.name, width)
		o.PerMinute, o.MaxWait, o.Drain, o.Tell = s.PerMinute, s.MaxWait, s.Drain, s.Tell
		s.endpoints[at.name] = limits.NewEndpoint(o)
	}
	return s.endpoints[at.name]
}

func (s *Servers) site() site { return site{getenv: s.Getenv, tell: s.Tell} }

func (s *Servers) connect(policy agents.Policy) (llm.Model, place, error) {
	w, err := read(policy)
	if err != nil {
		return nil, place{}, err
	}
	if t := s.Timeout; t > 0 {
		w.options.Time = llm.Deadlines{First: min(w.options.Time.First, t), Idle: min(w.options.Time.Idle, t), Total: t}
	}
	w = s.filled(w)
	m, err := w.provider.open(s.site(), w)
	if err != nil {
		return nil, place{}, err
	}
	at, err := w.provider.server(s.site(), w)
	return m, at, err
}

// Embedder gives the model that embeds texts, as ollama/MODEL, behind its server's queue. Nothing is asked.
func (s *Servers) Embedder(spec string) (llm.Embedder, error) {
	name, model, _ := strings.Cut(spec, "/")
	p, _ := providerNamed(name)
	if p.embed == nil || model == "" || strings.Contains(model, "?") {
		return nil, fmt.Errorf("prompts.embed is %q; it takes %s/MODEL, without options", spec, strings.Join(embedders(), "/MODEL or "))
	}
	inner, err := p.embed(s.site(), model)
	if err != nil {
		return nil, err
	}
	at, err := p.server(s.site(), wanted{provider: p})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoint(at, s.width(p, llm.ServerLimits{})).Embedder(inner, llm.DefaultDeadlines), nil
}

// embedders are the providers whose models embed texts.
func embedders() (out []string) {
	for _, p := range providers {
		if p.embed != nil {
			out = append(out, p.name)
		}
	}
	return out
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

// WidthFor sums the widths of the servers of policies, each once.
func (s *Servers) WidthFor(policies []agents.Policy) int {
	sum, seen := 0, map[string]bool{}
	for _, policy := range policies {
		if at, ok := s.placeOf(policy); ok && !seen[at.name] {
			seen[at.name] = true
			sum += s.WidthOf(policy)
		}
	}
	return sum
}

// Local reports whether all the servers of policies are on this machine.
func (s *Servers) Local(policies []agents.Policy) bool {
	for _, policy := range policies {
		if at, ok := s.placeOf(policy); !ok || !at.local {
			return false
		}
	}
	return true
}

// placeOf is where the server of a policy is; false if it has none.
func (s *Servers) placeOf(policy agents.Policy) (place, bool) {
	w, err := read(policy)
	if err != nil {
		return place{}, false
	}
	at, err := w.provider.server(s.site(), w)
	return at, err == nil
}

// digestPatience bounds the question which weights stand behind a name.
const digestPatience = 10 * time.Second

// Digests are those of the models of policies, by spec, where a server tells them (Ollama does): a name can come to mean other
// weights. A server that does not answer is left out; the calls will say so.
func (s *Servers) Digests(ctx context.Context, policies []agents.Policy) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, digestPatience)
	defer cancel()
	out := map[string]string{}
	for _, policy := range policies {
		w, err := read(policy)
		if err != nil || w.provider.digest == nil {
			continue
		}
		s.mu.Lock()
		w = s.filled(w)
		s.mu.Unlock()
		if digest, err := w.provider.digest(ctx, s.site(), w); err == nil {
			out[policy.String()] = digest
		}
	}
	return out
}
