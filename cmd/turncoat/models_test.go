package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/engine"
)

// modelRun is turncoat playing by a model of a fake server.
func modelRun(t *testing.T, server *llmtest.Server, args ...string) *exec.Cmd {
	cmd := turncoat(t, args...)
	cmd.Env = append(os.Environ(), "VLLM_BASE_URL="+server.URL+"/v1")
	return cmd
}

// Killed at random moments, a batch of models goes on where it was: the log is that of an undisturbed run, and no call that was
// kept is made twice.
func TestKillNineOfModels(t *testing.T) {
	dir := t.TempDir()
	calm, torn := filepath.Join(dir, "calm.db"), filepath.Join(dir, "torn.db")
	args := func(db string) []string {
		return []string{"run", "duel-4", "--games", "6", "--seed", "9", "--batch", "b", "--policy", "vllm/fake", "--width", "4", "--db",
			db, "--quiet"}
	}
	server := llmtest.Serve(llmtest.Setup{Width: 4})
	defer server.Close()
	if out, err := modelRun(t, server, args(calm)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := server.Load().Calls
	slow := llmtest.Serve(llmtest.Setup{Width: 4, Latency: 2 * time.Millisecond})
	defer slow.Close()
	lost := 0
	for i := range 8 {
		cmd := modelRun(t, slow, args(torn)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		before := slow.Load().Calls
		kill := before + 1 + engine.Below(whole/6, engine.Dice(43, "kill", i, 0, engine.NoSeat))
		for done := false; !done; {
			select {
			case <-ended:
				done = true
			case <-time.After(time.Millisecond):
				if slow.Load().Calls >= kill {
					_ = cmd.Process.Signal(syscall.SIGKILL)
					<-ended
					done = true
				}
			}
		}
		lost += 8 // calls that were in flight, or answered and not yet kept: at most the width, and as many on their way
	}
	if out, err := modelRun(t, slow, args(torn)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mustRun(t, "verify", "b", "--deep", "--db", torn)
	sameHeads(t, heads(t, calm, "b"), heads(t, torn, "b"))
	if kept := countCalls(t, torn); kept != whole {
		t.Errorf("%d calls are kept, %d in an undisturbed run", kept, whole)
	}
	if again := slow.Load().Calls - whole; again > lost {
		t.Errorf("%d calls were made more than once; at most %d can have been lost", again, lost)
	}
}

func countCalls(t *testing.T, path string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(context.Background(), "SELECT count(*) FROM model_calls").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A limit stops games with exit 4; under a higher one they go on to the same end.
func TestTokenLimit(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 4})
	defer server.Close()
	dir := t.TempDir()
	db, whole := filepath.Join(dir, "l.db"), filepath.Join(dir, "w.db")
	args := []string{"run", "duel-4", "--games", "2", "--seed", "1", "--batch", "b", "--policy", "vllm/fake", "--quiet", "--db"}
	cmd := modelRun(t, server, append(args, db, "--max-tokens", "9000")...)
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != exitLimit || !strings.Contains(string(out), "--max-tokens raises it") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	for _, path := range []string{db, whole} {
		if out, err := modelRun(t, server, append(args, path)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	sameHeads(t, heads(t, db, "b"), heads(t, whole, "b"))
}

// A server that goes away parks the games with exit 5 and forfeits nothing; when it is back they go on.
func TestServerGoesAway(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 2})
	db := filepath.Join(t.TempDir(), "p.db")
	args := []string{"run", "duel-4", "--games", "2", "--seed", "1", "--batch", "b", "--policy", "vllm/fake", "--quiet", "--db", db}
	gone := modelRun(t, server, args...)
	server.Close()
	out, _ := gone.CombinedOutput()
	if code := gone.ProcessState.ExitCode(); code != exitProvider || !strings.Contains(string(out), "turncoat resume b") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	back := llmtest.Serve(llmtest.Setup{Width: 2})
	defer back.Close()
	resumed := modelRun(t, back, "resume", "b", "--quiet", "--db", db)
	if out, err := resumed.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if shown := mustRun(t, "metrics", "b", "--json", "--db", db); strings.Contains(shown, `"forfeits": 1`) {
		t.Error(shown)
	}
}

// What goes wrong with replies is in the log under its cause, and where nothing comes of the first 20 answers the batch stops and
// says why; a key never is anywhere.
func TestForfeitsAreCounted(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 4,
		Answer: func([]llm.Message, json.RawMessage) string { return "I'm sorry, but I can't do that." }})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "f.db")
	cmd := modelRun(t, server, "run", "duel-4", "--games", "1", "--seed", "1", "--batch", "b", "--policy", "vllm/fake", "--db", db)
	cmd.Env = append(cmd.Env, "VLLM_API_KEY=sk-very-secret")
	out, _ := cmd.CombinedOutput() // the exit code says it
	if code := cmd.ProcessState.ExitCode(); code != exitProvider {
		t.Fatalf("exit %d\n%s", code, out)
	}
	for _, want := range []string{"first 20 of vllm/fake failed", "“I'm sorry, but I can't do that.”", "turncoat doctor 'vllm/fake'",
		"turncoat resume b", "answers (100.0 %) were forfeited"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if listed := mustRun(t, "list", "--json", "--db", db); !strings.Contains(listed, `"waiting":1`) ||
		strings.Contains(listed, `"forfeited":0`) {
		t.Errorf("the list: %s", listed)
	}
	body, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out)+string(body), "very-secret") {
		t.Error("the key is in the output or in the file")
	}
	if !strings.Contains(string(body), `"cause":"refusal"`) {
		t.Error("no forfeit by refusal is in the log")
	}
}

