package analysis

import (
	"math"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Level is what a metric comes to by chance: under the policy random, as it plays. SE is the standard error of a simulated one, 0 of one
// that a formula gives, and NaN where it is not known.
type Level struct{ Mean, SE float64 }

// Tally gathers games by chance into levels, in the order in which they are added.
type Tally struct {
	metrics   []metrics.Metric
	survivals []metrics.Survival
	samples   []stats.Sample
	times     []stats.Lifetimes
}

// Cases are what one game has for each metric.
type Cases struct {
	ratios []metrics.Ratio
	times  [][]stats.Time
}

// NewTally has no game yet.
func NewTally() *Tally {
	t := &Tally{survivals: metrics.Survivals()}
	for _, m := range metrics.All() {
		if !aboutForm[m.Name] {
			t.metrics = append(t.metrics, m)
		}
	}
	t.samples, t.times = make([]stats.Sample, len(t.metrics)), make([]stats.Lifetimes, len(t.survivals))
	return t
}

// aboutForm are metrics of how a game was held, for which chance says nothing.
var aboutForm = map[string]bool{"finished": true, "forfeit_touched": true, "refusals": true, "act_coverage": true}

// Of folds a game. It changes nothing, so that several can be folded at once.
func (t *Tally) Of(g *metrics.Game) Cases {
	c := Cases{make([]metrics.Ratio, len(t.metrics)), make([][]stats.Time, len(t.survivals))}
	for i, m := range t.metrics {
		c.ratios[i] = m.Fold(g)
	}
	for i, m := range t.survivals {
		c.times[i] = m.Times(g)
	}
	return c
}

// Add takes a game's cases.
func (t *Tally) Add(c Cases) {
	for i, r := range c.ratios {
		t.samples[i].Add(r.Num, r.Den)
	}
	for i, times := range c.times {
		t.times[i].Add(times)
	}
}

// fewest is the share of games that need a case for a level: of rarer ones the standard error is no better known than the level.
const fewest = 0.01

// Levels are those of the games so far. They have six digits, so that one that was kept is the same as one that is simulated, on every
// processor.
func (t *Tally) Levels() map[string]Level {
	out := map[string]Level{}
	for i, m := range t.metrics {
		s := &t.samples[i]
		if v, ok := pooled(s).Value(); ok && s.Cases() >= 2 && float64(s.Cases()) >= fewest*float64(s.Units()) {
			out[m.Name] = Level{digits(v), digits(s.Spread() / math.Sqrt(float64(s.Units())))}
		}
	}
	for i, m := range t.survivals {
		mean, se := t.times[i].Mean(), t.times[i].SE()
		if mean == mean && se == se {
			out[m.Name] = Level{digits(mean), digits(se)}
		}
	}
	return out
}

// digits rounds to six of them; what is nothing but rounding is 0.
func digits(v float64) float64 {
	if math.Abs(v) < 1e-9 {
		return 0
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// WithExact puts what a formula gives in the place of what was simulated of these rules. What has no case in them has no level.
func WithExact(r engine.Rules, simulated map[string]Level) map[string]Level {
	out := map[string]Level{}
	exact := Exact(r)
	for name, level := range simulated {
		if v, ok := exact[name]; ok {
			level = Level{v, 0}
		}
		out[name] = level
	}
	return out
}
