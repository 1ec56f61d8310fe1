package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"turncoat/agents/llm"
	"turncoat/agents/llm/llmtest"
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
// nothing is forfeited, and every prompt can be built again.
func TestTooLongIsNotDown(t *testing.T) {
	dir := t.TempDir()
	free := llmtest.Serve(llmtest.Setup{Width: 8, Answer: bySchema})
	defer free.Close()
	args := func(db string) []string {
		return []string{"run", "classic", "--games", "2", "--seed", "3", "--batch", "b", "--policy", "vllm/fake?num_predict=256", "--quiet", "--db", db}
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
		"told":   "This model's maximum context length is %d tokens. However, you requested more. Please reduce the length of the messages.",
		"bare":   "the input length exceeds the context length",
		"in key": "request exceeds the available context size (%d tokens), try increasing it",
	} {
		t.Run(name, func(t *testing.T) {
			server := llmtest.Serve(llmtest.Setup{Width: 8, Answer: bySchema, Context: 2200, Refusal: words})
			defer server.Close()
			db := filepath.Join(dir, name+".db")
			cmd := modelRun(t, server, args(db)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for server.Load().Calls < 60 { // then it is cut off, in the midst of games whose prompts were shortened
			}
			_ = cmd.Process.Signal(syscall.SIGKILL)
			_ = cmd.Wait()
			if out, err := modelRun(t, server, args(db)...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got := story(t, db); got != want {
				t.Errorf("with a short context the games came to %s, without to %s", got, want)
			}
			mustRun(t, "verify", "b", "--deep", "--db", db)
			file, err := sql.Open("sqlite3", db)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			shortened := 0
			if err := file.QueryRowContext(t.Context(), "SELECT count(*) FROM model_calls WHERE context > 0").Scan(&shortened); err != nil || shortened == 0 {
				t.Errorf("%d calls with a context of their own, %v", shortened, err)
			}
			again := filepath.Join(dir, name+"-again.db")
			copyFile(t, db, again)
			mustRun(t, "run", "classic", "--games", "2", "--seed", "3", "--batch", "again", "--policy", "recorded/b", "--quiet", "--db", again)
			mustRun(t, "verify", "again", "--db", again)
		})
	}
}

// A context that even the shortest prompt does not fit forfeits the answers, with their cause, and parks nothing.
func TestNothingLeftToLeaveOut(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Context: 50, Refusal: "This model's maximum context length is %d tokens."})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "n.db")
	cmd := modelRun(t, server, "run", "duel-4", "--games", "1", "--seed", "3", "--seat", "1=vllm/fake", "--policy", "bayes", "--quiet", "--db", db)
	_, _ = cmd.CombinedOutput() // what it says is another test's
	file, err := sql.Open("sqlite3", db)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	truncated, parked := 0, 0
	if err := file.QueryRowContext(t.Context(), "SELECT count(*) FROM model_calls WHERE cause = 'truncated'").Scan(&truncated); err != nil || truncated == 0 {
		t.Errorf("%d calls came to truncated, %v", truncated, err)
	}
	if err := file.QueryRowContext(t.Context(), "SELECT count(*) FROM games WHERE status <> 'finished'").Scan(&parked); err != nil || parked > 0 {
		t.Errorf("%d games wait, %v", parked, err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
