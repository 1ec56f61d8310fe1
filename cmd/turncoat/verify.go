package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

func (a *app) verifyCommand() *cobra.Command {
	var quiet bool
	cmd := &cobra.Command{
		Use:   "verify [GAME|BATCH]",
		Short: "Check that stored games are what was played: hash chain, fold, seal",
		Long: "Check every game of a batch, or one game, or everything in the file: each event's hash covers its predecessor and its\n" +
			"stored bytes, the events are a game that the rules allow, and the seal covers every row with its time. This detects an\n" +
			"alteration; a log that somebody wrote anew from the start it can't tell from a genuine one.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error { return a.verify(ctx, store, args, quiet) })
		},
	}
	cmd.Flags().BoolVar(&a.deep, "deep", false, "also play every game again, models from their stored replies, and compare event by event")
	cmd.Flags().BoolVar(&quiet, "quiet", false, "print nothing where all is well")
	return cmd
}

func (a *app) verify(ctx context.Context, store *memory.Store, args []string, quiet bool) error {
	if len(args) == 1 {
		b, g, err := batchOrGame(ctx, store, args)
		if err != nil {
			return err
		}
		if g != nil {
			return a.verifyGame(ctx, store, *g, quiet)
		}
		return a.verifyBatch(ctx, store, *b, quiet)
	}
	batches, err := store.Batches(ctx)
	if err != nil {
		return err
	}
	for _, b := range batches {
		if err := a.verifyBatch(ctx, store, b, quiet); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) verifyGame(ctx context.Context, store *memory.Store, g memory.Game, quiet bool) error {
	b, err := store.BatchByName(ctx, g.Batch)
	if err != nil {
		return err
	}
	d, err := archive.DesignOf(b)
	if err != nil {
		return fmt.Errorf("batch %s: %w", b.Name, err)
	}
	return a.verified(quiet, d.Imported != "", 1, g.Name(), archive.VerifyGame(ctx, store, g, a.deep))
}

func (a *app) verifyBatch(ctx context.Context, store *memory.Store, b memory.Batch, quiet bool) error {
	d, err := archive.DesignOf(b)
	if err != nil {
		return fmt.Errorf("batch %s: %w", b.Name, err)
	}
	if seating.CheckPrompts(d) != nil {
		fmt.Fprintf(a.err, "turncoat: %s: %v; its prompts are not built again here, all else is checked\n", b.Name, seating.CheckPrompts(d))
	}
	n := 0
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return err
		}
		want := d.Ref(b.Name, g.Index)
		if d.Imported == "" && (g.ID != want.ID || g.Seed != want.Seed) {
			return fmt.Errorf("game %s: its id and seed do not follow from the batch's", g.Name())
		}
		if err := archive.VerifyGame(ctx, store, g, a.deep); err != nil {
			return a.verified(quiet, d.Imported != "", n, g.Name(), err)
		}
		n++
	}
	return a.verified(quiet, d.Imported != "", n, b.Name, archive.CheckManifest(ctx, store, b))
}

func (a *app) verified(quiet, imported bool, n int, what string, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("%s does not verify: %w", what, err)
	case !quiet:
		checked := "chain, fold, seal"
		switch {
		case imported && a.deep:
			checked = "chain, seal; imported, so neither held against the rules nor played again"
		case imported:
			checked = "chain, seal; imported, so not held against the rules"
		case a.deep:
			checked += ", played again"
		}
		fmt.Fprintf(a.out, "%s: %d verified (%s)\n", what, n, checked)
	}
	return nil
}
