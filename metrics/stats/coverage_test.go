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

// Ten games are few, and the intervals of metrics over them hold about what they say, where there are any; BCa alone covers 0.87 of the
// skewed shape. What happens in few games has none.
func TestIntervalCoversWithTenGames(t *testing.T) {
	const n, trials = 10, 400
	draws := NewResampler(n, dice)
	for _, s := range shapes {
		covered, there := 0.0, 0.0
		for trial := range trials {
			src := engine.Dice(8, "coverage", trial, n, engine.NoSeat)
			num, den := make([]float64, n), make([]float64, n)
			for i := range num {
				num[i], den[i] = s.draw(src)
			}
			i := draws.Interval(sampleOf(num, den), Anywhere)
			there += truth(i.Why == "")
			covered += truth(i.Lo <= s.truth && s.truth <= i.Hi)
		}
		t.Logf("%s: covers %.3f of %.0f", s.name, covered/there, there)
		record(t, "interval of a ratio", s.name+", 10 games", covered/there, "above 0.9", "IntervalCovers")
		if covered/there < 0.9 {
			t.Errorf("%s: covers %.3f", s.name, covered/there)
		}
		if few := s.name == "rare"; few != (there < trials/2) {
			t.Errorf("%s: %.0f of %d have an interval", s.name, there, trials)
		}
	}
}

// The bootstrap-t is what its definition says, computed the slow way from the same draws: every sample written out.
func TestStudentisedSlowly(t *testing.T) {
	const n = 17
	src := engine.Dice(9, "slow", 0, 0, engine.NoSeat)
	num, den := make([]float64, n), make([]float64, n)
	for i := range num {
		den[i] = float64(1 + engine.Below(9, src))
		num[i] = float64(float64(den[i]) * unit(src))
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
	if i := draws.Interval(sampleOf(num, den), Anywhere); math.Abs(i.Lo-wantLo) > 1e-9 || math.Abs(i.Hi-wantHi) > 1e-9 {
		t.Errorf("%v, slowly %v…%v", i, wantLo, wantHi)
	}
}

// A metric that few of many games have is drawn from those games: its interval is that of the same games alone.
func TestIntervalOfFewAmongMany(t *testing.T) {
	src := engine.Dice(10, "few", 0, 0, engine.NoSeat)
	many, few := largeN+500, 12
	num, den := make([]float64, many), make([]float64, many)
	var aloneNum, aloneDen []float64
	for k := range few {
		v := float64(unit(src))
		num[k*200], den[k*200] = v, 1
		aloneNum, aloneDen = append(aloneNum, v), append(aloneDen, 1)
	}
	got := NewResampler(many, dice).Interval(sampleOf(num, den), Anywhere)
	if want := NewResampler(few, dice).Interval(sampleOf(aloneNum, aloneDen), Anywhere); got != want {
		t.Errorf("%v, of the games alone %v", got, want)
	}
}

// No variation is no interval, however many games; nor is a single game one.
func TestIntervalWithoutVariation(t *testing.T) {
	for _, n := range []int{1, 2, 30, 300, largeN + 1} {
		num, den := make([]float64, n), make([]float64, n)
		for i := range num {
			den[i] = float64(3 + i%2)
			num[i] = den[i] * 0.1
		}
		i := NewResampler(n, dice).Interval(sampleOf(num, den), Anywhere)
		if !math.IsNaN(i.Lo) || !math.IsNaN(i.Hi) || i.Why != NoVariation && i.Why != FewCases {
			t.Errorf("n = %d: %v", n, i)
		}
	}
}

// BenchmarkIntervals is what a batch pays for all intervals, at the number of games where they cost most.
func BenchmarkIntervals(b *testing.B) {
	num, den := make([]float64, largeN), make([]float64, largeN)
	for i := range num {
		num[i], den[i] = float64(i%7), float64(5+i%3)
	}
	for range b.N {
		draws := NewResampler(largeN, dice)
		for range 60 { // about as many as there are metrics
			draws.Interval(sampleOf(num, den), Anywhere)
		}
	}
}

// Where one interval gives way to another: none of fewer units with cases than so many, bootstrap-t up to a number, BCa above it.
func TestIntervalEdges(t *testing.T) {
	units := func(n, without int) *Sample {
		src := engine.Dice(13, "edges", n, 0, engine.NoSeat)
		num, den := make([]float64, n+without), make([]float64, n+without)
		for i := range n {
			num[i], den[i] = float64(unit(src)), 1
		}
		return sampleOf(num, den)
	}
	for n, want := range map[int]bool{FewestUnits - 1: false, FewestUnits: true} {
		for _, without := range []int{0, 3} {
			s := units(n, without)
			if i := NewResampler(n+without, dice).Interval(s, Anywhere); math.IsNaN(i.Lo) == want || math.IsNaN(i.Hi) == want {
				t.Errorf("%d units with cases, %d without: %v", n, without, i)
			}
		}
	}
	for _, n := range []int{studentisedN, studentisedN + 1} {
		s, draws := units(n, 0), NewResampler(n, dice)
		got := draws.Interval(s, Anywhere)
		theta := s.sums.n / s.sums.d
		wantLo, wantHi := draws.bca(s.kept.num, s.kept.den, s.sums.n, s.sums.d, theta)
		if n <= studentisedN {
			wantLo, wantHi = draws.studentised(s.kept.num, s.kept.den, theta, s.sums.d)
		}
		if got.Lo != wantLo || got.Hi != wantHi {
			t.Errorf("%d units: %v, wanted %v…%v", n, got, wantLo, wantHi)
		}
	}
}
