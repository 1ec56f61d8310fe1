package archive

import (
	"reflect"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// deedsOf are one deed of every kind that a seat may do, and what an answer holds of them all.
func deedsOf(seat engine.Seat) ([]engine.Deed, engine.Answer) {
	acts := []engine.Act{{Kind: engine.Accuse, Seat: seat + 1}}
	memos := []engine.Memo{{About: seat + 1, Text: "a note"}}
	return []engine.Deed{
			engine.Note{Seat: seat, Text: "first"}, engine.Debriefed{Seat: seat, Text: "late"},
			engine.Conferred{Seat: seat, Text: "by night"},
			engine.Statement{Seat: seat, Text: "by day"}, engine.Acts{Seat: seat, Acts: acts}, engine.Thought{Seat: seat, Text: "hm"},
			engine.Notes{Seat: seat, Notes: memos}, engine.Bid{Seat: seat, Bid: 3},
			engine.Intent{Seat: seat, Target: seat + 3}, engine.MurderVote{Voter: seat, Target: seat + 2},
			engine.Ballot{Voter: seat, Target: seat + 1},
			engine.Belief{Observer: seat, PerMille: []int16{int16(seat), 7}},
		}, engine.Answer{Seat: seat, Text: "by day", Acts: acts, Thought: "hm", Notes: memos, Bid: 3, Target: seat + 1,
			Beliefs: []int16{int16(seat), 7}}
}

// An answer is gathered from what its seat did, and from no other's deeds that came later.
func TestAnswerIsOfItsSeat(t *testing.T) {
	var step []engine.Event
	mine, want := deedsOf(1)
	theirs, _ := deedsOf(0)
	for _, d := range append(mine, theirs...) {
		step = append(step, engine.Event{Body: d})
	}
	if got := answerIn(step, engine.Answered{Seat: 1}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwanted %+v", got, want)
	}
	for i := range mine {
		if got := answerIn(step[i:i+1], engine.Answered{Seat: 1}); reflect.DeepEqual(got, engine.Answer{Seat: 1, Target: engine.NoSeat}) {
			t.Errorf("%s leaves nothing in the answer", mine[i].Kind())
		}
	}
}
