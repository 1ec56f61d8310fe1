package memory

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// GameLog appends to the log of one game. It is what a match writes to.
type GameLog struct {
	keep *Store
	mu   sync.Mutex
	game Game
	step uint64 // of the last event
}

// rows are events ready to be stored: their links done, one time for all.
type rows struct {
	at     int64 // Unix ms
	events []codec.Stored
	hashes []codec.Hash
}

// head is the hash after the rows.
func (r rows) head() []byte { return r.hashes[len(r.hashes)-1][:] }

// Game returns the row as it stands after the last append.
func (l *GameLog) Game() Game {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.game
}

// Append keeps the events of one step, after the given number of events, and returns when they are on disk. It is atomic: an
// error means that none was kept, as where the log holds another number of events.
func (l *GameLog) Append(ctx context.Context, game string, after uint64, events []engine.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if game != l.game.ID {
		return fmt.Errorf("append game %s after %d: the log is that of game %s", game, after, l.game.ID)
	}
	if after != uint64(l.game.Events) {
		return fmt.Errorf("append game %s after %d: %w: it holds %d events", game, after, errForked, l.game.Events)
	}
	if len(events) == 0 {
		return nil
	}
	r, err := encode(l.game.Head, after, events, l.keep.now())
	if err == nil {
		err = l.keep.keepRows(ctx, l.game, r)
	}
	if err != nil {
		return fmt.Errorf("append game %s after %d: %w", game, after, err)
	}
	l.game.Events += len(events)
	l.step = events[len(events)-1].Step
	copy(l.game.Head[:], r.head())
	return nil
}

// encode stores and links events that follow head.
func encode(head codec.Hash, after uint64, events []engine.Event, at int64) (rows, error) {
	r := rows{at: at, events: make([]codec.Stored, len(events)), hashes: make([]codec.Hash, len(events))}
	for i, e := range events {
		if e.Seq != after+uint64(i) {
			return r, fmt.Errorf("event %d comes where %d is next", e.Seq, after+uint64(i))
		}
		stored, err := codec.Store(e)
		if err != nil {
			return r, err
		}
		head = codec.Link(head, stored)
		r.events[i], r.hashes[i] = stored, head
	}
	return r, nil
}

// seal is SHA-256 over the head of the chain and the time of every row in order, each 8 bytes little-endian. The head covers
// the rows themselves and how many they are.
func seal(head codec.Hash, times []int64) codec.Hash {
	b := append(make([]byte, 0, len(head)+8*len(times)), head[:]...)
	for _, at := range times {
		b = binary.LittleEndian.AppendUint64(b, uint64(at))
	}
	return sha256.Sum256(b)
}

// Commit keeps a whole game at once, as finished unless Status says otherwise, and returns when it is on disk. Games that
// are committed at the same time share a commit.
func (s *Store) Commit(ctx context.Context, g Game, events []engine.Event) (Game, error) {
	g, r, err := s.whole(ctx, g, events)
	if err != nil {
		return g, err
	}
	err = s.writer.do(ctx, len(events), func(w *writer) (err error) {
		g.Key, err = w.insertGame(s.names, g, r)
		return err
	})
	if err != nil {
		return Game{}, fmt.Errorf("commit game %s: %w", g.Name(), err)
	}
	return g, nil
}

// CommitLater is Commit without the wait: the game is queued, and kept soon. What a crash loses can be played again the same,
// so this is for games of deterministic players only. An error of an earlier one is returned by the next call, by Flush
// or by Close. The queue is bounded: when it is full, the call waits.
func (s *Store) CommitLater(ctx context.Context, g Game, events []engine.Event) error {
	g, r, err := s.whole(ctx, g, events)
	if err != nil {
		return err
	}
	return s.writer.later(ctx, len(events), func(w *writer) error {
		if _, err := w.insertGame(s.names, g, r); err != nil {
			return fmt.Errorf("commit game %s: %w", g.Name(), err)
		}
		return nil
	})
}

// Flush waits until all that was queued is on disk.
func (s *Store) Flush(ctx context.Context) error { return s.writer.flush(ctx) }

// whole prepares a game that is kept in one piece, outside the writer, so that the links are made in parallel.
func (s *Store) whole(ctx context.Context, g Game, events []engine.Event) (Game, rows, error) {
	batch, err := s.batchKey(ctx, g.Batch)
	if err != nil {
		return g, rows{}, err
	}
	if s.writer == nil {
		return g, rows{}, fmt.Errorf("%s was opened read-only", s.path)
	}
	g, r, err := sealed(g, events, s.now())
	g.Key = batch // until the game has its own
	return g, r, err
}

