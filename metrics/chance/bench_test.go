package chance

import (
	"fmt"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

func BenchmarkSimulate(b *testing.B) {
	for _, n := range []int{4, 10, 15, 40} {
		b.Run(fmt.Sprint(n, "-players"), func(b *testing.B) {
			r := engine.DefaultRules()
			r.Players, r.Traitors = n, max(1, n/4)
			for b.Loop() {
				if _, err := Simulate(b.Context(), r, 100, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(GamesOf(r)), "games")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/100*float64(GamesOf(r)), "s/levels")
		})
	}
}
