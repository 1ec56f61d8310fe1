package metrics

import (
	"testing"

	"turncoat/engine"
)

// vanilla is the game of docs on chance: no talk, day votes at random among the other living, nights unanimous.
func vanilla(check string) engine.Rules {
	r := engine.DefaultRules()
	r.Passes, r.Conclave, r.Beliefs = 0, 0, engine.Beliefs{}
	r.Tie, r.Check, r.Thoughts = "first_named", check, "off"
	return r
}

func atRandom(seed uint64) func(engine.State, engine.Request) engine.Answer {
	return func(s engine.State, r engine.Request) engine.Answer {
		seat := r.Seat
		if r.Kind == engine.AskMurder {
			seat = engine.NoSeat // the traitors draw one victim
		}
		return engine.Answer{Seat: r.Seat, Target: engine.Pick(r.Legal, engine.Dice(seed, "play:"+r.Kind.String(), r.Round, 0, seat))}
	}
}

// TestChanceLevels holds the published ten under random play at the levels that two independent calculations gave.
func TestChanceLevels(t *testing.T) {
	for _, check := range []string{"each", "night"} {
		sums := map[string]Ratio{}
		var brrWithout Ratio
		for seed := range uint64(3000) {
			g := play(t, seed, vanilla(check), atRandom(seed)).read(t)
			for _, m := range All() {
				sums[m.Name] = sums[m.Name].Plus(m.Fold(&g))
			}
			brrWithout = brrWithout.Plus(meanOfRounds(betrayal)(&g))
		}
		sums["brr without empty rounds"] = brrWithout
		for name, ratio := range sums {
			v, ok := ratio.Value()
			t.Logf("%s %s %.4f %v %.0f", check, name, v, ok, ratio.Den)
		}
	}
}
