package engine

import (
	"fmt"
	"testing"
)

// Who is drawn differs by what it is drawn for, by round and by seat: no roll is used twice (promise 3).
func TestDiceAreOfTheirPurpose(t *testing.T) {
	seen := map[uint64]string{}
	for _, purpose := range []string{"roles", "tie", "murder", "floor"} {
		for round := range 3 {
			for pass := range 3 {
				for seat := NoSeat; seat < 3; seat++ {
					name := fmt.Sprint(purpose, round, pass, seat)
					bits := Dice(7, purpose, round, pass, seat).Uint64()
					if other := seen[bits]; other != "" {
						t.Errorf("%s rolls what %s rolls", name, other)
					}
					seen[bits] = name
				}
			}
		}
	}
}

// Every order of three comes as often as any other.
func TestShuffleIsFair(t *testing.T) {
	count := map[[3]int]int{}
	const shuffles = 6000
	for seed := range uint64(shuffles) {
		list := [3]int{0, 1, 2}
		Shuffle(list[:], Dice(seed, "test", 0, 0, NoSeat))
		count[list]++
	}
	for order, n := range count {
		if n < shuffles/6-150 || n > shuffles/6+150 { // five standard deviations
			t.Errorf("%v comes %d times", order, n)
		}
	}
	if len(count) != 6 {
		t.Errorf("%d orders", len(count))
	}
}

// Below has no bias, which shows where the range is not small beside that of the source: without a second draw a third of the numbers
// would come a quarter of the time.
func TestBelowIsFair(t *testing.T) {
	src, third := Dice(1, "test", 0, 0, NoSeat), 0
	const draws = 6000
	for range draws {
		n := Below(3<<61, src)
		if n < 0 || n >= 3<<61 {
			t.Fatalf("%d is not below", n)
		}
		if n%3 == 2 {
			third++
		}
	}
	if third < draws/3-185 || third > draws/3+185 {
		t.Errorf("a third comes %d times of %d", third, draws)
	}
}

// Pick draws each seat of a set and no other.
func TestPickIsOfTheSet(t *testing.T) {
	among, got := SeatsOf(0, 7, 39), Seats(0)
	for seed := range uint64(60) {
		got = got.With(Pick(among, Dice(seed, "test", 0, 0, NoSeat)))
	}
	if got != among || Pick(0, Dice(1, "test", 0, 0, NoSeat)) != NoSeat {
		t.Errorf("picked are %v", got.List())
	}
}
