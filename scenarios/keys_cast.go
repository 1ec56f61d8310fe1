package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// The longest texts of a scenario, in runes. They stand in every prompt, so a slip shouldn't fill one.
const (
	longestName  = 40
	longestText  = 2000
	longestTrait = 120
)

var headFields = []field{
	textField("name", "", "the scenario's name", longestName, func(s *Scenario) *string { return &s.Name }),
	textField("version", "", "the scenario's version", longestName, func(s *Scenario) *string { return &s.Version }),
	textField("description", "", "what the scenario is for", longestText, func(s *Scenario) *string { return &s.Description }),
}

var castFields = []field{
	textField("policy", "", "the policy of every seat that has no other", longestText,
		func(s *Scenario) *string { return &s.Policy }),
	teamsField(),
	seasonField(),
	promptsField(),
	switchField("personas", "1.3", "whether seats without a persona of their own are drawn one",
		func(s *Scenario) *bool { return &s.Personas }),
	switchField("traits", "1.3", "whether drawn personas are trait cards with age, background and Big Five",
		func(s *Scenario) *bool { return &s.Traits }),
	{key: "names", rule: "1.3", doc: "names to draw from in place of the pool", wants: "a list of names",
		set: setNames, text: func(v string) node { return node{v: listed(v)} },
		schema: map[string]any{"type": "array", "uniqueItems": true, "items": textSchema(longestName)}},
	{key: "cast", rule: "1.3", doc: "players with a seat, name, persona, policy or role of their own",
		wants: "a list of players",
		set:   setCast, schema: castSchema()},
}

func textSchema(longest int) map[string]any {
	return map[string]any{"type": "string", "minLength": 1, "maxLength": longest}
}

func textField(key, rule, doc string, longest int, at func(*Scenario) *string) field {
	f := field{key: key, rule: rule, doc: doc, wants: fmt.Sprintf("a text of at most %d characters", longest),
		schema: textSchema(longest)}
	f.set = func(s *Scenario, n node) error {
		v, err := readText(key, n, longest)
		if err == nil {
			*at(s) = v
		}
		return err
	}
	f.text = func(value string) node { return node{text: value, v: value} }
	if key == "version" { // a bare 1 is a version too
		f.schema = map[string]any{"type": []string{"string", "number"}}
		f.set = func(s *Scenario, n node) error {
			switch n.v.(type) {
			case int, float64:
				n.v = n.text
			}
			v, err := readText(key, n, longest)
			if err == nil {
				*at(s) = v
			}
			return err
		}
	}
	return f
}

// readText reads a text that is neither empty nor too long, nor able to break a line or a terminal.
func readText(key string, n node, longest int) (string, error) {
	v, ok := n.v.(string)
	v = strings.TrimSpace(v)
	if !ok || v == "" {
		return "", n.wrong("%s is %s; it takes a text", key, n.shape())
	}
	if count := utf8.RuneCountInString(v); count > longest {
		return "", n.wrong("%s has %d characters; it takes at most %d", key, count, longest)
	}
	for _, r := range v {
		if r == utf8.RuneError || unicode.IsControl(r) && (r != '\n' || longest < longestText) {
			return "", n.wrong("%s holds the character %U, which a text can't", key, r)
		}
	}
	if r, ok := plain.Hidden(v); ok {
		return "", n.wrong("%s holds the character %U, which nobody sees: a reader would take it for another", key, r)
	}
	if plain.Blank(v) {
		return "", n.wrong("%s has nothing that can be seen", key)
	}
	return v, nil
}

func switchField(key, rule, doc string, at func(*Scenario) *bool) field {
	return field{key: key, rule: rule, doc: doc, wants: "true or false", schema: booleanSchema(),
		set: func(s *Scenario, n node) error {
			v, ok := truth(n)
			if !ok {
				return n.wrong("%s (rule %s) is %s; it takes true or false", key, rule, n.shape())
			}
			*at(s) = v
			return nil
		},
		text: func(value string) node { return typed("boolean", value) },
	}
}

func teamsField() field {
	members := []field{
		textField("traitors", "", "the policy of the traitors", longestText,
			func(s *Scenario) *string { return &s.Teams.Traitors }),
		textField("faithful", "", "the policy of the faithful", longestText,
			func(s *Scenario) *string { return &s.Teams.Faithful }),
	}
	return groupField(field{key: "teams", members: members})
}

func promptsField() field {
	text := func(key, doc string, longest int, at func(*Scenario) *string) field {
		return textField(key, "9.1", doc, longest, at)
	}
	return groupField(field{key: "prompts", members: []field{
		text("language", "the language that models are told to speak", longestName,
			func(s *Scenario) *string { return &s.Prompts.Language }),
		text("style", "house style: how models are told to talk", longestText, func(s *Scenario) *string { return &s.Prompts.Style }),
		text("traitor", "what a model is told as a traitor, in place of guidance", longestText,
			func(s *Scenario) *string { return &s.Prompts.Traitor }),
		text("faithful", "what a model is told as a faithful, in place of guidance", longestText,
			func(s *Scenario) *string { return &s.Prompts.Faithful }),
		promptsOption("recap"),
		lastBeliefField(),
		textField("embed", "10.2", "the model that embeds notes under recall: retrieve, as ollama/MODEL", longestText,
			func(s *Scenario) *string { return &s.Prompts.Embed }),
	}})
}

