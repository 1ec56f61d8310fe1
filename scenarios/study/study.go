// Package study says what a batch is: its conditions, how its games are laid out over them, the seed and the seats of each game, what
// was settled before the first, and what the batch says of itself at the end.
//
// The package is pure: who can sit at a table is asked of Seating, and it knows no file and no model. What was read from a file or
// is to be written there goes through as bytes.
package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/turncoat-sim/turncoat/scenarios"
)

// Condition is everything that the games of one cell follow from but the number of them.
type Condition struct {
	Name     string             `json:"name,omitempty"` // of a design file or of a cell
	From     string             `json:"scenario"`       // the name of a scenario that ships, or the path of its file
	Source   string             `json:"source"`         // the scenario's YAML
	Set      []string           `json:"set,omitempty"`  // overrides, key=value
	Policies scenarios.Policies `json:"policies"`
	Seed     uint64             `json:"seed"`
	Engine   string             `json:"engine"`
	Hash     string             `json:"hash"`             // of the scenario with its overrides
	Prompts  Prompts            `json:"prompts,omitzero"` // frozen when the batch begins; zero without a model
	Rotate   []string           `json:"rotate,omitempty"` // policies that take turns on the seats: each seed is played once for each of them

	Scenario scenarios.Scenario `json:"-"` // as Load read it
}

// Design is everything that a batch's games follow from but the number of them. It stands in the file, so that a batch is
// resumed without the scenario's file, and another design under the same name is told apart.
//
// A design of several conditions has a cell for each. Its games take turns: game 0 is of the first cell, game 1 of the second, and so
// on, so that a batch that was stopped is balanced. The games of one turn share a seed.
type Design struct {
	Condition
	Cells    []*Condition `json:"cells,omitempty"`
	Primary  string       `json:"primary,omitempty"` // the metric that the design is for
	Exclude  string       `json:"exclude,omitempty"` // forfeits: games that one touched are left out of the analysis
	Frozen   bool         `json:"frozen,omitempty"`
	Imported string       `json:"imported,omitempty"` // the format of a batch that another system played: nothing of it can be played on
}

// Seating says what is known of those who may sit at a table. agents/seating implements it.
type Seating interface {
	// Check refuses a policy that can't sit at a table.
	Check(policy string) error
	// Instant reports whether the policy answers at once, and the same to the same observation.
	Instant(policy string) bool
	// Freeze gives how the prompts of the condition's models are made; zero without a model.
	Freeze(c *Condition) (Prompts, error)
}

// MistakeError is a mistake of whoever asked: a design, an option or a name that can't be meant. Nothing was begun.
type MistakeError struct{ Err error }

func (e *MistakeError) Error() string { return e.Err.Error() }
func (e *MistakeError) Unwrap() error { return e.Err }

// Mistake makes an error one of whoever asked; nil stays nil.
func Mistake(err error) error {
	if err == nil {
		return nil
	}
	return &MistakeError{err}
}

func mistake(format string, args ...any) error { return Mistake(fmt.Errorf(format, args...)) }

// New is the design of a scenario alone.
func New(from string, source []byte) *Design {
	return &Design{Condition: Condition{From: from, Source: string(source)}}
}

// FromFile is the design that a design file describes; from and source are those of the scenario that it names.
func FromFile(file scenarios.Design, from string, source []byte) *Design {
	d := New(from, source)
	d.Name, d.Primary = file.Name, file.Primary
	if file.Exclude == "forfeits" {
		d.Exclude = file.Exclude
	}
	for _, c := range file.Cells {
		d.Cells = append(d.Cells, &Condition{Name: c.Name, From: from, Source: string(source), Set: c.Set, Rotate: c.Rotate})
	}
	return d
}

// Decode reads and loads a design as it was kept.
func Decode(kept []byte, seating Seating) (*Design, error) {
	var d Design
	if err := json.Unmarshal(kept, &d); err != nil {
		return nil, fmt.Errorf("the batch's design: %w", err)
	}
	return &d, d.Load(seating)
}

// Encode gives the bytes that Decode reads.
func (d *Design) Encode() ([]byte, error) { return json.Marshal(d) }

// Override gives every cell what was asked for beside the design.
func (d *Design) Override(set []string, policies scenarios.Policies) {
	for _, c := range d.Cells {
		c.Set = append(slices.Clone(c.Set), set...)
		c.Policies = policies
	}
}

// Sow gives the design and all of its cells their seed.
func (d *Design) Sow(seed uint64) {
	d.Seed = seed
	for _, c := range d.Cells {
		c.Seed = seed
	}
}

// Playable refuses a batch that another system played.
func (d *Design) Playable() error {
	if d.Imported != "" {
		return mistake("the batch was imported (%s): it can be measured and replayed, not played on", d.Imported)
	}
	return nil
}

// errTakeTurns says what a season and a rotation have against each other.
var errTakeTurns = Mistake(errors.New("rotate moves policies from seat to seat, and in a season players stay what they are: take " +
	"one or the other"))
