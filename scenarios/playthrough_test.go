package scenarios

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// headsOf is how many games of each shipped scenario have their head hash kept, and of each cell of a shipped design.
const headsOf, headsOfCell = 20, 2

// The games of the shipped scenarios are what they were: one of each as it reads, and the head hash of some more. A change here is
// a change of the rules, of the dice, of a scripted player or of the stored form; go test ./scenarios -update writes it, to be read.
func TestPlaythroughs(t *testing.T) {
	var heads strings.Builder
	heads.WriteString("# The hash of the last event of games 0, 1, … of each shipped scenario and cell, by the players that it names.\n")
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		games := make([][]engine.Event, headsOf)
		for seed := range games {
			games[seed] = played(t, s, uint64(seed))
			writeHead(t, &heads, name, seed, games[seed])
		}
		golden(t, filepath.Join("testdata", "playthrough-"+name+".golden"), readable(t, games[shortest(games)]))
	}
	for _, name := range DesignNames() {
		headsOfDesign(t, &heads, name)
	}
	golden(t, "testdata/heads.golden", heads.String())
}

// A playthrough is of a scenario that ships.
func TestNoStrayPlaythrough(t *testing.T) {
	files, err := filepath.Glob("testdata/playthrough-*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "playthrough-"), ".golden")
		if !slices.Contains(Names(), name) {
			t.Errorf("%s: no such scenario ships; delete it", file)
		}
	}
}

func headsOfDesign(t *testing.T, heads *strings.Builder, name string) {
	t.Helper()
	src, ok := LoadDesign(name)
	if !ok {
		t.Fatalf("%s does not ship", name)
	}
	d, err := ParseDesign(name+".yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Cells {
		s, err := Load(d.Scenario)
		if err != nil {
			t.Fatal(err)
		}
		for _, kv := range c.Set {
			key, value, _ := strings.Cut(kv, "=")
			if err := s.Set(key, value); err != nil {
				t.Fatal(err)
			}
		}
		for seed := range headsOfCell {
			writeHead(t, heads, name+" "+c.Name, seed, played(t, s, uint64(seed)))
		}
	}
}

// played plays a game of the scenario with its own players.
func played(t *testing.T, s Scenario, seed uint64) []engine.Event {
	t.Helper()
	setup, err := s.Cast(seed, Policies{})
	if err != nil {
		t.Fatal(err)
	}
	act := make([]func(engine.Request) engine.Answer, len(setup.Cast))
	seen := make([]engine.Observation, len(setup.Cast))
	for i, p := range setup.Cast {
		agent, err := catalog.New(agents.PolicyOf(p.Policy), engine.Seat(i), engine.DeriveSeed(seed, "policy", i))
		if err != nil {
			t.Fatal(err)
		}
		seen[i].Seat = engine.Seat(i)
		act[i] = func(r engine.Request) engine.Answer {
			a, err := agent.Act(t.Context(), seen[i], r)
			if err != nil {
				t.Fatal(err)
			}
			a.Seat = r.Seat
			return a
		}
	}
	perceive := func(events []engine.Event) {
		for _, e := range events {
			for seat := range e.Audience.All() {
				o, _ := engine.Observe(e, seat)
				seen[seat].Events = append(seen[seat].Events, o)
			}
		}
	}
	events, state, err := engine.Open(setup)
	if err != nil {
		t.Fatal(err)
	}
	perceive(events)
	for asked := engine.Pending(state); len(asked) > 0; asked = engine.Pending(state) {
		var answers []engine.Answer
		for _, r := range asked {
			answers = append(answers, act[r.Seat](r))
		}
		step, err := engine.Decide(state, answers)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range step {
			if state, err = engine.Apply(state, e); err != nil {
				t.Fatal(err)
			}
		}
		perceive(step)
		events = append(events, step...)
	}
	return events
}

// shortest is the game with the fewest events of those that have two rounds, or of all where none has: a playthrough is to be read.
func shortest(games [][]engine.Event) (best int) {
	long := func(g []engine.Event) bool { return g[len(g)-1].Round > 1 }
	for i, g := range games {
		if b := games[best]; long(g) && !long(b) || long(g) == long(b) && len(g) < len(b) {
			best = i
		}
	}
	return best
}

// readable is a game's log as a person reads it.
func readable(t *testing.T, events []engine.Event) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# number, step, round, phase, kind, audience, body\n")
	for _, e := range events {
		stored, err := codec.Store(e)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%d %d %d %s %s %s %s\n", e.Seq, e.Step, e.Round, e.Phase, stored.Kind, audienceOf(e, events), stored.Body)
	}
	return b.String()
}

// audienceOf is all, log, or the seats. The log's second event is for all.
func audienceOf(e engine.Event, events []engine.Event) string {
	switch e.Audience {
	case events[1].Audience:
		return "all"
	case 0:
		return "log"
	}
	return strings.ReplaceAll(fmt.Sprint(e.Audience.List()), " ", ",")
}

// writeHead writes the line of a game: the hash of its last event.
func writeHead(t *testing.T, heads *strings.Builder, players string, game int, events []engine.Event) {
	t.Helper()
	stored, err := codec.StoreAll(events)
	if err != nil {
		t.Fatal(err)
	}
	_, head, err := codec.Verify(stored, nil)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(heads, "%-36s %2d %4d events %s\n", players, game, len(events), head)
}
