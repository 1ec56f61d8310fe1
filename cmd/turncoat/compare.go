package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"turncoat/engine"
	"turncoat/memory"
	"turncoat/metrics"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	all, force, json, clean bool
	failIf                  []string
	metrics                 []string
}

func (a *app) compareCommand() *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use: "compare A B [C…]", Short: "Compare batches, or cells of one, metric by metric: effect with interval, Holm, n, chance",
		Long: "Compare batches, or the cells of one, with the first of them. An arm is BATCH, BATCH:CELL, or several joined by + to be pooled.\n" +
			"Units with the same seed are paired. An effect is B − A, with its 95 % interval; p is corrected over the table by Holm.\n" +
			"What differs between the designs is told; arms whose beliefs were asked at other moments, or whose engines or prompt\n" +
			"templates differ, are not compared, and unlike designs not pooled, without --force.",
		Example: "  turncoat compare mine yours\n  turncoat compare memory-ablation-1\n  turncoat compare base:full new:full --fail-if 'traitor_win_rate > +0.1'",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error { return a.compare(ctx, store, args, f) })
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.all, "all", false, "every metric (default: the headline ones)")
	flags.StringSliceVar(&f.metrics, "metric", nil, "these metrics only; Holm counts those that are shown")
	flags.BoolVar(&f.clean, "without-forfeits", false, "leave out the games that a forfeit touched (a sensitivity analysis)")
	flags.BoolVar(&f.force, "force", false, "compare and pool what is not alike")
	flags.StringArrayVar(&f.failIf, "fail-if", nil, "METRIC > +0.1: end with exit code 6 where the effect is so")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	return cmd
}

// arm is one side of a comparison.
type arm struct {
	figures
	label string
	keys  []string // of its units: what they share with another arm's
}

func (a *app) compare(ctx context.Context, store *memory.Store, args []string, f compareFlags) error {
	names, err := f.names()
	if err != nil {
		return err
	}
	gates := make([]metrics.Gate, len(f.failIf))
	for i, text := range f.failIf {
		if gates[i], err = metrics.ParseGate(text); err != nil {
			return usage(fmt.Errorf("--fail-if: %w", err))
		}
		if len(names) > 0 && !slices.Contains(names, gates[i].Metric) {
			names = append(names, gates[i].Metric)
		}
	}
	arms, err := a.arms(ctx, store, args, f, names)
	if err != nil {
		return err
	}
	if len(arms) < 2 {
		return usage(errors.New("compare takes two arms or more, or one batch with cells"))
	}
	var failed []string
	for _, b := range arms[1:] {
		effects, err := a.compareArms(arms[0], b, f)
		if err != nil {
			return err
		}
		for i, g := range gates {
			fails, err := g.Fails(effects)
			if err != nil {
				return usage(fmt.Errorf("--fail-if %s: %w", f.failIf[i], err))
			}
			if fails {
				failed = append(failed, fmt.Sprintf("%s against %s: %s", b.label, arms[0].label, f.failIf[i]))
			}
		}
	}
	if len(failed) > 0 {
		return &codedError{exitGate, errors.New(strings.Join(failed, "; "))}
	}
	return nil
}

// names are the metrics that are compared; none stands for all.
func (f compareFlags) names() ([]string, error) {
	for _, n := range f.metrics {
		if _, ok := metrics.Find(n); !ok {
			return nil, usage(fmt.Errorf("--metric: unknown metric %q (docs/metrics.md lists them)", n))
		}
	}
	switch {
	case len(f.metrics) > 0:
		return slices.Clone(f.metrics), nil
	case f.all:
		return nil, nil
	}
	return slices.DeleteFunc(slices.Clone(headline), func(n string) bool { return n == "faithful_win" }), nil // traitors_win told backwards
}

func (a *app) arms(ctx context.Context, store *memory.Store, args []string, f compareFlags, names []string) ([]arm, error) {
	if len(args) == 1 && !strings.ContainsAny(args[0], ":+") {
		b, err := findBatch(ctx, store, args)
		if err != nil {
			return nil, err
		}
		d, err := decodeDesign(b.Design)
		if err != nil {
			return nil, err
		}
		args = nil
		for _, c := range d.Cells {
			args = append(args, b.Name+":"+c.Name)
		}
	}
	var out []arm
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
func (a *app) arm(ctx context.Context, store *memory.Store, text string, f compareFlags, names []string) (arm, error) {
	out := arm{label: text}
	for part := range strings.SplitSeq(text, "+") {
		name, cell, _ := strings.Cut(part, ":")
		b, err := findBatch(ctx, store, []string{name})
		if err != nil {
			return out, err
		}
		d, err := decodeDesign(b.Design)
		if err != nil {
			return out, err
		}
		which, err := d.cellNamed(b.Name, cell)
		if err != nil {
			return out, err
		}
		if out.cell == nil {
			out.figures = figures{cell: d.all()[which], summary: metrics.NewArm(names...)}
		} else if diff := out.cell.differences(d.all()[which]); len(diff) > 0 && !f.force && !onlySeed(diff) {
			return out, usage(fmt.Errorf("%s can't be pooled: %s (--force pools them all the same)", text, strings.Join(diff, "; ")))
		}
		if err := out.read(ctx, store, b, d, which, f.clean); err != nil {
			return out, err
		}
	}
	if out.summary.Analysed == 0 {
		return out, usage(fmt.Errorf("%s has no finished game", text))
	}
	return out, nil
}

func onlySeed(diff []string) bool { return len(diff) == 1 && strings.HasPrefix(diff[0], "seed ") }

// cellNamed finds a cell; a batch without cells is one.
func (d *design) cellNamed(batch, name string) (int, error) {
	if name == "" && len(d.Cells) > 1 {
		return 0, usage(fmt.Errorf("batch %s has cells: say which as %s:CELL (%s)", batch, batch, strings.Join(d.cellNames(), ", ")))
	}
	if name == "" {
		return 0, nil
	}
	i := slices.Index(d.cellNames(), name)
	if i < 0 {
		return 0, usage(fmt.Errorf("batch %s has no cell %q; its cells are %s", batch, name, strings.Join(d.cellNames(), ", ")))
	}
	return i, nil
}

func (d *design) cellNames() []string {
	var out []string
	for _, c := range d.Cells {
		out = append(out, c.Name)
	}
	return out
}

// read adds the finished games of a cell.
func (m *arm) read(ctx context.Context, store *memory.Store, b memory.Batch, d *design, cell int, clean bool) error {
	return store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, events []engineStored) error {
		if at, _ := d.place(g.Index); at != cell {
			return nil
		}
		list := make([]figures, len(d.all()))
		list[cell] = m.figures
		before := m.summary.Units()
		if _, read, err := d.takeGame(list, g, events, clean); err != nil || !read {
			return err
		}
		if m.figures = list[cell]; m.summary.Units() > before {
			m.keys = append(m.keys, d.unitKey(b, g))
		}
		return nil
	})
}

