package posterior

import (
	"math/big"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// play plays a game of these rules with drawn answers and gives the public events.
func play(t testing.TB, seed uint64, r engine.Rules) ([]engine.Event, engine.State) {
	t.Helper()
	cast := make([]engine.Player, r.Players)
	for i := range cast {
		cast[i] = engine.Player{Name: string(rune('A' + i)), Policy: "drawn"}
	}
	events, s, err := engine.Open(engine.Setup{Seed: seed, Rules: r, Cast: cast})
	for err == nil {
		asked := engine.Pending(s)
		if len(asked) == 0 {
			return events, s
		}
		var answers []engine.Answer
		for _, q := range asked {
			src := engine.Dice(seed, "answer:"+q.Kind.String(), q.Round, q.Pass*50+q.Position, q.Seat)
			a := engine.Answer{Seat: q.Seat, Target: engine.Pick(q.Legal, src)}
			if q.Kind == engine.AskStatement {
				a.Text, a.Acts = "So.", []engine.Act{{Kind: engine.Accuse, Seat: engine.Pick(q.Living.Without(q.Seat), src)}}
			}
			if q.Kind == engine.AskBallot && engine.Below(12, src) == 0 {
				a.Forfeit = engine.CauseEmpty
			}
			if q.Kind == engine.AskBeliefs {
				a.Forfeit = engine.CauseEmpty
			}
			answers = append(answers, a)
		}
		var step []engine.Event
		step, err = engine.Decide(s, answers)
		for _, e := range step {
			if err == nil {
				s, err = engine.Apply(s, e)
			}
		}
		events = append(events, step...)
	}
	t.Fatalf("seed %d: %v", seed, err)
	return nil, s
}

func smallRules(seed uint64) engine.Rules {
	r := engine.DefaultRules()
	src := engine.Dice(seed, "rules", 0, 0, engine.NoSeat)
	coin := func(a, b string) string { return []string{a, b}[engine.Below(2, src)] }
	r.Players = 5 + engine.Below(5, src)
	r.Traitors = 1 + engine.Below((r.Players-2)/2, src)
	r.TraitorCount, r.Reveal = coin("known", "unknown"), coin("role", "nothing")
	r.First, r.Check = coin("day", "night"), coin("each", "night")
	r.TraitorsWin, r.Murder = coin("parity", "last_faithful"), engine.Below(4, src) > 0
	if !r.Murder {
		r.First, r.Conclave = "day", engine.Below(2, src)
	}
	return r.Complete()
}

// brute is the posterior the slow and obvious way: every set of seats, tried against the events one by one.
func brute(events []engine.Event, r engine.Rules, observer engine.Seat) []int16 {
	n := r.Players
	all, part := new(big.Rat), make([]*big.Rat, n)
	for i := range part {
		part[i] = new(big.Rat)
	}
	most := (n - 1) / 2
	if r.First == "night" {
		most = (n - 2) / 2
	}
	for mask := engine.Seats(0); mask <= engine.AllSeats(n); mask++ {
		m := mask.Len()
		if r.TraitorCount == "known" && m != r.Traitors || m < 1 || m > most || mask.Has(observer) || !possible(events, r, mask) {
			continue
		}
		w := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Binomial(int64(n), int64(m)))
		all.Add(all, w)
		for i := range mask.All() {
			part[i].Add(part[i], w)
		}
	}
	if all.Sign() == 0 {
		return nil // nothing that a faithful at this seat could believe
	}
	out := make([]int16, n)
	for i := range out {
		q := new(big.Rat).Quo(part[i], all)
		q.Mul(q, big.NewRat(1000, 1)).Add(q, big.NewRat(1, 2))
		out[i] = int16(new(big.Int).Quo(q.Num(), q.Denom()).Int64())
	}
	return out
}

