package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/stats"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

func (a *app) metricsCommand() *cobra.Command {
	var asJSON, clean, info bool
	cmd := &cobra.Command{
		Use: "metrics [BATCH|GAME]", Short: "Print every metric of a batch, with intervals, cases and chance levels, or of one game",
		Args: cobra.MaximumNArgs(1),
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
				return a.batchMetrics(ctx, store, *b, asJSON, clean, info)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&info, "information", false,
		"also section F: what statements and ballots tell of teams, in bits; reads the batch twice")
	cmd.Flags().BoolVar(&clean, "without-forfeits", false, "leave out the games that a forfeit touched (a sensitivity analysis)")
	return cmd
}

// shownRow is a figure as --json prints it.
type shownRow struct {
	Metric string   `json:"metric"`
	Unit   string   `json:"unit"`
	Mean   *float64 `json:"mean"`
	Lo     *float64 `json:"lo"`
	Hi     *float64 `json:"hi"`
	Why    string   `json:"no_interval,omitempty"`
	N      float64  `json:"n"`
	Games  int      `json:"games"`
	Chance *float64 `json:"chance"`

	ChanceSE *float64 `json:"chance_se"`
	Least    *float64 `json:"least,omitempty"` // of figures of ends, where some are missing
	Most     *float64 `json:"most,omitempty"`
}

func shownRows(rows []analysis.Row) []shownRow {
	out := make([]shownRow, len(rows))
	for i, r := range rows {
		out[i] = shownRow{r.Metric, r.Unit, shown(r.Mean), shown(r.Lo), shown(r.Hi), string(r.Why), r.N, r.Games, shown(r.Chance),
			shown(r.ChanceSE), shown(r.Least), shown(r.Most)}
	}
	return out
}

// missingTable says within what the figures of how games end lie, whatever the games that are missing would have come to.
func (a *app) missingTable(list []analysis.Figures) {
	missing, over := 0, 0
	for _, f := range list {
		missing += f.Summary.Missing()
		over += f.Summary.Finished + f.Summary.Stopped + f.Summary.Failed
	}
	if missing == 0 {
		return
	}
	fmt.Fprintln(a.out)
	a.say("%d of %s have no end in these figures (stopped, failed or left out). Whatever they would have come to, the figures lie between "+
		"these bounds:", missing, several(over, "game"))
	t := a.table("metric", "cell", "least", "most")
	for _, f := range list {
		for _, r := range f.Rows {
			if r.Least == r.Least {
				t.AppendRow(table.Row{r.Metric, f.Cell, number(r.Least), number(r.Most)})
			}
		}
	}
	t.Render()
}

func (a *app) batchMetrics(ctx context.Context, store *memory.Store, b memory.Batch, asJSON, clean, info bool) error {
	d, err := archive.DesignOf(b)
	if err != nil {
		return err
	}
	figures, err := summarise(ctx, d, store, b, clean, a.chanceLevels(ctx, false))
	if err != nil {
		return err
	}
	var facts []analysis.Informed
	if info {
		if facts, err = analysis.Inform(d, gamesOf(ctx, store, b), clean); err != nil {
			return err
		}
	}
	if asJSON {
		return a.metricsJSON(b, d, figures.Cells, facts)
	}
	list, sum := figures.Cells, figures.Attrition()
	line := fmt.Sprintf("%s: %s planned, %d finished", b.Name, several(sum.Planned, "game"), sum.Finished)
	for _, lost := range []struct {
		n   int
		how string
	}{{sum.Stopped, "stopped before the end"}, {sum.Failed, "failed"}} {
		if lost.n > 0 {
			line += fmt.Sprintf(", %d %s", lost.n, lost.how)
		}
	}
	a.say("%s, %d touched by a forfeit, %d analysed", line, sum.Forfeited, sum.Analysed)
	a.metricsTable(d, list)
	if info {
		a.informationTable(d, facts)
	}
	if figures.Foreign() {
		fmt.Fprintf(a.out, "\n%s\n", analysis.ForeignChance)
	}
	a.smallWarning(figures)
	return nil
}

