package metrics

import (
	"testing"

	"turncoat/engine"
)

// played is a game as the engine left it, for the fast fold and the slow one.
type played struct {
	seed   uint64
	rules  engine.Rules
	events []engine.Event
}

func (p played) read(t testing.TB) Game {
	t.Helper()
	g, err := ReadGame(GameMeta{ID: "g"}, p.stored(t))
	if err != nil {
		t.Fatalf("seed %d: %v", p.seed, err)
	}
	return g
}

func (p played) stored(t testing.TB) []engine.Stored {
	t.Helper()
	out := make([]engine.Stored, len(p.events))
	for i, e := range p.events {
		s, err := e.Store()
		if err != nil {
			t.Fatal(err)
		}
		out[i] = s
	}
	return out
}

// play plays a game with an answer for every request.
func play(t testing.TB, seed uint64, rules engine.Rules, answer func(engine.State, engine.Request) engine.Answer) played {
	t.Helper()
	rules = rules.Complete()
	cast := make([]engine.Player, rules.Players)
	for i := range cast {
		cast[i] = engine.Player{Name: string(rune('A' + i)), Policy: "test"}
	}
	events, s, err := engine.Open(engine.Setup{Seed: seed, Rules: rules, Cast: cast})
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	for {
		asked := engine.Pending(s)
		if len(asked) == 0 {
			return played{seed, rules, events}
		}
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			answers[i] = answer(s, r)
		}
		step, err := engine.Decide(s, answers)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, e := range step {
			if s, err = engine.Apply(s, e); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		events = append(events, step...)
	}
}

// anything answers whatever is asked by dice, with acts, beliefs and forfeits.
func anything(seed uint64) func(engine.State, engine.Request) engine.Answer {
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
			}
		}
		if r.Beliefs != engine.NoBeliefs && engine.Below(10, src) > 0 {
			a.Beliefs = make([]int16, s.Rules.Players)
			for i := range a.Beliefs {
				a.Beliefs[i] = engine.Unstated
				if seat := engine.Seat(i); seat != r.Seat && r.Living.Has(seat) {
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

// anyRules draws every option.
func anyRules(seed uint64) engine.Rules {
	r := engine.DefaultRules()
	src := engine.Dice(seed, "rules", 0, 0, engine.NoSeat)
	for _, o := range engine.Options() {
		switch o.Type {
		case "boolean":
			_ = o.Set(&r, engine.Below(2, src) == 1)
		case "choice":
			_ = o.Set(&r, o.Allowed[engine.Below(len(o.Allowed), src)])
		case "moments":
			var list []string
			for _, n := range o.Allowed {
				if engine.Below(3, src) == 0 {
					list = append(list, n)
				}
			}
			_ = o.Set(&r, list)
		}
	}
	r.Players = 4 + engine.Below(8, src)
	r.Traitors = 1 + engine.Below(max(1, r.Players/2-1), src)
	r.Passes, r.Conclave, r.MaxRounds = engine.Below(3, src), engine.Below(3, src), engine.Below(6, src)
	r.Turns = 0
	if r.Order == "bid" {
		r.Turns, r.Hears = 1+engine.Below(6, src), engine.Hears{First: "running", Later: "running"}
	}
	return r
}

// anyGames plays random games under random rules.
func anyGames(t *testing.T, count int, visit func(played)) {
	t.Helper()
	done := 0
	for seed := uint64(0); done < count; seed++ {
		if rules := anyRules(seed); rules.Complete().Validate() == nil {
			visit(play(t, seed, rules, anything(seed)))
			done++
		}
	}
}

func near(a, b float64) bool { return abs(a-b) < 1e-9 }
