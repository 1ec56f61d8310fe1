package catalog

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/openai"
)

// ErrNoKey is that the variable which holds a provider's key is not set.
var ErrNoKey = openai.ErrNoKey

// provider is a row of the table of those who serve models: PROVIDER/MODEL is a policy. A function that is nil is what its servers
// can't do.
type provider struct {
	name    string
	schema  llm.Mode // who holds a reply to its schema, unless the spec says otherwise
	context int      // tokens, unless the spec or the model says otherwise; 0: a server is started with a context
	width   int      // calls in flight to a server, unless it tells how many slots it has
	bounds  bool     // a reply is held to the longest texts of its schema; some of the others refuse a schema that has such bounds
	whole   bool     // its list of models is whole: what is not in it is not served, even if llama.cpp answers to any name
	own     bool     // whoever plays starts its servers: none of them has to be paid
	folds   bool     // takes the option system=fold
	pull    string   // the command that gets a model, before the model's name; empty: there is none

	sought func(site) search // whether its models are listed where nobody names it

	server func(site, wanted) (place, error)                   // where it would be asked
	open   func(site, wanted) (llm.Model, error)               // to ask it; nothing is asked
	learn  func(context.Context, site, wanted) (learnt, error) // what it tells of itself
	list   func(context.Context, site) (Listing, error)        // the models that it has
	probe  func(context.Context, site, wanted) []Finding       // whether it is there, and has a model
	digest func(context.Context, site, wanted) (string, error) // of the weights behind a model's name
	embed  func(s site, model string) (llm.Embedder, error)    // a model that embeds texts
}

// providers are all rows. Those of the chat-completions wire are made from its own table.
var providers = func() []provider {
	out := []provider{ofOllama}
	for _, e := range openai.Presets() {
		out = append(out, ofPreset(e))
	}
	return out
}()

func providerNamed(name string) (provider, bool) {
	i := slices.IndexFunc(providers, func(p provider) bool { return p.name == name })
	if i < 0 {
		return provider{}, false
	}
	return providers[i], true
}

// Providers lists the names of the providers of models.
func Providers() []string {
	out := make([]string, len(providers))
	for i, p := range providers {
		out[i] = p.name
	}
	return out
}

// site is from where a server is asked: the variables that say where it is and with what key, and who is told of it.
type site struct {
	getenv func(string) string
	tell   llm.Teller
}

// client is a new one for each model, and all of them share their connections.
func (site) client() *http.Client { return &http.Client{Transport: transport} }

// transport keeps the connections of a wide queue.
var transport = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 1024, 256
	return t
}()

// wanted is the model that a policy names, and how it is asked.
type wanted struct {
	policy   agents.Policy
	provider provider
	options  llm.Options
}

// place is where a server is.
type place struct {
	name  string // with its address: models at one place share a queue
	local bool   // on this machine
}

// local reports whether an address, as HOST, HOST:PORT or URL, is on this machine. One without a host is.
func local(address string) bool {
	address = strings.Trim(strings.TrimSpace(address), `"'`) // Ollama takes its variable with quotes
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	at, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(at.Hostname())
	return err == nil && (ip.IsLoopback() || ip.IsUnspecified()) || slices.Contains([]string{"", "localhost"}, at.Hostname())
}
