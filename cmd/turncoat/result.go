package main

import (
	"context"
	"encoding/json"
	"fmt"

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
	Metrics    []shownRow `json:"metrics"`
}

// result prints what a batch came to.
func (a *app) result(ctx context.Context, store *memory.Store, b memory.Batch, d *design, o playOptions) error {
	s, err := d.summarise(ctx, store, b, false, headline...)
	if err != nil {
		return err
	}
	rows, err := d.figures(s)
	if err != nil {
		return err
	}
	out := outcome{Batch: b.Name, Scenario: d.scenario.Name, Seed: b.Seed, Games: s.Finished, Failed: s.Failed,
		Winners: winners{s.Wins("traitors"), s.Wins("faithful"), s.Wins("draw")}, DB: a.db, Metrics: shownRows(rows)}
	for _, r := range rows {
		if r.Metric == "rounds" {
			out.RoundsMean = shown(r.Mean)
		}
	}
	if o.json {
		return json.NewEncoder(a.out).Encode(out)
	}
	fmt.Fprintf(a.out, "%s: %d games of %s, seed %d\n", out.Batch, out.Games, out.Scenario, out.Seed)
	fmt.Fprintf(a.out, "traitors won %d, faithful %d, drawn %d, failed %d\n\n", out.Winners.Traitors, out.Winners.Faithful, out.Winners.Draw, out.Failed)
	t := a.table("metric", "mean", "95 % interval", "chance", "n", "unit")
	for _, r := range headlineRows(rows) {
		t.AppendRow(table.Row{r.Metric, number(r.Mean), interval(r.Lo, r.Hi), number(r.Chance), fmt.Sprintf("%.0f", r.N), r.Unit})
	}
	t.Render()
	a.smallWarning(s)
	if o.quiet {
		return nil
	}
	dbFlag := ""
	if a.db != "turncoat.db" {
		dbFlag = " --db " + a.db
	}
	fmt.Fprintf(a.out, "\nEverything is in %s. Next:\n", a.db)
	fmt.Fprintf(a.out, "  turncoat replay %s/0%s\n  turncoat export %s --out %s-csv%s\n  turncoat metrics %s%s\n", b.Name, dbFlag, b.Name, b.Name, dbFlag, b.Name, dbFlag)
	return nil
}
