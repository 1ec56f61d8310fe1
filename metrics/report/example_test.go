package report_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/report"
)

func Example() {
	rules := engine.DefaultRules()
	rules.Beliefs.With = engine.WithBallot
	r := report.New(report.Head{Batch: "mine", Scenario: "classic", Seed: 1, Games: 20})
	s := analysis.NewSummary()
	for seed := range uint64(20) {
		played, _, err := enginetest.Play(enginetest.Setup(seed, rules.Complete()))
		if err != nil {
			log.Fatal(err)
		}
		events, err := codec.StoreAll(played)
		if err != nil {
			log.Fatal(err)
		}
		g, err := metrics.ReadGame(metrics.GameMeta{Batch: "mine", Index: int(seed)}, events)
		if err != nil {
			log.Fatal(err)
		}
		s.Add(&g)
		if err := r.Add(&g, events); err != nil {
			log.Fatal(err)
		}
	}
	r.Finish([]report.Cell{{Summary: s, Rows: s.Rows(nil)}}, nil)
	var page strings.Builder
	if err := r.HTML(&page); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.HasPrefix(page.String(), "<!doctype html>"), r.Plots())
	// Output:
	// true [outcome effects trust suspicion calibration seats deception votes]
}
