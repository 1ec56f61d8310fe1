package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
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

// imported is what an import came to.
type imported struct {
	games, finished int
	taken, skipped  map[string]int
	failed          []error
}

func (a *app) importGames(ctx context.Context, format, path, name string) error {
	if !slices.Contains(foreign.Formats(), format) {
		return usage(fmt.Errorf("unknown format %q; the formats are %s", format, strings.Join(foreign.Formats(), ", ")))
	}
	source, err := sourceOf(path)
	if err != nil {
		return err
	}
	store, err := memory.Open(ctx, a.db)
	if err != nil {
		return usageOf(err)
	}
	return closing(store, func() error {
		if name == "" {
			if name, err = store.NextName(ctx, format); err != nil {
				return err
			}
		}
		if b, err := store.BatchByName(ctx, name); err == nil && b.Name == name {
			return usage(fmt.Errorf("there is a batch %s in %s already; choose another --batch", name, a.db))
		}
		d := &design{Scenario: format, Imported: format, Engine: engine.Version}
		text, err := d.encode()
		if err != nil {
			return err
		}
		b, err := store.CreateBatch(ctx, memory.Batch{Name: name, Scenario: format, Design: text, Created: time.Now().UTC().Format(time.RFC3339), Status: batchRunning})
		if err != nil {
			return err
		}
		got := imported{taken: map[string]int{}, skipped: map[string]int{}}
		err = foreign.Read(format, source, func(g foreign.Game, err error) error {
			if err != nil {
				got.failed = append(got.failed, err)
				return nil
			}
			return got.keep(ctx, store, b, g)
		})
		if err != nil {
			return err
		}
		return a.importDone(ctx, store, b, d, got)
	})
}

// sourceOf is the folder, or a folder of the one file.
func sourceOf(path string) (fs.FS, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, usage(fmt.Errorf("import: %w", err))
	case info.IsDir():
		return os.DirFS(path), nil
	}
	return oneFile{os.DirFS(filepath.Dir(path)), filepath.Base(path)}, nil
}

// oneFile is a file system that lists one file of a folder.
type oneFile struct {
	fs.FS
	name string
}

// ReadDir implements fs.ReadDirFS.
func (o oneFile) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.FS, name)
	return slices.DeleteFunc(all, func(e fs.DirEntry) bool { return name != "." || e.Name() != o.name }), err
}

// keep puts a game into the file.
func (got *imported) keep(ctx context.Context, store *memory.Store, b memory.Batch, g foreign.Game) error {
	ref := batch.RefOf(b.Name, 0, got.games, got.games)
	row := memory.Game{ID: ref.ID, Batch: b.Name, Index: got.games, Seed: ref.Seed, Status: string(batch.Stopped), Rounds: g.Rounds}
	if g.Over {
		row.Status, row.Winner = string(batch.Finished), g.Winner.String()
		got.finished++
	} else {
		row.Error = "unfinished in its source, " + g.Source
	}
	got.games++
	for what, n := range g.Taken {
		got.taken[what] += n
	}
	for what, n := range g.Skipped {
		got.skipped[what] += n
	}
	_, err := store.Commit(ctx, row, g.Events)
	return err
}

func (a *app) importDone(ctx context.Context, store *memory.Store, b memory.Batch, d *design, got imported) error {
	b.Games, b.Status, b.Ended = got.games, batchDone, time.Now().UTC().Format(time.RFC3339)
	sealed, err := sealBatch(ctx, store, b, d)
	if err != nil {
		return err
	}
	if b.Manifest, err = json.Marshal(sealed); err != nil {
		return err
	}
	if err := store.UpdateBatch(ctx, b); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d games imported from %s, %d of them finished\n", b.Name, got.games, d.Imported, got.finished)
	for _, what := range slices.Sorted(maps.Keys(got.taken)) {
		fmt.Fprintf(a.out, "  taken: %d × %s\n", got.taken[what], what)
	}
	for _, what := range slices.Sorted(maps.Keys(got.skipped)) {
		fmt.Fprintf(a.out, "  not taken: %d × %s\n", got.skipped[what], what)
	}
	for _, err := range got.failed {
		fmt.Fprintf(a.err, "turncoat: not imported: %v\n", err)
	}
	switch {
	case got.games == 0:
		return usage(cmp.Or(errors.Join(got.failed...), fmt.Errorf("no game of format %s was found", d.Imported)))
	case len(got.failed) > 0:
		return &codedError{exitGamesFailed, fmt.Errorf("%d games could not be imported", len(got.failed))}
	}
	return nil
}
