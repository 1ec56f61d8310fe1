package metrics

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// days sums a value of every day with a ballot: how many lived, n, and how many of them were traitors.
func days(g *Game, f func(r *Round, n, t float64) Ratio) (out Ratio) {
	for i := range g.Rounds {
		if r := &g.Rounds[i]; len(r.Ballots) > 0 {
			out = out.Plus(f(r, float64(r.Living.Len()), float64((r.Living & r.Traitors).Len())))
		}
	}
	return out
}

// pairsByChance: two voters by dice name the same seat with (n − 2) / (n − 1)².
func pairsByChance(keep func(t engine.Seats, a, b engine.Seat) bool) fold {
	return pairsOf(keep, func(n float64, _, _ engine.Seat, _ *Round) float64 { return (n - 2) / square(n-1) })
}

// herded: all vote for the first faithful, and that one for somebody else.
func herded(keep func(t engine.Seats, a, b engine.Seat) bool) fold {
	return pairsOf(keep, func(_ float64, a, b engine.Seat, r *Round) float64 {
		first := (r.Living &^ r.Traitors).First()
		return truth(a != first && b != first)
	})
}

func pairsOf(keep func(t engine.Seats, a, b engine.Seat) bool, same func(n float64, a, b engine.Seat, r *Round) float64) fold {
	return func(g *Game) Ratio {
		return days(g, func(r *Round, n, _ float64) (out Ratio) {
			for a := range r.Living.All() {
				for b := range r.Living.All() {
					if a < b && keep(r.Traitors, a, b) {
						out = out.Plus(Ratio{same(n, a, b, r), 1})
					}
				}
			}
			return out
		})
	}
}

func hitsByChance(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio { return Ratio{(n - t) * t / (n - 1), n - t} })
}

func liftAtBest(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio { return Ratio{(n - t) * (1 - t/(n-1)), n - t} })
}

func banishedByChance(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio { return Ratio{t / n, 1} })
}

// busAtMost is of the days on which a traitor has a fellow.
func busAtMost(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio {
		if t < 2 {
			return Ratio{}
		}
		return Ratio{t * (1 - (t-1)/(n-1)), t}
	})
}

// shieldAtMost is the same of defences, one of each traitor.
func shieldAtMost(g *Game) Ratio { return busAtMost(g) }

func countedSquare(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio {
		q, f := t/(n-1), n-t
		return Ratio{f * (t*square(1-q) + (f-1)*q*q), f * (n - 1)}
	})
}

func countedLoss(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio {
		q, f := t/(n-1), n-t
		return Ratio{-f * (t*math.Log(q) + (f-1)*math.Log(1-q)), f * (n - 1)}
	})
}

func countedTrust(traitors bool) fold {
	return func(g *Game) Ratio {
		return days(g, func(_ *Round, n, t float64) Ratio {
			of := (n - t) * (n - t - 1)
			if traitors {
				of = (n - t) * t
			}
			return Ratio{of * (1 - t/(n-1)), of}
		})
	}
}

func sumOfNone(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio { return Ratio{(n - t) * t, n - t} })
}

// wisdom: the mean of k dice has the variance 1 / 12k, and misses 0 or 1 by ½; a traitor has all the faithful as observers.
func wisdom(g *Game) Ratio {
	die := diceSquare - 0.25 // its variance
	return days(g, func(_ *Round, n, t float64) Ratio {
		f := n - t
		return Ratio{t*(0.25+die/f) + f*(0.25+die/(f-1)), n}
	})
}

func gapOfDice(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio {
		q, f := t/(n-1), n-t
		return Ratio{f * ((n-1)*diceLoss + t*math.Log(q) + (f-1)*math.Log(1-q)), f * (n - 1)}
	})
}

// perDealt is a rate of the traitors' statements, by traitors dealt.
func perDealt(perMille float64) fold {
	return func(g *Game) Ratio {
		said := days(g, func(_ *Round, _, t float64) Ratio { return Ratio{t, 0} })
		return Ratio{said.Num * perMille / 1000, float64(g.Traitors.Len())}
	}
}

// framed is what 0.4 accusations a statement come to by lot.
func framed(g *Game) Ratio {
	return days(g, func(_ *Round, n, t float64) Ratio { return Ratio{lieAccuses / 1e3 * t * (n - t) / (n - 1), t} })
}

// nights sums a value of every night with votes: m traitors and k faithful.
func nights(g *Game, f func(m, k int) float64) Ratio {
	var out Ratio
	for i := range g.Rounds {
		r := &g.Rounds[i]
		if len(r.NightVotes) == 0 {
			continue
		}
		living := r.Living.Without(r.Banished)
		m := (living & r.Traitors).Len()
		out = out.Plus(Ratio{f(m, living.Len()-m), 1})
	}
	return out.one()
}

func nightUnanimous(g *Game) Ratio {
	return nights(g, func(m, k int) float64 { return math.Pow(float64(k), float64(1-m)) })
}

// nightTop goes through all that m dice of k sides can show.
func nightTop(g *Game) Ratio {
	return nights(g, func(m, k int) float64 {
		var count [engine.MaxSeats]int
		var visit func(left int) float64
		visit = func(left int) (sum float64) {
			if left == 0 {
				best := 0
				for _, c := range count[:k] {
					best = max(best, c)
				}
				return float64(best) / float64(m)
			}
			for j := range k {
				count[j]++
				sum += visit(left-1) / float64(k)
				count[j]--
			}
			return sum
		}
		return visit(m)
	})
}

// outcomes are the expected outcomes of a game by dice.
type outcomes struct{ traitors, rounds, survivedT, survivedF, murdered float64 }

// byChance are those of 10 seats and 3 traitors, by the recursion over who lives: every seat is as likely to be banished as another,
// and a night takes a faithful.
var byChance = expected(7, 3)

func expected(f, t float64) outcomes {
	over := func(f, t, murdered float64) (outcomes, bool) {
		switch {
		case t == 0:
			return outcomes{survivedF: f, murdered: murdered}, true
		case t >= f:
			return outcomes{traitors: 1, survivedT: t, survivedF: f, murdered: murdered}, true
		}
		return outcomes{}, false
	}
	var day func(f, t float64) outcomes
	night := func(f, t float64) outcomes {
		if o, ok := over(f, t, 0); ok {
			return o
		}
		o, ok := over(f-1, t, 0)
		if !ok {
			o = day(f-1, t)
		}
		o.murdered++
		return o
	}
	day = func(f, t float64) outcomes {
		a, b, p := night(f, t-1), night(f-1, t), t/(f+t)
		mix := func(x, y float64) float64 { return p*x + (1-p)*y }
		return outcomes{mix(a.traitors, b.traitors), 1 + mix(a.rounds, b.rounds), mix(a.survivedT, b.survivedT),
			mix(a.survivedF, b.survivedF), mix(a.murdered, b.murdered)}
	}
	return day(f, t)
}

// The recursion gives what two others gave: 149 of 160, and 2.79 rounds.
func TestOutcomesByChance(t *testing.T) {
	if o := byChance; math.Abs(o.traitors-149.0/160) > 1e-12 || math.Abs(o.rounds-2.79) > 0.005 || math.Abs(o.survivedT/3-0.71) > 0.005 ||
		math.Abs(o.survivedF/7-0.34) > 0.005 {
		t.Errorf("%+v", o)
	}
}
