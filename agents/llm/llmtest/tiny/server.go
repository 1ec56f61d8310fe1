// Package tiny runs a real ollama server in tests, on a model of half a megabyte whose weights are random.
//
// Nothing is downloaded: the model is written here, byte for byte the same each time, and held to a schema by the server's
// grammar even its noise becomes valid replies. So streaming, schema, counts, options, truncation and errors are the real
// thing; only the prose is not. One character is about one token to it.
//
// The server is ollama v0.11.4, built by `make ollama` (Go and a C++ compiler, about 3 minutes) into the folder that
// TURNCOAT_OLLAMA names, by default turncoat/ollama-v0.11.4 in the user's cache folder. Where there is none, tests that need it are
// skipped. The package is for tests alone and must not be imported by anything else.
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

// ollamaVersion of ollama that the tests are written for.
const ollamaVersion = "0.11.4"

const (
	startup = time.Minute      // to answer, and to take the models
	wait    = 10 * time.Second // to stop before it is killed
	beat    = 20 * time.Millisecond
	ports   = 3 // a free port may be taken by another before the server has it
)

// plainTemplate and thinkingTemplate are the templates of the models. A model whose name holds "think" has the second one, by which the
// server takes it for a model that can think.
const (
	plainTemplate    = "{{ range .Messages }}[{{ .Role }}]\n{{ .Content }}\n{{ end }}[assistant]\n"
	thinkingTemplate = "{{ range .Messages }}[{{ .Role }}]\n{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}{{ .Content }}\n" +
		"{{ end }}[assistant]\n"
)

// serverProgram is where the server's program has to lie.
func serverProgram() (string, error) {
	folder := os.Getenv("TURNCOAT_OLLAMA")
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("folder of the ollama program: %w", err)
		}
		folder = filepath.Join(cache, "turncoat", "ollama-v"+ollamaVersion)
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
	host = Serve(t)
	if len(names) == 0 {
		names = []string{"tiny-a", "tiny-b"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), startup)
	defer cancel()
	for i, name := range names {
		if err := create(ctx, host, name, uint64(i)+1); err != nil {
			t.Fatalf("create model %s: %v", name, err)
		}
	}
	return host
}

// Serve runs a server that has no model yet; else it is as Start.
func Serve(t testing.TB) (host string) {
	t.Helper()
	program, err := serverProgram()
	if err == nil {
		_, err = os.Stat(program)
	}
	if err != nil {
		Missing(t, "no ollama to test against (build it with `make ollama`; see package tiny): %v", err)
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
	return host
}

// Missing skips a test for what this machine lacks; under TURNCOAT_MUST, which CI sets, the test fails.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("TURNCOAT_MUST") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

var errEnded = errors.New("the server ended at once")

func serve(ctx context.Context, t testing.TB, program string) (string, error) {
	address, err := FreePort()
	if err != nil {
		return "", err
	}
	home := t.TempDir()
	host := "http://" + address
	return host, Launch(ctx, t, exec.Command(program, "serve"), environment(home, address), host+"/api/version")
}

// Launch starts a server, waits until an address of it answers well, and stops it with the test, to which the end of its log goes
// if it fails.
func Launch(ctx context.Context, t testing.TB, program *exec.Cmd, env []string, ready string) error {
	name := filepath.Base(program.Path)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		return fmt.Errorf("log of %s: %w", name, err)
	}
	defer log.Close()
	life, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(life, program.Path, program.Args[1:]...)
	cmd.Env = env
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it ends its runners
	cmd.WaitDelay = wait
	if err := cmd.Start(); err != nil {
		stop()
		return fmt.Errorf("start %s: %w", name, err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }() // how it ended says nothing: it is interrupted
	t.Cleanup(func() { stop(); <-ended; show(t, log.Name()) })
	return await(ctx, ready, ended)
}

// FreePort is an address of this machine that was free a moment ago.
func FreePort() (string, error) {
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
	t.Logf("the end of the server's log:\n%s", b[max(0, len(b)-4000):])
}

// await asks until the server answers well.
func await(ctx context.Context, ready string, ended <-chan struct{}) error {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, ready, nil)
		if err != nil {
			return fmt.Errorf("ask the server: %w", err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ended:
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("wait for the server: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}

func create(ctx context.Context, host, name string, seed uint64) error {
	var file bytes.Buffer
	if err := write(&file, seed); err != nil {
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
	template := plainTemplate
	if strings.Contains(name, "think") {
		template = thinkingTemplate
	}
	request := &api.CreateRequest{
		Model:    name,
		Files:    map[string]string{"tiny.gguf": digest},
		Template: template,
		// several wait for one another in a loop, and beside other tests that takes ten times as long
		Parameters: map[string]any{"num_thread": 1},
	}
	return client.Create(ctx, request, func(api.ProgressResponse) error { return nil })
}
