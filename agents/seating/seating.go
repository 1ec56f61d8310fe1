// Package seating gives the seats of a batch's games their players: by models on servers that are there, by the stored replies of a
// game that was played, or by scripted policies in the models' places, to see what models would be asked.
//
// It knows a study, the policies and the models. Where games and calls are kept is behind Kept; it must not know the file.
package seating

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Policies is what the catalogue knows of policies. It implements study.Seating.
type Policies struct{}

// Check implements study.Seating.
func (Policies) Check(policy string) error { return catalog.Check(agents.PolicyOf(policy)) }

// Instant implements study.Seating.
func (Policies) Instant(policy string) bool { return agents.PolicyOf(policy).Deterministic() }

// Freeze implements study.Seating.
func (Policies) Freeze(c *study.Condition) (study.Prompts, error) {
	t := c.Scenario.Prompts
	spec := llm.PromptSpec{Version: llm.TemplateVersion, Policies: map[string]llm.Binding{},
		Texts: llm.Texts{Language: t.Language, Style: t.Style, Traitor: t.Traitor, Faithful: t.Faithful, LastBelief: t.LastBelief}}
	for _, policy := range Models(c.Specs()) {
		o, err := catalog.Options(policy)
		if err != nil {
			return study.Prompts{}, err
		}
		spec.Policies[policy.String()] = llm.BindingOf(o)
	}
	if t.Embed != "" {
		if _, err := (&catalog.Servers{Getenv: func(string) string { return "" }}).Embedder(t.Embed); err != nil {
			return study.Prompts{}, err
		}
		spec.Embed = t.Embed
	}
	return frozen(spec)
}

// frozen is the text of a specification; zero where no model plays.
func frozen(spec llm.PromptSpec) (study.Prompts, error) {
	if len(spec.Policies) == 0 {
		return study.Prompts{}, nil
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return study.Prompts{}, fmt.Errorf("the prompts' specification: %w", err)
	}
	return study.Freeze(text)
}

// PromptsOf reads what was frozen of a condition's prompts; zero where no model plays.
func PromptsOf(c *study.Condition) (spec llm.PromptSpec, err error) {
	if c.Prompts.IsZero() {
		return spec, nil
	}
	if err := json.Unmarshal(c.Prompts.Text(), &spec); err != nil {
		return spec, fmt.Errorf("the prompts' specification: %w", err)
	}
	return spec, nil
}

// CheckPrompts refuses to go on with a design whose prompts this program can't make.
func CheckPrompts(d *study.Design) error {
	for _, c := range d.All() {
		spec, err := PromptsOf(c)
		if err == nil && len(spec.Policies) > 0 {
			err = spec.Check()
		}
		if err != nil {
			return study.Mistake(err)
		}
	}
	return nil
}

// Models are those of the policies that models of servers play.
func Models(specs []string) (out []agents.Policy) {
	for _, spec := range specs {
		if policy := agents.PolicyOf(spec); policy.IsModel() {
			out = append(out, policy)
		}
	}
	return out
}

// Recording is a stored game, to play seats of it again.
type Recording struct {
	Policies []string // by seat
	Calls    []llm.Call
}

// Prompts says what is kept of a call's prompt.
type Prompts bool

// What is kept of prompts.
const (
	Hashes Prompts = false // alone: the text can be built again from the log
	Texts  Prompts = true  // too
)

// Kept is where calls are found and kept, of the games that are played and of those that were.
type Kept interface {
	// Calls opens the calls of a game that is played.
	Calls(game string, prompts Prompts) Calls
	// EachCall gives every call that is kept of the batch, with the length of its prompt in characters.
	EachCall(ctx context.Context, each func(game string, call llm.Call, promptChars int)) error
	// Recording reads a game of another batch.
	Recording(ctx context.Context, batch string, index int) (Recording, error)
}

// Calls are those of one game, and its embeddings.
type Calls interface {
	llm.Archive
	llm.VectorArchive
}
