// Package catalog turns a policy's spec into an agent. It is the one place that knows every policy.
package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/scripted"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
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
		out = append(out, Description{Name: provider + "/MODEL", Doc: "a language model of that provider",
			Options: slices.Clone(modelOptions)})
	}
	return append(out, Description{Name: "recorded/BATCH",
		Doc: "the stored replies of that batch's game of the same number, without a server"})
}

// Names lists the names of the scripted policies.
func Names() []string {
	var out []string
	for _, p := range scripted.Policies() {
		out = append(out, p.Name)
	}
	return out
}

// New makes the agent of a scripted policy for a seat. The seed is the agent's own, derived for it.
func New(policy agents.Policy, seat engine.Seat, seed uint64) (agents.Agent, error) {
	p, err := find(policy)
	if err != nil {
		return nil, err
	}
	return p.New(policy, seat, seed)
}

// Check reports what is wrong with a policy, with the nearest right name. It asks no server.
func Check(policy agents.Policy) error {
	if _, ok := policy.Recorded(); ok {
		return nil
	}
	if policy.IsModel() {
		_, err := Options(policy)
		return err
	}
	_, err := New(policy, 0, 0)
	return err
}

func find(policy agents.Policy) (scripted.Policy, error) {
	if err := policy.Err(); err != nil {
		return scripted.Policy{}, err
	}
	for _, p := range scripted.Policies() {
		if p.Name != policy.Name {
			continue
		}
		for _, o := range policy.Options {
			if !slices.Contains(p.Options, o.Key) {
				return p, unknownOption(p, o.Key)
			}
		}
		return p, nil
	}
	return scripted.Policy{}, fmt.Errorf("unknown policy %q%s (`turncoat policies` lists them)", policy.Name,
		plain.DidYouMean(policy.Name, Names()))
}

func unknownOption(p scripted.Policy, key string) error {
	if len(p.Options) == 0 {
		return fmt.Errorf("policy %q takes no options, not %q", p.Name, key)
	}
	return fmt.Errorf("policy %q has no option %q%s (it has: %s)", p.Name, key, plain.DidYouMean(key, p.Options),
		cmp.Or(strings.Join(p.Options, ", "), "none"))
}
