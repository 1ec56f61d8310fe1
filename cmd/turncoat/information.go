package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"

	"turncoat/engine/batch"
	"turncoat/memory"
	"turncoat/metrics"
)

// informed are the figures of section F of one condition.
type informed struct {
	rows    []metrics.InfoRow
	skipped int
}

// informer gathers section F by condition. Every game is counted first, and then scored by what the others show.
type informer struct {
	fitters []metrics.Fitter
	scores  []metrics.FittedSummary
	told    []metrics.Information
}

func (d *design) informer() *informer {
	n := len(d.all())
	return &informer{make([]metrics.Fitter, n), make([]metrics.FittedSummary, n), make([]metrics.Information, n)}
}

func (x *informer) count(cell int, g *metrics.Game) {
	x.fitters[cell].Count(g)
	x.told[cell].Add(g)
}

func (x *informer) score(cell int, g *metrics.Game) metrics.Fitted {
	f := x.fitters[cell].Score(g)
	x.scores[cell].Add(g, f)
	return f
}

func (x *informer) results() []informed {
	out := make([]informed, len(x.told))
	for i := range out {
		out[i] = informed{append(x.told[i].Rows(), x.scores[i].Rows()...), x.scores[i].Skipped()}
	}
	return out
}

// finishedGames reads the finished games of a batch; clean leaves out what a forfeit touched.
func (d *design) finishedGames(ctx context.Context, store *memory.Store, b memory.Batch, clean bool, do func(cell int, g *metrics.Game)) error {
	return store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, events []engineStored) error {
		if g.Status != string(batch.Finished) {
			return nil
		}
		game, err := metrics.ReadGame(d.meta(g), events)
		if err != nil || clean && len(game.Forfeits) > 0 {
			return err
		}
		cell, _ := d.place(g.Index)
		do(cell, &game)
		return nil
	})
}

// information reads a batch twice: to count what acts and ballots show of teams, and to score each game by what the others show.
func (d *design) information(ctx context.Context, store *memory.Store, b memory.Batch, clean bool) ([]informed, error) {
	x := d.informer()
	if err := d.finishedGames(ctx, store, b, clean, x.count); err != nil {
		return nil, err
	}
	err := d.finishedGames(ctx, store, b, clean, func(cell int, g *metrics.Game) { x.score(cell, g) })
	return x.results(), err
}

// informationTable prints section F.
func (a *app) informationTable(d *design, list []informed) {
	fmt.Fprintf(a.out, "\nF. Information\n")
	header := []string{"metric", "value", "95 % interval", "n", "shuffled", "95 % of shuffled below", "unit"}
	if len(d.Cells) > 0 {
		header = slices.Insert(header, 1, "cell")
	}
	t := a.table(header...)
	for i := range list[0].rows {
		for k, f := range list {
			r := f.rows[i]
			row := table.Row{r.Metric, fine(r.Value), fineInterval(r.Lo, r.Hi), fmt.Sprintf("%.0f", r.N), fine(r.Level), fine(r.LevelHi), r.Unit}
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
		if f.skipped > 0 {
			fmt.Fprintf(a.out, "%d games of %s have too many possible sets of traitors for the fitted observer, and are left out of its figures.\n", f.skipped, d.all()[k].scenario.Name)
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
}

func shownInfos(f informed) []shownInfo {
	out := make([]shownInfo, len(f.rows))
	for i, r := range f.rows {
		out[i] = shownInfo{r.Metric, r.Unit, shown(r.Value), shown(r.Lo), shown(r.Hi), r.N, r.Games, shown(r.Level), shown(r.LevelHi)}
	}
	return out
}
