package metrics

import (
	"math"
	"math/bits"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/turncoat-sim/turncoat/engine"
)

// slow is the second implementation: it asks the raw events and the engine's own states, again and again.
type slow struct {
	played
	states []engine.State // after each event
}

func newSlow(t testing.TB, p played) slow {
	t.Helper()
	s := slow{played: p}
	var st engine.State
	var err error
	for _, e := range p.events {
		if st, err = engine.Apply(st, e); err != nil {
			t.Fatal(err)
		}
		s.states = append(s.states, st)
	}
	return s
}

func (s slow) rounds() int { return s.events[len(s.events)-1].Round }
func (s slow) traitor(x engine.Seat) bool {
	return x >= 0 && s.states[len(s.states)-1].Roles[x] == engine.RoleTraitor
}

// vote is a ballot with who lived when it was cast.
type vote struct {
	voter, target engine.Seat
	forfeited     bool
	living        map[engine.Seat]bool
}

func (s slow) livingAt(k int) map[engine.Seat]bool {
	m := map[engine.Seat]bool{}
	for i := engine.Seat(0); int(i) < s.rules.Players; i++ {
		if s.states[k].Living.Has(i) {
			m[i] = true
		}
	}
	return m
}

func (s slow) forfeit(round int, phase engine.Phase, seat engine.Seat, kind engine.RequestKind) bool {
	for _, e := range s.events {
		if f, ok := e.Body.(engine.Forfeited); ok && e.Round == round && e.Phase == phase && f.Seat == seat && f.Request == kind {
			return true
		}
	}
	return false
}

func (s slow) day(round, stage int) (out []vote) {
	for k, e := range s.events {
		if b, ok := e.Body.(engine.Ballot); ok && e.Round == round && b.Stage == stage {
			out = append(out, vote{b.Voter, b.Target, s.forfeit(round, e.Phase, b.Voter, engine.AskBallot), s.livingAt(k)})
		}
	}
	return out
}

func (s slow) night(round int) (out []vote) {
	for k, e := range s.events {
		if b, ok := e.Body.(engine.MurderVote); ok && e.Round == round {
			out = append(out, vote{b.Voter, b.Target, false, s.livingAt(k)})
		}
	}
	return out
}

func (s slow) banishedIn(round int) engine.Seat {
	for _, e := range s.events {
		if b, ok := e.Body.(engine.Banished); ok && e.Round == round {
			return b.Seat
		}
	}
	return engine.NoSeat
}

func (s slow) murderedIn(round int) engine.Seat {
	for _, e := range s.events {
		if b, ok := e.Body.(engine.Murdered); ok && e.Round == round {
			return b.Seat
		}
	}
	return engine.NoSeat
}

// opening is the index of the first ballot of a round, or of its last event where there is none.
func (s slow) opening(round int) (at int, ballot bool) {
	for k, e := range s.events {
		if _, ok := e.Body.(engine.Ballot); ok && e.Round == round {
			return k, true
		}
		if e.Round == round {
			at = k
		}
	}
	return at, false
}

// view is what one faithful stated at the primary moment of a round, and the place in the log.
type view struct {
	round, at int
	seat      engine.Seat
	b         map[engine.Seat]int
}

func (s slow) moment() string {
	with, after := s.rules.Beliefs.With, s.rules.Beliefs.After
	switch {
	case with.Has(engine.WithBallot):
		return "ballot"
	case after.Has(engine.AfterBanishment):
		return "banishment"
	case after.Has(engine.AfterRoundTable):
		return "round_table"
	case with.Has(engine.WithStatement):
		return "statement"
	case after.Has(engine.AfterAftermath):
		return "aftermath"
	case after.Has(engine.AfterBreakfast):
		return "breakfast"
	}
	return "never"
}

func (s slow) late() bool { m := s.moment(); return m == "banishment" || m == "aftermath" }

func (s slow) views(round, order int) (out []view) {
	for seat := engine.Seat(0); int(seat) < s.rules.Players; seat++ {
		var last *view
		for k, e := range s.events {
			b, ok := e.Body.(engine.Belief)
			if !ok || e.Round != round || b.Observer != seat || b.When != s.moment() || b.Order != order ||
				e.Phase == engine.PhaseAftermath {
				continue
			}
			v := view{round, k, seat, map[engine.Seat]int{}}
			for j, x := range b.PerMille {
				if x != engine.Unstated {
					v.b[engine.Seat(j)] = int(x)
				}
			}
			if len(v.b) > 0 { // else it was lost
				last = &v
			}
		}
		if last != nil {
			out = append(out, *last)
		}
	}
	return out
}

