package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/tiny"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// Whole games between two models of a real Ollama server: every answer comes from a reply or is a forfeit with its cause, every
// prompt is rebuilt from the log with the hash that was sent, and no call reloads a model.
func TestRealOllama(t *testing.T) {
	host := tiny.Start(t, "tiny-a", "tiny-b")
	path := filepath.Join(t.TempDir(), "o.db")
	const options = "?num_ctx=32768&num_predict=1200"
	cmd := turncoat(t, "run", "duel-4", "--games", "2", "--seed", "5", "--batch", "duel", "--db", path, "--quiet",
		"--set", "passes=1", "--policy", "ollama/tiny-a"+options, "--seat", "1=ollama/tiny-b"+options)
	cmd.Env = append(os.Environ(), "OLLAMA_HOST="+host)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mustRun(t, "verify", "duel", "--db", path)
	store, err := memory.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for g, err := range store.Games(t.Context(), "duel") {
		if err != nil {
			t.Fatal(err)
		}
		checkPlayedByModels(t, store, g)
	}
}

func checkPlayedByModels(t *testing.T, store *memory.Store, g memory.Game) {
	t.Helper()
	calls, err := store.Calls(t.Context(), g.Key)
	if err != nil {
		t.Fatal(err)
	}
	checked, err := archive.CheckCalls(t.Context(), store, g)
	if err != nil || checked != len(calls) || len(calls) < 12 {
		t.Errorf("game %d: %d of %d calls have a prompt that is rebuilt the same: %v", g.Index, checked, len(calls), err)
	}
	models := map[string]int{}
	for i, c := range calls {
		models[c.Model]++
		if c.PromptTokens == 0 || c.ReplyTokens == 0 {
			t.Errorf("call %d has no counts: %+v", i, c)
		}
		if models[c.Model] > 1 && g.Index > 0 && c.LoadMS > 1000 {
			t.Errorf("call %d of %s took %d ms to load: the model was loaded again", i, c.Model, c.LoadMS)
		}
	}
	if len(models) != 2 {
		t.Errorf("models that answered: %v", models)
	}
	events, err := archive.Events(t.Context(), store, g)
	if err != nil {
		t.Fatal(err)
	}
	answered, acted, forfeits := 0, 0, map[engine.Cause]int{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case engine.Answered:
			answered++
		case engine.Forfeited:
			forfeits[b.Cause]++
		case engine.Statement, engine.Ballot, engine.Belief, engine.Conferred, engine.MurderVote:
			acted++
		}
	}
	if answered == 0 || acted < answered {
		t.Errorf("game %d: %d answers from calls, %d actions", g.Index, answered, acted)
	}
	t.Logf("game %d: %d calls, %d answers, forfeits %v", g.Index, len(calls), answered, forfeits)
}

// A server that cuts in silence what is too long, played by a model that has a token for each byte, so that prompts are longer
// than they are reckoned: they are made shorter until the server reads them whole, and no answer counts for which it did not.
func TestRealOllamaCuts(t *testing.T) {
	const context = 3300
	host := tiny.Start(t, "tiny-a")
	path := filepath.Join(t.TempDir(), "c.db")
	cmd := turncoat(t, "run", "duel-4", "--games", "1", "--seed", "5", "--batch", "b", "--db", path, "--quiet", "--policy",
		fmt.Sprintf("ollama/tiny-a?num_ctx=%d&num_predict=600", context))
	cmd.Env = append(os.Environ(), "OLLAMA_HOST="+host)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mustRun(t, "verify", "b", "--deep", "--db", path)
	store, g := firstGame(t, path, "b")
	calls, err := store.Calls(t.Context(), g.Key)
	if err != nil {
		t.Fatal(err)
	}
	shortened, counted := 0, 0
	for _, c := range calls {
		if c.Context > 0 {
			shortened++
		}
		if c.Cause != "" {
			continue
		}
		if counted++; c.PromptTokens >= context || c.PromptTokens+c.ReplyTokens > context || c.PromptTokens < c.PromptChars {
			t.Errorf("step %d, seat %d: the server read %d tokens of %d bytes and wrote %d, in a context of %d", c.Step, c.Seat,
				c.PromptTokens, c.PromptChars, c.ReplyTokens, context)
		}
	}
	if shortened == 0 || counted == 0 {
		t.Errorf("of %d calls %d count, %d were made shorter", len(calls), counted, shortened)
	}
	t.Logf("%d calls, %d count, %d made shorter", len(calls), counted, shortened)
}

// A model that the server does not have ends the batch before its first game, with the command that fetches it; there is no batch then.
func TestMissingModelIsTold(t *testing.T) {
	host := tiny.Start(t, "tiny-a")
	path := filepath.Join(t.TempDir(), "m.db")
	cmd := turncoat(t, "run", "duel-4", "--games", "2", "--policy", "ollama/nobody-has-this", "--batch", "m", "--db", path)
	cmd.Env = append(os.Environ(), "OLLAMA_HOST="+host)
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != exitProvider ||
		!strings.Contains(string(out), "it has: ollama/tiny-a; get it with: ollama pull nobody-has-this") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was made")
	}
}

// Notes are embedded by a real server, stored, and found again: every prompt is rebuilt with the same hash, and the games play
// again without the server.
func TestRealEmbeddings(t *testing.T) {
	host := tiny.Start(t, "tiny-a", "tiny-b")
	path := filepath.Join(t.TempDir(), "e.db")
	cmd := turncoat(t, "run", "duel-4", "--games", "1", "--seed", "5", "--batch", "e", "--db", path, "--quiet", "--policy",
		"ollama/tiny-a?num_ctx=32768&num_predict=2400",
		"--set", "players=4", "--set", "max_rounds=2", "--set", "traitors_win=last_faithful", "--set", "passes=1", "--set", "murder=off",
		"--set", "conclave=0", "--set", "memory.reflect=start,round_table,banishment", "--set", "memory.recall=retrieve",
		"--set", "tie=nobody", "--set", "beliefs.with=", "--set", "beliefs.after=", "--set", "prompts.embed=ollama/tiny-b")
	cmd.Env = append(os.Environ(), "OLLAMA_HOST="+host)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mustRun(t, "verify", "e", "--deep", "--db", path)
	store, g := firstGame(t, path, "e")
	vectors, err := store.Vectors(t.Context(), g.Key)
	if err != nil || len(vectors) < 2 || len(vectors[0].Components) == 0 {
		t.Errorf("%d vectors are kept: %v", len(vectors), err)
	}
	if len(vectors) == 0 {
		return
	}
	t.Logf("%d vectors of %d components", len(vectors), len(vectors[0].Components))
}
