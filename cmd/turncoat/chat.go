package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/engine/narrate"
	"turncoat/engine/plain"
	"turncoat/memory"
	"turncoat/memory/recall"
)

// chatLine is one seat's game as a chat: what it perceived and what it did, in turn.
type chatLine struct {
	Batch    string        `json:"batch"`
	Cell     string        `json:"cell,omitempty"`
	Game     string        `json:"game"`
	Seat     engine.Seat   `json:"seat"`
	Policy   string        `json:"policy"`
	Role     string        `json:"role"`
	Won      bool          `json:"won"`
	Survived bool          `json:"survived"`
	Lies     int           `json:"lies"`   // statements that it knew to be false, by their acts
	Honest   bool          `json:"honest"` // none of its statements was
	Messages []chatMessage `json:"messages"`
}

type chatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// chatOptions say which transcripts are written.
type chatOptions struct{ honestOnly bool }

// exportChat writes chat.jsonl and a card that says what it is.
func (a *app) exportChat(ctx context.Context, store *memory.Store, b memory.Batch, folder string, o chatOptions) (err error) {
	d, err := decodeDesign(b.Design)
	if err != nil {
		return err
	}
	var c chatCounts
	err = writeFile(filepath.Join(folder, "chat.jsonl"), func(w io.Writer) error {
		enc := json.NewEncoder(plain.NewJSON(w))
		enc.SetEscapeHTML(false)
		return c.write(ctx, store, b, d, o, enc)
	})
	if errors.Is(err, errForeign) {
		return usage(err)
	} else if err != nil {
		return err
	}
	err = writeFile(filepath.Join(folder, "README.md"), func(w io.Writer) error {
		_, err := io.WriteString(w, plain.Shown(dataCard(b, d, c, o)))
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d transcripts of %d games in %s, with a data card\n", b.Name, c.written, c.games, folder)
	return nil
}

// write writes the transcripts of the finished games, and counts.
func (c *chatCounts) write(ctx context.Context, store *memory.Store, b memory.Batch, d *design, o chatOptions, enc *json.Encoder) error {
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return err
		}
		if g.Status != string(batch.Finished) {
			continue
		}
		events, err := readEvents(ctx, store, g)
		if err != nil {
			return err
		}
		lines, err := chatsOf(events)
		if err != nil {
			return fmt.Errorf("game %s: %w", g.Name(), err)
		}
		c.games++
		for _, line := range lines {
			c.seats++
			if line.Honest {
				c.honest++
			}
			if o.honestOnly && !line.Honest {
				continue
			}
			line.Batch, line.Game = g.Batch, g.ID
			line.Cell = d.meta(g).Cell
			if err := enc.Encode(line); err != nil {
				return fmt.Errorf("export: %w", err)
			}
			c.written++
		}
	}
	if c.games == 0 {
		return usage(fmt.Errorf("batch %s has no finished game", b.Name))
	}
	return nil
}

type chatCounts struct{ games, seats, honest, written int }

// errForeign refuses a game of another system.
var errForeign = errors.New("another system played it: nothing says what its players were told and asked, so there are no transcripts")

// chatsOf are the transcripts of a finished game, by seat. Thoughts are in none of them: no seat perceives them.
func chatsOf(events []engine.Event) ([]chatLine, error) {
	created, ok := events[0].Body.(engine.Created)
	if !ok {
		return nil, errForeign
	}
	ended, _ := events[len(events)-1].Body.(engine.Ended)
	for _, e := range events {
		if b, ok := e.Body.(engine.Ended); ok {
			ended = b
		}
	}
	state, err := engine.Fold(events)
	if err != nil {
		return nil, err
	}
	out := make([]chatLine, created.Rules.Players)
	for i := range out {
		seat := engine.Seat(i)
		seen := observationOf(events, seat)
		line := chatLine{Seat: seat, Policy: created.Policies[i], Role: ended.Roles[i].String(), Won: ended.Roles[i].Team() == ended.Winner,
			Survived: state.Living.Has(seat), Messages: chatOf(created.Rules, seen)}
		for _, c := range recall.Ledger(seen) {
			if c.Speaker == seat && c.Lie(ended.Roles) {
				line.Lies++
			}
		}
		line.Honest = line.Lies == 0
		out[i] = line
	}
	return out, nil
}

