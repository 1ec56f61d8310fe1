package metrics

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// hand is a log written by hand: the events in order, with a round and a phase that hold until they are changed.
type hand struct {
	t      *testing.T
	round  int
	phase  engine.Phase
	events []codec.Stored
}

func (h *hand) at(round int, phase engine.Phase) *hand {
	h.round, h.phase = round, phase
	return h
}

func (h *hand) add(bodies ...engine.Body) *hand {
	h.t.Helper()
	for _, b := range bodies {
		s, err := codec.Store(engine.Event{Seq: uint64(len(h.events)), Round: h.round, Phase: h.phase, Body: b})
		if err != nil {
			h.t.Fatal(err)
		}
		h.events = append(h.events, s)
	}
	return h
}

func (h *hand) read() Game {
	h.t.Helper()
	g, err := ReadGame(GameMeta{ID: "by hand"}, h.events)
	if err != nil {
		h.t.Fatal(err)
	}
	return g
}

// table opens a log of n seats of which the first m are traitors.
func table(t *testing.T, n, m int, change func(*engine.Rules)) *hand {
	r := engine.DefaultRules()
	r.Players, r.Traitors, r.Tie = n, m, "first_named"
	if change != nil {
		change(&r)
	}
	r = r.Complete()
	h := &hand{t: t}
	h.add(engine.Created{Rules: r, Policies: make([]string, n)}, engine.Opened{Rules: r, Names: make([]string, n)})
	for i := range n {
		role := engine.RoleFaithful
		if i < m {
			role = engine.RoleTraitor
		}
		h.add(engine.Dealt{Seat: engine.Seat(i), Role: role})
	}
	return h
}

func says(seat engine.Seat, acts ...engine.Act) engine.Statement {
	return engine.Statement{Seat: seat, Text: "so", Acts: acts}
}

func believes(seat engine.Seat, order int, when string, b ...int16) engine.Belief {
	return engine.Belief{Observer: seat, Order: order, When: when, PerMille: b}
}

// twoRounds is a game of 6 with the traitors 0 and 1: 1 is banished and 5 murdered, then 2 and 3.
func twoRounds(t *testing.T) Game {
	const x = engine.Unstated
	h := table(t, 6, 2, nil)
	h.at(1, engine.PhaseRoundTable).add(
		says(0, engine.Act{Kind: engine.Accuse, Seat: 2}, engine.Act{Kind: engine.Defend, Seat: 1}),
		says(1, engine.Act{Kind: engine.Claim, Seat: 1, Role: engine.RoleFaithful}, engine.Act{Kind: engine.Promise, Seat: 2}),
		says(2, engine.Act{Kind: engine.Claim, Seat: 2, Role: engine.RoleFaithful}, engine.Act{Kind: engine.Promise, Seat: 3}),
		says(3, engine.Act{Kind: engine.Defend, Seat: 1}), engine.Statement{Seat: 4}, says(5))
	h.at(1, engine.PhaseBallot).add(
		believes(0, 2, "ballot", x, 0, 600, 100, 400, 300), engine.Ballot{Voter: 0, Target: 1},
		engine.Ballot{Voter: 1, Target: 3},
		believes(2, 1, "ballot", 500, 700, x, 100, 200, 100), engine.Ballot{Voter: 2, Target: 1},
		believes(3, 1, "ballot", 200, 100, 600, x, 300, 300), engine.Ballot{Voter: 3, Target: 2},
		believes(4, 1, "ballot", 400, 400, 400, 400, x, 400), engine.Ballot{Voter: 4, Target: 1},
		engine.Forfeited{Seat: 5, Request: engine.AskBallot, Cause: engine.CauseTimeout}, engine.Ballot{Voter: 5, Target: engine.NoSeat})
	h.at(1, engine.PhaseBanishment).add(engine.Banished{Seat: 1}, engine.Revealed{Seat: 1, Role: engine.RoleTraitor})
	h.at(1, engine.PhaseMurder).add(engine.MurderVote{Voter: 0, Target: 5}, engine.Murdered{Seat: 5})
	h.at(2, engine.PhaseBreakfast).add(engine.Found{Victim: 5}, engine.Revealed{Seat: 5, Role: engine.RoleFaithful})
	h.at(2, engine.PhaseBallot).add(
		believes(0, 2, "ballot", x, x, 700, 300, 500, x), engine.Ballot{Voter: 0, Target: 2},
		believes(2, 1, "ballot", 800, x, x, 300, 200, x), engine.Ballot{Voter: 2, Target: 0},
		believes(3, 1, "ballot", 200, x, 600, x, 300, x), engine.Ballot{Voter: 3, Target: 2},
		believes(4, 1, "ballot", 400, x, 400, 600, x, x), engine.Ballot{Voter: 4, Target: 0})
	h.at(2, engine.PhaseBanishment).add(engine.Banished{Seat: 2}, engine.Revealed{Seat: 2, Role: engine.RoleFaithful})
	h.at(2, engine.PhaseMurder).add(engine.MurderVote{Voter: 0, Target: 3}, engine.Murdered{Seat: 3})
	h.at(2, engine.PhaseOver).add(engine.Found{Victim: 3}, engine.Ended{Winner: engine.Minority(), Reason: "parity"})
	return h.read()
}

