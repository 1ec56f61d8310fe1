package scenarios

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

var update = flag.Bool("update", false, "rewrite the golden files and schema.json")

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(lines) || lines[i] != line {
			t.Errorf("%s differs (go test ./scenarios -update rewrites it; read the diff), first at line %d, now:\n%s", file, i+1, line)
			return
		}
	}
	if got != string(want) {
		t.Errorf("%s is longer than what is made now (go test ./scenarios -update rewrites it; read the diff)", file)
	}
}

// bad holds one mistake each, with the place that the message has to name.
var bad = []struct {
	name, src    string
	line, column int
	has          string
}{
	{"unknown key", "players: 10\ntraitor: 3\n", 2, 1, `did you mean "traitors"?`},
	{"an unknown key after a mark", "\ufeffplayers: 10\ntraitor: 3\n", 2, 1, `did you mean "traitors"?`},
	{"a name that turns what is read", "players: 4\nnames: [Ada, Bea, Cy, \"\u202eEd\"]\n", 2, 23, "U+202E"},
	{"a name with what nobody sees", "players: 4\nnames: [Ada, \"Ada\u200b\"]\n", 2, 14, "U+200B"},
	{"a joiner between letters", "players: 4\nnames: [\"A\u200dda\"]\n", 2, 9, "U+200D"},
	{"a name of nothing", "players: 4\nnames: [Ada, \"\u3164\"]\n", 2, 14, "U+3164"},
	{"a pinned name that hides", "cast:\n  - name: \"B\u2060o\"\n", 2, 11, "U+2060"},
	{"a word of the game", "names: [Ada, Nobody]\n", 1, 14, "a word of the game"},
	{"a word of the other framing", "cast:\n  - name: the Host\n", 2, 11, "a word of the game"},
	{"names that are written alike", "names: [Zoë, \"Zoe\u0308\"]\n", 1, 14, "one name twice"},
	{"names that are marked alike", "names: [\"*Ada*\", Bo, ADA]\n", 1, 22, "one name twice"},
	{"tags in a persona", "cast:\n  - persona: \"kind\U000e0041\"\n", 2, 14, "U+E0041"},
	{"unknown member", "beliefs: {wiht: []}\n", 1, 11, `did you mean "with"?`},
	{"unknown member of teams", "teams:\n  traitor: bloc\n", 2, 3, `did you mean "traitors"?`},
	{"rule 5.1", "recruitment: offer\n", 1, 1, "rule 5.1: not in this version"},
	{"rule 5.7", "players: 22\nfinale: on\n", 2, 1, "rule 5.7: not in this version"},
	{"rule 8.1", "roles:\n  - seer\n", 1, 1, "rule 8.1: not in this version"},
	{"integer out of range", "name: x\nplayers: 3\n", 2, 10, "an integer from 4 to 40"},
	{"text for an integer", "players: ten\n", 1, 10, "an integer from 4 to 40"},
	{"quoted integer", "players: \"10\"\n", 1, 10, "an integer from 4 to 40"},
	{"fraction", "players: 10.5\n", 1, 10, "an integer from 4 to 40"},
	{"huge integer", "players: 99999999999999999999\n", 1, 10, "an integer from 4 to 40"},
	{"empty value", "players:\ntraitors: 2\n", 1, 1, "players (rule 1.1) is empty"},
	{"list for an integer", "players:\n  - 10\n", 2, 3, "is a list"},
	{"not a boolean", "aftermath: maybe\n", 1, 12, "true or false"},
	{"integer for a boolean", "murder: 1\n", 1, 9, "true or false"},
	{"not a choice", "# the order\norder: seats\n", 2, 8, "one of seeded, seat, rotate, bid"},
	{"boolean for a choice", "thoughts: false\n", 1, 11, "one of field, off, native"},
	{"not a moment", "beliefs:\n  after: [start, dusk]\n", 2, 18, `has "dusk"; it takes a list of start, breakfast`},
	{"scalar for a list", "beliefs:\n  with: ballot\n", 2, 9, "a list of statement, ballot"},
	{"scalar for beliefs", "beliefs: none\n", 1, 10, "a mapping of with, after"},
	{"hears of three", "hears: [running, running, running]\n", 1, 8, "a list of 3"},
	{"hears not a choice", "hears: [running, all]\n", 1, 18, "one of running, previous_pass"},
	{"guidance", "guidance: {traitor: lie}\n", 1, 21, "one of objective, none, explicit"},
	{"too many traitors", "players: 6\ntraitors: 3\n", 2, 11, "more than twice the traitors"},
	{"too few players for the default", "name: small\nplayers: 6\n", 2, 10, "more than twice the traitors"},
	{"night first", "players: 7\ntraitors: 3\nfirst: night\n", 2, 11, "where the night comes first"},
	{"bid and no turns", "name: x\norder: bid\n", 2, 8, "turns in place of passes"},
	{"nothing happens", "murder: off\nballot: off\n", 2, 9, "nothing ever happens"},
	{"open and nothing shown", "ballot: open\nshown: nothing\n", 2, 8, "can't be nothing"},
	{"cast too long", "players: 4\ntraitors: 1\ncast: [{}, {}, {}, {}, {}]\n", 3, 7, "5 players in the cast, 4 at the table"},
	{"seat out of the table", "cast:\n  - seat: 10\n", 2, 11, "seats run from 0 to 9"},
	{"seat taken", "cast:\n  - seat: 1\n  - seat: 1\n", 3, 11, "seat 1 is taken"},
	{"name taken", "cast:\n  - name: Orla\n  - {name: orla}\n", 3, 12, "sits at the table already"},
	{"too many pinned traitors", "traitors: 1\ncast:\n  - role: traitor\n  - role: traitor\n", 4, 11, "more traitors in the cast"},
	{"role", "cast:\n  - role: seer\n", 2, 11, "one of traitor, faithful"},
	{"role of no word", "cast:\n  - role: \"\"\n", 2, 11, "one of traitor, faithful"},
	{"unknown key of a player", "cast:\n  - sear: 2\n", 2, 5, `did you mean "seat"?`},
	{"player is a text", "cast: [Orla]\n", 1, 8, "a mapping of seat, name"},
	{"age", "cast:\n  - persona: {age: 7}\n", 2, 20, "an integer from 18 to 99"},
	{"big five", "cast:\n  - persona:\n      big_five: {opennes: low}\n", 3, 18, `did you mean "openness"?`},
	{"names too few", "names: [A, B, C]\n", 1, 8, "3 names for 10 seats without one"},
	{"name twice", "names: [Ann, ann]\n", 1, 14, "twice"},
	{"traits without personas", "personas: off\ntraits: on\n", 2, 9, "personas is off"},
	{"introductions without personas", "introductions: on\npersonas: off\n", 1, 16, "personas is off"},
	{"control character", "policy: \"a\\u0007b\"\n", 1, 9, "U+0007"},
	{"duplicate key", "players: 10\nplayers: 12\n", 2, 1, "not YAML"},
	{"not YAML", "players: [10\n", 1, 10, "not YAML"},
	{"tabs", "beliefs:\n\twith: []\n", 2, 1, "not YAML"},
	{"empty file", "# nothing\n", 1, 1, "the file is empty"},
	{"a list", "- classic\n", 1, 1, "the file is a list"},
	{"a word", "classic\n", 1, 1, `the file is "classic"`},
	{"two documents", "players: 10\n---\nplayers: 12\n", 3, 8, "a second document"},
	{"anchor", "players: &n 10\n", 1, 10, "anchors"},
	{"number for a key", "1: 2\n", 1, 1, "a key of a scenario is a word"},
}

