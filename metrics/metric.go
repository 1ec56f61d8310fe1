// Package metrics measures games from their logs: each metric is a fold over one game's events with a name, a unit, a range
// and a definition, and what is summed over games keeps its number of cases. It knows no agent, no clock, no file and no
// database: events come in as they are stored, numbers go out.
package metrics

import (
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Ratio is a sum over cases and how many cases it rests on. Ratios of games are pooled by adding both.
type Ratio struct{ Num, Den float64 }

// Value is the ratio, and false where there are no cases: undefined is not zero.
func (r Ratio) Value() (float64, bool) {
	if r.Den == 0 {
		return 0, false
	}
	return r.Num / r.Den, true
}

// Plus pools two ratios.
func (r Ratio) Plus(o Ratio) Ratio { return Ratio{r.Num + o.Num, r.Den + o.Den} }

func (r *Ratio) add(num float64) { r.Num, r.Den = r.Num+num, r.Den+1 }

func (r *Ratio) count(yes bool) {
	if yes {
		r.Num++
	}
	r.Den++
}

// one is a ratio of a single case, so that games weigh equally when they are pooled.
func (r Ratio) one() Ratio {
	v, ok := r.Value()
	if !ok {
		return Ratio{}
	}
	return Ratio{v, 1}
}

// Metric is a fold of one game into a ratio.
type Metric struct {
	About
	Name    string
	Unit    string
	Range   string
	Section string // of docs/metrics.md: A … E
	Doc     string
	Source  string // where the definition comes from; empty for the project's own page
	Beside  string // the metric that is to be read beside it: a chance level or a baseline; may be empty

	// Mean: the value of a game is one case, so games weigh equally. Otherwise a batch's value is the ratio of sums over games.
	Mean bool
	// OfAll: games that came to no end count, too. OfEnds: the value of a game is of how it ended, so that what those would have come to
	// bounds the figure.
	OfAll, OfEnds bool
	Fold          func(*Game) Ratio

	// Happened is in how many of a game's cases what the metric counts happened; nil where that is the sum, or where no case is a yes or
	// no.
	Happened func(*Game) float64

	// Cases is how many cases a game's value rests on where that is not what its sum is divided by, as of an error in shares of another
	// error; nil elsewhere.
	Cases func(*Game) Ratio

	// ByRound is the same of one round, nil where rounds have no value of their own. The index is into Game.Rounds.
	ByRound func(g *Game, round int) Ratio
}

// Of is the metric of a game, and how many cases it rests on.
func (m Metric) Of(g *Game) (r Ratio, cases float64) {
	r = m.Fold(g)
	if m.Cases != nil {
		return r, m.Cases(g).Den
	}
	return r, r.Den
}

// Survival is a time to an event, to be summarised by Kaplan–Meier and never by a mean.
type Survival struct {
	About
	Name, Unit, Range, Section, Doc, Source string

	Times func(*Game) []stats.Time // empty: the game has no case
	// Independent: a game has one case at most.
	Independent bool
}

// All lists every metric, in the order of docs/metrics.md.
func All() []Metric {
	var out []Metric
	for _, section := range [][]Metric{publishedTen, outcome, inference, deception, lies, trust} {
		out = append(out, section...)
	}
	for i := range out {
		out[i].About = abouts[out[i].Name]
	}
	return out
}

// Names are those of all metrics.
func Names() []string {
	var out []string
	for _, m := range All() {
		out = append(out, m.Name)
	}
	return out
}

// Find returns the metric of the name.
func Find(name string) (Metric, bool) {
	for _, m := range All() {
		if m.Name == name {
			return m, true
		}
	}
	return Metric{}, false
}

// overRounds makes a metric's fold of its value by round.
func overRounds(f func(*Game, int) Ratio) func(*Game) Ratio {
	return func(g *Game) Ratio {
		var sum Ratio
		for i := range g.Rounds {
			sum = sum.Plus(f(g, i))
		}
		return sum
	}
}

// meanOfRounds weighs the rounds that have a value equally, and the game as one case: as the published testbed averages.
func meanOfRounds(f func(*Game, int) Ratio) func(*Game) Ratio {
	return func(g *Game) Ratio {
		var sum Ratio
		for i := range g.Rounds {
			sum = sum.Plus(f(g, i).one())
		}
		return sum.one()
	}
}

// Calibrate counts a game's beliefs at its primary moment.
func Calibrate(c *stats.Calibration, g *Game) {
	for i := range g.Rounds {
		g.each(i, func(_, _ engine.Seat, v int16, traitor bool) { c.Add(int(v), traitor) })
	}
}
