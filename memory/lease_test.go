package memory

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/engine/codec"
)

// later is a second store on the file of the first, whose clock is ahead by so much.
func later(t *testing.T, path string, by time.Duration) *Store {
	t.Helper()
	s := must[*Store](t)(Open(t.Context(), path))
	s.now = func() int64 { return time.Now().Add(by).UnixMilli() }
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestLeaseHasOneOwner(t *testing.T) {
	first := filled(t) // it made the batch, so it plays it
	before := must[Batch](t)(first.BatchNamed(t.Context(), "test-1"))
	second := later(t, first.Path(), 0)
	_, err := second.Take(t.Context(), "test-1")
	var held *HeldError
	if !errors.As(err, &held) || held.Lease.PID != os.Getpid() || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) {
		t.Fatalf("got %v", err)
	}
	if err := second.TakeAll(t.Context()); !errors.As(err, &held) {
		t.Fatalf("all of them: %v", err)
	}
	if after := must[Batch](t)(second.BatchNamed(t.Context(), "test-1")); after.Lease.token != before.Lease.token {
		t.Fatal("the lease was touched")
	}
	if left := must[Lease](t)(first.Take(t.Context(), "test-1")); left.Held() {
		t.Fatal("the owner takes its own batch: nobody left it")
	}
	if err := first.release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := must[Lease](t)(second.Take(t.Context(), "test-1")); left.Held() {
		t.Fatalf("a lease that was given back was left by %v", left)
	}
}

