package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"turncoat/agents/catalog"
	"turncoat/agents/llm"
	"turncoat/agents/llm/ollama"
	"turncoat/agents/llm/openai"
	"turncoat/engine"
	"turncoat/memory"
	"turncoat/scenarios"
)

// patience is how long doctor and models wait for one answer.
const patience = 2 * time.Minute

func (a *app) doctorCommand() *cobra.Command {
	scenario := "classic"
	cmd := &cobra.Command{
		Use: "doctor [SPEC…]", Short: "Check model servers, the file and the terminal before a batch",
		Long: "Check what a batch needs: is the server of each policy reachable, is the model there, does the scenario fit its context, does\n" +
			"it obey a schema and how does it think, how long does one call take; and what the file and the terminal support.",
		Example: "  turncoat doctor\n  turncoat doctor ollama/llama3.2 'ollama/qwen3?think=off' --scenario balanced-15",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.doctor(cmd.Context(), args, scenario)
		},
	}
	cmd.Flags().StringVar(&scenario, "scenario", scenario, "the scenario whose prompts have to fit")
	return cmd
}

// checkup prints findings and remembers whether one was bad.
type checkup struct {
	app *app
	bad int
}

func (c *checkup) good(what, format string, args ...any) {
	fmt.Fprintf(c.app.out, "ok    %-10s %s\n", what, fmt.Sprintf(format, args...))
}

func (c *checkup) fail(what string, err error) {
	c.bad++
	fmt.Fprintf(c.app.out, "BAD   %-10s %s\n", what, strings.ReplaceAll(err.Error(), "\n", " "))
}

func (a *app) doctor(ctx context.Context, specs []string, scenario string) error {
	s, err := scenarios.Load(scenario)
	if err != nil {
		return usage(err)
	}
	c := &checkup{app: a}
	for _, spec := range specs {
		if err := catalog.Check(spec); err != nil {
			return usage(err)
		}
		if !catalog.IsModel(spec) {
			c.good(spec, "a scripted policy: it needs no server")
			continue
		}
		fmt.Fprintf(a.out, "\n%s\n", spec)
		c.model(ctx, spec, s)
	}
	if len(specs) == 0 {
		c.local(ctx)
	}
	fmt.Fprintln(a.out)
	c.file(ctx)
	c.terminal()
	if c.bad > 0 {
		return &codedError{exitProvider, fmt.Errorf("%d checks failed", c.bad)}
	}
	return nil
}

// local looks for a server on this machine, which is fine not to have.
func (c *checkup) local(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client, err := ollama.Connect(c.app.getenv("OLLAMA_HOST"), nil)
	if err != nil {
		c.fail("ollama", err)
		return
	}
	version, err := client.Version(ctx)
	if err != nil {
		fmt.Fprintf(c.app.out, "none  %-10s no Ollama server answers; scripted policies need none\n", "ollama")
		return
	}
	c.good("ollama", "version %s; `turncoat models` lists its models", version)
}

