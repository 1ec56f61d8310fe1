package metricstest

import "github.com/turncoat-sim/turncoat/engine"

// Anything answers whatever is asked by dice, with acts, beliefs and forfeits.
func Anything(seed uint64) func(engine.State, engine.Request) engine.Answer {
	n := 0
	return func(s engine.State, r engine.Request) engine.Answer {
		n++
		src := engine.Dice(seed, "test", n, 0, r.Seat)
		a := engine.Answer{Seat: r.Seat, Target: engine.Pick(r.Legal, src), Bid: engine.Below(5, src)}
		switch engine.Below(14, src) {
		case 0:
			a.Forfeit = engine.CauseTimeout
		case 1:
			a.Target = engine.NoSeat // an abstention or illegal
		case 2:
			a.Target = r.Seat
		}
		if engine.Below(5, src) > 0 {
			a.Text = "I \"say\"\n{what}: [I] \\ mean"
			if engine.Below(3, src) > 0 {
				a.Acts = someActs(s, r, src)
				if engine.Below(6, src) == 0 {
					a.Lost = []engine.Cause{engine.CauseSchema}
				}
			}
		}
		for i := range engine.Below(3, src) { // by calls, as a model's
			a.Calls = append(a.Calls, engine.Call{Prompt: "p", Reply: "r"})
			switch engine.Below(6, src) {
			case 0:
				a.Calls[i].Cause = engine.CauseRefusal
			case 1:
				a.Calls[i].Mended = []string{"prose", engine.MarkRefused}
			case 2:
				a.Calls[i].Cause = engine.CauseNotJSON
			}
		}
		if r.Beliefs != engine.NoBeliefs && engine.Below(10, src) > 0 {
			a.Beliefs = make([]int16, s.Rules.Players)
			for i := range a.Beliefs {
				a.Beliefs[i] = engine.Unstated
				if seat := engine.Seat(i); seat != r.Seat && r.Living.Has(seat) && engine.Below(8, src) > 0 { // now and then one is lacking
					a.Beliefs[i] = int16(100 * engine.Below(11, src))
				}
			}
		}
		return a
	}
}

func someActs(s engine.State, r engine.Request, src engine.Source) []engine.Act {
	kinds := []engine.ActKind{engine.Accuse, engine.Defend, engine.Claim, engine.Question, engine.Promise}
	var out []engine.Act
	for range 1 + engine.Below(3, src) {
		a := engine.Act{Kind: kinds[engine.Below(len(kinds), src)], Seat: engine.Seat(engine.Below(s.Rules.Players, src))}
		if a.Kind == engine.Claim {
			a.Seat, a.Role = r.Seat, []engine.Role{engine.RoleFaithful, engine.RoleTraitor}[engine.Below(2, src)]
		}
		out = append(out, a)
	}
	return out
}
