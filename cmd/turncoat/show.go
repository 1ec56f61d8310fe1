package main

import (
	"context"
	"fmt"
	"math"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/metrics"
)

func (a *app) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show [GAME|BATCH]", Short: "Show a batch's games, or a game's cast and how everybody fared", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				b, g, err := batchOrGame(ctx, store, args)
				switch {
				case err != nil:
					return err
				case g != nil:
					return a.showGame(ctx, store, *g, asJSON)
				}
				return a.showBatch(ctx, store, *b, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// shownGame is a game of a batch as --json prints it.
type shownGame struct {
	Game   string `json:"game"`
	ID     string `json:"id"`
	Seed   uint64 `json:"seed"`
	Status string `json:"status"`
	Winner string `json:"winner,omitempty"`
	Rounds int    `json:"rounds"`
	Events int    `json:"events"`
	Head   string `json:"head"`
	Error  string `json:"error,omitempty"`
}

func (a *app) showBatch(ctx context.Context, store *memory.Store, b memory.Batch, asJSON bool) error {
	t := a.table("game", "id", "status", "winner", "rounds", "events", "head")
	enc := a.json()
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return err
		}
		row := shownGame{g.Name(), g.ID, g.Seed, g.Status, g.Winner, g.Rounds, g.Events, g.Head.String(), g.Error}
		if asJSON {
			if err := enc.Encode(row); err != nil {
				return err
			}
			continue
		}
		t.AppendRow(table.Row{row.Game, row.ID, row.Status, row.Winner, row.Rounds, row.Events, row.Head[:12]})
	}
	if asJSON {
		return nil
	}
	answers, err := store.Answers(ctx, b.Name)
	if err != nil {
		return err
	}
	a.say("%s: %s, seed %d, %s, %s\n", b.Name, b.Scenario, b.Seed, several(b.Games, "game"), state(b))
	a.tellAnswers(answers)
	t.Render()
	return nil
}

// shownSeat is a seat of a game as --json prints it.
type shownSeat struct {
	Seat   int    `json:"seat"`
	Name   string `json:"name"`
	Role   string `json:"role"`
	Policy string `json:"policy"`
	Fate   string `json:"fate"`
}

func (a *app) showGame(ctx context.Context, store *memory.Store, g memory.Game, asJSON bool) error {
	rows, err := store.EventsOf(ctx, g.Key, metrics.Kinds()...)
	if err != nil {
		return err
	}
	game, err := metrics.ReadGame(metrics.GameMeta{ID: g.ID, Batch: g.Batch, Index: g.Index}, rows)
	if err != nil {
		return err
	}
	seats := make([]shownSeat, game.N)
	for i := range seats {
		seats[i] = shownSeat{i, game.Names[i], game.Roles[i].String(), game.Policies[i], fate(&game, engine.Seat(i))}
	}
	answers, err := store.AnswersOf(ctx, g.Key)
	if err != nil {
		return err
	}
	if asJSON {
		return a.json().Encode(struct {
			shownGame
			Seats   []shownSeat      `json:"seats"`
			Answers []memory.Answers `json:"answers,omitempty"`
		}{shownGame{g.Name(), g.ID, g.Seed, g.Status, g.Winner, g.Rounds, g.Events, g.Head.String(), g.Error}, seats, answers})
	}
	won := "in play"
	if game.Over {
		won = fmt.Sprintf("%s after %s (%s)", winnerText(game.Winner), several(game.LastRound, "round"), game.Reason)
	}
	a.say("%s (%s): %s, %s, %d events, head %.12s\n", g.Name(), g.ID, g.Status, won, g.Events, g.Head)
	t := a.table("seat", "name", "role", "policy", "fate")
	for _, s := range seats {
		t.AppendRow(table.Row{s.Seat, s.Name, s.Role, s.Policy, s.Fate})
	}
	t.Render()
	if len(answers) > 0 {
		fmt.Fprintln(a.out)
		a.tellAnswers(answers)
	}
	if g.Error != "" {
		fmt.Fprintf(a.out, "%s: %s\n", g.Status, g.Error)
	}
	return nil
}

func winnerText(t engine.Team) string {
	if t == engine.NoTeam {
		return "a draw"
	}
	return "the " + t.String() + " win"
}

// fate is how a seat's game went.
func fate(g *metrics.Game, seat engine.Seat) string {
	for _, r := range g.Rounds {
		switch seat {
		case r.Banished:
			return fmt.Sprintf("banished in round %d", r.Number)
		case r.Murdered:
			return fmt.Sprintf("murdered in the night of round %d", r.Number)
		}
	}
	return "alive"
}

// shown makes a figure one that JSON can hold: null where it is undefined.
func shown(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}
