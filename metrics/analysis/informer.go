package analysis

import (
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Informed are the figures of section F of one condition.
type Informed struct {
	Rows    []InfoRow
	Skipped int // games with too many possible sets of traitors
}

// Informer gathers section F by condition. Every game is counted first, then the exponents of the fitted observer are tuned, and then
// each is scored by what the others show.
type Informer struct {
	design  *study.Design
	fitters []Fitter
	scores  []FittedSummary
	told    []Information
}

// NewInformer has no game yet.
func NewInformer(d *study.Design) *Informer {
	n := len(d.All())
	return &Informer{d, make([]Fitter, n), make([]FittedSummary, n), make([]Information, n)}
}

// Count takes the finished games of a batch, going through it twice; clean leaves out what a forfeit touched.
func (x *Informer) Count(games Games, clean bool) error {
	err := finished(x.design, games, clean, func(r Record, g *metrics.Game) {
		cell, _ := x.design.Place(r.Index)
		x.fitters[cell].Count(g)
		x.told[cell].Add(g)
	})
	if err != nil {
		return err
	}
	return finished(x.design, games, clean, func(r Record, g *metrics.Game) {
		cell, _ := x.design.Place(r.Index)
		x.fitters[cell].Tune(g)
	})
}

// Score gives what the others show of a game that was counted.
func (x *Informer) Score(g *metrics.Game) Fitted {
	cell, _ := x.design.Place(g.Index)
	f := x.fitters[cell].Score(g)
	x.scores[cell].Add(g, f)
	return f
}

// Results are those of the games that were counted and scored, by condition.
func (x *Informer) Results() []Informed {
	out := make([]Informed, len(x.told))
	for i := range out {
		out[i] = Informed{append(x.told[i].Rows(), x.scores[i].Rows()...), x.scores[i].Skipped()}
	}
	return out
}

// Inform goes through a batch three times: to count what acts and ballots show of teams, to tune the fitted observer, and to score each
// game by what the others show.
func Inform(d *study.Design, games Games, clean bool) ([]Informed, error) {
	x := NewInformer(d)
	if err := x.Count(games, clean); err != nil {
		return nil, err
	}
	err := finished(d, games, clean, func(_ Record, g *metrics.Game) { x.Score(g) })
	return x.Results(), err
}
