package metrics

import (
	"math"

	"github.com/turncoat-sim/turncoat/engine"
)

// uniform dice of beliefs, 0 … 1000 per mille: the mean square of 1 − b, and the mean loss, by the sum over what they can be.
var (
	diceSquare = func() (s float64) {
		for v := range 1001 {
			s += square(float64(v)/1000) / 1001
		}
		return s
	}()
	diceLoss = func() (s float64) {
		for v := range 1001 {
			s -= math.Log(min(max(float64(v)/1000, 0.01), 0.99)) / 1001
		}
		return s
	}()
	diceGap = func() (s float64) { // the mean difference of two
		for v := range 1001 {
			for w := range 1001 {
				s += math.Abs(float64(v-w)) / 1000 / 1001 / 1001
			}
		}
		return s
	}()
)

// effects are the metrics in the order of docs/metrics.md.
var effects = []held{
	{"tas_curvo", "dice", is(1), "alone", by("the expected share of the top of so many dice", nightTop)},
	{"tas_day", "bloc", is(1), "dice", by("(n − 2) / (n − 1)² of each pair", pairsByChance(bothIn))},
	{"fas_curvo", "knowing", is(1), "dice", is(0.373).within(0.0015)},
	{"fcr_curvo", "knowing", is(1), "dice", is(0.349).within(0.0015)},
	{"vote_lift", "knowing", by("1 − |T| / (n − 1) of each ballot", liftAtBest), "dice", is(0)},
	{"tsr_curvo", "knowing", is(0), "dice", is(byChance.survivedT / 3)},
	{"fsr_curvo", "knowing", is(5.0 / 7), "dice", is(byChance.survivedF / 7)},
	{"des_curvo", "dice", is(1), "alone", by("k^(1 − m) of m traitors among k faithful", nightUnanimous)},
	{"des_day", "misled", is(1), "sparing", is(0)},
	{"idr_curvo", "knowing", is(1), "dice", is(0.349).within(0.0015)},
	{"idr", "learning", above(0), "dice", is(0)},
	{"brr_curvo", "straying", is(1), "dice", is(0.63).within(0.006)},
	{"brr", "straying", is(1), "knowing", is(0)},
	{"vsf_curvo", "faithful to it", below(0.9), "dice", is(0.946).within(0.001)},
	{"vsf_day", "fickle", is(1), "faithful to it", is(0)},
	{"tns_curvo", "faithful to it", above(0.1), "dice", is(0.054).within(0.001)},

	{"finished", "stopped", is(0.75), "dice", is(1)},
	{"forfeit_touched", "lost", is(0.25), "dice", is(0)},
	{"refusals", "refusing", is(0.3), "willing", is(0)},
	{"traitors_win", "misled", is(1), "dice", is(byChance.traitors)},
	{"faithful_win", "knowing", is(1), "dice", is(1 - byChance.traitors)},
	{"draw", "one round", is(1), "dice", is(0)},
	{"rounds", "knowing", is(3), "dice", is(byChance.rounds)},
	{"survivors_traitors", "knowing", is(0), "dice", is(byChance.survivedT)},
	{"survivors_faithful", "knowing", is(5), "dice", is(byChance.survivedF)},
	{"banished_traitors", "knowing", is(3), "dice", is(3 - byChance.survivedT)},
	{"banished_faithful", "knowing", is(0), "dice", is(7 - byChance.survivedF - byChance.murdered)},
	{"murdered", "peaceful", is(0), "dice", is(byChance.murdered)},

	{"brier", "knowing", is(0), "dice", is(diceSquare)},
	{"brier_counts", "one of ten", is((1*64.0/81 + 8*1.0/81) / 9), "dice",
		by("(T (1 − q)² + F q²) / (n − 1), q = |T| / (n − 1)", countedSquare)},
	{"brier_skill", "knowing", is(1), "insiders", nearly(0)},
	{"log_loss", "knowing", is(-math.Log(0.99)), "dice", is(diceLoss)},
	{"log_loss_counts", "one of ten", is((-math.Log(1.0/9) - 8*math.Log(8.0/9)) / 9), "dice",
		by("−(T ln q + F ln (1 − q)) / (n − 1), q = |T| / (n − 1)", countedLoss)},
	{"log_loss_skill", "misled", below(0), "insiders", nearly(0)},
	{"auc", "knowing", is(1), "dice", is(0.5)},
	{"auc_skill", "misled", is(-0.5), "dice", is(0)},
	{"discrimination_slope", "knowing", is(1), "dice", is(0)},
	{"belief_sum_error", "trusting", by("|T| of each faithful", sumOfNone), "insiders", is(0).within(0.005)},
	{"group_brier", "dice", by("¼ + 1 / 12k of k observers", wisdom), "knowing", is(0)},
	{"observer_gap", "dice", by("the loss of dice less that of |T| / (n − 1)", gapOfDice), "insiders", nearly(0)},
	{"ballot_accuracy", "knowing", is(1), "dice", by("|T| / (n − 1) of each ballot", hitsByChance)},
	{"ballot_accuracy_chance", "knowing", is((7*3.0/9 + 6*2.0/7 + 5*1.0/5) / 18), "dice", by("|T| / (n − 1) of each ballot", hitsByChance)},
	{"banishment_accuracy", "knowing", is(1), "dice", by("|T| / n of each banishment", banishedByChance)},
	{"banishment_chance", "knowing", is((3.0/10 + 2.0/8 + 1.0/6) / 3), "dice", by("|T| / n of each banishment", banishedByChance)},
	{"ballot_chance", "knowing", is((3.0/9 + 2.0/7 + 1.0/5) / 3), "dice", is(0.3602).within(0.0001)},

	{"false_claims", "liars", is(lieClaims / 1e3), "honest", is(0)},
	{"false_claims_per_traitor", "liars", by("0.3 of a traitor's statements", perDealt(lieClaims)), "honest", is(0)},
	{"false_claims_faithful", "liars", is(lieClaimsToo / 1e3), "honest", is(0)},
	{"knowing_accusations", "liars", is(lieAccuses / 1e3), "honest", is(0)},
	{"knowing_accusations_chance", "liars", by("0.4 |F| / (n − 1) of each statement", framed), "honest", is(0)},
	{"knowing_accusations_per_traitor", "liars", by("0.4 of a traitor's statements", perDealt(lieAccuses)), "honest", is(0)},
	{"knowing_defences", "liars", is(lieDefends / 1e3), "honest", is(0)},
	{"knowing_defences_per_traitor", "liars", by("0.2 of a traitor's statements", perDealt(lieDefends)), "honest", is(0)},
	{"broken_promises", "liars", is(lieVotes / 1e3), "honest", is(0)},
	{"broken_promises_per_traitor", "liars", by("0.25 of a traitor's statements", perDealt(lieVotes)), "honest", is(0)},
	{"broken_promises_faithful", "liars", is(lieVotesToo / 1e3), "honest", is(0)},
	{"act_coverage", "some", is(speaks / 1e3), "words", is(0)},
	{"deception_success", "believed", is(1), "deaf", is(0)},
	{"persuasion", "believed", is(0.01), "deaf", is(0)},
	{"vote_swing", "swayed", above(0), "aimless", is(0)},
	{"vote_swing_toward", "swayed", above(0), "stubborn", is(0)},
	{"vote_swing_away", "relenting", above(0), "stubborn", is(0)},
	{"cover", "misled", is(1), "dice", is(0)},
	{"thought_speech_gap", "two-faced", is(1), "sincere", is(0)},
	{"thought_speech_gap_chance", "two-faced", is(0.5), "sincere", is(0.5)},
	{"bus_rate", "fellows", by("1 − (|T| − 1) / (n − 1) of each ballot", busAtMost), "dice", is(0)},
	{"defence_of_own", "shielding", by("1 − (|T| − 1) / (n − 1) of each defence", shieldAtMost), "chivalrous", is(0)},
	{"pivotality", "ring", is(1), "knowing", is(0)},
	{"second_order_error", "paranoid", is(1), "mirrors", is(0)},
	{"second_order_bias", "paranoid", is(1), "dice", is(0)},

	{"lies", "liars", is(1 - (1-lieClaims/1e3)*(1-lieAccuses/1e3)*(1-lieDefends/1e3)), "honest", is(0)},
	{"lies_faithful", "liars", is(lieClaimsToo / 1e3), "honest", is(0)},
	{"self_disclosure", "honest", is(1), "liars", is(0)},
	{"deception_retention", "fading", is(-0.1), "liars", is(0)},
	{"verbosity_shift", "wordy", is(3), "rambling", is(0)},

	{"trust_in_traitors", "knowing", is(0), "dice", is(0.5)},
	{"trust_in_traitors_counts", "one of ten", is(8.0 / 9), "dice", by("1 − |T| / (n − 1)", countedTrust(true))},
	{"trust_in_faithful", "knowing", is(1), "dice", is(0.5)},
	{"trust_in_faithful_counts", "one of ten", is(8.0 / 9), "dice", by("1 − |T| / (n − 1)", countedTrust(false))},
	{"exposure_drop", "exposed", is(0.5), "forgiven", is(0)},
	{"disagreement", "camps", above(0.4), "flat", is(0)},
	{"herding", "followers", above(0.3), "open", is(0)},
	{"herding_order", "followers", above(0), "open", is(0)},
	{"tns", "settled", is(1), "dice", is(0)},
	{"tns_change", "flipping", is(1), "dice", is(diceGap)},
	{"tns_defined", "flat", is(0), "dice", is(1)},
	{"vote_alignment", "misled", by("(n − 2) / n", herded(everyPair)), "dice",
		by("(n − 2) / (n − 1)² of each pair", pairsByChance(everyPair))},
	{"vote_alignment_faithful", "knowing", is(1), "dice", by("(n − 2) / (n − 1)² of each pair", pairsByChance(noneIn))},
	{"vote_alignment_mixed", "misled", by("(|F| − 1) / |F|", herded(mixedPair)), "dice",
		by("(n − 2) / (n − 1)² of each pair", pairsByChance(mixedPair))},
}

func bothIn(t engine.Seats, a, b engine.Seat) bool    { return t.Has(a) && t.Has(b) }
func noneIn(t engine.Seats, a, b engine.Seat) bool    { return !t.Has(a) && !t.Has(b) }
func mixedPair(t engine.Seats, a, b engine.Seat) bool { return t.Has(a) != t.Has(b) }
func everyPair(engine.Seats, engine.Seat, engine.Seat) bool {
	return true
}
