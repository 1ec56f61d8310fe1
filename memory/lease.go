package memory

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"time"
)

// The pace of a lease. The writer gives a sign of life so often, and an owner that gave none for so long has lost it: a stopped
// process, a machine that was switched off.
const (
	beatEvery  = 3 * time.Second
	staleAfter = 20 * time.Second
)

// Lease says which process plays a batch. The zero value: none does.
type Lease struct {
	Host  string
	PID   int
	Since time.Time
	Beat  time.Time // the owner's last sign of life

	domain string // where the PID means this process: host, boot, PID namespace
	token  string
}

// leaseOwner is how a lease stands in the file.
type leaseOwner struct {
	Host   string `json:"host"`
	PID    int    `json:"pid"`
	Domain string `json:"domain"`
	Since  int64  `json:"since_ms"`
}

// Held reports whether a process has the lease.
func (l Lease) Held() bool { return l.token != "" }

// Gone reports whether the process is known to have ended, so that nobody has to wait for its signs of life.
func (l Lease) Gone() bool { return l.domain == domain() && processGone(l.PID) }

// stale reports whether the lease may be taken over.
func (l Lease) stale(now time.Time) bool { return l.Gone() || now.Sub(l.Beat) > staleAfter }

// String names the owner.
func (l Lease) String() string {
	return fmt.Sprintf("process %d on %s since %s", l.PID, l.Host, l.Since.Local().Format("2006-01-02 15:04:05"))
}

// HeldError says that another process plays the batch.
type HeldError struct {
	Batch  string
	Lease  Lease
	Now    time.Time
	Locked bool // it was stopped in the midst of a commit: nobody can write until it goes on or ends
}

func (e *HeldError) Error() string {
	ago := max(0, e.Now.Sub(e.Lease.Beat).Round(time.Second))
	said := fmt.Sprintf("batch %s is played by %v (last sign of life %v ago)", e.Batch, e.Lease, ago)
	if e.Locked {
		return said + ", and the file is locked: let that process go on, or end it"
	}
	said += "; wait until it is done"
	if e.Lease.domain == domain() {
		said += fmt.Sprintf(", or stop it with: kill -INT %d", e.Lease.PID)
	}
	return said
}

// ErrLeaseLost is what every write fails with once another process has taken the batch over: what this process still knows of it may
// be old.
var ErrLeaseLost = errors.New("another process has taken the batch over")

// Take makes this process the one that plays a batch, and returns the lease of an owner that left without giving it back. A
// *HeldError says who plays it now; the file is as it was then. From now on every write of the store fails with ErrLeaseLost
// if another process takes over, and Lost is closed. Close gives the lease back.
func (s *Store) Take(ctx context.Context, batch string) (left Lease, err error) {
	key, err := s.batchKey(ctx, batch)
	if err != nil {
		return Lease{}, err
	}
	mine := s.lease()
	err = s.writer.do(ctx, 0, func(w *writer) error {
		left, err = w.take(key, batch, mine)
		return err
	})
	if err != nil {
		return Lease{}, fmt.Errorf("take batch %s: %w", batch, s.locked(ctx, batch, err))
	}
	s.writer.hold(key, mine.token)
	s.tellTaken(batch, left)
	return left, nil
}

// locked names the process that has the batch where the file's lock is what keeps others out.
func (s *Store) locked(ctx context.Context, batch string, err error) error {
	if !errors.Is(err, errLocked) {
		return err
	}
	b, rerr := s.BatchNamed(ctx, batch)
	if rerr != nil || !b.Lease.Held() {
		return err
	}
	return &HeldError{Batch: batch, Lease: b.Lease, Now: time.UnixMilli(s.now()), Locked: true}
}