// A seat whose role changes is of its team at that time in every round, and of its last one at the end. A second deal stands for
// what will change a role.
func TestTeamAtThatTime(t *testing.T) {
	h := table(t, 6, 1, nil)
	h.at(1, engine.PhaseBallot).add(engine.Ballot{Voter: 2, Target: 0})
	h.at(1, engine.PhaseMurder).add(engine.Dealt{Seat: 2, Role: engine.RoleTraitor}, engine.Murdered{Seat: 5})
	h.at(2, engine.PhaseBallot).add(engine.Ballot{Voter: 2, Target: 3})
	h.at(2, engine.PhaseOver).add(engine.Ended{Winner: engine.Minority(), Reason: "parity"})
	g := h.read()
	for i, want := range []engine.Team{engine.Majority(), engine.Minority()} {
		r := &g.Rounds[i]
		if r.team(2) != want || r.Traitors.Has(2) != want.Informed() || TeamIn(&r.Roles, 2) != want ||
			r.team(3) != engine.Majority() {
			t.Errorf("in round %d seat 2 is of the %s", r.Number, r.team(2))
		}
	}
	for i, f := range g.Fates() {
		if won := i == 0 || i == 2; f.Won != won || f.Team.Informed() != won || f.Survived && won != (f.Prize == .5) {
			t.Errorf("at the end: %+v", f)
		}
	}
	var unknown engine.Roster
	if TeamIn(&unknown, 1) != engine.Majority() {
		t.Error("a seat whose role is not known is none of the many")
	}
}

