package metrics

import (
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
)

const (
	published = "The published testbed's analysis code (pedrocurvo/TheTraitors, src/utils/metrics.py), as it computes it: rounds weigh " +
		"equally within a game, games equally. As there, a forfeited vote is a row without a target, whatever the rules put in its " +
		"place, and a day or a night on which nobody named anybody has no rows. Where the others named somebody and no faithful did, " +
		"that code ends in an error, and brr_curvo has no value"
	share  = "0…1"
	signed = "−1…1"
)

// publishedTen is section A: the published ten as their code computes them, and what corrects one where it misleads.
var publishedTen = []Metric{
	{Name: "tas_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, Fold: meanOfRounds(nightAgreement),
		ByRound: nightAgreement, Doc: "Traitor agreement as published: the share of a night's votes that its most named victim has, " +
			"mean over the nights with votes."},
	{Name: "tas_day", Unit: "share of pairs", Range: share, Section: "A", Fold: overRounds(dayAgreement), ByRound: dayAgreement,
		Doc: "Traitor agreement by day: the share of pairs of living traitors whose first-stage ballots name the same seat, over pairs " +
			"that both named one; rounds with two traitors or more. Corrects tas_curvo, which measures the night, where the team wants " +
			"to agree."},
	{Name: "fas_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, Fold: meanOfRounds(faithfulAgreement),
		ByRound: faithfulAgreement, Doc: "Faithful agreement: the share of the faithful's first-stage ballots that their most named " +
			"target has, mean over rounds."},
	{Name: "fcr_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, Fold: meanOfRounds(faithfulCorrect),
		ByRound: faithfulCorrect, Doc: "Faithful correctness: the share of the faithful's first-stage ballots that name a traitor, " +
			"mean over rounds."},
	{Name: "vote_lift", Unit: "share above chance", Range: signed, Section: "A", Fold: overRounds(voteLift), ByRound: voteLift,
		Doc: "Over the faithful's first-stage ballots that name a seat, forfeits left out: 1 where it is a living traitor, minus the " +
			"share of living traitors among the voter's legal targets. 0 is chance. Corrects fcr_curvo, whose chance level rises as " +
			"the table shrinks. An abstention names nobody and is left out."},
	{Name: "tsr_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, OfEnds: true,
		Fold: survival(engine.Minority()),
		Doc:  "Traitor survival: traitors alive at the end over traitors dealt; finished games."},
	{Name: "fsr_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, OfEnds: true,
		Fold: survival(engine.Majority()),
		Doc:  "Faithful survival: faithful alive at the end over faithful dealt; finished games."},
	{Name: "des_curvo", Unit: "share of nights", Range: share, Section: "A", Source: published, Mean: true,
		Fold:    meanOfRounds(nightSuccess),
		ByRound: nightSuccess, Doc: "Deception effectiveness as published: the share of nights with votes in which every vote names " +
			"the faithful who is then murdered."},
	{Name: "des_day", Unit: "share of banishments", Range: share, Section: "A", Fold: overRounds(dayDeception), ByRound: dayDeception,
		Doc: "Of the banishments of a faithful while a traitor lives, the share for whom every living traitor voted in the stage that " +
			"decided. Corrects des_curvo, which is about the night and takes no deceiving."},
	{Name: "idr_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, Fold: meanOfRounds(faithfulCorrect),
		ByRound: faithfulCorrect, Doc: "Information diffusion as published: the same expression as fcr_curvo in the code, kept under " +
			"its name."},
	{Name: "idr", Unit: "change of belief mass a round", Range: signed, Section: "A", Fold: overRounds(diffusion), ByRound: diffusion,
		Doc: "Information diffusion: the change from round to round of Σ_{j∈T} b_ij / Σ_j b_ij at the primary moment, over faithful " +
			"observers i who live in both rounds, with j over the seats of which i states a belief in both; an observer with no mass " +
			"in either round is left out. A round's value is of the change that leads to it."},
	{Name: "brr_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, Fold: meanOfRounds(betrayalOrZero),
		ByRound: betrayalOrZero, Doc: "Betrayal recognition as published: of the faithful's first-stage ballots that name a traitor, " +
			"the share that is not on the seat which most faithful named (a tie goes to the seat named first); 0 where no faithful " +
			"named a traitor; mean over rounds."},
	{Name: "brr", Unit: "share", Range: share, Section: "A", Fold: overRounds(betrayal), ByRound: betrayal,
		Doc: "Betrayal recognition: the expression of brr_curvo over all such ballots of the batch, so that a round in which no " +
			"faithful named a traitor is empty and not 0."},
	{Name: "vsf_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, Fold: switchingCurvo,
		Doc: "Vote switching as published: per round, over the votes of day (first stage) and night together, the share whose target " +
			"is not that of the seat's vote before; a first vote counts as a switch; mean over rounds."},
	{Name: "vsf_day", Unit: "share", Range: share, Section: "A", Fold: switchingDay,
		Doc: "Vote switching by day: over first-stage ballots that name a seat and whose voter's ballot before named a seat that still " +
			"lives, the share that names another. Corrects vsf_curvo: a first ballot is no switch, and neither is leaving a target " +
			"that died."},
	{Name: "tns_curvo", Unit: "share", Range: share, Section: "A", Source: published, Mean: true, Fold: stabilityCurvo,
		Doc: "Trust network stability as published: 1 − vsf_curvo, which holds no trust. tns of section E corrects it."},
}

