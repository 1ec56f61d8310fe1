package scenarios

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/goccy/go-yaml"

	"github.com/turncoat-sim/turncoat/engine"
)

func load(t testing.TB, name string) Scenario {
	t.Helper()
	s, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShippedFilesAreListed(t *testing.T) {
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(shipped) {
		t.Errorf("%d files, %d listed", len(entries), len(shipped))
	}
	seen := map[string]string{}
	for _, name := range Names() {
		s := load(t, name)
		if s.Name != name || s.Description == "" || s.Version == "" {
			t.Errorf("%s calls itself %q %q %q", name, s.Name, s.Version, s.Description)
		}
		if other, ok := seen[s.Hash]; ok {
			t.Errorf("%s and %s have one hash", name, other)
		}
		seen[s.Hash] = name
	}
	if Names()[0] != "classic" || load(t, "classic").Rules != engine.DefaultRules().Complete() {
		t.Error("the default is not classic with the rules' defaults")
	}
	if _, err := Load("clasic"); err == nil || !strings.Contains(err.Error(), `did you mean "classic"?`) {
		t.Errorf("%v", err)
	}
}

// TestCurvo holds the file against the row of docs/rules.md, option by option.
func TestCurvo(t *testing.T) {
	want := engine.DefaultRules()
	want.Players, want.Traitors, want.TraitorCount, want.Introductions = 10, 3, "unknown", true
	want.Order, want.Passes, want.Hears = "seat", 2, engine.Hears{First: "running", Later: "previous_pass"}
	want.Ballot, want.Shown, want.IllegalBallot, want.Tie = "sealed", "nothing", "count", "first_named"
	want.Reveal, want.Aftermath, want.Conclave, want.Check = "role", true, 2, "night"
	if got := load(t, "curvo-2025").Rules; got != want.Complete() {
		t.Errorf("%+v", got)
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct {
		key, value string
		want       func(Scenario) bool
	}{
		{"players", "15", func(s Scenario) bool { return s.Rules.Players == 15 && s.Rules.MaxRounds == 30 }},
		{"max_rounds", "5", func(s Scenario) bool { return s.Rules.MaxRounds == 5 }},
		{"beliefs.with", "statement,ballot", func(s Scenario) bool {
			return s.Rules.Beliefs.With == engine.WithStatement|engine.WithBallot
		}},
		{"beliefs.after", "", func(s Scenario) bool { return s.Rules.Beliefs.After == 0 }},
		{"hears", "previous_pass", func(s Scenario) bool {
			return s.Rules.Hears == engine.Hears{First: "previous_pass", Later: "previous_pass"}
		}},
		{"hears", "running, previous_pass", func(s Scenario) bool {
			return s.Rules.Hears == engine.Hears{First: "running", Later: "previous_pass"}
		}},
		{"hears.later", "previous_pass", func(s Scenario) bool { return s.Rules.Hears.Later == "previous_pass" }},
		{"guidance", "none", func(s Scenario) bool { return s.Rules.Guidance == engine.ByRole{Traitor: "none", Faithful: "none"} }},
		{"guidance.traitor", "explicit", func(s Scenario) bool { return s.Rules.Guidance.Faithful == "objective" }},
		{"murder", "off", func(s Scenario) bool { return !s.Rules.Murder }},
		{"policy", "random", func(s Scenario) bool { return s.Policy == "random" }},
		{"teams.traitors", "bloc", func(s Scenario) bool { return s.Teams.Traitors == "bloc" }},
		{"traits", "on", func(s Scenario) bool { return s.Traits }},
	} {
		s := load(t, "classic")
		before := s.Hash
		if err := s.Set(c.key, c.value); err != nil || !c.want(s) {
			t.Errorf("%s=%s: %v, %+v", c.key, c.value, err, s.Rules)
		}
		if s.Hash == before || len(s.Hash) != 64 {
			t.Errorf("%s=%s: the hash stays %s", c.key, c.value, s.Hash)
		}
	}
}

func TestSetRefuses(t *testing.T) {
	for _, c := range []struct{ key, value, has string }{
		{"player", "15", `did you mean "players"?`},
		{"beliefs.whit", "ballot", `did you mean "beliefs.with"?`},
		{"players", "many", "an integer from 4 to 40"},
		{"players", "3", "an integer from 4 to 40"},
		{"players", "", "an integer from 4 to 40"},
		{"tie", "coin", "one of runoff, random, nobody, first_named"},
		{"hears", "all", "one of running, previous_pass"},
		{"beliefs.with", "dusk", "a list of statement, ballot"},
		{"beliefs", "ballot", "set beliefs.with and its like"},
		{"cast", "x", "write it in a scenario file"},
		{"shield", "on", "rule 5.2: not in this version"},
		{"murder", "maybe", "true or false"},
	} {
		s := load(t, "classic")
		hash := s.Hash
		err := s.Set(c.key, c.value)
		if err == nil || !strings.Contains(err.Error(), c.has) {
			t.Errorf("%s=%s: %v does not say %q", c.key, c.value, err, c.has)
		}
		if s.Hash != hash || s.hash() != hash {
			t.Errorf("%s=%s: changed what it refused", c.key, c.value)
		}
	}
}

// TestSetTogether: overrides that contradict what stands are checked together, at the end.
func TestSetTogether(t *testing.T) {
	s := load(t, "classic")
	if err := s.Set("players", "5"); err != nil || s.Check() == nil {
		t.Fatalf("%v, and 5 players with 3 traitors pass", err)
	}
	if _, err := s.Cast(1, Policies{}); err == nil {
		t.Error("a contradiction is cast")
	}
	if err := s.Set("traitors", "2"); err != nil || s.Check() != nil {
		t.Errorf("%v, %v", err, s.Check())
	}
}

func TestHashFollowsWhatDecides(t *testing.T) {
	parse := func(src string) string {
		s, err := Parse("x.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		return s.Hash
	}
	plain := parse("players: 10\n")
	if parse("# a comment\nname: other\nplayers: 10\ntraitors: 3\nmax_rounds: 20\n") != plain {
		t.Error("the hash follows words that decide nothing")
	}
	for _, src := range []string{"players: 12\n", "policy: random\n", "cast: [{name: Orla}]\n", "traits: on\n",
		"names: [A, B, C, D, E, F, G, H, I, J]\n"} {
		if parse(src) == plain {
			t.Errorf("%q leaves the hash", src)
		}
	}
}

// Every option of the engine is a key, and every key says what it is for and what it takes.
func TestKeys(t *testing.T) {
	var keys []string
	add := func(key string, f field) {
		keys = append(keys, key)
		if f.doc == "" || f.wants == "" {
			t.Errorf("%s lacks a part", key)
		}
	}
	for _, f := range fields {
		for _, m := range f.members {
			add(f.key+"."+m.key, m)
		}
		if len(f.members) == 0 {
			add(f.key, f)
		}
	}
	for _, o := range engine.Options() {
		if !slices.Contains(keys, o.Key) {
			t.Errorf("%s is no key", o.Key)
		}
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func instance(t *testing.T, src []byte) any {
	t.Helper()
	j, err := yaml.YAMLToJSON(src)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(j))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSchema(t *testing.T) {
	golden(t, "schema.json", string(Schema()))
	if !json.Valid(Schema()) {
		t.Fatal("not JSON")
	}
	schema := compiled(t)
	for _, name := range Names() {
		if err := schema.Validate(instance(t, load(t, name).Source)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole := "hears: running\nguidance: {traitor: none}\nbeliefs: {with: [ballot]}\ncast: [{seat: 1, role: traitor, persona: {age: 30, " +
		"big_five: {openness: low}}}]\n"
	if err := schema.Validate(instance(t, []byte(whole))); err != nil {
		t.Error(err)
	}
}

// TestSchemaRefuses breaks every shipped file in every way that a schema can see.
func TestSchemaRefuses(t *testing.T) {
	schema := compiled(t)
	for _, name := range Names() {
		for _, mutation := range []struct {
			key   string
			value any
		}{
			{"playrs", 10}, {"players", json.Number("3")}, {"players", "ten"}, {"order", "seats"}, {"beliefs", "none"},
			{"beliefs", map[string]any{"with": []any{"dusk"}}}, {"hears", []any{"running"}}, {"murder", "maybe"},
			{"cast", []any{map[string]any{"seat": json.Number("-1")}}}, {"finale", true}, {"names", []any{""}},
		} {
			v := instance(t, load(t, name).Source).(map[string]any)
			v[mutation.key] = mutation.value
			if schema.Validate(v) == nil {
				t.Errorf("%s with %s: %v passes", name, mutation.key, mutation.value)
			}
		}
	}
}
