package reply

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// A statement has at most so many acts, of which the first stay; a list that is longer than any table needs is none.
func TestActsEdges(t *testing.T) {
	seen, _ := ballotOf(t)
	r := engine.Request{Seat: 0, Kind: engine.AskStatement, Living: engine.AllSeats(5), Words: 50}
	acts := func(n int) string {
		kinds, names := []string{"accuse", "defend", "question", "promise"}, []string{"Bo", "Mary Ann", "Ann", "Zoë"}
		var out []string
		for i := range n {
			out = append(out, `{"act":"`+kinds[i/4%4]+`","name":"`+names[i%4]+`"}`)
		}
		return `{"text":"Hm.","acts":[` + strings.Join(out, ",") + `]}`
	}
	for n, want := range map[int]struct{ kept, lost int }{0: {0, 0}, MostActs - 1: {MostActs - 1, 0}, MostActs: {MostActs, 0},
		MostActs + 1: {MostActs, 1}, 4*MostActs + 1: {0, 1}} {
		got := To(seen, r).Read(Raw{Text: acts(n), Finish: Stop}, Final)
		if got.Problem != nil || got.Answer.Text != "Hm." || len(got.Answer.Acts) != want.kept || len(got.Answer.Lost) != want.lost {
			t.Errorf("%d acts: %d are kept, %v lost, %v", n, len(got.Answer.Acts), got.Answer.Lost, got.Problem)
		}
	}
}

// Nobody is an answer where it may be, and else is asked about again.
func TestNobodyEdges(t *testing.T) {
	seen, r := ballotOf(t)
	for _, abstain := range []bool{true, false} {
		r.Abstain = abstain
		got := To(seen, r).Read(Raw{Text: `{"choice":"nobody"}`, Finish: Stop}, Repairable)
		if abstain != (got.Problem == nil) || abstain && got.Answer.Target != engine.NoSeat ||
			!abstain && (got.Problem.Cause != engine.CauseIllegalTarget || !strings.Contains(got.Problem.Detail, "is not one of")) {
			t.Errorf("where it may be %v: %+v, %v", abstain, got.Answer, got.Problem)
		}
	}
}
