// Package archive plays and replays from the SQLite file: it keeps the games of a batch and the calls of its models there
// (batch.Store, seating.Kept), seats a stored game again, builds its prompts again and plays it again from its replies.
//
// It is where a study meets the file. It must not know verbs, flags or exit codes, and writes no SQL of its own.
package archive

import (
	"context"
	"fmt"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/recall"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// EventReader reads the events of a game by its key.
type EventReader interface {
	Events(ctx context.Context, key int64) (memory.Record, error)
}

// GameReader reads a game and the calls of models that were made for it.
type GameReader interface {
	EventReader
	Calls(ctx context.Context, key int64) ([]memory.ModelCall, error)
}

// Events reads and decodes a game's events.
func Events(ctx context.Context, store EventReader, g memory.Game) ([]engine.Event, error) {
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

// eventsAndCalls reads the events first: of a game that is played meanwhile there are then calls too many, which wait for their
// step, and none too few, as if somebody had removed them.
func eventsAndCalls(ctx context.Context, store GameReader, g memory.Game) ([]engine.Event, []memory.ModelCall, error) {
	events, err := Events(ctx, store, g)
	if err != nil {
		return nil, nil, err
	}
	calls, err := store.Calls(ctx, g.Key)
	return events, calls, err
}

// DesignOf reads the design of a batch.
func DesignOf(b memory.Batch) (*study.Design, error) {
	return study.Decode(b.Design, seating.Policies{})
}

// seated seats a stored game of a batch as it was seated when it was played.
func seated(ctx context.Context, store *memory.Store, d *study.Design, batchName string, index int) (engine.Setup, error) {
	before, err := before(ctx, store, d, batchName, index)
	if err != nil {
		return engine.Setup{}, err
	}
	return d.Of(index).Setup(d.Ref(batchName, index), before)
}

// before reads the game before this one in its season; nil for a season's first.
func before(ctx context.Context, store *memory.Store, d *study.Design, batchName string, index int) (*study.Past, error) {
	if n := d.Season(); n < 2 || index%n == 0 {
		return nil, nil
	}
	g, err := store.GameAt(ctx, batchName, index-1)
	if err != nil {
		return nil, fmt.Errorf("the game before in the season: %w", err)
	}
	if g.Status != string(batch.Finished) {
		return nil, fmt.Errorf("the game before in the season, %s, is %s", g.Name(), g.Status)
	}
	past := &study.Past{Head: g.Head}
	if !d.Of(index).Carries() {
		return past, nil
	}
	events, err := Events(ctx, store, g)
	if err != nil {
		return nil, err
	}
	past.Carried = make([]engine.Remembered, d.Of(index).Scenario.Rules.Players)
	for i := range past.Carried { // of what that seat perceived, and of nothing else
		past.Carried[i] = recall.Carry(engine.ObservationOf(events, engine.Seat(i)))
	}
	return past, nil
}

// Sitting is a batch in its file, the design that it follows, and its players.
type Sitting struct {
	Store  *memory.Store
	Batch  memory.Batch
	Design *study.Design
	Seats  *seating.Live
}

// Plan is how the batch is played out of the file, so many games at once: report is told of each game as it ends.
func (s Sitting) Plan(parallel int, report func(batch.Outcome)) (batch.Plan, error) {
	d, b := s.Design, s.Batch
	instant, err := d.Instant(seating.Policies{})
	if err != nil {
		return batch.Plan{}, err
	}
	setup := func(ctx context.Context, ref batch.Ref) (engine.Setup, error) {
		return seated(ctx, s.Store, d, b.Name, ref.Index)
	}
	return batch.Plan{Games: b.Games, Ref: func(index int) batch.Ref { return d.Ref(b.Name, index) }, Setup: setup,
		Agents: s.Seats.Agents, Instant: instant, Stopped: seating.Stopped, Parallel: parallel, Season: d.Season(), Report: report,
		FailFast: true}, nil
}

// manifest makes the manifest of a batch as it stands in the file.
func manifest(ctx context.Context, store *memory.Store, b memory.Batch, d *study.Design, program string) (study.Manifest, error) {
	games := func(yield func(study.Played, error) bool) {
		for g, err := range store.Games(ctx, b.Name) {
			if !yield(study.Played{Index: g.Index, Status: batch.Status(g.Status), Winner: g.Winner, Seal: g.Seal}, err) {
				return
			}
		}
	}
	m, err := d.Seal(program, study.ReadManifest(b.Manifest), games)
	m.Seed, m.Began, m.Ended = b.Seed, b.Created, b.Ended
	return m, err
}

// CheckManifest compares a batch that has ended with its manifest.
func CheckManifest(ctx context.Context, store *memory.Store, b memory.Batch) error {
	if len(b.Manifest) == 0 || b.Status == Running {
		return nil // it never ended: killed, or still running
	}
	kept, err := study.ParseManifest(b.Manifest)
	if err != nil {
		return fmt.Errorf("batch %s: its manifest: %w", b.Name, err)
	}
	d, err := DesignOf(b)
	if err != nil {
		return fmt.Errorf("batch %s: %w", b.Name, err)
	}
	now, err := manifest(ctx, store, b, d, "")
	if err != nil {
		return err
	}
	if err := d.Match(kept, now); err != nil {
		return fmt.Errorf("batch %s: %w", b.Name, err)
	}
	return nil
}

// The statuses of a batch.
const (
	Running     = "running"
	Done        = "done"
	Interrupted = "interrupted"
)

// Specification is how the prompts of a game were made, which its batch holds.
func Specification(ctx context.Context, store *memory.Store, g memory.Game) (llm.PromptSpec, error) {
	b, err := store.BatchByName(ctx, g.Batch)
	if err != nil {
		return llm.PromptSpec{}, err
	}
	d, err := DesignOf(b)
	if err != nil {
		return llm.PromptSpec{}, err
	}
	return seating.PromptsOf(d.Of(g.Index))
}