// said is a statement with what came around it.
type said struct {
	round int
	at    int
	phase engine.Phase
	seat  engine.Seat
	text  string
	acts  []engine.Act
	own   *engine.Belief
	aim   map[engine.Seat]engine.Seat
}

func (s slow) statements(round int) (out []said) {
	for k, e := range s.events {
		switch b := e.Body.(type) {
		case engine.Statement:
			if e.Round != round {
				continue
			}
			x := said{round: round, at: k, phase: e.Phase, seat: b.Seat, text: b.Text, acts: b.Acts, aim: map[engine.Seat]engine.Seat{}}
			if prev, ok := s.events[k-1].Body.(engine.Belief); ok && prev.Observer == b.Seat && prev.When == "statement" {
				x.own = &prev
			}
			for _, f := range s.events[k+1:] {
				if _, next := f.Body.(engine.Statement); next || f.Round != round {
					break
				}
				switch c := f.Body.(type) {
				case engine.Acts:
					x.acts = c.Acts
				case engine.Intent:
					x.aim[c.Seat] = c.Target
				}
			}
			out = append(out, x)
		}
	}
	return out
}

// tally is a set of votes by target, and who was named first.
func tally(votes []vote, keep func(vote) bool) (count map[engine.Seat]int, order []engine.Seat, n int) {
	count = map[engine.Seat]int{}
	for _, v := range votes {
		if !keep(v) {
			continue
		}
		n++
		if v.target == engine.NoSeat {
			continue
		}
		if count[v.target] == 0 {
			order = append(order, v.target)
		}
		count[v.target]++
	}
	return count, order, n
}

func mean(list []float64) Ratio {
	if len(list) == 0 {
		return Ratio{}
	}
	return Ratio{stat.Mean(list, nil), 1}
}

func sum(list []float64) Ratio {
	out := Ratio{Den: float64(len(list))}
	for _, x := range list {
		out.Num += x
	}
	return out
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// perRound collects values over the rounds.
func (s slow) perRound(f func(round int) []float64) (out []float64) {
	for r := 0; r <= s.rounds(); r++ {
		out = append(out, f(r)...)
	}
	return out
}

func (s slow) plainVote(v vote) bool { return !v.forfeited && v.target != engine.NoSeat }

// fits reports whether a set of traitors is one that the public facts before event k allow.
func (s slow) fits(set uint64, at int) bool {
	size := bits.OnesCount64(set)
	n := s.rules.Players
	if s.rules.TraitorCount == "known" && size != s.rules.Traitors || size == 0 || n <= 2*size || s.rules.First == "night" &&
		n <= 2*size+1 {
		return false
	}
	in := func(x engine.Seat) bool { return set>>uint(x)&1 == 1 }
	over := func(living engine.Seats) bool {
		t := bits.OnesCount64(set & uint64(living))
		f := living.Len() - t
		return t == 0 || f == 0 || s.rules.TraitorsWin == "parity" && t >= f
	}
	for k := 0; k < at; k++ {
		switch b := s.events[k].Body.(type) {
		case engine.Murdered:
			if b.Seat != engine.NoSeat && in(b.Seat) {
				return false
			}
		case engine.Revealed:
			if in(b.Seat) != (b.Role == engine.RoleTraitor) {
				return false
			}
		case engine.Banished:
			if s.rules.Check == "each" && over(s.states[k].Living) {
				return false
			}
		}
		if s.events[k+1].Round > s.events[k].Round && over(s.states[k].Living) {
			return false
		}
	}
	return true
}

// enumerated is the counts observer by listing the sets; of a living seat, and given that another living seat is faithful.
func (s slow) enumerated(at int) (p, given float64) {
	n := s.rules.Players
	living := s.states[at].Living
	if living.Len() < 2 {
		return 0, 0
	}
	one, two := living.List()[0], living.List()[1]
	var all, hit, some, hit2 float64
	for set := uint64(0); set < 1<<uint(n); set++ {
		if !s.fits(set, at) {
			continue
		}
		w := 1 / math.Round(math.Exp(lchoose(n, bits.OnesCount64(set))))
		all += w
		if set>>uint(one)&1 == 1 {
			hit += w
			continue
		}
		some += w
		if set>>uint(two)&1 == 1 {
			hit2 += w
		}
	}
	return hit / all, hit2 / some
}

func lchoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
