package ollama

import (
	"testing"

	"github.com/ollama/ollama/envconfig"
)

// What a host means is what ollama takes it for.
func TestAddressIsOllamas(t *testing.T) {
	for _, host := range []string{
		"127.0.0.1", "127.0.0.1:1234", ":1234", "0.0.0.0", "example.com", "example.com:80", "http://example.com", "https://example.com",
		"https://example.com:8443/", "http://example.com/ollama", "[::1]", "[::1]:99", "::1", "http://[::1]", " localhost ", "ollama.com",
		`"localhost:1"`,
		"https://example.com/a/b",
	} {
		t.Setenv("OLLAMA_HOST", host)
		want := envconfig.Host().String()
		got, err := address(host)
		if err != nil || got.String() != want {
			t.Errorf("%q is %v, %v; want %s", host, got, err, want)
		}
		if got, err := address(""); err != nil || got.String() != want {
			t.Errorf("the environment's %q is %v, %v; want %s", host, got, err, want)
		}
	}
	t.Setenv("OLLAMA_HOST", "")
	if got, err := address(""); err != nil || got.String() != "http://127.0.0.1:11434" {
		t.Errorf("the default is %v, %v", got, err)
	}
	for _, host := range []string{"localhost:x", "localhost:70000", "ftp://localhost"} {
		if got, err := address(host); err == nil {
			t.Errorf("%q is %v", host, got)
		}
	}
}
