package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	all, force, json, clean bool
	failIf                  []string
	primary                 string
	metrics                 []string
}

func (a *app) compareCommand() *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use: "compare A B [C…]", Short: "Compare batches, or cells of one, metric by metric: effect with interval, Holm, n, chance",
		Long: "Compare batches, or the cells of one, with the first of them. An arm is BATCH, BATCH:CELL, or several joined by + to be " +
			"pooled.\n" +
			"Units with the same seed are paired. An effect is B − A, with its 95 % interval; p is corrected over the table by Holm,\n" +
			"which counts a test once however often it is told, and leaves the primary metric out: that one was named beforehand.\n" +
			"What differs between the designs is told; arms whose beliefs were asked at other moments, or whose engines or prompt\n" +
			"templates differ, are not compared, and unlike designs not pooled, without --force.",
		Example: "  turncoat compare mine yours\n  turncoat compare memory-ablation-1\n  turncoat compare base:full new:full --fail-if " +
			"'traitor_win_rate > +0.1'",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error { return a.compare(ctx, store, args, f) })
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.all, "all", false, "every metric (default: the headline ones)")
	flags.StringSliceVar(&f.metrics, "metric", nil, "these metrics only; Holm counts those that are shown")
	flags.StringVar(&f.primary, "primary", "", "the metric that was settled beforehand (default: the design's), left out of Holm")
	flags.BoolVar(&f.clean, "without-forfeits", false, "leave out the games that a forfeit touched (a sensitivity analysis)")
	flags.BoolVar(&f.force, "force", false, "compare and pool what is not alike")
	flags.StringArrayVar(&f.failIf, "fail-if", nil, "METRIC > +0.1: end with exit code 6 where the effect is so")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	return cmd
}

func (a *app) compare(ctx context.Context, store *memory.Store, args []string, f compareFlags) error {
	names, err := f.names()
	if err != nil {
		return err
	}
	gates := make([]analysis.Gate, len(f.failIf))
	for i, text := range f.failIf {
		if gates[i], err = analysis.ParseGate(text); err != nil {
			return usage(fmt.Errorf("--fail-if: %w", err))
		}
		names = also(names, gates[i].Metric)
	}
	if f.primary == "" {
		if f.primary, err = primaryOf(ctx, store, args[0]); err != nil {
			return err
		}
	}
	arms, err := a.arms(ctx, store, args, f, also(names, f.primary))
	if err != nil {
		return err
	}
	if len(arms) < 2 {
		return usage(errors.New("compare takes two arms or more, or one batch with cells"))
	}
	var failed []string
	for _, b := range arms[1:] {
		effects, err := a.compareArms(ctx, &arms[0], &b, f)
		if err != nil {
			return err
		}
		for i, g := range gates {
			fails, err := g.Fails(effects)
			if err != nil {
				return usage(fmt.Errorf("--fail-if %s: %w", f.failIf[i], err))
			}
			if fails {
				failed = append(failed, fmt.Sprintf("%s against %s: %s", b.Label, arms[0].Label, f.failIf[i]))
			}
		}
	}
	if len(failed) > 0 {
		return &codedError{exitGate, errors.New(strings.Join(failed, "; "))}
	}
	return nil
}

