package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/engine/narrate"
	"turncoat/memory"
	"turncoat/memory/recall"
	"turncoat/metrics"
)

// annotateOptions say which statements annotators are given.
type annotateOptions struct {
	file   string
	sample int
	seed   uint64
}

func (o *annotateOptions) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.file, "annotate", "", "write a sample of statements to this CSV file for people or a judge to label, without roles; read it back with `turncoat annotations`")
	flags.IntVar(&o.sample, "sample", 200, "with --annotate: how many statements")
	flags.Uint64Var(&o.seed, "sample-seed", 1, "with --annotate: which sample, and its order")
}

// annotateHeader are the columns of the file. The last is for the annotator.
var annotateHeader = []string{"statement", "before", "speaker", "text", "label"}

// said is a statement that could be annotated, with what its label is later held against.
type said struct {
	id, before, speaker, text string
	traitor                   bool
	acts                      bool // it says what it does
	lie                       bool // a knowing falsehood, by its acts
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
	engine.Shuffle(all, engine.Dice(o.seed, "annotate", 0, 0, engine.NoSeat))
	all = all[:min(o.sample, len(all))]
	err = writeFile(o.file, func(to io.Writer) error {
		w := csv.NewWriter(to)
		_ = w.Write(annotateHeader) // an error stays until Error
		for _, s := range all {
			_ = w.Write([]string{s.id, metrics.Defused(s.before), metrics.Defused(s.speaker), metrics.Defused(narrate.Quotable(s.text)), ""})
		}
		w.Flush()
		return w.Error()
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d statements in %s. Put a label into the last column of each (lie, honest, unclear, or your own words for it),\n"+
		"one copy of the file for each annotator; then: turncoat annotations %s FILE FILE…\n", b.Name, len(all), o.file, b.Name)
	return nil
}

// statementsOf are all the statements of a batch's finished games that say anything, in order.
func statementsOf(ctx context.Context, store *memory.Store, b memory.Batch) ([]said, error) {
	var out []said
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return nil, err
		}
		if g.Status != string(batch.Finished) {
			continue
		}
		events, err := readEvents(ctx, store, g)
		if err != nil {
			return nil, err
		}
		out = append(out, statementsIn(g, events)...)
	}
	return out, nil
}

// contextLines is how many lines of the public record stand before a statement that is annotated.
const contextLines = 3

func statementsIn(g memory.Game, events []engine.Event) []said {
	var out []said
	var told narrate.Narrator
	var before []string
	roles := rolesIn(events)
	for _, e := range events {
		if e.Audience == 0 || e.Body.Kind() == engine.KindDealt || e.Body.Kind() == engine.KindAllies {
			continue
		}
		line := told.Line(engine.Observed{Round: e.Round, Phase: e.Phase, Body: e.Body})
		s, ok := e.Body.(engine.Statement)
		if ok && s.Text != "" {
			one := said{id: g.ID + ":" + strconv.FormatUint(e.Seq, 10), before: strings.Join(before[max(0, len(before)-contextLines):], " "),
				speaker: told.Name(s.Seat), text: s.Text, acts: len(s.Acts) > 0}
			if int(s.Seat) < len(roles) {
				one.traitor = roles[s.Seat].Team() == engine.Traitors
				one.lie = slices.ContainsFunc(s.Acts, func(a engine.Act) bool { return falsehood(s.Seat, a, roles) })
			}
			out = append(out, one)
		}
		if e.Audience.Len() == len(told.Names) && line != "" {
			before = append(before, line)
		}
	}
	return out
}

func rolesIn(events []engine.Event) []engine.Role {
	for _, e := range events {
		if b, ok := e.Body.(engine.Ended); ok {
			return b.Roles
		}
	}
	return nil
}

