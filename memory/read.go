package memory

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// Record is the log of one game as it is stored.
type Record struct {
	Events []codec.Stored
	Hashes []codec.Hash // of the chain, one an event
	Times  []int64      // Unix ms, one an event
}

// The rows of a game come out of SQLite as one value: a call from Go into C costs more than a row, and one arena holds the
// bodies of a game. Numbers are in decimal, each followed by a space; the body's length in bytes comes before the body.
const (
	packedBody   = "octet_length(body)||' '||body, '') AS BLOB)"
	packedEvent  = "CAST(group_concat(seq||' '||step||' '||round||' '||phase||' '||kind||' '||audience||' '||" + packedBody
	packedRecord = "CAST(group_concat(seq||' '||step||' '||round||' '||phase||' '||kind||' '||audience||' '||at||' '||hex(hash)||' '||" +
		packedBody
)

// Events returns the whole log of a game. The bodies share one arena.
func (s *Store) Events(ctx context.Context, key int64) (Record, error) {
	raw, err := s.packed(ctx, "SELECT "+packedRecord+" FROM (SELECT * FROM events WHERE game = ? ORDER BY seq)", key)
	if err != nil {
		return Record{}, err
	}
	d := unpacker{raw: raw, names: s.names, times: true}
	var r Record
	for len(d.raw) > 0 {
		e, at, hash := d.next()
		if d.err == nil && e.Seq != uint64(len(r.Events)) {
			d.err = fmt.Errorf("event %d is missing: %d stands in its place", len(r.Events), e.Seq)
		}
		if d.err != nil {
			return Record{}, s.at(ctx, key, d.err)
		}
		r.Events, r.Hashes, r.Times = append(r.Events, e), append(r.Hashes, hash), append(r.Times, at)
	}
	return r, nil
}

// EventsOf returns the events of a game that are of the given kinds, in order; all of them if none is given.
func (s *Store) EventsOf(ctx context.Context, key int64, kinds ...engine.Kind) ([]codec.Stored, error) {
	raw, err := s.packed(ctx, "SELECT "+packedEvent+" FROM (SELECT * FROM events WHERE game = ?"+s.names.among(kinds)+" ORDER BY seq)", key)
	if err != nil {
		return nil, err
	}
	events, err := unpack(nil, raw, s.names)
	if err != nil {
		return nil, s.at(ctx, key, err)
	}
	return events, nil
}

func (s *Store) packed(ctx context.Context, query string, args ...any) ([]byte, error) {
	var raw []byte
	if err := s.reader.QueryRowContext(ctx, query, args...).Scan(&raw); err != nil {
		return nil, explain(s.path, err)
	}
	return raw, nil
}

// at says of an error which game it is about.
func (s *Store) at(ctx context.Context, key int64, err error) error {
	g, lost := s.GameByKey(ctx, key)
	if lost != nil {
		return errors.Join(err, lost)
	}
	return fmt.Errorf("game %s: %w", g.ID, err)
}

// EachGame calls fold for every game of a batch in order, whatever its status, with its events of the given kinds (all of
// them if none is given). One query reads the batch and one game is held at a time: fold must keep neither the slice
// nor the bodies, which are used again for the next game. An error of fold ends the reading and is returned as it is.
func (s *Store) EachGame(ctx context.Context, batch string, kinds []engine.Kind, fold func(Game, []codec.Stored) error) error {
	rows, err := s.reader.QueryContext(ctx,
		"SELECT "+gameColumns+", (SELECT "+packedEvent+" FROM events WHERE game = g.key"+s.names.among(kinds)+")"+
			gameTables+"WHERE b.name = ? ORDER BY g.idx", batch)
	if err != nil {
		return explain(s.path, err)
	}
	defer rows.Close()
	var events []codec.Stored
	for rows.Next() {
		var raw sql.RawBytes
		g, err := scanGame(rows, &raw)
		if err != nil {
			return explain(s.path, err)
		}
		if events, err = unpack(events[:0], raw, s.names); err != nil {
			return fmt.Errorf("game %s: %w", g.ID, err)
		}
		if len(kinds) == 0 && len(events) != g.Events {
			return fmt.Errorf("game %s: event %d: the log holds %d events, the games table says %d", g.ID, min(len(events), g.Events),
				len(events), g.Events)
		}
		if err := fold(g, events); err != nil {
			return err
		}
	}
	return explain(s.path, rows.Err())
}

