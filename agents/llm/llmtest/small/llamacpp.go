package small

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/tiny"
)

// loading is how long a model may take until it answers.
const loading = 2 * time.Minute

// LlamaCpp runs llama.cpp's llama-server with the model under its name, and gives its base URL. `make llamacpp` builds it into the
// folder that TURNCOAT_LLAMACPP names, by default turncoat/llamacpp in the user's cache folder. The penalty of repetition is what
// these sizes need there: without it a 0.5B model's replies have no end (docs/models.md).
func LlamaCpp(t testing.TB, m Model, args ...string) (url string) {
	t.Helper()
	folder := os.Getenv("TURNCOAT_LLAMACPP")
	if cache, err := os.UserCacheDir(); folder == "" && err == nil {
		folder = filepath.Join(cache, "turncoat", "llamacpp")
	}
	program := filepath.Join(folder, "llama-server")
	if _, err := os.Stat(program); err != nil {
		tiny.Missing(t, "no llama-server to test against (build it with `make llamacpp`): %v", err)
	}
	path, err := m.Path()
	if err != nil {
		tiny.Missing(t, "no model to play: %v", err)
	}
	address, err := tiny.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(address, ":")
	ctx, cancel := context.WithTimeout(context.Background(), loading)
	defer cancel()
	server := exec.Command(program, append([]string{"-m", path, "--alias", m.Name, "--host", "127.0.0.1", "--port", port,
		"--repeat-penalty", "1.1"}, args...)...)
	url = "http://" + address
	if err := tiny.Launch(ctx, t, server, os.Environ(), url+"/health"); err != nil {
		t.Fatal(err)
	}
	return url + "/v1"
}
