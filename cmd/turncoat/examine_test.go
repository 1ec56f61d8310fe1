package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
)

const prose = "Good morning, everybody! What a lovely day for a game."

// freehand answers a question by the prompt alone.
func freehand(messages []llm.Message) string {
	text := messages[len(messages)-1].Text
	reply := map[string]any{"thought": "Well.", "text": "Good morning.", "acts": []any{}}
	if m := regexp.MustCompile(`You may choose one of: ([^,.]+)`).FindStringSubmatch(text); m != nil {
		reply["choice"] = m[1]
	}
	if m := regexp.MustCompile(`Say in private .*: ([^:.]+)\.\n`).FindStringSubmatch(text); m != nil {
		beliefs := map[string]int{}
		for name := range strings.SplitSeq(m[1], ", ") {
			beliefs[name] = 20
		}
		reply["suspicion"] = beliefs
	}
	out, _ := json.Marshal(reply)
	return string(out)
}

// examined runs doctor against a fake server.
func examined(t *testing.T, answer llmtest.Answer, spec string, args ...string) (said string, code, calls int) {
	t.Helper()
	server := llmtest.Serve(llmtest.Setup{Answer: answer})
	defer server.Close()
	cmd := modelRun(t, server, append([]string{"doctor", spec, "--db", filepath.Join(t.TempDir(), "none.db")}, args...)...)
	out, _ := cmd.CombinedOutput() // the exit code says it
	return string(out), cmd.ProcessState.ExitCode(), server.Load().Calls
}

// Doctor puts questions of the scenario, and says with which spec a model would answer that does not with this one.
func TestDoctorPutsRealQuestions(t *testing.T) {
	legal := func(m []llm.Message, schema json.RawMessage) string { return llmtest.Legal(m, schema) }
	for name, c := range map[string]struct {
		answer llmtest.Answer
		spec   string
		code   int
		calls  int // 0: any number
		says   []string
		not    string
	}{
		"well": {legal, "vllm/fake", exitDone, 2, []string{"ok    answer", "statement, ballot", "ok    call",
			"the longest prompt takes about", "duel-4: "}, "repair"},
		"repaired": {func(m []llm.Message, schema json.RawMessage) string {
			if len(m) == 2 {
				return prose
			}
			return legal(m, schema)
		}, "vllm/fake", exitDone, 4, []string{"ok    answer", "2 needed a repair"}, "BAD"},
		"by grammar alone": {func(m []llm.Message, schema json.RawMessage) string {
			if schema == nil {
				return prose
			}
			return legal(m, schema)
		}, "vllm/fake?schema=prompt&temperature=0.5", exitProvider, 4,
			[]string{"BAD   answer", "not_json, then not_json", "Good morning, everybody",
				"it answers as 'vllm/fake?schema=native&temperature=0.5': it is held to the form by the server alone"}, "ok    answer"},
		"by prompt alone": {func(m []llm.Message, schema json.RawMessage) string {
			if schema != nil {
				return prose
			}
			return freehand(m)
		}, "vllm/fake", exitProvider, 4, []string{"BAD   answer", "it answers as 'vllm/fake?schema=prompt'\n"}, "ok    answer"},
		"without a system role": {func(m []llm.Message, schema json.RawMessage) string {
			if m[0].Speaker == llm.System {
				return prose
			}
			return legal(m, schema)
		}, "vllm/fake?num_ctx=8000", exitProvider, 0, []string{"BAD   answer", "it answers as 'vllm/fake?num_ctx=8000&system=fold'"},
			"ok    answer"},
		"never": {func([]llm.Message, json.RawMessage) string { return prose }, "vllm/fake", exitProvider, 10,
			[]string{"BAD   answer", "none of 4 other ways"}, "it answers as"},
		"without beliefs": {func(m []llm.Message, schema json.RawMessage) string {
			return regexp.MustCompile(`"suspicion":\{[^}]*\}`).ReplaceAllString(legal(m, schema), `"suspicion":{}`)
		}, "vllm/fake", exitProvider, 0, []string{"BAD   answer", "none of the beliefs beside its answer to a question (ballot)",
			", then taken"}, "ok    answer"},
		"cramped": {legal, "vllm/fake?num_ctx=2000", exitProvider, 0, []string{"BAD   context", "take a num_ctx of"}, "ok    context"},
		"tight": {legal, "vllm/fake?num_ctx=3800", exitDone, 2,
			[]string{"ok    context", "even the talk of the round at hand may be left out", "would hold a round"}, "BAD"},
	} {
		t.Run(name, func(t *testing.T) {
			said, code, calls := examined(t, c.answer, c.spec, "--scenario", "duel-4")
			if code != c.code || c.calls > 0 && calls != c.calls || strings.Contains(said, c.not) {
				t.Errorf("exit %d, want %d; %d calls, want %d; it must not say %q:\n%s", code, c.code, calls, c.calls, c.not, said)
			}
			for _, want := range c.says {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say %q:\n%s", want, said)
				}
			}
		})
	}
}

