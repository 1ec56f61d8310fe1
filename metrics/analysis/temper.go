package analysis

import (
	"math"

	"github.com/turncoat-sim/turncoat/metrics"
)

// mostTuned is by how many games of a condition the exponents are chosen at most: the first ones.
const mostTuned = 500

// grid are the exponents that are tried, the counts observer first.
var grid = func() (out [len(steps) * len(steps)]exponents) {
	for i, a := range steps {
		for k, b := range steps {
			out[i*len(steps)+k] = exponents{a, b}
		}
	}
	return out
}()

var steps = [...]float64{0, 1. / 16, 1. / 8, 1. / 4, 1. / 2, 1}

// Tune takes a game, once all are counted, into the choice of the exponents: for each other part, the log loss of this game by likelihoods
// that rest on neither its own part nor that one.
func (f *Fitter) Tune(g *metrics.Game) {
	if f.tuned++; f.tuned > mostTuned {
		return
	}
	own := f.fold(g)
	for part := range folds {
		if part == own {
			continue
		}
		o, ok := newObserver(g, likelihoodWithout(&f.parts, own, part))
		if !ok {
			return
		}
		var losses [len(grid)]float64
		ok = o.follow(g, func(i, k int) { o.statement(&g.Rounds[i].Statements[k], g.Rounds[i].Living) }, func(i int) {
			r := &g.Rounds[i]
			for at, x := range grid {
				p := o.seats(o.weights(x))
				for j := range r.Living.All() {
					losses[at] += logLoss(p[j], float64(team(r.Traitors, j)))
				}
			}
		})
		if !ok {
			return
		}
		for at, v := range losses {
			f.losses[part][at] += v
		}
	}
}

// exponents are those by which the other parts' games lose the least: of equal ones the lowest.
func (f *Fitter) exponents(part int) exponents {
	best := 0
	for at, v := range f.losses[part] {
		if v < f.losses[part][best]-1e-9*math.Abs(v) {
			best = at
		}
	}
	return grid[best]
}
