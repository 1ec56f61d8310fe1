// Package memory keeps batches, games and events in one SQLite file.
//
// The log is all there is: state, replay and every metric are folds over the events of a game. A step is one Append, atomic
// and acknowledged only after the commit, and it says how many events the log holds before it, so that two writers can't
// fork a game. One goroutine writes; the appends that wait while it commits go into the next commit together. A game of
// scripted players, which can be played again the same, is kept whole by Commit or CommitLater.
//
// Each event carries the hash of the chain (codec.Link). A game that ended carries a seal, which covers the time of every
// row as well. Unsigned, they detect an alteration; they are no proof against a forger who writes the whole file anew.
//
// The package knows the events' headers and bytes; it must not know who plays, what a scenario is, or what any metric asks.
package memory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/turncoat-sim/turncoat/engine"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// busyTimeout is how long SQLite waits for another process's lock before the file counts as locked.
var busyTimeout = 5 * time.Second

// readers is the size of the reader pool; it bounds the file handles and the page caches.
const readers = 8

// Store is an open file. It is safe for concurrent use.
type Store struct {
	path   string
	reader *sql.DB
	writer *writer // nil where the file was opened read-only
	names  names
	tell   Teller
	now    func() int64 // Unix ms
	keys   sync.Map     // batch name → key
}

// Teller is told what happens on the way: the event's name, and its fields as keys and values in turn.
type Teller interface {
	Tell(event string, fields ...any)
}

type silent struct{}

func (silent) Tell(string, ...any) {}

// Option is of Open.
type Option func(*Store)

// TellTo has the store tell of migrations, leases, checkpoints and slow commits.
func TellTo(t Teller) Option { return func(s *Store) { s.tell = t } }

// names translates the engine's kinds and phases from and to the numbers of this file.
type names struct {
	kindID  []int64 // by engine.Kind
	phaseID []int64 // by engine.Phase
	kinds   map[int64]engine.Kind
	phases  map[int64]engine.Phase
}

// Open opens the file for writing; it creates the file where there is none and migrates one that an older program wrote.
// A file that is not ours, or newer than the program, is refused and not touched (ErrNotOurs, ErrNewer).
func Open(ctx context.Context, path string, options ...Option) (*Store, error) {
	path, err := prepare(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, now: unixMilli, tell: silent{}}
	for _, o := range options {
		o(s)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, explain(path, err)
	}
	_ = f.Close()
	conn, err := openWriter(path)
	if err != nil {
		return nil, explain(path, err)
	}
	if err := migrate(conn, path, s.tell); err != nil {
		_ = conn.Close()
		return nil, explain(path, err)
	}
	if err := s.openReaders(ctx, "mode=ro"); err != nil {
		_ = conn.Close()
		return nil, err
	}
	s.writer = newWriter(path, conn, s.tell, func() time.Time { return time.UnixMilli(s.now()) })
	return s, nil
}

// OpenReadOnly opens a file that exists; it never creates, migrates or changes one.
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	version, err := inspect(path)
	switch {
	case err != nil:
		return nil, err
	case version == fresh:
		return nil, fmt.Errorf("%s: %w; play some with `turncoat run`, or name another file with --db", path, ErrNoGames)
	case version < Format():
		return nil, fmt.Errorf("%s: an older program wrote it (format %d, this one reads %d); `turncoat memory rebuild` with this file "+
			"brings it up to date, and so does playing with it", path, version, Format())
	}
	s := &Store{path: path, now: unixMilli, tell: silent{}}
	mode := "mode=ro"
	if f, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
		// Only a connection that may write takes away the files beside the database when it closes; query_only holds it to reading.
		_ = f.Close()
		mode = "mode=rw"
	}
	err = s.openReaders(ctx, mode)
	var refused sqlite3.Error
	if errors.As(err, &refused) && (refused.Code == sqlite3.ErrCantOpen || refused.Code == sqlite3.ErrReadonly) && !pendingLog(path) {
		// A folder that can't be written has no room for the files beside the database; without a pending log none is needed.
		err = s.openReaders(ctx, "mode=ro&immutable=1")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// pendingLog reports whether commits wait in a write-ahead log beside the file.
func pendingLog(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

func (s *Store) openReaders(ctx context.Context, mode string) error {
	db, err := sql.Open("sqlite3", dsn(s.path, mode+"&_query_only=1&_stmt_cache_size=64"))
	if err != nil {
		return explain(s.path, err)
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	s.reader = db
	if s.names, err = readNames(ctx, db); err != nil {
		_ = db.Close()
		return explain(s.path, err)
	}
	return nil
}

func unixMilli() int64 { return time.Now().UnixMilli() }

// Path is the file's absolute path.
func (s *Store) Path() string { return s.path }

// Close waits for what is queued, gives back the leases, moves the write-ahead log into the file and closes it. It returns what
// CommitLater failed with and nobody was told yet.
func (s *Store) Close() error {
	err := s.reader.Close()
	if s.writer == nil {
		return err
	}
	back := s.release(context.Background())
	if errors.Is(back, ErrLeaseLost) || errors.Is(back, errClosed) || errors.Is(back, ErrReplaced) { // told where it was found
		back = nil
	}
	return errors.Join(s.writer.close(), back, err)
}

func dsn(path, options string) string {
	return fmt.Sprintf("file:%s?%s&_busy_timeout=%d&_foreign_keys=on", (&url.URL{Path: path}).EscapedPath(), options,
		busyTimeout.Milliseconds())
}

// openWriter opens the one connection that writes. The driver makes NORMAL the default in WAL, so FULL has to be said.
func openWriter(path string) (*sqlite3.SQLiteConn, error) {
	conn, err := (&sqlite3.SQLiteDriver{}).Open(dsn(path,
		"mode=rw&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_stmt_cache_size=64"))
	if err != nil {
		return nil, err
	}
	return conn.(*sqlite3.SQLiteConn), nil
}

func readNames(ctx context.Context, db *sql.DB) (names, error) {
	n := names{kinds: map[int64]engine.Kind{}, phases: map[int64]engine.Phase{}}
	n.kindID = make([]int64, len(engine.Kinds()))
	err := eachName(ctx, db, "kinds", func(id int64, name string) {
		if k, err := engine.ParseKind(name); err == nil {
			n.kinds[id], n.kindID[k] = k, id
		}
	})
	if err != nil {
		return n, err
	}
	err = eachName(ctx, db, "phases", func(id int64, name string) {
		if p, err := engine.ParsePhase(name); err == nil {
			for len(n.phaseID) <= int(p) {
				n.phaseID = append(n.phaseID, 0)
			}
			n.phases[id], n.phaseID[p] = p, id
		}
	})
	return n, err
}

func eachName(ctx context.Context, db *sql.DB, table string, take func(int64, string)) error {
	rows, err := db.QueryContext(ctx, "SELECT id, name FROM "+table+" ORDER BY id")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		take(id, name)
	}
	return rows.Err()
}
