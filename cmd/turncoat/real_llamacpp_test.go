package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/small"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
)

// Real games on llama.cpp's own server, which tells its slots and its context: four calls at once on four slots, and a game whose prompts
// outgrow the slot, so that they are made shorter, which is told, and the game ends.
func TestRealLlamaCpp(t *testing.T) {
	if os.Getenv("TURNCOAT_MODELS") == "" {
		t.Skip("minutes of play: `make test-llamacpp`")
	}
	model := small.Half
	if _, err := model.Path(); err != nil {
		t.Logf("SmolLM2 plays instead: %v", err)
		model = small.Smol
	}
	t.Run("four slots", func(t *testing.T) {
		url := small.LlamaCpp(t, model, "-c", "32768", "-np", "4")
		store, answers, _ := playLlamaCpp(t, url, model)
		if together := mostAtOnce(t, store); together < 3 || together > 4 {
			t.Errorf("%d calls were in flight at once, on 4 slots", together)
		}
		if answers.Shortened > 0 {
			t.Errorf("%d prompts were made shorter, where there was room", answers.Shortened)
		}
	})
	t.Run("outgrown", func(t *testing.T) {
		url := small.LlamaCpp(t, model, "-c", "1792", "-np", "1")
		_, answers, told := playLlamaCpp(t, url, model, "--set", "max_rounds=2", "--set", "passes=2", "--set", "tie=nobody",
			"--set", "traitors_win=last_faithful", "--set", "murder=off", "--set", "conclave=0")
		if answers.Shortened == 0 || !strings.Contains(told, "something was left out of") {
			t.Errorf("%d prompts were made shorter; the run told\n%s", answers.Shortened, told)
		}
	})
}

// playLlamaCpp plays a game and holds it to what TestRealModels holds games to.
func playLlamaCpp(t *testing.T, url string, model small.Model, rules ...string) (*memory.Store, memory.Answers, string) {
	t.Helper()
	db := filepath.Join(t.TempDir(), "l.db")
	cmd := turncoat(t, append([]string{"run", "duel-4", "--games", "1", "--seed", "7", "--batch", "real", "--db", db, "--quiet",
		"--policy", "llamacpp/" + model.Name + "?num_predict=512"}, rules...)...)
	cmd.Env = append(cmd.Env, "LLAMACPP_BASE_URL="+url)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", mustRun(t, "verify", "real", "--deep", "--db", db))
	store, err := memory.OpenReadOnly(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	g, err := store.GameAt(t.Context(), "real", 0)
	if err != nil || g.Status != string(batch.Finished) {
		t.Fatalf("the game is %s: %s, %v", g.Status, g.Error, err)
	}
	examineGame(t, store, g)
	answers, err := store.Answers(t.Context(), "real")
	if err != nil || len(answers) != 1 {
		t.Fatalf("answers of %d policies: %v", len(answers), err)
	}
	a := answers[0]
	if a.Forfeited*10 > a.Questions {
		t.Errorf("%d of %d answers were lost: %s", a.Forfeited, a.Questions, causes(a.Causes))
	}
	t.Logf("%d answers, %d mended, %d repaired, %d lost (%s), %d acts lost, %d of %d prompts made shorter",
		a.Questions, a.Mended, a.Repaired, a.Forfeited, causes(a.Causes), a.LostActs, a.Shortened, a.Calls)
	return store, a, string(out)
}

// mostAtOnce is how many calls of the game were in flight at one moment.
func mostAtOnce(t *testing.T, store *memory.Store) (most int) {
	t.Helper()
	g, err := store.GameAt(t.Context(), "real", 0)
	if err != nil {
		t.Fatal(err)
	}
	calls, err := store.Calls(t.Context(), g.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls { // the most are in flight when one of them begins
		begin, n := c.At-c.TotalMS, 0
		for _, other := range calls {
			if other.At-other.TotalMS <= begin && begin < other.At {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
