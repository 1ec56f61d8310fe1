package metrics

import (
	"math"

	"github.com/turncoat-sim/turncoat/engine"
)

// trust is section E: the trust matrix 1 − b at the primary moment, by round. Trust is inferred innocence, not reliance.
var trust = []Metric{
	{Name: "trust_in_traitors", Unit: "probability", Range: share, Section: "E", Beside: "trust_in_traitors_counts",
		Fold:    overRounds(trustIn(true, false)),
		ByRound: trustIn(true, false), Doc: "Mean 1 − b of faithful observers in living traitors."},
	{Name: "trust_in_traitors_counts", Unit: "probability", Range: share, Section: "E", Fold: overRounds(trustIn(true, true)),
		ByRound: trustIn(true, true),
		Doc:     "The same of the counts observer in the same seats over the same pairs: an exposed traitor moves the prior itself."},
	{Name: "trust_in_faithful", Unit: "probability", Range: share, Section: "E", Beside: "trust_in_faithful_counts",
		Fold:    overRounds(trustIn(false, false)),
		ByRound: trustIn(false, false), Doc: "Mean 1 − b of faithful observers in living faithful."},
	{Name: "trust_in_faithful_counts", Unit: "probability", Range: share, Section: "E", Fold: overRounds(trustIn(false, true)),
		ByRound: trustIn(false, true),
		Doc:     "The same of the counts observer over the same pairs."},
	{Name: "exposure_drop", Unit: "probability", Range: "−2…2", Section: "E", Fold: overRounds(exposureDrop), ByRound: exposureDrop,
		Doc: "Per banishment of a traitor whose role was told: trust before minus trust after (positive is lost) in the living seats " +
			"that had defended it in an act at the table before, minus the same in those that hadn't; mean over pairs of faithful " +
			"observer and subject stated at both moments. Before and after are the primary moments on either side of the banishment. " +
			"Empty where nobody, or everybody, had defended it."},
	{Name: "disagreement", Unit: "probability", Range: "0…½", Section: "E", Fold: overRounds(disagreement), ByRound: disagreement,
		Doc: "The standard deviation (divided by n) of b_j across faithful observers, mean over subjects that two or more state a " +
			"belief of."},
	{Name: "herding", Unit: "share above chance", Range: signed, Section: "E", Beside: "herding_order",
		Fold: overRounds(herding.aboveChance), ByRound: herding.aboveChance,
		Doc: "Open ballots only: over first-stage ballots that name a seat and are cast while one seat leads alone that the voter may " +
			"name: 1 where it is that seat, minus 1 over the voter's legal targets. Voters who do as those before them score high, " +
			"voters by lot 0; so do, high, voters who are of one mind without looking, and herding_order is to tell the two apart."},
	{Name: "herding_order", Unit: "share above permuted", Range: signed, Section: "E",
		Fold: overRounds(herdingOrder), ByRound: herdingOrder,
		Doc: "What the order of the votes explains of it: over first-stage ballots of an open vote that name a seat, the first left out, " +
			"1 where it names the seat that leads alone at that time, minus the mean of the same over 128 permutations of the round's " +
			"voting order drawn from the game's seed. Where all vote alike no order differs, and it is 0, herd or not."},
	{Name: "tns", Unit: "correlation", Range: signed, Section: "E", Beside: "tns_change", Fold: overRounds(stability), ByRound: stability,
		Doc: "Trust network stability: the correlation of the trust matrix with that of the round before, over pairs of faithful " +
			"observer and subject stated in both; a pair of rounds is one case; empty if either is constant. Corrects tns_curvo."},
	{Name: "tns_change", Unit: "probability", Range: share, Section: "E", Fold: overRounds(stabilityChange), ByRound: stabilityChange,
		Doc: "Mean |Δb| over the same pairs."},
	{Name: "tns_defined", Unit: "share of pairs of rounds", Range: share, Section: "E", Fold: overRounds(stabilityDefined),
		ByRound: stabilityDefined,
		Doc:     "Of the pairs of consecutive rounds with a common pair of observer and subject, the share in which tns is defined."},
	{Name: "vote_alignment", Unit: "share of pairs", Range: share, Section: "E", Fold: overRounds(aligned(everybody)),
		ByRound: aligned(everybody),
		Doc: "From ballots alone: the share of pairs of seats whose first-stage ballots name the same seat, over pairs that both named " +
			"one."},
	{Name: "vote_alignment_faithful", Unit: "share of pairs", Range: share, Section: "E", Beside: "tas_day",
		Fold: overRounds(aligned(bothFaithful)), ByRound: aligned(bothFaithful),
		Doc: "The same within the faithful; within the traitors it is tas_day."},
	{Name: "vote_alignment_mixed", Unit: "share of pairs", Range: share, Section: "E", Fold: overRounds(aligned(oneOfEach)),
		ByRound: aligned(oneOfEach),
		Doc:     "The same of a traitor with a faithful."},
}

