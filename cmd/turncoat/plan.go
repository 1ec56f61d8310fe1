package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

// planFlags are the flags of plan.
type planFlags struct {
	metric            string
	width, difference float64
	power             float64
	json              bool
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use: "plan [SCENARIO|BATCH]", Short: "How many games an interval or a difference takes", Args: cobra.MaximumNArgs(1),
		Long: "How many games it takes until the 95 % interval of a metric is so narrow, or until two arms show a difference of so " +
			"much. Of a\n" +
			"scenario the traitors' winning chance is taken, which is exact or simulated; of a batch how much the metric varied in it.",
		Example: "  turncoat plan\n  turncoat plan balanced-15 --difference 0.1\n  turncoat plan mine --metric brier --width 0.01",
		RunE: func(cmd *cobra.Command, args []string) error {
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
	fmt.Fprintf(a.out, "%s (%s), from %s\n\n", f.metric, m.Unit, basis.From)
	t := a.table("what", "size", basis.Unit)
	for _, l := range lines {
		games := fmt.Sprint(l.Games)
		switch {
		case l.Games == 0:
			games = "no number is enough"
		case l.What == analysis.ForDifference:
			games += " in each"
		}
		t.AppendRow(table.Row{l.What, fmt.Sprintf("%.3g", l.Size), games})
	}
	t.Render()
	fmt.Fprintf(a.out, "\nTwo-sided at 5 %%, differences found with a probability of %.2f. Arms on the same seeds (a design) need "+
		"fewer.\n", f.power)
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
		b, err := store.BatchByName(ctx, args[0])
		if err != nil {
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
		basis, ok = analysis.Basis{From: fmt.Sprintf("batch %s%s: %d %s, a standard deviation of %s each", b.Name, of, s.Units(), unit,
			number(sd)), Unit: unit, SD: sd}, true
		return nil
	})
	return basis, ok, err
}
