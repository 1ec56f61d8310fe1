package metrics

import (
	"math"

	"github.com/turncoat-sim/turncoat/engine"
)

// inference is section C: the stated beliefs of the faithful about the living, at the primary moment.
var inference = []Metric{
	{Name: "brier", Unit: "squared error", Range: share, Section: "C", Beside: "brier_counts", Fold: overRounds(brier), ByRound: brier,
		Source: "Brier 1950", Doc: "(b_ij − 1(j ∈ T))² over faithful observers i and living seats j; lower is better."},
	{Name: "brier_counts", Unit: "squared error", Range: share, Section: "C", Fold: overRounds(brierCounts), ByRound: brierCounts,
		Doc: "The same of the counts observer who sits in i's seat, over the same pairs."},
	{Name: "brier_skill", Unit: "share of the counts observer's error", Range: "−∞…1", Section: "C", Fold: overRounds(brierSkill),
		Cases:   overRounds(brierCounts),
		ByRound: brierSkill,
		Doc:     "1 − brier / brier_counts: above 0 the stated beliefs are better than what the public facts tell somebody in that seat."},
	{Name: "log_loss", Unit: "nats", Range: "0.01…4.61", Section: "C", Beside: "log_loss_counts", Fold: overRounds(logLoss),
		ByRound: logLoss,
		Doc:     "−ln of the probability given to what is true, b clipped to [0.01, 0.99], over the pairs of brier; lower is better."},
	{Name: "log_loss_counts", Unit: "nats", Range: "0.01…4.61", Section: "C", Fold: overRounds(logLossCounts), ByRound: logLossCounts,
		Doc: "The same of the counts observer who sits in i's seat, over the same pairs."},
	{Name: "log_loss_skill", Unit: "share of the counts observer's loss", Range: "−∞…1", Section: "C", Fold: overRounds(logLossSkill),
		Cases:   overRounds(logLossCounts),
		ByRound: logLossSkill,
		Doc:     "1 − log_loss / log_loss_counts."},
	{Name: "auc", Unit: "share of pairs", Range: share, Section: "C", Fold: overRounds(auc), ByRound: auc,
		Doc: "Within an observer: over pairs of a living traitor and a living faithful, the share in which the traitor is the more " +
			"suspected, ties ½. Chance is ½."},
	{Name: "auc_skill", Unit: "share of pairs", Range: "−½…½", Section: "C", Fold: overRounds(aucSkill), ByRound: aucSkill,
		Doc: "auc − ½. The counts observer can't tell the living apart, so its auc is ½."},
	{Name: "discrimination_slope", Unit: "probability", Range: signed, Section: "C", Fold: overRounds(slope), ByRound: slope,
		Source: "Yates 1982", Doc: "Mean b on living traitors minus mean b on living faithful, within an observer at a moment; mean " +
			"over observers and moments that have both."},
	{Name: "belief_sum_error", Unit: "seats", Range: "0…n", Section: "C", Fold: overRounds(sumError), ByRound: sumError,
		Doc: "|Σ_j b_ij − |T_r|| per faithful observer and moment: beliefs are never renormalised, so how far they are from the number " +
			"of living traitors is a finding of its own."},
	{Name: "group_brier", Unit: "squared error", Range: share, Section: "C", Beside: "brier", Fold: overRounds(groupBrier),
		ByRound: groupBrier,
		Doc:     "The Brier score of the faithful's mean belief of each living seat."},
	{Name: "observer_gap", Unit: "nats", Range: "−4.6…4.6", Section: "C", Fold: overRounds(observerGap), ByRound: observerGap,
		Doc: "log_loss minus log_loss_counts, in nats: above 0, the seats do worse than counting."},
	{Name: "ballot_accuracy", Unit: "share of ballots", Range: share, Section: "C", Beside: "ballot_accuracy_chance",
		Fold: overRounds(ballotHits), ByRound: ballotHits,
		Doc: "The faithful's first-stage ballots, forfeits out, that name a traitor. vote_lift is this less its chance."},
	{Name: "ballot_accuracy_chance", Unit: "share of ballots", Range: share, Section: "C", Fold: overRounds(ballotHitsChance),
		ByRound: ballotHitsChance,
		Doc:     "|T ∩ L_i| / |L_i| over the same ballots, L_i the legal targets: what a legal seat drawn by lot would hit."},
	{Name: "banishment_accuracy", Unit: "share of banishments", Range: share, Section: "C", Beside: "banishment_chance",
		Fold:    overRounds(banishedTraitor),
		ByRound: banishedTraitor, Doc: "Banishments that hit a traitor."},
	{Name: "banishment_chance", Unit: "share of banishments", Range: share, Section: "C", Fold: overRounds(banishedChance),
		ByRound: banishedChance,
		Doc:     "|T_r| / n_r over the same banishments: what a seat drawn from the living would hit."},
	{Name: "ballot_chance", Unit: "share of ballots", Range: share, Section: "C", Fold: overRounds(ballotChance), ByRound: ballotChance,
		Doc: "|T_r| / (n_r − 1), a faithful's chance of naming a traitor, mean over the rounds with a ballot: the realised chance " +
			"level of fcr_curvo."},
}

