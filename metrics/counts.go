package metrics

import "github.com/turncoat-sim/turncoat/engine"

// Counts is what the counts observer says at a round's primary moment: a uniform prior over the sets of traitors, kept to those
// that the public facts allow and that leave the observer out, since it is faithful and knows it. Nothing public tells the other
// living seats apart, so one number holds for all of them.
type Counts struct {
	Suspicion float64 // P(another living seat is a traitor | the public facts, the observer is faithful)
	OK        bool    // false: no set of traitors fits the facts
}

// countsPosterior is the exact posterior from reveals, murder victims, the number of traitors or its prior, that the game has not
// ended, and that a living observer is faithful. Sets are counted and not listed: a hypothesis matters by how many traitors were banished
// unrevealed and how many live. An unknown number of traitors has a uniform prior over what rule 1.1 allows.
func countsPosterior(g *Game, round int) Counts {
	lo, hi := g.Rules.Traitors, g.Rules.Traitors
	if g.Rules.TraitorCount == engine.CountUnknown {
		lo, hi = 1, (g.N-1)/2
		if g.Rules.First == engine.FirstNight {
			hi = (g.N - 2) / 2
		}
	}
	living := g.Rounds[round].Living
	if !g.primaryBefore() {
		living = living.Without(g.Rounds[round].Banished)
	}
	l := living.Len()
	var all, mass float64
	for m := lo; m <= hi; m++ {
		ways := banishedWays(g, round, m)
		sets := choose(g.N, m)
		for t := 0; t <= m; t++ {
			k := m - t
			w := ways[t] / sets * choose(l-1, k)
			all, mass = all+w, mass+w*float64(k)
		}
	}
	if all == 0 || l < 2 {
		return Counts{}
	}
	return Counts{Suspicion: mass / all / float64(l-1), OK: true}
}

// banishedWays counts, by number of traitors among those banished so far, the ways in which they can be that, under m traitors
// and no end of the game at any win check so far (rules 2.10 and 6).
func banishedWays(g *Game, round, m int) (ways [engine.MaxSeats + 1]float64) {
	ways[0] = 1
	for i := 0; i <= round; i++ {
		r := &g.Rounds[i]
		last := i == round
		if last && g.primaryBefore() {
			break
		}
		living := r.Living.Without(r.Banished)
		if r.Banished != engine.NoSeat {
			banish(&ways, m, r.Revealed.Has(r.Banished), r.Traitors.Has(r.Banished))
		}
		if g.Rules.Check != engine.CheckNight {
			goesOn(&ways, g, m, living.Len())
		}
		if last {
			break
		}
		goesOn(&ways, g, m, living.Without(r.Murdered).Len())
	}
	return ways
}

func banish(ways *[engine.MaxSeats + 1]float64, m int, revealed, traitor bool) {
	for t := m; t >= 0; t-- {
		var as float64
		if t > 0 && (!revealed || traitor) {
			as = ways[t-1]
		}
		if revealed && traitor {
			ways[t] = 0
		}
		ways[t] += as
	}
}

// goesOn strikes out what would have ended the game at a win check.
func goesOn(ways *[engine.MaxSeats + 1]float64, g *Game, m, living int) {
	for t := 0; t <= m; t++ {
		traitors := m - t
		faithful := living - traitors
		if traitors == 0 || faithful <= 0 || g.Rules.TraitorsWin == engine.TraitorsWinParity && traitors >= faithful {
			ways[t] = 0
		}
	}
}

// binomials holds Pascal's triangle up to the largest table.
var binomials = func() (c [engine.MaxSeats + 1][engine.MaxSeats + 1]float64) {
	for n := range c {
		c[n][0] = 1
		for k := 1; k <= n; k++ {
			c[n][k] = c[n-1][k-1] + c[n-1][k]
		}
	}
	return c
}()

func choose(n, k int) float64 {
	if n < 0 || k < 0 || k > n {
		return 0
	}
	return binomials[n][k]
}
