// Package metricstest plays games for the tests of what is measured: by any rules, with any answers, and read by nobody yet. It knows the
// engine and no metric.
package metricstest

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// Play plays a game with an answer for every request.
func Play(t testing.TB, seed uint64, rules engine.Rules, answer func(engine.State, engine.Request) engine.Answer) []engine.Event {
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
			return events
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

// Stored is a log as it is kept.
func Stored(t testing.TB, events []engine.Event) []codec.Stored {
	t.Helper()
	out := make([]codec.Stored, len(events))
	for i, e := range events {
		s, err := codec.Store(e)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = s
	}
	return out
}

// Chatter accuses and votes at random.
func Chatter(seed uint64) func(engine.State, engine.Request) engine.Answer {
	vote := AtRandom(seed)
	return func(s engine.State, r engine.Request) engine.Answer {
		a := vote(s, r)
		if r.Kind == engine.AskStatement {
			src := engine.Dice(seed, "chatter", r.Round, r.Position, r.Seat)
			a.Text, a.Acts = "hm", []engine.Act{{Kind: engine.Accuse, Seat: engine.Pick(r.Living.Without(r.Seat), src)}}
		}
		if r.Beliefs != engine.NoBeliefs {
			a.Beliefs = make([]int16, s.Rules.Players)
			for i := range a.Beliefs {
				if a.Beliefs[i] = engine.Unstated; engine.Seat(i) != r.Seat && r.Living.Has(engine.Seat(i)) {
					a.Beliefs[i] = 300
				}
			}
		}
		return a
	}
}

// AtRandom names a legal seat at random and says nothing.
func AtRandom(seed uint64) func(engine.State, engine.Request) engine.Answer {
	return func(s engine.State, r engine.Request) engine.Answer {
		seat := r.Seat
		if r.Kind == engine.AskMurder {
			seat = engine.NoSeat // the traitors draw one victim
		}
		return engine.Answer{Seat: r.Seat, Target: engine.Pick(r.Legal, engine.Dice(seed, "play:"+r.Kind.String(), r.Round, 0, seat))}
	}
}

// AnyRules draws every option.
func AnyRules(seed uint64) engine.Rules {
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
	if r.Order == engine.OrderBid {
		r.Turns, r.Hears = 1+engine.Below(6, src), engine.Hears{First: "running", Later: "running"}
	}
	return r
}
