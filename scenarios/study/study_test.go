package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/scenarios"
)

// known is a catalogue of two policies: a scripted one, and a model.
type known struct{}

func (known) Check(policy string) error {
	if policy != "bayes" && policy != "random" && policy != "a/model" {
		return fmt.Errorf("no policy %s", policy)
	}
	return nil
}

func (known) Instant(policy string) bool { return policy != "a/model" }

func (known) Freeze(c *Condition) (Prompts, error) {
	if slices.Contains(c.Specs(), "a/model") {
		return Freeze([]byte(`{"version": "prompt@7", "a": "<b>"}`))
	}
	return Prompts{}, nil
}

func design(t *testing.T, file string) *Design {
	t.Helper()
	parsed, err := scenarios.ParseDesign("d.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Load(parsed.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	d := FromFile(parsed, s.Name, s.Source)
	d.Sow(11)
	if err := d.Load(known{}); err != nil {
		t.Fatal(err)
	}
	return d
}

const crossed = `
scenario: classic
primary: traitors_win
factors:
  players: [8, 10]
  traitors: [2, 3]
`

// Games take turns over the cells, each cell's are numbered without a gap, and those of one turn share their seed and no id.
func TestLayout(t *testing.T) {
	d := design(t, crossed)
	if len(d.All()) != 4 {
		t.Fatalf("%d cells", len(d.All()))
	}
	next, ids := make([]int, 4), map[string]bool{}
	for i := range 40 {
		cell, number := d.Place(i)
		if cell != i%4 || number != next[cell] {
			t.Fatalf("game %d is number %d of cell %d", i, number, cell)
		}
		next[cell]++
		ref := d.Ref("b", i)
		if ids[ref.ID] || ref.Seed != d.Ref("c", i-i%4).Seed || ref.Index != i {
			t.Errorf("game %d is %+v", i, ref)
		}
		ids[ref.ID] = true
	}
	if got := d.Planned(42); !slices.Equal(got, []int{11, 11, 10, 10}) {
		t.Errorf("of 42 games the cells have %v", got)
	}
	if d.Unit("b", "x", 4) != d.Unit("c", "y", 7) || d.Unit("b", "x", 4) == d.Unit("b", "x", 8) {
		t.Error("games of one turn are not paired, or those of two are")
	}
}

// A season is played in a row, by the same players, and is one unit where they remember.
func TestSeasons(t *testing.T) {
	d := design(t, "scenario: classic\ncells:\n  - name: on\n    set: {season: 3, memory.scope: season}\n"+
		"  - name: off\n    set: {season: 3, memory.scope: none}\n")
	for i, want := range []struct{ cell, number, season int }{{0, 0, 1}, {0, 1, 1}, {0, 2, 1}, {1, 0, 0}, {1, 1, 0}, {1, 2, 0}, {0, 3, 3}} {
		cell, number := d.Place(i)
		if k := d.KinOf(i); cell != want.cell || number != want.number || k.Season != want.season {
			t.Errorf("game %d: number %d of cell %d, %+v", i, number, cell, k)
		}
	}
	cast := func(i int) []string {
		setup, err := d.Of(i).Setup(d.Ref("b", i), &Past{Head: codec.Hash{1}})
		if err != nil {
			t.Fatal(err)
		}
		if setup.Season.Parent != (codec.Hash{1}).String() {
			t.Errorf("game %d names no parent", i)
		}
		var names []string
		for _, p := range setup.Cast {
			names = append(names, p.Name)
		}
		return names
	}
	if !slices.Equal(cast(0), cast(2)) || slices.Equal(cast(0), cast(6)) {
		t.Error("the players of a season are not the same, or those of two are")
	}
	if d.Unit("b", "", 0) != d.Unit("b", "", 2) || d.Unit("b", "", 3) == d.Unit("b", "", 4) {
		t.Error("a season that is remembered is no unit, or one that is not is one")
	}
}

// Policies that take turns sit once at every place of each table.
func TestRotation(t *testing.T) {
	d := design(t, "scenario: classic\ncells:\n  - name: two\n    rotate: [bayes, random]\n")
	sat := map[string]int{}
	for i := range 4 {
		ref := d.Ref("b", i)
		if ref.Seed != d.Ref("b", i-i%2).Seed || d.KinOf(i).Table != i/2+1 {
			t.Errorf("game %d is of table %d, seed %d", i, d.KinOf(i).Table, ref.Seed)
		}
		setup, err := d.Of(i).Alone(ref)
		if err != nil {
			t.Fatal(err)
		}
		for k, p := range setup.Cast {
			sat[fmt.Sprint(i/2, k, p.Policy)]++
		}
	}
	if len(sat) != 2*10*2 {
		t.Errorf("%d of 40 places were taken: %v", len(sat), sat)
	}
}

// A design is the same after it was kept; each change of it is told.
func TestKeptAndDifferent(t *testing.T) {
	d := design(t, crossed)
	text, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(text, known{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := d.Differences(again); len(diff) > 0 {
		t.Errorf("kept and read it differs: %v", diff)
	}
	if second, err := again.Encode(); err != nil || string(second) != string(text) {
		t.Errorf("kept again it has other bytes: %v", err)
	}
	for want, change := range map[string]func(*Design){
		"seed is 11 in the file, 12 now":                func(d *Design) { d.Sow(12) },
		"in 8 · 2 players is 8":                         func(d *Design) { d.Cells[0].Set = append(d.Cells[0].Set, "players=9") },
		"policies is":                                   func(d *Design) { d.Cells[1].Policies.All = "random" },
		"it has 4 cells in the file, 3 now":             func(d *Design) { d.Cells = d.Cells[:3] },
		"cell is 8 · 2 in the file, x now":              func(d *Design) { d.Cells[0].Name = "x" },
		"rotate is none in the file, bayes, random now": func(d *Design) { d.Cells[2].Rotate = []string{"bayes", "random"} },
		"in 10 · 3 prompts is none in the ":             func(d *Design) { d.Cells[3].Policies.All = "a/model" },
	} {
		other, err := Decode(text, known{})
		if err != nil {
			t.Fatal(err)
		}
		change(other)
		if err := other.Load(known{}); err != nil {
			t.Fatal(err)
		}
		if diff := d.Differences(other); !slices.ContainsFunc(diff, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("want %q in %q", want, diff)
		}
	}
}

// What can't be meant is a mistake of whoever asked.
func TestMistakes(t *testing.T) {
	for want, change := range map[string]func(*Design){
		"it takes key=value": func(d *Design) { d.Set = []string{"players"} },
		"cell b: --set": func(d *Design) {
			d.Cells = []*Condition{{Name: "b", From: d.From, Source: d.Source,
				Set: []string{"plyers=9"}}}
		},
		"no policy clever":     func(d *Design) { d.Policies.All = "clever" },
		"no policy sly":        func(d *Design) { d.Policies.Teams = map[string]string{"traitors": "sly"} },
		"take one or the":      func(d *Design) { d.Rotate, d.Set = []string{"bayes", "random"}, []string{"season=2"} },
		"they have to be alik": func(d *Design) { d.Cells = cellsOf(d, "season=2", "season=3") },
	} {
		s, err := scenarios.Load("classic")
		if err != nil {
			t.Fatal(err)
		}
		d := New(s.Name, s.Source)
		change(d)
		var mistake *MistakeError
		if err := d.Load(known{}); !errors.As(err, &mistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func cellsOf(d *Design, sets ...string) (out []*Condition) {
	for _, set := range sets {
		out = append(out, &Condition{Name: set, From: d.From, Source: d.Source, Set: []string{set}})
	}
	return out
}

// The prompts' text is kept to the byte: its hash is what every game's first event holds.
func TestPromptsAreKeptToTheByte(t *testing.T) {
	d := design(t, "scenario: classic\ncells:\n  - name: m\n    set: {policy: a/model}\n")
	text, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(text, known{})
	if err != nil {
		t.Fatal(err)
	}
	setup, err := again.Of(0).Alone(again.Ref("b", 0))
	if err != nil {
		t.Fatal(err)
	}
	p := again.Cells[0].Prompts
	if p.IsZero() || p.Hash() != d.Cells[0].Prompts.Hash() || p.Templates() != "prompt@7" || setup.Prompts != p.Hash() {
		t.Errorf("%s is made from %q, and the game names %q", p.Text(), p.Templates(), setup.Prompts)
	}
	third, err := again.Encode()
	if err != nil || string(third) != string(text) {
		t.Errorf("%s\n%s: %v", text, third, err)
	}
	if instant, err := again.Instant(known{}); instant || err != nil {
		t.Errorf("a model answers at once: %v", err)
	}
}

func games(list ...Played) iter.Seq2[Played, error] {
	return func(yield func(Played, error) bool) {
		for _, g := range list {
			if !yield(g, nil) {
				return
			}
		}
	}
}

// A manifest fits the games and the design that it was made of, and nothing else.
func TestManifest(t *testing.T) {
	d := design(t, crossed)
	d.Frozen = true
	opening, err := d.Opening("p", 2)
	if err != nil {
		t.Fatal(err)
	}
	list := []Played{{0, batch.Finished, "traitors", codec.Hash{1}}, {1, batch.Failed, "", codec.Hash{2}},
		{2, batch.Parked, "", codec.Hash{}}}
	seal := func(list []Played) Manifest {
		m, err := d.Seal("p", ReadManifest(opening), games(list...))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	kept := seal(list)
	if kept.Games != 3 || kept.Sealed != 2 || kept.Outcomes["won by traitors"] != 1 || len(kept.Cells) != 4 {
		t.Errorf("%+v", kept)
	}
	if err := d.Match(kept, seal(list)); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(m *Manifest, list []Played){
		"added, removed or altered":     func(_ *Manifest, list []Played) { list[1].Seal[5] = 9 },
		"1 of 3 games":                  func(m *Manifest, _ []Played) { m.Sealed = 1 },
		"its manifest counts":           func(_ *Manifest, list []Played) { list[0].Winner = "faithful" },
		"its cells or prompts":          func(m *Manifest, _ []Played) { m.Cells[2].Scenario = "x" },
		"was frozen before its first":   func(m *Manifest, _ []Played) { m.Frozen.Games = 9 },
		"do not agree on whether":       func(m *Manifest, _ []Played) { m.Frozen = nil },
		"its design is not the one tha": func(m *Manifest, _ []Played) { m.Seed++ },
	} {
		var m Manifest
		text, _ := json.Marshal(kept)
		_ = json.Unmarshal(text, &m)
		altered := slices.Clone(list)
		change(&m, altered)
		if err := d.Match(m, seal(altered)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// A protocol says what it is for, by a metric that there is.
func TestProtocol(t *testing.T) {
	is := func(name string) bool { return name == "traitors_win" }
	d := design(t, crossed)
	if err := d.CheckProtocol(is); err != nil {
		t.Error(err)
	}
	d.Primary = "traitor_win"
	if err := d.CheckProtocol(is); err == nil {
		t.Error("an unknown metric is taken")
	}
	if d.Primary, d.Frozen = "", true; d.CheckProtocol(is) == nil {
		t.Error("what says nothing is frozen")
	}
}