// promptsOption is the field of an option of the rules that stands in the group of prompts.
func promptsOption(member string) field {
	options := engine.Options()
	i := slices.IndexFunc(options, func(o engine.Option) bool { return o.Key == "prompts."+member })
	return optionField(member, options[i])
}

// lastBeliefField says whether models are shown again what they last stated.
func lastBeliefField() field {
	return field{key: "last_belief", rule: "7.1", doc: "whether a model is shown again the beliefs that it last stated, which anchor " +
		"the next ones",
		wants: "on or off", schema: map[string]any{"enum": []any{"on", "off", true, false}},
		set: func(s *Scenario, n node) error {
			on, ok := truth(n)
			if !ok {
				return n.wrong("prompts.last_belief (rule 7.1) is %s; it takes on or off", n.shape())
			}
			if s.Prompts.LastBelief = ""; !on {
				s.Prompts.LastBelief = "off"
			}
			return nil
		},
		text: func(value string) node { return typed("boolean", value) },
	}
}

// longestSeason bounds what one game can depend on.
const longestSeason = 10000

func seasonField() field {
	wants := fmt.Sprintf("an integer from 0 to %d", longestSeason)
	return field{key: "season", rule: "10.3", doc: "games in a row by the same players, roles drawn anew; 0: every game has players of " +
		"its own",
		wants: wants, schema: map[string]any{"type": "integer", "minimum": 0, "maximum": longestSeason, "default": 0},
		set: func(s *Scenario, n node) error {
			v, ok := n.v.(int)
			if !ok || v < 0 || v > longestSeason {
				return n.wrong("season (rule 10.3) is %s; it takes %s", n.shape(), wants)
			}
			s.Season = v
			return nil
		},
		text: func(value string) node { return typed("integer", value) },
	}
}

func setNames(s *Scenario, n node) error {
	list, ok := n.v.([]node)
	if !ok || len(list) == 0 {
		return n.wrong("names (rule 1.3) is %s; it takes a list of names", n.shape())
	}
	names := make([]string, 0, len(list))
	for _, item := range list {
		name, err := readName("a name", item)
		if err != nil {
			return err
		}
		if before, ok := alike(names, name); ok {
			return item.wrong("names (rule 1.3) has one name twice, as far as a player can tell: %s and %s", before, name)
		}
		names = append(names, name)
	}
	s.Names = names
	return nil
}

// readName reads a player's name: a text that is no word of the game, since "nobody is banished" has to mean one thing.
func readName(key string, n node) (string, error) {
	name, err := readText(key, n, longestName)
	if err != nil {
		return "", err
	}
	folded := plain.Fold(name)
	if folded == "" {
		return "", n.wrong("%s is %q; it takes a name", key, name)
	}
	for _, word := range gameWords {
		if folded == word {
			return "", n.wrong("%s is %s, which is a word of the game and can't be a player's", key, name)
		}
	}
	return name, nil
}

// gameWords stand for something else where players speak, vote and are told of: those of both framings.
var gameWords = []string{"nobody", "no one", "none", "everybody", "everyone", "you", "me", "myself", "host", "the host",
	"traitor", "traitors", "faithful", "insider", "insiders", "regular", "regulars"}

// alike finds the name that a reader takes for this one (plain.Fold).
func alike(names []string, name string) (string, bool) {
	for _, n := range names {
		if plain.Fold(n) == plain.Fold(name) {
			return n, true
		}
	}
	return "", false
}

func setCast(s *Scenario, n node) error {
	list, ok := n.v.([]node)
	if !ok {
		return n.wrong("cast (rule 1.3) is %s; it takes a list of players", n.shape())
	}
	s.Players = nil
	for _, item := range list {
		p, err := readPin(item)
		if err != nil {
			return err
		}
		s.Players = append(s.Players, p)
	}
	return nil
}

var pinKeys = []string{"seat", "name", "persona", "policy", "role"}

func readPin(n node) (Pin, error) {
	p := Pin{Seat: engine.NoSeat}
	entries, ok := n.v.([]entry)
	if !ok {
		return p, n.wrong("a player of the cast is %s; it takes a mapping of %s", n.shape(), strings.Join(pinKeys, ", "))
	}
	for _, e := range entries {
		var err error
		switch e.key {
		case "seat":
			v, ok := e.value.v.(int)
			if !ok || v < 0 || v >= engine.MaxSeats {
				return p, e.value.wrong("seat is %s; it takes an integer from 0 to %d", e.value.shape(), engine.MaxSeats-1)
			}
			p.Seat = engine.Seat(v)
		case "name":
			p.Name, err = readName("name", e.value)
		case "persona":
			p.Persona, err = readPersona(e.value)
		case "policy":
			p.Policy, err = readText("policy", e.value, longestText)
		case "role":
			text, _ := e.value.v.(string)
			role, bad := engine.ParseRole(text)
			if bad != nil || role == engine.NoRole {
				return p, e.value.wrong("role (rule 1.1) is %s; it takes one of traitor, faithful", e.value.shape())
			}
			p.Role = role
		default:
			return p, e.wrongKey("%s", unknown(e.key, pinKeys))
		}
		if err != nil {
			return p, err
		}
	}
	return p, nil
}
