package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

func (a *app) promptCommand() *cobra.Command {
	var step, seat int
	cmd := &cobra.Command{
		Use: "prompt GAME --step N --seat K", Short: "Build a prompt of a game again from its log, and check it against the stored hash",
		Args: cobra.ExactArgs(1),
		Long: "Build a prompt of a game again from its log: what the seat was given in that step, and what it replied, repairs " +
			"included.\n" +
			"Without --step the calls of the seat are listed; without --seat those of all seats.",
		Example: "  turncoat prompt duel-4-1/0\n  turncoat prompt duel-4-1/0 --step 3 --seat 2",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error { return a.prompt(ctx, store, args, step, seat) })
		},
	}
	cmd.Flags().IntVar(&step, "step", 0, "the step, counted from 1")
	cmd.Flags().IntVar(&seat, "seat", -1, "the seat, counted from 0")
	return cmd
}

func (a *app) prompt(ctx context.Context, store *memory.Store, args []string, step, seat int) error {
	g, err := findGame(ctx, store, args)
	if err != nil {
		return err
	}
	calls, err := store.Calls(ctx, g.Key)
	if err != nil {
		return err
	}
	if len(calls) == 0 {
		return usage(fmt.Errorf("game %s was played without a model: there are no prompts", g.Name()))
	}
	if step == 0 || seat < 0 {
		return a.listCalls(g, calls, seat)
	}
	spec, err := archive.Specification(ctx, store, g)
	if err != nil {
		return err
	}
	events, err := archive.Events(ctx, store, g)
	if err != nil {
		return err
	}
	own := archive.CallsAt(calls, uint64(step), engine.Seat(seat))
	if len(own) == 0 {
		return usage(fmt.Errorf("no model was called for seat %d in step %d of game %s; `turncoat prompt %s` lists the calls", seat, step,
			g.Name(), g.Name()))
	}
	if err := spec.Check(); err != nil {
		return usage(err)
	}
	prompts, err := archive.Prompts(ctx, spec, archive.Embeddings(spec, store, g.Key), events, own)
	if err != nil {
		return err
	}
	for i, c := range own {
		a.showPrompt(prompts[i], c)
	}
	return archive.CheckHashes(prompts, own)
}

func (a *app) listCalls(g memory.Game, calls []memory.ModelCall, seat int) error {
	if seat >= 0 && !slices.ContainsFunc(calls, func(c memory.ModelCall) bool { return c.Seat == engine.Seat(seat) }) {
		return usage(fmt.Errorf("no model was called for seat %d of game %s; `turncoat prompt %s` lists the calls", seat, g.Name(),
			g.Name()))
	}
	for _, c := range calls {
		if seat >= 0 && c.Seat != engine.Seat(seat) {
			continue
		}
		fmt.Fprintf(a.out, "step %-4d seat %-3d attempt %d  %6d characters  %5.1f s  %s  %s\n", c.Step, c.Seat, c.Attempt, c.PromptChars,
			float64(c.TotalMS)/1000, c.Policy, c.Cause)
	}
	return nil
}

func (a *app) showPrompt(p llm.Prompt, c memory.ModelCall) {
	fmt.Fprintf(a.out, "== step %d, seat %d, attempt %d, %s: sha256 %s\n", c.Step, c.Seat, c.Attempt, c.Policy, p.Hash())
	if c.Context > 0 {
		fmt.Fprintf(a.out, "-- made shorter for a context of %d tokens\n", c.Context)
	}
	for _, m := range p.Messages {
		fmt.Fprintf(a.out, "-- %s\n%s\n", m.Speaker, m.Text)
	}
	fmt.Fprintf(a.out, "-- schema\n%s\n-- reply (%s)\n%s\n", p.Schema, c.Finish, c.Reply)
	if c.Thinking != "" {
		fmt.Fprintf(a.out, "-- thinking\n%s\n", c.Thinking)
	}
	if c.Cause != "" {
		fmt.Fprintf(a.out, "-- no reply that counts: %s: %s\n", c.Cause, c.Detail)
	}
}

// completeModels offers the providers as policies.
func completeModels() []string {
	out := catalog.Names()
	for _, p := range catalog.Providers() {
		out = append(out, p+"/")
	}
	return out
}
