package analysis

import (
	"math"
	"math/bits"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
)

// exponents temper the likelihoods: 1 takes them as they are, 0 leaves them out.
type exponents struct{ acts, ballots float64 }

// observer weighs sets of traitors.
type observer struct {
	sets          []engine.Seats
	prior         []float64 // log, by the facts alone; −Inf: they exclude it
	acts, ballots []float64 // log-likelihoods of what was said and voted, untempered
	like          likelihood
	rules         engine.Rules
}

// weights are the logarithms of the sets' weights with tempered likelihoods.
func (o *observer) weights(x exponents) []float64 {
	out := make([]float64, len(o.sets))
	for i, v := range o.prior {
		out[i] = v + x.acts*o.acts[i] + x.ballots*o.ballots[i]
	}
	return out
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
	o.acts, o.ballots = make([]float64, len(o.sets)), make([]float64, len(o.sets))
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
			o.prior[i] = math.Inf(-1)
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
		o.acts[i] += v
	}
}

// ballot weighs the sets by whom a ballot named among the legal.
func (o *observer) ballot(b metrics.Ballot, living engine.Seats) {
	legal := living.Without(b.Voter)
	for i, set := range o.sets {
		w := o.like.weight[team(set, b.Voter)]
		t := float64((set & legal).Len())
		o.ballots[i] += math.Log(w[team(set, b.Target)] / (t*w[1] + (float64(legal.Len())-t)*w[0]))
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
func (o *observer) of(set engine.Seats, x exponents) float64 {
	log := o.weights(x)
	for i, s := range o.sets {
		if s == set {
			return (log[i] - total(log)) / math.Ln2
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

// follow takes a game. hear is given each statement that isn't of the aftermath of a round before the ballot and the others after it,
// and judge each round when its ballot opens. It is false where the facts agree with no set.
func (o *observer) follow(g *metrics.Game, hear func(i, k int), judge func(i int)) bool {
	known := g.Knows(engine.KindActs)
	for i := range g.Rounds {
		r := &g.Rounds[i]
		o.begin(g, i)
		if math.IsInf(total(o.prior), -1) {
			return false
		}
		talk := func(aftermath bool) {
			for k := range r.Statements {
				if known && !r.Statements[k].Silent() && (r.Statements[k].Phase == engine.PhaseAftermath) == aftermath {
					hear(i, k)
				}
			}
		}
		talk(false)
		if len(r.Stage(0)) > 0 {
			judge(i)
		}
		for _, b := range r.Stage(0) {
			if chosen(b) {
				o.ballot(b, r.Living)
			}
		}
		o.close(r)
		talk(true)
	}
	return true
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
