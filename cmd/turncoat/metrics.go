package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"turncoat/memory"
	"turncoat/metrics"
)

// chanceGames is how many games a chance level is simulated from (docs/metrics.md).
const chanceGames = 2000

func (a *app) metricsCommand() *cobra.Command {
	var asJSON, clean bool
	cmd := &cobra.Command{
		Use: "metrics [BATCH|GAME]", Short: "Print every metric of a batch, with intervals, cases and chance levels, or of one game", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				b, g, err := batchOrGame(ctx, store, args)
				switch {
				case err != nil:
					return err
				case g != nil:
					return a.gameMetrics(ctx, store, *g, asJSON)
				}
				return a.batchMetrics(ctx, store, *b, asJSON, clean)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&clean, "without-forfeits", false, "leave out the games that a forfeit touched (a sensitivity analysis)")
	return cmd
}

// summarise folds the finished games of a batch into the named metrics, all of them without a name.
func (d *design) summarise(ctx context.Context, store *memory.Store, b memory.Batch, clean bool, only ...string) (*metrics.Summary, error) {
	s := metrics.NewSummary(b.Games, only...)
	s.Planned = b.Games
	err := store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, rows []engineStored) error {
		_, _, err := d.takeGame(s, g, rows, clean)
		return err
	})
	return s, err
}

// figures are a batch's rows, with the chance levels of its rules.
func (d *design) figures(s *metrics.Summary) ([]metrics.Row, error) {
	chance, err := metrics.ChanceLevels(d.scenario.Rules, chanceGames)
	if err != nil {
		return nil, err
	}
	return s.Rows(chance), nil
}

// shownRow is a figure as --json prints it.
type shownRow struct {
	Metric string   `json:"metric"`
	Unit   string   `json:"unit"`
	Mean   *float64 `json:"mean"`
	Lo     *float64 `json:"lo"`
	Hi     *float64 `json:"hi"`
	N      float64  `json:"n"`
	Games  int      `json:"games"`
	Chance *float64 `json:"chance"`
}

func shownRows(rows []metrics.Row) []shownRow {
	out := make([]shownRow, len(rows))
	for i, r := range rows {
		out[i] = shownRow{r.Metric, r.Unit, shown(r.Mean), shown(r.Lo), shown(r.Hi), r.N, r.Games, shown(r.Chance)}
	}
	return out
}

func (a *app) batchMetrics(ctx context.Context, store *memory.Store, b memory.Batch, asJSON, clean bool) error {
	d, err := decodeDesign(b.Design)
	if err != nil {
		return err
	}
	s, err := d.summarise(ctx, store, b, clean)
	if err != nil {
		return err
	}
	rows, err := d.figures(s)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(a.out).Encode(struct {
			Batch     string            `json:"batch"`
			Attrition metrics.Attrition `json:"attrition"`
			Metrics   []shownRow        `json:"metrics"`
		}{b.Name, s.Attrition, shownRows(rows)})
	}
	fmt.Fprintf(a.out, "%s: %d games planned, %d finished, %d touched by a forfeit, %d analysed\n", b.Name, s.Planned, s.Finished, s.Forfeited, s.Analysed)
	section := ""
	var t table.Writer
	for _, r := range rows {
		if r.Section != section {
			if t != nil {
				t.Render()
			}
			section = r.Section
			fmt.Fprintf(a.out, "\n%s. %s\n", section, metrics.SectionTitle(section))
			t = a.table("metric", "mean", "95 % interval", "n", "chance", "unit")
		}
		t.AppendRow(table.Row{r.Metric, number(r.Mean), interval(r.Lo, r.Hi), fmt.Sprintf("%.0f", r.N), number(r.Chance), r.Unit})
	}
	if t != nil {
		t.Render()
	}
	a.smallWarning(s)
	return nil
}

// smallWarning says so where the intervals rest on few games.
func (a *app) smallWarning(s *metrics.Summary) {
	units := "games"
	if s.BySeason() {
		units = "seasons"
		fmt.Fprintf(a.out, "\nMemory spans games here, so intervals are over the %d seasons.\n", s.Units())
	}
	if s.Units() < metrics.SmallN {
		fmt.Fprintf(a.out, "\nIntervals over %d %s are rough: below %d they cover less than they say.\n", s.Units(), units, metrics.SmallN)
	}
}

func (a *app) gameMetrics(ctx context.Context, store *memory.Store, g memory.Game, asJSON bool) error {
	rows, err := store.EventsOf(ctx, g.Key, metrics.Kinds()...)
	if err != nil {
		return err
	}
	game, err := metrics.ReadGame(metrics.GameMeta{ID: g.ID, Batch: g.Batch, Index: g.Index}, rows)
	if err != nil {
		return err
	}
	type figure struct {
		Metric string   `json:"metric"`
		Value  *float64 `json:"value"`
		N      float64  `json:"n"`
		Unit   string   `json:"unit"`
	}
	var figures []figure
	for _, m := range metrics.All() {
		r := m.Fold(&game)
		v, ok := r.Value()
		if !ok {
			v = math.NaN()
		}
		figures = append(figures, figure{m.Name, shown(v), r.Den, m.Unit})
	}
	if asJSON {
		return json.NewEncoder(a.out).Encode(struct {
			Game    string   `json:"game"`
			Metrics []figure `json:"metrics"`
		}{g.Name(), figures})
	}
	t := a.table("metric", "value", "n", "unit")
	for _, f := range figures {
		v := math.NaN()
		if f.Value != nil {
			v = *f.Value
		}
		t.AppendRow(table.Row{f.Metric, number(v), fmt.Sprintf("%.0f", f.N), f.Unit})
	}
	t.Render()
	return nil
}

// headline are the figures of the result table of run, in its order.
var headline = []string{"traitors_win", "faithful_win", "draw", "rounds", "vote_lift", "banishment_accuracy", "brier", "trust_in_traitors",
	"trust_in_faithful", "exposure_drop", "cover", "knowing_accusations", "broken_promises", "bus_rate", "pivotality"}

func headlineRows(rows []metrics.Row) []metrics.Row {
	var out []metrics.Row
	for _, name := range headline {
		if i := slices.IndexFunc(rows, func(r metrics.Row) bool { return r.Metric == name }); i >= 0 {
			out = append(out, rows[i])
		}
	}
	return out
}
