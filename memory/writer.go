package memory

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// Bounds of the writer: what may wait, and what goes into one commit.
const (
	queueLength  = 64
	groupJobs    = 64
	groupEvents  = 1 << 14
	patientJobs  = 16                    // games that nobody waits for are gathered up to this many …
	patientDelay = 20 * time.Millisecond // … or this long
)

// errClosed says that the store was used after Close.
var errClosed = errors.New("the database is closed")

// job is a change that is atomic by itself: it has a savepoint of its own within the commit that it shares with others.
type job struct {
	change  func(*writer) error
	events  int
	patient bool // nobody waits for it
	taken   atomic.Bool
	failed  error // why this change alone was undone
	done    chan error
}

// writer owns the one connection that writes, and the goroutine that commits.
type writer struct {
	path  string
	conn  *sqlite3.SQLiteConn
	stmts map[string]driver.Stmt // used by the goroutine alone

	queue chan *job
	gone  chan struct{} // closed when the goroutine has ended

	commits atomic.Int64 // how many there were

	gate   sync.RWMutex // held for reading while a job is queued, for writing to close
	closed bool

	tell  Teller
	clock func() time.Time
	files openFiles

	lost chan struct{} // closed when a lease was lost
	lose sync.Once

	mu      sync.Mutex
	failure error // the first of a patient job that nobody was told yet
	leases  leases
}

func newWriter(path string, conn *sqlite3.SQLiteConn, tell Teller, clock func() time.Time) *writer {
	w := &writer{path: path, conn: conn, stmts: map[string]driver.Stmt{}, queue: make(chan *job, queueLength), gone: make(chan struct{}),
		tell: tell, clock: clock, lost: make(chan struct{}), files: openFiles{path: path}}
	_ = w.files.check() // the first look says which files they are
	go w.serve()
	return w
}

// do queues the change and waits until it is committed. A change that was not begun when ctx ends is withdrawn.
func (w *writer) do(ctx context.Context, events int, change func(*writer) error) error {
	j := &job{change: change, events: events, done: make(chan error, 1)}
	if err := w.enqueue(ctx, j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return context.Cause(ctx)
		}
		return <-j.done // it is being committed: say what becomes of it
	}
}

// later queues the change and returns; what goes wrong is told by the next call or by flush.
func (w *writer) later(ctx context.Context, events int, change func(*writer) error) error {
	if err := w.takeFailure(); err != nil {
		return err
	}
	return w.enqueue(ctx, &job{change: change, events: events, patient: true})
}

// flush waits until everything queued before is committed.
func (w *writer) flush(ctx context.Context) error {
	if err := w.do(ctx, 0, func(*writer) error { return nil }); err != nil {
		return err
	}
	return w.takeFailure()
}

