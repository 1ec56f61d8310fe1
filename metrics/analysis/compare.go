package analysis

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Effect is a metric in two arms.
type Effect struct {
	Metric, Unit, Section string
	stats.Difference
	Holm    float64 // P corrected over the tests of one comparison; of the primary metric it is P
	Primary bool    // what the comparison was made for: the one test that was settled before
	Same    string  // the metric before it whose test this is in other words
	Chance  float64 // of A's rules; NaN until somebody fills it in, as its standard error

	ChanceSE float64
}

// Family is how many tests Holm's correction of the effects counts: those that are told twice once, the primary one not.
func Family(effects []Effect) int {
	n := 0
	for _, e := range effects {
		if e.counts() {
			n++
		}
	}
	return n
}

func (e Effect) counts() bool { return !e.Primary && e.Same == "" && !math.IsNaN(e.P) }

// Compare gives the effect of every metric that both summaries have, which NewArm made; with pairs of their units, of those alone
// (stats.Compare). The primary metric, which may be empty, was named before anybody looked, and is not corrected for looking at the others.
func Compare(a, b *Summary, pairs []stats.Pair, primary string) []Effect {
	var out []Effect
	told := map[uint64]string{}
	for i, m := range a.metrics {
		k := slices.IndexFunc(b.metrics, func(o metrics.Metric) bool { return o.Name == m.Name })
		if k < 0 {
			continue
		}
		e := Effect{Metric: m.Name, Unit: m.Unit, Section: m.Section, Chance: math.NaN(), ChanceSE: math.NaN(), Primary: m.Name == primary,
			Difference: stats.Compare(&a.samples[i], &b.samples[k], pairs, dice)}
		ra, rb := m.Bounds(a.most), m.Bounds(b.most)
		e.Lo, e.Hi = max(rb.Lo-ra.Hi, e.Lo), min(rb.Hi-ra.Lo, e.Hi) // no two values differ by more
		if e.Test != 0 && !e.Primary {
			if e.Same = told[e.Test]; e.Same == "" {
				told[e.Test] = m.Name
			}
		}
		out = append(out, e)
	}
	correct(out)
	return out
}

func correct(effects []Effect) {
	ps := make([]float64, len(effects))
	for i, e := range effects {
		if ps[i] = math.NaN(); e.counts() {
			ps[i] = e.P
		}
	}
	holm := stats.Holm(ps)
	of := map[string]float64{}
	for i := range effects {
		e := &effects[i]
		switch {
		case e.Primary:
			e.Holm = e.P
		case e.Same != "":
			e.Holm = of[e.Same]
		default:
			e.Holm = holm[i]
		}
		of[e.Metric] = e.Holm
	}
}

// Gate is a condition on an effect, as in "traitors_win > +0.1": on the difference B − A.
type Gate struct {
	Metric string
	Op     string // < <= > >=
	Bound  float64
}

var gateForm = regexp.MustCompile(`^\s*([a-z_]+)\s*(<=|>=|<|>)\s*([+-]?[0-9.]+)\s*$`)

// other names of metrics in a gate.
var gateNames = map[string]string{"traitor_win_rate": "traitors_win", "faithful_win_rate": "faithful_win"}

// ParseGate reads a gate.
func ParseGate(text string) (Gate, error) {
	parts := gateForm.FindStringSubmatch(text)
	if parts == nil {
		return Gate{}, fmt.Errorf("%q: it takes METRIC, one of < <= > >=, and a number, as in 'traitors_win > +0.1'", text)
	}
	g := Gate{Metric: parts[1], Op: parts[2]}
	if name, ok := gateNames[g.Metric]; ok {
		g.Metric = name
	}
	if _, ok := metrics.Find(g.Metric); !ok {
		return g, fmt.Errorf("unknown metric %q%s", g.Metric, plain.DidYouMean(g.Metric, metrics.Names()))
	}
	v, err := strconv.ParseFloat(parts[3], 64)
	if err != nil {
		return g, fmt.Errorf("%q: %s is no number", text, parts[3])
	}
	g.Bound = v
	return g, nil
}

// Fails reports whether the effect is so. An effect that is not there, or undefined, is an error: a gate that can't be read has
// not been passed.
func (g Gate) Fails(effects []Effect) (bool, error) {
	i := slices.IndexFunc(effects, func(e Effect) bool { return e.Metric == g.Metric })
	if i < 0 || math.IsNaN(effects[i].Diff) {
		return false, fmt.Errorf("the effect on %s is undefined", g.Metric)
	}
	d := effects[i].Diff
	switch g.Op {
	case "<":
		return d < g.Bound, nil
	case "<=":
		return d <= g.Bound, nil
	case ">":
		return d > g.Bound, nil
	}
	return d >= g.Bound, nil
}
