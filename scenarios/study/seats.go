package study

import (
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// Past is the game before in a season, as the next one takes it up.
type Past struct {
	Head    codec.Hash          // of its last event
	Carried []engine.Remembered // what each seat takes from it, in seat order; empty where players don't remember
}

// Carries reports whether players remember earlier games of their season.
func (c *Condition) Carries() bool {
	return c.Scenario.Season > 1 && c.Scenario.Rules.Memory.Filled().Scope == engine.ScopeSeason
}

// Alone seats a game as if it were the first of its season.
func (c *Condition) Alone(ref batch.Ref) (engine.Setup, error) { return c.Setup(ref, nil) }

// Setup seats a game. before is the one before it in its season, nil for a season's first and without seasons.
func (c *Condition) Setup(ref batch.Ref, before *Past) (engine.Setup, error) {
	players, season := ref.Seed, c.Scenario.Season
	if season > 1 {
		players = batch.SeedOf(c.Seed, ref.Replicate/season*season)
	}
	setup, err := c.Scenario.CastOf(players, ref.Seed, c.Policies)
	if err != nil {
		return setup, err
	}
	for i := range setup.Cast {
		if k := len(c.Rotate); k > 0 {
			setup.Cast[i].Policy = c.Rotate[(i+ref.Turn)%k]
		}
	}
	setup.Prompts = c.Prompts.Hash()
	if season > 1 {
		setup.Season.Game = ref.Replicate%season + 1
	}
	if before != nil {
		setup.Season.Parent = before.Head.String()
		if c.Carries() {
			setup.Carried = before.Carried
		}
	}
	return setup, nil
}

// Specs are the policies that may sit at a table of the design, sorted.
func (d *Design) Specs() []string {
	var specs []string
	if len(d.Cells) > 0 {
		specs = slices.Clone(d.Rotate)
	}
	for _, c := range d.All() {
		specs = append(specs, c.Specs()...)
	}
	slices.Sort(specs)
	return slices.Compact(specs)
}

// Specs are the policies that may sit at a table of the condition, sorted.
func (c *Condition) Specs() []string {
	s := c.Scenario
	specs := append(slices.Clone(c.Rotate), c.Policies.All, s.Policy, s.Teams.Traitors, s.Teams.Faithful)
	for _, spec := range c.Policies.Teams {
		specs = append(specs, spec)
	}
	for _, spec := range c.Policies.Seats {
		specs = append(specs, spec)
	}
	for _, p := range s.Players {
		specs = append(specs, p.Policy)
	}
	specs = slices.DeleteFunc(specs, func(s string) bool { return s == "" })
	slices.Sort(specs)
	return slices.Compact(specs)
}

// Unheard are the options for models that the scenario of a condition without models sets: key=value, each once. What recorded models are
// asked has to be known by then.
func (d *Design) Unheard() []string {
	var out []string
	for _, c := range d.All() {
		if !c.Prompts.IsZero() {
			continue
		}
		for _, kv := range c.toldToModels() {
			if !slices.Contains(out, kv) {
				out = append(out, kv)
			}
		}
	}
	return out
}
