package seating

import (
	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// The context of a policy that leaves it open is what its model was made for, as the server told when the batch began. It stands
// in the batch's prompt specification from then on: whoever builds a prompt again, with or without a server, builds it under the
// same.

// Settle takes over what the servers told into a design that has not begun.
func Settle(d *study.Design, servers *catalog.Servers) error {
	for _, c := range d.All() {
		err := contexts(c, func(policy string) int {
			tokens, _ := servers.DefaultContext(agents.PolicyOf(policy))
			return tokens
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Agree takes over the contexts of a design that has begun: its models may be others now, or its servers away.
func Agree(d, begun *study.Design) error {
	for _, c := range d.All() {
		if err := agree(c, begun); err != nil {
			return err
		}
	}
	return nil
}

func agree(c *study.Condition, begun *study.Design) error {
	return contexts(c, func(policy string) int { return BindingOf(begun, policy).Context })
}

// contexts sets those that policies leave open; 0 leaves one as it is.
func contexts(c *study.Condition, of func(policy string) int) error {
	spec, err := PromptsOf(c)
	if err != nil {
		return err
	}
	for policy, bind := range spec.Policies {
		if tokens := of(policy); tokens > 0 && catalog.Open(agents.PolicyOf(policy)) {
			bind.Context = tokens
			spec.Policies[policy] = bind
		}
	}
	if len(spec.Policies) > 0 {
		c.Prompts, err = frozen(spec)
	}
	return err
}

// Hold has the servers asked under the contexts that a design settled on.
func Hold(d *study.Design, servers *catalog.Servers) error {
	for _, c := range d.All() {
		spec, err := PromptsOf(c)
		if err != nil {
			return err
		}
		for policy, bind := range spec.Policies {
			servers.Freeze(agents.PolicyOf(policy), bind.Context)
		}
	}
	return nil
}

// BindingOf is how prompts are made for a policy, in whichever condition it plays; zero where none has it.
func BindingOf(d *study.Design, policy string) llm.Binding {
	for _, c := range d.All() {
		if spec, err := PromptsOf(c); err == nil {
			if bind, ok := spec.Policies[policy]; ok {
				return bind
			}
		}
	}
	return llm.Binding{}
}
