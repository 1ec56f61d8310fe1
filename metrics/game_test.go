package metrics

import (
	"flag"
	"os"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/posterior"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

var update = flag.Bool("update", false, "rewrite docs/metrics.md")

func TestDocs(t *testing.T) {
	const path = "../docs/metrics.md"
	if *update {
		if err := os.MkdirAll("../docs", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != markdown() {
		t.Fatalf("docs/metrics.md is not what the code says (%v): go test ./metrics -run TestDocs -update", err)
	}
}

func TestEveryMetricIsDefined(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range All() {
		if m.Name == "" || m.Unit == "" || m.Range == "" || m.Section == "" || len(m.Doc) < 20 || m.Fold == nil || seen[m.Name] {
			t.Errorf("%q is not defined, or twice", m.Name)
		}
		seen[m.Name] = true
	}
	for _, m := range All() {
		if m.Beside != "" && !seen[m.Beside] {
			t.Errorf("%s is to be read beside %s, which there is not", m.Name, m.Beside)
		}
	}
}

// TestReadAgainstFold compares what ReadGame says of a game with the engine's own fold of it.
func TestReadAgainstFold(t *testing.T) {
	anyGames(t, 150, func(p played) {
		g := p.read(t)
		s, err := engine.Fold(p.events)
		if err != nil {
			t.Fatal(err)
		}
		if g.Living != s.Living || g.Traitors != s.Roles.Informed() || g.Over != s.Over || g.Winner != s.Winner || g.LastRound != s.Round ||
			g.Rules != s.Rules || g.Seed != s.Seed {
			t.Fatalf("seed %d: read %+v", p.seed, g)
		}
		prize := 0.0
		for _, f := range g.Fates() {
			if f.Survived != (f.Left == "") || f.Survived != s.Living.Has(f.Seat) ||
				f.Won != (s.Winner != engine.NoTeam && f.Team == s.Winner) {
				t.Fatalf("seed %d: Fate %+v", p.seed, f)
			}
			prize += f.Prize
		}
		if (g.Winner != engine.NoTeam) != near(prize, 1) {
			t.Fatalf("seed %d: %s won prizes of %v", p.seed, g.Winner, prize)
		}
	})
}

// TestReadOnlyKinds: leaving out what Kinds does not list changes nothing.
func TestReadOnlyKinds(t *testing.T) {
	var wanted [256]bool
	for _, k := range Kinds() {
		wanted[k] = true
	}
	anyGames(t, 60, func(p played) {
		var few []codec.Stored
		for _, s := range p.stored(t) {
			if wanted[s.Kind] {
				few = append(few, s)
			}
		}
		whole := p.read(t)
		part, err := ReadGame(GameMeta{ID: "g"}, few)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range All() {
			if a, b := m.Fold(&whole), m.Fold(&part); a != b {
				t.Fatalf("seed %d: %s is %v of the whole log, %v of its kinds", p.seed, m.Name, a, b)
			}
		}
	})
}

// TestReadEveryPrefix: a log that stops anywhere is read, is not over before its end, and breaks no metric.
func TestReadEveryPrefix(t *testing.T) {
	anyGames(t, 12, func(p played) {
		all := p.stored(t)
		for k := range all {
			g, err := ReadGame(GameMeta{}, all[:k])
			if (err == nil) != (k > 0) {
				t.Fatalf("seed %d, %d events: %v", p.seed, k, err)
			}
			if k == 0 {
				continue
			}
			for _, m := range All() {
				if r := m.Fold(&g); r.Num != r.Num || r.Den != r.Den || r.Den < 0 {
					t.Fatalf("seed %d, %d events: %s is %v", p.seed, k, m.Name, r)
				}
			}
			for _, s := range Survivals() {
				s.Times(&g)
			}
		}
	})
}

// TestCountsAgainstPosterior holds the float fold to the integer observer of engine/posterior.
func TestCountsAgainstPosterior(t *testing.T) {
	anyGames(t, 300, func(p played) {
		g := p.read(t)
		if !g.primaryBefore() {
			return
		}
		var c posterior.Counts
		for _, e := range p.events {
			if seen, ok := engine.Observe(e, 0); ok {
				c.Observe(seen)
			}
			if e.Body.Kind() == engine.KindPhase && e.Phase == engine.PhaseBallot {
				checkCounts(t, p, &g, e.Round, &c)
			}
		}
	})
}

func checkCounts(t *testing.T, p played, g *Game, round int, c *posterior.Counts) {
	t.Helper()
	for i := range g.Rounds {
		r := &g.Rounds[i]
		if r.Number != round || r.Living.Len() < 2 {
			continue
		}
		faithful := engine.NoSeat
		for s := range r.FaithfulAlive().All() {
			faithful = s
		}
		other := r.Living.Without(faithful).First()
		if got, want := 1000*r.Counts.Suspicion, float64(c.PerMille(faithful)[other]); faithful != engine.NoSeat && abs(got-want) > 0.51 {
			t.Errorf("seed %d round %d: suspicion %.2f per mille, posterior says %.0f", p.seed, round, got, want)
		}
	}
}

func FuzzReadGame(f *testing.F) {
	for _, e := range play(f, 1, engine.DefaultRules(), metricstest.Anything(1)).stored(f)[:60] {
		f.Add(uint8(e.Kind), e.Body)
	}
	created := play(f, 1, engine.DefaultRules(), metricstest.Anything(1)).stored(f)[0]
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		events := []codec.Stored{created}
		for n := range 3 {
			events = append(events, codec.Stored{Seq: uint64(n + 1), Round: n, Phase: engine.PhaseBallot, Kind: engine.Kind(kind),
				Body: body})
		}
		if g, err := ReadGame(GameMeta{}, events); err == nil {
			for _, m := range All() {
				m.Fold(&g)
			}
		}
	})
}

func benchmarkLog(b *testing.B) (logs [][]codec.Stored, events int) {
	for seed := range uint64(40) {
		p := play(b, seed, engine.DefaultRules(), metricstest.Anything(seed))
		var wanted [256]bool
		for _, k := range Kinds() {
			wanted[k] = true
		}
		events += len(p.events)
		var few []codec.Stored
		for _, s := range p.stored(b) {
			if wanted[s.Kind] {
				few = append(few, s)
			}
		}
		logs = append(logs, few)
	}
	return logs, events
}

func BenchmarkRead(b *testing.B) { benchmark(b, false) }

func BenchmarkReadAndFold(b *testing.B) { benchmark(b, true) }

func benchmark(b *testing.B, fold bool) {
	logs, events := benchmarkLog(b)
	metrics := All()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		for _, log := range logs {
			g, err := ReadGame(GameMeta{}, log)
			if err != nil {
				b.Fatal(err)
			}
			for _, m := range metrics {
				if fold {
					m.Fold(&g)
				}
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
}

// The prize is shared by the living of the team that won, and by nobody else (rule 5.7).
func TestPrizeIsOfTheLiving(t *testing.T) {
	fallen := 0
	for seed := range uint64(20) {
		g := play(t, seed, engine.DefaultRules(), metricstest.Chatter(seed)).read(t)
		sum := 0.0
		for _, f := range g.Fates() {
			if sum += f.Prize; (f.Prize > 0) != (f.Won && f.Survived) {
				t.Errorf("seed %d: %+v", seed, f)
			}
			if f.Won && !f.Survived {
				fallen++
			}
		}
		if g.Winner != engine.NoTeam && !near(sum, 1) {
			t.Errorf("seed %d: %v of the prize is shared", seed, sum)
		}
	}
	if fallen == 0 {
		t.Error("nobody died of a team that won")
	}
}
