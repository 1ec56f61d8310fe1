package main

import (
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"turncoat/engine/batch"
	"turncoat/memory"
)

// listed is a row of list, as --json prints it.
type listed struct {
	Batch    string `json:"batch"`
	Scenario string `json:"scenario"`
	Games    int    `json:"games"`
	Finished int    `json:"finished"`
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
					row := listed{Batch: b.Name, Scenario: b.Scenario, Games: b.Games, Seed: b.Seed, Status: b.Status, Created: b.Created}
					for g, err := range store.Games(ctx, b.Name) {
						if err != nil {
							return err
						}
						if g.Status == string(batch.Finished) {
							row.Finished++
						}
					}
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
	t := a.table("batch", "scenario", "finished", "games", "seed", "status", "created")
	for _, r := range rows {
		t.AppendRow(table.Row{r.Batch, r.Scenario, r.Finished, r.Games, r.Seed, r.Status, r.Created})
	}
	t.Render()
	return nil
}
