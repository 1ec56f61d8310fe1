package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// ollamaRun is turncoat playing by a model of a fake Ollama server.
func ollamaRun(t *testing.T, server *llmtest.Server, args ...string) *exec.Cmd {
	cmd := turncoat(t, args...)
	cmd.Env = append(os.Environ(), "OLLAMA_HOST="+server.URL)
	return cmd
}

// Ollama before v0.12.6 cuts a prompt that is too long without a word, and answers what is left. No such answer counts: the prompt
// is made shorter and put again, which is told, and the games come to the end that they would have had.
func TestOllamaCutsInSilence(t *testing.T) {
	dir := t.TempDir()
	thought := regexp.MustCompile(`"thought":"[^"]*"`)
	answer := func(m []llm.Message, schema json.RawMessage) string {
		legal := llmtest.Legal(nil, schema)
		if m[0].Speaker != llm.System || !strings.Contains(m[len(m)-1].Text, "Reply with one JSON object") {
			return thought.ReplaceAllString(legal, `"thought":"what are the rules"`)
		}
		return legal
	}
	play := func(name string, setup llmtest.Setup) (path, log string) {
		setup.Answer, setup.Width = answer, 4
		server := llmtest.Serve(setup)
		defer server.Close()
		path, log = filepath.Join(dir, name+".db"), filepath.Join(dir, name+".log")
		cmd := ollamaRun(t, server, "run", "classic", "--games", "1", "--seed", "3", "--batch", "b", "--policy",
			"ollama/fake?num_ctx=3600&num_predict=256", "--quiet",
			"--width", "4", "--db", path, "--log-file", log, "--log-level", "info")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return path, log
	}
	whole, _ := play("whole", llmtest.Setup{})
	path, log := play("cut", llmtest.Setup{Cut: true, Bytes: 2}) // tokens are shorter than is reckoned with
	if got, want := story(t, path), story(t, whole); got != want || !strings.HasSuffix(want, "forfeits 0") {
		t.Errorf("cut the games came to %s, whole to %s", got, want)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var blind, shortened int
	const counts = "SELECT count(*) FILTER (WHERE reply LIKE '%what are the rules%'), count(*) FILTER (WHERE context > 0) FROM model_calls"
	if err := db.QueryRowContext(t.Context(), counts).Scan(&blind, &shortened); err != nil || blind > 0 || shortened == 0 {
		t.Errorf("%d answers to a cut prompt count, %d prompts were made shorter: %v", blind, shortened, err)
	}
	told, err := os.ReadFile(log)
	if err != nil || !strings.Contains(string(told), "prompt shortened") || !strings.Contains(string(told), "the prompt was cut") {
		t.Errorf("the log does not tell it: %v\n%s", err, told)
	}
	mustRun(t, "verify", "b", "--deep", "--db", path)
}

// contextOf is the context that a batch's prompts are made under.
func contextOf(t *testing.T, path, batch string) int {
	t.Helper()
	store, err := memory.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	b, err := store.BatchByName(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	d, err := archive.DesignOf(b)
	if err != nil {
		t.Fatal(err)
	}
	return seating.BindingOf(d, "ollama/fake").Context
}

// A batch whose model is gone waits as it is: resume and run end before the next game, as does a plan that would time the model.
func TestModelIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "g.db")
	there := llmtest.Serve(llmtest.Setup{Width: 4})
	defer there.Close()
	gone := llmtest.Serve(llmtest.Setup{Width: 4, Models: []string{"another"}})
	defer gone.Close()
	design := []string{"run", "duel-4", "--games", "2", "--seed", "3", "--policy", "vllm/fake", "--quiet", "--db", path}
	// stopped in the midst of its games
	_, _ = modelRun(t, there, append(design, "--batch", "b", "--max-tokens", "9000")...).CombinedOutput()
	before := story(t, path)
	for _, args := range [][]string{{"resume", "b", "--quiet", "--db", path}, append(design, "--batch", "b"), append(design, "--dry-run")} {
		cmd := modelRun(t, gone, args...)
		out, _ := cmd.CombinedOutput() // the exit code says it
		if code := cmd.ProcessState.ExitCode(); code != exitProvider ||
			!strings.Contains(string(out), `has no model "fake"; it has: vllm/another`) {
			t.Errorf("%s: exit %d\n%s", args[0], code, out)
		}
	}
	if n := len(gone.Calls()); n > 0 || story(t, path) != before {
		t.Errorf("%d calls were made; the batch was %s and is %s", n, before, story(t, path))
	}
	if out, err := modelRun(t, there, "resume", "b", "--quiet", "--db", path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// sentContexts are the values of num_ctx that a server was asked with.
func sentContexts(t *testing.T, server *llmtest.Server) map[int]int {
	t.Helper()
	out := map[int]int{}
	for _, c := range server.Calls() {
		var body struct {
			Options struct {
				Context int `json:"num_ctx"`
			} `json:"options"`
		}
		if err := json.Unmarshal(c.Body, &body); err != nil {
			t.Fatal(err)
		}
		out[body.Options.Context]++
	}
	return out
}

// The context that a spec leaves open is what the model was made for, up to 16,384; a batch keeps the one that it began with,
// whatever its server tells later, and builds its prompts again without one.
func TestContextIsFrozen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	run := func(trained int, args ...string) (string, map[int]int) {
		server := llmtest.Serve(llmtest.Setup{Width: 4, Answer: bySchema, Trained: trained})
		defer server.Close()
		out, _ := ollamaRun(t, server, append(args, "--quiet", "--db", path)...).CombinedOutput() // the cases say what it comes to
		return string(out), sentContexts(t, server)
	}
	design := []string{"run", "duel-4", "--seed", "3", "--policy", "ollama/fake", "--batch"}
	out, sent := run(2200, append(design, "b", "--games", "2", "--max-tokens", "9000")...)
	if got := contextOf(t, path, "b"); got != 2200 || len(sent) != 1 || sent[2200] == 0 || strings.Contains(out, "does not tell") {
		t.Fatalf("num_ctx is %d, sent were %v\n%s", got, sent, out)
	}
	if out, sent = run(131072, "resume", "b"); len(sent) != 1 || sent[2200] == 0 || strings.Contains(out, "turncoat:") {
		t.Errorf("resumed on a longer model, %v were sent\n%s", sent, out)
	}
	if out, sent = run(0, append(design, "b", "--games", "3")...); contextOf(t, path, "b") != 2200 || sent[2200] == 0 ||
		!strings.Contains(out, "num_ctx is 2200") {
		t.Errorf("a game was added under %v\n%s", sent, out)
	}
	mustRun(t, "verify", "b", "--deep", "--db", path)
	if text := mustRun(t, "prompt", "b/1", "--step", "1", "--seat", "2", "--db", path); !strings.Contains(text, "-- reply") {
		t.Error(text)
	}
	mustRun(t, "run", "duel-4", "--games", "3", "--seed", "3", "--policy", "recorded/b", "--batch", "again", "--quiet", "--db", path)
	mustRun(t, "verify", "again", "--db", path)

	if out, sent = run(131072, append(design, "long", "--games", "1")...); contextOf(t, path, "long") != 16384 || sent[16384] == 0 ||
		strings.Contains(out, "does not tell") {
		t.Errorf("of a long model %v were sent\n%s", sent, out)
	}
	if out, sent = run(0, append(design, "silent", "--games", "1")...); contextOf(t, path, "silent") != 16384 ||
		!strings.Contains(out, "ollama/fake: its server does not tell what context the model was made for; num_ctx is 16384") {
		t.Errorf("of a silent server %v were sent\n%s", sent, out)
	}
	if out, _ = run(900, append(design, "tiny", "--games", "1")...); !strings.Contains(out, "num_predict") ||
		!strings.Contains(out, "900") {
		t.Errorf("a context without room for a reply:\n%s", out)
	}
}

// A model that its server does not have ends a batch before its first game: the error names those that it has, and nothing is left
// behind. llama.cpp would answer to any name.
func TestModelIsMissing(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 4, Slots: 4, Models: []string{"/models/a/qwen.gguf", "/models/b/Qwen.gguf", "org/small"}})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "m.db")
	env := append(os.Environ(), "OLLAMA_HOST="+server.URL)
	for _, p := range []string{"VLLM", "LLAMACPP", "LMSTUDIO"} {
		env = append(env, p+"_BASE_URL="+server.URL+"/v1")
	}
	for spec, want := range map[string][]string{
		"ollama/smal":    {"5", `has no model "smal"; it has: `, "ollama/small", "ollama pull smal"},
		"llamacpp/llama": {"5", `has no model "llama"; it has: llamacpp//models/a/qwen.gguf, llamacpp//models/b/Qwen.gguf, llamacpp/small`},
		"vllm/org/large": {"5", `has no model "org/large"`},
		"lmstudio/x":     {"5", `has no model "x"`},
		"llamacpp/qwen":  {"2", "2 models of that name", "/models/a/qwen.gguf, /models/b/Qwen.gguf"},
	} {
		cmd := turncoat(t, "run", "duel-4", "--games", "2", "--policy", spec, "--db", db)
		cmd.Env = env
		out, _ := cmd.CombinedOutput() // the exit code says it
		code := map[string]int{"5": exitProvider, "2": exitUsage}[want[0]]
		for _, words := range want[1:] {
			if cmd.ProcessState.ExitCode() != code || !strings.Contains(string(out), words) {
				t.Errorf("%s: exit %d, want %d and %q\n%s", spec, cmd.ProcessState.ExitCode(), code, words, out)
			}
		}
	}
	if _, err := os.Stat(db); err == nil {
		t.Error("a file was made")
	}
	if n := len(server.Calls()); n > 0 {
		t.Errorf("%d calls were made", n)
	}
	db = filepath.Join(t.TempDir(), "s.db")
	for _, spec := range []string{"vllm/small", "llamacpp/small.gguf", "ollama/small", "llamacpp//models/b/Qwen.gguf"} {
		before := len(server.Calls())
		cmd := turncoat(t, "run", "duel-4", "--games", "1", "--policy", spec, "--quiet", "--db", db)
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", spec, err, out)
		}
		want := "org/small"
		if strings.Contains(spec, "Qwen") {
			want = "/models/b/Qwen.gguf"
		}
		for _, c := range server.Calls()[before:] {
			if c.Model != want {
				t.Fatalf("%s: %q was asked, not %q", spec, c.Model, want)
			}
		}
	}
}
