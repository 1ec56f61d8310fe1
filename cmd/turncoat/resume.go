package main

import (
	"github.com/spf13/cobra"

	"turncoat/memory"
)

func (a *app) resumeCommand() *cobra.Command {
	o := playOptions{}
	cmd := &cobra.Command{
		Annotations: map[string]string{ownsInterrupts: "yes"},
		Use:         "resume [BATCH]", Short: "Go on with a batch that was stopped, as it was designed", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if _, err := statFile(a.db); err != nil {
				return err
			}
			store, err := memory.Open(ctx, a.db)
			if err != nil {
				return usageOf(err)
			}
			return closing(store, func() error {
				b, err := findBatch(ctx, store, args)
				if err != nil {
					return err
				}
				d, err := decodeDesign(b.Design)
				if err != nil {
					return err
				}
				return a.play(ctx, store, b, d, o)
			})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.parallel, "parallel", 0, parallelHelp)
	o.models.register(flags)
	flags.BoolVar(&o.json, "json", false, "print the result as one JSON document")
	flags.BoolVar(&o.quiet, "quiet", false, "print the result and nothing else")
	flags.BoolVar(&o.noProgress, "no-progress", false, "show no progress")
	return cmd
}
