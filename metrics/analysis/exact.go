package analysis

import (
	"math"
	"math/big"

	"github.com/turncoat-sim/turncoat/engine"
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

// byDice are the levels of whoever draws its votes and beliefs by dice, whatever the rules: a target is drawn from the legal ones, and a
// belief from 0, 1, …, 1000 per mille, on its own.
var byDice = func() map[string]float64 {
	brier, loss := 0.0, 0.0
	for k := range 1001 {
		b := float64(k) / 1000
		brier += b * b / 1001
		loss -= math.Log(min(0.99, max(0.01, b))) / 1001
	}
	return map[string]float64{"vote_lift": 0, "bus_rate": 0, "brier": brier, "log_loss": loss, "auc": 0.5, "auc_skill": 0,
		"discrimination_slope": 0, "cover": 0, "trust_in_traitors": 0.5, "trust_in_faithful": 0.5}
}()

// Exact are the chance levels that a formula gives: by dice, and, where ExactWin holds, who wins; and how the game goes where besides a
// day comes first and the end is looked for after each departure, by the same recursion over who lives.
func Exact(r engine.Rules) map[string]float64 {
	out := map[string]float64{}
	for name, v := range byDice {
		out[name] = v
	}
	win, ok := ExactWin(r)
	if !ok {
		return out
	}
	w, _ := win.Float64()
	out["traitors_win"], out["faithful_win"], out["draw"] = w, 1-w, 0
	if r.First != engine.FirstDay || r.Check != engine.CheckEach {
		return out
	}
	m, f := float64(r.Traitors), float64(r.Players-r.Traitors)
	c := courses{}.of(r.Players, r.Traitors)
	hit := c.banishedT / c.rounds // each round banishes one
	for name, v := range map[string]float64{"rounds": c.rounds,
		"rounds_to_first_traitor": untilFirst(r.Players, r.Traitors),
		"survivors_traitors":      m - c.banishedT, "tsr_curvo": 1 - c.banishedT/m,
		"survivors_faithful": f - (c.rounds - c.banishedT) - c.murdered, "fsr_curvo": 1 - (c.rounds-c.banishedT+c.murdered)/f,
		"banished_traitors": c.banishedT, "banished_faithful": c.rounds - c.banishedT, "murdered": c.murdered,
		"banishment_accuracy": hit, "banishment_chance": hit} {
		out[name] = v
	}
	return out
}

// untilFirst is the mean of the round that banishes the first of m traitors, restricted to the rounds that can: with none of them gone
// a day begins with two fewer than the one before.
func untilFirst(n, m int) float64 {
	mean, none := 0.0, 1.0
	for ; n > 2*m; n -= 2 {
		mean += none
		none *= 1 - float64(m)/float64(n)
	}
	return mean
}

// course is what is still to be expected of a game by dice.
type course struct{ rounds, banishedT, murdered float64 }

// courses are those of n living with m traitors when a day begins.
type courses map[[2]int]course

func (c courses) of(n, m int) course {
	if m == 0 || n <= 2*m {
		return course{}
	}
	if known, ok := c[[2]int{n, m}]; ok {
		return known
	}
	night := func(n, m int) (rest course) {
		if m > 0 && n > 2*m {
			rest = c.of(n-1, m)
			rest.murdered++
		}
		return rest
	}
	p := float64(m) / float64(n)
	a, b := night(n-1, m-1), night(n-1, m)
	out := course{1 + p*a.rounds + (1-p)*b.rounds, p*(1+a.banishedT) + (1-p)*b.banishedT, p*a.murdered + (1-p)*b.murdered}
	c[[2]int{n, m}] = out
	return out
}