// modalShare is the share of the ballots that the most named seat has; a ballot without a target is in the base.
func modalShare(ballots []Ballot, of engine.Seats) Ratio {
	var votes [engine.MaxSeats]int
	best, base := 0, 0
	for _, b := range ballots {
		if !of.Has(b.Voter) {
			continue
		}
		base++
		if b.named() {
			votes[b.Target]++
			best = max(best, votes[b.Target])
		}
	}
	if best == 0 {
		return Ratio{}
	}
	return Ratio{float64(best), float64(base)}
}

func nightAgreement(g *Game, i int) Ratio {
	return modalShare(g.Rounds[i].NightVotes, engine.AllSeats(g.N))
}

func faithfulAgreement(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	return modalShare(r.Stage(0), r.FaithfulAlive())
}

func dayAgreement(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	return agreement(r, func(a, b engine.Seat) bool { return r.Traitors.Has(a) && r.Traitors.Has(b) })
}

// agreement is the share of pairs of voters whose first-stage ballots name the same seat.
func agreement(r *Round, pair func(a, b engine.Seat) bool) Ratio {
	var out Ratio
	ballots := r.Stage(0)
	for k, a := range ballots {
		for _, b := range ballots[:k] {
			if a.named() && b.named() && pair(a.Voter, b.Voter) {
				out.count(a.Target == b.Target)
			}
		}
	}
	return out
}

func faithfulCorrect(g *Game, i int) Ratio {
	var out Ratio
	r := &g.Rounds[i]
	if !anyNamed(r.Stage(0)) {
		return out
	}
	for _, b := range r.Stage(0) {
		if r.FaithfulAlive().Has(b.Voter) {
			out.count(b.named() && r.Traitors.Has(b.Target))
		}
	}
	return out
}

// anyNamed reports whether a vote of day or night has rows in the published testbed's files.
func anyNamed(votes []Ballot) bool { return slices.ContainsFunc(votes, Ballot.named) }

// chanceOf is the share of the team among the seats that the voter may name.
func chanceOf(team, living engine.Seats, voter engine.Seat) float64 {
	legal := living.Without(voter)
	return float64((team & legal).Len()) / float64(legal.Len())
}

