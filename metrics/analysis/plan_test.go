package analysis

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/metrics/stats"
)

func TestTellApart(t *testing.T) {
	if text := tellApart(10, 149.0/160); !strings.HasPrefix(text, "Ten games can't tell policies apart") {
		t.Error(text)
	}
	if text := tellApart(500, 149.0/160); text != "" {
		t.Error(text)
	}
	for _, p := range []float64{0.2, 0.5, 0.7, 0.8, 0.85, 0.95} { // silent from the number of games that it names
		need := stats.GamesForDifference(p, p+direction(p)*smallestUseful, 0.05, 0.8)
		if tellApart(need-1, p) == "" || tellApart(need, p) != "" {
			t.Errorf("at %g it is not %d games from which on 0.2 shows", p, need)
		}
	}
}
