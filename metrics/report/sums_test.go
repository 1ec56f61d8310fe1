package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
	"github.com/turncoat-sim/turncoat/metrics"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// What the charts sum is what the metrics sum, under any rules.
func TestSumsAreTheMetrics(t *testing.T) {
	for seed := range uint64(150) {
		rules := enginetest.Rules(seed)
		g, _ := game(t, metrics.GameMeta{ID: "g"}, seed, rules, nil)
		c := newSums("")
		c.add(&g)
		c.endUnit()
		var traitors, innocents, lift share
		for _, r := range c.rounds {
			traitors, innocents = traitors.pooled(r.onTraitors), innocents.pooled(r.onFaithful)
			lift.n, lift.d = lift.n+r.faithfulBallots.n-r.faithfulByChance.n, lift.d+r.faithfulBallots.d
		}
		same := func(metric string, n, d float64) {
			t.Helper()
			want := folds[metric].Fold(&g)
			if math.Abs(want.Num-n) > 1e-6 || want.Den != d {
				t.Errorf("seed %d: %s is %v, the chart has %v of %v", seed, metric, want, n, d)
			}
		}
		same("trust_in_traitors", traitors.d-traitors.n, traitors.d)
		same("trust_in_faithful", innocents.d-innocents.n, innocents.d)
		same("vote_lift", lift.n, lift.d)
		for k, d := range deceits {
			var s share
			for _, p := range []string{"bayes", "random"} {
				s = s.pooled(c.policies[p][k])
			}
			same(d.metric, s.n, s.d)
		}
	}
}

// The interval of a ratio with equal denominators is Student's of a mean.
func TestEstimate(t *testing.T) {
	var s share
	for _, v := range []float64{0.2, 0.4, 0.9} {
		s.add(v)
		s.endUnit()
	}
	e := s.estimate(-9, 9)
	half := 4.302652729696142 * math.Sqrt(0.13/3) // t of 2 degrees of freedom, variance 0.13
	if !near(e.mean, 0.5) || math.Abs(e.lo-(0.5-half)) > 1e-6 || math.Abs(e.hi-(0.5+half)) > 1e-6 || e.n != 3 {
		t.Errorf("estimate %+v, want 0.5 ± %v", e, half)
	}
	if e := s.estimate(0, 1); e.lo != 0 || e.hi != 1 {
		t.Errorf("a share's interval is [%v, %v]", e.lo, e.hi)
	}
	var one share
	one.add(1)
	one.endUnit()
	if e := one.estimate(0, 1); !math.IsNaN(e.lo) || e.mean != 1 {
		t.Errorf("of one unit: %+v", e)
	}
	if e := (share{}).estimate(0, 1); e.ok() || e.n != 0 {
		t.Errorf("of none: %+v", e)
	}
}

// A season is one unit.
func TestSeasonsAreUnits(t *testing.T) {
	c := newSums("")
	for i := range 6 {
		g, _ := game(t, metrics.GameMeta{Season: 1 + i/3}, uint64(i), talked(), nil)
		c.add(&g)
	}
	c.endUnit()
	if u := c.rounds[1].onFaithful.units; u != 2 {
		t.Errorf("six games in two seasons make %v units", u)
	}
}

// told is a round of five: seats 0 and 1 are traitors, and everybody states a belief after each statement.
func told() metrics.Game {
	said := int16(1)
	faithful := func(observer engine.Seat, b ...int16) metrics.Belief {
		return metrics.Belief{Observer: observer, Order: 1, When: "after_speech", Place: metrics.Place{Statements: said}, PerMille: b}
	}
	const no = engine.Unstated
	first := []metrics.Belief{faithful(2, 300, 300, no, 200, 200), faithful(3, 300, 300, 400, no, 200), faithful(4, 300, 300, 200, 300, no),
		{Observer: 1, Order: 2, PerMille: []int16{500, no, 900, 900, 900}}}
	said = 2
	second := []metrics.Belief{faithful(2, 300, 100, no, 500, 200), faithful(3, 300, 200, 400, no, 200),
		faithful(4, 300, 300, 200, 800, no)}
	return metrics.Game{
		N: 5, Names: []string{"Ann", "Bo", "Cy", "Di", "Ed"}, Policies: []string{"x", "x", "x", "x", "x"}, Rules: engine.DefaultRules(),
		Traitors: engine.SeatsOf(0, 1),
		Roles:    []engine.Role{engine.RoleTraitor, engine.RoleTraitor, engine.RoleFaithful, engine.RoleFaithful, engine.RoleFaithful},
		Rounds: []metrics.Round{{Number: 1, Living: engine.AllSeats(5), Traitors: engine.SeatsOf(0, 1), Banished: engine.NoSeat,
			Murdered: engine.NoSeat,
			Statements: []metrics.Statement{
				{Seat: 2, Acts: []engine.Act{{Kind: engine.Accuse, Seat: 3}}, TextWords: 1, Reactions: first},
				{Seat: 0, Acts: []engine.Act{{Kind: engine.Accuse, Seat: 3}, {Kind: engine.Defend, Seat: 1},
					{Kind: engine.Accuse, Seat: 1}}, TextWords: 1, Place: metrics.Place{Statements: 1}, Reactions: second},
			}}},
	}
}

