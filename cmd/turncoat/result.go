package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"

	"turncoat/engine"
	"turncoat/memory"
)

// engineStored shortens the signature of a fold over the file.
type engineStored = engine.Stored

// winners are the games won, by team.
type winners struct {
	Traitors int `json:"traitors"`
	Faithful int `json:"faithful"`
	Draw     int `json:"draw"`
}

// outcome is what run prints with --json: one document.
type outcome struct {
	Batch      string     `json:"batch"`
	Scenario   string     `json:"scenario"`
	Seed       uint64     `json:"seed"`
	Games      int        `json:"games"`
	Failed     int        `json:"failed"`
	Winners    winners    `json:"winners"`
	RoundsMean *float64   `json:"rounds_mean"`
	DB         string     `json:"db"`
	Metrics    []shownRow `json:"metrics,omitempty"`

	Answers []memory.Answers `json:"answers,omitempty"` // of models, by policy

	Cells []outcomeOfCell `json:"cells,omitempty"`
}

// outcomeOfCell is what one condition came to.
type outcomeOfCell struct {
	Cell    string     `json:"cell"`
	Games   int        `json:"games"`
	Winners winners    `json:"winners"`
	Metrics []shownRow `json:"metrics"`
}

// result prints what a batch came to.
func (a *app) result(ctx context.Context, store *memory.Store, b memory.Batch, d *design, o playOptions) error {
	names := headline
	if d.Primary != "" && !slices.Contains(names, d.Primary) {
		names = append([]string{d.Primary}, names...)
	}
	list, err := d.summarise(ctx, store, b, d.Exclude == "forfeits", names...)
	if err != nil {
		return err
	}
	sum := total(list)
	out := outcome{Batch: b.Name, Scenario: b.Scenario, Seed: b.Seed, Games: sum.Finished, Failed: sum.Failed, DB: a.db}
	for _, f := range list {
		s := f.summary
		won := winners{s.Wins("traitors"), s.Wins("faithful"), s.Wins("draw")}
		out.Winners = winners{out.Winners.Traitors + won.Traitors, out.Winners.Faithful + won.Faithful, out.Winners.Draw + won.Draw}
		if len(d.Cells) > 0 {
			out.Cells = append(out.Cells, outcomeOfCell{f.cell.Name, s.Finished, won, shownRows(f.rows)})
			continue
		}
		out.Metrics = shownRows(f.rows)
		for _, r := range f.rows {
			if r.Metric == "rounds" {
				out.RoundsMean = shown(r.Mean)
			}
		}
	}
	if out.Answers, err = store.Answers(ctx, b.Name); err != nil {
		return err
	}
	if o.json {
		return a.json().Encode(out)
	}
	fmt.Fprintf(a.out, "%s: %d games of %s, seed %d\n", out.Batch, out.Games, out.Scenario, out.Seed)
	fmt.Fprintf(a.out, "traitors won %d, faithful %d, drawn %d, failed %d\n\n", out.Winners.Traitors, out.Winners.Faithful, out.Winners.Draw, out.Failed)
	a.tellAnswers(out.Answers)
	if len(d.Cells) > 0 {
		a.cellTable(d, b, list)
	} else {
		header := []string{"metric", "mean", "95 % interval", "chance", "n", "unit"}
		if isTerminal(a.out) && widthOf(a.out, unitColumns) < unitColumns {
			header = header[:len(header)-1]
		}
		t := a.table(header...)
		for _, r := range headlineRows(list[0].rows, names) {
			t.AppendRow(table.Row{r.Metric, number(r.Mean), interval(r.Lo, r.Hi), number(r.Chance), fmt.Sprintf("%.0f", r.N), r.Unit}[:len(header)])
		}
		t.Render()
	}
	a.smallWarning(list)
	if o.quiet {
		return nil
	}
	dbFlag := ""
	if a.db != "turncoat.db" {
		dbFlag = " --db " + a.db
	}
	fmt.Fprintf(a.out, "\nEverything is in %s. Next:\n", a.db)
	fmt.Fprintf(a.out, "  turncoat replay %s/0%s\n  turncoat export %s --out %s-csv%s\n  turncoat metrics %s%s\n  turncoat report %s%s\n", b.Name, dbFlag, b.Name, b.Name, dbFlag, b.Name, dbFlag, b.Name, dbFlag)
	if len(d.Cells) > 0 {
		fmt.Fprintf(a.out, "  turncoat compare %s%s\n", b.Name, dbFlag)
	}
	return nil
}

// cellTable prints a line for each condition: the design's primary metric first.
func (a *app) cellTable(d *design, b memory.Batch, list []figures) {
	names := []string{"traitors_win", "vote_lift", "brier", "knowing_accusations"}
	if d.Primary != "" {
		names = slices.DeleteFunc(names, func(n string) bool { return n == d.Primary })
		names = append([]string{d.Primary}, names...)
	}
	names = names[:min(4, len(names))]
	header := []string{"cell", "games"}
	for _, n := range names {
		header = append(header, n, "95 % interval")
	}
	t := a.table(append(header, names[0]+" by chance")...)
	for _, f := range list {
		row := table.Row{f.cell.Name, f.summary.Analysed}
		chance := math.NaN()
		for i, r := range headlineRows(f.rows, names) {
			row = append(row, number(r.Mean), interval(r.Lo, r.Hi))
			if i == 0 {
				chance = r.Chance
			}
		}
		t.AppendRow(append(row, number(chance)))
	}
	t.Render()
	fmt.Fprintf(a.out, "\n%s\n", d.balance(b.Games))
}
