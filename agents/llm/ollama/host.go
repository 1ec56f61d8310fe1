package ollama

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/ollama/ollama/envconfig"
)

// address reads a host as ollama reads OLLAMA_HOST: [scheme://]host[:port][/path]. Ollama's own reader takes nothing but the
// variable of the process, and replaces a wrong port by the default one; here it is an error.
func address(host string) (*url.URL, error) {
	s := strings.Trim(strings.TrimSpace(host), `"'`)
	if s == "" {
		return envconfig.Host(), nil
	}
	if strings.ContainsAny(s, "@?#") { // not shown: it may hold a secret
		return nil, errors.New("the ollama host is HOST:PORT or a URL without user, password, query or fragment")
	}
	scheme, rest, found := strings.Cut(s, "://")
	port := "11434"
	switch {
	case !found:
		scheme, rest = "http", s
		if s == "ollama.com" {
			scheme, port = "https", "443"
		}
	case scheme == "http":
		port = "80"
	case scheme == "https":
		port = "443"
	default:
		return nil, fmt.Errorf("ollama host %q: the scheme has to be http or https", host)
	}
	rest, path, _ := strings.Cut(rest, "/")
	name, given, err := net.SplitHostPort(rest)
	if err != nil {
		name, given = strings.Trim(rest, "[]"), port
	}
	if n, err := strconv.Atoi(given); err != nil || n < 0 || n > 65535 {
		return nil, fmt.Errorf("ollama host %q: %q is no port", host, given)
	}
	if name == "" && err != nil {
		name = "127.0.0.1"
	}
	return &url.URL{Scheme: scheme, Host: net.JoinHostPort(name, given), Path: path}, nil
}
