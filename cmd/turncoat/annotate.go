package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics/stats"
	"github.com/turncoat-sim/turncoat/metrics/transcript"
)

// annotateOptions say which statements annotators are given.
type annotateOptions struct {
	file   string
	sample int
	seed   uint64
}

func (o *annotateOptions) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.file, "annotate", "", "write a sample of statements to this CSV file for people or a judge to label, without "+
		"roles; read it back with turncoat annotations")
	flags.IntVar(&o.sample, "sample", 200, "with --annotate: how many statements")
	flags.Uint64Var(&o.seed, "sample-seed", 1, "with --annotate: which sample, and its order")
}

// exportAnnotation writes the sample: shuffled over games, so that no annotator reads a game to its end and learns the roles.
func (a *app) exportAnnotation(ctx context.Context, store *memory.Store, b memory.Batch, o annotateOptions) (err error) {
	if _, err := os.Stat(o.file); err == nil {
		return usage(fmt.Errorf("--annotate: %s is there already, and labels in it would be lost; name another file", o.file))
	}
	if o.sample < 1 {
		return usage(errors.New("--sample takes 1 or more"))
	}
	all, err := statementsOf(ctx, store, b)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return usage(fmt.Errorf("no finished game of %s has a statement", b.Name))
	}
	all = transcript.Sample(all, o.sample, o.seed)
	err = writeFile(o.file, func(to io.Writer) error { return transcript.Write(to, all) })
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d statements in %s. Put a label into the last column of each (lie, honest, unclear, or your own words for "+
		"it),\n"+
		"one copy of the file for each annotator; then: turncoat annotations %s FILE FILE…\n", b.Name, len(all), o.file, b.Name)
	return nil
}

// statementsOf are all the statements of a batch's finished games that say anything, in order.
func statementsOf(ctx context.Context, store *memory.Store, b memory.Batch) ([]transcript.Said, error) {
	var out []transcript.Said
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return nil, err
		}
		if g.Status != string(batch.Finished) {
			continue
		}
		events, err := archive.Events(ctx, store, g)
		if err != nil {
			return nil, err
		}
		out = append(out, transcript.Statements(g.ID, events)...)
	}
	return out, nil
}

func (a *app) annotationsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "annotations BATCH FILE…", Short: "Read labelled statements back: agreement of the annotators, and with what speakers " +
			"said that they do",
		Long: "Read the files that annotators labelled (turncoat export --annotate). Prints Cohen's κ for two, Fleiss' for more, and " +
			"how often a\n" +
			"statement was labelled lie by the team of its speaker and by whether its acts make it a knowing falsehood.",
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				b, err := findBatch(ctx, store, args[:1])
				if err != nil {
					return err
				}
				all, err := statementsOf(ctx, store, b)
				if err != nil {
					return err
				}
				return a.annotations(all, args[1:])
			})
		},
	}
}

// readLabels reads one annotator's file.
func readLabels(file string) (transcript.Labels, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, usage(err)
	}
	defer f.Close()
	labels, err := transcript.ReadLabels(f)
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", file, err))
	}
	return labels, nil
}

func (a *app) annotations(all []transcript.Said, files []string) error {
	labels := make([]transcript.Labels, len(files))
	for i, file := range files {
		var err error
		if labels[i], err = readLabels(file); err != nil {
			return err
		}
	}
	if n := transcript.Unknown(all, labels); n > 0 {
		return usage(fmt.Errorf("%d labelled statements are not of this batch", n))
	}
	t := a.table("annotator", "labelled", "lie", "of traitors' statements", "of the faithful's", "of knowing falsehoods by acts",
		"of the others")
	for i, of := range labels {
		lies, by := transcript.Shares(all, of)
		row := table.Row{files[i], len(of), lies}
		for _, s := range by {
			if s.Of == 0 {
				row = append(row, "")
				continue
			}
			row = append(row, fmt.Sprintf("%.2f (%d)", float64(s.Lies)/float64(s.Of), s.Of))
		}
		t.AppendRow(row)
	}
	t.Render()
	return a.agreement(transcript.Rated(all, labels), len(files))
}

// agreement prints κ over the statements that all have labelled.
func (a *app) agreement(rated [][]string, annotators int) error {
	if annotators < 2 {
		fmt.Fprintln(a.out, "\nOne annotator: there is no agreement to measure.")
		return nil
	}
	kappa, n, err := stats.Kappa(rated)
	if err != nil {
		return err
	}
	which := "Cohen's"
	if annotators > 2 {
		which = "Fleiss'"
	}
	if kappa != kappa {
		fmt.Fprintf(a.out, "\n%s κ is undefined over %d statements that all have labelled: there is one label or none.\n", which, n)
		return nil
	}
	fmt.Fprintf(a.out, "\n%s κ = %.3f over %d statements that all have labelled.\n", which, kappa, n)
	return nil
}
