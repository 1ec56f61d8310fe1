package metrics

import (
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Survivals lists the times to an event. They are summarised by Kaplan–Meier: a game, or a case, that ended before the event is
// censored, and leaving it out would flatter.
func Survivals() []Survival {
	out := []Survival{
		{Name: "rounds_to_first_traitor", Unit: "rounds", Range: "1…", Section: "C", Times: toFirstTraitor, Independent: true,
			Doc: "The round in which the first traitor is banished; a game that banishes none is censored at its last round with a " +
				"ballot. Kaplan–Meier over games; the mean is restricted to the longest time that was seen, which stands in its unit, " +
				"and has the interval of Greenwood's formula where games are independent."},
		{Name: "exposure_recovery", Unit: "rounds", Range: "0…", Section: "E", Times: recovery,
			Doc: "After an exposure with a positive exposure_drop: rounds until half of it is regained, that is until the faithful's " +
				"mean b on the defenders minus that on the others has come back by half of the drop; censored at the last round in " +
				"which both are stated, 0 where that is the exposure's own. Kaplan–Meier over exposures; resample games."},
	}
	for i := range out {
		out[i].About = abouts[out[i].Name]
	}
	return out
}

func toFirstTraitor(g *Game) []stats.Time {
	last := 0
	for i := range g.Rounds {
		r := &g.Rounds[i]
		if r.Banished != engine.NoSeat && r.Traitors.Has(r.Banished) {
			return []stats.Time{{Rounds: r.Number}}
		}
		if r.Decided {
			last = r.Number
		}
	}
	if last == 0 {
		return nil
	}
	return []stats.Time{{Rounds: last, Censored: true}}
}

func recovery(g *Game) []stats.Time {
	var out []stats.Time
	for i := range g.Rounds {
		drop, ok := exposureDrop(g, i).Value()
		if !ok || drop <= 0 {
			continue
		}
		x, _ := g.exposure(i)
		low, ok := g.gap(x.after, x.defenders)
		if !ok {
			continue
		}
		out = append(out, g.regained(x, low-drop/2))
	}
	return out
}

// regained is the time until the gap has come down to a level.
func (g *Game) regained(x exposure, level float64) stats.Time {
	t := stats.Time{Censored: true}
	for k := x.after + 1; k < len(g.Rounds); k++ {
		gap, ok := g.gap(k, x.defenders)
		if !ok {
			break
		}
		t.Rounds = k - x.after
		if gap <= level+1e-9 { // beliefs are per mille: nearer than that is equal
			t.Censored = false
			break
		}
	}
	return t
}

// gap is the faithful's mean b on the defenders minus that on the others at a round's primary moment.
func (g *Game) gap(i int, defenders engine.Seats) (float64, bool) {
	var in, not Ratio
	g.each(i, func(_, subject engine.Seat, v int16, _ bool) {
		if defenders.Has(subject) {
			in.add(float64(v) / 1000)
		} else {
			not.add(float64(v) / 1000)
		}
	})
	a, okA := in.Value()
	b, okB := not.Value()
	return a - b, okA && okB
}