func TestMistakes(t *testing.T) {
	var all strings.Builder
	for _, b := range bad {
		_, err := Parse("bad.yaml", []byte(b.src))
		var at *fileError
		if !errors.As(err, &at) {
			t.Errorf("%s: %v, want an *Error", b.name, err)
			continue
		}
		if at.File != "bad.yaml" || at.Line != b.line || at.Column != b.column {
			t.Errorf("%s: %s:%d:%d, want %d:%d", b.name, at.File, at.Line, at.Column, b.line, b.column)
		}
		if !strings.Contains(at.Detail, b.has) {
			t.Errorf("%s: %q does not say %q", b.name, at.Detail, b.has)
		}
		fmt.Fprintf(&all, "== %s\n%v\n", b.name, err)
	}
	golden(t, filepath.Join("testdata", "mistakes.golden"), all.String())
}

func TestForms(t *testing.T) {
	s, err := Parse("dir/mine.v2.yaml", []byte(`version: 1.10
hears: previous_pass
guidance: {faithful: none}
beliefs: {with: []}
murder: no
players: 12
cast:
  - {seat: 3, name: Zoë, role: traitor, policy: silent}
  - persona: {age: 44, occupation: a cook, big_five: {openness: high}}
`))
	if err != nil {
		t.Fatal(err)
	}
	r := s.Rules
	if s.Name != "mine" || s.Version != "1.10" || r.Hears != (engine.Hears{First: "previous_pass", Later: "previous_pass"}) {
		t.Errorf("read as %q %q %v", s.Name, s.Version, r.Hears)
	}
	if r.Guidance != (engine.ByRole{Traitor: "objective", Faithful: "none"}) || r.Murder || r.MaxRounds != 24 {
		t.Errorf("read as %+v", r)
	}
	if r.Beliefs.With != 0 || r.Beliefs.After != engine.AfterStart|engine.AfterBanishment {
		t.Errorf("beliefs %v, %v", r.Beliefs.With, r.Beliefs.After)
	}
	want := Pin{Seat: engine.NoSeat, Persona: "Is 44 years old. Works as a cook. In character: high openness."}
	if s.Players[0] != (Pin{Seat: 3, Name: "Zoë", Role: engine.RoleTraitor, Policy: "silent"}) || s.Players[1] != want {
		t.Errorf("cast %+v", s.Players)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(s.Source)
	}
	for _, b := range bad {
		f.Add([]byte(b.src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := Parse("fuzz.yaml", src)
		if err != nil {
			var at *fileError
			if !errors.As(err, &at) || at.Line < 1 || at.Column < 1 || at.Error() == "" {
				t.Fatalf("%#v is no error with a place", err)
			}
			return
		}
		if setup, err := s.Cast(1, Policies{}); err != nil || len(setup.Cast) != s.Rules.Players {
			t.Fatalf("parsed, but has no cast: %v", err)
		}
	})
}
