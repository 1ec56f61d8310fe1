package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/memory"
	"turncoat/memory/foreign"
)

func (a *app) importCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use: "import FORMAT PATH", Short: "Turn other systems' logs into a batch of ours, to measure and replay", Args: cobra.ExactArgs(2),
		Long: "Turn other systems' logs into games of ours, as far as they carry them, marked as imported: no dice, no prompts. Every metric then\n" +
			"runs on them; what a format does not carry has n = 0. What could not be taken is counted and listed, never guessed.\n\n" +
			"Formats: " + strings.Join(foreign.Formats(), ", ") + ". PATH is a file, or a folder with games below it.",
		Example: "  turncoat import the-traitors runs/ --batch theirs\n  turncoat metrics theirs\n  turncoat replay theirs/0",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importGames(cmd.Context(), args[0], args[1], name)
		},
	}
	cmd.Flags().StringVar(&name, "batch", "", "the batch's name (default: the format's and a number)")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return foreign.Formats(), cobra.ShellCompDirectiveDefault
	}
	return cmd
}

// importer puts games into a batch as they are read. File and batch are made with the first of them, so that a path without games
// leaves everything as it was.
type importer struct {
	name, format    string
	done            bool // the batch was imported before: its games are compared, none is added
	d               *design
	store           *memory.Store
	b               memory.Batch
	there           []memory.Game // that an import which was cut off has kept already
	games, finished int
	taken, skipped  map[string]int
	failed          []error
}

func (a *app) importGames(ctx context.Context, format, path, name string) error {
	if !slices.Contains(foreign.Formats(), format) {
		return usage(fmt.Errorf("unknown format %q; the formats are %s", format, strings.Join(foreign.Formats(), ", ")))
	}
	if err := a.checkName(name); err != nil {
		return err
	}
	source, err := sourceOf(path)
	if err != nil {
		return err
	}
	defer source.Close()
	got := importer{name: name, format: format, d: &design{Scenario: format, Imported: format, Engine: engine.Version}, taken: map[string]int{}, skipped: map[string]int{}}
	err = foreign.Read(format, source, func(g foreign.Game, err error) error {
		if err != nil {
			got.failed = append(got.failed, err)
			return nil
		}
		if got.store == nil {
			if err := a.beginImport(ctx, &got); err != nil {
				return err
			}
		}
		return got.keep(ctx, g)
	})
	if got.store == nil {
		return usage(cmp.Or(err, errors.Join(got.failed...), fmt.Errorf("no game of format %s was found in %s", format, path)))
	}
	return closing(got.store, func() error {
		switch {
		case err != nil && ctx.Err() != nil:
			return &codedError{exitInterrupted, fmt.Errorf("interrupted after %d games; go on with: turncoat import %s %s --batch %s --db %s", got.games, format, path, got.name, a.db)}
		case errors.Is(err, memory.ErrLeaseLost):
			return a.overtaken(got.store, got.b)
		case err != nil:
			return err
		}
		return a.importDone(ctx, &got)
	})
}

// beginImport opens the file and makes the batch, or takes up the one that an import of this format was cut off in.
func (a *app) beginImport(ctx context.Context, got *importer) (err error) {
	if got.store, err = memory.Open(ctx, a.db, memory.TellTo(a.log)); err != nil {
		return usageOf(err)
	}
	if got.name == "" {
		if got.name, err = got.store.NextName(ctx, got.format); err != nil {
			return err
		}
	}
	text, err := got.d.encode()
	if err != nil {
		return err
	}
	b, err := got.store.BatchNamed(ctx, got.name)
	if errors.Is(err, memory.ErrNotFound) {
		got.b, err = got.store.CreateBatch(ctx, memory.Batch{Name: got.name, Scenario: got.format, Design: text, Created: time.Now().UTC().Format(time.RFC3339), Status: batchRunning})
		return err
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(b.Design, text) {
		return usage(fmt.Errorf("there is a batch %s in %s already; choose another --batch", got.name, a.db))
	}
	if err := a.take(ctx, got.store, b.Name); err != nil {
		return err
	}
	got.b, got.done = b, b.Status == batchDone
	for g, err := range got.store.Games(ctx, b.Name) {
		if err != nil {
			return err
		}
		got.there = append(got.there, g)
	}
	return nil
}

// keep puts a game into the file; one that is there already has to be the same.
func (got *importer) keep(ctx context.Context, g foreign.Game) error {
	ref := batch.RefOf(got.b.Name, 0, got.games, got.games)
	row := memory.Game{ID: ref.ID, Batch: got.b.Name, Index: got.games, Seed: ref.Seed, Status: string(batch.Stopped), Rounds: g.Rounds}
	if g.Over {
		row.Status, row.Winner = string(batch.Finished), g.Winner.String()
	} else {
		row.Error = "unfinished in its source, " + g.Source
	}
	if err := got.commit(ctx, row, g); err != nil {
		return err
	}
	if got.games++; g.Over {
		got.finished++
	}
	for what, n := range g.Taken {
		got.taken[what] += n
	}
	for what, n := range g.Skipped {
		got.skipped[what] += n
	}
	return nil
}

func (got *importer) commit(ctx context.Context, row memory.Game, g foreign.Game) error {
	if got.games < len(got.there) {
		head, err := memory.HeadOf(g.Events)
		if err == nil && head != got.there[got.games].Head {
			err = usage(fmt.Errorf("game %s is not the one in %s, which an earlier import of this batch took; choose another --batch", row.Name(), g.Source))
		}
		return err
	}
	if got.done {
		return usage(fmt.Errorf("batch %s was imported before, with %d games; %s is not among them; choose another --batch", got.name, len(got.there), g.Source))
	}
	_, err := got.store.Commit(ctx, row, g.Events)
	return err
}

func (a *app) importDone(ctx context.Context, got *importer) error {
	b := got.b
	if got.done {
		if got.games < len(got.there) {
			return usage(fmt.Errorf("batch %s was imported before, with %d games, of which %d are here; choose another --batch", b.Name, len(got.there), got.games))
		}
		fmt.Fprintf(a.out, "%s: these %d games were imported before (%s); nothing is left to do\n", b.Name, got.games, b.Ended)
		return nil
	}
	b.Games, b.Status, b.Ended = got.games, batchDone, time.Now().UTC().Format(time.RFC3339)
	sealed, err := sealBatch(ctx, got.store, b, got.d)
	if err != nil {
		return err
	}
	if b.Manifest, err = json.Marshal(sealed); err != nil {
		return err
	}
	if err := got.store.UpdateBatch(ctx, b); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d games imported from %s, %d of them finished\n", b.Name, got.games, got.format, got.finished)
	for _, what := range slices.Sorted(maps.Keys(got.taken)) {
		fmt.Fprintf(a.out, "  taken: %d × %s\n", got.taken[what], what)
	}
	for _, what := range slices.Sorted(maps.Keys(got.skipped)) {
		fmt.Fprintf(a.out, "  not taken: %d × %s\n", got.skipped[what], what)
	}
	for _, err := range got.failed {
		fmt.Fprintf(a.err, "turncoat: not imported: %v\n", err)
	}
	if len(got.failed) > 0 {
		return &codedError{exitGamesFailed, fmt.Errorf("%d games could not be imported", len(got.failed))}
	}
	return nil
}
