package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// planFlags are the flags of plan.
type planFlags struct {
	metric            string
	width, difference float64
	power             float64
	json              bool
	given             func(flag string) bool
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use: "plan [SCENARIO|BATCH|batch:NAME]", Short: "How many games an interval or a difference takes", Args: cobra.MaximumNArgs(1),
		Long: "How many games it takes until the 95 % interval of a metric is so narrow, or until two arms show a difference of so much. " +
			"Of a\nscenario the traitors' winning chance is taken, which is exact or simulated; of a batch how much the metric varied in " +
			"it, and in\na design how its first two cells correlate on the same seeds, which take fewer games. A batch is meant by its " +
			"whole name, or by\nbatch: and the beginning of one.",
		Example: "  turncoat plan\n  turncoat plan balanced-15 --difference 0.1\n  turncoat plan mine --metric brier --width 0.01\n" +
			"  turncoat plan batch:mine --metric vote_lift --difference 0.05",
		RunE: func(cmd *cobra.Command, args []string) error {
			f.given = cmd.Flags().Changed
			return a.plan(cmd.Context(), args, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.metric, "metric", "traitors_win", "the metric; others than shares of games need a batch")
	flags.Float64Var(&f.width, "width", 0, "half the width of the interval (default: a table)")
	flags.Float64Var(&f.difference, "difference", 0, "the difference between two arms (default: a table)")
	flags.Float64Var(&f.power, "power", 0.8, "how often a difference shall be found")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	return cmd
}

func (a *app) plan(ctx context.Context, args []string, f planFlags) error {
	m, ok := metrics.Find(f.metric)
	if !ok {
		return usage(fmt.Errorf("--metric: unknown metric %q (docs/metrics.md lists them)", f.metric))
	}
	for name, value := range map[string]float64{"width": f.width, "difference": f.difference} {
		if f.given(name) && value <= 0 {
			return usage(fmt.Errorf("--%s %g: it takes a number above 0", name, value))
		}
	}
	if f.width < 0 || f.difference < 0 || !(f.power > 0 && f.power < 1) {
		return usage(errors.New("--width and --difference take a positive number, --power one between 0 and 1"))
	}
	basis, err := a.planBasis(ctx, args, m)
	if err != nil {
		return err
	}
	lines := basis.Plan(f.width, f.difference, f.power)
	if f.json {
		return a.json().Encode(struct {
			Metric string              `json:"metric"`
			Basis  analysis.Basis      `json:"basis"`
			Power  float64             `json:"power"`
			Lines  []analysis.PlanLine `json:"lines"`
		}{f.metric, basis, f.power, lines})
	}
	a.say("%s (%s), from %s\n", f.metric, m.Unit, basis.From)
	t := a.table("what", "size", basis.Unit)
	for _, l := range lines {
		games := fmt.Sprint(l.Games)
		switch {
		case l.Games == 0:
			games = "no number is enough"
		case l.What != analysis.ForWidth:
			games += " in each"
		}
		t.AppendRow(table.Row{l.What, fmt.Sprintf("%.3g", l.Size), games})
	}
	t.Render()
	fmt.Fprintln(a.out)
	a.say("Two-sided at 5 %%, differences found with a probability of %.2f.", f.power)
	switch {
	case basis.PairedSD > 0:
		a.say("On the same seeds the arms of this pilot correlate with %.2f.", basis.Correlation)
	default:
		a.say("Arms on the same seeds (a design) mostly need fewer: plan from a pilot of two cells to know how many.")
	}
	if basis.SD > 0 && basis.Pilot < analysis.FewestPilot {
		a.say("%d %s are a small pilot: the standard deviation may be off by a third, and the numbers by half. Plan again at %d.",
			basis.Pilot, basis.Unit, analysis.FewestPilot)
	}
	return nil
}

// planBasis takes a batch where the argument is one and has finished games, else a scenario.
func (a *app) planBasis(ctx context.Context, args []string, m metrics.Metric) (analysis.Basis, error) {
	if len(args) == 1 {
		if basis, ok, err := a.planFromBatch(ctx, args, m); ok || err != nil {
			return basis, err
		}
	}
	d, _, err := runFlags{}.design(args)
	if err != nil {
		return analysis.Basis{}, err
	}
	if err := d.Load(seating.Policies{}); err != nil {
		return analysis.Basis{}, err
	}
	if m.Unit != "share of games" {
		return analysis.Basis{}, usage(fmt.Errorf("how much %s varies is not known before games are played: play some, and plan from "+
			"their batch", m.Name))
	}
	levels, err := a.chanceLevels(ctx, false)(d.All()[0].Scenario.Rules)
	if err != nil {
		return analysis.Basis{}, err
	}
	p, ok := levels[m.Name]
	if !ok {
		return analysis.Basis{}, usage(fmt.Errorf("%s has no chance level in %s", m.Name, d.Scenario.Name))
	}
	return analysis.Basis{From: fmt.Sprintf("the chance level %.3f of %s", p.Mean, d.Scenario.Name), Unit: "games", Share: p.Mean}, nil
}

func (a *app) planFromBatch(ctx context.Context, args []string, m metrics.Metric) (basis analysis.Basis, ok bool, err error) {
	if _, err := statFile(a.db); err != nil {
		return basis, false, nil
	}
	err = a.reading(ctx, func(store *memory.Store) error {
		name, meant := strings.CutPrefix(args[0], "batch:")
		b, err := store.BatchByName(ctx, name)
		switch {
		case meant && err != nil:
			return notFound(err)
		case err != nil, !meant && b.Name != name:
			return nil // a scenario, then
		}
		d, err := archive.DesignOf(b)
		if err != nil {
			return err
		}
		figures, err := summarise(ctx, d, store, b, false, a.chanceLevels(ctx, false), m.Name)
		if err != nil {
			return err
		}
		s := figures.Cells[0].Summary
		sd := s.Spread(m.Name)
		if math.IsNaN(sd) || sd == 0 {
			return usage(fmt.Errorf("%s does not vary over the %d games of %s: nothing can be planned from it", m.Name, s.Analysed, b.Name))
		}
		unit := s.Unit() + "s"
		of := ""
		if len(d.Cells) > 0 {
			of = ", cell " + d.Cells[0].Name
		}
		paired, correlation, err := a.pairedPilot(ctx, store, b, d, m)
		if err != nil {
			return err
		}
		from := fmt.Sprintf("batch %s%s: %d %s, a standard deviation of %s each", b.Name, of, s.Units(), unit, number(sd))
		basis = analysis.Basis{From: from, Unit: unit, SD: sd, PairedSD: paired, Correlation: correlation, Pilot: s.Units()}
		ok = true
		return nil
	})
	return basis, ok, err
}

// pairedPilot is how much the difference of a design's first two cells varies by pair, and how they correlate; 0 where they are no pairs.
func (a *app) pairedPilot(ctx context.Context, store *memory.Store, b memory.Batch, d *study.Design,
	m metrics.Metric) (sd, correlation float64, err error) {
	if len(d.Cells) < 2 {
		return 0, 0, nil
	}
	var arms [2]analysis.Arm
	for i := range arms {
		if arms[i], err = a.arm(ctx, store, b.Name+":"+d.Cells[i].Name, compareFlags{}, []string{m.Name}); err != nil {
			return 0, 0, err
		}
	}
	sd, correlation, pairs := arms[0].PairedSpread(&arms[1], m.Name)
	if pairs < 2 || math.IsNaN(sd) || math.IsNaN(correlation) {
		return 0, 0, nil
	}
	return sd, correlation, nil
}