// chatOf tells a seat's game: the rules, then by turns what it perceived and what it said, voted or stated.
func chatOf(rules engine.Rules, seen engine.Observation) []chatMessage {
	var told narrate.Narrator
	out := []chatMessage{{"system", narrate.Rules(rules.Public())}}
	var heard []string
	add := func(role, text string) {
		if last := len(out) - 1; out[last].Role == role {
			out[last].Content += "\n" + text
			return
		}
		out = append(out, chatMessage{role, text})
	}
	for _, o := range seen.Events {
		line := told.Line(o)
		if line == "" {
			continue
		}
		if own(o.Body, seen.Seat) {
			if len(heard) > 0 {
				add("user", strings.Join(heard, "\n"))
				heard = nil
			}
			add("assistant", line)
			continue
		}
		heard = append(heard, line)
	}
	if len(heard) > 0 {
		add("user", strings.Join(heard, "\n"))
	}
	return out
}

// own reports whether the event is something that the seat did.
func own(b engine.Body, seat engine.Seat) bool {
	switch b := b.(type) {
	case engine.Statement:
		return b.Seat == seat
	case engine.Ballot:
		return b.Voter == seat
	case engine.Conferred:
		return b.Seat == seat
	case engine.MurderVote:
		return b.Voter == seat
	case engine.Belief, engine.Note, engine.Notes, engine.Intent, engine.Bid:
		return true // a seat perceives its own alone
	}
	return false
}

// observationOf is all that a seat perceived of a game.
func observationOf(events []engine.Event, seat engine.Seat) engine.Observation {
	seen := engine.Observation{Seat: seat}
	for _, e := range events {
		if o, ok := engine.Observe(e, seat); ok {
			seen.Events = append(seen.Events, o)
		}
	}
	return seen
}

// dataCard says what the transcripts are, what they were made by, and what they are not for.
func dataCard(b memory.Batch, d *design, c chatCounts, o chatOptions) string {
	var t strings.Builder
	fmt.Fprintf(&t, "# Chat transcripts of %s\n\n", b.Name)
	fmt.Fprintf(&t, "`chat.jsonl`: %d transcripts, one a line, of %d games of `%s` (seed %d), by %s, %s, begun %s.\n\n", c.written, c.games, b.Scenario, b.Seed, programVersion(), d.Engine, b.Created)
	fmt.Fprintf(&t, "Players: %s.\n\n", strings.Join(d.specs(), ", "))
	t.WriteString("Each line has batch, game, seat, policy, role, won, survived, lies, honest, and messages: the rules (system), what the seat perceived (user), and what it said, voted, stated or noted (assistant). Private thoughts are left out; the seat's own beliefs and notes are in, since they are its answers.\n\n")
	fmt.Fprintf(&t, "`lies` counts statements that the speaker knew to be false by what it said that it does (its acts): a role that it had not, and of a traitor an accusation of a faithful or a defence of a fellow. `honest` is none of them: %d of %d seats. Lies in words that no act declares are not seen: have a sample annotated (`turncoat export --annotate`).\n\n", c.honest, c.seats)
	if o.honestOnly {
		t.WriteString("Only honest transcripts are in this file. A filter by outcome of behaviour is a selection: rates can't be estimated from it.\n\n")
	}
	t.WriteString("Deceiving is a legal move in these games. The data says what players did in a game; it is no measure of a disposition, and training on the winning side of it may teach deception. See docs/ethics.md before you use it.\n")
	return t.String()
}