func TestTwoRoundsByHand(t *testing.T) {
	g := twoRounds(t)
	ln := math.Log
	lossOwn := -(ln(.5) + ln(.7) + ln(.9) + ln(.8) + ln(.9)) - (ln(.2) + ln(.1) + ln(.4) + 2*ln(.7)) - (2*ln(.4) + 3*ln(.6)) -
		(ln(.8) + ln(.7) + ln(.8)) - (ln(.2) + ln(.4) + ln(.7)) - (ln(.4) + ln(.6) + ln(.4))
	lossGiven := -6*ln(.4) - 9*ln(.6) - 3*ln(1./3) - 6*ln(2./3)
	countsBrier := 6*9./25 + 9*4./25 + 3*4./9 + 6*1./9
	sd := func(x ...float64) float64 { return stat.PopStdDev(x, nil) }
	spread := sd(.5, .2, .4) + sd(.7, .1, .4) + .1 + .15 + .05 + sd(.1, .3, .4) + sd(.8, .2, .4) + .1 + .15 + .05
	was := []float64{500, 100, 200, 200, 600, 300, 400, 400, 400}
	is := []float64{800, 300, 200, 200, 600, 300, 400, 400, 600}
	expect(t, &g, map[string]Ratio{
		"tas_curvo": {1, 1}, "tas_day": {0, 1}, "fas_curvo": {7. / 12, 1}, "fcr_curvo": {7. / 12, 1}, "idr_curvo": {7. / 12, 1},
		"vote_lift": {1.8, 6}, "tsr_curvo": {.5, 1}, "fsr_curvo": {.25, 1}, "des_curvo": {1, 1}, "des_day": {1, 1},
		"idr": {8./13 - 5./8 + 2./7 - 1./3, 3}, "brr_curvo": {0, 1}, "brr": {0, 4}, "vsf_curvo": {.9, 1}, "tns_curvo": {.1, 1},
		"vsf_day":  {0, 1},
		"finished": {1, 1}, "forfeit_touched": {1, 1}, "refusals": {}, "traitors_win": {1, 1}, "faithful_win": {0, 1}, "draw": {0, 1},
		"rounds":             {2, 1},
		"survivors_traitors": {1, 1}, "survivors_faithful": {1, 1}, "banished_traitors": {1, 1}, "banished_faithful": {1, 1},
		"murdered": {2, 1},
		"brier":    {5.73, 24}, "brier_counts": {countsBrier, 24}, "brier_skill": {countsBrier - 5.73, countsBrier},
		"log_loss": {lossOwn, 24}, "log_loss_counts": {lossGiven, 24}, "log_loss_skill": {lossGiven - lossOwn, lossGiven},
		"observer_gap": {lossOwn - lossGiven, 24}, "auc": {11.5, 24}, "auc_skill": {-.5, 24},
		"discrimination_slope": {.6 - .4/3 - .25 + .55 - .25 - .1, 6}, "belief_sum_error": {1.7, 6},
		"group_brier":     {square(1.9/3) + .36 + .25 + .0625 + .0625 + square(.8/3) + square(1.6/3) + .25 + .2025 + .0625, 10},
		"ballot_accuracy": {4, 6}, "ballot_accuracy_chance": {2.2, 6}, "banishment_accuracy": {1, 2},
		"banishment_chance": {2./6 + 1./4, 2}, "ballot_chance": {2./5 + 1./3, 2},
		"false_claims": {1, 2}, "false_claims_per_traitor": {1, 2}, "false_claims_faithful": {0, 3},
		"knowing_accusations": {1, 2}, "knowing_accusations_per_traitor": {1, 2}, "knowing_defences": {1, 2},
		"knowing_accusations_chance": {4. / 5, 2}, "knowing_defences_per_traitor": {1, 2},
		"broken_promises": {1, 2}, "broken_promises_per_traitor": {1, 2}, "broken_promises_faithful": {1, 3},
		"act_coverage": {4, 5}, "lies": {2, 2}, "lies_faithful": {0, 3}, "self_disclosure": {0, 2}, "deception_retention": {-.3, 3},
		"verbosity_shift":   {0, 1},
		"deception_success": {}, "persuasion": {}, "vote_swing": {}, "vote_swing_toward": {}, "vote_swing_away": {},
		"thought_speech_gap": {}, "thought_speech_gap_chance": {}, "herding": {}, "herding_order": {},
		"cover": {2.8/9 - 1.1/3 + 2.8/9 - .4 + .4 - 1.4/3, 3}, "bus_rate": {.6, 2}, "defence_of_own": {.8, 1}, "pivotality": {2, 2},
		"second_order_error": {.5, 6}, "second_order_bias": {.1, 6},
		"trust_in_traitors": {5.3, 9}, "trust_in_traitors_counts": {5.6, 9}, "trust_in_faithful": {9.8, 15},
		"trust_in_faithful_counts": {9.4, 15},
		"exposure_drop":            {.14, 1}, "disagreement": {spread, 10}, "tns": {stat.Correlation(was, is, nil), 1},
		"tns_change":     {.7, 9},
		"tns_defined":    {1, 1},
		"vote_alignment": {5, 16}, "vote_alignment_faithful": {2, 6}, "vote_alignment_mixed": {3, 9},
	})
	survivals(t, &g, map[string][]stats.Time{"rounds_to_first_traitor": {{Rounds: 1}}, "exposure_recovery": {{Censored: true}}})
}

func expect(t *testing.T, g *Game, want map[string]Ratio) {
	t.Helper()
	for _, m := range All() {
		w, ok := want[m.Name]
		if got := m.Fold(g); !ok || !near(got.Num, w.Num) || !near(got.Den, w.Den) {
			t.Errorf("%s is %v, by hand %v (%v)", m.Name, got, w, ok)
		}
	}
}

