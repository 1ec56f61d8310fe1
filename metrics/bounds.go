package metrics

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Bounds is the metric's Range in numbers, for games by such rules.
func (m Metric) Bounds(rules engine.Rules) stats.Range {
	lo, hi, _ := strings.Cut(m.Range, "…")
	n, t := float64(rules.Players), float64(rules.Traitors)
	terms := map[string]float64{"n": n, "m": t, "n − m": n - t, "R": float64(rules.MaxRounds),
		"½": 0.5, "−½": -0.5, "−∞": math.Inf(-1), "∞": math.Inf(1)}
	end := func(term string, open float64) float64 {
		if term == "" {
			return open
		}
		if v, ok := terms[term]; ok {
			return v
		}
		v, err := strconv.ParseFloat(strings.Replace(term, "−", "-", 1), 64)
		if err != nil {
			panic(fmt.Sprintf("the range of %s is no range: %s", m.Name, m.Range)) // a test reads all of them
		}
		return v
	}
	return stats.Range{Lo: end(lo, math.Inf(-1)), Hi: end(hi, math.Inf(1))}
}
