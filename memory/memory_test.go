package memory

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// filled opens a new file with the batch test-1.
func filled(t testing.TB) *Store {
	t.Helper()
	s := open(t, filepath.Join(t.TempDir(), "t.db"))
	createBatch(t, s)
	return s
}

func createBatch(t testing.TB, s *Store) {
	t.Helper()
	_, err := s.CreateBatch(t.Context(), Batch{Name: "test-1", Scenario: "test", Design: []byte(`{}`), Seed: 1 << 63, Games: 4,
		Created: "2025-01-01T00:00:00Z", Status: "running"})
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestCommitLater(t *testing.T) {
	s := filled(t)
	events := playWhole(t, 1)
	for i := range 100 {
		if err := s.CommitLater(t.Context(), game(i), events); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := 0
	for g, err := range s.Games(t.Context(), "test-1") {
		if err != nil || g.Index != n || g.Events != len(events) {
			t.Fatalf("game %d: %+v %v", n, g, err)
		}
		n++
	}
	if n != 100 {
		t.Fatalf("%d games", n)
	}
	if err := s.CommitLater(t.Context(), game(7), events); err != nil {
		t.Fatal(err)
	}
	if err := s.Flush(t.Context()); err == nil {
		t.Fatal("a game was kept twice and nobody was told")
	}
}

func TestReading(t *testing.T) {
	s := filled(t)
	var all [][]engine.Event
	for i := range 5 {
		all = append(all, playWhole(t, uint64(i)))
		must[Game](t)(s.Commit(t.Context(), game(i), all[i]))
	}
	ballots := []engine.Kind{engine.KindBallot, engine.KindBelief}
	for _, kinds := range [][]engine.Kind{nil, ballots} {
		n := 0
		err := s.EachGame(t.Context(), "test-1", kinds, func(g Game, got []codec.Stored) error {
			var want []codec.Stored
			for _, e := range all[n] {
				if kinds == nil || slices.Contains(kinds, e.Body.Kind()) {
					want = append(want, must[codec.Stored](t)(codec.Store(e)))
				}
			}
			if d := cmp.Diff(want, got); d != "" || len(want) == 0 || g.Index != n {
				t.Fatalf("game %d: %s", n, d)
			}
			one := must[[]codec.Stored](t)(s.EventsOf(t.Context(), g.Key, kinds...))
			if d := cmp.Diff(want, one); d != "" {
				t.Fatal(d)
			}
			n++
			return nil
		})
		if err != nil || n != 5 {
			t.Fatalf("%d games, %v", n, err)
		}
	}
	if rows := must[int64](t)(count(s, "SELECT count(*) FROM event_log JOIN beliefs USING (seq)")); rows == 0 {
		t.Fatal("the views are empty")
	}
}

func count(s *Store, query string) (n int64, err error) {
	err = s.reader.QueryRow(query).Scan(&n)
	return n, err
}

func TestFindingGames(t *testing.T) {
	s := filled(t)
	if _, err := s.GameByID(t.Context(), ""); !errors.Is(err, ErrNotFound) {
		t.Fatalf("an empty file: %v", err)
	}
	events := playWhole(t, 1)
	for i := range 3 {
		must[Game](t)(s.Commit(t.Context(), game(i), events))
	}
	for id, index := range map[string]int{"": 2, "abc0000001": 1, "ABC0000001": 1, "test-1/0": 0, "te/2": 2} {
		if g := must[Game](t)(s.GameByID(t.Context(), id)); g.Index != index {
			t.Errorf("%q: %+v", id, g)
		}
	}
	for id, want := range map[string]string{"abc": "abc0000000 (test-1/0), abc0000001 (test-1/1)", "f": "not found",
		"test-1/9": "not found", "test-1/x": "index", "x/1": "batch"} {
		if _, err := s.GameByID(t.Context(), id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestBatches(t *testing.T) {
	s := filled(t)
	b := must[Batch](t)(s.BatchByName(t.Context(), "te"))
	if b.Seed != 1<<63 || b.Games != 4 || string(b.Design) != "{}" {
		t.Fatalf("got %+v", b)
	}
	b.Games, b.Status, b.Ended, b.Manifest = 9, "done", "2025-01-02T00:00:00Z", []byte(`{"n":1}`)
	if err := s.UpdateBatch(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(b, must[Batch](t)(s.LatestBatch(t.Context())), cmpopts.IgnoreFields(Batch{}, "Lease")); d != "" {
		t.Fatal(d)
	}
	if name := must[string](t)(s.NextName(t.Context(), "test")); name != "test-2" {
		t.Fatal(name)
	}
	if name := must[string](t)(s.NextName(t.Context(), "other")); name != "other-1" {
		t.Fatal(name)
	}
	if _, err := s.CreateBatch(t.Context(), b); err == nil {
		t.Fatal("two batches of one name")
	}
	b.Name = "test-10"
	b = must[Batch](t)(s.CreateBatch(t.Context(), b))
	if got := must[Batch](t)(s.BatchByName(t.Context(), "test-1")); got.Name != "test-1" {
		t.Fatalf("exact name: got %s", got.Name)
	}
	if _, err := s.BatchByName(t.Context(), "tes"); err == nil || !strings.Contains(err.Error(), "test-1, test-10") {
		t.Fatalf("ambiguous: %v", err)
	}
	if list := must[[]Batch](t)(s.Batches(t.Context())); len(list) != 2 || list[1].Key != b.Key {
		t.Fatalf("got %+v", list)
	}
	if name := must[string](t)(s.NextName(t.Context(), "test")); name != "test-11" {
		t.Fatal(name)
	}
}

func TestSizeOfAnEvent(t *testing.T) {
	s := filled(t)
	events := 0
	for i := range 50 {
		e := playWhole(t, uint64(i))
		events += len(e)
		must[Game](t)(s.Commit(t.Context(), game(i), e))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info := must[os.FileInfo](t)(os.Stat(s.Path()))
	per := info.Size() / int64(events)
	t.Logf("%d events, %d B each, everything included", events, per)
	if per > 400 {
		t.Fatalf("an event takes %d B", per)
	}
	if left, _ := filepath.Glob(s.Path() + "-*"); len(left) > 0 {
		t.Fatalf("left beside the file: %v", left)
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?%.db")
	if _, err := OpenReadOnly(t.Context(), path); err == nil {
		t.Fatal("opened a file that is not there")
	}
	if _, err := os.Stat(path); err == nil {
		t.Fatal("it was created")
	}
	w := open(t, path)
	createBatch(t, w)
	g := must[Game](t)(w.Commit(t.Context(), game(0), playWhole(t, 1)))
	r := must[*Store](t)(OpenReadOnly(t.Context(), path))
	defer r.Close()
	if err := r.VerifyGame(t.Context(), g.Key); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Commit(t.Context(), game(1), playWhole(t, 2)); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Fatalf("wrote to it: %v", err)
	}
	if _, err := r.CreateBatch(t.Context(), Batch{Name: "b", Status: "running"}); err == nil ||
		!strings.Contains(err.Error(), "read-only") {
		t.Fatalf("wrote to it: %v", err)
	}
}

func TestReadingLeavesNothingBeside(t *testing.T) {
	s := filled(t)
	g := must[Game](t)(s.Commit(t.Context(), game(0), playWhole(t, 1)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, filepath.Dir(s.Path()))
	r := must[*Store](t)(OpenReadOnly(t.Context(), s.Path()))
	if err := errors.Join(r.VerifyGame(t.Context(), g.Key), r.Close()); err != nil {
		t.Fatal(err)
	}
	if snapshot(t, filepath.Dir(s.Path())) != before {
		t.Fatal("reading changed the file or left something beside it")
	}
}

func TestClosed(t *testing.T) {
	s := filled(t)
	l := must[*GameLog](t)(s.StartGame(t.Context(), game(0)))
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := l.Append(t.Context(), l.Game().ID, 0, playWhole(t, 1)); !errors.Is(err, errClosed) {
		t.Fatalf("got %v", err)
	}
}

// While the writer is held up, what waits goes into one commit.
func TestGroupCommit(t *testing.T) {
	s := filled(t)
	events := playWhole(t, 1)
	before := s.writer.commits.Load()
	hold, held := make(chan struct{}), make(chan struct{})
	go func() {
		_ = s.writer.do(context.Background(), 0, func(*writer) error { close(held); <-hold; return nil })
	}()
	<-held
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			if _, err := s.Commit(context.Background(), game(i), events); err != nil {
				t.Error(err)
			}
		})
	}
	for len(s.writer.queue) < 32 {
		runtime.Gosched()
	}
	close(hold)
	wg.Wait()
	if n := s.writer.commits.Load() - before; n > 3 {
		t.Fatalf("32 games took %d commits", n)
	}
}

func TestCorruptedEvents(t *testing.T) {
	alter := map[string]struct{ change, want string }{
		"body":   {`UPDATE events SET body = replace(body, '"seat"', '"saet"') WHERE seq = 4`, "event 4"},
		"json":   {`PRAGMA ignore_check_constraints = 1; UPDATE events SET body = '{' || body WHERE seq = 4`, "event 4"},
		"hash":   {"UPDATE events SET hash = zeroblob(32) WHERE seq = 7", "event 7"},
		"header": {"UPDATE events SET audience = audience + 1 WHERE seq = 9", "event 9"},
		"gone":   {"DELETE FROM events WHERE seq = 11", "event 11"},
		"end":    {"DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)", "ends after"},
		"time":   {"UPDATE events SET at = at + 1 WHERE seq = 3", "seal"},
		"kind":   {"UPDATE events SET kind = 250 WHERE seq = 5", "event 5"},
		"winner": {"UPDATE games SET head = zeroblob(32)", "hash"},
	}
	events := playWhole(t, 1)
	for name, a := range alter {
		t.Run(name, func(t *testing.T) {
			s := filled(t)
			g := must[Game](t)(s.Commit(t.Context(), game(0), events))
			if err := s.writer.do(t.Context(), 0, func(w *writer) error { return run(w.conn, a.change) }); err != nil {
				t.Fatal(err)
			}
			err := s.VerifyGame(t.Context(), g.Key)
			if err == nil || !strings.Contains(err.Error(), a.want) || !strings.Contains(err.Error(), "game "+g.ID) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestSeal(t *testing.T) {
	a, b := seal(codec.Hash{1}, []int64{1, 2}), seal(codec.Hash{1}, []int64{2, 1})
	if a == b || bytes.Equal(a[:], make([]byte, 32)) {
		t.Fatal("the seal does not cover the times in order")
	}
}
