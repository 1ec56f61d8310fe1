package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// patience is how long doctor waits for one answer.
const patience = 2 * time.Minute

func (a *app) doctorCommand() *cobra.Command {
	scenario := "classic"
	cmd := &cobra.Command{
		Use: "doctor [SPEC…]", Short: "Check model servers, the file and the terminal before a batch",
		Long: "Check what a batch needs: is the server of each policy reachable, is the model there, do the longest prompts of the " +
			"scenario fit its\n" +
			"context, does it answer questions of the scenario legally, how long does a call take; and what the file and the terminal " +
			"support.\n" +
			"Where no legal answer comes, other ways to ask the model are tried, and the spec is named under which one comes.",
		Example: "  turncoat doctor\n  turncoat doctor ollama/llama3.2 'ollama/qwen3?think=off' --scenario mine.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.doctor(cmd.Context(), args, scenario)
		},
	}
	cmd.Flags().StringVar(&scenario, "scenario", scenario, "the scenario, or its file, whose questions are put")
	return cmd
}

// checkup prints findings and remembers whether one was bad.
type checkup struct {
	app *app
	bad int
	own bool // one of them is of the file, and so the caller's to mend
}

func (c *checkup) good(what, format string, args ...any) {
	fmt.Fprintf(c.app.out, "ok    %-10s %s\n", what, fmt.Sprintf(format, args...))
}

func (c *checkup) note(format string, args ...any) {
	fmt.Fprintf(c.app.out, "note  %-10s %s\n", "", fmt.Sprintf(format, args...))
}

func (c *checkup) fail(what string, err error) {
	c.bad++
	fmt.Fprintf(c.app.out, "BAD   %-10s %s\n", what, strings.ReplaceAll(err.Error(), "\n", " "))
}

func (a *app) doctor(ctx context.Context, specs []string, scenario string) error {
	name, src, err := readScenario(scenario)
	if err != nil {
		return err
	}
	source := study.New(name, src)
	source.Seed = 1
	if err := source.Load(seating.Policies{}); err != nil {
		return err
	}
	c := &checkup{app: a}
	for _, spec := range specs {
		policy := agents.PolicyOf(spec)
		if err := catalog.Check(policy); err != nil {
			return usage(err)
		}
		if !policy.IsModel() {
			c.good(spec, "a scripted policy: it needs no server")
			continue
		}
		fmt.Fprintf(a.out, "\n%s\n", spec)
		c.model(ctx, policy, source)
	}
	if len(specs) == 0 {
		c.local(ctx)
	}
	fmt.Fprintln(a.out)
	c.file(ctx)
	c.terminal()
	failed := fmt.Errorf("%s failed", several(c.bad, "check"))
	switch {
	case c.bad == 1 && c.own:
		return usage(failed)
	case c.bad > 0:
		return &codedError{exitProvider, failed}
	}
	return nil
}

// local looks for servers on this machine, which is fine not to have.
func (c *checkup) local(ctx context.Context) {
	var silent []string
	servers := &catalog.Servers{Getenv: c.app.getenv}
	var out []offer
	for _, p := range servers.Sought() {
		if !p.Meant { // else it is a service that is paid for: it is looked at where a spec names it
			out = append(out, offer{provider: p.Provider, sought: true})
		}
	}
	c.app.askAll(ctx, servers, out)
	for _, o := range out {
		switch {
		case o.err == nil:
			c.good(o.provider, "answers at %s, with %s (`turncoat models`)", o.at, several(len(o.rows), "model"))
		case absent(o.err):
			silent = append(silent, o.provider)
		case o.at == "":
			c.fail(o.provider, o.err)
		default: // something else may have its address
			c.note("%s: left out: %v", o.provider, o.err)
		}
	}
	if len(silent) > 0 {
		fmt.Fprintf(c.app.out, "none  %-10s no answer from %s\n", "servers", strings.Join(silent, ", "))
		c.note("scripted policies need none")
	}
}

func (c *checkup) file(ctx context.Context) {
	if _, err := os.Stat(c.app.db); errors.Is(err, os.ErrNotExist) {
		c.good("file", "%s will be made by the first run", c.app.db)
		return
	}
	unread := func(err error) {
		c.own = true
		c.fail("file", err)
	}
	store, err := memory.OpenReadOnly(ctx, c.app.db)
	if err != nil {
		unread(err)
		return
	}
	defer store.Close()
	batches, err := store.Batches(ctx)
	if err != nil {
		unread(err)
		return
	}
	c.good("file", "%s holds %s", c.app.db, several(len(batches), "batch"))
}

func (c *checkup) terminal() {
	if !isTerminal(c.app.out) {
		c.good("terminal", "none: output is plain, without colour or progress")
		return
	}
	c.good("terminal", "%d columns, colour %v", widthOf(c.app.out, 1<<10), wantsColour(c.app.out))
}
