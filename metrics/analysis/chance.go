package analysis

import (
	"fmt"
	"math/big"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/metrics"
)

// ExactWin is the traitors' exact winning chance where everybody votes at random for any other living seat, ties are broken by
// dice and the night kills a faithful: w = 0 if m = 0, 1 if n ≤ 2m, else (n−m)/n · w(n−2, m) + m/n · w(n−2, m−1) (Migdał,
// arXiv 1009.1031). A first night leaves n − 1 to begin with. It is exact for these rules only where ok: not without a ballot or
// a murder, with abstentions, with tie: nobody, under last_faithful, nor where the rounds may run out before a decision. It takes
// the roles as drawn from the seed; a cast that pins them has this chance only where ties are broken by dice.
func ExactWin(r engine.Rules) (w *big.Rat, ok bool) {
	r = r.Complete()
	n := r.Players
	if r.First == engine.FirstNight {
		n--
	}
	exact := r.Ballot != engine.BallotOff && r.Murder && !r.Abstain && r.TraitorsWin == engine.TraitorsWinParity &&
		r.Tie != engine.TieNobody &&
		r.MaxRounds >= (n-1)/2 // a round takes two, and a traitor with one faithful has won
	return exactWin(n, r.Traitors), exact
}

func exactWin(n, m int) *big.Rat {
	switch {
	case m == 0:
		return new(big.Rat)
	case n <= 2*m:
		return big.NewRat(1, 1)
	}
	a := new(big.Rat).Mul(big.NewRat(int64(n-m), int64(n)), exactWin(n-2, m))
	b := new(big.Rat).Mul(big.NewRat(int64(m), int64(n)), exactWin(n-2, m-1))
	return a.Add(a, b)
}

// ChanceLevels are the metrics under random play of the same rules: day votes at random among the legal targets, the traitors of
// one mind at night, nothing said, and of everybody the belief m/(n−1) that it is a traitor. They are simulated with the engine
// from a fixed seed, by so many games; what depends on speech is left out.
func ChanceLevels(rules engine.Rules, games int) (map[string]float64, error) {
	rules = silent(rules.Complete())
	cast := make([]engine.Player, rules.Players)
	for i := range cast {
		cast[i] = engine.Player{Name: fmt.Sprint("P", i), Policy: "random"}
	}
	sums := map[string]metrics.Ratio{}
	all := metrics.All()
	for k := range games {
		g, err := randomGame(engine.Setup{Seed: engine.DeriveSeed(0, "chance", k), Rules: rules, Cast: cast})
		if err != nil {
			return nil, err
		}
		for _, m := range all {
			sums[m.Name] = sums[m.Name].Plus(m.Fold(&g))
		}
	}
	levels := map[string]float64{}
	for _, m := range all {
		if v, ok := sums[m.Name].Value(); ok && !aboutForm[m.Name] {
			levels[m.Name] = v
		}
	}
	if w, ok := ExactWin(rules); ok {
		traitors, _ := w.Float64()
		levels["traitors_win"], levels["faithful_win"], levels["draw"] = traitors, 1-traitors, 0
	}
	return levels, nil
}

// aboutForm are metrics of how a game was held, for which chance says nothing.
var aboutForm = map[string]bool{"finished": true, "forfeit_touched": true, "refusals": true, "act_coverage": true}

// silent are the rules without what is said, which changes no ballot at random. Beliefs stay, asked at the primary moment alone
// or, where that is a speech, with the ballot after it: the same seats live.
func silent(r engine.Rules) engine.Rules {
	r.Introductions, r.Debrief, r.Aftermath, r.AfterSpeech = false, false, false, "none"
	r.Passes, r.Turns, r.Order, r.Conclave = 0, 0, "seeded", 0
	if r.First == engine.FirstNight && !r.Murder {
		r.Conclave = 1 // else there is no night that could come first
	}
	moment := (&metrics.Game{Rules: r}).PrimaryMoment()
	r.Beliefs = engine.Beliefs{}
	switch moment {
	case "":
	case "banishment", "aftermath":
		r.Beliefs.After = engine.AfterBanishment
	case "breakfast":
		r.Beliefs.After = engine.AfterBreakfast
	default:
		r.Beliefs.With = engine.WithBallot
	}
	return r
}

func randomGame(setup engine.Setup) (metrics.Game, error) {
	events, state, err := engine.Open(setup)
	if err != nil {
		return metrics.Game{}, err
	}
	for {
		asked := engine.Pending(state)
		if len(asked) == 0 {
			break
		}
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			answers[i] = randomAnswer(setup.Seed, r)
			if r.Beliefs != engine.NoBeliefs {
				answers[i].Beliefs = level(setup.Rules, r)
			}
		}
		step, err := engine.Decide(state, answers)
		if err != nil {
			return metrics.Game{}, err
		}
		for _, e := range step {
			if state, err = engine.Apply(state, e); err != nil {
				return metrics.Game{}, err
			}
		}
		events = append(events, step...)
	}
	stored := make([]codec.Stored, len(events))
	for i, e := range events {
		if stored[i], err = codec.Store(e); err != nil {
			return metrics.Game{}, err
		}
	}
	return metrics.ReadGame(metrics.GameMeta{}, stored)
}

func randomAnswer(seed uint64, r engine.Request) engine.Answer {
	voter := r.Seat
	if r.Kind == engine.AskMurder {
		voter = engine.NoSeat // all traitors draw the same victim
	}
	src := engine.Dice(seed, "chance:"+r.Kind.String(), r.Round, r.Stage, voter)
	return engine.Answer{Seat: r.Seat, Target: engine.Pick(r.Legal, src)}
}

// level are the beliefs of who knows nothing but how many traitors were dealt.
func level(rules engine.Rules, r engine.Request) []int16 {
	out := make([]int16, rules.Players)
	for i := range out {
		out[i] = engine.Unstated
		if seat := engine.Seat(i); seat != r.Seat && r.Living.Has(seat) {
			out[i] = int16((1000*rules.Traitors + (rules.Players-1)/2) / (rules.Players - 1))
		}
	}
	return out
}
