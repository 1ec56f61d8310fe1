package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"turncoat/engine"
	"turncoat/memory"
	"turncoat/metrics"
	"turncoat/metrics/report"
)

func (a *app) ratingsCommand() *cobra.Command {
	var asJSON bool
	var least int
	var out string
	cmd := &cobra.Command{
		Use: "ratings [BATCH…]", Short: "Rate policies as traitors and as faithful, apart (Bradley–Terry), with intervals",
		Long: "Rate the policies that played against one another: one skill as a traitor, another as a faithful, by maximum likelihood over who won\n" +
			"(Bradley–Terry for teams), the same in whatever order the games came. The faithful's skills have the mean 0, so that the\n" +
			"traitors' hold what their role is worth. `turncoat run crossplay` plays the games that this needs.",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error { return a.ratings(ctx, store, args, least, asJSON, out) })
		},
	}
	cmd.Flags().IntVar(&least, "min-games", 30, "games in a role below which a policy gets no rank")
	cmd.Flags().StringVar(&out, "out", "", "also draw them into this file, .svg or .png")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// matchesOf reads who played whom, and who won, out of the finished games of batches.
func matchesOf(ctx context.Context, store *memory.Store, names []string) ([]metrics.Match, error) {
	if len(names) == 0 {
		names = []string{""}
	}
	var out []metrics.Match
	units := map[string]int{} // games on one seed depend on one another, in whatever cell
	for _, name := range names {
		var args []string
		if name != "" {
			args = []string{name}
		}
		b, err := findBatch(ctx, store, args)
		if err != nil {
			return nil, err
		}
		d, err := decodeDesign(b.Design)
		if err != nil {
			return nil, err
		}
		err = store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, events []engineStored) error {
			if g.Status != "finished" {
				return nil
			}
			game, err := metrics.ReadGame(d.meta(g), events)
			if err != nil {
				return err
			}
			key := d.unitKey(b, g)
			if _, ok := units[key]; !ok {
				units[key] = len(units)
			}
			out = append(out, matchOf(&game, units[key]))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func matchOf(g *metrics.Game, unit int) metrics.Match {
	m := metrics.Match{Unit: unit, Outcome: 0.5}
	switch g.Winner {
	case engine.Traitors:
		m.Outcome = 1
	case engine.Faithful:
		m.Outcome = 0
	}
	for i, role := range g.Roles {
		if role.Team() == engine.Traitors {
			m.Traitors = append(m.Traitors, g.Policies[i])
		} else {
			m.Faithful = append(m.Faithful, g.Policies[i])
		}
	}
	return m
}

func (a *app) ratings(ctx context.Context, store *memory.Store, names []string, least int, asJSON bool, out string) error {
	matches, err := matchesOf(ctx, store, names)
	if err != nil {
		return err
	}
	list, err := metrics.Rate(matches, least)
	if err != nil {
		return usage(err)
	}
	if out != "" {
		format := report.Format(strings.TrimPrefix(filepath.Ext(out), "."))
		if format != report.SVG && format != report.PNG {
			return usage(fmt.Errorf("--out %s: a figure is written as .svg or .png", out))
		}
		if err := writeFile(out, func(w io.Writer) error { return report.Ratings(plainSVG(w, format), list, format) }); err != nil {
			return err
		}
	}
	if asJSON {
		return a.json().Encode(list)
	}
	for _, role := range []string{"traitor", "faithful"} {
		fmt.Fprintf(a.out, "As a %s\n", role)
		t := a.table("rank", "policy", "skill (log odds)", "95 % interval", "games", "won")
		unranked := 0
		for _, r := range list {
			if r.Role != role {
				continue
			}
			rank := fmt.Sprint(r.Rank)
			if r.Rank == 0 {
				rank, unranked = "–", unranked+1
			}
			t.AppendRow(table.Row{rank, r.Policy, signed(r.Skill), interval(r.Lo, r.Hi), r.Games, number(r.Wins)})
		}
		t.Render()
		if unranked > 0 {
			fmt.Fprintf(a.out, "No rank below %d games (--min-games).\n", least)
		}
		fmt.Fprintln(a.out)
	}
	fmt.Fprintf(a.out, "%d games; a difference of 1 between a traitor's and a faithful's skill is odds of 2.7 to 1 for the traitors.\n", len(matches))
	return nil
}