func (w *writer) enqueue(ctx context.Context, j *job) error {
	if w == nil {
		return errors.New("the database was opened read-only")
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	w.gate.RLock()
	defer w.gate.RUnlock()
	if w.closed {
		return fmt.Errorf("%s: %w", w.path, errClosed)
	}
	select {
	case w.queue <- j:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (w *writer) takeFailure() error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.failure
	w.failure = nil
	return err
}

func (w *writer) close() error {
	w.gate.Lock()
	if w.closed {
		w.gate.Unlock()
		return nil
	}
	w.closed = true
	close(w.queue)
	w.gate.Unlock()
	<-w.gone
	for _, s := range w.stmts {
		_ = s.Close()
	}
	// A reader elsewhere may hold the log open; then the next to close moves it.
	_ = run(w.conn, "PRAGMA wal_checkpoint(TRUNCATE)")
	w.tell.Tell("checkpoint made", "file", w.path)
	return errors.Join(w.takeFailure(), w.files.check(), explain(w.path, w.conn.Close()))
}

// serve commits what is queued, and gives signs of life while nothing is.
func (w *writer) serve() {
	defer close(w.gone)
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	group := make([]*job, 0, groupJobs)
	for {
		select {
		case first, open := <-w.queue:
			if !open {
				return
			}
			group = w.gather(append(group[:0], first))
		case <-beat.C:
			if !w.leased() {
				continue
			}
			group = group[:0] // the fence alone
		}
		err := explain(w.path, w.timed(group))
		for i, j := range group {
			w.answer(j, err)
			group[i] = nil
		}
	}
}

// slowCommit is how long a commit takes that the log tells of.
const slowCommit = time.Second

func (w *writer) timed(group []*job) error {
	began := w.clock()
	err := w.commit(group)
	if took := w.clock().Sub(began); took >= slowCommit {
		w.tell.Tell("commit slow", "file", w.path, "ms", took.Milliseconds(), "changes", len(group))
	}
	return err
}

// gather takes what waits in the queue, and where nobody waits for any of it, a little more than that.
func (w *writer) gather(group []*job) []*job {
	events, patient := group[0].events, group[0].patient
	var late <-chan time.Time
	for len(group) < groupJobs && events < groupEvents {
		var j *job
		var open bool
		select {
		case j, open = <-w.queue:
		default:
			if !patient || len(group) >= patientJobs {
				return group
			}
			if late == nil {
				late = time.After(patientDelay)
			}
			select {
			case j, open = <-w.queue:
			case <-late:
				return group
			}
		}
		if !open {
			return group
		}
		group, events, patient = append(group, j), events+j.events, patient && j.patient
	}
	return group
}

// commit makes every change of the group in one transaction. A change that fails is undone alone and told why; an error
// that is returned undid them all.
func (w *writer) commit(group []*job) error {
	if err := w.files.check(); err != nil {
		return err
	}
	if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := w.fence(); err != nil {
		_, _ = w.exec("ROLLBACK")
		return err
	}
	for _, j := range group {
		if !j.patient && !j.taken.CompareAndSwap(false, true) {
			continue // withdrawn
		}
		if err := w.change(j); err != nil {
			_, _ = w.exec("ROLLBACK")
			return err
		}
	}
	if _, err := w.exec("COMMIT"); err != nil {
		_, _ = w.exec("ROLLBACK")
		return err
	}
	w.commits.Add(1)
	return nil
}

// change makes one change in its savepoint. The error is one of the whole transaction; that of the change alone is kept
// with it until the commit.
func (w *writer) change(j *job) error {
	if _, err := w.exec("SAVEPOINT job"); err != nil {
		return err
	}
	if j.failed = j.change(w); j.failed != nil {
		var e sqlite3.Error
		if w.conn.AutoCommit() || errors.As(j.failed, &e) && e.Code != sqlite3.ErrConstraint {
			return j.failed // the transaction is gone, or the disk is: the others can't be kept either
		}
		if _, err := w.exec("ROLLBACK TO job"); err != nil {
			return err
		}
	}
	_, err := w.exec("RELEASE job")
	return err
}

// answer passes on what became of a job after the commit.
func (w *writer) answer(j *job, err error) {
	if err == nil {
		err = explain(w.path, j.failed)
	}
	if !j.patient {
		j.done <- err
		return
	}
	if err != nil {
		w.mu.Lock()
		if w.failure == nil {
			w.failure = err
		}
		w.mu.Unlock()
	}
}

func (w *writer) prepared(query string) (driver.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.conn.Prepare(query)
	if err == nil {
		w.stmts[query] = s
	}
	return s, err
}

func (w *writer) exec(query string, args ...driver.Value) (driver.Result, error) {
	s, err := w.prepared(query)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 the writer is never interrupted, so no context
	return s.Exec(args)
}

// query calls row for every row of the answer; the values are good until it returns.
func (w *writer) query(row func([]driver.Value) error, query string, args ...driver.Value) error {
	s, err := w.prepared(query)
	if err != nil {
		return err
	}
	//lint:ignore SA1019 as exec
	rows, err := s.Query(args)
	if err != nil {
		return err
	}
	defer rows.Close()
	values := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(values); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := row(values); err != nil {
			return err
		}
	}
}
