package stats

import (
	"math"
	"testing"
)

// Where nothing is censored, Greenwood's standard error is that of a mean, with n below the squares.
func TestLifetimesSEUncensored(t *testing.T) {
	var l Lifetimes
	mean, squares := 0.0, 0.0
	times := []float64{1, 1, 2, 3, 3, 3, 7, 0}
	for _, v := range times {
		l.Add([]Time{{Rounds: int(v)}})
		mean += v / float64(len(times))
	}
	for _, v := range times {
		squares += (v - mean) * (v - mean)
	}
	if want := math.Sqrt(squares) / float64(len(times)); math.Abs(l.SE()-want) > 1e-12 || l.Mean() != mean {
		t.Errorf("%v ± %v, wanted %v ± %v", l.Mean(), l.SE(), mean, want)
	}
	var none Lifetimes
	if none.Add([]Time{{Rounds: 3, Censored: true}}); !math.IsNaN(none.SE()) {
		t.Errorf("without an event ± %v", none.SE())
	}
}

// With censoring it is the spread of the restricted mean over repeated samples: a hazard of 0.3, a chance of 0.2 a round to be censored,
// four rounds.
func TestLifetimesSECensored(t *testing.T) {
	const samples, n = 600, 150
	means, se := make([]float64, samples), 0.0
	for i := range means {
		var l Lifetimes
		src := dice("lifetimes", i, n)
		for range n {
			l.Add([]Time{lived(src)})
		}
		means[i] = l.Mean()
		se += l.SE() / samples
	}
	mean, squares := 0.0, 0.0
	for _, m := range means {
		mean += m / samples
	}
	for _, m := range means {
		squares += (m - mean) * (m - mean) / (samples - 1)
	}
	if sd := math.Sqrt(squares); math.Abs(se/sd-1) > 0.1 {
		t.Errorf("said to be ± %.4f, and is ± %.4f", se, sd)
	}
}

// The interval of a share of none begins at 0, that of a share of all ends at 1, and not at what rounding leaves of it.
func TestWilsonEndsWhereSharesDo(t *testing.T) {
	for n := 1.0; n < 400; n++ {
		if lo, _ := Wilson(0, n, 0.05); lo != 0 {
			t.Fatalf("none of %v: from %g", n, lo)
		}
		if _, hi := Wilson(n, n, 0.05); hi != 1 {
			t.Fatalf("all of %v: to %g", n, hi)
		}
	}
}

func lived(src Source) Time {
	for k := 1; ; k++ {
		switch {
		case src.Below(10) < 3:
			return Time{Rounds: k}
		case k == 4 || src.Below(10) < 2:
			return Time{Rounds: k, Censored: true}
		}
	}
}
