package study

import (
	"fmt"
	"slices"

	"github.com/turncoat-sim/turncoat/engine/batch"
)

// All are the conditions of the design: its cells, or itself.
func (d *Design) All() []*Condition {
	if len(d.Cells) > 0 {
		return d.Cells
	}
	return []*Condition{&d.Condition}
}

// CellNames are the names of the cells, in order; none for a design without cells.
func (d *Design) CellNames() []string {
	var out []string
	for _, c := range d.Cells {
		out = append(out, c.Name)
	}
	return out
}

// Season is how many games follow one another, each with what the one before left behind; 0 and 1: none does.
func (d *Design) Season() int { return d.Scenario.Season }

// Place is the cell of a game and its number within it. A season is played in a row.
func (d *Design) Place(index int) (cell, number int) {
	season, cells := max(1, d.Season()), max(1, len(d.Cells))
	block := index / season
	return block % cells, block/cells*season + index%season
}

// Of is the condition that a game is played under.
func (d *Design) Of(index int) *Condition {
	cell, _ := d.Place(index)
	return d.All()[cell]
}

// Ref names a game of the batch. Where policies take turns, as many games as there are policies share a seed.
func (d *Design) Ref(batchName string, index int) batch.Ref {
	cell, number := d.Place(index)
	turns := max(1, len(d.All()[cell].Rotate))
	ref := batch.RefOf(batchName, d.Seed, index, number/turns)
	ref.Turn = number % turns
	return ref
}

// Planned is how many of so many games fall to each condition.
func (d *Design) Planned(games int) []int {
	out := make([]int, len(d.All()))
	for i := range games {
		cell, _ := d.Place(i)
		out[cell]++
	}
	return out
}

// Balance says how a design's games are laid out; empty for one condition.
func (d *Design) Balance(games int) string {
	if len(d.Cells) == 0 {
		return ""
	}
	counts := d.Planned(games)
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

// Unit names what the unit of a game shares with those of other cells and batches: the seed, that of the first game where games
// remember one another. An imported game has none: its id in its batch is its own.
func (d *Design) Unit(batchName, id string, index int) string {
	if d.Imported != "" {
		return batchName + "/" + id
	}
	ref := d.Ref(batchName, index)
	if n := d.Season(); d.Of(index).Carries() {
		return fmt.Sprint(batch.SeedOf(d.Seed, ref.Replicate/n*n))
	}
	return fmt.Sprint(ref.Seed)
}

// Kin are the games that are no units of their own: those of a season whose players remember, and those of a table that policies take
// turns at, which share roles and dice.
type Kin struct {
	Cell   string // empty where the batch has no cells
	Season int    // counted from 1; 0: the games don't remember one another
	Table  int    // of the cell, counted from 1; 0: no policies take turns
}

// KinOf says with which other games of the batch a game belongs together.
func (d *Design) KinOf(index int) (k Kin) {
	c := d.Of(index)
	if len(d.Cells) > 0 {
		k.Cell = c.Name
	}
	if c.Carries() {
		k.Season = index/d.Season() + 1
	}
	if turns := len(c.Rotate); turns > 0 {
		_, number := d.Place(index)
		k.Table = number/turns + 1
	}
	return k
}
