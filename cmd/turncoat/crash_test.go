package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/memory"
)

// turncoat makes a command of the program under test: this binary under another name (see TestMain).
func turncoat(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Args[0] = "turncoat"
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+cache)
	return cmd
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, err := turncoat(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("turncoat %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// heads are the head hashes of a batch's games, by index.
func heads(t *testing.T, db, batch string) []codec.Hash {
	t.Helper()
	store, err := memory.OpenReadOnly(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var out []codec.Hash
	for g, err := range store.Games(t.Context(), batch) {
		if err != nil {
			t.Fatal(err)
		}
		if g.Index != len(out) || g.Status != "finished" {
			t.Fatalf("game %d is %s at place %d", g.Index, g.Status, len(out))
		}
		out = append(out, g.Head)
	}
	return out
}

func sameHeads(t *testing.T, a, b []codec.Hash) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d games, %d games", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("game %d: head %s, %s", i, a[i], b[i])
		}
	}
}

func TestParallelAndSeed(t *testing.T) {
	dir := t.TempDir()
	run := func(name, seed, parallel string) []codec.Hash {
		db := filepath.Join(dir, name+".db")
		mustRun(t, "run", "classic", "--games", "30", "--seed", seed, "--parallel", parallel, "--batch", "b", "--db", db, "--quiet")
		return heads(t, db, "b")
	}
	one, eight, other := run("one", "1", "1"), run("eight", "1", "8"), run("other", "2", "8")
	sameHeads(t, one, eight)
	for i := range one {
		if one[i] == other[i] {
			t.Fatalf("game %d is the same under another seed", i)
		}
	}
}

// kill -9 at many moments, each followed by the same command: in the end the batch is whole, verifies, and every log is
// that of an undisturbed run. The moments are counted in games that the file holds, which no clock shifts.
func TestKillNine(t *testing.T) {
	if testing.Short() {
		t.Skip("plays 4,000 games")
	}
	killOften(t, 20, 100, "run", "vanilla", "--policy", "random", "--games", "2000")
}

// The same of seasons, whose games hang together by what their players remember.
func TestKillNineOfSeasons(t *testing.T) {
	if testing.Short() {
		t.Skip("plays 160 games")
	}
	killOften(t, 8, 8, "run", "classic", "--season", "20", "--games", "80", "--set", "memory.reflect=banishment,end", "--set",
		"memory.recall=retrieve")
}

// killOften kills a run so often, each time after at most so many games more.
func killOften(t *testing.T, times, most int, run ...string) {
	t.Helper()
	dir := t.TempDir()
	calm, torn := filepath.Join(dir, "calm.db"), filepath.Join(dir, "torn.db")
	args := func(db string) []string { return append(run, "--seed", "9", "--batch", "b", "--db", db, "--quiet") }
	mustRun(t, args(calm)...)
	for i := range times {
		want := 1 + engine.Below(most, engine.Dice(41, "kill", i, 0, engine.NoSeat))
		cmd := turncoat(t, args(torn)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		killWhen(t, cmd, ended, torn, want)
	}
	mustRun(t, args(torn)...)
	mustRun(t, "verify", "b", "--db", torn, "--deep")
	if out := mustRun(t, "memory", "rebuild", "--db", torn); !strings.Contains(out, "as they were") {
		t.Errorf("after the kills the stored notes are not what the log says: %s", out)
	}
	sameHeads(t, heads(t, calm, "b"), heads(t, torn, "b"))
}

// killWhen kills the process once it has committed so many games more, or lets it end.
func killWhen(t *testing.T, cmd *exec.Cmd, ended <-chan error, db string, more int) {
	t.Helper()
	start := -1
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("the run ended by itself: %v", err)
			}
			return
		default:
		}
		n := countGames(db)
		if n >= 0 && start < 0 {
			start = n
		}
		if start >= 0 && n >= start+more {
			_ = cmd.Process.Signal(syscall.SIGKILL)
			<-ended
			return
		}
	}
}

// countGames is how many games the file holds; -1 while it can't be read.
func countGames(db string) int {
	store, err := memory.OpenReadOnly(context.Background(), db)
	if err != nil {
		return -1
	}
	defer store.Close()
	n := 0
	for _, err := range store.Games(context.Background(), "b") {
		if err != nil {
			return -1
		}
		n++
	}
	return n
}

// Ctrl-C once stops in good order: exit 130, a file that verifies, and the command that goes on.
func TestInterrupt(t *testing.T) {
	db := filepath.Join(t.TempDir(), "t.db")
	args := []string{"run", "classic", "--games", "100000", "--seed", "3", "--batch", "b", "--db", db}
	var said strings.Builder
	cmd := turncoat(t, args...)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for countGames(db) < 20 {
	}
	_ = cmd.Process.Signal(os.Interrupt)
	err := cmd.Wait()
	var exit *exec.ExitError
	if e, ok := err.(*exec.ExitError); ok {
		exit = e
	}
	if exit == nil || exit.ExitCode() != 130 || !strings.Contains(said.String(), "turncoat resume b") {
		t.Fatalf("%v\n%s", err, said.String())
	}
	mustRun(t, "verify", "b", "--db", db)
	before := countGames(db)
	mustRun(t, "run", "classic", "--games", fmt.Sprint(before+5), "--seed", "3", "--batch", "b2", "--db", db, "--quiet")
	sameHeadsPrefix(t, db, before)
}

// sameHeadsPrefix checks that what was played before the interrupt is what an undisturbed batch plays; ids differ by the
// batch's name and logs do not.
func sameHeadsPrefix(t *testing.T, db string, n int) {
	t.Helper()
	sameHeads(t, heads(t, db, "b")[:n], heads(t, db, "b2")[:n])
}

// Ctrl-C ends a command that waits, with 130: here a doctor whose server never answers.
func TestInterruptOfWaiting(t *testing.T) {
	asked, once := make(chan struct{}), sync.Once{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(asked) })
		<-r.Context().Done()
	}))
	defer server.Close()
	cmd := turncoat(t, "doctor", "vllm/fake", "--db", filepath.Join(t.TempDir(), "d.db"))
	cmd.Env = append(os.Environ(), "VLLM_BASE_URL="+server.URL+"/v1")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitInterrupted || !strings.Contains(said.String(), "interrupted") {
		t.Errorf("%v\n%s", err, said.String())
	}
}