func (c *checkup) model(ctx context.Context, spec string, s scenarios.Scenario) {
	provider, o, err := catalog.ParseModel(spec)
	if err != nil {
		c.fail("spec", err)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c.room(o, s)
	if provider == "ollama" {
		c.ollama(ctx, o)
		return
	}
	c.hosted(ctx, provider, o)
}

// room compares the context with what the longest prompt of a game of the scenario may need.
func (c *checkup) room(o llm.Options, s scenarios.Scenario) {
	b := llm.BindingOf(o)
	usual := roundTokens(s.Rules, b) * 5 / 2
	if b.Context == 0 {
		c.good("context", "no num_ctx is given: nothing is left out of a prompt; %s needs about %d tokens in its third round", s.Name, usual)
		return
	}
	room := b.Tokens(b.Room())
	if room < roundTokens(s.Rules, b) {
		c.fail("context", fmt.Errorf("num_ctx %d leaves %d tokens for a prompt, and one round of %s takes about %d: raise num_ctx", o.Context, room, s.Name, roundTokens(s.Rules, b)))
		return
	}
	c.good("context", "num_ctx %d leaves %d tokens for a prompt; a round of %s takes about %d, and the talk of the oldest rounds is left out when they do not fit", o.Context, room, s.Name, roundTokens(s.Rules, b))
}

// roundTokens is about what one round of full speech adds to a prompt: 7 characters a word with its name and quotes.
func roundTokens(r engine.Rules, b llm.Binding) int {
	passes := max(1, r.Passes)
	if r.Aftermath {
		passes++
	}
	return b.Tokens(r.Players*passes*r.Words*7 + 4000)
}

func (c *checkup) ollama(ctx context.Context, o llm.Options) {
	m, err := ollama.New(o, c.app.getenv("OLLAMA_HOST"), nil)
	if err != nil {
		c.fail("spec", err)
		return
	}
	version, err := m.Client().Version(ctx)
	if err != nil {
		c.fail("server", err)
		return
	}
	c.good("server", "ollama %s", version)
	info, err := m.Client().Find(ctx, o.Model)
	if err != nil {
		c.fail("model", err)
		return
	}
	c.good("model", "%s, digest %.12s, %s %s", info.Name, info.Digest, info.Parameters, info.Quantization)
	report, err := m.Probe(ctx)
	switch {
	case err != nil:
		c.fail("probe", err)
	case report.Schema == "":
		c.fail("schema", errors.New("no reply of the model could be used, with or without a schema"))
	default:
		c.good("schema", "held by %s; think=%s works", report.Schema, cmp.Or(report.Think, "(unset)"))
		c.timed(report.Timed)
		if report.Schema != o.Schema {
			c.fail("schema", fmt.Errorf("write it into the spec: schema=%s", report.Schema))
		}
	}
}

func (c *checkup) timed(done llm.Completion) {
	c.good("call", "%d tokens in, %d out, first after %.2f s, whole in %.2f s", done.Usage.Prompt, done.Usage.Reply, done.Took.First.Seconds(), done.Took.Total.Seconds())
}

func (c *checkup) hosted(ctx context.Context, provider string, o llm.Options) {
	e, err := openai.Preset(provider, c.app.getenv)
	if err == nil {
		err = e.Check(o)
	}
	if err != nil {
		c.fail("server", err)
		return
	}
	report, err := openai.New(o, e, &http.Client{}).Probe(ctx)
	if err != nil {
		c.fail("server", err)
		return
	}
	c.good("server", "%s", e)
	c.good("schema", "%v", report.Schema)
	c.timed(report.Call)
	for _, remark := range report.Remarks {
		fmt.Fprintf(c.app.out, "note  %-10s %s\n", "", remark)
	}
}

func (c *checkup) file(ctx context.Context) {
	if _, err := os.Stat(c.app.db); errors.Is(err, os.ErrNotExist) {
		c.good("file", "%s will be made by the first run", c.app.db)
		return
	}
	store, err := memory.OpenReadOnly(ctx, c.app.db)
	if err != nil {
		c.fail("file", err)
		return
	}
	defer store.Close()
	batches, err := store.Batches(ctx)
	if err != nil {
		c.fail("file", err)
		return
	}
	c.good("file", "%s holds %d batches", c.app.db, len(batches))
}

func (c *checkup) terminal() {
	if !isTerminal(c.app.out) {
		c.good("terminal", "none: output is plain, without colour or progress")
		return
	}
	c.good("terminal", "%d columns, colour %v", widthOf(c.app.out, 1<<10), wantsColour(c.app.out))
}

func (a *app) modelsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "models [PROVIDER…]", Short: "List the models that the servers offer",
		Long: "List the models that the servers offer, as policies. Without arguments: Ollama, and every provider whose key is set.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.models(cmd.Context(), args) },
	}
}

func (a *app) models(ctx context.Context, providers []string) error {
	asked := providers
	for _, p := range catalog.Providers() {
		if e, err := openai.Preset(p, a.getenv); len(providers) == 0 && (p == "ollama" || err == nil && (!e.Keyless || a.getenv(e.URLVar) != "")) {
			asked = append(asked, p)
		}
	}
	t := a.table("policy", "digest", "size")
	var failed error
	for _, p := range asked {
		if !slices.Contains(catalog.Providers(), p) {
			return usage(fmt.Errorf("unknown provider %q (%s)", p, strings.Join(catalog.Providers(), ", ")))
		}
		rows, err := a.modelsOf(ctx, p)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", p, err))
		}
		t.AppendRows(rows)
	}
	if t.Length() > 0 {
		t.Render()
	}
	if failed != nil {
		return &codedError{exitProvider, failed}
	}
	return nil
}

func (a *app) modelsOf(ctx context.Context, provider string) ([]table.Row, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var rows []table.Row
	if provider == "ollama" {
		client, err := ollama.Connect(a.getenv("OLLAMA_HOST"), nil)
		if err != nil {
			return nil, err
		}
		list, err := client.Models(ctx)
		for _, m := range list {
			rows = append(rows, table.Row{"ollama/" + strings.TrimSuffix(m.Name, ":latest"), m.Digest[:min(12, len(m.Digest))], fmt.Sprintf("%.1f MB", float64(m.Size)/1e6)})
		}
		return rows, err
	}
	e, err := openai.Preset(provider, a.getenv)
	if err != nil {
		return nil, err
	}
	list, err := openai.New(llm.Options{Model: "-"}, e, &http.Client{}).Models(ctx)
	for _, m := range list {
		rows = append(rows, table.Row{provider + "/" + m, "", ""})
	}
	return rows, err
}