func survivals(t *testing.T, g *Game, want map[string][]stats.Time) {
	t.Helper()
	for _, s := range Survivals() {
		got := s.Times(g)
		if len(got) != len(want[s.Name]) {
			t.Errorf("%s is %v, by hand %v", s.Name, got, want[s.Name])
			continue
		}
		for i := range got {
			if got[i] != want[s.Name][i] {
				t.Errorf("%s is %v, by hand %v", s.Name, got, want[s.Name])
			}
		}
	}
}

func some(t *testing.T, g Game, want map[string]Ratio) {
	t.Helper()
	for name, w := range want {
		m, _ := Find(name)
		if got := m.Fold(&g); !near(got.Num, w.Num) || !near(got.Den, w.Den) {
			t.Errorf("%s is %v, by hand %v", name, got, w)
		}
	}
}

// TestPersuasionByHand: 0 lies about 1, whom 2 and 3 then believe guiltier by 0.3 and 0.1; after 2's empty words 3 takes 0.1 back.
func TestPersuasionByHand(t *testing.T) {
	const x = engine.Unstated
	h := table(t, 5, 1, func(r *engine.Rules) { r.AfterSpeech = "beliefs" }).at(1, engine.PhaseRoundTable)
	h.add(says(1), believes(2, 1, "after_speech", 0, 200, x, 0, 0), believes(3, 1, "after_speech", 0, 100, 0, x, 0))
	h.add(says(0, engine.Act{Kind: engine.Accuse, Seat: 1}), believes(2, 1, "after_speech", 0, 500, x, 0, 0),
		believes(3, 1, "after_speech", 0, 200, 0, x, 0))
	h.add(says(2), believes(2, 1, "after_speech", 0, 900, x, 0, 0), believes(3, 1, "after_speech", 0, 100, 0, x, 0))
	some(t, h.read(), map[string]Ratio{"deception_success": {1, 1}, "persuasion": {.3, 1}, "knowing_accusations": {1, 1}, "brier": {}})
}

// TestSwingByHand: after 0 names 3, 1 turns to 3; after 3 names 2, 0 turns to 2; after 1 names 3, 2 turns away from 3.
func TestSwingByHand(t *testing.T) {
	h := table(t, 4, 1, func(r *engine.Rules) { r.AfterSpeech = "intent" }).at(1, engine.PhaseRoundTable)
	intents := func(targets ...engine.Seat) {
		for i, target := range targets {
			h.add(engine.Intent{Seat: engine.Seat(i), Target: target})
		}
	}
	h.add(says(1))
	intents(2, 2, 3, 2)
	h.add(says(0, engine.Act{Kind: engine.Accuse, Seat: 3}))
	intents(3, 3, 3, 2)
	h.add(says(3, engine.Act{Kind: engine.Defend, Seat: 2}))
	intents(2, 3, 3, 2)
	h.add(says(1, engine.Act{Kind: engine.Accuse, Seat: 3}, engine.Act{Kind: engine.Claim, Seat: 1, Role: engine.RoleFaithful}))
	intents(2, 3, 0, 2)
	some(t, h.read(), map[string]Ratio{"vote_swing": {1, 9}, "vote_swing_toward": {2, 9}, "vote_swing_away": {1, 9}})
}

// TestThoughtByHand: 1's mean b is 0.4; it accuses below (a gap) and above, and defends above (a gap) and below.
func TestThoughtByHand(t *testing.T) {
	h := table(t, 4, 1, func(r *engine.Rules) { r.Beliefs = engine.Beliefs{With: engine.WithStatement} }).at(1, engine.PhaseRoundTable)
	h.add(believes(1, 1, "statement", 800, engine.Unstated, 200, 200), says(1, engine.Act{Kind: engine.Accuse, Seat: 2},
		engine.Act{Kind: engine.Accuse, Seat: 0}, engine.Act{Kind: engine.Defend, Seat: 0}, engine.Act{Kind: engine.Defend, Seat: 3}))
	some(t, h.read(), map[string]Ratio{"thought_speech_gap": {2, 4}, "thought_speech_gap_chance": {2*2./3 + 2*1./3, 4},
		"brier": {.04 + .04 + .04, 3}})
}