// A refusal is counted wherever it came: in a first reply that was repaired, in one that was not, within a speech.
func TestRefusalsAreCounted(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 4, Answer: func(m []llm.Message, schema json.RawMessage) string {
		last, legal := m[len(m)-1].Text, llmtest.Legal(m, schema)
		switch repair := strings.Contains(last, "can't be used"); {
		case strings.Contains(string(schema), `"choice"`) && !repair:
			return "I'm sorry, but I can't assist with that."
		case strings.Contains(string(schema), `"choice"`) && strings.Contains(last, "(refusal)"):
			return "no"
		case strings.Contains(string(schema), `"text"`):
			return regexp.MustCompile(`"text":"[^"]*"`).ReplaceAllString(legal, `"text":"As an AI language model, I suspect nobody."`)
		}
		return legal
	}})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "a.db")
	args := []string{"run", "duel-4", "--games", "1", "--seed", "1", "--batch", "b", "--set", "max_rounds=1", "--set", "beliefs.with=",
		"--set", "beliefs.after=start", "--policy", "vllm/fake", "--db", db}
	out, err := modelRun(t, server, args...).CombinedOutput()
	for _, want := range []string{"it refused in 13 of 17 answers", "5 of 17 answers (29.4 %) were forfeited: 5 refusal, then not_json"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("it does not say %q: %v\n%s", want, err, out)
		}
	}
	if figures := mustRun(t, "metrics", "b", "--json", "--db", db); !regexp.MustCompile(`"metric":"refusals"[^}]*"mean":0.764`).MatchString(figures) {
		t.Errorf("the metrics:\n%s", figures)
	}
	if told := mustRun(t, "replay", "b/0", "--db", db); strings.Count(told, "vote was lost") != 4 ||
		!strings.Contains(told, "As an AI language model") {
		t.Errorf("the replay:\n%s", told)
	}
}

