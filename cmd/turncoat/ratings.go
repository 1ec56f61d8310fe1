package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/report"
)

func (a *app) ratingsCommand() *cobra.Command {
	var asJSON bool
	var least int
	var out string
	cmd := &cobra.Command{
		Use: "ratings [BATCH…]", Short: "Rate policies as traitors and as faithful, apart (Bradley–Terry), with intervals",
		Long: "Rate the policies that played against one another: one skill as a traitor, another as a faithful, by maximum likelihood " +
			"over who won\n" +
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

// matchesOf reads who played whom, and who won, out of the finished games of batches; of the latest without a name.
func matchesOf(ctx context.Context, store *memory.Store, names []string) ([]analysis.Match, error) {
	args := [][]string{nil}
	if len(names) > 0 {
		args = args[:0]
		for _, name := range names {
			args = append(args, []string{name})
		}
	}
	var out analysis.Matches
	for _, arg := range args {
		b, err := findBatch(ctx, store, arg)
		if err != nil {
			return nil, err
		}
		d, err := archive.DesignOf(b)
		if err != nil {
			return nil, err
		}
		if err := out.Read(d, gamesOf(ctx, store, b)); err != nil {
			return nil, err
		}
	}
	return out.List, nil
}

func (a *app) ratings(ctx context.Context, store *memory.Store, names []string, least int, asJSON bool, out string) error {
	matches, err := matchesOf(ctx, store, names)
	if err != nil {
		return err
	}
	list, err := analysis.Rate(matches, least)
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
	fmt.Fprintf(a.out, "%d games; a difference of 1 between a traitor's and a faithful's skill is odds of 2.7 to 1 for the traitors.\n",
		len(matches))
	return nil
}
