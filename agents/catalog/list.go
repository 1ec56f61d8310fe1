package catalog

import (
	"context"
	"fmt"

	"github.com/turncoat-sim/turncoat/agents"
)

// search is how likely a server is there that nobody has named.
type search int

const (
	unsought search = iota // it is not asked
	likely                 // it may be on this machine, or not
	meant                  // its key is set
)

// Sought is a provider whose models are listed where nobody names one.
type Sought struct {
	Provider string
	Meant    bool // its key is set; else it may well not be there
}

// Sought are the providers that may be on this machine, and those whose key is set.
func (s *Servers) Sought() (out []Sought) {
	for _, p := range providers {
		if how := p.sought(s.site()); how != unsought {
			out = append(out, Sought{p.name, how == meant})
		}
	}
	return out
}

// Listing is what a server has.
type Listing struct {
	At     string // its address
	Models []Listed
}

// Listed is a model of a server.
type Listed struct {
	Name   string // by which a policy can call it
	Digest string // of its weights; empty where its server does not tell
	Size   string // on disk: "986.1 MB"; empty where its server does not tell
}

// List asks the server of a provider, where its variables say that it is, for its models. The address is known where it fails, too,
// unless what is wrong is the address or the key.
func (s *Servers) List(ctx context.Context, name string) (Listing, error) {
	p, known := providerNamed(name)
	if !known {
		return Listing{}, fmt.Errorf("unknown provider %q", name)
	}
	out, err := p.list(ctx, s.site())
	names := make([]string, len(out.Models))
	for i, m := range out.Models {
		names[i] = m.Name
	}
	for i, short := range p.shortNames(names) {
		out.Models[i].Name = short
	}
	return out, err
}

// Finding is one thing that a look at a server found: what was looked at and what it said, or what is wrong with it. What is empty for
// a remark.
type Finding struct {
	What, Said string
	Err        error
}

// Probe looks whether the server of a model is there and has the model. The last finding has an error if it is of no use to ask it.
func (s *Servers) Probe(ctx context.Context, policy agents.Policy) []Finding {
	w, err := read(policy)
	if err != nil {
		return []Finding{{What: "spec", Err: err}}
	}
	s.mu.Lock()
	w = s.filled(w)
	s.mu.Unlock()
	return w.provider.probe(ctx, s.site(), w)
}
