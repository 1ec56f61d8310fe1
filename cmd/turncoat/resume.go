package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

func (a *app) resumeCommand() *cobra.Command {
	o, failed := playOptions{}, false
	cmd := &cobra.Command{
		Use: "resume [BATCH]", Short: "Go on with a batch that was stopped, as it was designed", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.resume(cmd.Context(), args, failed, o) },
	}
	flags := cmd.Flags()
	flags.IntVar(&o.parallel, "parallel", 0, parallelHelp)
	flags.BoolVar(&failed, "failed", false, "take up the failed games again, too, from where their logs end")
	o.models.register(flags)
	flags.BoolVar(&o.json, "json", false, "print the result as one JSON document")
	flags.BoolVar(&o.quiet, "quiet", false, "print the result and nothing else")
	flags.BoolVar(&o.noProgress, "no-progress", false, "show no progress")
	return cmd
}

func (a *app) resume(ctx context.Context, args []string, failed bool, o playOptions) error {
	if _, err := statFile(a.db); err != nil {
		return err
	}
	store, err := memory.Open(ctx, a.db, memory.TellTo(a.log))
	if err != nil {
		return usageOf(err)
	}
	return closing(store, func() error {
		b, err := findBatch(ctx, store, args)
		if err != nil {
			return err
		}
		d, err := archive.DesignOf(b)
		if err != nil {
			return err
		}
		seats, err := a.players(d, o.models)
		if err != nil {
			return err
		}
		if err := seats.Learn(ctx); err != nil {
			return err
		}
		if err := a.take(ctx, store, b.Name); err != nil {
			return err
		}
		if failed {
			n, err := store.ReopenFailed(ctx, b.Name)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.err, "turncoat: %s: %d failed games are taken up again\n", b.Name, n)
		}
		return a.play(ctx, store, b, d, seats, o)
	})
}