// An act that can't be read is lost alone: the statement stands, and the result, the replay and the count of touched games tell it.
func TestActsAreForfeitedAlone(t *testing.T) {
	acts := regexp.MustCompile(`"acts":\[.*?\]`)
	server := llmtest.Serve(llmtest.Setup{Width: 4, Answer: func(m []llm.Message, schema json.RawMessage) string {
		return acts.ReplaceAllString(llmtest.Legal(m, schema), `"acts":[{"act":"hug","about":"Bo"},{"act":"claim to be a faithful"}]`)
	}})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "a.db")
	out, err := modelRun(t, server, "run", "duel-4", "--games", "1", "--seed", "1", "--batch", "b", "--policy", "vllm/fake", "--db",
		db).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "vllm/fake: 8 acts of statements could not be read") {
		t.Errorf("%v\n%s", err, out)
	}
	if shown := mustRun(t, "replay", "b/0", "--db", db); strings.Count(shown, "forfeits the act: schema") != 8 ||
		strings.Count(shown, "claims to be a faithful") != 8 || strings.Contains(shown, "says nothing") {
		t.Errorf("the replay:\n%s", shown)
	}
	if figures := mustRun(t, "metrics", "b", "--db", db); !strings.Contains(figures, "1 touched by a forfeit") {
		t.Errorf("the metrics:\n%s", figures)
	}
	if listed := mustRun(t, "show", "b", "--db", db); !strings.Contains(listed, "8 acts of statements") {
		t.Errorf("the batch:\n%s", listed)
	}
	mustRun(t, "verify", "b", "--deep", "--db", db)
}

// A batch played from the stored replies of another is that batch event for event, without a server; with one reply altered the run
// says where it departs, and so does verify.
func TestRecorded(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 4})
	db := filepath.Join(t.TempDir(), "r.db")
	args := []string{"run", "duel-4", "--games", "2", "--seed", "4", "--quiet", "--db", db, "--team", "traitors=vllm/fake"}
	if out, err := modelRun(t, server, append(args, "--policy", "vllm/fake", "--batch", "b")...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server.Close()
	again := []string{"run", "duel-4", "--games", "2", "--seed", "4", "--quiet", "--db", db, "--policy", "recorded/b", "--batch"}
	mustRun(t, append(again, "again")...)
	mustRun(t, "verify", "again", "--db", db)
	mustRun(t, "verify", "b", "--deep", "--db", db)
	file, err := sql.Open("sqlite3", db)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var events, same int
	const pairs = `SELECT count(*), sum(x.body = y.body AND x.audience = y.audience AND x.step = y.step) FROM event_log x
		LEFT JOIN event_log y ON y.batch = 'again' AND y.game_index = x.game_index AND y.seq = x.seq AND y.kind = x.kind
		WHERE x.batch = 'b' AND x.kind <> 'created'`
	if err := file.QueryRow(pairs).Scan(&events, &same); err != nil || events < 100 || same != events {
		t.Fatalf("%d of %d events are the same: %v", same, events, err)
	}
	const alter = `UPDATE model_calls SET reply = '{"thought":"another","suspicion":{}}' WHERE game = 1 AND step = 1 AND seat = 2 AND attempt = 0`
	if done, err := file.Exec(alter); err != nil {
		t.Fatal(err)
	} else if n, _ := done.RowsAffected(); n != 1 {
		t.Fatalf("%d rows were altered", n)
	}
	cmd := turncoat(t, append(again, "departs")...)
	out, _ := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() == 0 || !strings.Contains(string(out), "departs") || !strings.Contains(string(out), "seat 2") {
		t.Errorf("exit %d\n%s", cmd.ProcessState.ExitCode(), out)
	}
	cmd = turncoat(t, "verify", "b", "--deep", "--db", db)
	if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "step 1, seat 2") {
		t.Errorf("verify: exit %d\n%s", cmd.ProcessState.ExitCode(), out)
	}
}

