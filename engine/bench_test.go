package engine

import "testing"

// A game of chance without speech: the engine alone, no log.
func BenchmarkVanillaGame(b *testing.B) {
	b.ReportAllocs()
	events := 0
	for i := range b.N {
		setup := table10(uint64(i), func(r *Rules) { r.Passes, r.Conclave, r.Beliefs = 0, 0, Beliefs{} })
		log, _ := playDrawn(b, setup)
		events += len(log)
	}
	b.ReportMetric(float64(events)/float64(b.N), "events/game")
}
