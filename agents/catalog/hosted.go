package catalog

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/openai"
)

// hostedWidth is the width of a server that batches its requests itself.
const hostedWidth = 8

// ofPreset is the row of a server that speaks the chat-completions wire.
func ofPreset(e openai.Endpoint) provider {
	p := preset(e.Name)
	return provider{name: e.Name, schema: e.Schema, width: hostedWidth, bounds: e.Bounds, whole: e.Whole, own: e.Keyless, folds: true,
		sought: func(s site) search {
			if e.Keyless {
				return likely
			}
			if _, err := openai.Preset(e.Name, s.getenv); err != nil {
				return unsought
			}
			return meant
		},
		server: p.server, open: p.open, learn: p.learn, list: p.list, probe: p.probe}
}

// preset is the name of a server in the table of the wire.
type preset string

// at is the server for a spec's options, whether it can honour them or not.
func (p preset) at(s site, o llm.Options) (openai.Endpoint, error) {
	return openai.At(string(p), o.BaseURL, o.KeyEnv, s.getenv)
}

// fit is the server for options that it can honour.
func (p preset) fit(s site, o llm.Options) (openai.Endpoint, error) {
	e, err := p.at(s, o)
	if err == nil {
		err = e.Check(o)
	}
	e.Tell = s.tell
	return e, err
}

func (p preset) server(s site, w wanted) (place, error) {
	e, err := p.at(s, w.options)
	return place{name: e.String(), local: local(e.BaseURL)}, err
}

func (p preset) open(s site, w wanted) (llm.Model, error) {
	e, err := p.fit(s, w.options)
	if err != nil {
		return nil, fmt.Errorf("policy %q: %w", w.policy, err)
	}
	return openai.New(w.options, e, s.client()), nil
}

func (p preset) learn(ctx context.Context, s site, w wanted) (learnt, error) {
	e, err := p.fit(s, w.options)
	if err != nil {
		return learnt{}, nil // Check has said it
	}
	var l learnt
	if e.Whole {
		served, err := openai.New(w.options, e, s.client()).Served(ctx)
		if err == nil && len(served) > 0 { // an empty list says nothing
			name, err := w.nameIn(e.String(), w.options.Model, served)
			if err != nil {
				return l, err
			}
			if name != w.options.Model {
				l.model, w.options.Model = name, name
			}
		}
	}
	l.limits = openai.New(w.options, e, s.client()).Limits(ctx)
	l.made = l.limits.Context
	return l, nil
}

func (p preset) list(ctx context.Context, s site) (Listing, error) {
	e, err := openai.Preset(string(p), s.getenv)
	if err != nil {
		return Listing{}, err
	}
	out := Listing{At: e.BaseURL}
	names, err := openai.New(llm.Options{Model: "-"}, e, s.client()).Models(ctx)
	for _, name := range names {
		out.Models = append(out.Models, Listed{Name: name})
	}
	return out, err
}

func (p preset) probe(ctx context.Context, s site, w wanted) []Finding {
	e, err := p.at(s, w.options)
	if err != nil {
		return []Finding{{What: "server", Err: err}}
	}
	names, err := openai.New(w.options, e, s.client()).Models(ctx)
	f, refused := llm.FailureOf(err)
	if err != nil && (!refused || f.Status == 0 || f.Status == http.StatusUnauthorized) {
		return []Finding{{What: "server", Err: err}}
	}
	out := []Finding{{What: "server", Said: e.String()}}
	short := func(name string) string { return strings.TrimPrefix(name, "models/") } // Gemini's prefix
	switch {
	case err != nil:
		out = append(out, Finding{Said: fmt.Sprintf("it gives no list of models: %v", err)})
	case !slices.ContainsFunc(names, func(n string) bool { return short(n) == short(w.options.Model) }):
		out = append(out, Finding{Said: fmt.Sprintf("model %q is not among the %d that it lists", w.options.Model, len(names))})
	}
	return out
}
