package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"turncoat/agents/catalog"
	"turncoat/agents/llm"
	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/scenarios"
)

// design is everything that a batch's games follow from but the number of them. It stands in the file, so that a batch is
// resumed without the scenario's file, and another design under the same name is told apart.
//
// A design of several conditions has a cell for each, a design of its own. Its games take turns: game 0 is of the first cell, game
// 1 of the second, and so on, so that a batch that was stopped is balanced. The games of one turn share a seed.
type design struct {
	Name     string             `json:"name,omitempty"` // of a design file or of a cell
	Scenario string             `json:"scenario"`
	Source   string             `json:"source"` // the scenario's YAML
	Set      []string           `json:"set,omitempty"`
	Policies scenarios.Policies `json:"policies"`
	Seed     uint64             `json:"seed"`
	Engine   string             `json:"engine"`
	Hash     string             `json:"hash"`             // of the scenario with its overrides
	Prompts  llm.PromptSpec     `json:"prompts,omitzero"` // frozen when the batch begins; zero without a model

	Rotate   []string  `json:"rotate,omitempty"` // policies that take turns on the seats: each seed is played once for each of them
	Cells    []*design `json:"cells,omitempty"`
	Primary  string    `json:"primary,omitempty"` // the metric that the design is for
	Exclude  string    `json:"exclude,omitempty"` // forfeits: games that one touched are left out of the analysis
	Frozen   bool      `json:"frozen,omitempty"`
	Imported string    `json:"imported,omitempty"` // the format of a batch that another system played: nothing of it can be played on

	scenario scenarios.Scenario
	parsed   scenarios.Design // of a design file that was just read
}

// readScenario takes the name of a shipped scenario or the path of a file.
func readScenario(arg string) (name string, src []byte, err error) {
	if !strings.ContainsAny(arg, `/\.`) {
		s, err := scenarios.Load(arg)
		if err != nil {
			return "", nil, usage(err)
		}
		return s.Name, s.Source, nil
	}
	src, err = os.ReadFile(arg)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, usage(fmt.Errorf("no scenario file %s; the shipped ones are %s", arg, strings.Join(scenarios.Names(), ", ")))
	}
	if err != nil {
		return "", nil, usage(fmt.Errorf("read scenario: %w", err))
	}
	return arg, src, nil
}

// load parses the scenario, applies the overrides and checks every policy; of a design with cells, of each.
func (d *design) load() error {
	if d.Imported != "" {
		d.scenario = scenarios.Scenario{Name: d.Scenario, Rules: engine.DefaultRules().Complete()}
		return nil
	}
	if err := d.loadOne(); err != nil {
		return err
	}
	hashes := sha256.New()
	for _, c := range d.Cells {
		c.Seed = d.Seed
		if err := c.loadOne(); err != nil {
			return usage(fmt.Errorf("cell %s: %w", c.Name, err))
		}
		if c.scenario.Season != d.Cells[0].scenario.Season {
			return usage(fmt.Errorf("cell %s: its seasons have %d games, those of %s %d: they have to be alike", c.Name, c.scenario.Season, d.Cells[0].Name, d.Cells[0].scenario.Season))
		}
		fmt.Fprintf(hashes, "%s %s\n", c.Name, c.Hash)
	}
	if len(d.Cells) > 0 {
		d.scenario.Season = d.Cells[0].scenario.Season
		d.Hash = hex.EncodeToString(hashes.Sum(nil))
	}
	return nil
}

func (d *design) loadOne() error {
	s, err := scenarios.Parse(d.Scenario, []byte(d.Source))
	if err != nil {
		return usage(err)
	}
	for _, kv := range d.Set {
		key, value, ok := strings.Cut(kv, "=")
		if !ok {
			return usage(fmt.Errorf("--set %s: it takes key=value", kv))
		}
		if err := s.Set(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return usage(fmt.Errorf("--set %s: %w", kv, err))
		}
	}
	if err := s.Check(); err != nil {
		return usage(fmt.Errorf("scenario %s: %w", d.Scenario, err))
	}
	d.scenario, d.Engine, d.Hash = s, engine.Version, s.Hash
	setup, err := d.alone(batch.Ref{})
	if err != nil {
		return usage(err)
	}
	for _, p := range setup.Cast {
		if err := catalog.Check(p.Policy); err != nil {
			return usage(err)
		}
	}
	for _, spec := range d.Policies.Teams {
		if err := catalog.Check(spec); err != nil {
			return usage(err)
		}
	}
	for _, spec := range d.Rotate {
		if err := catalog.Check(spec); err != nil {
			return usage(err)
		}
	}
	if len(d.Rotate) > 0 && d.scenario.Season > 1 {
		return usage(errors.New("rotate moves policies from seat to seat, and in a season players stay what they are: take one or the other"))
	}
	if d.Prompts.Version != "" || len(d.Cells) > 0 {
		return nil
	}
	d.Prompts, err = d.promptSpec()
	return usage(err)
}

