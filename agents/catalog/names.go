package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
)

// MissingError is a model that its server does not have.
type MissingError struct {
	Policy        agents.Policy
	Model, Server string
	Pull          string   // the command that gets it; empty: there is none
	Has           []string // policies that the server has
	Unlisted      error    // why it is not known what it has; nil: it is
}

// mostNamed is how many models an error names.
const mostNamed = 8

func (e *MissingError) Error() string {
	has := "; it has: none"
	if n := len(e.Has); n > 0 {
		has = "; it has: " + strings.Join(e.Has[:min(n, mostNamed)], ", ")
		if n > mostNamed {
			has += fmt.Sprintf(" and %d more (turncoat models)", n-mostNamed)
		}
	}
	if e.Unlisted != nil {
		has = fmt.Sprintf(" (what it has can't be told: %v)", e.Unlisted)
	}
	text := fmt.Sprintf("policy %q: %s has no model %q%s", e.Policy.Shown(), e.Server, e.Model, has)
	if e.Pull != "" {
		text += "; get it with: " + e.Pull
	}
	return text
}

// ambiguousError is a short name that means more than one model of a server.
type ambiguousError struct {
	Policy agents.Policy
	Server string
	Names  []string // as the server writes them
}

func (e *ambiguousError) Error() string {
	return fmt.Sprintf("policy %q: %s has %d models of that name, write one of them whole: %s", e.Policy.Shown(), e.Server,
		len(e.Names), strings.Join(e.Names, ", "))
}

// shortName is the end of a name that is a path or has an owner before it, without ".gguf".
func shortName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	return strings.TrimSuffix(name, ".gguf")
}

// shortNames are the names by which the models of a provider's server can be called: the short ones where each means one model.
func (p provider) shortNames(names []string) []string {
	out := slices.Clone(names)
	if !p.whole {
		return out
	}
	served := make([]llm.Served, len(names))
	for i, n := range names {
		served[i].Name = n
	}
	for i, n := range names {
		if short := shortName(n); short != "" && slices.Equal(called(short, served), []string{n}) {
			out[i] = short
		}
	}
	return out
}

// called are the models that a name may mean: the one of that very name or alias, else those whose short name it is.
func called(name string, served []llm.Served) (out []string) {
	for _, m := range served {
		switch {
		case m.Name == name, slices.Contains(m.Aliases, name):
			return []string{m.Name}
		case strings.EqualFold(shortName(m.Name), strings.TrimSuffix(name, ".gguf")):
			out = append(out, m.Name)
		}
	}
	return out
}

// nameIn is what a server calls the model that is wanted of it under a name.
func (w wanted) nameIn(server, name string, served []llm.Served) (string, error) {
	switch found := called(name, served); len(found) {
	case 1:
		return found[0], nil
	case 0:
		var names []string
		for _, m := range served {
			names = append(names, m.Name)
		}
		has := w.provider.shortNames(names)
		for i := range has {
			has[i] = w.provider.name + "/" + has[i]
		}
		missing := w.missing(server, name)
		missing.Has = shown(has)
		return "", missing
	default:
		return "", &ambiguousError{w.policy, server, shown(found)}
	}
}

func (w wanted) missing(server, name string) *MissingError {
	e := &MissingError{Policy: w.policy, Model: name, Server: server}
	if w.provider.pull != "" {
		e.Pull = w.provider.pull + name
	}
	return e
}

// shown are a server's words as an error may quote them.
func shown(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = llm.Words(n)
	}
	return out
}
