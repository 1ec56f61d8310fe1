// Package report makes one page of a batch: its figures with their intervals, cases and chance levels, its charts, its most
// telling moments and how it was made. The page is one HTML file with its charts as inline SVG, without a script, a font or an
// address from outside; the charts can also be had as SVG and PNG files.
//
// Games are streamed: what a Report holds grows with rounds, policies and cells, never with games. The package knows no file, no
// clock and no database: events come in as they are stored, times as text, and bytes go out. The same calls give the same bytes.
package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

// Head is what the caller knows of a batch beside its games. Empty parts are left out of the page.
type Head struct {
	Batch    string
	Scenario string
	Seed     uint64
	Games    int // planned

	Created, Ended string // as they are to be read

	Facts  []Fact   // what made it: program, engine, hashes, digests of models …
	Design []string // the design in lines: cells, overrides, who sat where
	Limits []string // what the batch can't say, beside what no batch can
	Flags  string   // what a command needs to find the games, with a blank before it: " --db file"
}

// Fact is a line of the method.
type Fact struct{ Name, Value string }

// Cell is a condition of the batch with its figures; a batch without a design has one, without a name.
type Cell struct {
	Name    string            // GameMeta.Cell of its games
	Summary *analysis.Summary // nil: the attrition is unknown
	Rows    []analysis.Row    // Summary.Rows with the chance levels of the cell's rules
}

// Cost is a line of what a batch used.
type Cost struct {
	Name                              string // of a model or a policy
	Calls                             int
	PromptTokens, Cached, ReplyTokens int    // as the servers count them
	Money                             string // with its currency; empty: unknown
}

// Report gathers a batch. Make one with New, Add its games, Finish it, then write it.
type Report struct {
	head     Head
	sums     []*sums // by cell, in the order in which they first came
	spoken   spoken
	draws    resamplers
	top      []moment
	lies     int // knowing falsehoods, and those of them of which enough listeners stated beliefs before and after
	followed int
	forfeits map[forfeit]int
	contrast *matrix // of the game whose faithful told the teams apart the most, or were misled the most

	cells []Cell
	cost  []Cost
}

type forfeit struct{ policy, request, cause string }

// New begins a report.
func New(head Head) *Report {
	return &Report{head: head, forfeits: map[forfeit]int{}, draws: resamplers{},
		spoken: spoken{policies: map[string]*[len(deceits)]share{}}}
}

// Add takes a game that is over, of the cell that it names, with the stored events that it was read from. Games of a season have
// to follow one another within their cell.
func (r *Report) Add(g *metrics.Game, events []codec.Stored) error {
	r.of(g.Cell).add(g)
	for _, f := range g.Forfeits {
		r.forfeits[forfeit{policyOf(g, f.Seat), f.Request.String(), string(f.Cause)}]++
	}
	seen := 0.0
	if r.contrast != nil {
		seen = r.contrast.gap
	}
	if m := clearest(g, seen); m != nil {
		r.contrast = m
	}
	if err := r.telling(g, events); err != nil {
		return fmt.Errorf("report game %s: %w", g.ID, err)
	}
	return nil
}

func (r *Report) of(cell string) *sums {
	i := slices.IndexFunc(r.sums, func(s *sums) bool { return s.name == cell })
	if i < 0 {
		i = len(r.sums)
		r.sums = append(r.sums, newSums(cell, &r.spoken, r.draws))
	}
	return r.sums[i]
}

// Finish takes the figures of the cells, in the order in which they are to stand, and what the batch used.
func (r *Report) Finish(cells []Cell, cost []Cost) {
	r.cells, r.cost = cells, cost
	for _, s := range r.sums {
		s.endUnit()
	}
	slices.SortStableFunc(r.sums, func(a, b *sums) int { return r.place(a.name) - r.place(b.name) })
}

func (r *Report) place(name string) int {
	if i := slices.IndexFunc(r.cells, func(c Cell) bool { return c.Name == name }); i >= 0 {
		return i
	}
	return len(r.cells)
}

// Format is a format of a chart's file.
type Format string

const (
	SVG Format = "svg" // light colours, for print
	PNG Format = "png" // the same, two pixels to the point
)

// Remark adds a line to what the report says of the design.
func (r *Report) Remark(line string) { r.head.Design = append(r.head.Design, line) }

// Plots names the charts that have cases, in the page's order: "trust" of a batch with one cell, "trust.NAME" of one with more.
func (r *Report) Plots() []string {
	var out []string
	for _, f := range r.figures() {
		if f.drawing != nil {
			out = append(out, f.name)
		}
	}
	return out
}

// Plot writes a chart by its name.
func (r *Report) Plot(w io.Writer, name string, format Format) error {
	for _, f := range r.figures() {
		if f.name != name || f.drawing == nil {
			continue
		}
		return f.drawing.padded().write(w, format)
	}
	return fmt.Errorf("plot %s: there is none of that name with a case", name)
}

// write writes the chart as a file of the format.
func (d *drawing) write(w io.Writer, format Format) error {
	switch format {
	case SVG:
		return d.svgFile(w)
	case PNG:
		return d.png(w)
	}
	return fmt.Errorf("plot: format %q: it takes svg or png", format)
}