// TestLostBeliefsByHand: what 1 stated with its statement stands, though the beliefs with its second one are lost; 2 stated none at all.
func TestLostBeliefsByHand(t *testing.T) {
	const x = engine.Unstated
	h := table(t, 4, 1, func(r *engine.Rules) { r.Beliefs = engine.Beliefs{With: engine.WithStatement} }).at(1, engine.PhaseRoundTable)
	h.add(believes(1, 1, "statement", 800, x, 200, 200), says(1), believes(2, 1, "statement", x, x, x, x), says(2),
		believes(1, 1, "statement", x, x, x, x), says(1))
	g := h.read()
	some(t, g, map[string]Ratio{"brier": {.04 + .04 + .04, 3}})
	if n := len(g.Rounds[0].Primary); n != 1 {
		t.Errorf("%d players stated what they believe, by hand 1", n)
	}
	h = table(t, 4, 1, func(r *engine.Rules) { r.Beliefs = engine.Beliefs{With: engine.WithBallot} }).at(1, engine.PhaseBallot)
	h.add(believes(1, 1, "ballot", 800, x, 200, 200), believes(2, 1, "ballot", x, x, x, x))
	if n := len(h.read().Rounds[0].Primary); n != 1 {
		t.Errorf("with the ballot %d players stated what they believe, by hand 1", n)
	}
}

// TestHerdingByHand: ballots on 0, 0, 1, 1 in order. While 0 leads alone 3 joins it, 4 does not, and 0 can't: 1 − 2/4 of two. Of the six
// orders that one and its mirror image have such a vote.
func TestHerdingByHand(t *testing.T) {
	h := table(t, 5, 1, func(r *engine.Rules) { r.Ballot = "open" }).at(1, engine.PhaseBallot)
	h.add(engine.Ballot{Voter: 2, Target: 0}, engine.Ballot{Voter: 3, Target: 0}, engine.Ballot{Voter: 4, Target: 1},
		engine.Ballot{Voter: 0, Target: 1})
	g := h.read()
	if got := herding.aboveChance(&g, 0); got != (Ratio{0.5, 2}) {
		t.Errorf("herding is %v, by hand 1/2 of 2", got)
	}
	if got := herdingOrder(&g, 0); got.Den != 3 || abs(got.Num-2.0/3) > 0.2 {
		t.Errorf("herding_order is %v, by hand 1 − 2/6, of 3", got)
	}
}

// TestRecoveryByHand: 3 had defended 0, which is banished in round 1. It loses 0.4 of 2's trust and has half back in round 4.
func TestRecoveryByHand(t *testing.T) {
	const x = engine.Unstated
	h := table(t, 6, 2, nil).at(1, engine.PhaseRoundTable).add(says(3, engine.Act{Kind: engine.Defend, Seat: 0}))
	h.at(1, engine.PhaseBallot).add(believes(2, 1, "ballot", 500, 300, x, 200, 300, 300))
	h.at(1, engine.PhaseBanishment).add(engine.Banished{Seat: 0}, engine.Revealed{Seat: 0, Role: engine.RoleTraitor})
	for i, b := range []int16{600, 500, 400} {
		h.at(2+i, engine.PhaseBallot).add(believes(2, 1, "ballot", x, 300, x, b, 300, 300))
		h.at(2+i, engine.PhaseBanishment).add(engine.Banished{Seat: engine.NoSeat})
	}
	g := h.read()
	some(t, g, map[string]Ratio{"exposure_drop": {.4, 1}})
	survivals(t, &g, map[string][]stats.Time{"rounds_to_first_traitor": {{Rounds: 1}}, "exposure_recovery": {{Rounds: 2}}})
}

func TestNoTraitorBanishedIsCensored(t *testing.T) {
	h := table(t, 5, 1, nil)
	for r := 1; r <= 2; r++ {
		h.at(r, engine.PhaseBanishment).add(engine.Banished{Seat: engine.Seat(r)})
	}
	g := h.read()
	survivals(t, &g, map[string][]stats.Time{"rounds_to_first_traitor": {{Rounds: 2, Censored: true}}})
}

// Beliefs come into the bins of a calibration once each, with the teams of their round.
func TestCalibrate(t *testing.T) {
	g := twoRounds(t)
	var c stats.Calibration
	Calibrate(&c, &g)
	if c.N[4] != 7 || c.Came[4] != 3 || !near(c.Sum[4], 2.8) {
		t.Errorf("bin of 0.4: %v beliefs, %v of traitors", c.N[4], c.Came[4])
	}
}