// By hand: Bo was at 0.3, 0.3, 0.3 and is at 0.1, 0.2, 0.3: down by 0.1 among three. Di was at 0.2 and 0.3 and is at 0.5 and 0.8, but
// of two listeners only, which are too few to tell.
func TestMomentByHand(t *testing.T) {
	g := told()
	if l := liesOf(&g, 0, g.Rounds[0].Statements[1]); len(l) != 2 || l[0].subject != 3 || l[0].way != 1 || l[1].subject != 1 ||
		l[1].way != -1 {
		t.Errorf("lies %+v", l)
	}
	if l := liesOf(&g, 0, g.Rounds[0].Statements[0]); len(l) != 0 {
		t.Errorf("a faithful told lies: %+v", l)
	}
	if m := heard(&g, 0, 1, 3); m.Listeners != 2 || !near(m.Before, 0.25) || !near(m.After, 0.65) || m.Between != (metrics.Place{}) {
		t.Errorf("Di: %+v", m)
	}
	events := []codec.Stored{{Kind: engine.KindStatement, Body: []byte(`{"text":"first"}`)}, {Kind: engine.KindBallot},
		{Kind: engine.KindStatement, Body: []byte(`{"text":"trust Bo"}`)}}
	r := New(Head{})
	if err := r.Add(&g, events); err != nil {
		t.Fatal(err)
	}
	if len(r.top) != 1 {
		t.Fatalf("%d moments", len(r.top))
	}
	m := r.top[0]
	if m.Text != "trust Bo" || m.Speaker != "Ann" || m.Subject != "Bo" || m.Act != "defends Bo" || m.Listeners != 3 ||
		!near(m.Change(), -0.1) || m.Between != "" || m.Replay != "turncoat replay /0 --from 1" {
		t.Errorf("moment %+v", m)
	}
}

// Asked with the ballot and after the banishment, belief is followed from the last banishment to the next ballot.
func TestMomentsByRound(t *testing.T) {
	rules := talked()
	rules.AfterSpeech = "none"
	r := New(Head{Flags: " --db x"})
	logs := map[string][]codec.Stored{}
	for seed := range uint64(12) {
		g, events := game(t, metrics.GameMeta{Index: int(seed)}, seed, rules, nil)
		logs[fmt.Sprintf("/%d", seed)] = events
		if err := r.Add(&g, events); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.top) != most {
		t.Fatalf("%d moments of twelve games", len(r.top))
	}
	seen := map[string]bool{}
	for k, m := range r.top {
		bySlow(t, m, logs[m.Game])
		if m.Between == "" || m.Text == "" || m.Listeners < fewest || k > 0 && m.over(r.top[k-1]) || seen[m.Game] {
			t.Errorf("moment %d: %+v", k, m)
		}
		seen[m.Game] = true
	}
}

// Asked with the ballot alone, belief has always a banishment between, and no shift is told as a statement's.
func TestNoMomentOverBanishments(t *testing.T) {
	rules := talked()
	rules.AfterSpeech, rules.Beliefs.After = "none", 0
	r := New(Head{})
	for seed := range uint64(12) {
		g, events := game(t, metrics.GameMeta{}, seed, rules, nil)
		if err := r.Add(&g, events); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.top) != 0 || r.followed != 0 || r.lies == 0 || !strings.Contains(html(t, r), "none is attributable") {
		t.Errorf("%d moments, %d of %d lies with beliefs on both sides", len(r.top), r.followed, r.lies)
	}
}

// bySlow goes through the log from the statement, back to each faithful's last belief and on to its first, up to a banishment.
func bySlow(t *testing.T, m moment, log []codec.Stored) {
	t.Helper()
	var names []string
	faithful := map[engine.Seat]bool{}
	at := -1
	bodies := make([]engine.Body, len(log))
	for k := range log {
		e, err := log[k].Event()
		if err != nil {
			t.Fatal(err)
		}
		bodies[k] = e.Body
		switch b := e.Body.(type) {
		case engine.Opened:
			names = b.Names
		case engine.Dealt:
			faithful[b.Seat] = b.Role == engine.RoleFaithful
		case engine.Statement:
			if b.Text == m.Text && names[b.Seat] == m.Speaker && log[k].Round == m.Round {
				at = k
			}
		}
	}
	near := func(o engine.Seat, step int) (float64, bool) {
		for k := at + step; k >= 0 && k < len(log); k += step {
			if _, banished := bodies[k].(engine.Banished); banished {
				return 0, false
			}
			if b, ok := bodies[k].(engine.Belief); ok && b.Observer == o {
				if v := b.PerMille[slices.Index(names, m.Subject)]; v >= 0 {
					return float64(v) / 1000, true
				}
			}
		}
		return 0, false
	}
	var before, after, n float64
	for o := range names {
		was, ok1 := near(engine.Seat(o), -1)
		is, ok2 := near(engine.Seat(o), 1)
		if ok1 && ok2 && faithful[engine.Seat(o)] {
			before, after, n = before+was, after+is, n+1
		}
	}
	if at < 0 || n != float64(m.Listeners) || math.Abs(before/n-m.Before) > 1e-9 || math.Abs(after/n-m.After) > 1e-9 {
		t.Errorf("%s, round %d: %v → %v of %d, by the log %v → %v of %v", m.Game, m.Round, m.Before, m.After, m.Listeners, before/n,
			after/n, n)
	}
}

func BenchmarkAdd(b *testing.B) {
	g, events := game(b, metrics.GameMeta{}, 1, talked(), nil)
	r := New(Head{})
	for b.Loop() {
		if err := r.Add(&g, events); err != nil {
			b.Fatal(err)
		}
	}
}
