package memory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/engine/codec"
)

// Game is a row of the table of games: what one play came to, and where its log stands.
type Game struct {
	Key    int64
	ID     string // 10 hexadecimal digits
	Batch  string
	Index  int // place in the batch, from 0
	Seed   uint64
	Status string // running, parked, finished, failed, stopped
	Winner string
	Rounds int
	Events int        // how many the log holds
	Head   codec.Hash // the hash of the last of them
	Seal   codec.Hash // over head and times, set when the game ends
	Error  string     // why it failed or was parked
}

// Name is how a person can always refer to the game: BATCH/INDEX.
func (g Game) Name() string { return g.Batch + "/" + strconv.Itoa(g.Index) }

const gameColumns = `g.key, g.id, b.name, g.idx, g.seed, g.status, g.winner, g.rounds, g.events, g.head, g.seal, g.error`
const gameTables = ` FROM games g JOIN batches b ON b.key = g.batch `

// scanGame reads gameColumns and what comes after them.
func scanGame(rows *sql.Rows, more ...any) (Game, error) {
	var g Game
	var seed int64
	var head, seal sql.RawBytes
	into := append(make([]any, 0, 16), &g.Key, &g.ID, &g.Batch, &g.Index, &seed, &g.Status, &g.Winner, &g.Rounds, &g.Events, &head, &seal,
		&g.Error)
	if err := rows.Scan(append(into, more...)...); err != nil {
		return g, err
	}
	g.Seed = uint64(seed)
	copy(g.Head[:], head)
	copy(g.Seal[:], seal)
	return g, nil
}

// Games iterates over the games of a batch in order, reading them as they are asked for.
func (s *Store) Games(ctx context.Context, batch string) iter.Seq2[Game, error] {
	return s.games(ctx, "WHERE b.name = ? ORDER BY g.idx", batch)
}