// The scenario may be a file. What it asks first is put where it has no statements.
func TestDoctorTakesAFile(t *testing.T) {
	if said, code, calls := examined(t, llmtest.Legal, "vllm/fake", "--scenario", "testdata/silent.yaml"); code != exitDone ||
		calls != 2 || !strings.Contains(said, "questions of the scenario: ballot, ballot") {
		t.Errorf("exit %d, %d calls\n%s", code, calls, said)
	}
	for _, name := range []string{"duell-4", "testdata/none.yaml"} {
		if said, code, _ := examined(t, llmtest.Legal, "vllm/fake", "--scenario", name); code != exitUsage ||
			!strings.Contains(said, "duel-4") {
			t.Errorf("%s: exit %d\n%s", name, code, said)
		}
	}
}

// Doctor and dry run tell the same longest prompt.
func TestDoctorAgreesWithTheDryRun(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "a.db")
	told := func(cmd *exec.Cmd) string {
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		m := regexp.MustCompile(`the longest prompt takes about .*`).FindString(string(out))
		if m == "" {
			t.Errorf("no longest prompt:\n%s", out)
		}
		return m
	}
	spec := "vllm/fake?num_ctx=16000"
	doctor := told(modelRun(t, server, "doctor", spec, "--scenario", "duel-4", "--db", db))
	dry := told(modelRun(t, server, "run", "duel-4", "--games", "50", "--seed", "1", "--policy", spec, "--dry-run", "--db", db))
	if dry != doctor {
		t.Errorf("the dry run tells %q, doctor %q", dry, doctor)
	}
}

// A server that says how long its context is is believed, one that refuses the request for its options is asked otherwise, and one
// that is not there is asked no more.
func TestDoctorAndOddServers(t *testing.T) {
	var asked atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Method == http.MethodGet {
			_, _ = w.Write([]byte(`{"data":[{"id":"fake","max_model_len":6000}]}`))
			return
		}
		var body map[string]any
		_ = json.NewDecoder(q.Body).Decode(&body)
		if asked.Add(1); body["response_format"] != nil {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":{"message":"response_format is not supported"}}`))
			return
		}
		var messages []llm.Message
		raw, _ := json.Marshal(body["messages"])
		_ = json.Unmarshal(raw, &messages)
		_, _ = w.Write(append(llmtest.OpenAI.Piece(freehand(messages)), llmtest.OpenAI.End(reply.Stop, llm.Usage{})...))
	}))
	run := func(spec string) (string, int) {
		cmd := turncoat(t, "doctor", spec, "--scenario", "duel-4", "--db", filepath.Join(t.TempDir(), "none.db"))
		cmd.Env = append(cmd.Env, "VLLM_BASE_URL="+srv.URL+"/v1")
		out, _ := cmd.CombinedOutput() // the exit code says it
		return string(out), cmd.ProcessState.ExitCode()
	}
	if said, code := run("vllm/fake?num_ctx=9000"); code != exitProvider || !strings.Contains(said, "ask for at most 6000") ||
		asked.Load() > 0 {
		t.Errorf("exit %d, asked %d times\n%s", code, asked.Load(), said)
	}
	if said, code := run("vllm/fake"); code != exitProvider || !strings.Contains(said, "a context of 6,000 leaves it") ||
		!strings.Contains(said, "it answers as 'vllm/fake?schema=prompt'") {
		t.Errorf("exit %d\n%s", code, said)
	}
	if said, code := run("vllm/other"); code != exitProvider || !strings.Contains(said, `has no model "other"; it has: vllm/fake`) {
		t.Errorf("exit %d\n%s", code, said)
	}
	srv.Close()
	if said, code := run("vllm/fake"); code != exitProvider || !strings.Contains(said, "BAD   server") || strings.Contains(said, "answer") {
		t.Errorf("exit %d\n%s", code, said)
	}
}

func TestAlternatives(t *testing.T) {
	for spec, want := range map[string][]string{
		"ollama/x":                         {"ollama/x?schema=prompt", "ollama/x?think=off", "ollama/x?schema=prompt&think=off"},
		"ollama/x?schema=prompt&think=off": {"ollama/x?schema=native&think=off"},
		"vllm/x?system=fold&think=on&temperature=0": {"vllm/x?schema=prompt&system=fold&temperature=0&think=on",
			"vllm/x?system=fold&temperature=0&think=off", "vllm/x?schema=prompt&system=fold&temperature=0&think=off"},
		"anthropic/x?think=off": {"anthropic/x?schema=native&think=off", "anthropic/x?system=fold&think=off"},
	} {
		var got []string
		for _, p := range alternatives(agents.PolicyOf(spec)) {
			got = append(got, p.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", spec, got, want)
		}
	}
}
