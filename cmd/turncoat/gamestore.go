package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"turncoat/agents/llm"
	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/memory"
)

// gameStore puts a batch's games into the file.
type gameStore struct {
	*memory.Store
	batch    memory.Batch
	season   int
	status   map[int]batch.Status // of the games that are in the file and not finished; the failed ones are left alone
	done     []uint64             // bit set of the finished ones
	finished int
	mu       sync.Mutex
	forfeits map[engine.Cause]int // of this run, for the progress
	calls    map[string]int       // of the games in play
	// What the games that finished in this run took.
	ended, callsOfEnded int

	tell llm.Teller
	logs sync.Map // id → *memory.GameLog of the games that are played step by step
}

// newGameStore reads which games the file holds.
func newGameStore(ctx context.Context, store *memory.Store, b memory.Batch, tell llm.Teller) (*gameStore, error) {
	s := &gameStore{Store: store, batch: b, tell: tell, status: map[int]batch.Status{}, forfeits: map[engine.Cause]int{}, calls: map[string]int{}, done: make([]uint64, (b.Games+63)/64)}
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return nil, err
		}
		if g.Index >= b.Games {
			continue
		}
		switch status := batch.Status(g.Status); status {
		case batch.Finished:
			s.done[g.Index/64] |= 1 << (g.Index % 64)
			s.finished++
		default:
			s.status[g.Index] = status
		}
	}
	return s, nil
}

// Status implements batch.Store.
func (s *gameStore) Status(ctx context.Context, ref batch.Ref) (batch.Status, []engine.Event, error) {
	if s.done[ref.Index/64]>>(ref.Index%64)&1 == 1 {
		return batch.Finished, nil, nil
	}
	status, ok := s.status[ref.Index]
	if !ok || status == batch.Failed {
		return status, nil, nil
	}
	g, err := s.GameAt(ctx, s.batch.Name, ref.Index)
	if err != nil {
		return status, nil, err
	}
	events, err := readEvents(ctx, s.Store, g)
	if err != nil {
		return status, nil, err
	}
	log, err := s.StartGame(ctx, g) // opens its log again
	if err != nil {
		return status, nil, err
	}
	s.logs.Store(ref.ID, log)
	s.tell.Tell("game resumed", "game", ref.ID, "index", ref.Index, "events", len(events))
	return status, events, nil
}

func (s *gameStore) row(ref batch.Ref) memory.Game {
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
func (s *gameStore) Start(ctx context.Context, ref batch.Ref) error {
	log, err := s.StartGame(ctx, s.row(ref))
	if err == nil {
		s.logs.Store(ref.ID, log)
	}
	return err
}

// Append implements match.Log.
func (s *gameStore) Append(ctx context.Context, game string, after uint64, events []engine.Event) error {
	log, ok := s.logs.Load(game)
	if !ok {
		return fmt.Errorf("game %s was not started", game)
	}
	s.count(game, events)
	return log.(*memory.GameLog).Append(ctx, game, after, events)
}

// count adds up what a step brought, for the progress.
func (s *gameStore) count(game string, events []engine.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		switch b := e.Body.(type) {
		case engine.Forfeited:
			s.forfeits[b.Cause]++
		case engine.Answered:
			s.calls[game] += len(b.Calls)
		}
	}
}

// left is about how long the rest of the batch takes, by the pace of the calls up to now and the calls that a finished game took; 0 is
// unknown. Games end late, so their own pace would say much too much at first.
func (s *gameStore) left(calls int, took time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == 0 || calls == 0 || s.callsOfEnded == 0 {
		return 0
	}
	all := s.callsOfEnded * (s.batch.Games - s.finished) / s.ended
	return max(0, took*time.Duration(all-calls)/time.Duration(calls))
}

// forfeited lists the forfeits of this run by cause.
func (s *gameStore) forfeited() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var parts []string
	for _, cause := range slices.Sorted(maps.Keys(s.forfeits)) {
		parts = append(parts, fmt.Sprintf("%d %s", s.forfeits[cause], cause))
	}
	return strings.Join(parts, ", ")
}

// Finish implements batch.Store.
func (s *gameStore) Finish(ctx context.Context, out batch.Outcome) error {
	log, ok := s.logs.LoadAndDelete(out.ID)
	if !ok {
		return fmt.Errorf("game %s was not started", out.ID)
	}
	if _, err := s.FinishGame(ctx, rowOf(log.(*memory.GameLog).Game(), out)); err != nil {
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
func (s *gameStore) tellEnd(out batch.Outcome) {
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
	default:
		s.tell.Tell("game parked", fields...)
	}
}

// Commit implements batch.Store. It does not wait for the disk: play flushes at the end, and a game that a crash loses is
// played again the same. In a season the next game reads this one.
func (s *gameStore) Commit(ctx context.Context, out batch.Outcome, events []engine.Event) error {
	s.tellEnd(out)
	if s.season > 1 {
		_, err := s.Store.Commit(ctx, rowOf(s.row(out.Ref), out), events)
		return err
	}
	return s.CommitLater(ctx, rowOf(s.row(out.Ref), out), events)
}

// readEvents reads and decodes a game's events.
func readEvents(ctx context.Context, store *memory.Store, g memory.Game) ([]engine.Event, error) {
	record, err := store.Events(ctx, g.Key)
	if err != nil {
		return nil, err
	}
	events := make([]engine.Event, len(record.Events))
	for i, r := range record.Events {
		if events[i], err = r.Event(); err != nil {
			return nil, fmt.Errorf("game %s: %w", g.ID, err)
		}
	}
	return events, nil
}
