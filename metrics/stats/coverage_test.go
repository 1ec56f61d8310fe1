package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

func unit(src engine.Source) float64 { return (float64(src.Uint64()>>11) + 0.5) / (1 << 53) }

// shapes are games as metrics see them: many ballots of a game that agree with one another, a skewed mean, a rare event.
var shapes = []struct {
	name  string
	truth float64
	draw  func(engine.Source) (num, den float64)
}{
	{"ballots", 0.4, func(src engine.Source) (num, den float64) {
		den = float64(6 + 4*engine.Below(4, src))
		p := 0.2 + 0.4*unit(src)
		for range int(den) {
			num += truth(unit(src) < p)
		}
		return num, den
	}},
	{"skewed", 1, func(src engine.Source) (num, den float64) { return -math.Log(unit(src)), 1 }},
	{"rare", 0.15, func(src engine.Source) (num, den float64) {
		den = float64(3 + engine.Below(8, src))
		touched := unit(src) < 0.3
		for range int(den) {
			num += truth(touched && unit(src) < 0.5)
		}
		return num, den
	}},
}

// Ten games are few, and the intervals of metrics over them hold about what they say; BCa alone covers 0.87 of the skewed shape.
func TestIntervalCoversWithTenGames(t *testing.T) {
	const n, trials = 10, 400
	draws := NewResampler(n, dice)
	for _, s := range shapes {
		covered := 0
		for trial := range trials {
			src := engine.Dice(8, "coverage", trial, n, engine.NoSeat)
			num, den := make([]float32, n), make([]float32, n)
			for i := range num {
				a, b := s.draw(src)
				num[i], den[i] = float32(a), float32(b)
			}
			if lo, hi := draws.Interval(sampleOf(num, den)); lo <= s.truth && s.truth <= hi {
				covered++
			}
		}
		share := float64(covered) / trials
		t.Logf("%s: covers %.3f", s.name, share)
		if share < 0.9 {
			t.Errorf("%s: covers %.3f", s.name, share)
		}
	}
}

// The bootstrap-t is what its definition says, computed the slow way from the same draws: every sample written out.
func TestStudentisedSlowly(t *testing.T) {
	const n = 17
	src := engine.Dice(9, "slow", 0, 0, engine.NoSeat)
	num, den := make([]float32, n), make([]float32, n)
	for i := range num {
		den[i] = float32(1 + engine.Below(9, src))
		num[i] = float32(float64(den[i]) * unit(src))
	}
	draws := NewResampler(n, dice)
	ratio := func(units []int) (v, se float64) {
		var a, b, ss float64
		for _, i := range units {
			a, b = a+float64(num[i]), b+float64(den[i])
		}
		for _, i := range units {
			ss += math.Pow(float64(num[i])-a/b*float64(den[i]), 2)
		}
		return a / b, math.Sqrt(ss*n/(n-1)) / b
	}
	var everybody []int
	for i := range n {
		everybody = append(everybody, i)
	}
	theta, scale := ratio(everybody)
	var ts []float64
	for _, c := range draws.counts {
		var units []int
		for i, k := range c {
			for range k {
				units = append(units, i)
			}
		}
		v, se := ratio(units)
		ts = append(ts, (v-theta)/se)
	}
	slices.Sort(ts)
	wantLo, wantHi := theta-ts[1950]*scale, theta-ts[50]*scale
	if lo, hi := draws.Interval(sampleOf(num, den)); math.Abs(lo-wantLo) > 1e-9 || math.Abs(hi-wantHi) > 1e-9 {
		t.Errorf("%v…%v, slowly %v…%v", lo, hi, wantLo, wantHi)
	}
}

// A metric that few of many games have is drawn from those games: its interval is that of the same games alone.
func TestIntervalOfFewAmongMany(t *testing.T) {
	src := engine.Dice(10, "few", 0, 0, engine.NoSeat)
	many, few := largeN+500, 12
	num, den := make([]float32, many), make([]float32, many)
	var aloneNum, aloneDen []float32
	for k := range few {
		v := float32(unit(src))
		num[k*200], den[k*200] = v, 1
		aloneNum, aloneDen = append(aloneNum, v), append(aloneDen, 1)
	}
	lo, hi := NewResampler(many, dice).Interval(sampleOf(num, den))
	wantLo, wantHi := NewResampler(few, dice).Interval(sampleOf(aloneNum, aloneDen))
	if lo != wantLo || hi != wantHi {
		t.Errorf("%v…%v, of the games alone %v…%v", lo, hi, wantLo, wantHi)
	}
}

// No variation is no interval, however many games; nor is a single game one.
func TestIntervalWithoutVariation(t *testing.T) {
	for _, n := range []int{1, 2, 30, 300, largeN + 1} {
		num, den := make([]float32, n), make([]float32, n)
		for i := range num {
			den[i] = float32(3 + i%2)
			num[i] = den[i] * 0.1
		}
		if lo, hi := NewResampler(n, dice).Interval(sampleOf(num, den)); !math.IsNaN(lo) || !math.IsNaN(hi) {
			t.Errorf("n = %d: %v…%v", n, lo, hi)
		}
	}
}

// BenchmarkIntervals is what a batch pays for all intervals, at the number of games where they cost most.
func BenchmarkIntervals(b *testing.B) {
	num, den := make([]float32, largeN), make([]float32, largeN)
	for i := range num {
		num[i], den[i] = float32(i%7), float32(5+i%3)
	}
	for range b.N {
		draws := NewResampler(largeN, dice)
		for range 60 { // about as many as there are metrics
			draws.Interval(sampleOf(num, den))
		}
	}
}

// Where one interval gives way to another: none of fewer units with cases than so many, bootstrap-t up to a number, BCa above it.
func TestIntervalEdges(t *testing.T) {
	units := func(n, without int) *Sample {
		src := engine.Dice(13, "edges", n, 0, engine.NoSeat)
		num, den := make([]float32, n+without), make([]float32, n+without)
		for i := range n {
			num[i], den[i] = float32(unit(src)), 1
		}
		return sampleOf(num, den)
	}
	for n, want := range map[int]bool{FewestUnits - 1: false, FewestUnits: true} {
		for _, without := range []int{0, 3} {
			s := units(n, without)
			if lo, hi := NewResampler(n+without, dice).Interval(s); math.IsNaN(lo) == want || math.IsNaN(hi) == want {
				t.Errorf("%d units with cases, %d without: %v…%v", n, without, lo, hi)
			}
		}
	}
	for _, n := range []int{studentisedN, studentisedN + 1} {
		s, draws := units(n, 0), NewResampler(n, dice)
		lo, hi := draws.Interval(s)
		theta := s.sums.n / s.sums.d
		wantLo, wantHi := draws.bca(s.kept.num, s.kept.den, s.sums.n, s.sums.d, theta)
		if n <= studentisedN {
			wantLo, wantHi, _ = draws.studentised(s.kept.num, s.kept.den, theta, s.sums.d)
		}
		if lo != wantLo || hi != wantHi {
			t.Errorf("%d units: %v…%v, wanted %v…%v", n, lo, hi, wantLo, wantHi)
		}
	}
}