// checkPrompts refuses to go on with a batch whose prompts this program can't make.
func (d *design) checkPrompts() error {
	for _, c := range d.all() {
		if len(c.Prompts.Policies) > 0 {
			if err := c.Prompts.Check(); err != nil {
				return usage(err)
			}
		}
	}
	return nil
}

// setup seats a game. before is the one before it in its season, nil for a season's first and without seasons.
func (d *design) setup(ref batch.Ref, before *past) (engine.Setup, error) {
	players := ref.Seed
	if n := d.scenario.Season; n > 1 {
		players = batch.SeedOf(d.Seed, ref.Replicate/n*n)
	}
	setup, err := d.scenario.CastOf(players, ref.Seed, d.Policies)
	if err != nil {
		return setup, err
	}
	for i := range setup.Cast {
		if k := len(d.Rotate); k > 0 {
			setup.Cast[i].Policy = d.Rotate[(i+ref.Turn)%k]
		}
	}
	if len(d.Prompts.Policies) > 0 {
		setup.Prompts = d.Prompts.Hash()
	}
	if d.scenario.Season > 1 {
		setup.Season.Game = ref.Replicate%d.scenario.Season + 1
	}
	if before != nil {
		setup.Season.Parent = before.head.String()
		if d.carries() {
			setup.Carried = before.carry(d.scenario.Rules.Players)
		}
	}
	return setup, nil
}

// instant reports whether every policy at the table answers at once, and always the same.
func (d *design) instant() (bool, error) {
	for _, c := range d.Cells {
		if instant, err := c.instant(); err != nil || !instant {
			return false, err
		}
	}
	for _, spec := range d.Rotate {
		if !catalog.Deterministic(spec) {
			return false, nil
		}
	}
	setup, err := d.alone(batch.Ref{})
	if err != nil {
		return false, err
	}
	for _, p := range setup.Cast {
		if !catalog.Deterministic(p.Policy) {
			return false, nil
		}
	}
	for _, spec := range d.Policies.Teams {
		if !catalog.Deterministic(spec) {
			return false, nil
		}
	}
	return true, nil
}

func (d *design) encode() ([]byte, error) { return json.Marshal(d) }

func decodeDesign(b []byte) (*design, error) {
	var d design
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, fmt.Errorf("the batch's design: %w", err)
	}
	return &d, d.load()
}

// differences says in words where another design departs from this one.
func (d *design) differences(other *design) []string {
	var out []string
	note := func(what, a, b string) {
		if a != b {
			out = append(out, fmt.Sprintf("%s is %s in the file, %s now", what, orNone(a), orNone(b)))
		}
	}
	note("scenario", filepath.Base(d.scenario.Name), filepath.Base(other.scenario.Name))
	for _, o := range engine.Options() {
		note(o.Key, fmt.Sprint(o.Value(d.scenario.Rules)), fmt.Sprint(o.Value(other.scenario.Rules)))
	}
	note("season", fmt.Sprint(d.scenario.Season), fmt.Sprint(other.scenario.Season))
	note("seed", fmt.Sprint(d.Seed), fmt.Sprint(other.Seed))
	note("policy", d.scenario.Policy, other.scenario.Policy)
	note("teams.traitors", d.scenario.Teams.Traitors, other.scenario.Teams.Traitors)
	note("teams.faithful", d.scenario.Teams.Faithful, other.scenario.Teams.Faithful)
	note("policies", d.policyText(), other.policyText())
	note("engine", d.Engine, other.Engine)
	note("prompts", d.promptText(), other.promptText())
	if len(d.Cells) != len(other.Cells) {
		return append(out, fmt.Sprintf("it has %d cells in the file, %d now", len(d.Cells), len(other.Cells)))
	}
	for i, c := range d.Cells {
		note("cell", c.Name, other.Cells[i].Name)
		for _, diff := range c.differences(other.Cells[i]) {
			out = append(out, "in "+c.Name+" "+diff)
		}
	}
	note("rotate", strings.Join(d.Rotate, ", "), strings.Join(other.Rotate, ", "))
	if len(out) == 0 && d.Hash != other.Hash {
		note("scenario hash", d.Hash[:12], other.Hash[:12])
	}
	return out
}

func (d *design) promptText() string {
	if h := d.promptHash(); h != "" {
		return h[:12]
	}
	return ""
}

// promptHash is that of the prompt specification, empty where no model plays.
func (d *design) promptHash() string {
	if len(d.Prompts.Policies) == 0 {
		return ""
	}
	return d.Prompts.Hash()
}

func (d *design) policyText() string {
	b, _ := json.Marshal(d.Policies)
	return string(b)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
