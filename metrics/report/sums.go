package report

import (
	"math"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// share is a ratio of sums over units: games, seasons, tables. It holds every unit, those before its first case too, so that it shares
// the draws of a batch's figures and a number that is one of them has the same interval.
type share struct {
	open   metrics.Ratio // of the unit that goes on
	sample stats.Sample
	known  map[[2]float64]estimate
}

func (s *share) add(num float64) { s.open.Num, s.open.Den = s.open.Num+num, s.open.Den+1 }

func (s *share) plus(r metrics.Ratio) { s.open = s.open.Plus(r) }

// endUnit closes the unit that is the n-th.
func (s *share) endUnit(n int) {
	for s.sample.Units() < n-1 {
		s.sample.Add(0, 0)
	}
	s.sample.Add(s.open.Num, s.open.Den)
	s.open = metrics.Ratio{}
}

// estimate is a value with its 95 % interval, cases and chance level; NaN where undefined.
type estimate struct{ mean, lo, hi, n, chance float64 }

func (e estimate) ok() bool { return !math.IsNaN(e.mean) }

// rest is what is missing to one: suspicion of trust.
func (e estimate) rest() estimate { return estimate{1 - e.mean, 1 - e.hi, 1 - e.lo, e.n, 1 - e.chance} }

// estimate is the ratio with the interval of stats.Resampler, kept within [lo, hi].
func (s *share) estimate(draws func(units int) *stats.Resampler, lo, hi float64) estimate {
	nan := math.NaN()
	num, den := s.sample.Sums()
	if den == 0 {
		return estimate{nan, nan, nan, 0, nan}
	}
	if e, ok := s.known[[2]float64{lo, hi}]; ok {
		return e
	}
	e := estimate{num / den, nan, nan, den, nan}
	i := draws(s.sample.Units()).Interval(&s.sample, stats.Range{Lo: lo, Hi: hi})
	e.lo, e.hi = i.Lo, i.Hi
	s.known = map[[2]float64]estimate{{lo, hi}: e}
	return e
}

// resamplers gives the draws over so many units; the cells of a batch mostly have as many.
type resamplers map[int]*stats.Resampler

func (r resamplers) over(units int) *stats.Resampler {
	if r[units] == nil {
		r[units] = analysis.Draws(units)
	}
	return r[units]
}

// spoken is what policies said, over the units of all cells.
type spoken struct {
	units    int
	policies map[string]*[len(deceits)]share
}

// sums are what the charts of a cell rest on.
type sums struct {
	name     string
	games    int
	last     metrics.GameMeta // of the games
	rounds   []roundSums
	units    int
	bins     [10]share // share of traitors by stated probability
	stated   stats.Calibration
	said     map[string][len(deceits)]metrics.Ratio // by policy, in the unit that goes on
	spoken   *spoken                                // of all cells
	draws    resamplers                             // of all cells
	recovery stats.Lifetimes
}

// roundSums are those of one round, by its number.
type roundSums struct {
	onTraitors, onFaithful             share // trust of the faithful at the primary moment
	counts                             share // suspicion by counting
	faithfulBallots, traitorBallots    share // named ballots that name a traitor
	faithfulByChance, traitorsByChance share // the same of a seat drawn from the legal ones
}

func newSums(name string, all *spoken, draws resamplers) *sums {
	return &sums{name: name, spoken: all, draws: draws, said: map[string][len(deceits)]metrics.Ratio{}}
}

// estimate is a share's of this cell.
func (c *sums) estimate(s *share, lo, hi float64) estimate { return s.estimate(c.draws.over, lo, hi) }

// endUnit closes the unit that goes on, if there is one.
func (c *sums) endUnit() {
	if c.games == 0 {
		return
	}
	c.units++
	for i := range c.rounds {
		r := &c.rounds[i]
		for _, s := range []*share{&r.onTraitors, &r.onFaithful, &r.counts, &r.faithfulBallots, &r.traitorBallots, &r.faithfulByChance,
			&r.traitorsByChance} {
			s.endUnit(c.units)
		}
	}
	for i := range c.bins {
		c.bins[i].endUnit(c.units)
	}
	c.spoken.units++
	for p, said := range c.said {
		if c.spoken.policies[p] == nil {
			c.spoken.policies[p] = new([len(deceits)]share)
		}
		for k, r := range said {
			c.spoken.policies[p][k].plus(r)
		}
	}
	clear(c.said)
	for _, p := range c.spoken.policies {
		for k := range p {
			p[k].endUnit(c.spoken.units)
		}
	}
}

func (c *sums) add(g *metrics.Game) {
	if !g.SameUnit(c.last) {
		c.endUnit()
	}
	c.last = g.GameMeta
	c.games++
	metrics.Calibrate(&c.stated, g)
	for i := range g.Rounds {
		for g.Rounds[i].Number >= len(c.rounds) {
			c.rounds = append(c.rounds, roundSums{})
		}
		sum := &c.rounds[g.Rounds[i].Number]
		c.beliefs(sum, &g.Rounds[i])
		sum.ballots(&g.Rounds[i])
	}
	c.deceits(g)
	for _, s := range metrics.Survivals() {
		if s.Name == "exposure_recovery" {
			c.recovery.Add(s.Times(g))
		}
	}
}

// beliefs takes what the faithful stated at the primary moment of a round.
func (c *sums) beliefs(sum *roundSums, r *metrics.Round) {
	for _, b := range r.Primary {
		if b.Order != 1 {
			continue
		}
		for j, v := range b.PerMille {
			if v < 0 {
				continue
			}
			on, guilt := &sum.onFaithful, 0.0
			if r.Traitors.Has(engine.Seat(j)) {
				on, guilt = &sum.onTraitors, 1
			}
			on.add(1 - float64(v)/1000)
			c.bins[min(int(v)/100, 9)].add(guilt)
			if r.Counts.OK {
				sum.counts.add(r.Counts.Suspicion)
			}
		}
	}
}

// ballots takes the first-stage ballots of a round; forfeits and abstentions are left out.
func (sum *roundSums) ballots(r *metrics.Round) {
	traitors := r.TraitorsAlive()
	for _, b := range r.Stage(0) {
		legal := r.Living.Without(b.Voter)
		if b.Forfeited || !r.Living.Has(b.Target) || legal == 0 {
			continue
		}
		cast, chance := &sum.faithfulBallots, &sum.faithfulByChance
		if traitors.Has(b.Voter) {
			cast, chance = &sum.traitorBallots, &sum.traitorsByChance
		}
		hit := 0.0
		if traitors.Has(b.Target) {
			hit = 1
		}
		cast.add(hit)
		chance.add(float64((traitors & legal).Len()) / float64(legal.Len()))
	}
}

// deceits are the figures of deception that are told by policy.
var deceits = [...]struct{ metric, words string }{
	{"knowing_accusations", "accusations of a seat known innocent"},
	{"knowing_defences", "defences of a seat known guilty"},
	{"false_claims", "claims of a role it hasn't"},
	{"broken_promises", "broken promises of a vote"},
}

// deceits folds the metric over the statements of each policy alone, so that its definition is the metric's own.
func (c *sums) deceits(g *metrics.Game) {
	of := *g
	done := map[string]bool{}
	for _, policy := range g.Policies { // in seat order; each once
		if done[policy] {
			continue
		}
		done[policy] = true
		of.Rounds = saidBy(g, policy)
		into := c.said[policy]
		for k, d := range deceits {
			into[k] = into[k].Plus(fold(d.metric, &of))
		}
		c.said[policy] = into
	}
}

// saidBy are a game's rounds with the statements of one policy.
func saidBy(g *metrics.Game, policy string) []metrics.Round {
	rounds := append([]metrics.Round(nil), g.Rounds...)
	for i := range rounds {
		var said []metrics.Statement
		for _, s := range g.Rounds[i].Statements {
			if policyOf(g, s.Seat) == policy {
				said = append(said, s)
			}
		}
		rounds[i].Statements = said
	}
	return rounds
}

var folds = func() map[string]metrics.Metric {
	out := map[string]metrics.Metric{}
	for _, m := range metrics.All() {
		out[m.Name] = m
	}
	return out
}()

func fold(name string, g *metrics.Game) metrics.Ratio { return folds[name].Fold(g) }
