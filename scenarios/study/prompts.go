package study

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Prompts is how the prompts of a condition's models are made: a JSON text that was frozen when the batch began. Whoever builds
// prompts writes and reads it; here it is kept, and named by its hash. The zero value is that of a table without a model.
type Prompts struct{ text json.RawMessage }

// Freeze keeps a JSON text, in the bytes in which a design that holds it is written.
func Freeze(text []byte) (Prompts, error) {
	kept, err := json.Marshal(json.RawMessage(text))
	if err != nil {
		return Prompts{}, fmt.Errorf("the prompts' specification: %w", err)
	}
	return Prompts{kept}, nil
}

// Text is the JSON text.
func (p Prompts) Text() []byte { return p.text }

// IsZero reports whether no model is asked anything.
func (p Prompts) IsZero() bool { return len(p.text) == 0 }

// Hash is the hex SHA-256 of the text, which every game's first event holds; empty where no model plays.
func (p Prompts) Hash() string {
	if p.IsZero() {
		return ""
	}
	sum := sha256.Sum256(p.text)
	return hex.EncodeToString(sum[:])
}

// MarshalJSON writes the text.
func (p Prompts) MarshalJSON() ([]byte, error) { return p.text.MarshalJSON() }

// UnmarshalJSON keeps the text.
func (p *Prompts) UnmarshalJSON(b []byte) error { return p.text.UnmarshalJSON(b) }

// Templates names the templates that the prompts are made from; empty where no model plays.
func (p Prompts) Templates() string {
	var said struct {
		Version string `json:"version"`
	}
	if json.Unmarshal(p.text, &said) != nil {
		return ""
	}
	return said.Version
}