func (s *Store) games(ctx context.Context, where string, args ...any) iter.Seq2[Game, error] {
	return func(yield func(Game, error) bool) {
		rows, err := s.reader.QueryContext(ctx, "SELECT "+gameColumns+gameTables+where, args...)
		if err != nil {
			yield(Game{}, explain(s.path, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			g, err := scanGame(rows)
			if !yield(g, explain(s.path, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Game{}, explain(s.path, err))
		}
	}
}

// GameAt returns the game of a batch by its index; ErrNotFound if it was not begun.
func (s *Store) GameAt(ctx context.Context, batch string, index int) (Game, error) {
	for g, err := range s.games(ctx, "WHERE b.name = ? AND g.idx = ?", batch, index) {
		return g, err
	}
	return Game{}, fmt.Errorf("game %s/%d in %s: %w", batch, index, s.path, ErrNotFound)
}

// GameByKey returns a game by its key.
func (s *Store) GameByKey(ctx context.Context, key int64) (Game, error) {
	for g, err := range s.games(ctx, "WHERE g.key = ?", key) {
		return g, err
	}
	return Game{}, fmt.Errorf("game of key %d in %s: %w", key, s.path, ErrNotFound)
}

// GameByID returns the game that a person means: by id or its beginning, by BATCH/INDEX, and the one that finished last if
// nothing is said.
func (s *Store) GameByID(ctx context.Context, id string) (Game, error) {
	if id == "" {
		for g, err := range s.games(ctx, "WHERE g.status = 'finished' ORDER BY g.key DESC LIMIT 1") {
			return g, err
		}
		return Game{}, fmt.Errorf("%s: no game is finished yet: %w", s.path, ErrNotFound)
	}
	if at := strings.LastIndexByte(id, '/'); at >= 0 { // the last: older names may hold one
		batch, index := id[:at], id[at+1:]
		n, err := strconv.Atoi(index)
		if err != nil || n < 0 {
			return Game{}, fmt.Errorf("game %q: after the slash comes its index, from 0: %w", id, ErrNotFound)
		}
		b, err := s.BatchByName(ctx, batch)
		if err != nil {
			return Game{}, err
		}
		return s.GameAt(ctx, b.Name, n)
	}
	var list []Game
	// '{' comes after 'z': the range is the index's, where LIKE would read the whole table.
	for g, err := range s.games(ctx, "WHERE g.id >= ?1 AND g.id < ?1 || '{' ORDER BY g.id <> ?1, g.key LIMIT 9", strings.ToLower(id)) {
		if err != nil {
			return Game{}, err
		}
		list = append(list, g)
	}
	return only(list, id, s.path)
}

func only(list []Game, id, path string) (Game, error) {
	switch {
	case len(list) == 0:
		return Game{}, fmt.Errorf("game %q in %s: %w", id, path, ErrNotFound)
	case len(list) == 1 || list[0].ID == id && list[1].ID != id:
		return list[0], nil
	}
	names := make([]string, len(list))
	for i, g := range list {
		names[i] = g.ID + " (" + g.Name() + ")"
	}
	return Game{}, &AmbiguousError{Sort: "game", Given: id, Names: names, More: "the id, or BATCH/INDEX"}
}

// StartGame opens the log of a game that is appended to step by step: a new one, or one that was parked, stopped or cut
// off. It needs Batch and Index, and for a new game ID and Seed.
func (s *Store) StartGame(ctx context.Context, g Game) (*GameLog, error) {
	batch, err := s.batchKey(ctx, g.Batch)
	if err != nil {
		return nil, err
	}
	err = s.writer.do(ctx, 0, func(w *writer) error {
		_, err := w.exec(`INSERT INTO games (id, batch, idx, seed, status, head, seal) VALUES (?, ?, ?, ?, 'running', zeroblob(32), x'')
			ON CONFLICT (batch, idx) DO UPDATE SET status = 'running', error = '', seal = x'' WHERE status IN ('parked', 'stopped')`,
			g.ID, batch, int64(g.Index), int64(g.Seed))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("start game %s: %w", g.Name(), err)
	}
	kept, err := s.GameAt(ctx, g.Batch, g.Index)
	if err != nil {
		return nil, fmt.Errorf("start game %s: %w", g.Name(), err)
	}
	if kept.Status != "running" {
		return nil, fmt.Errorf("start game %s: it is %s already", g.Name(), kept.Status)
	}
	step, err := s.lastStep(ctx, kept.Key)
	if err != nil {
		return nil, fmt.Errorf("start game %s: %w", g.Name(), err)
	}
	return &GameLog{keep: s, game: kept, step: step}, nil
}

// ReopenFailed parks the failed games of a batch, so that they are taken up again from their log, and returns how many there were.
func (s *Store) ReopenFailed(ctx context.Context, batch string) (n int64, err error) {
	key, err := s.batchKey(ctx, batch)
	if err != nil {
		return 0, err
	}
	err = s.writer.do(ctx, 0, func(w *writer) error {
		done, err := w.exec("UPDATE games SET status = 'parked', seal = x'' WHERE batch = ? AND status = 'failed'", key)
		if err == nil {
			n, err = done.RowsAffected()
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("reopen the failed games of %s: %w", batch, err)
	}
	return n, nil
}

// FinishGame says what a game came to: Status, Winner, Rounds and Error of the game with that key. A parked game goes on
// later; any other is sealed. It returns the whole row.
func (s *Store) FinishGame(ctx context.Context, g Game) (Game, error) {
	err := s.writer.do(ctx, 0, func(w *writer) error {
		seal := []byte{}
		if g.Status != "parked" && g.Status != "running" {
			h, err := w.sealOf(g.Key)
			if err != nil {
				return err
			}
			seal = h[:]
		}
		done, err := w.exec(`UPDATE games SET status = ?, winner = ?, rounds = ?, error = ?, seal = ?
			WHERE key = ? AND status IN ('running', 'parked', 'stopped')`,
			g.Status, g.Winner, int64(g.Rounds), g.Error, seal, g.Key)
		if err != nil {
			return err
		}
		return oneRow(done, errors.New("it has ended already, or was never begun"))
	})
	if err != nil {
		return Game{}, fmt.Errorf("finish game %s: %w", g.ID, err)
	}
	return s.GameByKey(ctx, g.Key)
}
