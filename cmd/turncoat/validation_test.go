package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

// validated are metrics of every kind of estimator: a share of games, ratios of ballots, beliefs and statements, means of games.
var validated = []string{"traitors_win", "rounds", "vote_lift", "brier", "log_loss", "auc", "trust_in_traitors", "knowing_accusations",
	"bus_rate", "fcr_curvo", "exposure_drop", "tns"}

// The coverage of 95 % intervals: batches are drawn with replacement from 3,000 real games, whose own ratio is the truth. `make
// validation` prints the table of docs/validation.md.
func TestValidation(t *testing.T) {
	if os.Getenv("TURNCOAT_VALIDATION") == "" {
		t.Skip("minutes long: make validation")
	}
	games := populate(t, 3000)
	truth := analysis.NewSummary(validated...)
	for i := range games {
		truth.Add(&games[i])
	}
	want, having := map[string]float64{}, map[string]float64{}
	for _, r := range truth.Rows(nil) {
		want[r.Metric], having[r.Metric] = r.Mean, float64(r.Games)/float64(len(games))
	}
	fmt.Printf("| metric | games with a case | n = 10 | n = 50 | n = 200 |\n| --- | --- | --- | --- | --- |\n")
	shares := map[string][]string{}
	for _, n := range []int{10, 50, 200} {
		covered, defined := coverage(games, want, n, 1000)
		for _, m := range validated {
			share := float64(covered[m]) / float64(max(1, defined[m]))
			shown := fmt.Sprintf("%.3f", share)
			if defined[m] < 50 {
				shown = "–" // next to no batch has an interval
			}
			shares[m] = append(shares[m], shown)
			if having[m]*float64(n) >= 50 && (share < 0.92 || share > 0.98) {
				t.Errorf("%s at n = %d covers %.3f", m, n, share)
			}
		}
	}
	for _, m := range validated {
		fmt.Printf("| `%s` | %.3f | %s | %s | %s |\n", m, having[m], shares[m][0], shares[m][1], shares[m][2])
	}
}

// coverage counts, by metric, the batches whose interval holds the truth, and those that have an interval.
func coverage(games []metrics.Game, want map[string]float64, n, batches int) (covered, defined map[string]int) {
	covered, defined = map[string]int{}, map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for trial := worker; trial < batches; trial += runtime.GOMAXPROCS(0) {
				src := engine.Dice(7, "validation", trial, n, engine.NoSeat)
				s := analysis.NewSummary(validated...)
				for range n {
					s.Add(&games[engine.Below(len(games), src)])
				}
				rows := s.Rows(nil)
				mu.Lock()
				for _, r := range rows {
					if r.Lo == r.Lo {
						defined[r.Metric]++
						if r.Lo <= want[r.Metric] && want[r.Metric] <= r.Hi {
							covered[r.Metric]++
						}
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return covered, defined
}

// populate plays games of balanced-15, where both teams win often, and reads them.
func populate(t *testing.T, n int) []metrics.Game {
	t.Helper()
	db := filepath.Join(t.TempDir(), "v.db")
	mustRun(t, "run", "balanced-15", "--games", fmt.Sprint(n), "--seed", "11", "--batch", "v", "--db", db, "--quiet")
	store, err := memory.OpenReadOnly(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var out []metrics.Game
	err = store.EachGame(t.Context(), "v", metrics.Kinds(), func(g memory.Game, events []codec.Stored) error {
		game, err := metrics.ReadGame(metrics.GameMeta{ID: g.ID, Batch: g.Batch, Index: g.Index}, events)
		out = append(out, game)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
