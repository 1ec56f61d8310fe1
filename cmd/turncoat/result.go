package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// winners are the games won: by the informed team, by those who look for it, by nobody.
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
func (a *app) result(ctx context.Context, store *memory.Store, b memory.Batch, d *study.Design, o playOptions) error {
	names := analysis.Headline
	if d.Primary != "" && !slices.Contains(names, d.Primary) {
		names = append([]string{d.Primary}, names...)
	}
	figures, err := summarise(ctx, d, store, b, d.Exclude == "forfeits", a.chanceLevels(ctx, o.quiet || o.noProgress), names...)
	if err != nil {
		return err
	}
	list, sum := figures.Cells, figures.Attrition()
	out := outcome{Batch: b.Name, Scenario: b.Scenario, Seed: b.Seed, Games: sum.Finished, Failed: sum.Failed, DB: a.db}
	for _, f := range list {
		s := f.Summary
		won := winners{s.Wins(engine.Minority()), s.Wins(engine.Majority()), s.Wins(engine.NoTeam)}
		out.Winners = winners{out.Winners.Traitors + won.Traitors, out.Winners.Faithful + won.Faithful, out.Winners.Draw + won.Draw}
		if len(d.Cells) > 0 {
			out.Cells = append(out.Cells, outcomeOfCell{f.Cell, s.Finished, won, shownRows(f.Rows)})
			continue
		}
		out.Metrics = shownRows(f.Rows)
		for _, r := range f.Rows {
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
	fmt.Fprintf(a.out, "%s won %d, %s %d, drawn %d, failed %d\n\n", engine.Minority(), out.Winners.Traitors, engine.Majority(),
		out.Winners.Faithful, out.Winners.Draw, out.Failed)
	a.tellAnswers(out.Answers)
	if len(d.Cells) > 0 {
		a.cellTable(d, b, list)
	} else {
		t := a.table("metric", "mean", "95 % interval", "chance", "n", "unit")
		for _, r := range analysis.Pick(list[0].Rows, names) {
			t.AppendRow(table.Row{r.Metric, number(r.Mean), intervalOr(r.Interval), number(r.Chance), fmt.Sprintf("%.0f", r.N),
				r.Unit})
		}
		t.Render()
	}
	a.smallWarning(figures)
	if o.quiet {
		return nil
	}
	dbFlag := a.dbFlag()
	fmt.Fprintf(a.out, "\nEverything is in %s. Next:\n", a.db)
	fmt.Fprintf(a.out, "  turncoat replay %s/0%s\n  turncoat export %s --out %s-csv%s\n  turncoat metrics %s%s\n  turncoat report %s%s\n",
		b.Name, dbFlag, b.Name, b.Name, dbFlag, b.Name, dbFlag, b.Name, dbFlag)
	if len(d.Cells) > 0 {
		fmt.Fprintf(a.out, "  turncoat compare %s%s\n", b.Name, dbFlag)
	}
	return nil
}

// cellTable prints a line for each condition: the design's primary metric first.
func (a *app) cellTable(d *study.Design, b memory.Batch, list []analysis.Figures) {
	names := []string{"traitors_win", "vote_lift", "brier", "knowing_accusations"}
	if d.Primary != "" {
		names = slices.DeleteFunc(names, func(n string) bool { return n == d.Primary })
		names = append([]string{d.Primary}, names...)
	}
	names = names[:min(4, len(names))]
	header := []string{"cell", "games"}
	for i, n := range names {
		if header = append(header, n, "95 % interval"); i == 0 {
			header = append(header, "by chance")
		}
	}
	t := a.table(header...)
	for _, f := range list {
		row := table.Row{f.Cell, f.Summary.Analysed}
		for i, r := range analysis.Pick(f.Rows, names) {
			if row = append(row, number(r.Mean), intervalOr(r.Interval)); i == 0 {
				row = append(row, number(r.Chance))
			}
		}
		t.AppendRow(row)
	}
	t.Render()
	fmt.Fprintf(a.out, "\n%s\n", d.Balance(b.Games))
}