// sealed encodes a whole game and fills in what follows from its events.
func sealed(g Game, events []engine.Event, at int64) (Game, rows, error) {
	if len(events) == 0 {
		return g, rows{}, fmt.Errorf("commit game %s: it has no events", g.Name())
	}
	r, err := encode(codec.Hash{}, 0, events, at)
	if err != nil {
		return g, r, fmt.Errorf("commit game %s: %w", g.Name(), err)
	}
	if g.Status == "" {
		g.Status = "finished"
	}
	g.Events = len(events)
	copy(g.Head[:], r.head())
	times := make([]int64, len(events))
	for i := range times {
		times[i] = at
	}
	g.Seal = seal(g.Head, times)
	return g, r, nil
}

// HeadOf is the hash of the last of a whole game's events, as Commit would keep it.
func HeadOf(events []engine.Event) (head codec.Hash, err error) {
	r, err := encode(codec.Hash{}, 0, events, 0)
	if err == nil && len(events) > 0 {
		copy(head[:], r.head())
	}
	return head, err
}

// keepRows stores the rows of one append, atomically. The count in the games row refuses a gap, the key of the events a second event
// of a number.
func (s *Store) keepRows(ctx context.Context, g Game, r rows) error {
	return s.writer.do(ctx, len(r.events), func(w *writer) error {
		done, err := w.exec("UPDATE games SET events = events + ?, head = ? WHERE key = ? AND events = ? AND status = 'running'",
			int64(len(r.events)), r.head(), g.Key, int64(g.Events))
		if err != nil {
			return err
		}
		if err := oneRow(done, errForked); err != nil {
			return err
		}
		return w.insertRows(s.names, g.Key, r)
	})
}

// insertGame inserts a whole game; g.Key is its batch's. A game that was begun and has no event yet makes room for it.
func (w *writer) insertGame(n names, g Game, r rows) (int64, error) {
	_, err := w.exec("DELETE FROM games WHERE batch = ? AND idx = ? AND events = 0 AND status <> 'finished'", g.Key, int64(g.Index))
	if err != nil {
		return 0, err
	}
	done, err := w.exec(`INSERT INTO games (id, batch, idx, seed, status, winner, rounds, events, head, seal, error)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		g.ID, g.Key, int64(g.Index), int64(g.Seed), g.Status, g.Winner, int64(g.Rounds), int64(g.Events), g.Head[:], g.Seal[:], g.Error)
	if err != nil {
		return 0, err
	}
	key, err := done.LastInsertId()
	if err != nil {
		return 0, err
	}
	return key, w.insertRows(n, key, r)
}

// chunks are how many rows one statement inserts: a statement costs more than a row.
var chunks = [...]int{16, 4, 1}

var insertSQL = func() (out [len(chunks)]string) {
	for i, n := range chunks {
		var b strings.Builder
		b.WriteString("INSERT INTO events (game, at, seq, step, round, phase, kind, audience, hash, body) VALUES ")
		for row := range n {
			if row > 0 {
				b.WriteByte(',')
			}
			p := 4 + 7*row
			fmt.Fprintf(&b, "(?1,?2,?3+%d,?%d,?%d,?%d,?%d,?%d,?%d,?%d)", row, p, p+1, p+2, p+3, p+4, p+5, p+6)
		}
		out[i] = b.String()
	}
	return out
}()

func (w *writer) insertRows(n names, game int64, r rows) error {
	args := make([]driver.Value, 0, 3+7*chunks[0])
	for i := 0; i < len(r.events); {
		c := 0
		for chunks[c] > len(r.events)-i {
			c++
		}
		args = append(args[:0], game, r.at, int64(r.events[i].Seq))
		for k := i; k < i+chunks[c]; k++ {
			e := &r.events[k]
			args = append(args, int64(e.Step), int64(e.Round), n.phaseID[e.Phase], n.kindID[e.Kind], int64(e.Audience), r.hashes[k][:],
				string(e.Body))
		}
		if _, err := w.exec(insertSQL[c], args...); err != nil {
			return err
		}
		i += chunks[c]
	}
	return w.project(game, r)
}

// sealOf reads what the seal of a stored game covers.
func (w *writer) sealOf(game int64) (codec.Hash, error) {
	var head codec.Hash
	err := w.query(func(v []driver.Value) error {
		b, _ := v[0].([]byte)
		copy(head[:], b)
		return nil
	}, "SELECT head FROM games WHERE key = ?", game)
	if err != nil {
		return head, err
	}
	var times []int64
	err = w.query(func(v []driver.Value) error {
		at, _ := v[0].(int64)
		times = append(times, at)
		return nil
	}, "SELECT at FROM events WHERE game = ? ORDER BY seq", game)
	return seal(head, times), err
}
