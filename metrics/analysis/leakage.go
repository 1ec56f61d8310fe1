package analysis

import (
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
)

// leakShuffs is how often what was said is dealt anew: a value above all nineteen has p = 1/20 where nothing is told.
const leakShuffs = 19

// dealtAnew gives the acts of a game in a deal of which nobody's team is told: in each phase of a round what statements do is dealt among
// them, and within a statement among the other living seats. How much is said of whom stays; who said it and of whom does not.
func dealtAnew(g *metrics.Game, deal int) func(i, k int) []engine.Act {
	acts := make([][][]engine.Act, len(g.Rounds))
	for i := range g.Rounds {
		r := &g.Rounds[i]
		acts[i] = make([][]engine.Act, len(r.Statements))
		for _, aftermath := range []bool{false, true} {
			var places []int
			var did [][]engine.ActKind
			for k := range r.Statements {
				s := &r.Statements[k]
				if s.Silent() || (s.Phase == engine.PhaseAftermath) != aftermath {
					continue
				}
				places, did = append(places, k), append(did, kindsOf(s, r.Living))
			}
			src := engine.Dice(uint64(deal), "leakage", g.Index, 2*i+bitOf(aftermath), engine.NoSeat)
			engine.Shuffle(did, src)
			for n, k := range places {
				others := r.Living.Without(r.Statements[k].Seat).List()
				engine.Shuffle(others, src)
				for a, kind := range did[n] {
					if a < len(others) {
						acts[i][k] = append(acts[i][k], engine.Act{Kind: kind, Seat: others[a]})
					}
				}
			}
		}
	}
	return func(i, k int) []engine.Act { return acts[i][k] }
}

func bitOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// kindsOf is what a statement does to the other living seats, less those to whom it does nothing.
func kindsOf(s *metrics.Statement, living engine.Seats) (out []engine.ActKind) {
	for j := range living.Without(s.Seat).All() {
		if k := kindToward(s.Acts, j); k < len(infoKinds) {
			out = append(out, infoKinds[k])
		}
	}
	return out
}

// shuffled is the leakage of a game in every deal, by the likelihoods that the other parts show in the same deal.
func (f *Fitter) shuffled(g *metrics.Game, part int, x exponents, statements float64) (out [leakShuffs]metrics.Ratio) {
	for d := range out {
		if x.acts == 0 { // then no statement tells anything
			out[d].Den = statements
			continue
		}
		like := likelihoodWithout(&f.shuffs[d], part)
		like.weight = likelihoodWithout(&f.parts, part).weight
		o, ok := newObserver(g, like)
		if !ok {
			return out
		}
		said := dealtAnew(g, d)
		o.follow(g, func(i, k int) {
			s := g.Rounds[i].Statements[k]
			s.Acts = said(i, k)
			if leak, ok := o.leak(&g.Rounds[i], &s, x); ok {
				add(&out[d], leak)
			}
		}, func(int) {})
	}
	return out
}
