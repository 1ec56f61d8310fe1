// Package posterior is the Bayesian observer: what the public events of a game imply about who the traitors, the informed team, are.
//
// Counts knows the facts alone: who left, what was revealed, how many traitors there are, that the game went on. It is exact.
// Sets adds what ballots and statements suggest. Both are fed one Observed at a time, hold integers only, and give integers per
// mille, so that they are the same on every processor.
//
// The package must not know a seat's private events: a role that is dealt, an ally, a thought. It ignores them, and so a
// seat's whole observation may be fed to it.
package posterior

import (
	"math/bits"

	"github.com/turncoat-sim/turncoat/engine"
)

// Counts is the exact posterior over the sets of traitors given the public facts: every set of a size is equally likely before
// them, and so is every size that rule 1.1 allows where the number of traitors is not known (1.2). It conditions on facts, not
// on how they came about: that somebody was murdered says that they were faithful, and no more. The zero value waits for Opened;
// a copy is independent.
type Counts struct {
	n, m         int // m is 0 where the number of traitors is not known
	most         int // the largest m that the rules allow
	unit         uint64
	lastFaithful bool
	each         bool // the win check runs after a banishment too (2.10)
	seatedAt     int  // the round last seen
	over         bool // the end was told
	waiting      bool // a banishment of which it is not yet known that the game went on after it

	living             engine.Seats
	traitors, faithful engine.Seats // known by the facts
	gone               [engine.MaxSeats]engine.Seat
	left               int    // how many of gone are set
	passed             uint64 // bit i: the game went on when i seats had left
}

// Observe takes in one event. Events that are not public facts change nothing.
func (c *Counts) Observe(o engine.Observed) {
	switch b := o.Body.(type) {
	case engine.Opened:
		c.begin(b.Rules)
	case engine.Ended:
		c.over, c.waiting = true, false
		for i, role := range b.Roles {
			c.reveal(engine.Seat(i), role)
		}
	case engine.Revealed:
		c.reveal(b.Seat, b.Role)
	case engine.Introduced, engine.PhaseBegan, engine.Order, engine.Drawn, engine.Tally, engine.Tied, engine.Banished, engine.Murdered,
		engine.Found, engine.Briefing, engine.Deed, engine.Bookkeeping: // they tell no role
		c.proceed(o)
	}
}

// proceed follows the seats that leave, and the checks that the game survived (rules 2.10 and 6).
func (c *Counts) proceed(o engine.Observed) {
	on := o.Phase != engine.PhaseOver && !c.over
	if c.waiting && on && o.Phase != engine.PhaseBanishment {
		c.passed |= 1 << uint(c.left)
		c.waiting = false
	}
	c.depart(engine.Gone(o.Body))
	switch b := o.Body.(type) {
	case engine.Found:
		c.faithful = c.faithful.With(b.Victim) // those who kill name none of their own (4.2)
	case engine.Banished:
		c.waiting = c.each
	case engine.News, engine.Briefing, engine.Deed, engine.Bookkeeping: // who else leaves, Gone says
	}
	if on && o.Round > c.seatedAt {
		c.seatedAt = o.Round
		c.passed |= 1 << uint(c.left)
	}
}

func (c *Counts) begin(r engine.Rules) {
	*c = Counts{n: r.Players, m: r.Traitors, living: engine.AllSeats(r.Players), most: (r.Players - 1) / 2,
		lastFaithful: r.TraitorsWin == engine.TraitorsWinLastFaithful, each: r.Check == engine.CheckEach}
	if r.First == engine.FirstNight {
		c.most = (r.Players - 2) / 2
	}
	c.unit = 1
	if c.m == 0 {
		for m := 1; m <= c.most; m++ {
			c.unit = lcm(c.unit, choose[c.n][m])
		}
	}
}

func (c *Counts) depart(seat engine.Seat) {
	if c.living.Has(seat) {
		c.living = c.living.Without(seat)
		c.gone[c.left] = seat
		c.left++
	}
}

func (c *Counts) reveal(seat engine.Seat, role engine.Role) {
	switch team := role.Team(); {
	case team.Informed():
		c.traitors = c.traitors.With(seat)
	case team != engine.NoTeam:
		c.faithful = c.faithful.With(seat)
	}
}

// Exposed are the seats that are publicly known to be, or to have been, traitors; Cleared those known to be faithful.
func (c *Counts) Exposed() engine.Seats { return c.traitors }

