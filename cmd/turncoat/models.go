package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/catalog"
)

// How long models waits for a list: of a server that nobody named, which is on this machine or nowhere, and of one that was meant.
const (
	localPatience = 3 * time.Second
	namedPatience = 30 * time.Second
)

func (a *app) modelsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "models [PROVIDER…]", Short: "List the models that the servers offer",
		Long: "List the models that the servers offer, as policies. Without arguments: of every server on this machine that answers " +
			"(Ollama,\n" +
			"llama.cpp, vLLM, LM Studio, where their variables say or at their usual addresses), and of every provider whose key is " +
			"set.\n" +
			"A model that its server calls by a path or by an owner before it stands there by its short name, if that means no other.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.models(cmd.Context(), args) },
	}
}

// offer is what came of asking one server for its models.
type offer struct {
	provider string
	at       string // its address
	sought   bool   // nobody named it: it may well not be there
	rows     []table.Row
	err      error
}

func (a *app) models(ctx context.Context, providers []string) error {
	for _, p := range providers {
		if !slices.Contains(catalog.Providers(), p) {
			return usage(fmt.Errorf("unknown provider %q (%s)", p, strings.Join(catalog.Providers(), ", ")))
		}
	}
	offers := a.offers(ctx, providers)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	t := a.table("policy", "digest", "size")
	for _, o := range offers {
		for _, row := range o.rows {
			t.AppendRow(row)
		}
	}
	if t.Length() > 0 {
		t.Render()
	}
	return a.tellUnlisted(offers)
}

// tellUnlisted says of which servers nothing was listed, and why. Where a server was named, or none is there at all, it is an error.
func (a *app) tellUnlisted(offers []offer) error {
	var silent []string
	var failed error
	answered := 0
	for _, o := range offers {
		switch {
		case o.err == nil && len(o.rows) == 0:
			fmt.Fprintf(a.err, "turncoat: %s at %s answers and has no models\n", o.provider, o.at)
			answered++
		case o.err == nil:
			answered++
		case o.sought && absent(o.err):
			silent = append(silent, fmt.Sprintf("%s (%s)", o.provider, o.at))
		case o.sought: // something else may have its address
			fmt.Fprintf(a.err, "turncoat: %s: left out: %v\n", o.provider, o.err)
		default:
			failed = errors.Join(failed, fmt.Errorf("%s: %w", o.provider, o.err))
		}
	}
	switch {
	case errors.Is(failed, catalog.ErrNoKey):
		return usage(failed)
	case failed != nil:
		return &codedError{exitProvider, failed}
	case answered == 0:
		return &codedError{exitProvider, fmt.Errorf("no model server answers on this machine (asked: %s); %s", strings.Join(silent, ", "),
			whatToStart)}
	case len(silent) > 0:
		fmt.Fprintf(a.err, "turncoat: no answer from %s\n", strings.Join(silent, ", "))
	}
	return nil
}

const whatToStart = `start one of them:
  ollama serve                    (a model for it: ollama pull qwen2.5:1.5b)
  llama-server -m MODEL.gguf
  vllm serve MODEL
  lms server start                (LM Studio)
or set the key of a provider, as OPENAI_API_KEY; scripted policies need no server`

// absent reports whether nobody is there, or nobody who answers.
func absent(err error) bool {
	_, refused := errors.AsType[*net.OpError](err)
	return refused || errors.Is(err, context.DeadlineExceeded)
}

// offers asks the servers of providers, or all that may be there, at the same time.
func (a *app) offers(ctx context.Context, providers []string) []offer {
	out := make([]offer, len(providers))
	for i, p := range providers {
		out[i] = offer{provider: p}
	}
	servers := &catalog.Servers{Getenv: a.getenv}
	if len(providers) == 0 {
		for _, p := range servers.Sought() {
			out = append(out, offer{provider: p.Provider, sought: !p.Meant})
		}
	}
	a.askAll(ctx, servers, out)
	return out
}

// askAll asks servers at the same time.
func (a *app) askAll(ctx context.Context, servers *catalog.Servers, out []offer) {
	var asked sync.WaitGroup
	for i := range out {
		asked.Go(func() { a.ask(ctx, servers, &out[i]) })
	}
	asked.Wait()
}

func (a *app) ask(ctx context.Context, servers *catalog.Servers, o *offer) {
	patience := namedPatience
	if o.sought {
		patience = localPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	list, err := servers.List(ctx, o.provider)
	o.at, o.err = list.At, err
	for _, m := range list.Models {
		o.rows = append(o.rows, table.Row{o.provider + "/" + m.Name, m.Digest[:min(12, len(m.Digest))], m.Size})
	}
}
