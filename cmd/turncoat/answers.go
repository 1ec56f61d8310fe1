package main

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/turncoat-sim/turncoat/memory"
)

// lossWorthAWarning is the share of answers that the rules had to supply from which on a result says so aloud.
const lossWorthAWarning = 0.01

// tellAnswers prints what became of the questions that models were asked: a line for each policy, and the causes of the forfeits below it.
func (a *app) tellAnswers(list []memory.Answers) {
	if len(list) == 0 {
		return
	}
	t := a.table("policy", "answers", "mended", "repaired", "forfeited", "retried calls")
	for _, one := range list {
		t.AppendRow(table.Row{clipped(one.Policy, 30), one.Questions, one.Mended, one.Repaired, one.Forfeited, one.Retried})
	}
	t.Render()
	for _, one := range list {
		if one.Shortened > 0 {
			fmt.Fprintf(a.out, "%s: something was left out of %d of %d prompts, for the context of the server\n", one.Policy,
				one.Shortened, one.Calls)
		}
		if one.LostActs > 0 {
			fmt.Fprintln(a.out, a.folded(fmt.Sprintf("%s: %d acts of statements could not be read and were left out; the statements "+
				"stand", one.Policy, one.LostActs)))
		}
		if one.Refused > 0 {
			fmt.Fprintln(a.out, a.folded(fmt.Sprintf("%s: it refused in %d of %d answers, in a reply or within a speech", one.Policy,
				one.Refused, one.Questions)))
		}
		if one.Forfeited == 0 {
			continue
		}
		share := float64(one.Forfeited) / float64(one.Questions)
		line := fmt.Sprintf("%s: %d of %d answers (%.1f %%) were forfeited: %s", one.Policy, one.Forfeited, one.Questions, 100*share,
			causes(one.Causes))
		if share >= lossWorthAWarning {
			line = a.red("NOTE ") + line
		}
		fmt.Fprintln(a.out, a.folded(line))
	}
	fmt.Fprintln(a.out)
}

// causes lists forfeits, the most frequent first.
func causes(counts map[string]int) string {
	names := byCount(counts)
	for i, n := range names {
		names[i] = fmt.Sprintf("%d %s", counts[n], n)
	}
	return strings.Join(names, "; ")
}

func (a *app) red(s string) string {
	if !wantsColour(a.out) {
		return s
	}
	return text.FgRed.Sprint(s)
}

// lost sums the answers and the forfeits of several policies.
func lost(list []memory.Answers) (questions, forfeited int) {
	for _, one := range list {
		questions, forfeited = questions+one.Questions, forfeited+one.Forfeited
	}
	return questions, forfeited
}
