package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/memory"
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
			return a.verified(quiet, false, 1, g.Name(), a.verifyGame(ctx, store, *g))
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

func (a *app) verifyBatch(ctx context.Context, store *memory.Store, b memory.Batch, quiet bool) error {
	d, err := decodeDesign(b.Design)
	if err != nil {
		return fmt.Errorf("batch %s: %w", b.Name, err)
	}
	if d.checkPrompts() != nil {
		fmt.Fprintf(a.err, "turncoat: %s: %v; its prompts are not built again here, all else is checked\n", b.Name, d.checkPrompts())
	}
	n := 0
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return err
		}
		want := d.ref(b.Name, g.Index)
		if d.Imported == "" && (g.ID != want.ID || g.Seed != want.Seed) {
			return fmt.Errorf("game %s: its id and seed do not follow from the batch's", g.Name())
		}
		if err := a.verifyGame(ctx, store, g); err != nil {
			return a.verified(quiet, d.Imported != "", n, g.Name(), err)
		}
		n++
	}
	return a.verified(quiet, d.Imported != "", n, b.Name, checkManifest(ctx, store, b))
}

func (a *app) verified(quiet, imported bool, n int, what string, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("%s does not verify: %w", what, err)
	case !quiet:
		checked := "chain, fold, seal"
		if imported {
			checked = "chain, seal; imported, so not held against the rules"
		}
		if a.deep {
			checked += ", played again"
		}
		fmt.Fprintf(a.out, "%s: %d verified (%s)\n", what, n, checked)
	}
	return nil
}

// verifyGame checks a game's log, and that its row says of it what the log says.
func (a *app) verifyGame(ctx context.Context, store *memory.Store, g memory.Game) error {
	if err := store.VerifyGame(ctx, g.Key); err != nil {
		return err
	}
	if _, err := checkCalls(ctx, store, g); err != nil {
		return fmt.Errorf("game %s: %w", g.ID, err)
	}
	if a.deep {
		if err := playAgain(ctx, store, g); err != nil {
			return fmt.Errorf("game %s, played again: %w", g.ID, err)
		}
	}
	ends, err := store.EventsOf(ctx, g.Key, engine.KindEnded)
	if err != nil || len(ends) == 0 {
		return err
	}
	e, err := ends[0].Event()
	if err != nil {
		return err
	}
	if end := e.Body.(engine.Ended); g.Status == string(batch.Finished) && (g.Winner != end.Winner.String() || g.Rounds != e.Round) {
		return fmt.Errorf("game %s: event %d: the log ends with %s in round %d, the games table says %s in %d", g.ID, e.Seq, end.Winner, e.Round, g.Winner, g.Rounds)
	}
	return nil
}