// An owner that gave no sign of life is overtaken, and can write nothing from then on.
func TestStaleLeaseIsTakenOver(t *testing.T) {
	first := filled(t)
	if _, err := later(t, first.Path(), staleAfter/2).Take(t.Context(), "test-1"); err == nil {
		t.Fatal("an owner that lives was overtaken")
	}
	second := later(t, first.Path(), staleAfter+time.Minute)
	if left := must[Lease](t)(second.Take(t.Context(), "test-1")); left.PID != os.Getpid() || left.Gone() {
		t.Fatalf("taken over from %+v", left)
	}
	b := must[Batch](t)(first.BatchNamed(t.Context(), "test-1"))
	b.Status = "interrupted"
	if err := first.UpdateBatch(t.Context(), b); !errors.Is(err, ErrLeaseLost) {
		t.Fatalf("the first owner writes: %v", err)
	}
	select {
	case <-first.Lost():
	default:
		t.Fatal("nobody was told of the loss")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	kept := must[Batch](t)(second.BatchNamed(t.Context(), "test-1"))
	if kept.Status != "running" || !kept.Lease.Held() {
		t.Fatalf("the first owner changed %+v", kept)
	}
	if err := second.UpdateBatch(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// A process that has ended is not waited for.
func TestLeaseOfTheDead(t *testing.T) {
	first := filled(t)
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Skip(err)
	}
	owner := must[[]byte](t)(json.Marshal(leaseOwner{"here", gone.Process.Pid, domain(), time.Now().UnixMilli()}))
	err := first.writer.do(t.Context(), 0, func(w *writer) error {
		_, err := w.exec("UPDATE batches SET lease_owner = ?", string(owner))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if left := must[Lease](t)(later(t, first.Path(), 0).Take(t.Context(), "test-1")); !left.Gone() {
		t.Fatalf("taken over from %+v", left)
	}
}

// The writer gives signs of life with its commits, not with each of them.
func TestBeat(t *testing.T) {
	s := filled(t)
	beat := func() time.Time { return must[Batch](t)(s.BatchNamed(t.Context(), "test-1")).Lease.Beat }
	write := func() {
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	write()
	was, real := beat(), s.now
	for _, c := range []struct {
		after time.Duration
		beats bool
	}{{beatEvery / 2, false}, {beatEvery + time.Second, true}} {
		if err := s.writer.do(t.Context(), 0, func(*writer) error {
			s.now = func() int64 { return real() + c.after.Milliseconds() } // in the writer, which is who reads it
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		write()
		if got := beat().After(was); got != c.beats {
			t.Errorf("a beat after %v: %v", c.after, got)
		}
	}
}

func TestNameTaken(t *testing.T) {
	s := filled(t)
	if _, err := s.CreateBatch(t.Context(), Batch{Name: "test-1", Scenario: "test", Status: "running"}); !errors.Is(err, ErrNameTaken) {
		t.Fatalf("got %v", err)
	}
}

// A file that is removed or replaced under the writer is told at the next write, and what comes after it is refused, too.
func TestReplacedFile(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"removed": os.Remove,
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, nil, 0o644))
		},
		"log": func(path string) error { return os.Remove(path + "-wal") },
	} {
		t.Run(name, func(t *testing.T) {
			s := filled(t)
			if err := harm(s.Path()); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := s.Flush(t.Context()); !errors.Is(err, ErrReplaced) {
					t.Fatalf("got %v", err)
				}
			}
			if err := s.Close(); !errors.Is(err, ErrReplaced) {
				t.Fatalf("closed: %v", err)
			}
		})
	}
}

func TestLeftoversGo(t *testing.T) {
	dir := t.TempDir()
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Skip(err)
	}
	path := filepath.Join(dir, "x.db")
	dead := fmt.Sprintf("x.db.new-%d-77", gone.Process.Pid)
	keep := []string{"x.db.newer", "y.db.new-1", fmt.Sprintf("x.db.new-%d-1", os.Getppid()), "x.db.new-notes"}
	for _, name := range append(keep, dead, dead+"-wal") {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := must[*Store](t)(Open(t.Context(), path))
	defer s.Close()
	for _, name := range []string{dead, dead + "-wal"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is left", name)
		}
	}
	for _, name := range keep {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// Failed games are taken up again only when they are asked for, as the log left them.
func TestReopenFailed(t *testing.T) {
	s := filled(t)
	ref := Game{ID: "ff00ff00ff", Batch: "test-1", Index: 3, Seed: 3}
	log := must[*GameLog](t)(s.StartGame(t.Context(), ref))
	g := log.Game()
	g.Status, g.Error = "failed", "the engine could not decide"
	if g = must[Game](t)(s.FinishGame(t.Context(), g)); g.Status != "failed" {
		t.Fatal(g.Status)
	}
	if _, err := s.StartGame(t.Context(), ref); err == nil {
		t.Fatal("a failed game was taken up unasked")
	}
	if n := must[int64](t)(s.ReopenFailed(t.Context(), "test-1")); n != 1 {
		t.Fatalf("%d games", n)
	}
	if got := must[*GameLog](t)(s.StartGame(t.Context(), ref)).Game(); got.Status != "running" || got.Error != "" {
		t.Fatalf("got %+v", got)
	}
}

// Folders of a process that has ended go, too.
func TestLeftFoldersGo(t *testing.T) {
	dir := t.TempDir()
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Skip(err)
	}
	part := filepath.Join(dir, fmt.Sprintf(".part-%d-3", gone.Process.Pid))
	if err := errors.Join(os.Mkdir(part, 0o755), os.WriteFile(filepath.Join(part, "games.csv"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	SweepLeftovers(dir, ".part-")
	if _, err := os.Stat(part); err == nil {
		t.Error("it is left")
	}
}

// A game that a limit stopped has a seal, and loses it when it goes on: it would not fit what comes.
func TestSealGoesWithTheGame(t *testing.T) {
	s := filled(t)
	ref := Game{ID: "ee00ee00ee", Batch: "test-1", Index: 3, Seed: 3}
	g := must[*GameLog](t)(s.StartGame(t.Context(), ref)).Game()
	g.Status = "stopped"
	if g = must[Game](t)(s.FinishGame(t.Context(), g)); g.Seal == (codec.Hash{}) {
		t.Fatal("a stopped game has no seal")
	}
	if again := must[*GameLog](t)(s.StartGame(t.Context(), ref)).Game(); again.Seal != (codec.Hash{}) || again.Status != "running" {
		t.Fatalf("it goes on with %+v", again)
	}
}
