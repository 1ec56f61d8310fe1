package memory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// Batch is many games of one design, with one name.
type Batch struct {
	Key            int64
	Name, Scenario string
	Design         []byte // JSON: what must be the same for the batch to be resumed
	Seed           uint64
	Games          int    // how many are asked for
	Created, Ended string // RFC 3339; Ended is empty until then
	Status         string // running, done, interrupted
	Manifest       []byte // JSON
	Lease          Lease  // of the process that plays it
}

const batchColumns = "key, name, scenario, design, seed, games, created, ended, status, manifest, lease_token, lease_owner, lease_beat"

// ErrNameTaken says that there is a batch of that name.
var ErrNameTaken = errors.New("there is a batch of that name already")

// CreateBatch keeps a new batch, takes its lease, and returns it with its key. The name must be new (ErrNameTaken), and one that
// CheckName takes.
func (s *Store) CreateBatch(ctx context.Context, b Batch) (Batch, error) {
	if err := CheckName(b.Name); err != nil {
		return Batch{}, err
	}
	mine := s.lease()
	err := s.writer.do(ctx, 0, func(w *writer) error {
		done, err := w.exec(`INSERT INTO batches (name, scenario, design, seed, games, created, ended, status, manifest)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			b.Name, b.Scenario, string(b.Design), int64(b.Seed), int64(b.Games), b.Created, b.Ended, b.Status, string(b.Manifest))
		if err != nil {
			return taken(err)
		}
		if b.Key, err = done.LastInsertId(); err != nil {
			return err
		}
		_, err = w.take(b.Key, b.Name, mine)
		return err
	})
	if err != nil {
		return Batch{}, fmt.Errorf("create batch %s: %w", b.Name, err)
	}
	s.writer.hold(b.Key, mine.token)
	s.tellTaken(b.Name, Lease{})
	return b, nil
}

// taken finds in an error that the name is in use.
func taken(err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) && e.ExtendedCode == sqlite3.ErrConstraintUnique {
		return ErrNameTaken
	}
	return err
}

// BatchNamed returns the batch of exactly that name.
func (s *Store) BatchNamed(ctx context.Context, name string) (Batch, error) {
	list, err := s.batches(ctx, "WHERE name = ?", name)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("batch %q in %s: %w", name, s.path, ErrNotFound)
	}
	if err != nil {
		return Batch{}, err
	}
	return list[0], nil
}

// UpdateBatch keeps what may change of a batch, by its key: games, ended, status and manifest.
func (s *Store) UpdateBatch(ctx context.Context, b Batch) error {
	err := s.writer.do(ctx, 0, func(w *writer) error {
		done, err := w.exec("UPDATE batches SET games = ?, ended = ?, status = ?, manifest = ? WHERE key = ?",
			int64(b.Games), b.Ended, b.Status, string(b.Manifest), b.Key)
		if err != nil {
			return err
		}
		return oneRow(done, fmt.Errorf("batch %s: %w", b.Name, ErrNotFound))
	})
	if err != nil {
		return fmt.Errorf("update batch %s: %w", b.Name, err)
	}
	return nil
}

func oneRow(done interface{ RowsAffected() (int64, error) }, otherwise error) error {
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(otherwise, err)
	}
	return nil
}

// Batches returns every batch, the oldest first.
func (s *Store) Batches(ctx context.Context) ([]Batch, error) {
	return s.batches(ctx, "ORDER BY key")
}

// LatestBatch returns the batch that was created last.
func (s *Store) LatestBatch(ctx context.Context) (Batch, error) {
	list, err := s.batches(ctx, "ORDER BY key DESC LIMIT 1")
	if err != nil {
		return Batch{}, err
	}
	if len(list) == 0 {
		return Batch{}, fmt.Errorf("%s: the file holds no batch yet: %w", s.path, ErrNotFound)
	}
	return list[0], nil
}

// BatchByName returns the batch of that name, or the only one whose name begins so.
func (s *Store) BatchByName(ctx context.Context, name string) (Batch, error) {
	list, err := s.batches(ctx, "WHERE name = ?1 OR substr(name, 1, length(?1)) = ?1 ORDER BY name <> ?1, key LIMIT 9", name)
	switch {
	case err != nil:
		return Batch{}, err
	case len(list) == 0 || name == "":
		return Batch{}, fmt.Errorf("batch %q in %s: %w", name, s.path, ErrNotFound)
	case list[0].Name == name || len(list) == 1:
		return list[0], nil
	}
	names := make([]string, len(list))
	for i, b := range list {
		names[i] = b.Name
	}
	return Batch{}, &AmbiguousError{Sort: "batch", Given: name, Names: names, More: "the name"}
}

// NextName returns the first free name of the form PREFIX-1, PREFIX-2, … after the highest number in use.
func (s *Store) NextName(ctx context.Context, prefix string) (string, error) {
	list, err := s.batches(ctx, "WHERE substr(name, 1, length(?1)) = ?1", prefix+"-")
	if err != nil {
		return "", err
	}
	highest := 0
	for _, b := range list {
		if n, err := strconv.Atoi(b.Name[len(prefix)+1:]); err == nil {
			highest = max(highest, n)
		}
	}
	return prefix + "-" + strconv.Itoa(highest+1), nil
}

func (s *Store) batches(ctx context.Context, where string, args ...any) ([]Batch, error) {
	rows, err := s.reader.QueryContext(ctx, "SELECT "+batchColumns+" FROM batches "+where, args...)
	if err != nil {
		return nil, explain(s.path, err)
	}
	defer rows.Close()
	var out []Batch
	for rows.Next() {
		b, err := scanBatch(rows)
		if err != nil {
			return nil, explain(s.path, err)
		}
		out = append(out, b)
	}
	return out, explain(s.path, rows.Err())
}

func scanBatch(rows *sql.Rows) (Batch, error) {
	var b Batch
	var seed int64
	var token, owner string
	var beat int64
	err := rows.Scan(&b.Key, &b.Name, &b.Scenario, &b.Design, &seed, &b.Games, &b.Created, &b.Ended, &b.Status, &b.Manifest, &token,
		&owner, &beat)
	b.Seed, b.Lease = uint64(seed), readLease(token, owner, beat)
	return b, err
}

// batchKey returns the key of a batch by its exact name.
func (s *Store) batchKey(ctx context.Context, name string) (int64, error) {
	if k, ok := s.keys.Load(name); ok {
		return k.(int64), nil
	}
	var key int64
	err := s.reader.QueryRowContext(ctx, "SELECT key FROM batches WHERE name = ?", name).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("batch %q in %s: %w", name, s.path, ErrNotFound)
	}
	if err != nil {
		return 0, explain(s.path, err)
	}
	s.keys.Store(name, key)
	return key, nil
}
