package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/memory"
)

// story is what a batch came to, whatever its prompts were.
func story(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out, forfeits string
	const games = "SELECT group_concat(status || ' ' || winner || ' ' || rounds) FROM (SELECT * FROM games ORDER BY idx)"
	if err := db.QueryRowContext(t.Context(), games).Scan(&out); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM event_log WHERE kind = 'forfeit'").Scan(&forfeits); err != nil {
		t.Fatal(err)
	}
	return out + ", forfeits " + forfeits
}

// bySchema answers by the question alone, so that what is left out of a prompt changes no answer.
func bySchema(_ []llm.Message, schema json.RawMessage) string { return llmtest.Legal(nil, schema) }

// A prompt that is too long is made shorter, whatever the server says of its context; the games go on to the end that they would have had,
// nothing is forfeited, and every prompt can be built again. Killed in the midst of it, a batch comes to the same log.
func TestTooLongIsNotDown(t *testing.T) {
	dir := t.TempDir()
	free := llmtest.Serve(llmtest.Setup{Width: 8, Answer: bySchema})
	defer free.Close()
	args := func(db string) []string {
		return []string{"run", "classic", "--games", "2", "--seed", "3", "--batch", "b", "--policy", "vllm/fake?num_predict=256",
			"--quiet", "--db", db}
	}
	whole := filepath.Join(dir, "free.db")
	if out, err := modelRun(t, free, args(whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := story(t, whole)
	if !strings.HasSuffix(want, "forfeits 0") {
		t.Fatal(want)
	}
	for name, words := range map[string]string{
		"told": "This model's maximum context length is %d tokens. However, you requested more. Please reduce the length of the " +
			"messages.",
		"bare":   "the input length exceeds the context length",
		"in key": "request exceeds the available context size (%d tokens), try increasing it",
	} {
		t.Run(name, func(t *testing.T) {
			server := llmtest.Serve(llmtest.Setup{Width: 8, Answer: bySchema, Context: 2200, Refusal: words})
			defer server.Close()
			calm, torn := filepath.Join(dir, name+".db"), filepath.Join(dir, name+"-torn.db")
			if out, err := modelRun(t, server, args(calm)...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, calls := range []int{150, 400} { // both in the midst of games whose prompts were shortened
				killedAfter(t, server, calls, args(torn)...)
			}
			if out, err := modelRun(t, server, append(args(torn), "--parallel", "1")...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			sameHeads(t, heads(t, calm, "b"), heads(t, torn, "b"))
			if got := story(t, torn); got != want {
				t.Errorf("with a short context the games came to %s, without to %s", got, want)
			}
			mustRun(t, "verify", "b", "--deep", "--db", torn)
			if shortened, calls := contextsOf(t, torn, "b"), countCalls(t, torn); len(shortened) == 0 || len(shortened) >= calls {
				t.Errorf("%d of %d calls were made shorter", len(shortened), calls)
			}
			mustRun(t, "run", "classic", "--games", "2", "--seed", "3", "--batch", "again", "--policy", "recorded/b", "--quiet", "--db",
				torn)
			mustRun(t, "verify", "again", "--db", torn)
			if again := contextsOf(t, torn, "again"); !slices.Equal(again, contextsOf(t, torn, "b")) {
				t.Errorf("played again %d calls were made shorter", len(again))
			}
		})
	}
}

// killedAfter runs a command and kills it when the server has answered so many calls, or lets it end before.
func killedAfter(t *testing.T, server *llmtest.Server, calls int, args ...string) {
	t.Helper()
	from := server.Load().Calls
	cmd := modelRun(t, server, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case <-ended:
			return
		case <-time.After(time.Millisecond):
			if server.Load().Calls >= from+calls {
				_ = cmd.Process.Signal(syscall.SIGKILL)
				<-ended
				return
			}
		}
	}
}

// contextsOf are the contexts that prompts of a batch were made shorter for, in order of the calls.
func contextsOf(t *testing.T, path, batch string) (out []int) {
	t.Helper()
	store, err := memory.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for g, err := range store.Games(t.Context(), batch) {
		if err != nil {
			t.Fatal(err)
		}
		calls, err := store.Calls(t.Context(), g.Key)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range calls {
			if c.Context > 0 {
				out = append(out, c.Context)
			}
		}
	}
	return out
}

// A context that even the shortest prompt does not fit forfeits the answers, with their cause, and parks nothing.
func TestNothingLeftToLeaveOut(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Context: 50, Refusal: "This model's maximum context length is %d tokens."})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "n.db")
	cmd := modelRun(t, server, "run", "duel-4", "--games", "1", "--seed", "3", "--seat", "1=vllm/fake", "--policy", "bayes", "--quiet",
		"--db", db)
	_, _ = cmd.CombinedOutput() // what it says is another test's
	file, err := sql.Open("sqlite3", db)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	truncated, parked := 0, 0
	if err := file.QueryRowContext(t.Context(),
		"SELECT count(*) FROM model_calls WHERE cause = 'truncated'").Scan(&truncated); err != nil || truncated == 0 {
		t.Errorf("%d calls came to truncated, %v", truncated, err)
	}
	if err := file.QueryRowContext(t.Context(), "SELECT count(*) FROM games WHERE status <> 'finished'").Scan(&parked); err != nil ||
		parked > 0 {
		t.Errorf("%d games wait, %v", parked, err)
	}
}

// A context that a reply alone would fill is refused before anything is written.
func TestContextWithoutRoom(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{})
	defer server.Close()
	for _, context := range []string{"-5", "300", "1024"} {
		db := filepath.Join(t.TempDir(), "c.db")
		cmd := modelRun(t, server, "run", "duel-4", "--games", "1", "--policy", "vllm/fake", "--context", context, "--quiet", "--db", db)
		out, _ := cmd.CombinedOutput()
		if _, err := os.Stat(db); cmd.ProcessState.ExitCode() != exitUsage || err == nil || !strings.Contains(string(out), "--context") {
			t.Errorf("--context %s: exit %d, %v\n%s", context, cmd.ProcessState.ExitCode(), err, out)
		}
	}
}
