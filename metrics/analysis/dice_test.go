package analysis

import "testing"

// An interval takes thousands of draws over hundreds of units.
func TestADrawIsNotPutOnTheHeap(t *testing.T) {
	src := dice("bootstrap", 1, 50)
	if n := testing.AllocsPerRun(100, func() { src.Below(50) }); n != 0 {
		t.Errorf("%v allocations a draw", n)
	}
}
