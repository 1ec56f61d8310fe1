package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"turncoat/engine"
)

// Volatile keeps games in memory under the contract of Store, for runs without a file. It is safe for concurrent use, and
// the zero value is empty and ready.
type Volatile struct {
	mu      sync.Mutex
	games   []Game // the key is the place, from 1
	records []Record
	places  map[place]int64
}

type place struct {
	batch string
	index int
}

// StartGame is Store.StartGame; a batch needs no creating.
func (v *Volatile) StartGame(ctx context.Context, g Game) (*GameLog, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	key, ok := v.places[place{g.Batch, g.Index}]
	if !ok {
		key = v.add(Game{ID: g.ID, Batch: g.Batch, Index: g.Index, Seed: g.Seed, Status: "running"}, Record{})
	}
	kept := &v.games[key-1]
	switch kept.Status {
	case "parked", "stopped":
		kept.Status, kept.Error = "running", ""
	case "running":
	default:
		return nil, fmt.Errorf("start game %s: it is %s already", g.Name(), kept.Status)
	}
	return &GameLog{keep: v, game: *kept}, nil
}

// FinishGame is Store.FinishGame.
func (v *Volatile) FinishGame(_ context.Context, g Game) (Game, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	kept, err := v.game(g.Key)
	if err != nil {
		return Game{}, err
	}
	switch kept.Status {
	case "running", "parked", "stopped":
	default:
		return Game{}, fmt.Errorf("finish game %s: it has ended already", g.ID)
	}
	kept.Status, kept.Winner, kept.Rounds, kept.Error = g.Status, g.Winner, g.Rounds, g.Error
	if g.Status != "parked" && g.Status != "running" {
		kept.Seal = Seal(kept.Head, v.records[g.Key-1].Times)
	}
	return *kept, nil
}

// Commit is Store.Commit.
func (v *Volatile) Commit(ctx context.Context, g Game, events []engine.Event) (Game, error) {
	if err := ctx.Err(); err != nil {
		return Game{}, context.Cause(ctx)
	}
	g, r, err := sealed(g, events, v.clock())
	if err != nil {
		return Game{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	record := Record{}.with(r)
	key, ok := v.places[place{g.Batch, g.Index}]
	if !ok {
		g.Key = v.add(g, record)
		return g, nil
	}
	if kept := v.games[key-1]; kept.Events > 0 || kept.Status == "finished" {
		return Game{}, fmt.Errorf("commit game %s: it is kept already", g.Name())
	}
	g.Key = key
	v.games[key-1], v.records[key-1] = g, record
	return g, nil
}

// GameByKey is Store.GameByKey.
func (v *Volatile) GameByKey(_ context.Context, key int64) (Game, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	g, err := v.game(key)
	if err != nil {
		return Game{}, err
	}
	return *g, nil
}

// Events is Store.Events.
func (v *Volatile) Events(_ context.Context, key int64) (Record, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, err := v.game(key); err != nil {
		return Record{}, err
	}
	return v.records[key-1], nil
}

// VerifyGame is Store.VerifyGame.
func (v *Volatile) VerifyGame(ctx context.Context, key int64) error {
	g, err := v.GameByKey(ctx, key)
	if err != nil {
		return err
	}
	r, err := v.Events(ctx, key)
	return errors.Join(err, Verify(g, r))
}

func (v *Volatile) game(key int64) (*Game, error) {
	if key < 1 || key > int64(len(v.games)) {
		return nil, fmt.Errorf("game of key %d: %w", key, ErrNotFound)
	}
	return &v.games[key-1], nil
}

func (v *Volatile) add(g Game, r Record) int64 {
	if v.places == nil {
		v.places = map[place]int64{}
	}
	g.Key = int64(len(v.games)) + 1
	v.games, v.records = append(v.games, g), append(v.records, r)
	v.places[place{g.Batch, g.Index}] = g.Key
	return g.Key
}

func (v *Volatile) clock() int64 { return time.Now().UnixMilli() }

// keepRows implements keeper.
func (v *Volatile) keepRows(ctx context.Context, g Game, r rows) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	kept := &v.games[g.Key-1]
	if kept.Events != g.Events || kept.Status != "running" {
		return ErrForked
	}
	v.records[g.Key-1] = v.records[g.Key-1].with(r)
	kept.Events += len(r.events)
	copy(kept.Head[:], r.head())
	return nil
}

// with returns the record and the rows after it.
func (c Record) with(r rows) Record {
	c.Events, c.Hashes = append(c.Events, r.events...), append(c.Hashes, r.hashes...)
	for range r.events {
		c.Times = append(c.Times, r.at)
	}
	return c
}
