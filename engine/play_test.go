package engine

import "testing"

// drawn answers a request by derived dice, whatever is asked.
func drawn(seed uint64, r Request) Answer {
	src := Dice(seed, "test:"+r.Kind.String(), r.Round, r.Pass*100+r.Position, r.Seat)
	a := Answer{Seat: r.Seat, Target: Pick(r.Legal, src), Text: "I have nothing to say.", Bid: Below(5, src)}
	if r.Beliefs != NoBeliefs {
		a.Beliefs = make([]int16, MaxSeats)[:0]
		for i := 0; i < len(r.Offer) && i < 64; i++ {
			a.Beliefs = append(a.Beliefs, Unstated)
		}
		for s := range r.Living.All() {
			if s != r.Seat {
				a.Beliefs[s] = int16(Below(1001, src))
			}
		}
	}
	return a
}

func playDrawn(t testing.TB, setup Setup) ([]Event, State) {
	t.Helper()
	events, s, err := Open(setup)
	if err != nil {
		t.Fatalf("seed %d: %v", setup.Seed, err)
	}
	for {
		asked := Pending(s)
		if len(asked) == 0 {
			return events, s
		}
		answers := make([]Answer, len(asked))
		for i, r := range asked {
			answers[i] = drawn(setup.Seed, r)
			if answers[i].Beliefs != nil {
				answers[i].Beliefs = answers[i].Beliefs[:s.Rules.Players]
			}
		}
		step, err := Decide(s, answers)
		if err != nil {
			t.Fatalf("seed %d: %v", setup.Seed, err)
		}
		for _, e := range step {
			if s, err = Apply(s, e); err != nil {
				t.Fatalf("seed %d: %v", setup.Seed, err)
			}
		}
		events = append(events, step...)
	}
}

func table10(seed uint64, change func(*Rules)) Setup {
	r := DefaultRules()
	if change != nil {
		change(&r)
	}
	r = r.Complete()
	cast := make([]Player, r.Players)
	for i := range cast {
		cast[i] = Player{Name: string(rune('A' + i)), Policy: "random"}
	}
	return Setup{Seed: seed, Rules: r, Cast: cast}
}

func TestEveryGameEnds(t *testing.T) {
	for seed := range uint64(300) {
		setup := table10(seed, func(r *Rules) { randomRules(r, seed) })
		if setup.Rules.Validate() != nil {
			continue
		}
		events, s := playDrawn(t, setup)
		if !s.Over {
			t.Fatalf("seed %d: stopped in %s", seed, s.Phase)
		}
		if again, err := Fold(events); err != nil || again != s {
			t.Fatalf("seed %d: the fold differs (%v)", seed, err)
		}
	}
}

// randomRules sets every option to a drawn value.
func randomRules(r *Rules, seed uint64) {
	src := Dice(seed, "rules", 0, 0, NoSeat)
	for _, o := range Options() {
		switch o.Type {
		case "boolean":
			_ = o.Set(r, Below(2, src) == 1)
		case "choice":
			_ = o.Set(r, o.Allowed[Below(len(o.Allowed), src)])
		case "moments":
			var list []string
			for _, n := range o.Allowed {
				if Below(3, src) == 0 {
					list = append(list, n)
				}
			}
			_ = o.Set(r, list)
		}
	}
	r.Players = 4 + Below(12, src)
	r.Traitors = 1 + Below(max(1, r.Players/2-1), src)
	r.Passes, r.Conclave, r.MaxRounds = Below(3, src), Below(3, src), Below(6, src)
	if r.Order == "bid" {
		r.Turns, r.Hears = 1+Below(6, src), Hears{"running", "running"}
	}
}