// pairs are the units of two arms that share a seed; nil unless every unit of the smaller one has its like.
func pairs(x, y arm) []metrics.Pair {
	at := map[string]int{}
	for i, k := range x.keys {
		at[k] = i
	}
	var out []metrics.Pair
	for j, k := range y.keys {
		if i, ok := at[k]; ok {
			out = append(out, metrics.Pair{A: i, B: j})
		}
	}
	if len(out) < min(len(x.keys), len(y.keys)) {
		return nil
	}
	return out
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
	NA     int      `json:"units_a"`
	NB     int      `json:"units_b"`
	Paired bool     `json:"paired"`
	Chance *float64 `json:"chance"`
}

func (a *app) compareArms(x, y arm, f compareFlags) ([]metrics.Effect, error) {
	diff := x.cell.differences(y.cell)
	if apart := x.cell.incomparable(y.cell); len(apart) > 0 && !f.force {
		return nil, usage(fmt.Errorf("%s and %s can't be compared: %s (--force compares them all the same)", x.label, y.label, strings.Join(apart, "; ")))
	}
	chance, err := x.levels(map[engine.Rules]map[string]float64{})
	if err != nil {
		return nil, err
	}
	effects := metrics.Compare(x.summary, y.summary, pairs(x, y))
	for i, e := range effects {
		if v, ok := chance[e.Metric]; ok {
			effects[i].Chance = v
		}
	}
	if f.json {
		return effects, a.effectsJSON(x, y, diff, effects)
	}
	how := fmt.Sprintf("unpaired: %d and %d units", len(x.keys), len(y.keys))
	if p := pairs(x, y); p != nil {
		how = fmt.Sprintf("paired by seed: %d units", len(p))
	}
	fmt.Fprintf(a.out, "%s (A) and %s (B), %s\n", x.label, y.label, how)
	for _, d := range diff {
		fmt.Fprintf(a.out, "  differs: %s\n", strings.NewReplacer(" in the file", " in A", " now", " in B").Replace(d))
	}
	t := a.table("metric", "A", "B", "B − A", "95 % interval", "p", "p (Holm)", "n A", "n B", "chance", "unit")
	for _, e := range effects {
		t.AppendRow(table.Row{e.Metric, number(e.A), number(e.B), signed(e.Diff), interval(e.Lo, e.Hi), pvalue(e.P), pvalue(e.Holm), e.NA, e.NB, number(e.Chance), e.Unit})
	}
	t.Render()
	if n := min(len(x.keys), len(y.keys)); n < metrics.SmallN {
		fmt.Fprintf(a.out, "Intervals over %d units are rough: below %d they cover less than they say.\n", n, metrics.SmallN)
	}
	fmt.Fprintln(a.out)
	return effects, nil
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

func (a *app) effectsJSON(x, y arm, diff []string, effects []metrics.Effect) error {
	rows := make([]shownEffect, len(effects))
	for i, e := range effects {
		rows[i] = shownEffect{e.Metric, e.Unit, shown(e.A), shown(e.B), shown(e.Diff), shown(e.Lo), shown(e.Hi), shown(e.P), shown(e.Holm), e.NA, e.NB, e.Paired, shown(e.Chance)}
	}
	return a.json().Encode(struct {
		A       string        `json:"a"`
		B       string        `json:"b"`
		Differs []string      `json:"differs"`
		Effects []shownEffect `json:"effects"`
	}{x.label, y.label, diff, rows})
}

// incomparable says in what two designs are so unlike that their figures mean different things.
func (d *design) incomparable(o *design) []string {
	var out []string
	x, y := d.scenario.Rules, o.scenario.Rules
	note := func(what, a, b string) {
		if a != b {
			out = append(out, fmt.Sprintf("%s is %s in one and %s in the other", what, orNone(a), orNone(b)))
		}
	}
	note("beliefs.with", x.Beliefs.With.String(), y.Beliefs.With.String())
	note("beliefs.after", x.Beliefs.After.String(), y.Beliefs.After.String())
	note("after_speech", x.AfterSpeech, y.AfterSpeech)
	note("thoughts", x.Thoughts, y.Thoughts)
	note("the engine", d.Engine, o.Engine)
	if len(d.Prompts.Policies) > 0 && len(o.Prompts.Policies) > 0 {
		note("the prompt templates", d.Prompts.Version, o.Prompts.Version)
	}
	return out
}