func everybody(*Round, engine.Seat, engine.Seat) bool { return true }
func bothFaithful(r *Round, a, b engine.Seat) bool    { return !r.Traitors.Has(a) && !r.Traitors.Has(b) }
func oneOfEach(r *Round, a, b engine.Seat) bool       { return r.Traitors.Has(a) != r.Traitors.Has(b) }

func aligned(pair func(r *Round, a, b engine.Seat) bool) func(*Game, int) Ratio {
	return func(g *Game, i int) Ratio {
		r := &g.Rounds[i]
		return agreement(r, func(a, b engine.Seat) bool { return pair(r, a, b) })
	}
}

func trustIn(traitors, counts bool) func(*Game, int) Ratio {
	return func(g *Game, i int) Ratio {
		var out Ratio
		c := g.Rounds[i].Counts
		if counts && !c.OK {
			return out
		}
		g.each(i, func(_, _ engine.Seat, v int16, traitor bool) {
			switch {
			case traitor != traitors:
			case counts:
				out.add(1 - c.Suspicion)
			default:
				out.add(1 - float64(v)/1000)
			}
		})
		return out
	}
}

// exposure is a traitor's banishment with its role told: who had defended it, and the rounds whose primary moments lie on
// either side of it.
type exposure struct {
	defenders     engine.Seats
	before, after int
}

func (g *Game) exposure(i int) (exposure, bool) {
	r := &g.Rounds[i]
	x := exposure{before: i, after: i + 1}
	if !g.primaryBefore() {
		x.before, x.after = i-1, i
	}
	if r.Banished == engine.NoSeat || !r.Traitors.Has(r.Banished) || !r.Revealed.Has(r.Banished) || x.before < 0 ||
		x.after >= len(g.Rounds) {
		return x, false
	}
	for k := 0; k <= i; k++ {
		for n := range g.Rounds[k].Statements {
			s := &g.Rounds[k].Statements[n]
			if k == i && s.Phase == engine.PhaseAftermath {
				continue
			}
			for _, a := range s.Acts {
				if a.Kind == engine.Defend && a.Seat == r.Banished {
					x.defenders = x.defenders.With(s.Seat)
				}
			}
		}
	}
	x.defenders = x.defenders.Without(r.Banished)
	return x, true
}

func exposureDrop(g *Game, i int) Ratio {
	x, ok := g.exposure(i)
	if !ok {
		return Ratio{}
	}
	var in, not Ratio
	pairs(&g.Rounds[x.before], &g.Rounds[x.after], func(_, subject engine.Seat, was, is int16) {
		if x.defenders.Has(subject) {
			in.add(float64(is-was) / 1000)
		} else {
			not.add(float64(is-was) / 1000)
		}
	})
	a, okA := in.Value()
	b, okB := not.Value()
	if !okA || !okB {
		return Ratio{}
	}
	return Ratio{a - b, 1}
}

// pairs visits what faithful observers stated of a subject at the primary moments of both rounds.
func pairs(was, is *Round, visit func(observer, subject engine.Seat, was, is int16)) {
	for _, now := range is.Primary {
		then, ok := was.stated(now.Observer)
		if !ok || now.Order != 1 || then.Order != 1 {
			continue
		}
		for j, v := range now.PerMille {
			if v >= 0 && then.PerMille[j] >= 0 {
				visit(now.Observer, engine.Seat(j), then.PerMille[j], v)
			}
		}
	}
}

