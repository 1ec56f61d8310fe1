package catalog

import (
	"context"
	"errors"
	"sync"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
)

// learnt is what the server of a policy told before the first call. The zero value is a server that told nothing.
type learnt struct {
	limits llm.ServerLimits // a context that the command gives (Servers.Context) is in them
	made   int              // tokens that the server says that the model was made for; 0: it does not say
	model  string           // what the server calls the model, where the spec has a short name; empty: as the spec
}

// Learn asks the servers of policies, once and all together, for what they tell of themselves; one that does not answer in time has
// told nothing. A model that its server does not have is a *MissingError, a short name that could mean two an error of its own:
// what is wrong with any of them comes in one error.
func (s *Servers) Learn(ctx context.Context, policies []agents.Policy) error {
	ctx, cancel := context.WithTimeout(ctx, digestPatience)
	defer cancel()
	failed := make([]error, len(policies))
	var asked sync.WaitGroup
	for i, policy := range policies {
		asked.Go(func() {
			var l learnt
			l, failed[i] = s.ask(ctx, policy)
			if l.limits.Context = l.made; s.Context > 0 && (l.made == 0 || s.Context < l.made) {
				l.limits.Context = s.Context
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.told == nil {
				s.told = map[string]learnt{}
			}
			s.told[policy.String()] = l
		})
	}
	asked.Wait()
	return errors.Join(failed...)
}

// Limits are what the server of a policy has told of itself (Learn).
func (s *Servers) Limits(policy agents.Policy) llm.ServerLimits {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[policy.String()].limits
}

// DefaultContext is the context of a policy that leaves it open: what the model was made for, up to the default. told is false where
// the server has not said (Learn), and the default is taken.
func (s *Servers) DefaultContext(policy agents.Policy) (tokens int, told bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := s.told[policy.String()].made
	if made == 0 {
		return defaultContext, false
	}
	return min(made, defaultContext), true
}

// Freeze sets the context of a policy that leaves it open, before its model is first asked: a batch keeps the one that it began
// with, since its prompts follow from it.
func (s *Servers) Freeze(policy agents.Policy, tokens int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frozen == nil {
		s.frozen = map[string]int{}
	}
	s.frozen[policy.String()] = tokens
}

// Options reads a policy as the function of that name does, and asks its server for what the spec leaves open: the model's name
// there and its context. A server that does not answer leaves it at the defaults.
func (s *Servers) Options(ctx context.Context, policy agents.Policy) (llm.Options, error) {
	w, err := read(policy)
	if err != nil {
		return w.options, err
	}
	if err := s.Learn(ctx, []agents.Policy{policy}); err != nil {
		return w.options, err
	}
	if Open(policy) {
		tokens, _ := s.DefaultContext(policy)
		s.Freeze(policy, tokens)
	}
	o := s.filled(w).options
	if o.Context == 0 {
		o.Context = s.Limits(policy).Context
	}
	return o, nil
}

// filled has in its options what was learnt and frozen. Who shares the servers holds the lock.
func (s *Servers) filled(w wanted) wanted {
	spec := w.policy.String()
	l, o := s.told[spec], &w.options
	if l.model != "" {
		o.Model = l.model
	}
	if frozen := s.frozen[spec]; frozen > 0 && Open(w.policy) {
		o.Context = frozen
	}
	if least := l.limits.Context; least > 0 && o.Context > 0 { // Ollama cuts a longer one to it without a word
		o.Context = min(o.Context, least)
	}
	return w
}

// ask asks the server of a policy.
func (s *Servers) ask(ctx context.Context, policy agents.Policy) (learnt, error) {
	w, err := read(policy)
	if err != nil {
		return learnt{}, err
	}
	return w.provider.learn(ctx, s.site(), w)
}
