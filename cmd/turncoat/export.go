package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/memory/formats"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/tables"
)

func (a *app) exportCommand() *cobra.Command {
	var out, format string
	var information bool
	var chat chatOptions
	annotate := annotateOptions{}
	cmd := &cobra.Command{
		Use: "export [BATCH]", Short: "Write a batch as tidy tables: games, ballots, beliefs, metrics and the rest",
		Args: cobra.MaximumNArgs(1),
		Long: "Write a batch as tidy tables, one observation a row, into a folder: games, seats, rounds, ballots, statements, beliefs " +
			"(the\n" +
			"trust matrix), metrics, summary, attrition, model_calls, forfeits, and columns, which says what every column means.",
		Example: "  turncoat export --out csv\n  turncoat export classic-1 --out lines --format jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			f := tables.Format(format)
			if f != tables.CSV && f != tables.JSONL && format != "chat" && format != "events" {
				return usage(fmt.Errorf("--format %s: it takes csv, jsonl, chat or events", format))
			}
			if information && f != tables.CSV && f != tables.JSONL {
				return usage(errors.New("--information is for tables: --format csv or jsonl"))
			}
			if chat.honestOnly && format != "chat" {
				return usage(errors.New("--honest-only is for --format chat: tables without the lies would mislead"))
			}
			return a.reading(ctx, func(store *memory.Store) error {
				b, err := findBatch(ctx, store, args)
				if err != nil {
					return err
				}
				folder := out
				if folder == "" {
					if folder, err = fileName(ctx, store, b); err != nil {
						return err
					}
					folder += "-" + format
				}
				switch {
				case annotate.file != "":
					return a.exportAnnotation(ctx, store, b, annotate)
				case format == "chat":
					return a.exportChat(ctx, store, b, folder, chat)
				case format == "events":
					return a.exportEvents(ctx, store, b, folder)
				}
				return a.export(ctx, store, b, folder, f, information)
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the folder (default: the batch's name and the format)")
	cmd.Flags().StringVar(&format, "format", "csv",
		"csv or jsonl: the tables; chat: each seat's game as a chat transcript, with a data card; events: the logs, for turncoat "+
			"import jsonl")
	cmd.Flags().BoolVar(&chat.honestOnly, "honest-only", false,
		"with --format chat: only seats none of whose statements was a knowing falsehood")
	cmd.Flags().BoolVar(&information, "information", false,
		"also section F: the leakage of every statement, and its figures in the summary; reads the batch twice")
	annotate.register(cmd.Flags())
	return cmd
}

// export writes the tables into a folder beside the one asked for and moves them in when all are whole.
func (a *app) export(ctx context.Context, store *memory.Store, b memory.Batch, folder string, f tables.Format, information bool) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return usage(fmt.Errorf("export: %w", err))
	}
	memory.SweepLeftovers(folder, partPrefix)
	part, err := os.MkdirTemp(folder, memory.Unfinished(partPrefix))
	if err != nil {
		return usage(fmt.Errorf("export: %w", err))
	}
	defer os.RemoveAll(part)
	rows, err := a.writeTables(ctx, store, b, part, f, information)
	if err != nil {
		return err
	}
	for _, t := range tables.Tables() {
		name := t.Name + "." + string(f)
		if err := os.Rename(filepath.Join(part, name), filepath.Join(folder, name)); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	fmt.Fprintf(a.out, "%s: %d tables, %d rows, in %s\n", b.Name, len(tables.Tables()), rows, folder)
	return nil
}

func (a *app) writeTables(ctx context.Context, store *memory.Store, b memory.Batch, folder string, f tables.Format,
	information bool) (rows int, err error) {
	d, err := archive.DesignOf(b)
	if err != nil {
		return 0, err
	}
	tables, err := tables.NewExport(f, func(name string) (io.WriteCloser, error) { return createTable(folder, name, f) })
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, tables.Close()) }()
	figures, x := analysis.NewBatch(d, b.Games), analysis.NewInformer(d)
	if information {
		if err := x.Count(gamesOf(ctx, store, b), false); err != nil {
			return 0, err
		}
	}
	err = store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, events []codec.Stored) error {
		game, read, err := figures.Take(recordOf(g, events))
		if err != nil {
			return err
		}
		if !read {
			if game.ID != "" { // it is over and has no end
				tables.Unended(&game)
			}
			return nil
		}
		calls, err := store.Calls(ctx, g.Key)
		if err != nil {
			return err
		}
		tables.Calls(&game, exportedCalls(calls))
		if !information {
			return tables.Game(&game, events, nil)
		}
		fitted := x.Score(&game)
		return tables.Game(&game, events, &fitted)
	})
	if err != nil {
		return 0, err
	}
	if err := figures.Fill(a.chanceLevels(ctx, false)); err != nil {
		return 0, err
	}
	for _, f := range figures.Cells {
		tables.Batch(b.Name, f.Cell, f.Summary, f.Rows)
	}
	if information {
		for i, informed := range x.Results() {
			tables.Information(b.Name, figures.Cells[i].Cell, informed.Rows)
		}
	}
	return tables.Rows(), nil
}

// createTable makes a table's file. JSON Lines escape what would act on a terminal; CSV, which has no escapes, holds the data as it is.
func createTable(folder, name string, f tables.Format) (io.WriteCloser, error) {
	file, err := os.Create(filepath.Join(folder, name))
	if err != nil || f != tables.JSONL {
		return file, err
	}
	return struct {
		io.Writer
		io.Closer
	}{plain.NewJSON(file), file}, nil
}

func exportedCalls(calls []memory.ModelCall) []tables.Call {
	out := make([]tables.Call, len(calls))
	for i, c := range calls {
		out[i] = tables.Call{Step: int(c.Step), Seat: int(c.Seat), Attempt: c.Attempt, Policy: c.Policy, Model: c.Model, Cause: c.Cause,
			PromptTokens: c.PromptTokens, Cached: c.Cached, ReplyTokens: c.ReplyTokens, Thinking: c.ThinkingTokens,
			QueueMS: c.QueueMS, FirstMS: c.FirstMS, TookMS: c.TotalMS, Tries: c.Tries}
	}
	return out
}

// exportEvents writes the logs of all games as lines that import reads back as they were.
func (a *app) exportEvents(ctx context.Context, store *memory.Store, b memory.Batch, folder string) error {
	games := 0
	err := writeFile(filepath.Join(folder, "events.jsonl"), func(w io.Writer) error {
		for g, err := range store.Games(ctx, b.Name) {
			if err != nil {
				return err
			}
			record, err := store.Events(ctx, g.Key)
			if err != nil {
				return err
			}
			if err := formats.WriteJSONL(w, g.Name(), record.Events); err != nil {
				return err
			}
			games++
		}
		return nil
	})
	if err == nil {
		fmt.Fprintf(a.out, "%s: %d games in %s\n", b.Name, games, filepath.Join(folder, "events.jsonl"))
	}
	return err
}
