package analysis

import (
	"math"
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// folds is into how many parts units are dealt: a game is scored by what the other parts show.
const folds = 5

// mostSets is the most sets of traitors that are gone through; a game with more is left out and counted.
const mostSets = 5000

// evidence counts what seats of a team did to seats of a team: [doer is a traitor][subject is a traitor].
type evidence struct {
	acts    [2][2][infoRows]float64 // statements, by what they did to another living seat
	named   [2][2]float64           // ballots that named a legal target
	offered [2][2]float64           // legal targets of ballots
}

func (e *evidence) plus(o *evidence, times float64) {
	for d := range 2 {
		for s := range 2 {
			for k := range infoRows {
				e.acts[d][s][k] += times * o.acts[d][s][k]
			}
			e.named[d][s] += times * o.named[d][s]
			e.offered[d][s] += times * o.offered[d][s]
		}
	}
}

func team(traitors engine.Seats, s engine.Seat) int {
	if traitors.Has(s) {
		return 1
	}
	return 0
}

func (e *evidence) count(g *metrics.Game) {
	e.countActs(g, func(i, k int) []engine.Act { return g.Rounds[i].Statements[k].Acts })
	for i := range g.Rounds {
		r := &g.Rounds[i]
		for _, b := range r.Stage(0) {
			if !chosen(b) {
				continue
			}
			for j := range r.Living.Without(b.Voter).All() {
				e.offered[team(r.Traitors, b.Voter)][team(r.Traitors, j)]++
			}
			e.named[team(r.Traitors, b.Voter)][team(r.Traitors, b.Target)]++
		}
	}
}

// countActs takes the acts of statement k of round i as said gives them.
func (e *evidence) countActs(g *metrics.Game, said func(i, k int) []engine.Act) {
	if !g.Knows(engine.KindActs) {
		return
	}
	for i := range g.Rounds {
		r := &g.Rounds[i]
		for k := range r.Statements {
			s := &r.Statements[k]
			if s.Silent() {
				continue
			}
			acts := said(i, k)
			for j := range r.Living.Without(s.Seat).All() {
				e.acts[team(r.Traitors, s.Seat)][team(r.Traitors, j)][kindToward(acts, j)]++
			}
		}
	}
}

// chosen reports whether a ballot is somebody's choice of a legal target.
func chosen(b metrics.Ballot) bool {
	return !b.Forfeited && !b.Illegal && b.Target != engine.NoSeat && b.Target != b.Voter
}

// Fitter is the fitted observer of section C: the counts observer, and likelihoods P(what a statement does to a seat | team of
// speaker, team of the seat) and P(ballot names a seat | team of voter, team of the seat), estimated from the other games of the cell
// and smoothed by ½ (Jeffreys). They are tempered: acts are not independent given the teams, least where a table herds, so each of the
// two log-likelihoods has an exponent from 0, which is the counts observer, to 1, chosen by log loss. Cross-fitted in five parts by
// unit, so that no game speaks for itself: neither its likelihoods nor its exponents rest on its part. Count every game first, then Tune
// by every game, then Score each.
type Fitter struct {
	parts  [folds]evidence
	shuffs [leakShuffs][folds]evidence // with what was said dealt anew
	losses [folds][len(grid)]float64   // log loss of the other parts' games by exponents, by the part that is left out
	tuned  int
	order  map[int]int // units in the order in which they were counted
}

// fold is the part of a game: units are dealt in turn.
func (f *Fitter) fold(g *metrics.Game) int {
	key := g.Unit()
	if key == 0 {
		key = -1 - g.Index
	}
	if f.order == nil {
		f.order = map[int]int{}
	}
	if _, ok := f.order[key]; !ok {
		f.order[key] = len(f.order)
	}
	return f.order[key] % folds
}

// Count takes a game into the likelihoods.
func (f *Fitter) Count(g *metrics.Game) {
	part := f.fold(g)
	f.parts[part].count(g)
	for d := range f.shuffs {
		f.shuffs[d][part].countActs(g, dealtAnew(g, d))
	}
}

// likelihood is that of the other parts than a game's own, in natural logarithms.
type likelihood struct {
	acts   [2][2][infoRows]float64
	weight [2][2]float64 // of a ballot: how much a seat is named, beside others
}

// likelihoodWithout is that of the parts but those that are left out.
func likelihoodWithout(parts *[folds]evidence, out ...int) (like likelihood) {
	var e evidence
	for k := range parts {
		if !slices.Contains(out, k) {
			e.plus(&parts[k], 1)
		}
	}
	for d := range 2 {
		for s := range 2 {
			sum := 0.0
			for _, v := range e.acts[d][s] {
				sum += v + 0.5
			}
			for k, v := range e.acts[d][s] {
				like.acts[d][s][k] = math.Log((v + 0.5) / sum)
			}
			like.weight[d][s] = (e.named[d][s] + 0.5) / (e.offered[d][s] + 1)
		}
	}
	return like
}

// Fitted is what the fitted observer says of one game: an outsider's view, which knows no role that was not told.
type Fitted struct {
	Skipped bool // more sets of traitors than are gone through, or facts that no set agrees with
	// Over living seats when the ballot opens.
	Brier, LogLoss, CountsBrier, CountsLogLoss metrics.Ratio
	// The exponents of the likelihoods: 0 leaves them out.
	ActsExponent, BallotsExponent float64
	// Leakage is Δ log₂ p(the true set of traitors) over statements of living traitors that aren't silence.
	Leakage metrics.Ratio
	// Shuffled is Leakage where what was said is dealt anew and tells nothing, by the deal.
	Shuffled [leakShuffs]metrics.Ratio
	// Leaks is the same of each statement, by round and in its order there; NaN where a statement has none.
	Leaks [][]float64
}

// Leak is that of statement k of round i.
func (f *Fitted) Leak(i, k int) float64 {
	if i >= len(f.Leaks) || k >= len(f.Leaks[i]) {
		return math.NaN()
	}
	return f.Leaks[i][k]
}

// Score follows a game by the likelihoods and exponents of the others.
func (f *Fitter) Score(g *metrics.Game) Fitted {
	part := f.fold(g)
	o, ok := newObserver(g, likelihoodWithout(&f.parts, part))
	if !ok {
		return Fitted{Skipped: true}
	}
	x := f.exponents(part)
	out := Fitted{Leaks: make([][]float64, len(g.Rounds)), ActsExponent: x.acts, BallotsExponent: x.ballots}
	for i := range g.Rounds {
		out.Leaks[i] = make([]float64, len(g.Rounds[i].Statements))
		for k := range out.Leaks[i] {
			out.Leaks[i][k] = math.NaN()
		}
	}
	ok = o.follow(g, func(i, k int) {
		if leak, ok := o.leak(&g.Rounds[i], &g.Rounds[i].Statements[k], x); ok {
			out.Leaks[i][k] = leak
			add(&out.Leakage, leak)
		}
	}, func(i int) { o.judge(&g.Rounds[i], x, &out) })
	if !ok {
		return Fitted{Skipped: true}
	}
	out.Shuffled = f.shuffled(g, part, x, out.Leakage.Den)
	return out
}

// leak hears a statement, and gives what it told of the traitors where a traitor made it; false where not.
func (o *observer) leak(r *metrics.Round, s *metrics.Statement, x exponents) (float64, bool) {
	if !r.Traitors.Has(s.Seat) {
		o.statement(s, r.Living)
		return 0, false
	}
	before := o.of(r.Traitors, x)
	o.statement(s, r.Living)
	return o.of(r.Traitors, x) - before, !math.IsInf(before, -1)
}

func (o *observer) judge(r *metrics.Round, x exponents, out *Fitted) {
	fitted, counts := o.seats(o.weights(x)), o.seats(o.prior)
	for j := range r.Living.All() {
		y := float64(team(r.Traitors, j))
		add(&out.Brier, (fitted[j]-y)*(fitted[j]-y))
		add(&out.CountsBrier, (counts[j]-y)*(counts[j]-y))
		add(&out.LogLoss, logLoss(fitted[j], y))
		add(&out.CountsLogLoss, logLoss(counts[j], y))
	}
}

// logLoss in nats of a probability, clipped to [0.01, 0.99], of what is 1 or 0.
func logLoss(p, y float64) float64 {
	p = min(0.99, max(0.01, p))
	return -y*math.Log(p) - (1-y)*math.Log(1-p)
}

// add takes one case more.
func add(r *metrics.Ratio, num float64) { r.Num, r.Den = r.Num+num, r.Den+1 }

// FittedSummary gathers the scores of games.
type FittedSummary struct {
	skipped  int
	last     metrics.GameMeta
	samples  [len(fittedNames)]stats.Sample
	shuffled [leakShuffs]metrics.Ratio
}

// Add takes the score of a game.
func (s *FittedSummary) Add(g *metrics.Game, f Fitted) {
	if f.Skipped {
		s.skipped++
		return
	}
	told := f.Leakage
	for d, r := range f.Shuffled {
		told.Num -= r.Num / leakShuffs
		s.shuffled[d] = s.shuffled[d].Plus(r)
	}
	merge := g.SameUnit(s.last)
	s.last = g.GameMeta
	for i, r := range []metrics.Ratio{f.Brier, f.CountsBrier, f.LogLoss, f.CountsLogLoss, {Num: f.ActsExponent, Den: 1},
		{Num: f.BallotsExponent, Den: 1}, told} {
		if merge {
			s.samples[i].More(r.Num, r.Den)
		} else {
			s.samples[i].Add(r.Num, r.Den)
		}
	}
}

// Skipped is how many games had more sets of traitors than are gone through.
func (s *FittedSummary) Skipped() int { return s.skipped }

// fittedNames are those of metrics.BatchFigures, in the order of FittedSummary.samples.
var fittedNames = [...]string{"fitted_brier", "fitted_counts_brier", "fitted_log_loss", "fitted_counts_log_loss", "fitted_acts_exponent",
	"fitted_ballots_exponent", "leakage"}

// Rows are the figures, in the order of docs/metrics.md.
func (s *FittedSummary) Rows() []InfoRow {
	draws := Draws(s.samples[0].Units())
	out := make([]InfoRow, len(fittedNames))
	for i, name := range fittedNames {
		row := infoRow(name)
		sums := pooled(&s.samples[i])
		row.N, row.Games = sums.Den, s.samples[i].Cases()
		if v, ok := sums.Value(); ok {
			row.Value = v
			i := draws.Interval(&s.samples[i], stats.Anywhere)
			row.Lo, row.Hi = i.Lo, i.Hi
			switch name {
			case "leakage":
				row.Level, row.LevelHi = s.level()
			case "fitted_acts_exponent", "fitted_ballots_exponent": // chosen, and not estimated
				row.Lo, row.Hi = math.NaN(), math.NaN()
			}
		}
		out[i] = row
	}
	return out
}

// level is what the leakage of each deal comes to less that of the other deals: its mean, and its 95 % quantile.
func (s *FittedSummary) level() (mean, high float64) {
	values, all := make([]float64, leakShuffs), 0.0
	for d, r := range s.shuffled {
		values[d], _ = r.Value()
		all += values[d]
	}
	for d, v := range values {
		values[d] = v - (all-v)/(leakShuffs-1)
		mean += values[d] / leakShuffs
	}
	slices.Sort(values)
	return mean, stats.Quantile(values, 0.95)
}
