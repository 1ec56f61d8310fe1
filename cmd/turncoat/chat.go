package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics/transcript"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// chatOptions say which transcripts are written.
type chatOptions struct{ honestOnly bool }

// exportChat writes chat.jsonl and a card that says what it is.
func (a *app) exportChat(ctx context.Context, store *memory.Store, b memory.Batch, folder string, o chatOptions) (err error) {
	d, err := archive.DesignOf(b)
	if err != nil {
		return err
	}
	c := transcript.Card{Batch: b.Name, Scenario: b.Scenario, Program: programVersion(), Engine: d.Engine, Begun: b.Created, Seed: b.Seed,
		Policies: d.Specs(), HonestOnly: o.honestOnly}
	err = writeFile(filepath.Join(folder, "chat.jsonl"), func(w io.Writer) error {
		enc := json.NewEncoder(plain.NewJSON(w))
		enc.SetEscapeHTML(false)
		return writeChats(ctx, store, b, d, &c, enc)
	})
	if errors.Is(err, transcript.ErrForeign) {
		return usage(err)
	} else if err != nil {
		return err
	}
	err = writeFile(filepath.Join(folder, "README.md"), func(w io.Writer) error {
		_, err := io.WriteString(w, plain.Shown(c.String()))
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d transcripts of %d games in %s, with a data card\n", b.Name, c.Written, c.Games, folder)
	return nil
}

// writeChats writes the transcripts of the finished games, and counts them on the card.
func writeChats(ctx context.Context, store *memory.Store, b memory.Batch, d *study.Design, c *transcript.Card, enc *json.Encoder) error {
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return err
		}
		if g.Status != string(batch.Finished) {
			continue
		}
		events, err := archive.Events(ctx, store, g)
		if err != nil {
			return err
		}
		lines, err := transcript.Chats(events)
		if err != nil {
			return fmt.Errorf("game %s: %w", g.Name(), err)
		}
		c.Games++
		for _, line := range lines {
			c.Seats++
			if line.Honest {
				c.Honest++
			}
			if c.HonestOnly && !line.Honest {
				continue
			}
			line.Batch, line.Game = g.Batch, g.ID
			line.Cell = d.KinOf(g.Index).Cell
			if err := enc.Encode(line); err != nil {
				return fmt.Errorf("export: %w", err)
			}
			c.Written++
		}
	}
	if c.Games == 0 {
		return usage(fmt.Errorf("batch %s has no finished game", b.Name))
	}
	return nil
}
