package chance

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/scenarios"
)

var update = flag.Bool("update", false, "simulate the levels that ship anew")

// probeGames are the first games of a scenario, which a test can simulate again; probe.json keeps their levels, in which a definition that
// has changed shows.
const (
	probeGames   = 12
	probeFile    = "testdata/probe.json"
	shippedGames = 8000 // simulated once and for all
)

// TestShipped simulates a part of what ships again: all games of the smallest scenario, and the first ones of each.
func TestShipped(t *testing.T) {
	if *update {
		write(t, "levels.json", shippedGames)
		write(t, probeFile, probeGames)
		return
	}
	const stale = "%s: %s; `make chance` simulates the levels that ship anew"
	kept, probes := readEntries(t, "levels.json"), readEntries(t, probeFile)
	if len(kept) != len(scenarios.Names()) {
		t.Errorf(stale, "levels.json", fmt.Sprint("it has ", len(kept), " scenarios"))
	}
	for _, name := range scenarios.Names() {
		r := rulesOf(t, name)
		if _, ok := Shipped(r); !ok || kept[name].Games != shippedGames {
			t.Errorf(stale, name, "it plays by other rules, or so many games")
			continue
		}
		if diff := differs(entryOf(t, r, probeGames), probes[name]); diff != "" {
			t.Errorf(stale, name, diff)
		}
	}
	const small = "duel-4"
	if diff := differs(entryOf(t, rulesOf(t, small), kept[small].Games), kept[small]); diff != "" {
		t.Errorf(stale, small, diff)
	}
}

// differs names the first metric that is another; empty: none is.
func differs(now, kept entry) string {
	if now.Key != kept.Key || now.Games != kept.Games {
		return fmt.Sprintf("%s of %d games now, %s of %d games kept", now.Key, now.Games, kept.Key, kept.Games)
	}
	for _, name := range slices.Sorted(maps.Keys(now.Levels)) {
		if v, ok := kept.Levels[name]; !ok || v != now.Levels[name] {
			return fmt.Sprintf("%s is %v now, %v is kept", name, now.Levels[name], v)
		}
	}
	if len(now.Levels) != len(kept.Levels) {
		return "it has metrics that there are no more"
	}
	return ""
}

func rulesOf(t testing.TB, name string) engine.Rules {
	t.Helper()
	s, err := scenarios.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return s.Rules
}

func entryOf(t testing.TB, r engine.Rules, games int) entry {
	t.Helper()
	return entry{Key(r), games, packed(simulated(t, r, games))}
}

func simulated(t testing.TB, r engine.Rules, games int) map[string]analysis.Level {
	t.Helper()
	levels, err := Simulate(t.Context(), r, games, nil)
	if err != nil {
		t.Fatal(err)
	}
	return levels
}

func packed(levels map[string]analysis.Level) map[string][2]float64 {
	out := map[string][2]float64{}
	for name, l := range levels {
		out[name] = [2]float64{l.Mean, l.SE}
	}
	return out
}

func readEntries(t *testing.T, file string) (out map[string]entry) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// write keeps a metric a line, so that a change of one is a line of the diff.
func write(t *testing.T, file string, games int) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("{\n")
	for i, name := range scenarios.Names() {
		e := entryOf(t, rulesOf(t, name), games)
		fmt.Fprintf(&b, " %q: {\"key\": %q, \"games\": %d, \"levels\": {", name, e.Key, e.Games)
		for k, metric := range slices.Sorted(maps.Keys(e.Levels)) {
			v := e.Levels[metric]
			fmt.Fprintf(&b, "%s\n  %q: [%v, %v]", []string{"", ","}[min(k, 1)], metric, v[0], v[1])
		}
		fmt.Fprintf(&b, "}}%s\n", []string{"", ","}[min(len(scenarios.Names())-1-i, 1)])
	}
	b.WriteString("}\n")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
