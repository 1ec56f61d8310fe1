package recounttest

import (
	"math"
	"math/bits"

	"gonum.org/v1/gonum/stat"
)

// vote is a ballot with who lived when it was cast.
type vote struct {
	voter, target Seat
	forfeited     bool
	living        map[Seat]bool
}

func (s Log) forfeit(round int, phase string, seat Seat, kind string) bool {
	for _, e := range s.events {
		if f, ok := e.Body.(forfeited); ok && e.Round == round && e.Phase == phase && f.Seat == seat && f.Request == kind {
			return true
		}
	}
	return false
}

func (s Log) day(round, stage int) (out []vote) {
	for k, e := range s.events {
		if b, ok := e.Body.(ballot); ok && e.Round == round && b.Stage == stage {
			out = append(out, vote{b.Voter, b.Target, s.forfeit(round, e.Phase, b.Voter, "ballot"), s.livingAt(k)})
		}
	}
	return out
}

func (s Log) night(round int) (out []vote) {
	for k, e := range s.events {
		if b, ok := e.Body.(murderVote); ok && e.Round == round {
			out = append(out, vote{b.Voter, b.Target, false, s.livingAt(k)})
		}
	}
	return out
}

func (s Log) banishedIn(round int) Seat {
	for _, e := range s.events {
		if b, ok := e.Body.(banished); ok && e.Round == round {
			return b.Seat
		}
	}
	return NoSeat
}

func (s Log) murderedIn(round int) Seat {
	for _, e := range s.events {
		if b, ok := e.Body.(murdered); ok && e.Round == round {
			return b.Seat
		}
	}
	return NoSeat
}

// opening is the index of the first ballot of a round, or of its last event where there is none.
func (s Log) opening(round int) (at int, voted bool) {
	for k, e := range s.events {
		if _, ok := e.Body.(ballot); ok && e.Round == round {
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
	seat      Seat
	b         map[Seat]int
}

func (s Log) moment() string {
	switch {
	case s.asks("with", "ballot"):
		return "ballot"
	case s.asks("after", "banishment"):
		return "banishment"
	case s.asks("after", "round_table"):
		return "round_table"
	case s.asks("with", "statement"):
		return "statement"
	case s.asks("after", "aftermath"):
		return "aftermath"
	case s.asks("after", "breakfast"):
		return "breakfast"
	}
	return "never"
}

func (s Log) late() bool { m := s.moment(); return m == "banishment" || m == "aftermath" }

func (s Log) views(round, order int) (out []view) {
	for seat := Seat(0); int(seat) < s.seats; seat++ {
		var last *view
		for k, e := range s.events {
			b, ok := e.Body.(belief)
			if !ok || e.Round != round || b.Observer != seat || b.When != s.moment() || b.Order != order ||
				e.Phase == "aftermath" {
				continue
			}
			v := view{round, k, seat, map[Seat]int{}}
			for j, x := range b.PerMille {
				if x != unstated {
					v.b[Seat(j)] = int(x)
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
	phase string
	seat  Seat
	text  string
	acts  []Act
	own   *belief
	aim   map[Seat]Seat
}

func (s Log) statements(round int) (out []said) {
	for k, e := range s.events {
		switch b := e.Body.(type) {
		case statement:
			if e.Round != round {
				continue
			}
			x := said{round: round, at: k, phase: e.Phase, seat: b.Seat, text: b.Text, acts: b.Acts, aim: map[Seat]Seat{}}
			if prev, ok := s.events[k-1].Body.(belief); ok && prev.Observer == b.Seat && prev.When == "statement" {
				x.own = &prev
			}
			for _, f := range s.events[k+1:] {
				if _, next := f.Body.(statement); next || f.Round != round {
					break
				}
				switch c := f.Body.(type) {
				case acts:
					x.acts = c.Acts
				case intent:
					x.aim[c.Seat] = c.Target
				}
			}
			out = append(out, x)
		}
	}
	return out
}

// tally is a set of votes by target, and who was named first.
// written are votes as the published testbed's file has them: lost ones without a target, and nothing at all where nobody named anybody.
func written(votes []vote) (out []vote) {
	named := false
	for _, v := range votes {
		if v.forfeited {
			v.target = NoSeat
		}
		named = named || v.target != NoSeat
		out = append(out, v)
	}
	if !named {
		return nil
	}
	return out
}

func tally(votes []vote, keep func(vote) bool) (count map[Seat]int, order []Seat, n int) {
	count = map[Seat]int{}
	for _, v := range votes {
		if !keep(v) {
			continue
		}
		n++
		if v.target == NoSeat {
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
func (s Log) perRound(f func(round int) []float64) (out []float64) {
	for r := 0; r <= s.rounds(); r++ {
		out = append(out, f(r)...)
	}
	return out
}

func (s Log) plainVote(v vote) bool { return !v.forfeited && v.target != NoSeat }

// fits reports whether a set of traitors is one that the public facts before event k allow.
func (s Log) fits(set uint64, at int) bool {
	size := bits.OnesCount64(set)
	n := s.seats
	if s.rule("traitor_count") == "known" && size != s.dealt || size == 0 || n <= 2*size || s.rule("first") == "night" &&
		n <= 2*size+1 {
		return false
	}
	in := func(x Seat) bool { return set>>uint(x)&1 == 1 }
	over := func(living uint64) bool {
		t := bits.OnesCount64(set & living)
		f := bits.OnesCount64(living) - t
		return t == 0 || f == 0 || s.rule("traitors_win") == "parity" && t >= f
	}
	for k := 0; k < at; k++ {
		switch b := s.events[k].Body.(type) {
		case murdered:
			if b.Seat != NoSeat && in(b.Seat) {
				return false
			}
		case revealed:
			if in(b.Seat) != (b.Role == "traitor") {
				return false
			}
		case banished:
			if s.rule("check") == "each" && over(s.living[k]) {
				return false
			}
		}
		if s.events[k+1].Round > s.events[k].Round && over(s.living[k]) {
			return false
		}
	}
	return true
}

// enumerated is the counts observer by listing the sets; of a living seat, and given that another living seat is faithful.
func (s Log) enumerated(at int) float64 {
	n := s.seats
	living := s.living[at]
	if bits.OnesCount64(living) < 2 {
		return 0
	}
	one := bits.TrailingZeros64(living)
	two := bits.TrailingZeros64(living & (living - 1))
	var some, hit float64
	for set := uint64(0); set < 1<<uint(n); set++ {
		if !s.fits(set, at) {
			continue
		}
		w := 1 / math.Round(math.Exp(lchoose(n, bits.OnesCount64(set))))
		if set>>uint(one)&1 == 1 {
			continue // the one who counts is faithful
		}
		some += w
		if set>>uint(two)&1 == 1 {
			hit += w
		}
	}
	return hit / some
}

func lchoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