// each visits what the faithful stated of the living at the primary moment.
func (g *Game) each(i int, visit func(observer, subject engine.Seat, perMille int16, traitor bool)) {
	r := &g.Rounds[i]
	for _, b := range r.Primary {
		if b.Order != 1 {
			continue
		}
		for j, v := range b.PerMille {
			if v >= 0 {
				visit(b.Observer, engine.Seat(j), v, r.Traitors.Has(engine.Seat(j)))
			}
		}
	}
}

func square(x float64) float64 { return x * x }

// loss is −ln of the probability given to the truth, clipped.
func loss(p float64, traitor bool) float64 {
	p = min(max(p, 0.01), 0.99)
	if !traitor {
		p = 1 - p
	}
	return -math.Log(p)
}

// losses holds loss by per mille, of a faithful and of a traitor.
var losses = func() (t [2][1001]float64) {
	for v := range t[0] {
		t[0][v], t[1][v] = loss(float64(v)/1000, false), loss(float64(v)/1000, true)
	}
	return t
}()

func stated(v int16, traitor bool) float64 {
	if traitor {
		return losses[1][min(v, 1000)]
	}
	return losses[0][min(v, 1000)]
}

func brier(g *Game, i int) Ratio {
	var out Ratio
	g.each(i, func(_, _ engine.Seat, v int16, traitor bool) { out.add(square(float64(v)/1000 - truth(traitor))) })
	return out
}

func logLoss(g *Game, i int) Ratio {
	var out Ratio
	g.each(i, func(_, _ engine.Seat, v int16, traitor bool) { out.add(stated(v, traitor)) })
	return out
}

// ofCounts sums a score of one probability over the pairs that the faithful stated.
func ofCounts(g *Game, i int, p float64, score func(p float64, traitor bool) float64) Ratio {
	if !g.Rounds[i].Counts.OK {
		return Ratio{}
	}
	of := [2]float64{score(p, false), score(p, true)}
	var out Ratio
	g.each(i, func(_, _ engine.Seat, _ int16, traitor bool) { out.add(of[int(truth(traitor))]) })
	return out
}

func squaredError(p float64, traitor bool) float64 { return square(p - truth(traitor)) }

func brierCounts(g *Game, i int) Ratio {
	return ofCounts(g, i, g.Rounds[i].Counts.Suspicion, squaredError)
}

func logLossCounts(g *Game, i int) Ratio { return ofCounts(g, i, g.Rounds[i].Counts.Suspicion, loss) }

// skill is 1 − score / reference, as a ratio of sums.
func skill(score, reference Ratio) Ratio {
	if reference.Den == 0 {
		return Ratio{}
	}
	return Ratio{reference.Num - score.Num, reference.Num}
}

func brierSkill(g *Game, i int) Ratio { return skill(brier(g, i), brierCounts(g, i)) }

func logLossSkill(g *Game, i int) Ratio { return skill(logLoss(g, i), logLossCounts(g, i)) }

func observerGap(g *Game, i int) Ratio {
	reference := ofCounts(g, i, g.Rounds[i].Counts.Suspicion, loss)
	if reference.Den == 0 {
		return Ratio{}
	}
	own := logLoss(g, i)
	return Ratio{own.Num - reference.Num, own.Den}
}

