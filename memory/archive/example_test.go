package archive_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/scenarios"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// A batch of scripted players is played into a file, stopped on the way, resumed, and measured.
func Example() {
	ctx := context.Background()
	store, b, end := begin("vanilla", "random", 40)
	defer end()

	drain, ended := make(chan struct{}), 0
	first := archive.Playing{Drain: drain, Parallel: 1, Report: func(batch.Outcome) {
		if ended++; ended == 10 {
			close(drain) // no new game begins
		}
	}}
	m, err := archive.Play(ctx, store, b, first)
	must(err)
	fmt.Println("stopped early:", m.Outcomes["finished"] < 40)
	m, err = archive.Play(ctx, store, b, archive.Playing{})
	must(err)
	fmt.Println("finished:", m.Outcomes["finished"])

	sum := analysis.NewSummary("rounds")
	must(store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, events []codec.Stored) error {
		game, err := metrics.ReadGame(metrics.GameMeta{ID: g.ID}, events)
		sum.Add(&game)
		return err
	}))
	fmt.Printf("%.2f rounds a game\n", sum.Rows(nil)[0].Mean)
	// Output:
	// stopped early: true
	// finished: 40
	// 2.77 rounds a game
}

// A model on a server sits at the table: here a fake one, which answers every question with the first legal answer.
func Example_model() {
	server := llmtest.Serve(llmtest.Setup{})
	defer server.Close()
	store, b, end := begin("duel-4", "vllm/fake", 1)
	defer end()

	env := map[string]string{"VLLM_BASE_URL": server.URL + "/v1"}
	m, err := archive.Play(context.Background(), store, b, archive.Playing{
		Seats: seating.Options{Getenv: func(key string) string { return env[key] }}})
	must(err)
	answers, err := store.Answers(context.Background(), b.Name)
	must(err)
	fmt.Println("finished:", m.Outcomes["finished"])
	fmt.Println("answers were lost:", answers[0].Forfeited > 0)
	// Output:
	// finished: 1
	// answers were lost: false
}

// begin makes a batch of a scenario that ships, with one policy at every seat, in a file of its own.
func begin(scenario, policy string, games int) (*memory.Store, memory.Batch, func()) {
	s, err := scenarios.Load(scenario)
	must(err)
	d := study.New(s.Name, s.Source)
	d.Policies.All = policy
	d.Sow(7)
	must(d.Load(seating.Policies{}))
	folder, err := os.MkdirTemp("", "example")
	must(err)
	store, err := memory.Open(context.Background(), filepath.Join(folder, "games.db"))
	must(err)
	fresh, err := archive.Fresh(d, "mine", games, "example")
	must(err)
	b, err := store.CreateBatch(context.Background(), fresh)
	must(err)
	return store, b, func() { must(errors.Join(store.Close(), os.RemoveAll(folder))) }
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
