package metrics

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// What the published code makes of lost votes, worked out on its rows: the dice's names are nobody's, and a vote without a name is not
// written down. Traitors are 0 and 1.
func TestPublishedTenUnderForfeits(t *testing.T) {
	h := table(t, 8, 2, func(r *engine.Rules) { r.Forfeit = "random" })
	lost := func(seat engine.Seat, kind engine.RequestKind) engine.Forfeited {
		return engine.Forfeited{Seat: seat, Request: kind, Cause: engine.CauseTimeout}
	}
	// Day 1: four name, 6 and 7 are drawn for by dice: 6 for a traitor, as 2 did.
	h.at(1, engine.PhaseBallot).add(engine.Ballot{Voter: 0, Target: 4}, engine.Ballot{Voter: 1, Target: 4},
		engine.Ballot{Voter: 2, Target: 1},
		engine.Ballot{Voter: 3, Target: 4}, engine.Ballot{Voter: 4, Target: 3}, engine.Ballot{Voter: 5, Target: 4},
		lost(6, engine.AskBallot), engine.Ballot{Voter: 6, Target: 1}, lost(7, engine.AskBallot), engine.Ballot{Voter: 7, Target: 2})
	h.at(1, engine.PhaseBanishment).add(engine.Banished{Seat: 4}, engine.Revealed{Seat: 4, Role: engine.RoleFaithful})
	// Night 1: one of two names 5, and 5 is murdered.
	h.at(1, engine.PhaseMurder).add(engine.MurderVote{Voter: 0, Target: 5}, lost(1, engine.AskMurder),
		engine.MurderVote{Voter: 1, Target: engine.NoSeat}, engine.Murdered{Seat: 5})
	// Day 2: all are lost, and the dice banish 2. Night 2: all are lost, and nobody is murdered.
	h.at(2, engine.PhaseBallot)
	for _, s := range []engine.Seat{0, 1, 2, 3, 6, 7} {
		h.add(lost(s, engine.AskBallot), engine.Ballot{Voter: s, Target: (s + 2) % 3})
	}
	h.at(2, engine.PhaseBanishment).add(engine.Banished{Seat: 2}, engine.Revealed{Seat: 2, Role: engine.RoleFaithful})
	h.at(2, engine.PhaseMurder).add(lost(0, engine.AskMurder), engine.MurderVote{Voter: 0, Target: engine.NoSeat},
		lost(1, engine.AskMurder),
		engine.MurderVote{Voter: 1, Target: engine.NoSeat}, engine.Murdered{Seat: engine.NoSeat})
	// Day 3: only the traitors' votes are not lost; the faithful's rows are there, without a target.
	h.at(3, engine.PhaseBallot).add(engine.Ballot{Voter: 0, Target: 3}, engine.Ballot{Voter: 1, Target: 3})
	for _, s := range []engine.Seat{3, 6, 7} {
		h.add(lost(s, engine.AskBallot), engine.Ballot{Voter: s, Target: 0})
	}
	h.at(3, engine.PhaseBanishment).add(engine.Banished{Seat: 3}, engine.Revealed{Seat: 3, Role: engine.RoleFaithful})
	h.at(3, engine.PhaseOver).add(engine.Ended{Winner: engine.Minority(), Reason: "parity"})
	g := h.read()
	for name, want := range map[string]Ratio{
		"tas_curvo": {1. / 2, 1},                               // night 1: one of two rows; night 2 has none
		"fas_curvo": {2. / 6, 1},                               // day 1: 4 has two of six rows; day 2 none, day 3 no target
		"fcr_curvo": {(1./6 + 0) / 2, 1},                       // day 1 one of six, day 3 none of three
		"idr_curvo": {(1./6 + 0) / 2, 1},                       //
		"des_curvo": {0, 1},                                    // night 1: not every row names the murdered
		"brr_curvo": {1, 1},                                    // day 1: the one ballot on a traitor is not on 4
		"brr":       {1, 1},                                    // of one: the dice's is nobody's
		"vsf_curvo": {((8.+2)/10 + 5./5) / 2, 1},               // all are first votes, lost, or of another seat than the vote before
		"vote_lift": {1 - 2./7 - 3*2./7, 4}, "tas_day": {2, 2}, // the corrected ones: named ballots alone
		"ballot_accuracy": {1, 4},
	} {
		m, _ := Find(name)
		if got := m.Fold(&g); abs(got.Num-want.Num) > 1e-12 || got.Den != want.Den {
			t.Errorf("%s is %v, by hand %v", name, got, want)
		}
	}
}
