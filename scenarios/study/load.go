package study

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/scenarios"
)

// Load parses the scenario, applies the overrides and checks every policy, of each cell. Mistakes are *MistakeError.
func (d *Design) Load(seating Seating) error {
	if d.Imported != "" {
		d.Scenario = scenarios.Scenario{Name: d.From, Rules: engine.DefaultRules().Complete()}
		return nil
	}
	if err := d.Condition.parse(seating); err != nil {
		return err
	}
	if len(d.Cells) == 0 {
		return d.freeze(seating)
	}
	hashes := sha256.New()
	for _, c := range d.Cells {
		c.Seed = d.Seed
		if err := c.load(seating); err != nil {
			return mistake("cell %s: %w", c.Name, err)
		}
		if first := d.Cells[0]; c.Scenario.Season != first.Scenario.Season {
			return mistake("cell %s: its seasons have %d games, those of %s %d: they have to be alike", c.Name, c.Scenario.Season,
				first.Name, first.Scenario.Season)
		}
		fmt.Fprintf(hashes, "%s %s\n", c.Name, c.Hash)
	}
	d.Scenario.Season = d.Cells[0].Scenario.Season
	d.Hash = hex.EncodeToString(hashes.Sum(nil))
	return nil
}

func (c *Condition) load(seating Seating) error {
	if err := c.parse(seating); err != nil {
		return err
	}
	return c.freeze(seating)
}

// parse reads the scenario with its overrides, and seats a game to see that it can be.
func (c *Condition) parse(seating Seating) error {
	s, err := scenarios.Parse(c.From, []byte(c.Source))
	if err != nil {
		return Mistake(err)
	}
	for _, kv := range c.Set {
		key, value, ok := strings.Cut(kv, "=")
		if !ok {
			return mistake("--set %s: it takes key=value", kv)
		}
		if err := s.Set(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return mistake("--set %s: %w", kv, err)
		}
	}
	if err := s.Check(); err != nil {
		return mistake("scenario %s: %w", c.From, err)
	}
	c.Scenario, c.Engine, c.Hash = s, engine.Version, s.Hash
	if err := c.checkPolicies(seating); err != nil {
		return Mistake(err)
	}
	if len(c.Rotate) > 0 && s.Season > 1 {
		return errTakeTurns
	}
	return nil
}

func (c *Condition) checkPolicies(seating Seating) error {
	setup, err := c.Alone(batch.Ref{})
	if err != nil {
		return err
	}
	for _, policy := range c.sitting(setup) {
		if err := seating.Check(policy); err != nil {
			return err
		}
	}
	return nil
}

// sitting are the policies of a seated game, of both teams and of those that take turns, in the order in which they are told of.
func (c *Condition) sitting(setup engine.Setup) []string {
	var out []string
	for _, p := range setup.Cast {
		out = append(out, p.Policy)
	}
	for _, spec := range c.Policies.Teams {
		out = append(out, spec)
	}
	return append(out, c.Rotate...)
}

// freeze settles how prompts are made, unless the condition was read from a batch that has.
func (c *Condition) freeze(seating Seating) (err error) {
	if c.Prompts.IsZero() {
		c.Prompts, err = seating.Freeze(c)
	}
	return Mistake(err)
}

// Instant reports whether every policy that may sit at a table answers at once, and always the same.
func (d *Design) Instant(seating Seating) (bool, error) {
	for _, c := range d.All() {
		setup, err := c.Alone(batch.Ref{})
		if err != nil {
			return false, err
		}
		for _, policy := range c.sitting(setup) {
			if !seating.Instant(policy) {
				return false, nil
			}
		}
	}
	return true, nil
}