func possible(events []engine.Event, r engine.Rules, traitors engine.Seats) bool {
	living := engine.AllSeats(r.Players)
	over := func() bool {
		bad := (living & traitors).Len()
		good := living.Len() - bad
		return bad == 0 || good == 0 || r.TraitorsWin == "parity" && bad >= good
	}
	for k, e := range events {
		before := engine.Event{}
		if k > 0 {
			before = events[k-1]
		}
		goesOn := e.Phase != engine.PhaseOver
		if goesOn && before.Phase == engine.PhaseBanishment && e.Phase != engine.PhaseBanishment && r.Check == "each" && over() {
			return false
		}
		switch b := e.Body.(type) {
		case engine.Banished:
			living = living.Without(b.Seat)
		case engine.Found:
			living = living.Without(b.Victim)
			if traitors.Has(b.Victim) {
				return false
			}
		case engine.Revealed:
			if traitors.Has(b.Seat) != (b.Role == engine.RoleTraitor) {
				return false
			}
		case engine.Ended:
			for i, role := range b.Roles {
				if traitors.Has(engine.Seat(i)) != (role == engine.RoleTraitor) {
					return false
				}
			}
		}
		if goesOn && e.Round > before.Round && over() {
			return false
		}
	}
	return true
}

func TestCountsAgreesWithEnumeration(t *testing.T) {
	compared := 0
	for seed := range uint64(150) {
		r := smallRules(seed)
		events, _ := play(t, seed, r)
		var c Counts
		for k, e := range events {
			if seen, ok := engine.Observe(e, 0); ok {
				c.Observe(seen)
			}
			_, left := e.Body.(engine.Banished)
			begins := e.Body.Kind() == engine.KindPhase
			if k+1 < len(events) && !left && !begins {
				continue
			}
			for _, observer := range []engine.Seat{engine.NoSeat, 0, engine.Seat(r.Players - 1)} {
				if c.Exposed().Has(observer) {
					continue
				}
				want, got := brute(events[:k+1], r, observer), c.PerMille(observer)
				if want != nil && !equal(want, got) {
					t.Fatalf("seed %d, after event %d (%s), observer %d of %+v:\n want %v\n got  %v", seed, k, e.Body.Kind(), observer, r,
						want, got)
				}
				compared++
			}
		}
	}
	if compared < 1000 {
		t.Fatalf("only %d comparisons", compared)
	}
}

func equal(a, b []int16) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// opened is the start of a 10/3 table.
func opened() Counts {
	var c Counts
	c.Observe(engine.Observed{Body: engine.Opened{Rules: engine.DefaultRules().Complete()}})
	return c
}

func TestCountsOfClassic(t *testing.T) {
	c := opened()
	if p := c.PerMille(engine.NoSeat); p[0] != 300 || p[9] != 300 {
		t.Errorf("an outsider believes %v at the start, want 300 of everybody", p)
	}
	if p := c.PerMille(4); p[4] != 0 || p[5] != 333 {
		t.Errorf("a faithful believes %v at the start, want 333 of the others", p)
	}
	day := func(body engine.Body) {
		c.Observe(engine.Observed{Round: 1, Phase: engine.PhaseBanishment, Body: body})
	}
	day(engine.Banished{Seat: 7})
	day(engine.Revealed{Seat: 7, Role: engine.RoleTraitor})
	if p := c.PerMille(4); p[7] != 1000 || p[5] != 250 { // 2 among 8
		t.Errorf("after a traitor is revealed a faithful believes %v", p)
	}
	c.Observe(engine.Observed{Round: 2, Phase: engine.PhaseBreakfast, Body: engine.Found{Victim: 0}})
	if p := c.PerMille(4); p[0] != 0 || p[5] != 286 { // 2 among 7
		t.Errorf("after a murder a faithful believes %v", p)
	}
}

