package main

import (
	"context"
	"fmt"

	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/memory"
	"turncoat/memory/recall"
	"turncoat/metrics"
)

// past is a game that is over, as the next one of its season sees it.
type past struct {
	head   engine.Hash
	events []engine.Event
}

// carry is what every seat takes from it: of what that seat perceived, and of nothing else.
func (p *past) carry(seats int) []engine.Remembered {
	out := make([]engine.Remembered, seats)
	for i := range out {
		out[i] = recall.Carry(observationOf(p.events, engine.Seat(i)))
	}
	return out
}

// carries reports whether players remember earlier games of their season.
func (d *design) carries() bool {
	return d.scenario.Season > 1 && d.scenario.Rules.Memory.Filled().Scope == "season"
}

// before reads the game before this one in its season; nil for a season's first.
func (d *design) before(ctx context.Context, store *memory.Store, batchName string, index int) (*past, error) {
	if n := d.scenario.Season; n < 2 || index%n == 0 {
		return nil, nil
	}
	g, err := store.GameAt(ctx, batchName, index-1)
	if err != nil {
		return nil, fmt.Errorf("the game before in the season: %w", err)
	}
	if g.Status != string(batch.Finished) {
		return nil, fmt.Errorf("the game before in the season, %s, is %s", g.Name(), g.Status)
	}
	events, err := readEvents(ctx, store, g)
	return &past{g.Head, events}, err
}

// alone seats a game as if it were the first of its season.
func (d *design) alone(ref batch.Ref) (engine.Setup, error) { return d.setup(ref, nil) }

// seated seats a stored game of a batch as it was seated when it was played.
func (d *design) seated(ctx context.Context, store *memory.Store, b memory.Batch, index int) (engine.Setup, error) {
	before, err := d.before(ctx, store, b.Name, index)
	if err != nil {
		return engine.Setup{}, err
	}
	return d.of(index).setup(d.ref(b.Name, index), before)
}

// unitKey names what the unit of a game shares with those of other cells and batches: the seed, that of the first game where games
// remember one another. An imported game has none.
func (d *design) unitKey(b memory.Batch, g memory.Game) string {
	if d.Imported != "" {
		return b.Name + "/" + g.ID
	}
	ref := d.ref(b.Name, g.Index)
	if n := d.scenario.Season; d.of(g.Index).carries() {
		return fmt.Sprint(batch.SeedOf(d.Seed, ref.Replicate/n*n))
	}
	return fmt.Sprint(ref.Seed)
}

// meta is what metrics are told of a game beside its events. Games that remember one another are one unit, and so are those of a table
// that policies take turns at: they share roles and dice.
func (d *design) meta(g memory.Game) metrics.GameMeta {
	m := metrics.GameMeta{ID: g.ID, Batch: g.Batch, Index: g.Index}
	c := d.of(g.Index)
	if len(d.Cells) > 0 {
		m.Cell = c.Name
	}
	if c.carries() {
		m.Season = g.Index/d.scenario.Season + 1
	}
	if turns := len(c.Rotate); turns > 0 {
		_, number := d.place(g.Index)
		m.Table = number/turns + 1
	}
	return m
}
