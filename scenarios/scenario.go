// Package scenarios turns scenario files into values: the rules of a game and who sits at the table.
//
// A file is YAML, read strictly: an unknown key, a wrong type, a value that isn't allowed and a contradiction between
// values are all told with file, line and column. The keys of the rules are those of engine.Options; Schema writes
// the same list as a JSON Schema for editors. Parse takes bytes, since reading files is the command's. The scenarios
// that ship are embedded: Names lists them, the default first.
//
// Cast seats the players of one game. Names, personas and places come from the game's seed and never from the roles,
// so that neither a name nor a place stands for a role or for a policy.
//
// The package must not know what a policy specification means, nor read files, clocks or flags.
package scenarios

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

//go:embed *.yaml
var files embed.FS

// shipped are the embedded scenarios in the order of docs/rules.md; the first is the default.
var shipped = []string{"classic", "curvo-2025", "balanced-15", "duel-4", "vanilla"}

// defaultPolicy is the policy of a seat for which nothing says another.
const defaultPolicy = "bayes"

// Scenario is a named, versioned, validated set of rules with its cast. Change it by Set, which keeps Rules and Hash right.
type Scenario struct {
	File        string       // as given to Parse, for messages
	Name        string       // defaults to the file's name
	Version     string       // free text
	Description string       // free text
	Rules       engine.Rules // complete: max_rounds is never 0
	Players     []Pin        // the cast entries of the file, in its order
	Policy      string       // of seats without another
	Teams       Teams        // the scenario's own policies by team
	Names       []string     // overrides the pool of names; empty: the pool
	Personas    bool         // whether seats without a persona of their own are drawn one
	Prompts     Prompts      // what prompts say in place of their own words
	Season      int          // games in a row by the same players; 0: every game has players of its own (rule 10.3)
	Traits      bool         // whether drawn personas have demographic traits (rule 1.3)
	Source      []byte       // as parsed
	Hash        string       // hex SHA-256 of what decides games: rules, cast, policies, names

	written engine.Rules // as written: max_rounds 0 stands for twice the players, whatever Set makes of these
}

// Teams are policy specifications for the informed team and for the others; empty where the scenario has none.
type Teams struct {
	Traitors string `json:"traitors,omitempty"`
	Faithful string `json:"faithful,omitempty"`
}

func (t Teams) of(team engine.Team) string {
	if team.Informed() {
		return t.Traitors
	}
	return t.Faithful
}

// Prompts are texts of a scenario for the prompts of models; empty where it leaves them to the templates.
type Prompts struct {
	Language   string `json:"language,omitempty"`    // that the players speak
	Style      string `json:"style,omitempty"`       // house style: how to talk
	Traitor    string `json:"traitor,omitempty"`     // guidance of the traitors, in place of that of rule 9.1
	Faithful   string `json:"faithful,omitempty"`    // guidance of the faithful
	LastBelief string `json:"last_belief,omitempty"` // off: models are not shown again what they last stated
	Embed      string `json:"embed,omitempty"`       // the model that embeds notes under recall: retrieve, as ollama/MODEL
}

// Pin is a cast entry: what the scenario fixes of one player. What it leaves out is drawn from the seed.
type Pin struct {
	Seat    engine.Seat `json:"seat"` // NoSeat: drawn
	Name    string      `json:"name,omitempty"`
	Persona string      `json:"persona,omitempty"`
	Policy  string      `json:"policy,omitempty"`
	Role    engine.Role `json:"role,omitempty"`
}

// Names lists the scenarios that ship, the default first.
func Names() []string { return slices.Clone(shipped) }

// Load returns a scenario that ships.
func Load(name string) (Scenario, error) {
	if !slices.Contains(shipped, name) {
		all := append(Names(), shippedDesigns...)
		return Scenario{}, fmt.Errorf("unknown scenario %q%s (scenarios: %s; designs: %s)", name, plain.DidYouMean(name, all),
			strings.Join(shipped, ", "), strings.Join(shippedDesigns, ", "))
	}
	src, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return Scenario{}, fmt.Errorf("read scenario %s: %w", name, err)
	}
	return Parse(name+".yaml", src)
}

// Set overrides one key, as `--set key=value` does: a key of the file, or one member of a group (`beliefs.with`). A list
// is separated by commas. Contradictions wait for Check, since two overrides may only together make sense.
func (s *Scenario) Set(key, value string) error {
	f, err := settable(key)
	if err != nil {
		return err
	}
	next := *s
	if err := f.set(&next, f.text(value)); err != nil {
		var at *fileError
		if errors.As(err, &at) {
			return errors.New(at.Detail)
		}
		return err
	}
	next.settle()
	*s = next
	return nil
}

// Check reports the first contradiction between the scenario's values as an *engine.OptionError.
func (s Scenario) Check() error {
	if err := s.Rules.Validate(); err != nil {
		return err
	}
	return s.checkCast()
}

// settle derives what depends on everything else.
func (s *Scenario) settle() {
	s.Rules = s.written.Complete()
	s.Hash = s.hash()
}

func (s Scenario) hash() string {
	canonical, err := json.Marshal(struct {
		Rules    engine.Rules `json:"rules"`
		Players  []Pin        `json:"cast"`
		Policy   string       `json:"policy"`
		Teams    Teams        `json:"teams"`
		Names    []string     `json:"names"`
		Personas bool         `json:"personas"`
		Traits   bool         `json:"traits"`
		Prompts  Prompts      `json:"prompts,omitzero"`
		Season   int          `json:"season,omitempty"`
	}{s.Rules, s.Players, s.Policy, s.Teams, s.Names, s.Personas, s.Traits, s.Prompts, s.Season})
	if err != nil {
		panic("scenarios: a scenario does not marshal: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
