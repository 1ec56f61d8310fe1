package archive

import (
	"context"
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
)

// VerifyGame checks a game's log and the replies behind it, and that its row says of it what the log says; deep plays it again, too.
func VerifyGame(ctx context.Context, store *memory.Store, g memory.Game, deep bool) error {
	if err := store.VerifyGame(ctx, g.Key); err != nil {
		return err
	}
	if _, err := CheckCalls(ctx, store, g); err != nil {
		return fmt.Errorf("game %s: %w", g.ID, err)
	}
	if deep {
		if err := playAgain(ctx, store, g); err != nil {
			return fmt.Errorf("game %s, played again: %w", g.ID, err)
		}
	}
	ends, err := store.EventsOf(ctx, g.Key, engine.KindEnded)
	if err != nil || len(ends) == 0 {
		return err
	}
	e, err := ends[0].Event()
	if err != nil {
		return err
	}
	if end := e.Body.(engine.Ended); g.Status == string(batch.Finished) && (g.Winner != end.Winner.String() || g.Rounds != e.Round) {
		return fmt.Errorf("game %s: event %d: the log ends with %s in round %d, the games table says %s in %d", g.ID, e.Seq, end.Winner,
			e.Round, g.Winner, g.Rounds)
	}
	return nil
}
