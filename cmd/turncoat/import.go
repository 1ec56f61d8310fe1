package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/memory/formats"
)

func (a *app) importCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use: "import FORMAT PATH", Short: "Turn other systems' logs into a batch of ours, to measure and replay", Args: cobra.ExactArgs(2),
		Long: "Turn other systems' logs into games of ours, as far as they carry them, marked as imported: no dice, no prompts. Every " +
			"metric then\n" +
			"runs on them; what a format does not carry has n = 0. What could not be taken is counted and listed, never guessed.\n\n" +
			"Formats: " + strings.Join(formats.Formats(), ", ") + ". PATH is a file, or a folder with games below it.",
		Example: "  turncoat import the-traitors runs/ --batch theirs\n  turncoat metrics theirs\n  turncoat replay theirs/0",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importGames(cmd.Context(), args[0], args[1], name)
		},
	}
	cmd.Flags().StringVar(&name, "batch", "", "the batch's name (default: the format's and a number)")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return formats.Formats(), cobra.ShellCompDirectiveDefault
	}
	return cmd
}

// importGames reads the games of a path into a batch. File and batch are made with the first of them, so that a path without games
// leaves everything as it was.
func (a *app) importGames(ctx context.Context, format, path, name string) error {
	if !slices.Contains(formats.Formats(), format) {
		return usage(fmt.Errorf("unknown format %q; the formats are %s", format, strings.Join(formats.Formats(), ", ")))
	}
	if err := a.checkName(name); err != nil {
		return err
	}
	source, err := archive.FolderAt(path)
	if err != nil {
		return err
	}
	defer source.Close()
	var (
		failed []error
		store  *memory.Store
		got    *archive.Import
	)
	err = formats.Read(format, source, func(g formats.Game, err error) error {
		if err != nil {
			failed = append(failed, err)
			return nil
		}
		if store == nil {
			if store, err = memory.Open(ctx, a.db, memory.TellTo(a.log)); err != nil {
				return usageOf(err)
			}
			take := func(batch string) error { return a.take(ctx, store, batch) }
			if got, err = archive.BeginImport(ctx, store, format, name, take); err != nil {
				return err
			}
		}
		return got.Keep(ctx, g)
	})
	if store == nil {
		return usage(cmp.Or(err, errors.Join(failed...), fmt.Errorf("no game of format %s was found in %s", format, path)))
	}
	return closing(store, func() error {
		switch {
		case err != nil && ctx.Err() != nil:
			return &codedError{exitInterrupted, fmt.Errorf("interrupted after %d games; go on with: turncoat import %s %s --batch %s "+
				"--db %s", got.Games, format, path, cmp.Or(got.Batch.Name, name), a.db)}
		case errors.Is(err, memory.ErrLeaseLost):
			return a.overtaken(store, got.Batch)
		case err != nil:
			return err
		}
		if err := got.Settle(ctx, programVersion()); err != nil {
			return err
		}
		return a.tellImport(got, format, failed)
	})
}

// tellImport says what was taken and what was not.
func (a *app) tellImport(got *archive.Import, format string, failed []error) error {
	if got.Done {
		fmt.Fprintf(a.out, "%s: these %d games were imported before (%s); nothing is left to do\n", got.Batch.Name, got.Games,
			got.Batch.Ended)
		return nil
	}
	fmt.Fprintf(a.out, "%s: %d games imported from %s, %d of them finished\n", got.Batch.Name, got.Games, format, got.Finished)
	for _, what := range slices.Sorted(maps.Keys(got.Taken)) {
		fmt.Fprintf(a.out, "  taken: %d × %s\n", got.Taken[what], what)
	}
	for _, what := range slices.Sorted(maps.Keys(got.Skipped)) {
		fmt.Fprintf(a.out, "  not taken: %d × %s\n", got.Skipped[what], what)
	}
	for _, err := range failed {
		fmt.Fprintf(a.err, "turncoat: not imported: %v\n", err)
	}
	if len(failed) > 0 {
		return &codedError{exitGamesFailed, fmt.Errorf("%d games could not be imported", len(failed))}
	}
	return nil
}
