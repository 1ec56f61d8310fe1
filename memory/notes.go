package memory

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
)

// Note is a row of the projection of what players wrote down for themselves.
type Note struct {
	Game     int64       `json:"-"` // the game's key
	Seq      uint64      `json:"seq"`
	Place    int         `json:"place"` // among the notes of the event
	Step     uint64      `json:"step"`
	Round    int         `json:"round"`
	Owner    engine.Seat `json:"owner"`
	About    engine.Seat `json:"about"`
	Kind     string      `json:"kind"`
	Salience int         `json:"salience"`
	Body     string      `json:"body"`
	Sources  []int       `json:"sources"`
}

// projectNotes is the projection: the one statement by which rows of notes come from events, live and in a rebuild. Its two holes
// are a condition on the events.
const projectNotes = `INSERT INTO notes (game, seq, place, step, round, owner, about, kind, salience, body, sources)
	SELECT e.game, e.seq, j.key, e.step, e.round, e.body ->> 'seat', j.value ->> 'about', j.value ->> 'kind', j.value ->> 'salience',
	       j.value ->> 'text', coalesce(j.value -> 'from', '[]')
	FROM events e, json_each(e.body, '$.notes') j
	WHERE e.kind = (SELECT id FROM kinds WHERE name = 'notes') AND %[1]s
	UNION ALL
	SELECT e.game, e.seq, 0, e.step, e.round, e.body ->> 'seat', -1, 'introduction', 3, e.body ->> 'text', '[]'
	FROM events e
	WHERE e.kind = (SELECT id FROM kinds WHERE name = 'note') AND e.body ->> 'text' <> '' AND %[1]s
	ORDER BY 1, 2, 3`

var (
	projectFrom = fmt.Sprintf(projectNotes, "e.game = ?1 AND e.seq >= ?2")
	projectAll  = fmt.Sprintf(projectNotes, "true")
)

// hasNotes reports whether any of the rows is to be projected.
func (r rows) hasNotes() bool {
	for i := range r.events {
		if k := r.events[i].Kind; k == engine.KindNotes || k == engine.KindNote {
			return true
		}
	}
	return false
}

// project makes the notes of rows that were just inserted, in the same transaction.
func (w *writer) project(game int64, r rows) error {
	if !r.hasNotes() {
		return nil
	}
	from := int64(r.events[0].Seq)
	if _, err := w.exec(projectFrom, game, from); err != nil {
		return err
	}
	_, err := w.exec("INSERT INTO notes_text (docid, body) SELECT id, body FROM notes WHERE game = ? AND seq >= ?", game, from)
	return err
}

// RebuildNotes drops the projection and makes it again from the log. It returns how many notes there are, and how many rows were
// not as they are now: altered, missing, or too many.
func (s *Store) RebuildNotes(ctx context.Context) (n, differed int64, err error) {
	const columns = "game, seq, place, step, round, owner, about, kind, salience, body, sources"
	err = s.writer.do(ctx, groupEvents, func(w *writer) error {
		for _, statement := range []string{
			"CREATE TEMP TABLE notes_before AS SELECT " + columns + " FROM notes",
			"DELETE FROM notes", projectAll, "INSERT INTO notes_text (notes_text) VALUES ('rebuild')",
		} {
			if _, err := w.exec(statement); err != nil {
				return err
			}
		}
		err := w.query(func(v []driver.Value) error {
			n, _ = v[0].(int64)
			differed, _ = v[1].(int64)
			return nil
		}, `SELECT (SELECT count(*) FROM notes),
			(SELECT count(*) FROM (SELECT `+columns+` FROM notes_before EXCEPT SELECT `+columns+` FROM notes)) +
			(SELECT count(*) FROM (SELECT `+columns+` FROM notes EXCEPT SELECT `+columns+` FROM notes_before))`)
		if err != nil {
			return err
		}
		_, err = w.exec("DROP TABLE notes_before")
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("rebuild the notes of %s: %w", s.path, err)
	}
	return n, differed, nil
}

const noteColumns = "n.game, n.seq, n.place, n.step, n.round, n.owner, n.about, n.kind, n.salience, n.body, n.sources"

// Notes returns the notes of a seat in a game up to a step, that step included, in the order in which they were written.
func (s *Store) Notes(ctx context.Context, game int64, owner engine.Seat, step uint64) ([]Note, error) {
	return s.notes(ctx, "FROM notes n WHERE n.game = ? AND n.owner = ? AND n.step <= ? ORDER BY n.seq, n.place", game, owner, int64(step))
}

// SearchNotes returns the notes that have the words, of all games or of one batch, in order, at most so many. The query is that of
// SQLite's FTS4: words, "a phrase", word*, OR, NOT.
func (s *Store) SearchNotes(ctx context.Context, query, batch string, most int) ([]Note, error) {
	notes, err := s.notes(ctx, `FROM notes_text JOIN notes n ON n.id = notes_text.docid JOIN games g ON g.key = n.game JOIN batches b ON b.key = g.batch
		WHERE notes_text MATCH ? AND (?2 = '' OR b.name = ?2) ORDER BY n.game, n.seq, n.place LIMIT ?`, query, batch, most)
	if err != nil {
		return nil, fmt.Errorf("search for %q: %w", query, err)
	}
	return notes, nil
}

func (s *Store) notes(ctx context.Context, from string, args ...any) ([]Note, error) {
	rows, err := s.reader.QueryContext(ctx, "SELECT "+noteColumns+" "+from, args...)
	if err != nil {
		return nil, explain(s.path, err)
	}
	defer rows.Close()
	var out []Note
	for rows.Next() {
		var n Note
		var seq, step int64
		var sources []byte
		err := rows.Scan(&n.Game, &seq, &n.Place, &step, &n.Round, &n.Owner, &n.About, &n.Kind, &n.Salience, &n.Body, &sources)
		if err = errors.Join(err, json.Unmarshal(sources, &n.Sources)); err != nil {
			return nil, explain(s.path, err)
		}
		n.Seq, n.Step = uint64(seq), uint64(step)
		out = append(out, n)
	}
	return out, explain(s.path, rows.Err())
}
