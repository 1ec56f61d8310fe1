// Package catalog turns a policy's spec into an agent. It is the one place that knows every policy.
package catalog

import (
	"fmt"
	"slices"

	"turncoat/agents"
	"turncoat/agents/scripted"
	"turncoat/engine"
)

// Description is a policy's name, its options and what it does in a line.
type Description struct {
	Name    string
	Doc     string
	Options []string
}

// Describe lists every policy.
func Describe() []Description {
	var out []Description
	for _, p := range scripted.Policies() {
		out = append(out, Description{Name: p.Name, Doc: p.Doc, Options: slices.Clone(p.Options)})
	}
	for _, provider := range Providers() {
		out = append(out, Description{Name: provider + "/MODEL", Doc: "a language model of that provider", Options: slices.Clone(modelOptions)})
	}
	return append(out, Description{Name: "recorded/BATCH", Doc: "the stored replies of that batch's game of the same number, without a server"})
}

// Names lists the names of the scripted policies.
func Names() []string {
	var out []string
	for _, p := range scripted.Policies() {
		out = append(out, p.Name)
	}
	return out
}

// New makes the agent of a spec for a seat. The seed is the agent's own, derived for it.
func New(spec string, seat engine.Seat, seed uint64) (agents.Agent, error) {
	p, s, err := find(spec)
	if err != nil {
		return nil, err
	}
	return p.New(s, seat, seed)
}

// Check reports what is wrong with a spec, with the nearest right name. It asks no server.
func Check(spec string) error {
	if _, ok := Recorded(spec); ok {
		return nil
	}
	if IsModel(spec) {
		_, _, err := ParseModel(spec)
		return err
	}
	_, err := New(spec, 0, 0)
	return err
}

// Deterministic reports whether the policy answers the same to the same observation, at once.
func Deterministic(spec string) bool {
	if _, ok := Recorded(spec); ok || IsModel(spec) {
		return false
	}
	_, _, err := find(spec)
	return err == nil
}

func find(spec string) (scripted.Policy, agents.Spec, error) {
	s, err := agents.Parse(spec)
	if err != nil {
		return scripted.Policy{}, s, err
	}
	for _, p := range scripted.Policies() {
		if p.Name != s.Name {
			continue
		}
		for _, o := range s.Options {
			if !slices.Contains(p.Options, o.Key) {
				return p, s, unknownOption(p, o.Key)
			}
		}
		return p, s, nil
	}
	return scripted.Policy{}, s, fmt.Errorf("unknown policy %q; did you mean %q?", s.Name, agents.Nearest(s.Name, Names()))
}

func unknownOption(p scripted.Policy, key string) error {
	if len(p.Options) == 0 {
		return fmt.Errorf("policy %q takes no options, not %q", p.Name, key)
	}
	return fmt.Errorf("policy %q has no option %q; did you mean %q?", p.Name, key, agents.Nearest(key, p.Options))
}
