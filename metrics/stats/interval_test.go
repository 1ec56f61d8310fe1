package stats

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// Published: Wilson's interval of 81/263 at 95 % is 0.2553…0.3662 (Newcombe 1998, Statist. Med. 17:857, table I, method 3), of
// 15/148 is 0.0624…0.1605, of 0/20 is 0…0.1611, of 1/29 is 0.0061…0.1718.
func TestWilsonPublished(t *testing.T) {
	for _, c := range []struct{ k, n, lo, hi float64 }{
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718},
	} {
		lo, hi := Wilson(c.k, c.n, 0.05)
		if math.Abs(lo-c.lo) > 6e-5 || math.Abs(hi-c.hi) > 6e-5 {
			t.Errorf("%v/%v: %.4f…%.4f, published %.4f…%.4f", c.k, c.n, lo, hi, c.lo, c.hi)
		}
	}
	if lo, hi := Wilson(0, 0, 0.05); !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Error("an interval of nothing")
	}
}

func kaplanMeier(times []Time) (median, mean float64) {
	var l Lifetimes
	l.Add(times)
	return l.Median(), l.Mean()
}

// Published: remission times under 6-MP (Freireich 1963; Kalbfleisch and Prentice, table 1.2) have a Kaplan–Meier median of 23
// weeks, placebo 8.
func TestKaplanMeierPublished(t *testing.T) {
	var drug []Time
	for _, v := range []int{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		drug = append(drug, Time{Rounds: v})
	}
	for _, v := range []int{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		drug = append(drug, Time{Rounds: v, Censored: true})
	}
	if median, mean := kaplanMeier(drug); median != 23 || math.Abs(mean-23.287) > 0.001 {
		t.Errorf("median %v, restricted mean %v; published 23 and 23.287", median, mean)
	}
	var placebo []Time
	for _, v := range []int{1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23} {
		placebo = append(placebo, Time{Rounds: v})
	}
	if median, mean := kaplanMeier(placebo); median != 8 || math.Abs(mean-8.667) > 0.001 {
		t.Errorf("median %v, mean %v; published 8 and 8.667", median, mean)
	}
}

// The share left after a round is the product, over the rounds so far, of the share of those still watched to whom the event did not come.
func TestCurveSlowly(t *testing.T) {
	for seed := range uint64(50) {
		src := engine.Dice(seed, "times", 0, 0, engine.NoSeat)
		var times []Time
		for range 1 + engine.Below(12, src) {
			times = append(times, Time{Rounds: engine.Below(6, src), Censored: engine.Below(3, src) == 0})
		}
		var l Lifetimes
		l.Add(times)
		for _, step := range l.Curve() {
			want := 1.0
			for round := range step.Round + 1 {
				var came, watched float64
				for _, v := range times {
					watched += truth(v.Rounds >= round)
					came += truth(v.Rounds == round && !v.Censored)
				}
				if watched > 0 {
					want *= 1 - came/watched
				}
			}
			if math.Abs(step.Left-want) > 1e-12 {
				t.Errorf("seed %d, round %d: %v left, slowly %v", seed, step.Round, step.Left, want)
			}
		}
	}
}

// What a sample drops it does not need: ratio, spread and interval are those of one that keeps every unit, whatever share of the
// units has a case, and with units that came in parts.
func TestSampleForgets(t *testing.T) {
	for trial, n := range []int{3, 40, largeN, largeN + 1, 3 * largeN, 3 * largeN} {
		for _, share := range []float64{0.01, 0.3, 0.5, 1} {
			src := engine.Dice(12, "forgets", trial, int(100*share), engine.NoSeat)
			var all, some Sample
			all.KeepAll()
			for range n {
				num, den := 0.0, 0.0
				if unit(src) < share {
					num, den = unit(src), 1
				}
				all.Add(num, den)
				some.Add(num, den)
				if engine.Below(3, src) == 0 && share > 0.4 {
					all.More(1, 2)
					some.More(1, 2)
				}
			}
			a, b := all.closed(), some.closed()
			if kept := len(b.kept.num); n > largeN && kept > largeN {
				t.Errorf("%d of %d units are kept", kept, n)
			}
			if len(a.kept.num) != n || a.sums != b.sums || a.cases != b.cases {
				t.Errorf("%d units, %.2f with a case: %v and %v", n, share, a.sums, b.sums)
			}
			i, k := NewResampler(n, dice).Interval(a, Anywhere), NewResampler(n, dice).Interval(b, Anywhere)
			if !same(i.Lo, k.Lo) || !same(i.Hi, k.Hi) || i.Why != k.Why {
				t.Errorf("%d units, %.2f with a case: %v, forgetting %v", n, share, i, k)
			}
		}
	}
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// sampleOf is a sample of such units.
func sampleOf(num, den []float64) *Sample {
	var s Sample
	for i := range num {
		s.Add(float64(num[i]), float64(den[i]))
	}
	return s.closed()
}

// normal draws a standard normal deviate by Box and Muller from a derived source.
func normal(src engine.Source) float64 {
	u := (float64(src.Uint64()>>11) + 0.5) / (1 << 53)
	v := float64(src.Uint64()>>11) / (1 << 53)
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}

// A 95 % interval of a ratio of sums covers the truth about as often as it says, at n = 60 with the bootstrap and at n = 2,500
// without. Full coverage studies are in docs/validation.md when they come; this guards against a gross mistake.
func TestIntervalCovers(t *testing.T) {
	for _, c := range []struct{ n, trials int }{{60, 150}, {2500, 150}} {
		draws := NewResampler(c.n, dice)
		covered := 0
		for trial := range c.trials {
			src := engine.Dice(5, "coverage", trial, c.n, engine.NoSeat)
			num, den := make([]float64, c.n), make([]float64, c.n)
			for i := range num {
				cases := 1 + engine.Below(6, src)
				den[i] = float64(cases)
				num[i] = float64(float64(cases)*0.3 + normal(src)*math.Sqrt(float64(cases)))
			}
			if i := draws.Interval(sampleOf(num, den), Anywhere); i.Lo <= 0.3 && 0.3 <= i.Hi {
				covered++
			}
		}
		if share := float64(covered) / float64(c.trials); share < 0.89 || share > 0.995 {
			t.Errorf("n = %d: covers %.3f", c.n, share)
		}
	}
}

// The bootstrap agrees with the normal interval where both are good.
func TestBootstrapAgreesWithNormal(t *testing.T) {
	n := 800
	src := engine.Dice(6, "agree", 0, 0, engine.NoSeat)
	num, den := make([]float64, n), make([]float64, n)
	var sn, sd float64
	for i := range num {
		den[i] = 1
		num[i] = float64(normal(src))
		sn, sd = sn+float64(num[i]), sd+1
	}
	i := NewResampler(n, dice).Interval(sampleOf(num, den), Anywhere)
	half := 1.959964 * sampleOf(num, den).spread() / math.Sqrt(float64(n))
	wantLo, wantHi := sn/sd-half, sn/sd+half
	if math.Abs(i.Lo-wantLo) > 0.01 || math.Abs(i.Hi-wantHi) > 0.01 {
		t.Errorf("bootstrap %.4f…%.4f, normal %.4f…%.4f", i.Lo, i.Hi, wantLo, wantHi)
	}
}
