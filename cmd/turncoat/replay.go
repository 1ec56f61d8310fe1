package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/cmd/turncoat/replay"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// replayFlags are the flags of replay.
type replayFlags struct {
	as       string
	from     int
	speed    float64
	thoughts bool
	beliefs  bool
	json     bool
}

func (a *app) replayCommand() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use: "replay [GAME]", Short: "Tell a game again, from its log alone", Args: cobra.MaximumNArgs(1),
		Long: "Tell a game again, from its log alone. GAME is an id or its beginning, or BATCH/INDEX; the latest without.",
		Example: "  turncoat replay\n  turncoat replay classic-1/3 --as public\n  turncoat replay 4f2a --as 0 --beliefs\n  turncoat " +
			"replay --speed 2",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error { return a.replay(ctx, store, args, f) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.as, "as", "all", "whose eyes: all, public, or a seat counted from 0")
	flags.IntVar(&f.from, "from", 0, "begin with this round")
	flags.Float64Var(&f.speed, "speed", 0, "tell it live, so many times reading speed; 0 prints at once")
	flags.BoolVar(&f.thoughts, "thoughts", false, "show private thoughts")
	flags.BoolVar(&f.beliefs, "beliefs", false, "show the suspicion matrix of each round")
	flags.BoolVar(&f.json, "json", false, "print one event a line, as JSON")
	return cmd
}

func (a *app) replay(ctx context.Context, store *memory.Store, args []string, f replayFlags) error {
	g, err := findGame(ctx, store, args)
	if err != nil {
		return err
	}
	events, err := archive.Events(ctx, store, g)
	if err != nil {
		return err
	}
	view, err := parseView(f.as, events)
	if err != nil {
		return err
	}
	if last := events[len(events)-1].Round; f.from < 0 || f.from > last {
		return usage(fmt.Errorf("--from %d: the game has the rounds 0 to %d", f.from, last))
	}
	if f.speed < 0 {
		return usage(fmt.Errorf("--speed %g: it takes 0, which prints at once, or how many times reading speed", f.speed))
	}
	if f.json {
		return replay.JSON(a.out, events, view)
	}
	return replay.Render(painted(a.out, plain.Colours), events, replay.Options{
		As: view, From: f.from, Speed: f.speed, Pause: pause(ctx), Thoughts: f.thoughts, Beliefs: f.beliefs,
		Color: wantsColour(a.out), Width: widthOf(a.out, 120), Title: fmt.Sprintf("Game %s (%s)", g.Name(), g.ID),
	})
}

// pause waits while a replay is told live; Ctrl-C cuts it short.
func pause(ctx context.Context) func(seconds float64) error {
	return func(seconds float64) error {
		timer := time.NewTimer(time.Duration(seconds * float64(time.Second)))
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// parseView reads --as.
func parseView(text string, events []engine.Event) (replay.View, error) {
	switch text {
	case "all":
		return replay.All, nil
	case "public":
		return replay.Public, nil
	}
	seats := 0
	for _, e := range events {
		if b, ok := e.Body.(engine.Opened); ok {
			seats = len(b.Names)
		}
	}
	k, err := strconv.Atoi(text)
	if err != nil || k < 0 || k >= seats {
		return replay.All, usage(fmt.Errorf("--as %s: it takes all, public, or a seat from 0 to %d", text, seats-1))
	}
	return replay.Seat(engine.Seat(k)), nil
}
