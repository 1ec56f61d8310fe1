package recall

import (
	"slices"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// The sources of a note about a seat are what it said and cast, what was said and cast of it, and what befell it.
func TestSources(t *testing.T) {
	of := []engine.Body{
		engine.Statement{Seat: 2}, engine.Statement{Seat: 1, Acts: []engine.Act{{Kind: engine.Defend, Seat: 2}}},
		engine.Ballot{Voter: 2, Target: 1}, engine.Ballot{Voter: 1, Target: 2}, engine.Conferred{Seat: 2},
		engine.Banished{Seat: 2}, engine.Found{Victim: 2}, engine.Revealed{Seat: 2},
	}
	other := []engine.Body{
		engine.Statement{Seat: 1, Acts: []engine.Act{{Kind: engine.Defend, Seat: 3}}}, engine.Ballot{Voter: 1, Target: 3},
		engine.Conferred{Seat: 1}, engine.Banished{Seat: 1}, engine.Found{Victim: engine.NoSeat}, engine.Revealed{Seat: 1},
		engine.MurderVote{Voter: 1, Target: 2}, engine.Introduced{Seat: 2}, engine.Dealt{Seat: 2},
	}
	var seen engine.Observation
	var want []int
	for i := range max(len(of), len(other)) {
		for _, bodies := range [][]engine.Body{of, other} {
			if i >= len(bodies) {
				continue
			}
			if &bodies[0] == &of[0] {
				want = append(want, len(seen.Events))
			}
			seen.Events = append(seen.Events, engine.Observed{Body: bodies[i]})
		}
	}
	if got := Sources(seen, 2); !slices.Equal(got, want) {
		t.Errorf("%v, wanted %v", got, want)
	}
	seen.Events = append(seen.Events, engine.Observed{Body: engine.Statement{Seat: 2}})
	if got := Sources(seen, 2); len(got) != 8 || got[0] != want[1] {
		t.Errorf("%v: the eight latest are wanted", got)
	}
	seen.Events = append(seen.Events, engine.Observed{Body: engine.Notes{}})
	if got := Sources(seen, 2); len(got) != 0 {
		t.Errorf("%v: they were noted on already", got)
	}
}
