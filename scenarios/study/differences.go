package study

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// Differences says in words where another design departs from this one, which is the one in the file.
func (d *Design) Differences(other *Design) []string {
	n := notes{}
	d.Condition.differ(&other.Condition, &n)
	if len(d.Cells) != len(other.Cells) {
		return append(n.list, fmt.Sprintf("it has %d cells in the file, %d now", len(d.Cells), len(other.Cells)))
	}
	for i, c := range d.Cells {
		n.add("cell", c.Name, other.Cells[i].Name)
		for _, diff := range c.Differences(other.Cells[i]) {
			n.list = append(n.list, "in "+c.Name+" "+diff)
		}
	}
	return d.Condition.last(&other.Condition, n)
}

// Differences says in words where another condition departs from this one, which is the one in the file.
func (c *Condition) Differences(other *Condition) []string {
	n := notes{}
	c.differ(other, &n)
	return c.last(other, n)
}

// notes gathers differences.
type notes struct{ list []string }

func (n *notes) add(what, a, b string) {
	if a != b {
		n.list = append(n.list, fmt.Sprintf("%s is %s in the file, %s now", what, cmp.Or(a, "none"), cmp.Or(b, "none")))
	}
}

func (c *Condition) differ(other *Condition, n *notes) {
	n.add("scenario", base(c.Scenario.Name), base(other.Scenario.Name))
	for _, o := range engine.Options() {
		n.add(o.Key, fmt.Sprint(o.Value(c.Scenario.Rules)), fmt.Sprint(o.Value(other.Scenario.Rules)))
	}
	n.add("season", fmt.Sprint(c.Scenario.Season), fmt.Sprint(other.Scenario.Season))
	n.add("seed", fmt.Sprint(c.Seed), fmt.Sprint(other.Seed))
	n.add("policy", c.Scenario.Policy, other.Scenario.Policy)
	n.add("teams.traitors", c.Scenario.Teams.Traitors, other.Scenario.Teams.Traitors)
	n.add("teams.faithful", c.Scenario.Teams.Faithful, other.Scenario.Teams.Faithful)
	n.add("policies", c.policyText(), other.policyText())
	n.add("engine", c.Engine, other.Engine)
	n.add("prompts", short(c.Prompts.Hash()), short(other.Prompts.Hash()))
}

// last notes what is left where no word was found for a difference.
func (c *Condition) last(other *Condition, n notes) []string {
	n.add("rotate", strings.Join(c.Rotate, ", "), strings.Join(other.Rotate, ", "))
	if len(n.list) == 0 && c.Hash != other.Hash {
		n.add("scenario hash", short(c.Hash), short(other.Hash))
	}
	return n.list
}

// base is a scenario's name without the folders of its file: the same file may be named from elsewhere.
func base(name string) string {
	if name == "" {
		return "."
	}
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}

func short(hash string) string { return hash[:min(12, len(hash))] }

func (c *Condition) policyText() string {
	b, _ := json.Marshal(c.Policies) // maps of strings always marshal
	return string(b)
}

// toldToModels are the options of the rules that only models are told of, as far as they were set. Honesty is none: it binds scripted
// players too.
func (c *Condition) toldToModels() []string {
	var out []string
	for _, o := range engine.Options() {
		told := strings.HasPrefix(o.Key, "guidance.")
		if v := o.Value(c.Scenario.Rules); told && v != o.Default {
			out = append(out, fmt.Sprintf("%s=%v", o.Key, v))
		}
	}
	return out
}

// Incomparable says in what two conditions are so unlike that their figures mean different things.
func (c *Condition) Incomparable(o *Condition) []string {
	var out []string
	x, y := c.Scenario.Rules, o.Scenario.Rules
	note := func(what, a, b string) {
		if a != b {
			out = append(out, fmt.Sprintf("%s is %s in one and %s in the other", what, cmp.Or(a, "none"), cmp.Or(b, "none")))
		}
	}
	note("beliefs.with", x.Beliefs.With.String(), y.Beliefs.With.String())
	note("beliefs.after", x.Beliefs.After.String(), y.Beliefs.After.String())
	note("after_speech", x.AfterSpeech, y.AfterSpeech)
	note("thoughts", x.Thoughts, y.Thoughts)
	note("the engine", c.Engine, o.Engine)
	if !c.Prompts.IsZero() && !o.Prompts.IsZero() {
		note("the prompt templates", c.Prompts.Templates(), o.Prompts.Templates())
	}
	return out
}
