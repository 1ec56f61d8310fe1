package engine

import (
	"slices"
	"testing"
)

// turns plays four turns by bid in which all bid the same, and says who spoke; act is what each speaker's statement does.
func turns(t *testing.T, seed uint64, act func(turn int, speaker Seat) []Act) (spoke []Seat) {
	t.Helper()
	setup := table10(seed, func(r *Rules) { r.Order, r.Turns, r.Beliefs = "bid", 4, Beliefs{} })
	events, _, err := Play(setup, func(s State, r Request) Answer {
		a := Answer{Bid: 2, Target: NoSeat, Text: "Well."}
		switch {
		case r.Kind == AskStatement && r.Round == 1:
			a.Acts = act(len(spoke), r.Seat)
			spoke = append(spoke, r.Seat)
		case r.Legal != 0:
			a.Target = r.Offer[0]
		}
		return a
	})
	if err != nil || len(of[Ended](events)) != 1 || len(spoke) != 4 {
		t.Fatalf("seed %d: %v spoke, %v", seed, spoke, err)
	}
	return spoke
}

// Whom the last statement names speaks next among equal bids, and nobody else's word counts (rule 3.1).
func TestRule3_1TheNamedAnswer(t *testing.T) {
	again, stale := 0, 0
	for seed := range uint64(30) {
		spoke := turns(t, seed, func(turn int, speaker Seat) []Act {
			switch turn {
			case 0:
				return []Act{{Kind: Question, Seat: (speaker + 3) % 10}}
			case 1: // names nobody: who was named before is no longer
				return nil
			}
			return []Act{{Kind: Claim, Seat: speaker, Role: RoleFaithful}}
		})
		if spoke[1] != (spoke[0]+3)%10 {
			t.Errorf("seed %d: %d named %d, and %d speaks", seed, spoke[0], (spoke[0]+3)%10, spoke[1])
		}
		if spoke[2] == spoke[1] {
			stale++
		}
		if spoke[3] == spoke[2] {
			again++
		}
	}
	if stale > 12 || again > 12 {
		t.Errorf("of 30, %d spoke twice since they were named once, %d since they named themselves", stale, again)
	}
}

// The dice for the floor are of the turn: with equal bids and nobody named, the same seat does not always win.
func TestRule3_1TheFloorMoves(t *testing.T) {
	same := 0
	for seed := range uint64(30) {
		if spoke := turns(t, seed, func(int, Seat) []Act { return nil }); spoke[0] == spoke[1] && spoke[1] == spoke[2] {
			same++
		}
	}
	if same > 5 {
		t.Errorf("in %d of 30 games one seat has the floor three times", same)
	}
}

// A tally is told once for a sealed ballot, and after each ballot of an open one (rule 3.3).
func TestRule3_3Tallies(t *testing.T) {
	for ballot, want := range map[string]int{"sealed": 1, "open": 6} {
		g := begin(t, SeatsOf(0), func(r *Rules) { r.Ballot, r.Shown = ballot, "tally" })
		for g.state.Phase == PhaseBallot {
			g.answer(func(r Request) Answer { return Answer{Target: 5 - r.Seat/5} })
		}
		told := of[Tally](g.events)
		if len(told) != want || told[want-1].Votes[4]+told[want-1].Votes[5] != 6 {
			t.Errorf("%s: %+v", ballot, told)
		}
	}
}

// Under order: seeded each pass has an order of its own, by day and by night, and each round (rules 3.1 and 4.1).
func TestRule3_1EachPassHasItsOrder(t *testing.T) {
	same, orders := map[string]int{}, map[Phase]int{}
	for seed := range uint64(30) {
		setup := table10(seed, func(r *Rules) { r.Passes, r.Conclave, r.Beliefs = 2, 2, Beliefs{} })
		events, _, err := Play(setup, func(_ State, r Request) Answer {
			return Answer{Target: SeatsOf(r.Offered()...).First(), Text: "Well."}
		})
		if err != nil {
			t.Fatal(err)
		}
		last := map[Phase]Order{}
		for _, e := range events {
			o, ok := e.Body.(Order)
			if !ok {
				continue
			}
			orders[e.Phase]++
			if o.Pass == 1 {
				if SeatsOf(o.Seats...) != SeatsOf(last[e.Phase].Seats...) {
					t.Fatalf("seed %d: others speak in the second pass", seed)
				}
				if slices.Equal(o.Seats, last[e.Phase].Seats) {
					same[e.Phase.String()]++
				}
			}
			last[e.Phase] = o
		}
	}
	if orders[PhaseConclave] < 60 || same["round_table"] > 2 || 3*same["conclave"] > orders[PhaseConclave] {
		t.Errorf("of %v orders so many are those of the pass before: %v", orders, same)
	}
}

// Notes after the end are everybody's, those during the game the living's (rule 10.1).
func TestRule10_1TheDeadNoteAfterTheEnd(t *testing.T) {
	g := begin(t, SeatsOf(0), func(r *Rules) { r.Memory.Reflect = AfterBanishment | AfterEnd })
	g.vote(1, 2, 1, 1, 1, 1)
	g.asks(AskReflect, AllSeats(6).Without(1))
	g.answer(func(Request) Answer { return Answer{} })
	g.answer(func(Request) Answer { return Answer{Target: 2} }) // the murder
	g.answer(func(Request) Answer { return Answer{Target: 0} }) // the ballot
	if !g.state.Over {
		g.answer(func(Request) Answer { return Answer{} })
	}
	g.asks(AskReflect, AllSeats(6))
}

// Who was named by an earlier statement than the last has no claim to the floor (rule 3.1).
func TestRule3_1NamedByTheLastAlone(t *testing.T) {
	other := 0
	for seed := range uint64(30) {
		spoke := turns(t, seed, func(turn int, speaker Seat) []Act {
			if turn == 0 {
				return []Act{{Kind: Question, Seat: (speaker + 3) % 10}, {Kind: Question, Seat: (speaker + 5) % 10}}
			}
			return nil
		})
		named := SeatsOf((spoke[0]+3)%10, (spoke[0]+5)%10)
		if !named.Has(spoke[1]) {
			t.Errorf("seed %d: %d speaks, who was not named", seed, spoke[1])
		}
		if named.Without(spoke[1]).Has(spoke[2]) {
			other++
		}
	}
	if other > 12 {
		t.Errorf("of 30, the other one who was named speaks next %d times, after a statement that names nobody", other)
	}
}
