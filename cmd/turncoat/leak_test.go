package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/scenarios"
)

// Roles differ in what a seat may not know: that seat's observation is byte for byte the same (promise 4). Two games of one
// seed differ in who the traitors are, where the observer is faithful in both; everybody answers by the public record alone.
// Until the first fact about the difference becomes public, and for the opening where the rules reveal, nothing may differ.
func TestNoLeakInAnyShippedScenario(t *testing.T) {
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			s, err := scenarios.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			compared := 0
			for seed := range uint64(200) {
				compared += compareWorlds(t, s, seed)
			}
			if compared < 1000 {
				t.Errorf("only %d events were compared", compared)
			}
		})
	}
}

func compareWorlds(t *testing.T, s scenarios.Scenario, seed uint64) int {
	t.Helper()
	n, m := s.Rules.Players, s.Rules.Traitors
	observer := engine.Seat(seed % uint64(n))
	a, b := pin(t, s, seed, observer, 0), pin(t, s, seed, observer, m)
	va, vb := view(t, a, observer), view(t, b, observer)
	for i := range min(len(va), len(vb)) {
		if va[i] != vb[i] {
			t.Fatalf("%s seed %d: seat %d's observation %d is\n%s\nin one world, and in the other\n%s", s.Name, seed, observer, i, va[i],
				vb[i])
		}
	}
	if len(va) != len(vb) {
		t.Fatalf("%s seed %d: seat %d perceives %d events in one world, %d in the other", s.Name, seed, observer, len(va), len(vb))
	}
	return len(va)
}

// pin seats a game whose traitors are m seats other than the observer, counted round the table from a shift.
func pin(t *testing.T, s scenarios.Scenario, seed uint64, observer engine.Seat, shift int) engine.Setup {
	t.Helper()
	setup, err := s.Cast(seed, scenarios.Policies{})
	if err != nil {
		t.Fatal(err)
	}
	n := len(setup.Cast)
	for i := range setup.Cast {
		setup.Cast[i].Role = engine.RoleFaithful
	}
	for k := range s.Rules.Traitors {
		seat := (int(observer) + 1 + (k+shift)%(n-1)) % n
		setup.Cast[seat].Role = engine.RoleTraitor
	}
	return setup
}

// view plays until a fact about the roles becomes public, and returns what the seat perceived before it. Every answer follows
// from seed, request and seat; whom the traitors murder is public, so in both worlds it is a seat that is faithful in both.
func view(t *testing.T, setup engine.Setup, seat engine.Seat) []string {
	t.Helper()
	events, state, err := engine.Open(setup)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for {
		for _, e := range events {
			switch e.Body.(type) {
			case engine.Revealed, engine.Ended, engine.Banished:
				return seen // from here on the roles show, rightly: in who leaves, what it was, who is left to win
			}
			if o, ok := engine.Observe(e, seat); ok {
				text, err := json.Marshal(o)
				if err != nil {
					t.Fatal(err)
				}
				seen = append(seen, fmt.Sprint(e.Body.Kind(), " ", string(text)))
			}
		}
		asked := engine.Pending(state)
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			answers[i] = blind(setup, r)
		}
		if events, err = engine.Decide(state, answers); err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if state, err = engine.Apply(state, e); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// blind answers from what everybody knows.
func blind(setup engine.Setup, r engine.Request) engine.Answer {
	src := engine.Dice(setup.Seed, "blind:"+r.Kind.String(), r.Round, r.Pass, r.Seat)
	a := engine.Answer{Seat: r.Seat, Target: engine.NoSeat, Text: fmt.Sprint("I am ", r.Seat, " in pass ", r.Pass), Thought: "secret"}
	if r.Legal != 0 {
		a.Target = r.Offered()[0]
	}
	if r.Beliefs != engine.NoBeliefs {
		a.Beliefs = make([]int16, setup.Rules.Players)
		for i := range a.Beliefs {
			if a.Beliefs[i] = int16(engine.Below(1001, src)); engine.Seat(i) == r.Seat || !r.Living.Has(engine.Seat(i)) {
				a.Beliefs[i] = engine.Unstated
			}
		}
	}
	return a
}

// The same through whole games and nights, under rules that make nothing of the roles public: no reveal, no murder. The
// agents are the scripted ones of the scenario; the observer and all who act by the public record see the same.
func TestNoLeakThroughWholeGames(t *testing.T) {
	s, err := scenarios.Load("classic")
	if err != nil {
		t.Fatal(err)
	}
	for _, kv := range [][2]string{{"reveal", "nothing"}, {"murder", "off"}, {"traitors", "1"}, {"traitors_win", "last_faithful"},
		{"check", "night"}, {"max_rounds", "3"}} {
		if err := s.Set(kv[0], kv[1]); err != nil {
			t.Fatal(err)
		}
	}
	rounds := 0
	for seed := range uint64(60) {
		setup := pin(t, s, seed, 0, 0)
		other := pin(t, s, seed, 0, 1)
		a, b := wholeView(t, setup, 0), wholeView(t, other, 0)
		k := min(len(a), len(b))
		for i := range k {
			if a[i] != b[i] {
				t.Fatalf("seed %d, event %d:\n%s\n%s", seed, i, a[i], b[i])
			}
		}
		rounds += k
	}
	if rounds < 5000 {
		t.Errorf("only %d events were compared", rounds)
	}
}

// wholeView is what a seat perceives up to the end, which tells the roles.
func wholeView(t *testing.T, setup engine.Setup, seat engine.Seat) []string {
	t.Helper()
	events, state, err := engine.Open(setup)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for {
		for _, e := range events {
			if e.Body.Kind() == engine.KindEnded {
				return seen
			}
			if o, ok := engine.Observe(e, seat); ok {
				text, err := json.Marshal(o)
				if err != nil {
					t.Fatal(err)
				}
				seen = append(seen, string(text))
			}
		}
		asked := engine.Pending(state)
		if len(asked) == 0 {
			return seen
		}
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			answers[i] = blind(setup, r)
		}
		if events, err = engine.Decide(state, answers); err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if state, err = engine.Apply(state, e); err != nil {
				t.Fatal(err)
			}
		}
	}
}
