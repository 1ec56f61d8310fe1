// Package small runs real instructed language models in tests, the smallest that can hold a game: what models of random weights
// (package tiny) can't show is how a model writes.
//
// `make models` and `make models-large` fetch them into the folder that TURNCOAT_MODEL_FILES names, by default turncoat/models in
// the user's cache folder. On a machine that does other work as well, TURNCOAT_MODEL_THREADS=1 is faster than a thread for each
// processor: they wait for one another in a loop. The package is for tests alone and must not be imported by anything else.
package small

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/ollama/ollama/api"
)

// Model is a model that tests know.
type Model struct {
	Name     string
	Template string   // empty: the server knows it by the file
	Stop     []string // where a reply ends
}

// chatML is the template of Qwen's models, which the server doesn't know by their files: without it the roles are dropped.
const chatML = "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"

// The models, by size.
var (
	Smol = Model{Name: "smollm2-135m"}
	Half = Model{Name: "qwen2.5-0.5b", Template: chatML, Stop: []string{"<|im_start|>", "<|im_end|>"}}
	Big  = Model{Name: "qwen2.5-1.5b", Template: chatML, Stop: []string{"<|im_start|>", "<|im_end|>"}}
)

// Path is where the model's file has to lie; an error says what to do where it doesn't.
func (m Model) Path() (string, error) {
	folder := os.Getenv("TURNCOAT_MODEL_FILES")
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("folder of the models: %w", err)
		}
		folder = filepath.Join(cache, "turncoat", "models")
	}
	path := filepath.Join(folder, m.Name+".gguf")
	if _, err := os.Stat(path); err != nil {
		target := "make models-large"
		if m.Name == Smol.Name {
			target = "make models"
		}
		return "", fmt.Errorf("%s is not there: fetch it with `%s`: %w", m.Name, target, err)
	}
	return path, nil
}

// Create gives the model to an Ollama server, under its name.
func (m Model) Create(ctx context.Context, host string) error {
	base, err := url.Parse(host)
	if err != nil {
		return fmt.Errorf("create %s: %w", m.Name, err)
	}
	path, err := m.Path()
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("create %s: %w", m.Name, err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return fmt.Errorf("create %s: %w", m.Name, err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("create %s: %w", m.Name, err)
	}
	client := api.NewClient(base, http.DefaultClient)
	digest := fmt.Sprintf("sha256:%x", sum.Sum(nil))
	if err := client.CreateBlob(ctx, digest, file); err != nil {
		return fmt.Errorf("create %s: send the weights: %w", m.Name, err)
	}
	request := &api.CreateRequest{Model: m.Name, Files: map[string]string{filepath.Base(path): digest}, Template: m.Template}
	request.Parameters = map[string]any{}
	if len(m.Stop) > 0 {
		request.Parameters["stop"] = m.Stop
	}
	if n, err := strconv.Atoi(os.Getenv("TURNCOAT_MODEL_THREADS")); err == nil {
		request.Parameters["num_thread"] = n
	}
	if err := client.Create(ctx, request, func(api.ProgressResponse) error { return nil }); err != nil {
		return fmt.Errorf("create %s: %w", m.Name, err)
	}
	return nil
}
