package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/memory"
)

func (a *app) memorySearchCommand() *cobra.Command {
	var batch string
	var most int
	var asJSON bool
	cmd := &cobra.Command{
		Use: "search WORDS…", Short: "Search what players noted", Args: cobra.MinimumNArgs(1),
		Long:    `Search all notes, those of every game in the file or of one batch. The query is that of SQLite's FTS4: words, "a phrase", begin*, OR, NOT.`,
		Example: "  turncoat memory search traitor\n  turncoat memory search --batch mine 'vot* NOT faithful'",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				if batch != "" {
					b, err := findBatch(ctx, store, []string{batch})
					if err != nil {
						return err
					}
					batch = b.Name
				}
				return a.searchNotes(ctx, store, strings.Join(args, " "), batch, most, asJSON)
			})
		},
	}
	cmd.Flags().StringVar(&batch, "batch", "", "in this batch only")
	cmd.Flags().IntVar(&most, "most", 50, "print at most so many")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON lines")
	return cmd
}

func (a *app) searchNotes(ctx context.Context, store *memory.Store, query, batch string, most int, asJSON bool) error {
	if strings.TrimSpace(query) == "" {
		return usage(errors.New("search takes words"))
	}
	notes, err := store.SearchNotes(ctx, query, batch, most+1)
	if err != nil {
		return usage(fmt.Errorf("%w; a query has words, \"a phrase\", begin*, OR, NOT", err))
	}
	more := len(notes) > most
	notes = notes[:min(most, len(notes))]
	names := map[int64]memory.Game{}
	enc := a.json()
	t := a.table("game", "round", "seat", "kind", "note")
	for _, n := range notes {
		g, ok := names[n.Game]
		if !ok {
			if g, err = store.GameByKey(ctx, n.Game); err != nil {
				return err
			}
			names[n.Game] = g
		}
		if asJSON {
			if err := enc.Encode(struct {
				Game string `json:"game"`
				memory.Note
			}{g.Name(), n}); err != nil {
				return err
			}
			continue
		}
		t.AppendRow(table.Row{g.Name(), n.Round, n.Owner, n.Kind, clipped(n.Body, 90)})
	}
	if asJSON {
		return nil
	}
	if len(notes) == 0 {
		a.say("no note has %q (players write notes where the rules say memory.reflect)", query)
		return nil
	}
	t.Render()
	if more {
		fmt.Fprintf(a.out, "and more: --most raises the limit of %d\n", most)
	}
	return nil
}

func (a *app) memoryRebuildCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "rebuild", Short: "Drop the projections of notes and make them again from the log", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if _, err := statFile(a.db); err != nil {
				return err
			}
			store, err := memory.Open(ctx, a.db, memory.TellTo(a.log))
			if err != nil {
				return usageOf(err)
			}
			return closing(store, func() error {
				if err := store.TakeAll(ctx); err != nil {
					return heldOf(err)
				}
				n, differed, err := store.RebuildNotes(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return a.json().Encode(map[string]int64{"notes": n, "differed": differed})
				}
				if differed > 0 {
					fmt.Fprintf(a.out, "%d notes made again from the log; %d rows were not what the log says, and are now\n", n, differed)
					return nil
				}
				fmt.Fprintf(a.out, "%d notes made again from the log, as they were\n", n)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
