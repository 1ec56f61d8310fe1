package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
)

// Without a spec doctor looks for every kind of server that may be on this machine, and asks nobody who is paid.
func TestDoctorLooksForServers(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Models: []string{"a", "b"}})
	defer server.Close()
	const nobody = "http://127.0.0.1:1/v1"
	cmd := turncoat(t, "doctor", "--db", filepath.Join(t.TempDir(), "none.db"))
	cmd.Env = append(os.Environ(), "VLLM_BASE_URL="+server.URL+"/v1", "LLAMACPP_BASE_URL="+nobody, "LMSTUDIO_BASE_URL="+nobody,
		"OLLAMA_HOST="+server.URL, "OPENAI_API_KEY=key", "OPENAI_BASE_URL="+server.URL+"/v1")
	out, err := cmd.CombinedOutput()
	said := string(out)
	for _, want := range []string{"ok    vllm       answers at " + server.URL + "/v1, with 2 models", "ok    ollama     answers at",
		"none  servers    no answer from llamacpp, lmstudio\n"} {
		if err != nil || !strings.Contains(said, want) || strings.Contains(said, "openai") {
			t.Errorf("%v: wanted is %q alone, it says:\n%s", err, want, said)
		}
	}
	cmd = turncoat(t, "doctor", "--db", filepath.Join(t.TempDir(), "none.db"))
	cmd.Env = append(os.Environ(), "VLLM_BASE_URL=nowhere", "LLAMACPP_BASE_URL="+nobody, "LMSTUDIO_BASE_URL="+nobody, "OLLAMA_HOST="+nobody)
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "BAD   vllm") {
		t.Errorf("an address that is none: %v, %s", err, out)
	}
}
