// Package tiny runs a real ollama server in tests, on a model of half a megabyte whose weights are random.
//
// Nothing is downloaded: the model is written here, byte for byte the same each time, and held to a schema by the server's
// grammar even its noise becomes valid replies. So streaming, schema, counts, options, truncation and errors are the real
// thing; only the prose is not. One character is about one token to it.
//
// The server is ollama v0.11.4, built by
//
//	GOBIN=$(pwd) go install github.com/ollama/ollama@v0.11.4
//
// (Go and a C++ compiler, about 3 minutes) into the folder that TURNCOAT_OLLAMA names, by default
// turncoat/ollama-v0.11.4 in the user's cache folder. Where there is none, tests that need it are skipped. The package is
// for tests alone and must not be imported by anything else.
package tiny

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ollama/ollama/api"
)

// Version of ollama that the tests are written for.
const Version = "0.11.4"

const (
	startup = time.Minute      // to answer, and to take the models
	wait    = 10 * time.Second // to stop before it is killed
	beat    = 20 * time.Millisecond
	ports   = 3 // a free port may be taken by another before the server has it
)

// Plain and Thinking are the templates of the models. A model whose name holds "think" has the second one, by which the
// server takes it for a model that can think.
const (
	Plain    = "{{ range .Messages }}[{{ .Role }}]\n{{ .Content }}\n{{ end }}[assistant]\n"
	Thinking = "{{ range .Messages }}[{{ .Role }}]\n{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}{{ .Content }}\n{{ end }}[assistant]\n"
)

// Binary is where the server's program has to lie.
func Binary() (string, error) {
	folder := os.Getenv("TURNCOAT_OLLAMA")
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("folder of the ollama program: %w", err)
		}
		folder = filepath.Join(cache, "turncoat", "ollama-v"+Version)
	}
	name := "ollama"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(folder, name), nil
}

// Start runs a server with a model of each name, tiny-a and tiny-b if there are none, and gives its base URL. The models differ
// in their weights. The test is skipped where the program is not there, and the server stops with the test.
func Start(t testing.TB, names ...string) (host string) {
	t.Helper()
	program, err := Binary()
	if err == nil {
		_, err = os.Stat(program)
	}
	if err != nil {
		t.Skipf("no ollama to test against (see package tiny): %v", err)
	}
	if len(names) == 0 {
		names = []string{"tiny-a", "tiny-b"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), startup)
	defer cancel()
	for try := 1; ; try++ {
		host, err = serve(ctx, t, program)
		if err == nil || try == ports || !errors.Is(err, errEnded) {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if err := create(ctx, host, name, uint64(i)+1); err != nil {
			t.Fatalf("create model %s: %v", name, err)
		}
	}
	return host
}

var errEnded = errors.New("the ollama server ended at once")

func serve(ctx context.Context, t testing.TB, program string) (string, error) {
	address, err := freePort()
	if err != nil {
		return "", err
	}
	home := t.TempDir()
	log, err := os.Create(filepath.Join(home, "log"))
	if err != nil {
		return "", fmt.Errorf("log of the ollama server: %w", err)
	}
	defer log.Close()
	life, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(life, program, "serve")
	cmd.Env = environment(home, address)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it ends its runners
	cmd.WaitDelay = wait
	if err := cmd.Start(); err != nil {
		stop()
		return "", fmt.Errorf("start the ollama server: %w", err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }() // how it ended says nothing: it is interrupted
	t.Cleanup(func() { stop(); <-ended; show(t, log.Name()) })
	host := "http://" + address
	return host, await(ctx, host, ended)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// environment is the test's own without any other setting of ollama.
func environment(home, address string) []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "OLLAMA_") {
			env = append(env, v)
		}
	}
	return append(env, "HOME="+home, "OLLAMA_HOST="+address, "OLLAMA_MODELS="+filepath.Join(home, "models"))
}

func show(t testing.TB, log string) {
	if !t.Failed() {
		return
	}
	b, _ := os.ReadFile(log) // best effort: the test has failed already
	t.Logf("the end of the ollama server's log:\n%s", b[max(0, len(b)-4000):])
}

// await asks until the server answers.
func await(ctx context.Context, host string, ended <-chan struct{}) error {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, host+"/api/version", nil)
		if err != nil {
			return fmt.Errorf("ask the ollama server: %w", err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
			return nil
		}
		select {
		case <-ended:
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("wait for the ollama server: %w", err)
		case <-tick.C:
		}
	}
}

func create(ctx context.Context, host, name string, seed uint64) error {
	var file bytes.Buffer
	if err := Write(&file, seed); err != nil {
		return err
	}
	base, err := url.Parse(host)
	if err != nil {
		return err
	}
	client := api.NewClient(base, http.DefaultClient)
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(file.Bytes()))
	if err := client.CreateBlob(ctx, digest, &file); err != nil {
		return fmt.Errorf("send the weights: %w", err)
	}
	template := Plain
	if strings.Contains(name, "think") {
		template = Thinking
	}
	request := &api.CreateRequest{
		Model:      name,
		Files:      map[string]string{"tiny.gguf": digest},
		Template:   template,
		Parameters: map[string]any{"num_thread": 1}, // several wait for one another in a loop, and beside other tests that takes ten times as long
	}
	return client.Create(ctx, request, func(api.ProgressResponse) error { return nil })
}
