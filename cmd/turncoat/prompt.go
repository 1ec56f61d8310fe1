package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"turncoat/agents/catalog"
	"turncoat/agents/llm"
	"turncoat/engine"
	"turncoat/memory"
)

func (a *app) promptCommand() *cobra.Command {
	var step, seat int
	cmd := &cobra.Command{
		Use: "prompt GAME --step N --seat K", Short: "Build a prompt of a game again from its log, and check it against the stored hash", Args: cobra.ExactArgs(1),
		Long: "Build a prompt of a game again from its log: what the seat was given in that step, and what it replied, repairs included.\n" +
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
		return a.listCalls(calls, seat)
	}
	spec, events, err := promptsOf(ctx, store, g)
	if err != nil {
		return err
	}
	own := callsAt(calls, uint64(step), engine.Seat(seat))
	if len(own) == 0 {
		return usage(fmt.Errorf("no model was called for seat %d in step %d of game %s; `turncoat prompt %s` lists the calls", seat, step, g.Name(), g.Name()))
	}
	if err := spec.Check(); err != nil {
		return usage(err)
	}
	prompts, err := rebuilt(ctx, spec, replayed(spec, store, g.Key), events, own)
	if err != nil {
		return err
	}
	for i, c := range own {
		a.showPrompt(prompts[i], c)
	}
	return checkPromptHashes(prompts, own)
}

func (a *app) listCalls(calls []memory.ModelCall, seat int) error {
	for _, c := range calls {
		if seat >= 0 && c.Seat != engine.Seat(seat) {
			continue
		}
		fmt.Fprintf(a.out, "step %-4d seat %-3d attempt %d  %6d characters  %5.1f s  %s  %s\n", c.Step, c.Seat, c.Attempt, c.PromptChars, float64(c.TotalMS)/1000, c.Policy, c.Cause)
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

// promptsOf reads what a game's prompts follow from: its batch's specification and its events.
func promptsOf(ctx context.Context, store *memory.Store, g memory.Game) (llm.PromptSpec, []engine.Event, error) {
	b, err := store.BatchByName(ctx, g.Batch)
	if err != nil {
		return llm.PromptSpec{}, nil, err
	}
	d, err := decodeDesign(b.Design)
	if err != nil {
		return llm.PromptSpec{}, nil, err
	}
	events, err := readEvents(ctx, store, g)
	return d.of(g.Index).Prompts, events, err
}

func callsAt(calls []memory.ModelCall, step uint64, seat engine.Seat) []memory.ModelCall {
	var out []memory.ModelCall
	for _, c := range calls {
		if c.Step == step && c.Seat == seat {
			out = append(out, c)
		}
	}
	return out
}

// rebuilt builds the prompts of the calls of one step and seat.
func rebuilt(ctx context.Context, spec llm.PromptSpec, vectors *llm.Vectors, events []engine.Event, own []memory.ModelCall) ([]llm.Prompt, error) {
	replies := make([]llm.Completion, len(own))
	for i, c := range own {
		replies[i] = callOf(c).Completion
	}
	seen, asked, err := llm.At(events, own[0].Step, own[0].Seat)
	if err != nil {
		return nil, err
	}
	relevant, err := vectors.For(ctx, seen, asked)
	if err != nil {
		return nil, err
	}
	prompts, err := llm.Rebuild(spec, own[0].Policy, events, own[0].Step, own[0].Seat, replies, relevant)
	if err == nil && len(prompts) < len(own) {
		err = fmt.Errorf("step %d, seat %d: %d calls are kept where the replies make for %d", own[0].Step, own[0].Seat, len(own), len(prompts))
	}
	return prompts, err
}

func checkPromptHashes(prompts []llm.Prompt, own []memory.ModelCall) error {
	for i, c := range own {
		if got := prompts[i].Hash(); got != c.PromptHash {
			return fmt.Errorf("step %d, seat %d, attempt %d: the rebuilt prompt has the hash %s, the one that was sent %s: the log or this program's templates differ", c.Step, c.Seat, c.Attempt, got, c.PromptHash)
		}
	}
	return nil
}

// checkCalls rebuilds every prompt of a game and compares the stored replies with the digests under the chain. Prompts of
// templates that this program does not have are not rebuilt; the number of those that were is returned.
func checkCalls(ctx context.Context, store *memory.Store, g memory.Game) (int, error) {
	calls, err := store.Calls(ctx, g.Key)
	if err != nil || len(calls) == 0 {
		return 0, err
	}
	spec, events, err := promptsOf(ctx, store, g)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range events {
		answered, ok := e.Body.(engine.Answered)
		if !ok {
			continue
		}
		own := callsAt(calls, e.Step, answered.Seat)
		if len(own) != len(answered.Calls) {
			return n, fmt.Errorf("event %d names %d calls of seat %d in step %d, %d are kept", e.Seq, len(answered.Calls), answered.Seat, e.Step, len(own))
		}
		for i, c := range answered.Calls {
			if got := llm.ReplyHash(callOf(own[i]).Completion); got != c.Reply {
				return n, fmt.Errorf("step %d, seat %d, attempt %d: the stored reply has the digest %.12s, the log says %.12s: it was altered", e.Step, answered.Seat, i, got, c.Reply)
			}
		}
		if spec.Check() != nil {
			continue
		}
		prompts, err := rebuilt(ctx, spec, replayed(spec, store, g.Key), events, own)
		if err == nil {
			err = checkPromptHashes(prompts, own)
		}
		if err != nil {
			return n, err
		}
		n += len(own)
	}
	return n, nil
}

// completeModels offers the providers as policies.
func completeModels() []string {
	out := catalog.Names()
	for _, p := range catalog.Providers() {
		out = append(out, p+"/")
	}
	return out
}
