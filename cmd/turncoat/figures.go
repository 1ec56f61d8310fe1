package main

import (
	"context"
	"errors"

	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// gamesOf are the games of a batch out of the file, as figures want them.
func gamesOf(ctx context.Context, store *memory.Store, b memory.Batch) analysis.Games {
	return func(yield func(analysis.Record, error) bool) {
		enough := errors.New("enough")
		err := store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, events []codec.Stored) error {
			if !yield(recordOf(g, events), nil) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(analysis.Record{}, err)
		}
	}
}

func recordOf(g memory.Game, events []codec.Stored) analysis.Record {
	return analysis.Record{ID: g.ID, Batch: g.Batch, Index: g.Index, Status: batch.Status(g.Status), Events: events}
}

// summarise folds the finished games of a batch into the named metrics, all of them without a name, by condition.
func summarise(ctx context.Context, d *study.Design, store *memory.Store, b memory.Batch, clean bool, levels analysis.Levels,
	only ...string) (*analysis.Batch, error) {
	out := analysis.NewBatch(d, b.Games, only...)
	out.WithoutForfeits = clean
	if err := out.Read(gamesOf(ctx, store, b)); err != nil {
		return nil, err
	}
	return out, out.Fill(levels)
}
