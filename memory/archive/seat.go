package archive

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/recall"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Seat is a seat of a stored game before a step: what it knew, believed, noted, and would recall.
type Seat struct {
	Game   memory.Game
	Step   uint64
	Owner  engine.Seat
	Seen   engine.Observation
	Asked  engine.Request // in that step; without its kind where the seat was asked nothing
	Told   narrate.Narrator
	Notes  []memory.Note // as the log has them
	Stored []memory.Note // as the projection has them
	Items  []recall.Item
	Recall recall.Options
}

// SeatAt reads a seat of a game, as it was written, as things stood before a step, counted from 1; 0 is after the last. A seat or a
// step that the game does not have is a *study.MistakeError.
func SeatAt(ctx context.Context, store *memory.Store, g memory.Game, written string, step int) (*Seat, error) {
	events, err := Events(ctx, store, g)
	if err != nil {
		return nil, err
	}
	rules, err := playedBy(g, events)
	if err != nil {
		return nil, err
	}
	seat, err := strconv.Atoi(written)
	if err != nil || seat < 0 || seat >= rules.Players {
		return nil, study.Mistake(fmt.Errorf("seat %q: the seats of game %s run from 0 to %d", written, g.Name(), rules.Players-1))
	}
	last := int(events[len(events)-1].Step)
	if step < 0 || step > last+1 {
		return nil, study.Mistake(fmt.Errorf("--step %d: the steps of game %s run from 1 to %d", step, g.Name(), last))
	}
	if step == 0 {
		step = last + 1
	}
	m := &Seat{Game: g, Step: uint64(step), Owner: engine.Seat(seat)}
	m.Seen, m.Asked, err = llm.At(events, m.Step, m.Owner)
	if err != nil && !errors.Is(err, llm.ErrNotAsked) {
		return nil, err
	}
	for _, e := range m.Seen.Events {
		m.Told.Line(e)
	}
	m.Recall = recall.OptionsOf(rules, llm.DefaultChars)
	if m.Recall.Vectors, err = m.vectors(ctx, store); err != nil {
		return nil, err
	}
	m.Items = recall.Recall(m.Seen, m.Asked, m.Recall)
	m.Notes = notesIn(events, m.Owner, m.Step)
	m.Stored, err = store.Notes(ctx, g.Key, m.Owner, m.Step-1)
	for i := range m.Stored {
		m.Stored[i].Game = 0
	}
	return m, err
}

// playedBy are the rules that a game was played by; of an imported one they are not known.
func playedBy(g memory.Game, events []engine.Event) (engine.Rules, error) {
	if len(events) == 0 {
		return engine.Rules{}, study.Mistake(fmt.Errorf("game %s has not begun", g.Name()))
	}
	created, ok := events[0].Body.(engine.Created)
	if !ok {
		return engine.Rules{}, study.Mistake(fmt.Errorf("game %s was imported: what its players were shown and recalled is not known",
			g.Name()))
	}
	return created.Rules, nil
}

// vectors are the stored embeddings, where the batch's prompts name a model for them and the seat was asked something.
func (m *Seat) vectors(ctx context.Context, store *memory.Store) (func(string) []int8, error) {
	spec, err := Specification(ctx, store, m.Game)
	if err != nil {
		return nil, err
	}
	relevant, err := Embeddings(spec, store, m.Game.Key).For(ctx, m.Seen, m.Asked)
	if errors.Is(err, llm.ErrDeparts) { // nothing was asked of a model here, so nothing was embedded
		return nil, nil
	}
	return relevant, err
}

// notesIn reads a seat's notes out of the log, up to a step.
func notesIn(events []engine.Event, seat engine.Seat, before uint64) []memory.Note {
	var out []memory.Note
	for _, e := range events {
		if e.Step >= before {
			break
		}
		n := memory.Note{Seq: e.Seq, Step: e.Step, Round: e.Round, Owner: seat, About: engine.NoSeat, Kind: "introduction", Salience: 3,
			Sources: []int{}}
		switch b := e.Body.(type) {
		case engine.Note:
			if n.Body = b.Text; b.Seat == seat && b.Text != "" {
				out = append(out, n)
			}
		case engine.Notes:
			for i, m := range b.Notes {
				n.Place, n.About, n.Kind, n.Salience, n.Body, n.Sources = i, m.About, string(m.Kind), m.Salience, m.Text,
					append([]int{}, m.From...)
				if b.Seat == seat {
					out = append(out, n)
				}
			}
		case engine.Briefing, engine.Deed, engine.News, engine.Bookkeeping: // no note
		}
	}
	return out
}

// Check compares the projection with the log.
func (m *Seat) Check() error {
	same := slices.EqualFunc(m.Notes, m.Stored, func(a, b memory.Note) bool {
		return a.Seq == b.Seq && a.Place == b.Place && a.Step == b.Step && a.Round == b.Round && a.Owner == b.Owner && a.About == b.About &&
			a.Kind == b.Kind && a.Salience == b.Salience && a.Body == b.Body && slices.Equal(a.Sources, b.Sources)
	})
	if !same {
		return fmt.Errorf("game %s, seat %d: the log has %d notes, the stored projection %d, and they differ; `turncoat memory "+
			"rebuild` makes it again from the log", m.Game.Name(), m.Owner, len(m.Notes), len(m.Stored))
	}
	return nil
}

// Known is what a seat knows for certain, in the order of the log.
type Known struct {
	Role    engine.Role       `json:"role"`
	Allies  []engine.Seat     `json:"allies,omitempty"`
	Living  []engine.Seat     `json:"living"`
	Roles   map[string]string `json:"roles_told"`
	Carried engine.Remembered `json:"carried,omitzero"`
}

// Known is what the seat knew for certain.
func (m *Seat) Known() Known {
	k := Known{Roles: map[string]string{}, Living: m.Asked.Living.List()}
	for _, e := range m.Seen.Events {
		switch b := e.Body.(type) {
		case engine.Dealt:
			k.Role = b.Role
		case engine.Allies:
			k.Allies = b.Seats
		case engine.Remembered:
			k.Carried = b
		case engine.Revealed:
			k.Roles[m.Told.Name(b.Seat)] = b.Role.String()
		case engine.Ended:
			for i, r := range b.Roles {
				k.Roles[m.Told.Name(engine.Seat(i))] = r.String()
			}
		case engine.Opened, engine.Persona, engine.Introduced, engine.PhaseBegan, engine.Order, engine.Drawn, engine.Tally, engine.Tied,
			engine.Banished, engine.Murdered, engine.Found: // of nobody's role
		case engine.Deed, engine.Bookkeeping: // what is said is not known
		}
	}
	return k
}

// Believed is one statement of beliefs.
type Believed struct {
	Round    int     `json:"round"`
	When     string  `json:"when"`
	Order    int     `json:"order"`
	PerMille []int16 `json:"per_mille"`
}

// Beliefs are those that the seat stated, in order.
func (m *Seat) Beliefs() (out []Believed) {
	for _, e := range m.Seen.Events {
		if b, ok := e.Body.(engine.Belief); ok && b.Stated() {
			out = append(out, Believed{e.Round, b.When, b.Order, b.PerMille})
		}
	}
	return out
}