func auc(g *Game, i int) Ratio {
	var out Ratio
	r := &g.Rounds[i]
	for _, b := range r.Primary {
		if b.Order != 1 {
			continue
		}
		for j, v := range b.PerMille {
			if v < 0 || !r.Traitors.Has(engine.Seat(j)) {
				continue
			}
			for k, w := range b.PerMille {
				if w < 0 || r.Traitors.Has(engine.Seat(k)) {
					continue
				}
				out.Den++
				if v > w {
					out.Num++
				} else if v == w {
					out.Num += 0.5
				}
			}
		}
	}
	return out
}

func aucSkill(g *Game, i int) Ratio {
	a := auc(g, i)
	return Ratio{a.Num - a.Den/2, a.Den}
}

// means are the mean belief of an observer on living traitors and on living faithful.
func means(b []int16, traitors engine.Seats) (onTraitors, onFaithful Ratio) {
	for j, v := range b {
		switch {
		case v < 0:
		case traitors.Has(engine.Seat(j)):
			onTraitors.add(float64(v) / 1000)
		default:
			onFaithful.add(float64(v) / 1000)
		}
	}
	return onTraitors, onFaithful
}

func slope(g *Game, i int) Ratio {
	var out Ratio
	r := &g.Rounds[i]
	for _, b := range r.Primary {
		t, f := means(b.PerMille, r.Traitors)
		if b.Order == 1 && t.Den > 0 && f.Den > 0 {
			out.add(t.Num/t.Den - f.Num/f.Den)
		}
	}
	return out
}

func sumError(g *Game, i int) Ratio {
	var out Ratio
	r := &g.Rounds[i]
	for _, b := range r.Primary {
		t, f := means(b.PerMille, r.Traitors)
		if b.Order != 1 || t.Den+f.Den == 0 {
			continue
		}
		living := r.TraitorsAlive()
		if !g.primaryBefore() {
			living = living.Without(r.Banished)
		}
		out.add(math.Abs(t.Num + f.Num - float64(living.Len())))
	}
	return out
}

// meanBelief is the faithful's mean belief of each seat; a Den of 0 where nobody stated one.
func meanBelief(r *Round) (of [engine.MaxSeats]Ratio) {
	for _, b := range r.Primary {
		if b.Order != 1 {
			continue
		}
		for j, v := range b.PerMille {
			if v >= 0 {
				of[j].add(float64(v) / 1000)
			}
		}
	}
	return of
}

func groupBrier(g *Game, i int) Ratio {
	var out Ratio
	r := &g.Rounds[i]
	for j, m := range meanBelief(r) {
		if v, ok := m.Value(); ok {
			out.add(squaredError(v, r.Traitors.Has(engine.Seat(j))))
		}
	}
	return out
}

func banishedTraitor(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	if r.Banished == engine.NoSeat {
		return Ratio{}
	}
	return Ratio{truth(r.Traitors.Has(r.Banished)), 1}
}

func ballotHits(g *Game, i int) (out Ratio) {
	r := &g.Rounds[i]
	for _, b := range r.Stage(0) {
		if r.FaithfulAlive().Has(b.Voter) && b.named() {
			out.add(truth(r.TraitorsAlive().Has(b.Target)))
		}
	}
	return out
}

func ballotHitsChance(g *Game, i int) (out Ratio) {
	r := &g.Rounds[i]
	for _, b := range r.Stage(0) {
		if r.FaithfulAlive().Has(b.Voter) && b.named() {
			out.add(chanceOf(r.TraitorsAlive(), r.Living, b.Voter))
		}
	}
	return out
}

func banishedChance(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	if r.Banished == engine.NoSeat {
		return Ratio{}
	}
	return Ratio{float64(r.TraitorsAlive().Len()) / float64(r.Living.Len()), 1}
}

func ballotChance(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	if len(r.Ballots) == 0 || r.Living.Len() < 2 {
		return Ratio{}
	}
	return Ratio{float64(r.TraitorsAlive().Len()) / float64(r.Living.Len()-1), 1}
}
