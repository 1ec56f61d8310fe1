package archive

import (
	"context"
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/memory"
)

// errSame ends a replay that has reached the end of the recorded log.
var errSame = errors.New("the log ends here")

// tracer is a log that compares what is appended with the events that it was given.
type tracer struct {
	want []engine.Event
	have int
}

// Append implements match.Log.
func (t *tracer) Append(_ context.Context, _ string, _ uint64, events []engine.Event) error {
	for _, e := range events {
		if t.have == len(t.want) {
			return errSame // parked or stopped there
		}
		want := t.want[t.have]
		same, err := sameEvent(want, e)
		if err != nil {
			return err
		}
		if !same {
			return fmt.Errorf("departs at event %d (step %d, round %d, %s, %s): played again it is %s %+v, the log says %s %+v",
				want.Seq, want.Step, want.Round, want.Phase, want.Body.Kind(), e.Body.Kind(), e.Body, want.Body.Kind(), want.Body)
		}
		t.have++
	}
	return nil
}

func sameEvent(a, b engine.Event) (bool, error) {
	x, err := codec.Store(a)
	if err != nil {
		return false, err
	}
	y, err := codec.Store(b)
	return x.Seq == y.Seq && x.Step == y.Step && x.Round == y.Round && x.Phase == y.Phase && x.Kind == y.Kind &&
		x.Audience == y.Audience && string(x.Body) == string(y.Body), err
}

// playAgain plays a game from its stored replies, without a server, and reports the first event that differs. In an imported one nothing
// was played that could be.
func playAgain(ctx context.Context, store *memory.Store, g memory.Game) error {
	b, err := store.BatchByName(ctx, g.Batch)
	if err != nil {
		return err
	}
	d, err := DesignOf(b)
	if err != nil {
		return err
	}
	if d.Imported != "" {
		return nil
	}
	if err := seating.CheckPrompts(d); err != nil {
		return err
	}
	events, rows, err := eventsAndCalls(ctx, store, g)
	if err != nil {
		return err
	}
	setup, err := seated(ctx, store, d, b.Name, g.Index)
	if err != nil {
		return err
	}
	opening, _, err := engine.Open(setup)
	if err != nil {
		return err
	}
	t := &tracer{want: events}
	if err := t.Append(ctx, g.ID, 0, opening); err != nil {
		return err
	}
	spec, err := seating.PromptsOf(d.Of(g.Index))
	if err != nil {
		return err
	}
	agents, err := seating.Replayers(&spec, setup, callsOf(rows), Embeddings(spec, store, g.Key))
	if err != nil {
		return err
	}
	_, err = match.Game{ID: g.ID, Agents: agents, Log: t}.Run(ctx, opening)
	switch ended := g.Status == string(batch.Finished); {
	case !ended && t.have == len(events) && (errors.Is(err, errSame) || errors.Is(err, llm.ErrDeparts)):
		return nil // it stopped there, and may have calls for the step that it was in
	case err != nil:
		return fmt.Errorf("after event %d: %w", t.have-1, err)
	case t.have != len(events):
		return fmt.Errorf("departs after event %d: played again the game is over, the log goes on", t.have-1)
	}
	return nil
}
