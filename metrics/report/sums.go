package report

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// share is a ratio of sums over units (games, seasons, tables) with what the interval of a ratio estimator
// needs, so that it is as small after a million games as after one.
type share struct {
	open                    metrics.Ratio // of the unit that goes on
	units, n, d, nn, nd, dd float64
}

func (s *share) add(num float64) { s.open.Num, s.open.Den = s.open.Num+num, s.open.Den+1 }

func (s *share) plus(r metrics.Ratio) { s.open = s.open.Plus(r) }

// endUnit closes the unit.
func (s *share) endUnit() {
	n, d := s.open.Num, s.open.Den
	s.open = metrics.Ratio{}
	if d == 0 {
		return
	}
	s.units++
	s.n, s.d = s.n+n, s.d+d
	s.nn, s.nd, s.dd = s.nn+n*n, s.nd+n*d, s.dd+d*d
}

// pooled are two shares of different units.
func (s share) pooled(o share) share {
	return share{units: s.units + o.units, n: s.n + o.n, d: s.d + o.d, nn: s.nn + o.nn, nd: s.nd + o.nd, dd: s.dd + o.dd}
}

// estimate is a value with its 95 % interval, cases and chance level; NaN where undefined.
type estimate struct{ mean, lo, hi, n, chance float64 }

func (e estimate) ok() bool { return !math.IsNaN(e.mean) }

// estimate is the ratio with the interval of the ratio estimator (linearised; Cochran, Sampling Techniques, 6.4) by Student's t
// with one degree of freedom less than there are units with cases, kept within [lo, hi]. There is none of fewer than two units.
func (s share) estimate(lo, hi float64) estimate {
	nan := math.NaN()
	if s.d == 0 {
		return estimate{nan, nan, nan, 0, nan}
	}
	e := estimate{s.n / s.d, nan, nan, s.d, nan}
	if s.units < 2 {
		return e
	}
	residual := max(0, s.nn-2*e.mean*s.nd+e.mean*e.mean*s.dd)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: s.units - 1}.Quantile(0.975)
	half := t * math.Sqrt(residual*s.units/(s.units-1)) / s.d
	if half > 1e-9 { // without variation there is no interval
		e.lo, e.hi = max(lo, e.mean-half), min(hi, e.mean+half)
	}
	return e
}

// sums are what the charts of a cell rest on.
type sums struct {
	name     string
	games    int
	last     metrics.GameMeta // of the games
	rounds   []roundSums
	bins     [10]share // share of traitors by stated probability
	stated   stats.Calibration
	policies map[string]*[len(deceits)]share
	recovery stats.Lifetimes
}

// roundSums are those of one round, by its number.
type roundSums struct {
	onTraitors, onFaithful, counts     share // suspicion by the faithful at the primary moment
	faithfulBallots, traitorBallots    share // named ballots that name a traitor
	faithfulByChance, traitorsByChance share // the same of a seat drawn from the legal ones
}

func newSums(name string) *sums {
	return &sums{name: name, policies: map[string]*[len(deceits)]share{}}
}

func (c *sums) endUnit() {
	for i := range c.rounds {
		r := &c.rounds[i]
		for _, s := range []*share{&r.onTraitors, &r.onFaithful, &r.counts, &r.faithfulBallots, &r.traitorBallots, &r.faithfulByChance,
			&r.traitorsByChance} {
			s.endUnit()
		}
	}
	for i := range c.bins {
		c.bins[i].endUnit()
	}
	for _, p := range c.policies {
		for i := range p {
			p[i].endUnit()
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
			on.add(float64(v) / 1000)
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
		into := c.policies[policy]
		if into == nil {
			into = new([len(deceits)]share)
			c.policies[policy] = into
		}
		for k, d := range deceits {
			into[k].plus(fold(d.metric, &of))
		}
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
