package metrics

import "github.com/turncoat-sim/turncoat/engine"

// Place is how much the whole table had learnt when something was said: statements, open ballots, tied ones, banishments and
// murders so far.
type Place struct{ Statements, Ballots, Ties, Banishments, Murders int16 }

// sum orders places: it grows with the log.
func (p Place) sum() int {
	return int(p.Statements) + int(p.Ballots) + int(p.Banishments) + int(p.Murders)
}

// since is what came between an earlier place and this one.
func (p Place) since(o Place) Place {
	return Place{p.Statements - o.Statements, p.Ballots - o.Ballots, p.Ties - o.Ties, p.Banishments - o.Banishments, p.Murders - o.Murders}
}

// Movement is how the faithful listeners' belief in a seat moved with one statement.
type Movement struct {
	Before, After float64 // mean stated probabilities of guilt: the last of each before the statement, the first after it
	Listeners     int     // who stated both
	Between       Place   // the most that any of them learnt between the two, beside the statement; all 0: nothing
	rise          int     // Σ (after − before) in per mille: of a mean that did not move exactly 0
}

// Rise is by how much the mean belief rose.
func (m Movement) Rise() float64 { return float64(m.rise) / float64(1000*m.Listeners) }

// Moved is how belief in a seat moved with statement k of round i: each listener's latest belief before it against its first one after.
// A pair with a banishment between is left out, since what that told moved belief too; alone leaves out every pair between which the
// table learnt anything but the statement. Then the shift is the statement's.
func (g *Game) Moved(i, k int, seat engine.Seat, alone bool) Movement {
	said := &g.Rounds[i].Statements[k]
	was, is := g.around(i, said, seat)
	var m Movement
	var before, after int
	for o := range g.N {
		if was[o] == nil || is[o] == nil {
			continue
		}
		between := is[o].Place.since(was[o].Place)
		between.Statements-- // the statement itself
		if between.Banishments > 0 || alone && between != (Place{}) {
			continue
		}
		before, after = before+int(was[o].PerMille[seat]), after+int(is[o].PerMille[seat])
		m.Between.Statements = max(m.Between.Statements, between.Statements)
		m.Between.Ballots = max(m.Between.Ballots, between.Ballots)
		m.Between.Ties = max(m.Between.Ties, between.Ties)
		m.Between.Murders = max(m.Between.Murders, between.Murders)
		m.Listeners++
	}
	if m.Listeners > 0 {
		n := float64(1000 * m.Listeners)
		m.Before, m.After, m.rise = float64(before)/n, float64(after)/n, after-before
	}
	return m
}

// around are the beliefs in a seat nearest to a statement of round i, by observer: the last before it and the first after it, of those
// who were faithful and did not make it.
func (g *Game) around(i int, said *Statement, seat engine.Seat) (was, is [engine.MaxSeats]*Belief) {
	// Who speaks of its beliefs with a statement has heard all statements before only where talk is heard as it runs.
	running := g.Rules.Hears.First == engine.HearsRunning && (g.Rules.Passes < 2 || g.Rules.Hears.Later == engine.HearsRunning)
	take := func(list []Belief, reactions bool) {
		for x := range list {
			b := &list[x]
			if b.Order != 1 || b.Observer < 0 || b.Observer == said.Seat || b.PerMille[seat] < 0 || b.When == "statement" && !running {
				continue
			}
			// At the same place the reactions to a statement come first in the log.
			if old := &was[b.Observer]; b.Place.Statements <= said.Place.Statements {
				if *old == nil || b.Place.sum() > (*old).Place.sum() || b.Place == (*old).Place && !reactions {
					*old = b
				}
			} else if old := &is[b.Observer]; *old == nil || b.Place.sum() < (*old).Place.sum() || b.Place == (*old).Place && reactions {
				*old = b
			}
		}
	}
	if i <= 1 { // the first day may follow a night, which is round 0
		take(g.Start, false)
	}
	for r := max(0, i-1); r <= min(i+1, len(g.Rounds)-1); r++ { // further off there is a banishment between
		take(g.Rounds[r].Beliefs, false)
		for k := range g.Rounds[r].Statements {
			take(g.Rounds[r].Statements[k].Reactions, true)
		}
	}
	return was, is
}
