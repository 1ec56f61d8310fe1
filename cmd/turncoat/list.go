package main

import (
	"fmt"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// listed is a row of list, as --json prints it.
type listed struct {
	Batch    string `json:"batch"`
	Scenario string `json:"scenario"`
	Games    int    `json:"games"`
	Finished int    `json:"finished"`
	Failed   int    `json:"failed"`
	Waiting  int    `json:"waiting"`   // parked or stopped
	Answers  int    `json:"answers"`   // of models
	Lost     int    `json:"forfeited"` // of them
	Seed     uint64 `json:"seed"`
	Status   string `json:"status"`
	Created  string `json:"created"`
}

func (a *app) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the batches of a file", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				batches, err := store.Batches(ctx)
				if err != nil {
					return err
				}
				rows := []listed{}
				for _, b := range batches {
					row := listed{Batch: b.Name, Scenario: b.Scenario, Games: b.Games, Seed: b.Seed, Status: state(b), Created: b.Created}
					for g, err := range store.Games(ctx, b.Name) {
						if err != nil {
							return err
						}
						switch batch.Status(g.Status) {
						case batch.Finished:
							row.Finished++
						case batch.Failed:
							row.Failed++
						case batch.Parked, batch.Stopped:
							row.Waiting++
						case batch.Running: // the rest
						}
					}
					answers, err := store.Answers(ctx, b.Name)
					if err != nil {
						return err
					}
					row.Answers, row.Lost = lost(answers)
					rows = append(rows, row)
				}
				return a.printList(rows, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) printList(rows []listed, asJSON bool) error {
	if asJSON {
		return a.json().Encode(rows)
	}
	t := a.table("batch", "scenario", "finished", "games", "failed", "answers", "forfeited", "status")
	for _, r := range rows {
		answers, forfeited := "", ""
		if r.Answers > 0 {
			answers, forfeited = strconv.Itoa(r.Answers), strconv.Itoa(r.Lost)
		}
		t.AppendRow(table.Row{clipped(r.Batch, 24), r.Scenario, r.Finished, r.Games, r.Failed, answers, forfeited, r.Status})
	}
	t.Render()
	return nil
}

// state is a batch's status, as it is now: one whose process has ended is not running, whatever was last written down.
func state(b memory.Batch) string {
	switch {
	case b.Status != archive.Running:
		return b.Status
	case b.Lease.Held() && !b.Lease.Gone():
		return fmt.Sprintf("running (process %d)", b.Lease.PID)
	}
	return archive.Interrupted
}
