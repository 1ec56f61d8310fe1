package llm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
)

// TemplateVersion names the words of the prompts in this package. Another wording gets another number.
const TemplateVersion = "prompt@3"

// PromptSpec is everything besides observation, request and earlier replies that a prompt follows from. It is frozen when a
// batch begins and kept by its hash, which every game's first event holds.
type PromptSpec struct {
	Version  string             `json:"version"` // TemplateVersion
	Texts    Texts              `json:"texts"`
	Policies map[string]Binding `json:"policies"`        // by policy spec
	Embed    string             `json:"embed,omitempty"` // the model whose vectors say which notes are relevant; empty: their words do
}

// Texts are what a scenario may say in place of the templates' own words.
type Texts struct {
	Language string `json:"language,omitempty"` // that players speak; empty: English, and nothing is said of it
	Style    string `json:"style,omitempty"`    // house style: how to talk
	Traitor  string `json:"traitor,omitempty"`  // guidance of the traitors, in place of that of rule 9.1
	Faithful string `json:"faithful,omitempty"` // guidance of the faithful

	LastBelief string `json:"last_belief,omitempty"` // LastBeliefOff: a player is not shown again what it last stated; empty: it is
}

// lastBeliefOff hides from players what they last stated, which anchors what they state next.
const lastBeliefOff = "off"

// Binding is how prompts are made for one policy.
type Binding struct {
	Schema  Mode `json:"schema"`
	Bounded bool `json:"bounded,omitempty"` // schemas bound the length of texts, so that a model which goes on for ever ends
	Context int  `json:"context,omitempty"` // tokens that prompt and reply may take together; 0: no limit
	Predict int  `json:"predict,omitempty"` // tokens of them kept for the reply
	Chars   int  `json:"chars"`             // characters that count as one token, in tenths
}

// DefaultChars is the tenths of a character that one token is estimated at: 3.5, on the safe side for English.
const DefaultChars = 35

// BindingOf is the binding of a policy's options.
func BindingOf(o Options) Binding {
	return Binding{Schema: o.Schema, Bounded: o.Bounded, Context: o.Context, Predict: o.Predict, Chars: DefaultChars}
}

// Room is how many characters a prompt may have: 85 % of what the context leaves beside the reply, since the count is an
// estimate; 0 is no limit.
func (b Binding) Room() int {
	if b.Context == 0 {
		return 0
	}
	return max(0, b.Context-b.Predict) * 85 / 100 * b.Chars / 10
}

// Tokens estimates the tokens of so many characters.
func (b Binding) Tokens(chars int) int { return (chars*10 + b.Chars - 1) / b.Chars }

// Check refuses a specification whose templates this program does not have.
func (s PromptSpec) Check() error {
	if s.Version != TemplateVersion {
		return fmt.Errorf("the batch's prompts are made from the templates %s, this program's are %s; use the program that began it",
			s.Version, TemplateVersion)
	}
	return nil
}

// guidance is what a role is told beyond the rules (rule 9.1).
func (t Texts) guidance(role engine.Role, rules engine.Rules) string {
	own := engine.ByRole{Traitor: t.Traitor, Faithful: t.Faithful}
	if text := own.Of(role.Team()); text != "" {
		return text
	}
	return guidance(role, rules.Guidance.Of(role.Team()), rules)
}

// Hash is the hex SHA-256 of what the model is given: the messages and the schema.
func (p Prompt) Hash() string {
	h := sha256.New()
	write := func(s string) {
		var n [8]byte
		for i := range n {
			n[i] = byte(len(s) >> (8 * i))
		}
		h.Write(n[:])
		h.Write([]byte(s))
	}
	for _, m := range p.Messages {
		write(string(m.Speaker))
		write(m.Text)
	}
	write(string(p.Schema))
	return hex.EncodeToString(h.Sum(nil))
}

// Chars is the length of the messages in bytes.
func (p Prompt) Chars() int {
	n := 0
	for _, m := range p.Messages {
		n += len(m.Text)
	}
	return n
}