// among is the condition that a row is of one of the kinds.
func (n names) among(kinds []engine.Kind) string {
	if len(kinds) == 0 {
		return ""
	}
	ids := make([]string, len(kinds))
	for i, k := range kinds {
		ids[i] = strconv.FormatInt(n.kindID[k], 10)
	}
	return " AND kind IN (" + strings.Join(ids, ",") + ")"
}

func unpack(into []codec.Stored, raw []byte, n names) ([]codec.Stored, error) {
	d := unpacker{raw: raw, names: n}
	for last := int64(-1); len(d.raw) > 0; {
		e, _, _ := d.next()
		if d.err == nil && int64(e.Seq) <= last {
			d.err = fmt.Errorf("event %d comes after %d", e.Seq, last)
		}
		if d.err != nil {
			return into, d.err
		}
		last = int64(e.Seq)
		into = append(into, e)
	}
	return into, nil
}

// unpacker reads packed rows; the first error stays.
type unpacker struct {
	raw   []byte
	names names
	times bool // the rows have time and hash
	err   error
}

func (d *unpacker) next() (e codec.Stored, at int64, hash codec.Hash) {
	e.Seq, e.Step, e.Round = uint64(d.number()), uint64(d.number()), int(d.number())
	phase, kind := d.number(), d.number()
	e.Audience = engine.Seats(d.number())
	if d.times {
		at = d.number()
		d.hash(&hash)
	}
	var ok bool
	if e.Phase, ok = d.names.phases[phase]; !ok {
		d.fail("event %d: its phase has the number %d, which stands for none", e.Seq, phase)
	}
	if e.Kind, ok = d.names.kinds[kind]; !ok {
		d.fail("event %d: its kind has the number %d, which stands for none", e.Seq, kind)
	}
	n := d.number()
	if n < 0 || n > int64(len(d.raw)) {
		d.fail("event %d: its body is cut off", e.Seq)
		return e, at, hash
	}
	e.Body, d.raw = d.raw[:n:n], d.raw[n:]
	return e, at, hash
}

func (d *unpacker) number() int64 {
	var n int64
	neg := len(d.raw) > 0 && d.raw[0] == '-'
	if neg {
		d.raw = d.raw[1:]
	}
	for i, c := range d.raw {
		if c == ' ' {
			d.raw = d.raw[i+1:]
			if neg {
				return -n
			}
			return n
		}
		n = n*10 + int64(c-'0')
	}
	d.fail("a row is cut off")
	return 0
}

func (d *unpacker) hash(into *codec.Hash) {
	text, rest, ok := bytes.Cut(d.raw, []byte{' '})
	if _, err := hex.Decode(into[:], text[:min(len(text), 2*len(into))]); err != nil || !ok {
		d.fail("a hash is cut off")
		return
	}
	d.raw = rest
}

func (d *unpacker) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
	d.raw = nil
}

// VerifyGame checks a stored game: the chain of its hashes, that its events are a game (codec.Verify), the head and the
// count in the games table, and the seal if the game has ended. The error names the game and the event.
func (s *Store) VerifyGame(ctx context.Context, key int64) error {
	g, err := s.GameByKey(ctx, key)
	if err != nil {
		return err
	}
	r, err := s.Events(ctx, key)
	if err != nil {
		return err
	}
	return verify(g, r)
}

// verify checks a record against the row of its game, as VerifyGame says.
func verify(g Game, r Record) error {
	state, head, err := codec.Verify(r.Events, r.Hashes)
	last := max(0, len(r.Events)-1)
	switch {
	case err != nil:
		return fmt.Errorf("game %s: %w", g.ID, err)
	case len(r.Events) != g.Events:
		return fmt.Errorf("game %s: event %d: the log ends after %d events, the games table says %d", g.ID, last, len(r.Events), g.Events)
	case head != g.Head:
		return fmt.Errorf("game %s: event %d: the log ends with hash %.12s, the games table says %.12s", g.ID, last, head, g.Head)
	case g.Status == "finished" && !state.Over:
		return fmt.Errorf("game %s: event %d: the game is kept as finished, and its log does not end", g.ID, last)
	case g.Status == "running" || g.Status == "parked":
		return nil
	case seal(head, r.Times) != g.Seal:
		return fmt.Errorf("game %s: event %d: the seal differs: the time of an event was altered, or the end of the log", g.ID, last)
	}
	return nil
}
