package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

func (a *app) auditCommand() *cobra.Command {
	var asJSON bool
	examples := 2
	cmd := &cobra.Command{
		Use: "audit [BATCH]", Short: "Read the stored replies of models again with this program's reader, and tell what it takes " +
			"otherwise", Args: cobra.MaximumNArgs(1),
		Long: "Read the stored replies of the models of a batch again, each against the question that it was to answer: how many are " +
			"taken as they are,\n" +
			"mended, repaired or forfeited, by policy and request, and what this program's reader takes otherwise than the one that " +
			"read them when\n" +
			"they came. No game is changed.",
		Example: "  turncoat audit first\n  turncoat audit first --examples 10\n  turncoat audit first --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if examples < 0 {
				return usage(fmt.Errorf("--examples %d: it takes how many forfeits to show of each policy and cause, 0 for none", examples))
			}
			return a.reading(ctx, func(store *memory.Store) error {
				b, err := findBatch(ctx, store, args)
				if err != nil {
					return err
				}
				found, err := archive.AuditOf(ctx, store, b, examples)
				if err != nil {
					return err
				}
				found.State = state(b)
				if asJSON {
					return a.json().Encode(found)
				}
				a.tellAudit(found)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&examples, "examples", examples, "how many forfeits to show of each policy and cause")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// tellAudit prints it: figures, their kinds, examples, and what would be read otherwise.
func (a *app) tellAudit(f archive.Audit) {
	fmt.Fprintf(a.out, "%s (%s): %s of models in %s, read again.\n\n", f.Batch, f.State, several(f.Answers, "answer"),
		several(f.Games, "game"))
	a.tellOdd(f)
	for _, policy := range policiesOf(f.Rows) {
		fmt.Fprintln(a.out, policy)
		rows := slices.DeleteFunc(slices.Clone(f.Rows), func(r archive.Audited) bool { return r.Policy != policy })
		t := a.table("request", "answers", "mended", "repaired", "forfeited", "refused")
		for _, r := range rows {
			t.AppendRow(table.Row{r.Request.String(), r.Answers, share(r.Mended, r.Answers), share(r.Repaired, r.Answers),
				share(r.Forfeited, r.Answers), share(r.Refused, r.Answers)})
		}
		t.Render()
		fmt.Fprintln(a.out)
		a.tellKinds(rows)
	}
	for _, e := range f.Forfeits {
		fmt.Fprintf(a.out, "forfeited: %s, %s\n  %s\n", e.Cause, clipped(plain.Label(e.Detail), 76-len(e.Cause)), placeOf(e.Place))
		fmt.Fprintf(a.out, "  %s\n", clipped(plain.Label(strings.Join(strings.Fields(e.Reply), " ")), 78))
	}
	if len(f.Forfeits) > 0 {
		fmt.Fprintln(a.out)
	}
	a.tellChanged(f)
}

// tellOdd says what keeps the figures from being those of the whole batch.
func (a *app) tellOdd(f archive.Audit) {
	note := func(format string, args ...any) { fmt.Fprintln(a.out, a.folded(fmt.Sprintf(format, args...))) }
	if f.Prompts != "" {
		note("NOTE its questions were put by the templates %s, this program reads for %s: other keys may have been asked for", f.Prompts,
			llm.TemplateVersion)
	}
	if f.Waiting > 0 {
		note("NOTE %d more replies belong to steps that are not decided yet; `turncoat resume %s` goes on with them", f.Waiting, f.Batch)
	}
	if f.Altered > 0 {
		note("NOTE the stored replies of %s are not those that the log names (`turncoat verify %s`)", several(f.Altered, "answer"), f.Batch)
	}
	if f.Missing > 0 {
		note("NOTE of %s no reply is stored any more: they are not in the table", several(f.Missing, "answer"))
	}
	if f.Prompts != "" || f.Waiting+f.Altered+f.Missing > 0 {
		fmt.Fprintln(a.out)
	}
}

// policiesOf are the policies of rows that stand together.
func policiesOf(rows []archive.Audited) (out []string) {
	for _, r := range rows {
		out = append(out, r.Policy)
	}
	return slices.Compact(out)
}

// tellKinds lists what was mended, why answers or parts of them were forfeited, and what would be asked again.
func (a *app) tellKinds(rows []archive.Audited) {
	t := a.table("request", "what", "")
	for _, r := range rows {
		each := func(what string, counts map[string]int, of int) {
			for _, name := range byCount(counts) {
				t.AppendRow(table.Row{r.Request.String(), what + name, share(counts[name], of)})
			}
		}
		each("mended: ", r.MendedBy, r.Answers)
		each("forfeited: ", r.Causes, r.Answers)
		each("would be asked again: ", r.AskedAgain, r.Answers)
		each("an act lost: ", r.LostActs, r.Answers)
		if r.LostBeliefs > 0 {
			t.AppendRow(table.Row{r.Request.String(), "a belief lost", share(r.LostBeliefs, r.Answers)})
		}
	}
	if t.Length() > 0 {
		t.Render()
		fmt.Fprintln(a.out)
	}
}

// tellChanged lists what would be read otherwise, with the line that shows the question and the replies.
func (a *app) tellChanged(f archive.Audit) {
	if len(f.Changed) == 0 {
		fmt.Fprintln(a.out, "Nothing would be read otherwise now.")
		return
	}
	parts := map[string]int{}
	for _, c := range f.Changed {
		for _, d := range c.Differences {
			parts[d.Part]++
		}
	}
	fmt.Fprintln(a.out, a.folded(fmt.Sprintf("%d of %s would be read otherwise now: %s. No game is changed.", len(f.Changed),
		several(f.Answers, "answer"), causes(parts))))
	for _, c := range f.Changed {
		fmt.Fprintf(a.out, "\n%s\n", placeOf(c.Place))
		for _, d := range c.Differences {
			log, today := apart(d.Log, d.Today, 64)
			fmt.Fprintf(a.out, "  %s\n    the log: %s\n    today:   %s\n", d.Part, log, today)
		}
	}
}

// placeOf is the command that shows the question and the replies, and what was asked of whom.
func placeOf(p archive.Place) string {
	return fmt.Sprintf("turncoat prompt %s --step %d --seat %d  # %s, %s", p.Game, p.Step, p.Seat, p.Request, clipped(p.Policy, 24))
}

// apart clips two texts that differ to so many characters each, from a little before where they do.
func apart(x, y string, n int) (string, string) {
	a, b := []rune(plain.Label(x)), []rune(plain.Label(y))
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	from := func(r []rune) string {
		if begin := same - n/3; begin > 0 && max(len(a), len(b)) > n {
			return clipped("…"+string(r[begin:]), n)
		}
		return clipped(string(r), n)
	}
	shown := func(s string) string { return cmp.Or(s, "(nothing)") }
	return shown(from(a)), shown(from(b))
}

// share is a count with its part of a whole.
func share(n, of int) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%.1f %%)", n, 100*float64(n)/float64(of))
}

// byCount are the names, the most frequent first.
func byCount(counts map[string]int) []string {
	names := slices.Sorted(maps.Keys(counts))
	slices.SortStableFunc(names, func(x, y string) int { return counts[y] - counts[x] })
	return names
}
