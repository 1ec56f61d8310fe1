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
		c := newCell()
		c.add(&g)
		c.endUnit()
		var traitors, innocents, named, byChance metrics.Ratio
		for i := range c.rounds {
			r := &c.rounds[i]
			for into, from := range map[*metrics.Ratio]*share{&traitors: &r.onTraitors, &innocents: &r.onFaithful,
				&named: &r.faithfulBallots, &byChance: &r.faithfulByChance} {
				*into = into.Plus(sumOf(from))
			}
		}
		same := func(metric string, n, d float64) {
			t.Helper()
			want := folds[metric].Fold(&g)
			if math.Abs(want.Num-n) > 1e-5 || want.Den != d {
				t.Errorf("seed %d: %s is %v, the chart has %v of %v", seed, metric, want, n, d)
			}
		}
		same("trust_in_traitors", traitors.Num, traitors.Den)
		same("trust_in_faithful", innocents.Num, innocents.Den)
		same("vote_lift", named.Num-byChance.Num, named.Den)
		for k, d := range deceits {
			var s metrics.Ratio
			for _, p := range []string{"bayes", "random"} {
				s = s.Plus(sumOf(&c.spoken.policies[p][k]))
			}
			same(d.metric, s.Num, s.Den)
		}
	}
}

func newCell() *sums {
	return newSums("", &spoken{policies: map[string]*[len(deceits)]share{}}, resamplers{})
}

func sumOf(s *share) metrics.Ratio {
	num, den := s.sample.Sums()
	return metrics.Ratio{Num: num, Den: den}
}

// A number has one interval on the page: what a single policy says is the metric itself, and the chart's is that of all figures.
func TestOneInterval(t *testing.T) {
	r := batch(t, 14, []string{""}, func(s *engine.Setup, _ *engine.Answer, _ engine.Request) {
		if s == nil {
			return
		}
		s.Rules.MaxRounds = 1
		for i := range s.Cast {
			s.Cast[i].Policy = "same"
		}
	})
	with := 0
	same := func(metric string, e estimate) {
		t.Helper()
		row, _ := r.cells[0].row(metric)
		if interval(row.Lo, row.Hi, 3) != interval(e.lo, e.hi, 3) || e.mean != row.Mean || e.n != row.N {
			t.Errorf("%s is %+v among all figures, %+v in the chart", metric, row, e)
		}
		with += bit(!math.IsNaN(e.lo))
	}
	for k, d := range deceits {
		same(d.metric, r.spoken.policies["same"][k].estimate(r.draws.over, 0, math.Inf(1)))
	}
	c := r.sums[0] // of one round: what is told by round is what is told of all
	same("trust_in_traitors", c.estimate(&c.rounds[1].onTraitors, 0, 1))
	same("trust_in_faithful", c.estimate(&c.rounds[1].onFaithful, 0, 1))
	same("ballot_accuracy", c.estimate(&c.rounds[1].faithfulBallots, 0, 1))
	if with < 4 {
		t.Errorf("only %d of them have an interval", with)
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A share that has its first case late holds the units before it, and its interval is within its range.
func TestEstimate(t *testing.T) {
	var s share
	for unit := 4; unit <= 12; unit++ {
		s.add(float64(unit % 2))
		s.endUnit(unit)
	}
	draws := resamplers{}
	e := s.estimate(draws.over, 0, 1)
	if s.sample.Units() != 12 || s.sample.Cases() != 9 || !near(e.mean, 4./9) || e.n != 9 || e.lo < 0 || e.hi > 1 ||
		!(e.lo < e.mean && e.mean < e.hi) {
		t.Errorf("estimate %+v of %d units, %d with a case", e, s.sample.Units(), s.sample.Cases())
	}
	var one share
	one.add(1)
	one.endUnit(1)
	if e := one.estimate(draws.over, 0, 1); !math.IsNaN(e.lo) || e.mean != 1 {
		t.Errorf("of one unit: %+v", e)
	}
	if e := new(share).estimate(draws.over, 0, 1); e.ok() || e.n != 0 {
		t.Errorf("of none: %+v", e)
	}
}

// A season is one unit.
func TestSeasonsAreUnits(t *testing.T) {
	c := newCell()
	for i := range 6 {
		g, _ := game(t, metrics.GameMeta{Season: 1 + i/3}, uint64(i), talked(), nil)
		c.add(&g)
	}
	c.endUnit()
	if u := c.rounds[1].onFaithful.sample.Cases(); u != 2 || c.units != 2 {
		t.Errorf("six games in two seasons make %d units", u)
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