func TestSetsWithoutEvidenceAreCounts(t *testing.T) {
	for seed := range uint64(60) {
		r := smallRules(seed)
		r.Shown, r.Passes = "nothing", 0
		events, _ := play(t, seed, r)
		var c Counts
		var s Sets
		for _, e := range events {
			seen, ok := engine.Observe(e, 1)
			if !ok {
				continue
			}
			c.Observe(seen)
			s.Observe(seen)
			clear(s.alone)
			s.fresh = false
			want, got := c.PerMille(1), s.PerMille(1)
			for i := range want {
				if d := want[i] - got[i]; d < -5 || d > 5 { // the prior over m is rounded to 1/256 of a bit
					t.Fatalf("seed %d at %s: counts %v, sets %v", seed, e.Body.Kind(), want, got)
				}
			}
		}
	}
}

func TestSetsTakeVotersForATraitorToBeFaithful(t *testing.T) {
	var s Sets
	see := func(p engine.Phase, b engine.Body) { s.Observe(engine.Observed{Round: 1, Phase: p, Body: b}) }
	see(engine.PhaseSetup, engine.Opened{Rules: engine.DefaultRules().Complete()})
	for i := range engine.Seat(10) {
		target := engine.Seat(9)
		if i > 4 {
			target = 0
		}
		see(engine.PhaseBallot, engine.Ballot{Voter: i, Target: target})
	}
	see(engine.PhaseBanishment, engine.Banished{Seat: 9})
	see(engine.PhaseBanishment, engine.Revealed{Seat: 9, Role: engine.RoleTraitor})
	p := s.PerMille(engine.NoSeat)
	if p[1] >= p[6] || p[9] != 1000 {
		t.Errorf("voters for the traitor %d, others %d, the traitor %d", p[1], p[6], p[9])
	}
	sum := 0
	for _, v := range p {
		sum += int(v)
	}
	if sum < 2990 || sum > 3010 {
		t.Errorf("the posterior holds %d per mille of 3 traitors", sum)
	}
	if q := s.Suspicion(6); q[2] != s.PerMille(2)[6] {
		t.Errorf("seat 2 would hold %d of seat 6, Suspicion says %d", s.PerMille(2)[6], q[2])
	}
}

func TestPairwiseIsNearTheExact(t *testing.T) {
	r := engine.DefaultRules().Complete()
	off, n := 0, 0
	for seed := range uint64(40) {
		events, _ := play(t, seed, r)
		var s Sets
		for _, e := range events {
			if e.Round > 2 {
				break
			}
			seen, ok := engine.Observe(e, 0)
			if !ok {
				continue
			}
			s.Observe(seen)
		}
		exact, rough := s.PerMille(0), s.approximate(0)
		for i := range exact {
			off += int(max(exact[i]-rough[i], rough[i]-exact[i]))
			n++
		}
	}
	if mean := off / n; mean > 60 {
		t.Errorf("the pairwise approximation is off by %d per mille on average", mean)
	}
}

func TestExponentials(t *testing.T) {
	if exp2(0) != 1<<30 || exp2(-256) != 1<<29 || exp2(-31*256) != 0 {
		t.Error("whole powers of two are not exact")
	}
	for _, x := range []uint64{1, 2, 3, 1000, 137846528820} {
		back := new(big.Float).SetInt64(int64(powers[log2(x)&255]))
		f, _ := new(big.Float).Quo(new(big.Float).SetMantExp(back, int(log2(x)>>8)-30), new(big.Float).SetUint64(x)).Float64()
		if f > 1.0001 || f < 0.997 {
			t.Errorf("log2(%d) comes back as %v of it", x, f)
		}
	}
}

func BenchmarkSets(b *testing.B) {
	var s Sets
	s.Observe(engine.Observed{Body: engine.Opened{Rules: engine.DefaultRules().Complete()}})
	b.ReportAllocs()
	for b.Loop() {
		s.lean(3, 1)
		s.PerMille(4)
	}
}

func BenchmarkCounts(b *testing.B) {
	c := opened()
	b.ReportAllocs()
	for b.Loop() {
		c.PerMille(4)
	}
}
