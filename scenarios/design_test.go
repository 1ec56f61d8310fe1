package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// values writes a list of n values.
func values(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprint(i+1))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// Cells are every named one with every combination of the factors' values, the last factor changing first.
func TestDesignCrosses(t *testing.T) {
	d, err := ParseDesign("x.yaml", []byte("games: 1\nset: {players: 8}\nrotate: [bayes, random]\ncells:\n  - name: a\n"+
		"  - {name: b, set: {reveal: nothing}, rotate: [random, silent]}\nfactors:\n  words: [10, 20]\n  tie: [random, nobody]\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range d.Cells {
		got = append(got, fmt.Sprint(c.Name, " ", c.Set, c.Rotate))
	}
	want := []string{
		"a · 10 · random [players=8 words=10 tie=random] [bayes random]", "a · 10 · nobody [players=8 words=10 tie=nobody] [bayes random]",
		"a · 20 · random [players=8 words=20 tie=random] [bayes random]", "a · 20 · nobody [players=8 words=20 tie=nobody] [bayes random]",
		"b · 10 · random [players=8 reveal=nothing words=10 tie=random] [random silent]",
		"b · 10 · nobody [players=8 reveal=nothing words=10 tie=nobody] [random silent]",
		"b · 20 · random [players=8 reveal=nothing words=20 tie=random] [random silent]",
		"b · 20 · nobody [players=8 reveal=nothing words=20 tie=nobody] [random silent]",
	}
	if !slices.Equal(got, want) || d.Name != "x" || d.Scenario != "classic" || d.Exclude != "none" || d.Seed != "" {
		t.Errorf("%+v\n%s", d, strings.Join(got, "\n"))
	}
}

// The bounds of a design, from both sides, and its mistakes, each at its place.
func TestDesignMistakes(t *testing.T) {
	for _, row := range []struct{ name, src, wrong string }{
		{"a thousand cells", "factors: {words: " + values(10) + ", passes: " + values(10) + ", players: " + values(10) + "}", ""},
		{"one more", "factors: {words: " + values(7) + ", passes: " + values(11) + ", players: " + values(13) + "}", "1001 cells"},
		{"a game", "games: 1\ncells: [{name: a}]", ""},
		{"no game", "games: 0\ncells: [{name: a}]", "an integer from 1"},
		{"games in words", "games: many\ncells: [{name: a}]", "an integer from 1"},
		{"two policies in turn", "rotate: [a, b]\ncells: [{name: a}]", ""},
		{"one policy in turn", "rotate: [a]\ncells: [{name: a}]", "two policies or more"},
		{"a value twice", "factors: {words: [10, 10]}", "10 twice"},
		{"a cell twice", "cells: [{name: a}, {name: a}]", "two cells"},
		{"a cell without a name", "cells: [{set: {words: 10}}]", "needs a name"},
		{"no factor", "factors: {}", "a mapping of scenario keys"},
		{"no value", "factors: {words: []}", "a list of values"},
		{"an unknown key", "cels: [{name: a}]", `did you mean "cells"`},
		{"an unknown key of the scenario", "set: {wurds: 10}\ncells: [{name: a}]", "words"},
		{"no cell", "cells: []", "cells is an empty list"},
		{"no condition", "scenario: classic\nrotate: [bayes, random]", "no conditions"},
		{"an unknown exclusion", "exclude: some\ncells: [{name: a}]", "none or forfeits"},
		{"a seed in words", "seed: some\ncells: [{name: a}]", "an integer"},
	} {
		_, err := ParseDesign("x.yaml", []byte(row.src))
		var at *fileError
		switch {
		case row.wrong == "" && err != nil:
			t.Errorf("%s: %v", row.name, err)
		case row.wrong != "" && (!errors.As(err, &at) || at.Line < 1 || !strings.Contains(err.Error(), row.wrong)):
			t.Errorf("%s: %v, wanted %q at its place", row.name, err, row.wrong)
		}
	}
}

// A key that only a design has makes a file one, so that what it lacks is told as a design's mistake.
func TestIsDesign(t *testing.T) {
	for src, want := range map[string]bool{
		"cells: [{name: a}]": true, "factors: {words: [10, 20]}": true, "scenario: classic": true, "rotate: [bayes, random]": true,
		"players: 10": false, "description: of cells": false, "": false,
	} {
		if IsDesign([]byte(src)) != want {
			t.Errorf("%q: design is %t", src, !want)
		}
	}
}

// Places, names and personas of one game are drawn apart: who sits where says nothing of what it is called (rule 1.3).
func TestPlacesAndNamesAreDrawnApart(t *testing.T) {
	src := "players: 6\ntraitors: 1\npersonas: off\nnames: [N0, N1, N2, N3, N4, N5]\ncast:\n"
	for i := range 6 {
		src += fmt.Sprintf("  - {persona: p%d}\n", i)
	}
	s, err := Parse("x.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	alike := 0
	for seed := range uint64(40) {
		setup := cast(t, s, seed, Policies{})
		seatOf := map[string]int{} // of the k-th entry: where it was drawn to
		for seat, p := range setup.Cast {
			seatOf[p.Persona] = seat
		}
		same := true
		for seat, p := range setup.Cast { // by the same dice, the name of a seat would be the number of the entry's place
			same = same && p.Name == fmt.Sprint("N", seatOf[fmt.Sprint("p", seat)])
		}
		if same {
			alike++
		}
	}
	if alike > 2 {
		t.Errorf("in %d of 40 games the names lie as the places do", alike)
	}
}