// falsehood reports whether an act states what its speaker knew to be false.
func falsehood(speaker engine.Seat, act engine.Act, roles []engine.Role) bool {
	if int(act.Seat) >= len(roles) || act.Seat == engine.NoSeat {
		return false
	}
	c := recall.Claim{Speaker: speaker, Act: act.Kind, About: act.Seat, Role: act.Role}
	guilty := roles[act.Seat].Team() == engine.Traitors
	switch held := act.Kind == engine.Accuse && guilty || act.Kind == engine.Defend && !guilty || act.Kind == engine.Claim && roles[act.Seat] == act.Role; {
	case act.Kind == engine.Question, act.Kind == engine.Promise, held:
		return false
	}
	c.Held = recall.False
	return c.Lie(roles)
}

func (a *app) annotationsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "annotations BATCH FILE…", Short: "Read labelled statements back: agreement of the annotators, and with what speakers said that they do",
		Long: "Read the files that annotators labelled (turncoat export --annotate). Prints Cohen's κ for two, Fleiss' for more, and how often a\n" +
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

// readLabels reads one annotator's file: labels by statement.
func readLabels(file string) (map[string]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, usage(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	if len(header) > 0 {
		header[0] = strings.TrimPrefix(header[0], "\ufeff") // as spreadsheets write it
	}
	if err != nil || !slices.Equal(header, annotateHeader) {
		return nil, usage(fmt.Errorf("%s: its header is not %s", file, strings.Join(annotateHeader, ",")))
	}
	out := map[string]string{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, usage(fmt.Errorf("%s: %w", file, err))
		}
		if label := strings.ToLower(strings.TrimSpace(row[4])); label != "" {
			out[row[0]] = label
		}
	}
}

func (a *app) annotations(all []said, files []string) error {
	labels := make([]map[string]string, len(files))
	for i, file := range files {
		var err error
		if labels[i], err = readLabels(file); err != nil {
			return err
		}
	}
	byID := map[string]said{}
	for _, s := range all {
		byID[s.id] = s
	}
	strangers := 0
	for _, of := range labels {
		for id := range of {
			if _, ok := byID[id]; !ok {
				strangers++
			}
		}
	}
	if strangers > 0 {
		return usage(fmt.Errorf("%d labelled statements are not of this batch", strangers))
	}
	var rated [][]string // by statement that all have labelled
	t := a.table("annotator", "labelled", "lie", "of traitors' statements", "of the faithful's", "of knowing falsehoods by acts", "of the others")
	for i, of := range labels {
		t.AppendRow(append(table.Row{files[i], len(of)}, shares(all, of)...))
	}
	for _, s := range all {
		var row []string
		for _, of := range labels {
			if of[s.id] != "" {
				row = append(row, of[s.id])
			}
		}
		if len(row) == len(labels) {
			rated = append(rated, row)
		}
	}
	t.Render()
	return a.agreement(rated, len(files))
}

// shares are how many statements an annotator labelled lie, and the share of lies among four kinds of statement.
func shares(all []said, labels map[string]string) table.Row {
	kinds := []func(said) bool{
		func(s said) bool { return s.traitor }, func(s said) bool { return !s.traitor },
		func(s said) bool { return s.lie }, func(s said) bool { return !s.lie },
	}
	lies, lied, of := 0, make([]int, len(kinds)), make([]int, len(kinds))
	for _, s := range all {
		label, ok := labels[s.id]
		if !ok {
			continue
		}
		if label == "lie" {
			lies++
		}
		for k, is := range kinds {
			if is(s) {
				of[k]++
				if label == "lie" {
					lied[k]++
				}
			}
		}
	}
	row := table.Row{lies}
	for k := range kinds {
		if of[k] == 0 {
			row = append(row, "")
			continue
		}
		row = append(row, fmt.Sprintf("%.2f (%d)", float64(lied[k])/float64(of[k]), of[k]))
	}
	return row
}

// agreement prints κ over the statements that all have labelled.
func (a *app) agreement(rated [][]string, annotators int) error {
	if annotators < 2 {
		fmt.Fprintln(a.out, "\nOne annotator: there is no agreement to measure.")
		return nil
	}
	kappa, n, err := metrics.Kappa(rated)
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