func disagreement(g *Game, i int) Ratio {
	var n, sum, squares [engine.MaxSeats]float64
	g.each(i, func(_, j engine.Seat, v int16, _ bool) {
		b := float64(v) / 1000
		n[j], sum[j], squares[j] = n[j]+1, sum[j]+b, squares[j]+b*b
	})
	var out Ratio
	for j := range n {
		if n[j] >= 2 {
			out.add(math.Sqrt(max(0, squares[j]/n[j]-square(sum[j]/n[j]))))
		}
	}
	return out
}

// moments are the integer sums of a correlation, so that a constant is found exactly.
type moments struct{ n, x, y, xx, yy, xy int64 }

func (g *Game) momentsWithBefore(i int) (m moments) {
	if i == 0 {
		return m
	}
	pairs(&g.Rounds[i-1], &g.Rounds[i], func(_, _ engine.Seat, was, is int16) {
		x, y := int64(was), int64(is)
		m.n, m.x, m.y = m.n+1, m.x+x, m.y+y
		m.xx, m.yy, m.xy = m.xx+x*x, m.yy+y*y, m.xy+x*y
	})
	return m
}

func (m moments) correlation() (float64, bool) {
	vx, vy := m.n*m.xx-m.x*m.x, m.n*m.yy-m.y*m.y
	if vx <= 0 || vy <= 0 {
		return 0, false
	}
	return float64(m.n*m.xy-m.x*m.y) / math.Sqrt(float64(vx)) / math.Sqrt(float64(vy)), true
}

func stability(g *Game, i int) Ratio {
	if c, ok := g.momentsWithBefore(i).correlation(); ok {
		return Ratio{c, 1}
	}
	return Ratio{}
}

func stabilityDefined(g *Game, i int) Ratio {
	m := g.momentsWithBefore(i)
	if m.n == 0 {
		return Ratio{}
	}
	_, ok := m.correlation()
	return Ratio{truth(ok), 1}
}

func stabilityChange(g *Game, i int) Ratio {
	var out Ratio
	if i > 0 {
		pairs(&g.Rounds[i-1], &g.Rounds[i], func(_, _ engine.Seat, was, is int16) { out.add(abs(float64(is-was)) / 1000) })
	}
	return out
}

const permutations = 128

// herding goes through the ballots that could join whoever leads alone.
var herding yesNo = func(g *Game, i int, each func(bool, float64)) {
	r := &g.Rounds[i]
	if g.Rules.Ballot != engine.BallotOpen {
		return
	}
	var votes [engine.MaxSeats]int
	leader, best := engine.NoSeat, 0
	for _, b := range r.Stage(0) {
		if !b.named() {
			continue
		}
		if leader != engine.NoSeat && leader != b.Voter {
			each(b.Target == leader, 1/float64(r.Living.Without(b.Voter).Len()))
		}
		switch votes[b.Target]++; {
		case votes[b.Target] > best:
			leader, best = b.Target, votes[b.Target]
		case votes[b.Target] == best:
			leader = engine.NoSeat // they lead together
		}
	}
}

func herdingOrder(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	if g.Rules.Ballot != engine.BallotOpen {
		return Ratio{}
	}
	targets := make([]engine.Seat, 0, engine.MaxSeats)
	for _, b := range r.Stage(0) {
		if b.named() {
			targets = append(targets, b.Target)
		}
	}
	if len(targets) < 2 {
		return Ratio{}
	}
	joined := joins(targets)
	chance := 0
	src := engine.Dice(g.Seed, "herding", r.Number, 0, engine.NoSeat)
	for range permutations {
		engine.Shuffle(targets, src)
		chance += joins(targets)
	}
	return Ratio{float64(joined) - float64(chance)/permutations, float64(len(targets) - 1)}
}

// joins counts the votes that name a seat which leads alone at that time. Ties must not count: a vote for one of those that lead together
// raises the top by one, so that there would be as many of them in any order.
func joins(targets []engine.Seat) int {
	var votes [engine.MaxSeats]int
	best, leaders, n := 0, 0, 0
	for _, t := range targets {
		if best > 0 && leaders == 1 && votes[t] == best {
			n++
		}
		switch votes[t]++; {
		case votes[t] > best:
			best, leaders = votes[t], 1
		case votes[t] == best:
			leaders++
		}
	}
	return n
}
