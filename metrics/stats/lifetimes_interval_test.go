package stats

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// Of times that come with a third a round and are censored by lot, the intervals hold the restricted mean that follows from the chances,
// and none leaves 0 to the last round.
func TestLifetimesInterval(t *testing.T) {
	const n, trials, last = 60, 400, 5
	want, left := 0.0, 1.0
	for range last { // the area under (2/3)^k
		want, left = want+left, left*2/3
	}
	held := 0.0
	for trial := range trials {
		src := engine.Dice(11, "lifetimes", trial, 0, engine.NoSeat)
		var l Lifetimes
		l.Add([]Time{{Rounds: last, Censored: true}}) // somebody is seen to the end
		for range n {
			limit := last
			if unit(src) < 0.3 {
				limit = 1 + engine.Below(last, src)
			}
			time := Time{Rounds: limit, Censored: true}
			for k := 1; k <= limit; k++ {
				if unit(src) < 1.0/3 {
					time = Time{Rounds: k}
					break
				}
			}
			l.Add([]Time{time})
		}
		i := l.Interval()
		if i.Lo < 0 || i.Hi > last || i.Why != "" {
			t.Fatalf("%+v", i)
		}
		held += truth(i.Lo <= want && want <= i.Hi) / trials
	}
	if math.Abs(held-0.95) > 0.035 {
		t.Errorf("holds the mean of %.3f in %.3f", want, held)
	}
	var few Lifetimes
	few.Add([]Time{{Rounds: 1}, {Rounds: 2}, {Rounds: 2, Censored: true}})
	if i := few.Interval(); i.Why != FewCases || !math.IsNaN(i.Lo) {
		t.Errorf("three times: %+v", i)
	}
}
