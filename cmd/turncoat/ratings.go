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
			"over who won\n(Bradley–Terry for teams, with a normal prior of standard deviation 3 a skill), the same in whatever order " +
			"the games came.\nThe faithful's skills have the mean 0, so that the traitors' hold what their role is worth. A skill that " +
			"the line-ups can't\ntell has no number, and the games that would tell it are named. `turncoat run crossplay` plays what all " +
			"of this needs.",
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
	rated, err := analysis.Rate(matches, least)
	if err != nil {
		return usage(err)
	}
	if out != "" {
		format := report.Format(strings.TrimPrefix(filepath.Ext(out), "."))
		if format != report.SVG && format != report.PNG {
			return usage(fmt.Errorf("--out %s: a figure is written as .svg or .png", out))
		}
		draw := func(w io.Writer) error { return report.Ratings(plainSVG(w, format), rated.Ratings, format) }
		if err := writeFile(out, draw); err != nil {
			return err
		}
	}
	if asJSON {
		return a.json().Encode(rated)
	}
	a.skillsTables(rated.Ratings, least)
	a.matchupsTable(rated)
	a.fitOfSkills(rated)
	return nil
}

func (a *app) skillsTables(list []analysis.Rating, least int) {
	for _, role := range []string{"traitor", "faithful"} {
		t := a.table("rank", "policy", "skill (log odds)", "95 % interval", "games", "won")
		few, known := 0, 0
		for _, r := range list {
			switch {
			case r.Role != role:
				continue
			case r.Reference:
				t.AppendRow(table.Row{"", clipped(r.Policy, 30), "reference", "", r.Games, number(r.Wins)})
				continue
			case !r.Known:
				t.AppendRow(table.Row{"", clipped(r.Policy, 30), "can't be told", "", r.Games, number(r.Wins)})
				continue
			}
			known++
			rank := fmt.Sprint(r.Rank)
			if r.Rank == 0 {
				rank, few = "–", few+1
			}
			t.AppendRow(table.Row{rank, clipped(r.Policy, 30), signed(r.Skill), interval(r.Lo, r.Hi), r.Games, number(r.Wins)})
		}
		fmt.Fprintf(a.out, "As a %s\n", role)
		t.Render()
		if few > 0 {
			fmt.Fprintf(a.out, "No rank below %d games (--min-games).\n", least)
		}
		fmt.Fprintln(a.out)
	}
}

// matchupsTable tells who beat whom, which holds whatever the skills can tell.
func (a *app) matchupsTable(rated analysis.Rated) {
	const most = 25
	if len(rated.Matchups) > most {
		fmt.Fprintf(a.out, "%d match-ups; --json has how each came out.\n\n", len(rated.Matchups))
		return
	}
	t := a.table("as traitors", "as faithful", "games", "traitors won", "95 % interval")
	for _, m := range rated.Matchups {
		t.AppendRow(table.Row{clipped(m.Traitors, 22), clipped(m.Faithful, 22), m.Games, number(m.Wins / float64(m.Games)),
			interval(m.Lo, m.Hi)})
	}
	t.Render()
	fmt.Fprintln(a.out)
}

// fitOfSkills says what the skills can be trusted with.
func (a *app) fitOfSkills(rated analysis.Rated) {
	if rated.Rank < rated.Needed {
		a.say("The line-ups that were played tell %d of the %d differences that a full rating takes. Each of these pairings, traitors "+
			"against faithful, would tell one more:", rated.Rank, rated.Needed)
		for _, p := range rated.Play {
			fmt.Fprintf(a.out, "  %s against %s\n", p.Traitors, p.Faithful)
		}
	} else {
		a.say("A difference of 1 between a traitor's and a faithful's skill is odds of 2.7 to 1 for the traitors.")
	}
	if rated.Fit == nil {
		a.say("Too few games a match-up to judge whether skills account for them.")
		return
	}
	if p := rated.Fit.P; p != nil {
		verdict := "skills that add up account for who beat whom"
		odds := "p = " + pvalue(*p)
		if *p < 0.001 {
			odds = "p " + pvalue(*p)
		}
		if *p < 0.05 {
			verdict = "who won depends on who met whom, beyond the skills: read the match-ups"
		}
		a.say("Fit: deviance %.1f on %d degrees of freedom, %s: %s.", rated.Fit.Deviance, rated.Fit.Degrees, odds, verdict)
	}
	names := make([]string, len(rated.Models))
	for i, m := range rated.Models {
		names[i] = fmt.Sprintf("%s %.1f", m.Name, m.AIC)
	}
	a.say("What accounts for the wins, by AIC (less is better): %s.", strings.Join(names, ", "))
}
