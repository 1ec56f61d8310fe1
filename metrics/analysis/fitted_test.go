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
			want, got := counts.PerMille(engine.NoSeat), o.seats(o.weights(exponents{1, 1}))
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
	got := o.seats(o.weights(exponents{1, 1}))
	for j := range weights {
		if math.Abs(got[j]-weights[j]/sum) > 1e-12 {
			t.Errorf("seat %d: %.6f, by hand %.6f", j, got[j], weights[j]/sum)
		}
	}
	if v := o.of(engine.SeatsOf(2), exponents{1, 1}); math.Abs(v-math.Log2(weights[2]/sum)) > 1e-12 {
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
	rows := rowsOf(&s)
	fitted, counts := rows["fitted_brier"].Value, rows["fitted_counts_brier"].Value
	if math.Abs(fitted-counts) > 0.01 || s.Skipped() != 0 || rows["leakage"].N == 0 {
		t.Errorf("random play: Brier %f, by the facts %f, %d skipped", fitted, counts, s.Skipped())
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
	start, sum := o.of(r.Traitors, exponents{1, 1}), 0.0
	for k := range r.Statements {
		before := o.of(r.Traitors, exponents{1, 1})
		o.statement(&r.Statements[k], r.Living)
		sum += o.of(r.Traitors, exponents{1, 1}) - before
	}
	if math.Abs(sum-(o.of(r.Traitors, exponents{1, 1})-start)) > 1e-9 || sum == 0 {
		t.Errorf("steps add up to %f, the talk to %f", sum, o.of(r.Traitors, exponents{1, 1})-start)
	}
}

func (f *Fitter) likelihood(g *metrics.Game) likelihood {
	return likelihoodWithout(&f.parts, f.fold(g))
}

func rowsOf(s *FittedSummary) map[string]InfoRow {
	out := map[string]InfoRow{}
	for _, r := range s.Rows() {
		out[r.Metric] = r
	}
	return out
}

// informed gathers the fitted observer over games whose statements are one accusation each.
func informed(t *testing.T, games int, accuse func(s engine.State, r engine.Request, said []engine.Seat) engine.Seat) map[string]InfoRow {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Passes = 1
	var list []metrics.Game
	var f Fitter
	for seed := range uint64(games) {
		chatter := metricstest.Chatter(seed)
		var said []engine.Seat
		round := 0
		g := play(t, seed, rules, func(s engine.State, r engine.Request) engine.Answer {
			a := chatter(s, r)
			if r.Round != round {
				round, said = r.Round, nil
			}
			if r.Kind == engine.AskStatement {
				of := accuse(s, r, said)
				said = append(said, of)
				a.Acts = []engine.Act{{Kind: engine.Accuse, Seat: of}}
			}
			return a
		}).read(t)
		g.Index = int(seed)
		list = append(list, g)
		f.Count(&g)
	}
	var s FittedSummary
	for i := range list {
		f.Tune(&list[i])
	}
	for i := range list {
		s.Add(&list[i], f.Score(&list[i]))
	}
	return rowsOf(&s)
}

// Where a table herds, acts are far from independent, and where they tell nothing there is nothing to learn: the observer does no worse
// than one who only counts. What acts tell it finds, and what statements give away is 0 where they give nothing away.
func TestFittedIsNoWorseThanCounts(t *testing.T) {
	games := metricstest.Size(60, 300)
	atRandom := func(r engine.Request) engine.Seat {
		return engine.Pick(r.Living.Without(r.Seat), engine.Dice(uint64(r.Round), "accuse", int(r.Seat), r.Position, r.Seat))
	}
	scenes := map[string]func(s engine.State, r engine.Request, said []engine.Seat) engine.Seat{
		"by lot": func(_ engine.State, r engine.Request, _ []engine.Seat) engine.Seat { return atRandom(r) },
		"a herd": func(_ engine.State, r engine.Request, said []engine.Seat) engine.Seat {
			if len(said) > 0 && said[0] != r.Seat {
				return said[0]
			}
			return atRandom(r)
		},
		"traitors spare their own": func(s engine.State, r engine.Request, _ []engine.Seat) engine.Seat {
			if informed := s.Roles.Informed(); informed.Has(r.Seat) {
				return engine.Pick(r.Living&^informed, engine.Dice(uint64(r.Round), "spare", int(r.Seat), r.Position, r.Seat))
			}
			return atRandom(r)
		},
	}
	for name, accuse := range scenes {
		rows := informed(t, games, accuse)
		fitted, counts, leak := rows["fitted_log_loss"], rows["fitted_counts_log_loss"], rows["leakage"]
		record := func(metric, value, wanted string) {
			metricstest.Record(t, metricstest.Row{Section: "estimators", Metric: metric, What: "accusations: " + name, Value: value,
				Wanted: wanted, Command: "go test -run NoWorseThanCounts ./metrics/analysis"})
		}
		record("fitted_log_loss less that of counts", metricstest.Number(fitted.Value-counts.Value), "≤ 0.005")
		record("leakage", metricstest.Number(leak.Value), map[bool]string{true: "> 0", false: "0, within its interval"}[name[0] == 't'])
		if fitted.Value > counts.Value+0.005 {
			t.Errorf("%s: a log loss of %.4f, who only counts has %.4f", name, fitted.Value, counts.Value)
		}
		if name == "traitors spare their own" {
			if fitted.Value > counts.Value-0.005 || leak.Lo <= 0 {
				t.Errorf("%s: a log loss of %.4f against %.4f, a leakage of %.4f from %.4f on", name, fitted.Value, counts.Value,
					leak.Value, leak.Lo)
			}
		} else if leak.Value > 0.01 || leak.Lo > 0 || leak.Hi < 0 {
			t.Errorf("%s: statements give away %.4f [%.4f, %.4f]", name, leak.Value, leak.Lo, leak.Hi)
		}
	}
}