// Cleared are the seats that are publicly known to be, or to have been, faithful.
func (c *Counts) Cleared() engine.Seats { return c.faithful }

// sizes are the numbers of traitors that are possible before any fact.
func (c *Counts) sizes() (from, to int) {
	if c.m > 0 {
		return c.m, c.m
	}
	return 1, c.most
}

// weight is what one set of m traitors weighs: all of a size together weigh the same for every size. It is a whole number,
// since unit is a multiple of every number of sets.
func (c *Counts) weight(m int) uint64 {
	if c.m > 0 {
		return 1
	}
	return c.unit / choose[c.n][m]
}

// goesOn reports whether a game with this many living traitors among the living is not over (rules 6.1 and 6.2).
func (c *Counts) goesOn(traitors, living int) bool {
	if c.lastFaithful {
		return traitors > 0 && traitors < living
	}
	return traitors > 0 && 2*traitors < living
}

// total is the weight of all sets that agree with the facts and with these seats' roles. Living seats of unknown role are
// exchangeable, so they are counted and not listed; of the departed only how many were traitors at each check matters.
func (c *Counts) total(traitors, faithful engine.Seats) uint64 {
	hidden := (c.living &^ traitors &^ faithful).Len()
	certain := (c.living & traitors).Len()
	from, to := c.sizes()
	var sum uint64
	for m := from; m <= to; m++ {
		ways, dead := c.departed(m, traitors, faithful)
		for t, w := range ways {
			if free := m - certain - dead - t; w > 0 && free >= 0 && free <= hidden {
				sum += c.weight(m) * w * choose[hidden][free]
			}
		}
	}
	return sum
}

// departed counts, by how many of the departed of unknown role were traitors, the ways that agree with the checks. dead is the
// number of traitors among the departed of known role.
func (c *Counts) departed(m int, traitors, faithful engine.Seats) (ways [engine.MaxSeats/2 + 1]uint64, dead int) {
	ways[0] = 1
	for i := 0; ; i++ {
		if c.passed>>uint(i)&1 == 1 {
			for t := range ways {
				if !c.goesOn(m-dead-t, c.n-i) {
					ways[t] = 0
				}
			}
		}
		if i == c.left {
			return ways, dead
		}
		switch seat := c.gone[i]; {
		case traitors.Has(seat):
			dead++
		case !faithful.Has(seat):
			for t := len(ways) - 1; t > 0; t-- {
				ways[t] += ways[t-1]
			}
		}
	}
}

// PerMille is, by seat, the probability that the seat is, or was when it left, a traitor, rounded to the nearest per mille.
// With an observer it is what a faithful at that seat knows; NoSeat is an outsider. Where the facts contradict each other, or
// the observer is an exposed traitor, the outsider's view is given, and zeros where there is none.
func (c *Counts) PerMille(observer engine.Seat) []int16 {
	out := make([]int16, c.n)
	faithful := c.faithful.With(observer)
	all := c.total(c.traitors, faithful)
	if all == 0 || c.traitors.Has(observer) {
		faithful = c.faithful
		all = c.total(c.traitors, faithful)
	}
	shared, known := int16(0), false
	for i := range out {
		seat := engine.Seat(i)
		switch {
		case c.traitors.Has(seat):
			out[i] = 1000
		case faithful.Has(seat):
		case c.living.Has(seat) && known:
			out[i] = shared
		default:
			out[i] = perMille(c.total(c.traitors.With(seat), faithful), all)
			if c.living.Has(seat) {
				shared, known = out[i], true
			}
		}
	}
	return out
}

// perMille is part of whole, rounded half up; 0 of nothing.
func perMille(part, whole uint64) int16 {
	if whole == 0 {
		return 0
	}
	hi, lo := bits.Mul64(part, 1000)
	lo, carry := bits.Add64(lo, whole/2, 0)
	q, _ := bits.Div64(hi+carry, lo, whole)
	return int16(q)
}

// choose holds the binomial coefficients of every table.
var choose = func() (c [engine.MaxSeats + 1][engine.MaxSeats + 1]uint64) {
	for n := range c {
		c[n][0] = 1
		for k := 1; k <= n; k++ {
			c[n][k] = c[n-1][k-1] + c[n-1][k]
		}
	}
	return c
}()

func lcm(a, b uint64) uint64 {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	return a / x * b
}

// Round is the round of the last event taken in.
func (c *Counts) Round() int { return c.seatedAt }
