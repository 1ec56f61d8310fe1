package metrics

import (
	"math"

	"turncoat/engine"
)

// Survivals lists the times to an event. They are summarised by Kaplan–Meier: a game, or a case, that ended before the event is
// censored, and leaving it out would flatter.
func Survivals() []Survival {
	return []Survival{
		{Name: "rounds_to_first_traitor", Unit: "rounds", Range: "1…", Section: "C", Times: toFirstTraitor,
			Doc: "The round in which the first traitor is banished; a game that banishes none is censored at its last round with a ballot. Kaplan–Meier over games."},
		{Name: "exposure_recovery", Unit: "rounds", Range: "1…", Section: "E", Times: recovery,
			Doc: "After an exposure with a positive exposure_drop: rounds until half of it is regained, that is until the faithful's mean b on the defenders minus that on the others has come back by half of the drop; censored at the last round in which both are stated. Kaplan–Meier over exposures; resample games."},
	}
}

func toFirstTraitor(g *Game) []Time {
	last := 0
	for i := range g.Rounds {
		r := &g.Rounds[i]
		if r.Banished != engine.NoSeat && r.Traitors.Has(r.Banished) {
			return []Time{{Rounds: r.Number}}
		}
		if r.Decided {
			last = r.Number
		}
	}
	if last == 0 {
		return nil
	}
	return []Time{{Rounds: last, Censored: true}}
}

func recovery(g *Game) []Time {
	var out []Time
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
func (g *Game) regained(x exposure, level float64) Time {
	t := Time{Censored: true}
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

// Lifetimes counts times to an event by whole rounds, so that it is as small after a million games as after one.
type Lifetimes struct{ came, censored []int }

// Add counts times.
func (l *Lifetimes) Add(times []Time) {
	for _, t := range times {
		for t.Rounds >= len(l.came) {
			l.came, l.censored = append(l.came, 0), append(l.censored, 0)
		}
		if t.Censored {
			l.censored[t.Rounds]++
		} else {
			l.came[t.Rounds]++
		}
	}
}

// Lasting is a step of a survival curve: how many the event could still have come to in a round, to how many it came, how many were
// censored, and the share to which it has not come after the round.
type Lasting struct {
	Round, AtRisk, Came, Censored int
	Left                          float64
}

// Curve is the estimate by round (Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452); nil without cases.
func (l *Lifetimes) Curve() []Lasting {
	risk := l.n()
	if risk == 0 {
		return nil
	}
	left := 1.0
	out := make([]Lasting, 0, len(l.came))
	for k := range l.came {
		if risk > 0 {
			left *= 1 - float64(l.came[k])/float64(risk)
		}
		out = append(out, Lasting{k, risk, l.came[k], l.censored[k], left})
		risk -= l.came[k] + l.censored[k]
	}
	return out
}

func (l *Lifetimes) n() (n int) {
	for k := range l.came {
		n += l.came[k] + l.censored[k]
	}
	return n
}

// Median is the round after which the event has come to half; NaN where fewer than half come to it.
func (l *Lifetimes) Median() float64 {
	for _, s := range l.Curve() {
		if s.Left <= 0.5+1e-12 {
			return float64(s.Round)
		}
	}
	return math.NaN()
}

// Mean is restricted: up to the last time. NaN where the event came to nobody.
func (l *Lifetimes) Mean() float64 {
	mean, left, came := 0.0, 1.0, 0
	for _, s := range l.Curve() {
		if s.Round > 0 {
			mean += left
		}
		left, came = s.Left, came+s.Came
	}
	if came == 0 {
		return math.NaN()
	}
	return mean
}
