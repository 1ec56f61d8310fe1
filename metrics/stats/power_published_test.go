package stats

import "testing"

// Two proportions without continuity correction, α = 0.05 two-sided, power 0.8, to the game: 387.3, 199.0, 1564.7, 151.9 and 93.0
// by the formula (Fleiss 1981, 3.14), rounded up.
func TestPlanExactSizes(t *testing.T) {
	for _, c := range []struct {
		p1, p2 float64
		n      int
	}{{0.5, 0.6, 388}, {0.1, 0.2, 199}, {0.5, 0.55, 1565}, {0.25, 0.4, 152}, {0.3, 0.5, 93}} {
		if got := GamesForDifference(c.p1, c.p2, 0.05, 0.8); got != c.n {
			t.Errorf("%g against %g: %d games, not %d", c.p1, c.p2, got, c.n)
		}
	}
}

// What is detectable is found by n games in some direction, and a thousandth less in none.
func TestDetectableIsSmallest(t *testing.T) {
	finds := func(n int, p, d float64) bool {
		for _, other := range []float64{p + d, p - d} {
			if other >= 0 && other <= 1 && GamesForDifference(p, other, 0.05, 0.8) <= n {
				return true
			}
		}
		return false
	}
	for _, n := range []int{15, 40, 100, 388, 2000} {
		for _, p := range []float64{0, 0.05, 0.3, 0.5, 0.85, 149.0 / 160, 1} {
			d := detectable(n, p, 0.05, 0.8)
			if d == d && (!finds(n, p, d) || finds(n, p, 0.999*d)) {
				t.Errorf("%d games at %g: %g", n, p, d)
			}
		}
	}
}
