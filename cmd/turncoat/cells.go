package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"turncoat/engine/batch"
	"turncoat/scenarios"
)

// all are the conditions of the design: its cells, or itself.
func (d *design) all() []*design {
	if len(d.Cells) > 0 {
		return d.Cells
	}
	return []*design{d}
}

// place is the cell of a game and its number within it. A season is played in a row.
func (d *design) place(index int) (cell, number int) {
	season, cells := max(1, d.scenario.Season), max(1, len(d.Cells))
	block := index / season
	return block % cells, block/cells*season + index%season
}

// of is the condition that a game is played under.
func (d *design) of(index int) *design {
	cell, _ := d.place(index)
	return d.all()[cell]
}

// ref names a game of the batch. Where policies take turns, as many games as there are policies share a seed.
func (d *design) ref(batchName string, index int) batch.Ref {
	cell, number := d.place(index)
	turns := max(1, len(d.all()[cell].Rotate))
	ref := batch.RefOf(batchName, d.Seed, index, number/turns)
	ref.Turn = number % turns
	return ref
}

// designOf reads a design that ships, or a design file.
func designOf(arg string) (*design, scenarios.Design, bool, error) {
	src, ok := scenarios.LoadDesign(arg)
	file := arg
	if !ok && strings.ContainsAny(arg, `/\.`) {
		b, err := os.ReadFile(arg)
		if err != nil || !scenarios.IsDesign(b) {
			return nil, scenarios.Design{}, false, nil // a scenario, or no file: readScenario says
		}
		src, ok = b, true
	}
	if !ok {
		return nil, scenarios.Design{}, false, nil
	}
	parsed, err := scenarios.ParseDesign(file, src)
	if err != nil {
		return nil, parsed, true, usage(err)
	}
	scenario := parsed.Scenario
	if strings.ContainsAny(scenario, `/\.`) && !filepath.IsAbs(scenario) {
		scenario = filepath.Join(filepath.Dir(file), scenario)
	}
	name, source, err := readScenario(scenario)
	if err != nil {
		return nil, parsed, true, err
	}
	d := &design{Name: parsed.Name, Scenario: name, Source: string(source), Primary: parsed.Primary}
	if parsed.Exclude == "forfeits" {
		d.Exclude = parsed.Exclude
	}
	for _, c := range parsed.Cells {
		d.Cells = append(d.Cells, &design{Name: c.Name, Scenario: name, Source: string(source), Set: c.Set, Rotate: c.Rotate})
	}
	return d, parsed, true, nil
}

// override gives every cell what the command line says beside the design.
func (d *design) override(set []string, policies scenarios.Policies) {
	for _, c := range d.Cells {
		c.Set = append(slices.Clone(c.Set), set...)
		c.Policies = policies
	}
}

// balance says how a design's games are laid out.
func (d *design) balance(games int) string {
	if len(d.Cells) == 0 {
		return ""
	}
	counts := make([]int, len(d.Cells))
	for i := range games {
		cell, _ := d.place(i)
		counts[cell]++
	}
	lo, hi := slices.Min(counts), slices.Max(counts)
	text := fmt.Sprintf("%d cells of %d games", len(d.Cells), lo)
	if hi > lo {
		text = fmt.Sprintf("%d cells of %d to %d games", len(d.Cells), lo, hi)
	}
	text += ", on the same seeds"
	for _, c := range d.Cells {
		if k := len(c.Rotate); k > 0 && lo%k != 0 {
			return text + fmt.Sprintf("; in %s %d policies take turns, and %d games are no multiple of that: unbalanced", c.Name, k, lo)
		} else if k > 0 {
			text += fmt.Sprintf("; in %s each of %d policies sits once at every place of each of %d tables", c.Name, k, lo/k)
		}
	}
	return text
}
