package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the bare loop writes its own file

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// bareGame is the least that a random 10/3 game can cost: votes counted, seats removed, and a row's worth of bytes for each
// event that ours would have.
func bareGame(r *rand.Rand, row func([]byte)) {
	var team [10]bool
	for _, i := range r.Perm(10)[:3] {
		team[i] = true
	}
	living := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	body := make([]byte, bareRowBytes)
	for range 16 {
		row(body)
	}
	remove := func(k int) { living = append(living[:k], living[k+1:]...); row(body); row(body) }
	for {
		var votes [10]int
		for k := range living {
			t := r.IntN(len(living) - 1)
			if t >= k {
				t++
			}
			votes[living[t]]++
			row(body)
		}
		best := 0
		for k := range living {
			if votes[living[k]] > votes[living[best]] {
				best = k
			}
		}
		remove(best)
		traitors := 0
		for _, s := range living {
			if team[s] {
				traitors++
			}
		}
		if traitors == 0 || traitors*2 >= len(living) {
			return
		}
		for range traitors {
			row(body)
		}
		for k := range living {
			if !team[living[k]] {
				remove(k)
				break
			}
		}
		if traitors*2 >= len(living) {
			return
		}
	}
}

// bareRowBytes is the mean length of a stored body of `vanilla`, rounded up.
const bareRowBytes = 90

func BenchmarkBareLoop(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for range b.N {
		bareGame(r, func([]byte) {})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "games/s")
}

func BenchmarkBareLoopWithFile(b *testing.B) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE events (game INTEGER, seq INTEGER, hash BLOB, body TEXT, " +
		"PRIMARY KEY (game, seq)) WITHOUT ROWID"); err != nil {
		b.Fatal(err)
	}
	r, hash := rand.New(rand.NewPCG(1, 2)), make([]byte, 32)
	b.ResetTimer()
	for game := range b.N {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		insert, err := tx.Prepare("INSERT INTO events VALUES (?, ?, ?, ?)")
		if err != nil {
			b.Fatal(err)
		}
		seq := 0
		bareGame(r, func(body []byte) {
			if _, err := insert.Exec(game, seq, hash, string(body)); err != nil {
				b.Fatal(err)
			}
			seq++
		})
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "games/s")
}

// benchBatch plays b.N games of a scenario into a file, everything stored.
func benchBatch(b *testing.B, scenario, policy string) {
	ctx := context.Background()
	path := filepath.Join(b.TempDir(), "bench.db")
	store, d := benchStore(b, path, scenario, policy, b.N)
	row, err := store.LatestBatch(ctx)
	if err != nil {
		b.Fatal(err)
	}
	kept, err := archive.GamesOf(ctx, store, row, d.Season(), llm.Silent{})
	if err != nil {
		b.Fatal(err)
	}
	events := 0
	sitting := archive.Sitting{Store: store, Batch: row, Design: d, Seats: seated(b, d)}
	plan, err := sitting.Plan(runtime.GOMAXPROCS(0), func(o batch.Outcome) { events += o.Events })
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	if err := batch.Run(ctx, nil, plan, kept); err != nil {
		b.Fatal(err)
	}
	if err := store.Flush(ctx); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "games/s")
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(events)/float64(b.N), "events/game")
	b.ReportMetric(float64(info.Size())/float64(events), "file-B/event")
}

func benchStore(b *testing.B, path, scenario, policy string, games int) (*memory.Store, *study.Design) {
	b.Helper()
	ctx := context.Background()
	d, _, err := runFlags{policy: policy}.design([]string{scenario})
	if err != nil {
		b.Fatal(err)
	}
	if err := d.Load(seating.Policies{}); err != nil {
		b.Fatal(err)
	}
	store, err := memory.Open(ctx, path)
	if err != nil {
		b.Fatal(err)
	}
	text, err := d.Encode()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := store.CreateBatch(ctx, memory.Batch{Name: "b", Scenario: scenario, Design: text, Seed: 1, Games: games,
		Created: time.Now().UTC().Format(time.RFC3339), Status: archive.Running}); err != nil {
		b.Fatal(err)
	}
	return store, d
}

func BenchmarkVanillaRandom(b *testing.B) { benchBatch(b, "vanilla", "random") }
func BenchmarkClassicBayes(b *testing.B)  { benchBatch(b, "classic", "bayes") }

// BenchmarkClassicInMemory plays without a log: what the rules, the players and the loop cost.
func BenchmarkClassicInMemory(b *testing.B) {
	d, _, err := runFlags{policy: "bayes"}.design([]string{"classic"})
	if err != nil {
		b.Fatal(err)
	}
	if err := d.Load(seating.Policies{}); err != nil {
		b.Fatal(err)
	}
	events := 0
	plan := batch.Plan{Games: b.N, Ref: func(i int) batch.Ref { return batch.RefOf("b", 1, i, i) }, Setup: alone(d),
		Agents: seated(b, d).Agents, Instant: true, Parallel: 1,
		Report: func(o batch.Outcome) { events += o.Events }}
	b.ReportAllocs()
	b.ResetTimer()
	if err := batch.Run(context.Background(), nil, plan, nowhere{}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "games/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
}

// nowhere is a store that keeps nothing.
type nowhere struct{}

func (nowhere) Append(context.Context, string, uint64, []engine.Event) error { return nil }
func (nowhere) Status(context.Context, batch.Ref) (batch.Status, []engine.Event, error) {
	return "", nil, nil
}
func (nowhere) Start(context.Context, batch.Ref) error                      { return nil }
func (nowhere) Finish(context.Context, batch.Outcome) error                 { return nil }
func (nowhere) Commit(context.Context, batch.Outcome, []engine.Event) error { return nil }

// BenchmarkMetrics folds every metric over a file of about a million classic events, on one core.
func BenchmarkMetrics(b *testing.B) {
	ctx := context.Background()
	path := benchFile(b)
	runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(runtime.NumCPU())
	b.ResetTimer()
	events := 0
	for range b.N {
		store, err := memory.OpenReadOnly(ctx, path)
		if err != nil {
			b.Fatal(err)
		}
		err = store.EachGame(ctx, "b", metrics.Kinds(), func(g memory.Game, rows []codec.Stored) error {
			game, err := metrics.ReadGame(metrics.GameMeta{ID: g.ID, Index: g.Index}, rows)
			for _, m := range metrics.All() {
				m.Fold(&game)
			}
			events += g.Events
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		_ = store.Close()
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(peakMB(), "peak-MB")
}

// benchFile makes the large file once; TURNCOAT_BENCH_DB names one to keep between runs.
func benchFile(b *testing.B) string {
	path := os.Getenv("TURNCOAT_BENCH_DB")
	if path == "" {
		path = filepath.Join(b.TempDir(), "large.db")
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	store, d := benchStore(b, path, "classic", "bayes", 5000)
	row, err := store.LatestBatch(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	kept, err := archive.GamesOf(context.Background(), store, row, d.Season(), llm.Silent{})
	if err != nil {
		b.Fatal(err)
	}
	plan, err := archive.Sitting{Store: store, Batch: row, Design: d, Seats: seated(b, d)}.Plan(runtime.GOMAXPROCS(0), nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := batch.Run(context.Background(), nil, plan, kept); err != nil {
		b.Fatal(err)
	}
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// peakMB is the most memory that this process has held, as Linux counts it; 0 elsewhere.
func peakMB() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