// TakeAll takes every batch of the file, or none of them.
func (s *Store) TakeAll(ctx context.Context) error {
	list, err := s.Batches(ctx)
	if err != nil {
		return err
	}
	mine := s.lease()
	err = s.writer.do(ctx, 0, func(w *writer) error {
		for _, b := range list {
			if _, err := w.take(b.Key, b.Name, mine); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("take the batches of %s: %w", s.path, err)
	}
	for _, b := range list {
		s.writer.hold(b.Key, mine.token)
	}
	return nil
}

func (s *Store) tellTaken(batch string, left Lease) {
	if left.Held() {
		s.tell.Tell("lease taken over", "batch", batch, "pid", left.PID, "host", left.Host, "beat", left.Beat)
		return
	}
	s.tell.Tell("lease taken", "batch", batch)
}

// release gives back every lease that the store has. It is no error where one was lost.
func (s *Store) release(ctx context.Context) error {
	held := s.writer.letGo()
	if len(held) == 0 {
		return nil
	}
	err := s.writer.do(ctx, 0, func(w *writer) error {
		for key, token := range held {
			if _, err := w.exec("UPDATE batches SET lease_token = '', lease_owner = '', lease_beat = 0 WHERE key = ? AND lease_token = ?",
				key, token); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("give back the lease: %w", err)
	}
	return nil
}

// Lost is closed when another process has taken over a batch of which this store has the lease.
func (s *Store) Lost() <-chan struct{} { return s.writer.lost }

// lease is one for this process, from now on.
func (s *Store) lease() Lease {
	host, err := os.Hostname()
	if err != nil {
		host = "an unnamed host"
	}
	now := time.UnixMilli(s.now())
	return Lease{Host: host, PID: os.Getpid(), Since: now, Beat: now, domain: domain(), token: rand.Text()}
}

// take gives the batch the lease, unless a process that lives has it.
func (w *writer) take(key int64, batch string, mine Lease) (left Lease, err error) {
	err = w.query(func(v []driver.Value) error {
		left = readLease(text(v[0]), text(v[1]), whole(v[2]))
		return nil
	}, "SELECT lease_token, lease_owner, lease_beat FROM batches WHERE key = ?", key)
	switch {
	case err != nil:
		return Lease{}, err
	case left.Held() && w.holds(key, left.token):
		return Lease{}, nil // this store's own: it keeps the token that it has
	case left.Held() && !left.stale(mine.Beat):
		return Lease{}, &HeldError{Batch: batch, Lease: left, Now: mine.Beat}
	}
	owner, err := json.Marshal(leaseOwner{mine.Host, mine.PID, mine.domain, mine.Since.UnixMilli()})
	if err != nil {
		return Lease{}, err
	}
	_, err = w.exec("UPDATE batches SET lease_token = ?, lease_owner = ?, lease_beat = ? WHERE key = ?", mine.token, string(owner),
		mine.Beat.UnixMilli(), key)
	return left, err
}

func readLease(token, owner string, beat int64) Lease {
	if token == "" {
		return Lease{}
	}
	var o leaseOwner
	_ = json.Unmarshal([]byte(owner), &o) // an owner that can't be read is stale by its beat
	return Lease{Host: o.Host, PID: o.PID, Since: time.UnixMilli(o.Since), Beat: time.UnixMilli(beat), domain: o.Domain, token: token}
}

func text(v driver.Value) string {
	switch s := v.(type) {
	case string:
		return s
	case []byte:
		return string(s)
	}
	return ""
}

func whole(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}

// leases are what a writer holds, by batch key, and when it last gave a sign of life.
type leases struct {
	tokens map[int64]string
	beat   time.Time
}

func (w *writer) hold(key int64, token string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.leases.tokens == nil {
		w.leases.tokens = map[int64]string{}
	}
	if w.leases.tokens[key] == "" {
		w.leases.tokens[key] = token
	}
}

func (w *writer) holds(key int64, token string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.leases.tokens[key] == token
}

// letGo forgets what the writer holds and returns it.
func (w *writer) letGo() map[int64]string {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	held := w.leases.tokens
	w.leases.tokens = nil
	return held
}

// fence refuses the commit if a lease was lost, and gives a sign of life where one is due. It runs inside each transaction, so that
// nothing can come between the look and the commit.
func (w *writer) fence() error {
	w.mu.Lock()
	held, due := maps.Clone(w.leases.tokens), w.clock().Sub(w.leases.beat) >= beatEvery
	w.mu.Unlock()
	for key, token := range held {
		now := ""
		err := w.query(func(v []driver.Value) error {
			now = text(v[0])
			return nil
		}, "SELECT lease_token FROM batches WHERE key = ?", key)
		if err != nil {
			return err
		}
		if now != token {
			w.lose.Do(func() {
				close(w.lost)
				w.tell.Tell("lease lost", "file", w.path)
			})
			return ErrLeaseLost
		}
		if !due {
			continue
		}
		if _, err := w.exec("UPDATE batches SET lease_beat = ? WHERE key = ?", w.clock().UnixMilli(), key); err != nil {
			return err
		}
	}
	if due && len(held) > 0 {
		w.mu.Lock()
		w.leases.beat = w.clock()
		w.mu.Unlock()
	}
	return nil
}

func (w *writer) leased() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.leases.tokens) > 0
}
