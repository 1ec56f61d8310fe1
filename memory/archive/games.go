package archive

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
)

// Games are those of one batch in the file. They implement batch.Store and seating.Kept.
type Games struct {
	Finished int // that the file held when the batch was taken up

	store  *memory.Store
	batch  memory.Batch
	season int
	status map[int]batch.Status // of the games that are in the file and not finished; the failed ones are left alone
	done   []uint64             // bit set of the finished ones
	tell   llm.Teller
	logs   sync.Map // id → *memory.GameLog of the games that are played step by step

	mu       sync.Mutex
	forfeits map[engine.Cause]int // of this run, for the progress
	calls    map[string]int       // of the games in play
	// What the games that finished in this run took.
	ended, callsOfEnded int
}

// GamesOf reads which games of a batch, in seasons of so many, the file holds.
func GamesOf(ctx context.Context, store *memory.Store, b memory.Batch, season int, tell llm.Teller) (*Games, error) {
	s := &Games{store: store, season: season, batch: b, tell: tell, status: map[int]batch.Status{}, forfeits: map[engine.Cause]int{},
		calls: map[string]int{}, done: make([]uint64, (b.Games+63)/64)}
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return nil, err
		}
		if g.Index >= b.Games {
			continue
		}
		status := batch.Status(g.Status)
		if status != batch.Finished {
			s.status[g.Index] = status
			continue
		}
		s.done[g.Index/64] |= 1 << (g.Index % 64)
		s.Finished++
	}
	return s, nil
}

// Status implements batch.Store.
func (s *Games) Status(ctx context.Context, ref batch.Ref) (batch.Status, []engine.Event, error) {
	if s.done[ref.Index/64]>>(ref.Index%64)&1 == 1 {
		return batch.Finished, nil, nil
	}
	status, ok := s.status[ref.Index]
	if !ok || status == batch.Failed {
		return status, nil, nil
	}
	g, err := s.store.GameAt(ctx, s.batch.Name, ref.Index)
	if err != nil {
		return status, nil, err
	}
	events, err := Events(ctx, s.store, g)
	if err != nil {
		return status, nil, err
	}
	log, err := s.store.StartGame(ctx, g) // opens its log again
	if err != nil {
		return status, nil, err
	}
	s.logs.Store(ref.ID, log)
	s.tell.Tell("game resumed", "game", ref.ID, "index", ref.Index, "events", len(events))
	return status, events, nil
}

func (s *Games) row(ref batch.Ref) memory.Game {
	return memory.Game{ID: ref.ID, Batch: s.batch.Name, Index: ref.Index, Seed: ref.Seed}
}

func rowOf(g memory.Game, out batch.Outcome) memory.Game {
	g.Status, g.Rounds = string(out.Status), out.Rounds
	if out.Status == batch.Finished {
		g.Winner = out.Winner.String()
	}
	if out.Err != nil {
		g.Error = out.Err.Error()
	}
	return g
}

// Start implements batch.Store.
func (s *Games) Start(ctx context.Context, ref batch.Ref) error {
	log, err := s.store.StartGame(ctx, s.row(ref))
	if err == nil {
		s.logs.Store(ref.ID, log)
	}
	return err
}

// Append implements match.Log.
func (s *Games) Append(ctx context.Context, game string, after uint64, events []engine.Event) error {
	log, ok := s.logs.Load(game)
	if !ok {
		return fmt.Errorf("game %s was not started", game)
	}
	s.count(game, events)
	return log.(*memory.GameLog).Append(ctx, game, after, events)
}

// count adds up what a step brought, for the progress.
func (s *Games) count(game string, events []engine.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		switch b := e.Body.(type) {
		case engine.Forfeited:
			s.forfeits[b.Cause]++
		case engine.Answered:
			s.calls[game] += len(b.Calls)
		case engine.Created, engine.Imported, engine.Briefing, engine.Deed, engine.News: // they cost nothing
		}
	}
}

// Left is about how long the rest of the batch takes, by the pace of the calls up to now and the calls that a finished game took; 0 is
// unknown. Games end late, so their own pace would say much too much at first.
func (s *Games) Left(calls int, took time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == 0 || calls == 0 || s.callsOfEnded == 0 {
		return 0
	}
	all := s.callsOfEnded * (s.batch.Games - s.Finished) / s.ended
	return max(0, took*time.Duration(all-calls)/time.Duration(calls))
}

// Forfeits lists the forfeits of this run by cause.
func (s *Games) Forfeits() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var parts []string
	for _, cause := range slices.Sorted(maps.Keys(s.forfeits)) {
		parts = append(parts, fmt.Sprintf("%d %s", s.forfeits[cause], cause))
	}
	return strings.Join(parts, ", ")
}

// Finish implements batch.Store.
func (s *Games) Finish(ctx context.Context, out batch.Outcome) error {
	log, ok := s.logs.LoadAndDelete(out.ID)
	if !ok {
		return fmt.Errorf("game %s was not started", out.ID)
	}
	if _, err := s.store.FinishGame(ctx, rowOf(log.(*memory.GameLog).Game(), out)); err != nil {
		return err
	}
	s.tellEnd(out)
	s.mu.Lock()
	defer s.mu.Unlock()
	if out.Status == batch.Finished {
		s.ended++
		s.callsOfEnded += s.calls[out.ID]
	}
	delete(s.calls, out.ID)
	return nil
}

// tellEnd tells the log what a game came to.
func (s *Games) tellEnd(out batch.Outcome) {
	fields := []any{"game", out.ID, "index", out.Index, "rounds", out.Rounds, "events", out.Events}
	if out.Err != nil {
		fields = append(fields, "error", out.Err.Error())
	}
	switch out.Status {
	case batch.Finished:
		s.tell.Tell("game finished", append(fields, "winner", out.Winner.String())...)
	case batch.Failed:
		s.tell.Tell("game failed", fields...)
	case batch.Stopped:
		s.tell.Tell("game stopped", fields...)
	case batch.Running, batch.Parked:
		s.tell.Tell("game parked", fields...)
	}
}

// Commit implements batch.Store. It does not wait for the disk: play flushes at the end, and a game that a crash loses is
// played again the same. In a season the next game reads this one.
func (s *Games) Commit(ctx context.Context, out batch.Outcome, events []engine.Event) error {
	s.tellEnd(out)
	if s.season > 1 {
		_, err := s.store.Commit(ctx, rowOf(s.row(out.Ref), out), events)
		return err
	}
	return s.store.CommitLater(ctx, rowOf(s.row(out.Ref), out), events)
}
