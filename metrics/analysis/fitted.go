package analysis

import (
	"math"
	"math/bits"

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
	for i := range g.Rounds {
		r := &g.Rounds[i]
		for k := range r.Statements {
			s := &r.Statements[k]
			if s.Silent() || !g.Knows(engine.KindActs) {
				continue
			}
			for j := range r.Living.Without(s.Seat).All() {
				e.acts[team(r.Traitors, s.Seat)][team(r.Traitors, j)][kindToward(s.Acts, j)]++
			}
		}
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

// chosen reports whether a ballot is somebody's choice of a legal target.
func chosen(b metrics.Ballot) bool {
	return !b.Forfeited && !b.Illegal && b.Target != engine.NoSeat && b.Target != b.Voter
}

// Fitter is the fitted observer of section C: the counts observer, and likelihoods P(what a statement does to a seat | team of
// speaker, team of the seat) and P(ballot names a seat | team of voter, team of the seat), estimated from the other games of the cell
// and smoothed by ½ (Jeffreys). Cross-fitted in five parts by unit, so that no game speaks for itself. Count every game first, then
// Score each.
type Fitter struct{ parts [folds]evidence }

func fold(g *metrics.Game) int {
	if u := g.Unit(); u > 0 {
		return u % folds
	}
	return g.Index % folds
}

// Count takes a game into the likelihoods.
func (f *Fitter) Count(g *metrics.Game) { f.parts[fold(g)].count(g) }

// likelihood is that of the other parts than a game's own, in natural logarithms.
type likelihood struct {
	acts   [2][2][infoRows]float64
	weight [2][2]float64 // of a ballot: how much a seat is named, beside others
}

func (f *Fitter) likelihood(g *metrics.Game) (out likelihood) {
	var e evidence
	for k := range f.parts {
		if k != fold(g) {
			e.plus(&f.parts[k], 1)
		}
	}
	for d := range 2 {
		for s := range 2 {
			sum := 0.0
			for _, v := range e.acts[d][s] {
				sum += v + 0.5
			}
			for k, v := range e.acts[d][s] {
				out.acts[d][s][k] = math.Log((v + 0.5) / sum)
			}
			out.weight[d][s] = (e.named[d][s] + 0.5) / (e.offered[d][s] + 1)
		}
	}
	return out
}

// Fitted is what the fitted observer says of one game: an outsider's view, which knows no role that was not told.
type Fitted struct {
	Skipped bool // more sets of traitors than are gone through, or facts that no set agrees with
	// Over living seats when the ballot opens.
	Brier, LogLoss, CountsBrier metrics.Ratio
	// Leakage is Δ log₂ p(the true set of traitors) over statements of living traitors that aren't silence.
	Leakage metrics.Ratio
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

// observer weighs sets of traitors.
type observer struct {
	sets  []engine.Seats
	log   []float64 // −Inf: the facts exclude it
	prior []float64 // by the facts alone
	like  likelihood
	rules engine.Rules
}

// newObserver lists the sets that rule 1.1 allows: all of a size weigh alike, and sizes too where the number is not known.
func newObserver(g *metrics.Game, like likelihood) (*observer, bool) {
	o := &observer{like: like, rules: g.Rules}
	from, to := g.Rules.Traitors, g.Rules.Traitors
	if g.Rules.TraitorCount == engine.CountUnknown {
		if from, to = 1, (g.N-1)/2; g.Rules.First == engine.FirstNight {
			to = (g.N - 2) / 2
		}
	}
	for m := from; m <= to; m++ {
		sets := combinations(g.N, m)
		if len(o.sets)+len(sets) > mostSets || len(sets) == 0 {
			return nil, false
		}
		for _, s := range sets {
			o.sets, o.prior = append(o.sets, s), append(o.prior, -math.Log(float64(len(sets))))
		}
	}
	o.log = append([]float64{}, o.prior...)
	return o, true
}

// combinations are the sets of m of n seats; none where they are too many.
func combinations(n, m int) []engine.Seats {
	if m < 1 || m > n {
		return nil
	}
	var out []engine.Seats
	for s := uint64(1)<<m - 1; s < 1<<n; {
		if out = append(out, engine.Seats(s)); len(out) > mostSets {
			return nil
		}
		c := s & -s // the next number with as many bits (Gosper)
		r := s + c
		s = (r^s)>>2/c | r
	}
	return out
}

// fact excludes the sets that do not agree.
func (o *observer) fact(agrees func(engine.Seats) bool) {
	for i, s := range o.sets {
		if !agrees(s) {
			o.log[i], o.prior[i] = math.Inf(-1), math.Inf(-1)
		}
	}
}

// wentOn is the fact that the game was not over with these seats alive (rule 6).
func (o *observer) wentOn(living engine.Seats) {
	n := living.Len()
	o.fact(func(s engine.Seats) bool {
		t := bits.OnesCount64(uint64(s & living))
		if o.rules.TraitorsWin == engine.TraitorsWinLastFaithful {
			return t > 0 && t < n
		}
		return t > 0 && 2*t < n
	})
}

// statement weighs the sets by what a statement did to the others.
func (o *observer) statement(s *metrics.Statement, living engine.Seats) {
	var base [2]float64
	var delta [2][engine.MaxSeats]float64
	for j := range living.Without(s.Seat).All() {
		k := kindToward(s.Acts, j)
		for d := range 2 {
			base[d] += o.like.acts[d][0][k]
			delta[d][j] = o.like.acts[d][1][k] - o.like.acts[d][0][k]
		}
	}
	for i, set := range o.sets {
		d := team(set, s.Seat)
		v := base[d]
		for j := range (set & living.Without(s.Seat)).All() {
			v += delta[d][j]
		}
		o.log[i] += v
	}
}

// ballot weighs the sets by whom a ballot named among the legal.
func (o *observer) ballot(b metrics.Ballot, living engine.Seats) {
	legal := living.Without(b.Voter)
	for i, set := range o.sets {
		w := o.like.weight[team(set, b.Voter)]
		t := float64((set & legal).Len())
		o.log[i] += math.Log(w[team(set, b.Target)] / (t*w[1] + (float64(legal.Len())-t)*w[0]))
	}
}

// total is the logarithm of the sum of the weights.
func total(log []float64) float64 {
	top := math.Inf(-1)
	for _, v := range log {
		top = max(top, v)
	}
	if math.IsInf(top, -1) {
		return top
	}
	sum := 0.0
	for _, v := range log {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}

// of is log₂ of the probability of one set.
func (o *observer) of(set engine.Seats) float64 {
	for i, s := range o.sets {
		if s == set {
			return (o.log[i] - total(o.log)) / math.Ln2
		}
	}
	return math.Inf(-1)
}

// seats is the probability of each seat to be a traitor.
func (o *observer) seats(log []float64) (out [engine.MaxSeats]float64) {
	all := total(log)
	for i, s := range o.sets {
		if p := math.Exp(log[i] - all); p > 0 {
			for j := range s.All() {
				out[j] += p
			}
		}
	}
	return out
}

// Score follows a game by the likelihoods of the others.
func (f *Fitter) Score(g *metrics.Game) Fitted {
	o, ok := newObserver(g, f.likelihood(g))
	if !ok {
		return Fitted{Skipped: true}
	}
	out := Fitted{Leaks: make([][]float64, len(g.Rounds))}
	known := g.Knows(engine.KindActs)
	for i := range g.Rounds {
		r := &g.Rounds[i]
		out.Leaks[i] = make([]float64, len(r.Statements))
		o.begin(g, i)
		if math.IsInf(total(o.log), -1) {
			return Fitted{Skipped: true}
		}
		for k := range r.Statements {
			if out.Leaks[i][k] = math.NaN(); known && r.Statements[k].Phase != engine.PhaseAftermath {
				out.Leaks[i][k] = o.hear(&r.Statements[k], r, &out.Leakage)
			}
		}
		if len(r.Stage(0)) > 0 {
			o.judge(r, &out)
		}
		for _, b := range r.Stage(0) {
			if chosen(b) {
				o.ballot(b, r.Living)
			}
		}
		o.close(r)
		for k := range r.Statements {
			if known && r.Statements[k].Phase == engine.PhaseAftermath {
				out.Leaks[i][k] = o.hear(&r.Statements[k], r, &out.Leakage)
			}
		}
	}
	return out
}

// hear takes a statement, and gives what it told of the traitors where a traitor made it; NaN where not.
func (o *observer) hear(s *metrics.Statement, r *metrics.Round, sum *metrics.Ratio) float64 {
	if s.Silent() {
		return math.NaN()
	}
	before := o.of(r.Traitors)
	o.statement(s, r.Living)
	if !r.Traitors.Has(s.Seat) || math.IsInf(before, -1) {
		return math.NaN()
	}
	leak := o.of(r.Traitors) - before
	add(sum, leak)
	return leak
}

// begin takes the facts that stand when a round begins: who was murdered is faithful, and the game went on.
func (o *observer) begin(g *metrics.Game, i int) {
	if i > 0 {
		before := &g.Rounds[i-1]
		if v := before.Murdered; v != engine.NoSeat {
			o.fact(func(s engine.Seats) bool { return !s.Has(v) })
		}
		if before.Decided && before.Banished != engine.NoSeat && g.Rules.Check == engine.CheckEach {
			o.wentOn(before.Living.Without(before.Banished))
		}
	}
	o.wentOn(g.Rounds[i].Living)
}

// close takes the roles that the round told.
func (o *observer) close(r *metrics.Round) {
	for j := range r.Revealed.All() {
		guilty := r.Traitors.Has(j)
		o.fact(func(s engine.Seats) bool { return s.Has(j) == guilty })
	}
}

func (o *observer) judge(r *metrics.Round, out *Fitted) {
	fitted, counts := o.seats(o.log), o.seats(o.prior)
	for j := range r.Living.All() {
		y := float64(team(r.Traitors, j))
		add(&out.Brier, (fitted[j]-y)*(fitted[j]-y))
		add(&out.CountsBrier, (counts[j]-y)*(counts[j]-y))
		p := min(0.99, max(0.01, fitted[j]))
		add(&out.LogLoss, -y*math.Log(p)-(1-y)*math.Log(1-p))
	}
}

// add takes one case more.
func add(r *metrics.Ratio, num float64) { r.Num, r.Den = r.Num+num, r.Den+1 }

// FittedSummary gathers the scores of games.
type FittedSummary struct {
	skipped int
	last    metrics.GameMeta
	samples [len(fittedNames)]stats.Sample
}

// Add takes the score of a game.
func (s *FittedSummary) Add(g *metrics.Game, f Fitted) {
	if f.Skipped {
		s.skipped++
		return
	}
	merge := g.SameUnit(s.last)
	s.last = g.GameMeta
	for i, r := range []metrics.Ratio{f.Brier, f.CountsBrier, f.LogLoss, f.Leakage} {
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
var fittedNames = [...]string{"fitted_brier", "fitted_counts_brier", "fitted_log_loss", "leakage"}

// Rows are the figures, in the order of docs/metrics.md.
func (s *FittedSummary) Rows() []InfoRow {
	draws := stats.NewResampler(s.samples[0].Units(), dice)
	out := make([]InfoRow, len(fittedNames))
	for i, name := range fittedNames {
		row := infoRow(name)
		sums := pooled(&s.samples[i])
		row.N, row.Games = sums.Den, s.samples[i].Cases()
		if v, ok := sums.Value(); ok {
			row.Value = v
			i := draws.Interval(&s.samples[i], stats.Anywhere)
			row.Lo, row.Hi = i.Lo, i.Hi
		}
		out[i] = row
	}
	return out
}
