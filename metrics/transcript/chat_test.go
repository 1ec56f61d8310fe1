package transcript

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// In a transcript a seat's own words are what it answered, as far as it came through; all else it heard.
func TestOwnDeeds(t *testing.T) {
	mine := []engine.Deed{engine.Note{Seat: 1}, engine.Debriefed{Seat: 1}, engine.Conferred{Seat: 1}, engine.Statement{Seat: 1},
		engine.Acts{Seat: 1}, engine.Thought{Seat: 1}, engine.Notes{Seat: 1}, engine.Bid{Seat: 1}, engine.Intent{Seat: 1},
		engine.MurderVote{Voter: 1}, engine.Ballot{Voter: 1}, engine.Belief{Observer: 1}}
	aside := map[engine.Kind]bool{engine.KindActs: true, engine.KindThought: true, engine.KindDebriefed: true}
	for _, d := range mine {
		if got := own(d, 1); got == aside[d.Kind()] {
			t.Errorf("%s: own %v", d.Kind(), got)
		}
		if own(d, 0) {
			t.Errorf("%s is taken for another's", d.Kind())
		}
	}
	for _, b := range []engine.Body{engine.Statement{Seat: 1, Lost: true}, engine.Conferred{Seat: 1, Lost: true},
		engine.Ballot{Voter: 1, Lost: true}, engine.Banished{Seat: 1}, engine.Dealt{Seat: 1}, engine.Answered{Seat: 1}} {
		if own(b, 1) {
			t.Errorf("%+v: nobody said it", b)
		}
	}
}