// Models that meet again are told what they carry over, from the second game on and only there; the season is rebuilt call for call.
func TestSeasonOfModels(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 4})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "s.db")
	run := modelRun(t, server, "run", "duel-4", "--season", "3", "--seed", "4", "--quiet", "--db", db, "--batch", "b", "--policy",
		"vllm/fake",
		"--set", "memory.reflect=banishment,end")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mustRun(t, "verify", "b", "--deep", "--db", db)
	const carried = "Games with these people before this one"
	for game, want := range []bool{false, true, true} {
		name := fmt.Sprintf("b/%d", game)
		prompt := mustRun(t, "prompt", name, "--step", "1", "--seat", "2", "--db", db)
		if strings.Contains(prompt, carried) != want {
			t.Errorf("%s: the prompt tells of earlier games: %v\n%s", name, !want, prompt)
		}
	}
}

// A failed game ends every run with 3, its cause and what takes it up again; taken up from its log, it is the game that would have been.
func TestFailedGames(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 4})
	defer server.Close()
	dir := t.TempDir()
	db, whole := filepath.Join(dir, "f.db"), filepath.Join(dir, "w.db")
	args := []string{"run", "duel-4", "--games", "2", "--seed", "1", "--batch", "b", "--policy", "vllm/fake", "--quiet", "--db"}
	if out, err := modelRun(t, server, append(args, whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, _ = modelRun(t, server, append(args, db, "--max-tokens", "9000")...).CombinedOutput() // stopped in the midst of its games
	file, err := sql.Open("sqlite3", db)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.ExecContext(t.Context(), "UPDATE games SET status = 'failed', error = 'the dice were lost' WHERE status = "+
		"'stopped'"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		cmd := modelRun(t, server, append(args, db)...)
		out, _ := cmd.CombinedOutput() // the exit code says it
		if code := cmd.ProcessState.ExitCode(); code != exitGamesFailed || !strings.Contains(string(out), "the dice were lost") ||
			!strings.Contains(string(out), "resume b --failed") {
			t.Fatalf("exit %d\n%s", code, out)
		}
	}
	if out, err := modelRun(t, server, "resume", "b", "--failed", "--quiet", "--db", db).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	sameHeads(t, heads(t, whole, "b"), heads(t, db, "b"))
}

// A run that is refused leaves nothing behind, and a name given to run is exact.
func TestRefusedRunLeavesNothing(t *testing.T) {
	db := filepath.Join(t.TempDir(), "r.db")
	cmd := turncoat(t, "run", "duel-4", "--policy", "openai/gpt-4o-mini", "--batch", "b", "--db", db)
	cmd.Env = append(cmd.Env, "OPENAI_API_KEY=")
	if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), "OPENAI_API_KEY") {
		t.Fatalf("exit %d\n%s", cmd.ProcessState.ExitCode(), out)
	}
	if _, err := os.Stat(db); err == nil {
		t.Fatal("a file was made")
	}
	for _, name := range []string{"exp-10", "exp-11", "exp-1"} {
		mustRun(t, "run", "vanilla", "--games", "2", "--seed", "1", "--batch", name, "--quiet", "--db", db)
	}
	if got := len(heads(t, db, "exp-1")); got != 2 {
		t.Fatalf("exp-1 has %d games", got)
	}
}

// A file that is removed or replaced while it is written to is told, with exit 1.
func TestFileGoesAway(t *testing.T) {
	db := filepath.Join(t.TempDir(), "g.db")
	asked := 0
	server := llmtest.Serve(llmtest.Setup{Answer: func(m []llm.Message, schema json.RawMessage) string {
		if asked++; asked == 5 {
			if err := os.Remove(db); err != nil {
				t.Error(err)
			}
		}
		return llmtest.Legal(m, schema)
	}})
	defer server.Close()
	cmd := modelRun(t, server, "run", "duel-4", "--games", "2", "--seed", "1", "--policy", "vllm/fake", "--quiet", "--width", "1", "--db",
		db)
	out, _ := cmd.CombinedOutput() // the exit code says it
	if code := cmd.ProcessState.ExitCode(); code != exitError || strings.Count(string(out), "removed or replaced") != 1 {
		t.Fatalf("exit %d\n%s", code, out)
	}
}