func voteLift(g *Game, i int) Ratio {
	var out Ratio
	r := &g.Rounds[i]
	traitors, faithful := r.TraitorsAlive(), r.FaithfulAlive()
	for _, b := range r.Stage(0) {
		if faithful.Has(b.Voter) && b.named() {
			out.add(truth(traitors.Has(b.Target)) - chanceOf(traitors, r.Living, b.Voter))
		}
	}
	return out
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func survival(team engine.Team) func(*Game) Ratio {
	return func(g *Game) Ratio {
		dealt := g.Dealt()
		seats := g.sideIn(&dealt, team)
		if !g.Over || seats == 0 {
			return Ratio{}
		}
		return Ratio{float64((seats & g.Living).Len()), float64(seats.Len())}.one()
	}
}

func nightSuccess(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	if !anyNamed(r.NightVotes) {
		return Ratio{}
	}
	all := r.Murdered != engine.NoSeat && !r.Traitors.Has(r.Murdered)
	for _, b := range r.NightVotes {
		all = all && b.named() && b.Target == r.Murdered
	}
	return Ratio{truth(all), 1}
}

func dayDeception(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	traitors := r.TraitorsAlive()
	if r.Banished == engine.NoSeat || r.Traitors.Has(r.Banished) || traitors == 0 {
		return Ratio{}
	}
	var on engine.Seats
	for _, b := range r.deciding() {
		if b.Target == r.Banished && !b.Forfeited {
			on = on.With(b.Voter)
		}
	}
	return Ratio{truth(traitors&^on == 0), 1}
}

// betrayal counts the faithful's ballots on traitors that are not on the seat which most faithful named.
func betrayal(g *Game, i int) Ratio {
	r := &g.Rounds[i]
	var votes, first [engine.MaxSeats]int
	top := engine.NoSeat
	faithful := r.FaithfulAlive()
	for k, b := range r.Stage(0) {
		if !faithful.Has(b.Voter) || !b.named() {
			continue
		}
		if votes[b.Target]++; votes[b.Target] == 1 {
			first[b.Target] = k
		}
	}
	for j := range engine.Seat(g.N) {
		if votes[j] > 0 && (top == engine.NoSeat || votes[j] > votes[top] || votes[j] == votes[top] && first[j] < first[top]) {
			top = j
		}
	}
	var out Ratio
	for j := range engine.Seat(g.N) {
		if r.Traitors.Has(j) {
			out.Den += float64(votes[j])
			if j != top {
				out.Num += float64(votes[j])
			}
		}
	}
	return out
}

func betrayalOrZero(g *Game, i int) Ratio {
	if b := betrayal(g, i); b.Den > 0 {
		return b
	}
	if faithfulAgreement(g, i).Den == 0 {
		return Ratio{}
	}
	return Ratio{0, 1}
}

func switchingCurvo(g *Game) Ratio {
	var before [engine.MaxSeats]engine.Seat
	for i := range before {
		before[i] = engine.NoSeat
	}
	var sum Ratio
	for i := range g.Rounds {
		var round Ratio
		for _, votes := range [2][]Ballot{g.Rounds[i].Stage(0), g.Rounds[i].NightVotes} {
			if !anyNamed(votes) {
				continue
			}
			for _, b := range votes {
				target := b.Target
				if b.Forfeited {
					target = engine.NoSeat
				}
				round.count(target == engine.NoSeat || target != before[b.Voter])
				before[b.Voter] = target
			}
		}
		sum = sum.Plus(round.one())
	}
	return sum.one()
}

func stabilityCurvo(g *Game) Ratio {
	v, ok := switchingCurvo(g).Value()
	if !ok {
		return Ratio{}
	}
	return Ratio{1 - v, 1}
}

func switchingDay(g *Game) Ratio {
	var before [engine.MaxSeats]engine.Seat
	for i := range before {
		before[i] = engine.NoSeat
	}
	var out Ratio
	for i := range g.Rounds {
		for _, b := range g.Rounds[i].Stage(0) {
			if !b.named() {
				continue
			}
			if g.Rounds[i].Living.Has(before[b.Voter]) {
				out.count(b.Target != before[b.Voter])
			}
			before[b.Voter] = b.Target
		}
	}
	return out
}

// diffusion is the change of the faithful's belief mass on traitors from the round before.
func diffusion(g *Game, i int) Ratio {
	var out Ratio
	if i == 0 {
		return out
	}
	was, is := &g.Rounds[i-1], &g.Rounds[i]
	for _, now := range is.Primary {
		then, ok := was.stated(now.Observer)
		if !ok || now.Order != 1 || then.Order != 1 {
			continue
		}
		a, okA := massOn(was.Traitors, then.PerMille, now.PerMille)
		b, okB := massOn(is.Traitors, now.PerMille, then.PerMille)
		if okA && okB {
			out.add(b - a)
		}
	}
	return out
}

// stated is what the observer stated at the primary moment.
func (r *Round) stated(observer engine.Seat) (Belief, bool) {
	for _, b := range r.Primary {
		if b.Observer == observer {
			return b, true
		}
	}
	return Belief{}, false
}

// massOn is the share of the belief on the team, over the seats of which the other vector states something too.
func massOn(team engine.Seats, b, other []int16) (float64, bool) {
	on, all := 0, 0
	for j, v := range b {
		if v < 0 || other[j] < 0 {
			continue
		}
		all += int(v)
		if team.Has(engine.Seat(j)) {
			on += int(v)
		}
	}
	if all == 0 {
		return 0, false
	}
	return float64(on) / float64(all), true
}
