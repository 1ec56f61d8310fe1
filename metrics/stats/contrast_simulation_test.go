package stats_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

func unit(src engine.Source) float64 { return (float64(src.Uint64()>>11) + 0.5) / (1 << 53) }

type source struct{ engine.Source }

func (s source) Below(n int) int { return engine.Below(n, s) }

func dice(purpose string, draw, units int) stats.Source {
	return source{engine.Dice(0, purpose, draw, units, engine.NoSeat)}
}

// arm is how the units of an arm are drawn: so many units, of so many cases. Each unit has a chance of its own around the truth, and a case
// happens by it or, with spread, is a number around it.
type arm struct {
	n, fewest, more int
	spread          float64
	skew            bool
}

// draw makes the units of an arm around a truth; hard, in (0, 1), is what a pair shares, or what is the unit's own.
func (a arm) draw(truth float64, hard func(i int) float64, src engine.Source) *stats.Sample {
	var out stats.Sample
	out.KeepAll()
	for i := range a.n {
		den := a.fewest + engine.Below(a.more+1, src)
		chance, num := truth+0.4*(hard(i)-0.5), 0.0
		switch {
		case a.spread == 0:
			for range den {
				if unit(src) < chance {
					num++
				}
			}
		case a.skew:
			num = float64(den) * (chance + a.spread*(-math.Log(unit(src))-1))
		default:
			num = float64(den) * (chance + a.spread*(2*unit(src)-1))
		}
		out.Add(num, float64(den))
	}
	return &out
}

// unlike are pairs of arms with the same truth, which differ in how many units there are, how long they are, and how they vary.
var unlike = []struct {
	name   string
	a, b   arm
	paired bool
}{
	{"like arms of 30", arm{30, 4, 8, 0.2, false}, arm{30, 4, 8, 0.2, false}, false},
	{"wins of 50 and 50", arm{50, 1, 0, 0, false}, arm{50, 1, 0, 0, false}, false},
	{"20 units that vary, 100 that don't", arm{20, 3, 6, 0.5, false}, arm{100, 3, 6, 0.1, false}, false},
	{"short games and long ones", arm{30, 1, 2, 0, false}, arm{60, 20, 30, 0, false}, false},
	{"games and seasons of ten", arm{100, 3, 6, 0, false}, arm{10, 30, 60, 0, false}, false},
	{"skewed, 40 and 80", arm{40, 3, 6, 0.3, true}, arm{80, 3, 6, 0.1, true}, false},
	{"pairs of unlike spread", arm{40, 3, 6, 0.5, false}, arm{40, 10, 20, 0.1, false}, true},
	{"pairs of short games and long ones", arm{50, 1, 2, 0, false}, arm{50, 20, 30, 0, false}, true},
	{"ten pairs", arm{10, 3, 6, 0.3, false}, arm{10, 10, 20, 0.1, false}, true},
}

// Under no difference p is below 0.05 about as often as it says between arms of whatever shapes, and a planted difference is found and
// held. What is asked of few tries is what one run in a thousand would miss.
func TestCompareUnlikeArms(t *testing.T) {
	trials := metricstest.Size(30, 1000)
	slack := 3.3 * math.Sqrt(0.05*0.95/float64(trials))
	const shift = 0.3
	command := "make validation, TestCompareUnlikeArms"
	for _, c := range unlike {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var rejected, found, held float64
			for trial := range trials {
				src := engine.Dice(5, c.name, trial, 0, engine.NoSeat)
				own := func(int) float64 { return unit(src) }
				hard := own
				var pairs []stats.Pair
				if c.paired {
					of := make([]float64, c.a.n)
					for i := range of {
						of[i], pairs = unit(src), append(pairs, stats.Pair{A: i, B: i})
					}
					hard = func(i int) float64 { return of[i] }
				}
				x := c.a.draw(0.35, hard, src)
				if stats.Compare(x, c.b.draw(0.35, hard, src), pairs, dice).P < 0.05 {
					rejected++
				}
				d := stats.Compare(x, c.b.draw(0.35+shift, hard, src), pairs, dice)
				if d.P < 0.05 {
					found++
				}
				if d.Lo <= shift && shift <= d.Hi {
					held++
				}
			}
			rejected, found, held = rejected/float64(trials), found/float64(trials), held/float64(trials)
			row := func(section, what, wanted string, v float64) {
				metricstest.Record(t, metricstest.Row{Section: section, Metric: "compare", What: c.name + what,
					Value: metricstest.Number(v), Wanted: wanted, Command: command})
			}
			row("type I", "", "0.035–0.065", rejected)
			row("power", fmt.Sprintf(", a planted %.1f", shift), "≥ 0.7", found)
			row("coverage", fmt.Sprintf(", a planted %.1f", shift), "0.93–0.97", held)
			if rejected < 0.035-slack || rejected > 0.065+slack || found < 0.7 ||
				held < 0.93-slack || held > 0.97+slack {
				t.Errorf("rejects %.3f, finds %.3f, holds %.3f", rejected, found, held)
			}
		})
	}
}
