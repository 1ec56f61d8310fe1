package analysis

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// A symmetric channel that errs with probability e carries 1 − H(e) bits; the estimate comes to it as cases grow, and to none where
// there is nothing to tell.
func TestInformationClosedForm(t *testing.T) {
	h := func(p float64) float64 { return -p*math.Log2(p) - (1-p)*math.Log2(1-p) }
	for _, e := range []float64{0.5, 0.3, 0.1} {
		var c contingency
		const n = 1e6
		c[0] = [2]float64{n * (1 - e) / 2, n * e / 2}
		c[1] = [2]float64{n * e / 2, n * (1 - e) / 2}
		if got, _ := c.bits(); math.Abs(got-(1-h(e))) > 1e-5 {
			t.Errorf("error %g: %f bits, closed form %f", e, got, 1-h(e))
		}
	}
}

// Miller and Madow's correction takes most of the bias of few cases away.
func TestInformationBias(t *testing.T) {
	plain, corrected := 0.0, 0.0
	const trials, n = 2000, 60
	for trial := range trials {
		src := engine.Dice(1, "bias", trial, 0, engine.NoSeat)
		var c contingency
		for range n {
			c[engine.Below(3, src)][engine.Below(2, src)]++
		}
		v, _ := c.bits()
		corrected += v / trials
		plain += plug(c, n) / trials
	}
	if math.Abs(corrected) > plain/5 || plain < 0.02 {
		t.Errorf("no information, yet %f bits plain and %f corrected", plain, corrected)
	}
}

// plug is the mutual information by its definition, Σ p log₂(p / p p), without a correction.
func plug(c contingency, n float64) (out float64) {
	for k := range c {
		for team := range c[k] {
			row, col := c[k][0]+c[k][1], 0.0
			for j := range c {
				col += c[j][team]
			}
			if v := c[k][team]; v > 0 {
				out += v / n * math.Log2(v*n/(row*col))
			}
		}
	}
	return out
}

// The tables are what going through statements and ballots one by one gives, and random play tells nothing beyond its level.
func TestInformationOfGames(t *testing.T) {
	var x Information
	var want [4]contingency
	rules := engine.DefaultRules()
	rules.Passes = 1
	for seed := range uint64(60) {
		g := play(t, seed, rules, metricstest.Chatter(seed)).read(t)
		x.Add(&g)
		for i := range g.Rounds {
			r := &g.Rounds[i]
			for _, s := range r.Statements {
				for j := range r.Living.All() {
					if j == s.Seat || s.Silent() {
						continue
					}
					k := 4
					for _, a := range s.Acts {
						if a.Seat == j && a.Kind == engine.Accuse {
							k = 0
						}
					}
					want[side(r, s.Seat, false)][k][bit(r.Traitors.Has(j))]++
				}
			}
			for _, b := range r.Ballots {
				if b.Stage == 0 && b.Target != engine.NoSeat {
					for j := range r.Living.Without(b.Voter).All() {
						want[side(r, b.Voter, true)][1-bit(j == b.Target)][bit(r.Traitors.Has(j))]++
					}
				}
			}
		}
	}
	for c := range channels {
		var got contingency
		for _, u := range x.units(c) {
			got.plus(&u, 1)
		}
		if got != want[c] {
			t.Errorf("%s: %v, one by one %v", channels[c].name, got, want[c])
		}
	}
	for _, r := range x.Rows() {
		if r.N == 0 || math.IsNaN(r.Lo) || math.Abs(r.Level) > 0.002 || r.Value > r.LevelHi+0.01 {
			t.Errorf("%+v", r)
		}
	}
	for _, r := range new(Information).Rows() {
		if !math.IsNaN(r.Value) || r.N != 0 {
			t.Errorf("no games: %+v", r)
		}
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// joint is how likely an act of each kind is together with each team.
type joint [infoRows][2]float64

func (p joint) bits() (sum float64) {
	var rows [infoRows]float64
	var cols [2]float64
	for k := range p {
		for j, v := range p[k] {
			rows[k], cols[j] = rows[k]+v, cols[j]+v
		}
	}
	for k := range p {
		for j, v := range p[k] {
			if v > 0 {
				sum += v * math.Log2(v/rows[k]/cols[j])
			}
		}
	}
	return sum
}

func (p joint) draw(games int, src engine.Source) []contingency {
	out := make([]contingency, games)
	for i := range out {
		for range 20 + engine.Below(60, src) {
			u := unit(src)
			for at := 0; at < 2*infoRows; at++ {
				if u -= p[at/2][at%2]; u < 0 {
					out[i][at/2][at%2]++
					break
				}
			}
		}
	}
	return out
}

// Joints of known information: the estimate is right in the mean, its intervals hold it, and few games do not move it.
func TestInformationOfKnownJoints(t *testing.T) {
	trials := metricstest.Size(12, 400)
	for _, c := range []struct {
		name  string
		p     joint
		games int
	}{
		{"no information, 60 games", joint{{.07, .03}, {.07, .03}, {.035, .015}, {.035, .015}, {.49, .21}}, 60},
		{"0.021 bits, 60 games", joint{{.09, .01}, {.06, .04}, {.035, .015}, {.035, .015}, {.48, .22}}, 60},
		{"0.209 bits, 60 games", joint{{.15, .01}, {.02, .12}, {.03, .02}, {.05, 0}, {.45, .15}}, 60},
		{"0.209 bits, 200 games", joint{{.15, .01}, {.02, .12}, {.03, .02}, {.05, 0}, {.45, .15}}, 200},
	} {
		truth, held, mean, quarter := c.p.bits(), 0.0, 0.0, 0.0
		for trial := range trials {
			tables := c.p.draw(c.games, engine.Dice(3, c.name, trial, 0, engine.NoSeat))
			var all contingency
			for i := range tables {
				all.plus(&tables[i], 1)
			}
			v, _ := all.bits()
			mean += v / float64(trials)
			quarter += quartered(tables) / float64(trials)
			if lo, hi := resampled(tables, v); lo <= truth+1e-12 && truth <= hi {
				held += 1 / float64(trials)
			}
		}
		metricstest.Record(t, metricstest.Row{Section: "coverage", Metric: "information", What: c.name, Value: metricstest.Number(held),
			Wanted: "≥ 0.92", Command: "go test -run InformationOfKnownJoints ./metrics/analysis"})
		slack := 3.3 * math.Sqrt(0.05/float64(trials))
		if held < 0.93-slack || math.Abs(mean-truth) > 0.02*truth+0.001 || math.Abs(quarter-truth) > 0.02*truth+0.001 {
			t.Errorf("%s: held in %.3f; in the mean %.5f, over quarters %.5f of %.5f", c.name, held, mean, quarter, truth)
		}
	}
}