func (a *app) metricsTable(d *study.Design, list []analysis.Figures) {
	header := []string{"metric", "mean", "95 % interval", "n", "chance", "se", "unit"}
	if len(d.Cells) > 0 {
		header = slices.Insert(header, 1, "cell")
	}
	section := ""
	var t *grid
	for i, first := range list[0].Rows {
		if first.Section != section {
			if t != nil {
				t.Render()
			}
			section = first.Section
			fmt.Fprintf(a.out, "\n%s. %s\n", section, metrics.SectionTitle(section))
			t = a.table(header...)
		}
		for k, f := range list {
			r := f.Rows[i]
			row := table.Row{r.Metric, number(r.Mean), intervalOr(r.Interval), fmt.Sprintf("%.0f", r.N), number(r.Chance),
				errorOf(r.ChanceSE), r.Unit}
			if len(d.Cells) > 0 {
				row = slices.Insert(row, 1, any(f.Cell))
			}
			if k > 0 {
				row[0] = ""
			}
			t.AppendRow(row)
		}
	}
	if t != nil {
		t.Render()
	}
	a.missingTable(list)
}

func (a *app) metricsJSON(b memory.Batch, d *study.Design, list []analysis.Figures, facts []analysis.Informed) error {
	type cell struct {
		Cell      string             `json:"cell,omitempty"`
		Attrition analysis.Attrition `json:"attrition"`
		Metrics   []shownRow         `json:"metrics"`
		Info      []shownInfo        `json:"information,omitempty"`
	}
	cells := make([]cell, len(list))
	for i, f := range list {
		cells[i] = cell{f.Cell, f.Summary.Attrition, shownRows(f.Rows), nil}
		if facts != nil {
			cells[i].Info = shownInfos(facts[i])
		}
	}
	if len(d.Cells) == 0 {
		return a.json().Encode(struct {
			Batch string `json:"batch"`
			cell
		}{b.Name, cells[0]})
	}
	return a.json().Encode(struct {
		Batch string `json:"batch"`
		Cells []cell `json:"cells"`
	}{b.Name, cells})
}

// whyUnits says why games are not units by themselves.
var whyUnits = map[string]string{
	"season": "Memory spans the games of a season",
	"table":  "The games of a table that policies take turns at share roles and dice",
}

// smallWarning says what the units are where they are not games, and so where the intervals rest on few.
func (a *app) smallWarning(f *analysis.Batch) {
	fewest, unit := f.Fewest()
	each := ""
	if len(f.Cells) > 1 {
		each = " of each cell"
	}
	if why := whyUnits[unit]; why != "" {
		fmt.Fprintf(a.out, "\n%s, so the unit is the %s, and there are %s%s.\n", why, unit, several(fewest, unit), each)
	}
	if text := f.TellApart(); text != "" {
		fmt.Fprintf(a.out, "\n%s\n", a.folded(text+" (turncoat plan)."))
	}
	switch {
	case fewest < stats.FewestUnits:
		fmt.Fprintf(a.out, "\n%s%s: below %d most figures have no interval.\n", several(fewest, unit), each, stats.FewestUnits)
	case fewest < stats.SmallN:
		fmt.Fprintf(a.out, "\n%s\n", a.folded(fmt.Sprintf("Intervals over %s%s are rough: below %d they cover less than they say.",
			several(fewest, unit), each, stats.SmallN)))
	}
}

// several is a count with its noun.
func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "ch") {
		noun += "e"
	}
	return fmt.Sprintf("%d %ss", n, noun)
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
		r, n := m.Of(&game)
		v, ok := r.Value()
		if !ok {
			v = math.NaN()
		}
		figures = append(figures, figure{m.Name, shown(v), n, m.Unit})
	}
	if asJSON {
		return a.json().Encode(struct {
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
