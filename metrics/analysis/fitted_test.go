package analysis

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/posterior"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// Without evidence the observer is the counts observer: over random games of many rules, at every ballot.
func TestFittedWithoutEvidenceIsCounts(t *testing.T) {
	compared := 0
	for seed := range uint64(60) {
		rules := engine.DefaultRules()
		rules.Players, rules.Traitors = 6+int(seed%6), 1+int(seed%2)
		rules.TraitorCount = []string{"known", "unknown"}[seed%2]
		rules.Reveal = []string{"role", "role", "nothing"}[seed%3]
		rules.Check = []string{"each", "night"}[seed%2]
		rules.TraitorsWin = []string{"parity", "last_faithful"}[seed%5%2]
		rules.Passes = 1
		events := play(t, seed, rules, metricstest.Chatter(seed))
		g := events.read(t)
		o, ok := newObserver(&g, likelihood{weight: [2][2]float64{{1, 1}, {1, 1}}})
		if !ok {
			t.Fatal("too many sets")
		}
		var counts posterior.Counts
		at := 0
		for _, e := range events.events {
			body := e.Body
			counts.Observe(engine.Observed{Round: e.Round, Phase: e.Phase, Body: body})
			if _, ok := body.(engine.PhaseBegan); !ok || e.Phase != engine.PhaseBallot || at >= len(g.Rounds) {
				continue
			}
			for g.Rounds[at].Number < e.Round {
				at++
			}
			for i := range g.Rounds[:at+1] {
				o.begin(&g, i)
				if i < at {
					o.close(&g.Rounds[i])
				}
			}
			want, got := counts.PerMille(engine.NoSeat), o.seats(o.log)
			for j := range g.Rounds[at].Living.All() {
				if math.Abs(got[j]-float64(want[j])/1000) > 0.001 {
					t.Fatalf("seed %d, round %d, seat %d: %.4f, counts %d per mille", seed, e.Round, j, got[j], want[j])
				}
				compared++
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d beliefs were compared", compared)
	}
}

// One statement and one ballot at a table of five with one traitor, by Bayes' rule written out.
func TestFittedByHand(t *testing.T) {
	g := metrics.Game{N: 5, Rules: engine.DefaultRules(), Traitors: engine.SeatsOf(2)}
	g.Rules.Players, g.Rules.Traitors = 5, 1
	like := likelihood{weight: [2][2]float64{{0.2, 0.4}, {0.3, 0.1}}}
	for d := range 2 {
		for s := range 2 {
			accuses := []float64{0.1, 0.3, 0.2, 0.05}[2*d+s]
			like.acts[d][s][0], like.acts[d][s][4] = math.Log(accuses), math.Log(1-accuses)
		}
	}
	o, _ := newObserver(&g, like)
	living := engine.AllSeats(5)
	o.statement(&metrics.Statement{Seat: 0, TextWords: 1, Acts: []engine.Act{{Kind: engine.Accuse, Seat: 2}}}, living)
	o.ballot(metrics.Ballot{Voter: 1, Target: 2}, living)
	var weights [5]float64
	sum := 0.0
	for traitor := range 5 {
		p := 1.0
		for j := 1; j < 5; j++ { // seat 0 accuses 2 and nobody else
			accuses := []float64{0.1, 0.3, 0.2, 0.05}[2*bit(traitor == 0)+bit(traitor == j)]
			if j == 2 {
				p *= accuses
			} else {
				p *= 1 - accuses
			}
		}
		w := like.weight[bit(traitor == 1)]
		offered := 0.0
		for _, j := range []int{0, 2, 3, 4} { // seat 1 votes for 2
			offered += w[bit(traitor == j)]
		}
		weights[traitor] = p * w[bit(traitor == 2)] / offered
		sum += weights[traitor]
	}
	got := o.seats(o.log)
	for j := range weights {
		if math.Abs(got[j]-weights[j]/sum) > 1e-12 {
			t.Errorf("seat %d: %.6f, by hand %.6f", j, got[j], weights[j]/sum)
		}
	}
	if v := o.of(engine.SeatsOf(2)); math.Abs(v-math.Log2(weights[2]/sum)) > 1e-12 {
		t.Errorf("log₂ p of the truth is %f", v)
	}
}

// A game's own acts do not speak for it; those of others do. And under random play the observer knows no more than the facts.
func TestFittedCrossFits(t *testing.T) {
	rules := engine.DefaultRules()
	rules.Passes = 1
	var games []metrics.Game
	var f Fitter
	for seed := range uint64(40) {
		g := play(t, seed, rules, metricstest.Chatter(seed)).read(t)
		g.Index = int(seed)
		games = append(games, g)
		f.Count(&g)
	}
	before := f.likelihood(&games[3])
	f.Count(&games[3]) // once more: its own part
	if f.likelihood(&games[3]) != before {
		t.Error("a game's own acts are in its likelihood")
	}
	f.Count(&games[4])
	if f.likelihood(&games[3]) == before {
		t.Error("another game's acts are not in the likelihood")
	}
	var s FittedSummary
	for i := range games {
		s.Add(&games[i], f.Score(&games[i]))
	}
	for i := range games { // each statement's own adds up to the game's
		scored, sum, n := f.Score(&games[i]), 0.0, 0.0
		for k := range games[i].Rounds {
			for j := range games[i].Rounds[k].Statements {
				if v := scored.Leak(k, j); !math.IsNaN(v) {
					sum, n = sum+v, n+1
				}
			}
		}
		if math.Abs(sum-scored.Leakage.Num) > 1e-9 || n != scored.Leakage.Den {
			t.Errorf("game %d: statements leak %f bits in %.0f, the game %f in %.0f", i, sum, n, scored.Leakage.Num, scored.Leakage.Den)
		}
	}
	rows := s.Rows()
	if d := rows[0].Value - rows[1].Value; math.Abs(d) > 0.01 || s.Skipped() != 0 || rows[3].N == 0 {
		t.Errorf("random play: Brier %f, by the facts %f, %d skipped", rows[0].Value, rows[1].Value, s.Skipped())
	}
}

// What the statements of a round give away adds up to what the round's talk changes.
func TestLeakageTelescopes(t *testing.T) {
	rules := engine.DefaultRules()
	rules.Passes = 2
	g := play(t, 5, rules, metricstest.Chatter(5)).read(t)
	var f Fitter
	for seed := range uint64(10) {
		other := play(t, 100+seed, rules, metricstest.Chatter(100+seed)).read(t)
		other.Index = int(seed)
		f.Count(&other)
	}
	o, _ := newObserver(&g, f.likelihood(&g))
	r := &g.Rounds[0]
	o.begin(&g, 0)
	start, sum := o.of(r.Traitors), 0.0
	for k := range r.Statements {
		before := o.of(r.Traitors)
		o.statement(&r.Statements[k], r.Living)
		sum += o.of(r.Traitors) - before
	}
	if math.Abs(sum-(o.of(r.Traitors)-start)) > 1e-9 || sum == 0 {
		t.Errorf("steps add up to %f, the talk to %f", sum, o.of(r.Traitors)-start)
	}
}
