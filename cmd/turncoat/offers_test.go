package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
)

// offered is `turncoat models` with the addresses of servers; where one is empty nobody listens.
func offered(t *testing.T, ollama, llamacpp, vllm, lmstudio string, args ...string) (out, told string, code int) {
	t.Helper()
	cmd := turncoat(t, append([]string{"models"}, args...)...)
	cmd.Env = os.Environ()
	for name, url := range map[string]string{"OLLAMA_HOST": ollama, "LLAMACPP_BASE_URL": llamacpp, "VLLM_BASE_URL": vllm,
		"LMSTUDIO_BASE_URL": lmstudio} {
		switch {
		case url == "":
			url = "http://127.0.0.1:1"
		case name != "OLLAMA_HOST":
			url += "/v1"
		}
		cmd.Env = append(cmd.Env, name+"="+url)
	}
	for _, key := range []string{"OPENAI", "DEEPSEEK", "TOGETHER", "OPENROUTER", "ANTHROPIC", "GEMINI", "MISTRAL"} {
		cmd.Env = append(cmd.Env, key+"_API_KEY=")
	}
	var both [2]strings.Builder
	cmd.Stdout, cmd.Stderr = &both[0], &both[1]
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return both[0].String(), both[1].String(), cmd.ProcessState.ExitCode()
}

// Every server on this machine that answers is listed, by names that a spec can have; the others cost one line, and it is an error
// only where none answers or one was named.
func TestModelsOfEveryServer(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Slots: 4, Context: 8192, Models: []string{"/home/x/models/qwen2.5-0.5b-q4.gguf", "/a/same.gguf",
		"/b/same.gguf"}})
	defer server.Close()
	own := llmtest.Serve(llmtest.Setup{Models: []string{"smollm2:latest", "qwen2.5:1.5b"}})
	defer own.Close()
	other := httptest.NewServer(http.NotFoundHandler()) // has a model server's usual port
	defer other.Close()

	out, told, code := offered(t, own.URL, server.URL, other.URL, "")
	for _, want := range []string{"ollama/smollm2 ", "ollama/qwen2.5:1.5b ", "llamacpp/qwen2.5-0.5b-q4\n", "llamacpp//a/same.gguf\n",
		"llamacpp//b/same.gguf\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not listed:\n%s", want, out)
		}
	}
	if code != exitDone || strings.Count(told, "\n") != 2 || !strings.Contains(told, "no answer from lmstudio (http://127.0.0.1:1)") ||
		!strings.Contains(told, "vllm: left out: ") {
		t.Errorf("exit %d\n%s", code, told)
	}
	for line := range strings.Lines(out) {
		if len([]rune(line)) > 81 {
			t.Errorf("the line is too long: %s", line)
		}
	}

	out, told, code = offered(t, "", "", "", "")
	if code != exitProvider || out != "" || !strings.Contains(told, "ollama serve") || !strings.Contains(told, "llama-server -m") ||
		!strings.Contains(told, "vllm serve") {
		t.Errorf("with nobody there: exit %d\n%s%s", code, out, told)
	}
	if out, told, code = offered(t, "", server.URL, "", "", "llamacpp", "vllm"); code != exitProvider ||
		!strings.Contains(out, "llamacpp/qwen") || !strings.Contains(told, "vllm: ") || strings.Contains(told, "ollama") {
		t.Errorf("with one named that is not there: exit %d\n%s%s", code, out, told)
	}
	empty := llmtest.Serve(llmtest.Setup{Models: []string{}})
	defer empty.Close()
	if _, told, code = offered(t, empty.URL, "", "", ""); code != exitDone ||
		!strings.Contains(told, "ollama at "+empty.URL+" answers and has no models") {
		t.Errorf("with no models: exit %d\n%s", code, told)
	}
}
