package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/formats"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Import puts games of another system into a batch as they are read. A second import of the same goes on where the first was cut off.
type Import struct {
	Batch           memory.Batch
	Done            bool // the batch was imported before: its games are compared, none is added
	Games, Finished int  // that were read
	Taken, Skipped  map[string]int

	store  *memory.Store
	design *study.Design
	there  []memory.Game // that an import which was cut off has kept already
}

// BeginImport makes a batch of games of the format, or takes up, by take, the one of that name. An empty name is made up.
func BeginImport(ctx context.Context, store *memory.Store, format, name string, take func(batch string) error) (*Import, error) {
	got := &Import{store: store, design: study.New(format, nil), Taken: map[string]int{}, Skipped: map[string]int{}}
	got.design.Engine, got.design.Imported = engine.Version, format
	text, err := got.design.Encode()
	if err != nil {
		return got, err
	}
	if name == "" {
		if name, err = store.NextName(ctx, format); err != nil {
			return got, err
		}
	}
	b, err := store.BatchNamed(ctx, name)
	if errors.Is(err, memory.ErrNotFound) {
		got.Batch, err = store.CreateBatch(ctx, memory.Batch{Name: name, Scenario: format, Design: text, Created: now(), Status: Running})
		return got, err
	}
	if err != nil {
		return got, err
	}
	if !bytes.Equal(b.Design, text) {
		return got, study.Mistake(fmt.Errorf("there is a batch %s in %s already; choose another --batch", name, store.Path()))
	}
	if err := take(b.Name); err != nil {
		return got, err
	}
	got.Batch, got.Done = b, b.Status == Done
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return got, err
		}
		got.there = append(got.there, g)
	}
	return got, nil
}

// Keep puts a game into the file; one that is there already has to be the same.
func (got *Import) Keep(ctx context.Context, g formats.Game) error {
	ref := batch.RefOf(got.Batch.Name, 0, got.Games, got.Games)
	row := memory.Game{ID: ref.ID, Batch: got.Batch.Name, Index: got.Games, Seed: ref.Seed, Status: string(batch.Stopped), Rounds: g.Rounds}
	if g.Over {
		row.Status, row.Winner = string(batch.Finished), g.Winner.String()
	} else {
		row.Error = "unfinished in its source, " + g.Source
	}
	if err := got.commit(ctx, row, g); err != nil {
		return err
	}
	if got.Games++; g.Over {
		got.Finished++
	}
	for what, n := range g.Taken {
		got.Taken[what] += n
	}
	for what, n := range g.Skipped {
		got.Skipped[what] += n
	}
	return nil
}

func (got *Import) commit(ctx context.Context, row memory.Game, g formats.Game) error {
	if got.Games < len(got.there) {
		head, err := memory.HeadOf(g.Events)
		if err == nil && head != got.there[got.Games].Head {
			err = study.Mistake(fmt.Errorf("game %s is not the one in %s, which an earlier import of this batch took; choose another "+
				"--batch", row.Name(), g.Source))
		}
		return err
	}
	if got.Done {
		return study.Mistake(fmt.Errorf("batch %s was imported before, with %d games; %s is not among them; choose another --batch",
			got.Batch.Name, len(got.there), g.Source))
	}
	_, err := got.store.Commit(ctx, row, g.Events)
	return err
}

// Settle writes the manifest and the state of the batch, whose games have all been read. One that was imported before is compared only.
func (got *Import) Settle(ctx context.Context, program string) error {
	if got.Done {
		if got.Games < len(got.there) {
			return study.Mistake(fmt.Errorf("batch %s was imported before, with %d games, of which %d are here; choose another --batch",
				got.Batch.Name, len(got.there), got.Games))
		}
		return nil
	}
	b := &got.Batch
	b.Games, b.Status, b.Ended = got.Games, Done, now()
	sealed, err := manifest(ctx, got.store, *b, got.design, program)
	if err != nil {
		return err
	}
	if b.Manifest, err = json.Marshal(sealed); err != nil {
		return err
	}
	return got.store.UpdateBatch(ctx, *b)
}
