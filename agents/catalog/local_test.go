package catalog

import (
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
)

// An address is on this machine by its host alone, whatever else stands in it.
func TestLocal(t *testing.T) {
	for address, want := range map[string]bool{
		"": true, "localhost": true, "localhost:11434": true, ":11434": true, "127.0.0.1:8000": true, "127.8.0.1": true,
		"\"127.0.0.1\" ":           true,
		"http://127.0.0.1:8000/v1": true, "http://[::1]:8000/v1": true, "0.0.0.0": true, "https://localhost/v1": true,
		"http://far.example/v1": false, "gpu.lab:11434": false, "10.0.0.7:8000": false,
		"http://localhost.example/v1": false, "http://far.example/127.0.0.1/v1": false, "http://far.example:80/?to=localhost": false,
		"http://127.0.0.1.far.example/": false, "http://a b/": false,
	} {
		if got := local(address); got != want {
			t.Errorf("%q is on this machine: %t", address, got)
		}
	}
}

// Nothing is paid for a model on a server of this machine, whichever program serves it. What runs elsewhere may cost something.
func TestFree(t *testing.T) {
	for _, c := range []struct {
		policy, env, at string
		want            bool
	}{
		{"ollama/m", "", "", true},
		{"vllm/m", "", "", true},
		{"llamacpp/m", "", "", true},
		{"lmstudio/m", "", "", true},
		{"vllm/m?base_url=http://rented.example/v1", "", "", false},
		{"vllm/m", "VLLM_BASE_URL", "http://rented.example/v1", false},
		{"ollama/m", "OLLAMA_HOST", "rented.example", false},
		{"openai/m", "OPENAI_API_KEY", "key", false},
		{"openai/m?base_url=http://127.0.0.1:9/v1", "OPENAI_API_KEY", "key", false}, // a proxy
		{"random", "", "", false},
	} {
		s := &Servers{Getenv: func(key string) string {
			if key == c.env {
				return c.at
			}
			return ""
		}}
		if got := s.Free(agents.PolicyOf(c.policy)); got != c.want {
			t.Errorf("%s, %s=%s: free %t", c.policy, c.env, c.at, got)
		}
	}
}
