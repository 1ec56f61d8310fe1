package catalog

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/ollama"
)

// ofOllama is the row of Ollama.
var ofOllama = provider{
	name: "ollama", schema: llm.Native, context: defaultContext, width: 1, bounds: true, whole: true, own: true, pull: "ollama pull ",
	sought: func(site) search { return likely },
	server: func(s site, w wanted) (place, error) {
		host := ollamaHost(s, w.options)
		return place{name: strings.TrimSpace("ollama " + host), local: local(host)}, nil
	},
	open: func(s site, w wanted) (llm.Model, error) {
		return ollama.New(w.options, ollamaHost(s, w.options), s.client())
	},
	learn: learnOllama, list: listOllama, probe: probeOllama,
	digest: func(ctx context.Context, s site, w wanted) (string, error) {
		client, err := connect(s, w.options)
		if err != nil {
			return "", err
		}
		info, err := client.Find(ctx, w.options.Model)
		return info.Digest, err
	},
	embed: func(s site, model string) (llm.Embedder, error) {
		client, err := connect(s, llm.Options{})
		if err != nil {
			return nil, err
		}
		return client.Embedding(model), nil
	},
}

// ollamaHost is where the options of a model say that its server is.
func ollamaHost(s site, o llm.Options) string { return cmp.Or(o.BaseURL, s.getenv("OLLAMA_HOST")) }

func connect(s site, o llm.Options) (*ollama.Client, error) {
	return ollama.Connect(ollamaHost(s, o), s.client())
}

// learnOllama takes the server's own word for it that it does not have a model: a list may lack what can be had.
func learnOllama(ctx context.Context, s site, w wanted) (learnt, error) {
	client, err := connect(s, w.options)
	if err != nil {
		return learnt{}, nil // Check has said it
	}
	about, err := client.About(ctx, w.options.Model)
	if !ollama.IsMissing(err) {
		return learnt{made: about.Context}, nil
	}
	server, want := "the ollama server at "+client.String(), strings.TrimSuffix(w.options.Model, ":latest")
	list, err := client.Models(ctx)
	if err != nil {
		missing := w.missing(server, want)
		missing.Unlisted = err
		return learnt{}, missing
	}
	served := make([]llm.Served, len(list))
	for i, m := range list {
		served[i].Name = strings.TrimSuffix(m.Name, ":latest")
	}
	name, err := w.nameIn(server, want, served)
	if err != nil {
		return learnt{}, err
	}
	about, err = client.About(ctx, name)
	if err != nil {
		return learnt{model: name}, nil
	}
	return learnt{made: about.Context, model: name}, nil
}

func listOllama(ctx context.Context, s site) (Listing, error) {
	client, err := connect(s, llm.Options{})
	if err != nil {
		return Listing{}, err
	}
	out := Listing{At: client.String()}
	list, err := client.Models(ctx)
	for _, m := range list {
		out.Models = append(out.Models, Listed{Name: strings.TrimSuffix(m.Name, ":latest"), Digest: m.Digest,
			Size: fmt.Sprintf("%.1f MB", float64(m.Size)/1e6)})
	}
	return out, err
}

func probeOllama(ctx context.Context, s site, w wanted) []Finding {
	m, err := ollama.New(w.options, ollamaHost(s, w.options), s.client())
	if err != nil {
		return []Finding{{What: "spec", Err: err}}
	}
	version, err := m.Client().Version(ctx)
	if err != nil {
		return []Finding{{What: "server", Err: err}}
	}
	server := Finding{What: "server", Said: "ollama " + version}
	info, err := m.Client().Find(ctx, w.options.Model)
	if err != nil {
		return []Finding{server, {What: "model", Err: err}}
	}
	return []Finding{server, {What: "model",
		Said: fmt.Sprintf("%s, digest %.12s, %s %s", info.Name, info.Digest, info.Parameters, info.Quantization)}}
}
