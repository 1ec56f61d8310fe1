package memory

import (
	"context"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// BenchmarkAppendGame keeps whole games: one waited for at a time, sixteen together, and queued.
func BenchmarkAppendGame(b *testing.B) {
	events := playWhole(b, 1)
	rate := func(b *testing.B, s *Store) {
		b.ReportMetric(float64(b.N*len(events))/b.Elapsed().Seconds(), "events/s")
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "games/s")
		b.ReportMetric(float64(b.N)/float64(max(1, s.writer.commits.Load())), "games/commit")
	}
	b.Run("later", func(b *testing.B) {
		s := filled(b)
		b.ReportAllocs()
		b.ResetTimer()
		for i := range b.N {
			if err := s.CommitLater(b.Context(), game(i), events); err != nil {
				b.Fatal(err)
			}
		}
		if err := s.Flush(b.Context()); err != nil {
			b.Fatal(err)
		}
		rate(b, s)
	})
	b.Run("one", func(b *testing.B) {
		s := filled(b)
		b.ResetTimer()
		for i := range b.N {
			must[Game](b)(s.Commit(b.Context(), game(i), events))
		}
		rate(b, s)
	})
	b.Run("steps", func(b *testing.B) {
		s := filled(b)
		steps, _ := play(b, 1)
		b.ResetTimer()
		for i := range b.N {
			appendSteps(b, s, i, steps)
		}
		rate(b, s)
	})
}

func appendSteps(b *testing.B, s *Store, i int, steps [][]engine.Event) {
	l := must[*GameLog](b)(s.StartGame(b.Context(), game(i)))
	for _, step := range steps {
		if err := l.Append(b.Context(), l.Game().ID, step[0].Seq, step); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadGames reads a batch of 300 games once per op.
func BenchmarkReadGames(b *testing.B) {
	s := filled(b)
	events := 0
	for i := range 300 {
		e := playWhole(b, uint64(i))
		events += len(e)
		if err := s.CommitLater(b.Context(), game(i), e); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
	for name, kinds := range map[string][]engine.Kind{"all": nil, "ballots": {engine.KindBallot}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if err := s.EachGame(context.Background(), "test-1", kinds, func(Game, []codec.Stored) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
		})
	}
	b.Run("verify", func(b *testing.B) {
		for range b.N {
			if err := s.VerifyGame(context.Background(), 1+int64(b.N%300)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
