package memory

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/engine"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// refused opens the file both ways, expects the error, and that nothing in the folder changed.
func refused(t *testing.T, path string, is error, says ...string) {
	t.Helper()
	before := snapshot(t, filepath.Dir(path))
	_, err := Open(t.Context(), path)
	_, errRead := OpenReadOnly(t.Context(), path)
	for _, err := range []error{err, errRead} {
		if !errors.Is(err, is) {
			t.Fatalf("got %v", err)
		}
		for _, want := range append(says, path) {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q", err, want)
			}
		}
	}
	if after := snapshot(t, filepath.Dir(path)); after != before {
		t.Fatal("the files were touched")
	}
}

func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	for _, e := range must[[]os.DirEntry](t)(os.ReadDir(dir)) {
		body, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		info := must[os.FileInfo](t)(e.Info())
		fmt.Fprintf(&b, "%s %s %x\n", e.Name(), info.ModTime(), body)
	}
	return b.String()
}

func TestNotOurs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for name, body := range map[string][]byte{
		"text":   []byte("dear diary"),
		"binary": bytes.Repeat([]byte{0xff, 0}, 4096),
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, body, 0o644); err != nil {
				t.Fatal(err)
			}
			refused(t, path, ErrNotOurs, "--db")
		})
	}
	refused(t, filepath.Dir(path), ErrNotOurs, "folder")
}

func TestAnotherProgramsDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	conn := must[*sqlite3.SQLiteConn](t)(openWriterCreating(path))
	if err := errors.Join(run(conn, "CREATE TABLE diary (day TEXT)"), conn.Close()); err != nil {
		t.Fatal(err)
	}
	refused(t, path, ErrNotOurs, "--db")
}

func openWriterCreating(path string) (*sqlite3.SQLiteConn, error) {
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		return nil, err
	}
	return openWriter(path)
}

func TestNewer(t *testing.T) {
	s := filled(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	body := must[[]byte](t)(os.ReadFile(s.Path()))
	binary.BigEndian.PutUint32(body[60:], uint32(Format()+1))
	if err := os.WriteFile(s.Path(), body, 0o644); err != nil {
		t.Fatal(err)
	}
	refused(t, s.Path(), ErrNewer, fmt.Sprintf("format %d", Format()+1), "--db")
}

// A file of an older format is migrated when it is opened for writing, and only then.
func TestOlder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	conn := must[*sqlite3.SQLiteConn](t)(openWriterCreating(path))
	if err := errors.Join(run(conn, fmt.Sprintf("PRAGMA application_id = %d; CREATE TABLE old (x)", applicationID)),
		conn.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReadOnly(t.Context(), path); err == nil || !strings.Contains(err.Error(), "an older program wrote it (format 0") {
		t.Fatalf("got %v", err)
	}
	createBatch(t, open(t, path))
}

func TestEmptyFileIsFilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReadOnly(t.Context(), path); err == nil || !strings.Contains(err.Error(), "no games") {
		t.Fatalf("got %v", err)
	}
	createBatch(t, open(t, path))
}

// The number of a kind is the file's: a kind that the program has and the file lacks gets the next one.
func TestNumbersOfKindsStay(t *testing.T) {
	s := filled(t)
	g := must[Game](t)(s.Commit(t.Context(), game(0), playWhole(t, 1)))
	err := s.writer.do(t.Context(), 0, func(w *writer) error {
		return run(w.conn, "DELETE FROM kinds WHERE name = 'debriefed'; UPDATE kinds SET id = id + 100; UPDATE events SET kind = kind "+
			"+ 100")
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, s.Path())
	if err := s.VerifyGame(t.Context(), g.Key); err != nil {
		t.Fatal(err)
	}
	if id := s.names.kindID[engine.KindDebriefed]; id <= 100 {
		t.Fatalf("debriefed has number %d", id)
	}
}

func TestLocked(t *testing.T) {
	s := filled(t)
	defer func(d time.Duration) { busyTimeout = d }(busyTimeout)
	busyTimeout = time.Millisecond
	other := open(t, s.Path())
	hold, held := make(chan struct{}), make(chan struct{})
	go func() {
		_ = s.writer.do(t.Context(), 0, func(*writer) error { close(held); <-hold; return nil })
	}()
	<-held
	_, err := other.Commit(t.Context(), game(0), playWhole(t, 1))
	close(hold)
	if !errors.Is(err, errLocked) || !strings.Contains(err.Error(), s.Path()) {
		t.Fatalf("got %v", err)
	}
	if _, err := other.Commit(t.Context(), game(0), playWhole(t, 1)); err != nil && !errors.Is(err, errLocked) {
		t.Fatalf("once it is free: %v", err)
	}
}

func TestDiskFull(t *testing.T) {
	s := filled(t)
	if err := s.writer.do(t.Context(), 0, func(w *writer) error {
		pages, err := pragma(w.conn, "page_count")
		return errors.Join(err, run(w.conn, fmt.Sprintf("PRAGMA max_page_count = %d", pages+16)))
	}); err != nil {
		t.Fatal(err)
	}
	events := playWhole(t, 1)
	kept := 0
	for ; ; kept++ {
		_, err := s.Commit(t.Context(), game(kept), events)
		if err == nil {
			continue
		}
		if !strings.Contains(err.Error(), "no space") || !strings.Contains(err.Error(), s.Path()) {
			t.Fatalf("got %v", err)
		}
		break
	}
	n := 0
	for g, err := range s.Games(t.Context(), "test-1") {
		if err := errors.Join(err, s.VerifyGame(t.Context(), g.Key)); err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != kept || must[int64](t)(count(s, "SELECT count(*) FROM events WHERE game NOT IN (SELECT key FROM games)")) != 0 {
		t.Fatalf("%d games, %d were acknowledged", n, kept)
	}
}

// Tests that need a process of their own start this one again with TURNCOAT_CHILD set.
func TestMain(m *testing.M) {
	if job := os.Getenv("TURNCOAT_CHILD"); job != "" {
		child(job, os.Getenv("TURNCOAT_FILE"))
	}
	os.Exit(m.Run())
}

func child(job, path string) {
	if job == "unprivileged" {
		if err := syscall.Setuid(65534); err != nil {
			fmt.Println("skip", err)
			os.Exit(0)
		}
		_, err := Open(alone, path)
		fmt.Println(err)
		r, err := OpenReadOnly(alone, path)
		if err == nil {
			_, err = r.BatchByName(alone, "test-1")
		}
		fmt.Println("read:", err)
		os.Exit(0)
	}
	writeForever(path)
}

func start(t *testing.T, job, path string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command(must[string](t)(os.Executable()), "-test.run=^$")
	cmd.Env = append(os.Environ(), "TURNCOAT_CHILD="+job, "TURNCOAT_FILE="+path)
	var out bytes.Buffer
	cmd.Stderr = os.Stderr
	if job == "unprivileged" {
		cmd.Stdout = &out
	}
	return cmd, &out
}

// A file and a folder that may not be written: writing says so, reading works.
func TestNoPermission(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("needs root, to become somebody else")
	}
	dir := must[string](t)(os.MkdirTemp("", "turncoat"))
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "x.db"))
	createBatch(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	cmd, out := start(t, "unprivileged", s.Path())
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(out.String(), "skip") {
		t.Skip(out)
	}
	if !strings.Contains(out.String(), "no permission") || !strings.Contains(out.String(), "read: <nil>") {
		t.Fatalf("got %s", out)
	}
	if snapshot(t, dir) != before {
		t.Fatal("the file was touched")
	}
}
