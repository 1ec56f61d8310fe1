package main

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// `vanilla` with `random` gives the exact winning chance within 4 standard errors (docs/metrics.md, chance levels).
func TestExactWinningChance(t *testing.T) {
	if testing.Short() {
		t.Skip("plays 20,000 games")
	}
	for _, table := range [][2]int{{10, 3}, {7, 2}, {15, 2}, {22, 3}} {
		n, m := table[0], table[1]
		d, _, err := runFlags{policy: "random", set: []string{fmt.Sprint("players=", n),
			fmt.Sprint("traitors=", m)}}.design([]string{"vanilla"})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Load(seating.Policies{}); err != nil {
			t.Fatal(err)
		}
		won, games := 0, 5000
		plan := batch.Plan{Games: games, Ref: func(i int) batch.Ref { return batch.RefOf("chance", 17, i, i) }, Setup: alone(d),
			Agents: seated(t, d).Agents, Instant: true, Parallel: runtime.GOMAXPROCS(0),
			Report: func(o batch.Outcome) {
				if o.Winner == engine.Minority() {
					won++
				}
			}}
		if err := batch.Run(context.Background(), nil, plan, nowhere{}); err != nil {
			t.Fatal(err)
		}
		exact, ok := analysis.ExactWin(d.Scenario.Rules)
		if !ok {
			t.Fatal("vanilla has no exact chance")
		}
		w, _ := exact.Float64()
		share, se := float64(won)/float64(games), math.Sqrt(w*(1-w)/float64(games))
		t.Logf("(%d, %d): %.4f, exact %s = %.4f, %.1f standard errors", n, m, share, exact, w, (share-w)/se)
		metricstest.Record(t, metricstest.Row{Section: "chance", Metric: "traitors_win", Value: metricstest.Number(share),
			What:    fmt.Sprintf("%d games of %d by dice, %d traitors", games, n, m),
			Wanted:  fmt.Sprintf("%s = %s, exactly", exact, metricstest.Number(w)),
			Command: "go test -run ExactWinning ./cmd/turncoat"})
		if math.Abs(share-w) > 4*se {
			t.Errorf("(%d, %d): traitors win %.4f, exactly %.4f", n, m, share, w)
		}
	}
}
