package main

import (
	"fmt"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// informationTable prints section F.
func (a *app) informationTable(d *study.Design, list []analysis.Informed) {
	fmt.Fprintf(a.out, "\nF. Information\n")
	header := []string{"metric", "value", "95 % interval", "n", "shuffled", "95 % of shuffled below", "unit"}
	if len(d.Cells) > 0 {
		header = slices.Insert(header, 1, "cell")
	}
	t := a.table(header...)
	for i := range list[0].Rows {
		for k, f := range list {
			r := f.Rows[i]
			row := table.Row{r.Metric, fine(r.Value), fineInterval(r.Lo, r.Hi), fmt.Sprintf("%.0f", r.N), fine(r.Level), fine(r.LevelHi),
				r.Unit}
			if len(d.Cells) > 0 {
				row = slices.Insert(row, 1, any(d.Cells[k].Name))
			}
			if k > 0 {
				row[0] = ""
			}
			t.AppendRow(row)
		}
	}
	t.Render()
	for k, f := range list {
		for _, r := range f.Rows {
			if r.Unsteady {
				where := ""
				if len(d.Cells) > 0 {
					where = " in " + d.Cells[k].Name
				}
				a.say("%s%s is %s over all games and %s over quarters of them: there are too few for its correction, so don't trust it.",
					r.Metric, where, fine(r.Value), fine(r.Quarter))
			}
		}
		if f.Skipped > 0 {
			fmt.Fprintf(a.out, "%d games of %s have too many possible sets of traitors for the fitted observer, and are left out of "+
				"its figures.\n", f.Skipped, d.All()[k].Scenario.Name)
		}
	}
}

// fine prints small figures with two digits more.
func fine(v float64) string {
	if v != v {
		return ""
	}
	return fmt.Sprintf("%.5f", v)
}

func fineInterval(lo, hi float64) string {
	if lo != lo || hi != hi {
		return ""
	}
	return "[" + fine(lo) + ", " + fine(hi) + "]"
}

// shownInfo is a figure of section F as --json prints it.
type shownInfo struct {
	Metric  string   `json:"metric"`
	Unit    string   `json:"unit"`
	Value   *float64 `json:"value"`
	Lo      *float64 `json:"lo"`
	Hi      *float64 `json:"hi"`
	N       float64  `json:"n"`
	Games   int      `json:"games"`
	Level   *float64 `json:"shuffled"`
	LevelHi *float64 `json:"shuffled_95"`

	Quarter  *float64 `json:"over_quarters"`
	Unsteady bool     `json:"unsteady,omitempty"`
}

func shownInfos(f analysis.Informed) []shownInfo {
	out := make([]shownInfo, len(f.Rows))
	for i, r := range f.Rows {
		out[i] = shownInfo{r.Metric, r.Unit, shown(r.Value), shown(r.Lo), shown(r.Hi), r.N, r.Games, shown(r.Level), shown(r.LevelHi),
			shown(r.Quarter), r.Unsteady}
	}
	return out
}