// also adds a metric to those that are compared.
func also(names []string, name string) []string {
	if name == "" || len(names) == 0 || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// primaryOf is the metric that the design of an arm's batch is for; empty where it names none.
func primaryOf(ctx context.Context, store *memory.Store, arm string) (string, error) {
	name, _, _ := strings.Cut(strings.Split(arm, "+")[0], ":")
	b, err := findBatch(ctx, store, []string{name})
	if err != nil {
		return "", err
	}
	d, err := archive.DesignOf(b)
	if err != nil {
		return "", err
	}
	return d.Primary, nil
}

// names are the metrics that are compared; none stands for all.
func (f compareFlags) names() ([]string, error) {
	for flag, names := range map[string][]string{"--metric": f.metrics, "--primary": {f.primary}} {
		for _, n := range names {
			if _, ok := metrics.Find(n); !ok && n != "" {
				return nil, usage(fmt.Errorf("%s: unknown metric %q (docs/metrics.md lists them)", flag, n))
			}
		}
	}
	switch {
	case len(f.metrics) > 0:
		return slices.Clone(f.metrics), nil
	case f.all:
		return nil, nil
	}
	backwards := func(n string) bool { return n == "faithful_win" } // is traitors_win told backwards
	return slices.DeleteFunc(slices.Clone(analysis.Headline), backwards), nil
}

func (a *app) arms(ctx context.Context, store *memory.Store, args []string, f compareFlags, names []string) ([]analysis.Arm, error) {
	if len(args) == 1 && !strings.ContainsAny(args[0], ":+") {
		b, err := findBatch(ctx, store, args)
		if err != nil {
			return nil, err
		}
		d, err := archive.DesignOf(b)
		if err != nil {
			return nil, err
		}
		args = nil
		for _, c := range d.Cells {
			args = append(args, b.Name+":"+c.Name)
		}
	}
	var out []analysis.Arm
	for _, text := range args {
		one, err := a.arm(ctx, store, text, f, names)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// arm reads one side: a batch, a cell of one, or several that are pooled.
func (a *app) arm(ctx context.Context, store *memory.Store, text string, f compareFlags, names []string) (analysis.Arm, error) {
	out := analysis.Arm{Label: text}
	for part := range strings.SplitSeq(text, "+") {
		name, cell, _ := strings.Cut(part, ":")
		b, err := findBatch(ctx, store, []string{name})
		if err != nil {
			return out, err
		}
		d, err := archive.DesignOf(b)
		if err != nil {
			return out, err
		}
		which, err := analysis.CellNamed(d, b.Name, cell)
		if err != nil {
			return out, err
		}
		if err := out.Begin(d, which, names); err != nil && !f.force {
			return out, err
		}
		if err := out.Read(d, which, gamesOf(ctx, store, b), f.clean); err != nil {
			return out, err
		}
	}
	if out.Summary.Analysed == 0 {
		return out, usage(fmt.Errorf("%s has no finished game", text))
	}
	return out, nil
}

// shownEffect is an effect as --json prints it.
type shownEffect struct {
	Metric string   `json:"metric"`
	Unit   string   `json:"unit"`
	A      *float64 `json:"a"`
	B      *float64 `json:"b"`
	Diff   *float64 `json:"difference"`
	Lo     *float64 `json:"lo"`
	Hi     *float64 `json:"hi"`
	P      *float64 `json:"p"`
	Holm   *float64 `json:"p_holm"`
	Why    string   `json:"no_interval,omitempty"`
	First  bool     `json:"primary,omitempty"`
	Same   string   `json:"same_test_as,omitempty"`
	NA     int      `json:"units_a"`
	NB     int      `json:"units_b"`
	Paired bool     `json:"paired"`
	Chance *float64 `json:"chance"`

	ChanceSE *float64 `json:"chance_se"`
}

func (a *app) compareArms(ctx context.Context, x, y *analysis.Arm, f compareFlags) ([]analysis.Effect, error) {
	diff := x.Condition.Differences(y.Condition)
	if err := x.Comparable(y); err != nil && !f.force {
		return nil, err
	}
	effects, err := x.Effects(y, a.chanceLevels(ctx, false), f.primary)
	if err != nil {
		return nil, err
	}
	if f.json {
		return effects, a.effectsJSON(x, y, diff, effects)
	}
	how := fmt.Sprintf("unpaired: %d and %d units", x.Units(), y.Units())
	if p := x.Pairs(y); p != nil {
		how = fmt.Sprintf("paired by seed: %d units", len(p))
	}
	a.say("%s (A) and %s (B), %s", x.Label, y.Label, how)
	for _, d := range diff {
		fmt.Fprintf(a.out, "  differs: %s\n", strings.NewReplacer(" in the file", " in A", " now", " in B").Replace(d))
	}
	a.effectsTable(effects)
	if n := min(x.Units(), y.Units()); n < stats.SmallN {
		fmt.Fprintf(a.out, "Intervals over %d units are rough: below %d they cover less than they say.\n", n, stats.SmallN)
	}
	fmt.Fprintln(a.out)
	return effects, nil
}

func (a *app) effectsTable(effects []analysis.Effect) {
	t := a.table("metric", "A", "B", "B − A", "95 % interval", "p", "p (Holm)", "n A", "n B", "chance", "unit")
	for _, e := range effects {
		corrected := pvalue(e.Holm)
		if e.Primary {
			corrected = "primary"
		}
		t.AppendRow(table.Row{e.Metric, number(e.A), number(e.B), signed(e.Diff), intervalOr(e.Interval), pvalue(e.P), corrected, e.NA,
			e.NB, number(e.Chance), e.Unit})
	}
	t.Render()
	if note := holmNote(effects); note != "" {
		a.say("%s", note)
	}
}

// holmNote says how many tests Holm's correction counts, and which rows are not among them.
func holmNote(effects []analysis.Effect) string {
	n := analysis.Family(effects)
	if n == 0 {
		return ""
	}
	note := fmt.Sprintf("Holm counts %d tests", n)
	if n == 1 {
		note = "Holm counts one test"
	}
	for _, e := range effects {
		switch {
		case e.Primary:
			note += "; " + e.Metric + " is the primary metric, settled beforehand, and is left out"
		case e.Same != "":
			note += "; " + e.Metric + " is the test of " + e.Same + " again"
		}
	}
	return note + "."
}

// pvalue prints a p, which no permutation shows to be 0.
func pvalue(v float64) string {
	if v < 0.001 {
		return "< 0.001"
	}
	return number(v)
}

func signed(v float64) string {
	if v > 0 {
		return "+" + number(v)
	}
	return number(v)
}

func (a *app) effectsJSON(x, y *analysis.Arm, diff []string, effects []analysis.Effect) error {
	rows := make([]shownEffect, len(effects))
	for i, e := range effects {
		rows[i] = shownEffect{e.Metric, e.Unit, shown(e.A), shown(e.B), shown(e.Diff), shown(e.Lo), shown(e.Hi), shown(e.P),
			shown(e.Holm), string(e.Why), e.Primary, e.Same, e.NA, e.NB, e.Paired, shown(e.Chance), shown(e.ChanceSE)}
	}
	return a.json().Encode(struct {
		A       string        `json:"a"`
		B       string        `json:"b"`
		Differs []string      `json:"differs"`
		Holm    int           `json:"tests_counted_by_holm"`
		Effects []shownEffect `json:"effects"`
	}{x.Label, y.Label, diff, analysis.Family(effects), rows})
}
