package metrics

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// markdown is docs/metrics.md.
func markdown() string {
	var b strings.Builder
	b.WriteString(`# Metrics

Generated from the code (` + "`go test ./metrics -run TestDocs -update`" + `); a test holds the two equal.

Every metric is a fold over one game's log into a sum and n, the cases it rests on. n = 0 is empty, never 0.

**Averaging.** A batch's value is Σ sums / Σ n over its games, so a game with more cases weighs more. Marked *games weigh equally*: a
game with cases is one case. Round r, living traitors T_r and faithful when the ballot opens, b_ij the probability per mille / 1000 that
i stated of j. Truth is the team at that time. First-stage ballots unless said otherwise; a forfeited ballot that the rules filled in is
nobody's choice.

**Primary moment.** Beliefs asked at different moments are never pooled. The metrics of a game rest on one moment: with the ballot where
the rules ask for beliefs there, else after the banishment, after the round table, with a seat's last statement of the round table,
after the aftermath, after breakfast. Those of the start and after each statement are kept apart.

**Intervals.** 95 %, over games, or over seasons where memory spans them, or over tables where policies take turns
at the seats, since games of one table share roles and dice. None leaves its metric's range. Shares of games, and whatever takes two
values: Wilson (1927). The rest by how many units have a case: to 200 bootstrap-t (Hall 1988); to 2,000 the bias-corrected and accelerated
bootstrap (Efron 1987), both of 2,000 seeded draws; above, the normal interval of a ratio of sums. There is none, and its place says why,
with fewer than five units with a case (*few cases*), where all have the same value (*no variation*), where so few depart from the rest that
an end would be infinite (*few differ*), and where what is compared with chance happened, or did not, in fewer than five cases (*rare*).
[validation.md](validation.md) says what they cover.

**Comparisons.** A unit stands for its arm's ratio plus its influence on it. p is of Welch's t over 2,000 deals of the units to the arms, or,
where units are paired by seed, over flips of the signs of their differences; the interval holds the differences that the same test does not
reject at 5 %, so that p and interval never contradict each other. Holm's correction counts a test once however many metrics tell it, and
leaves out the primary metric, which was settled beforehand.
`)
	b.WriteString(chanceText)
	for _, s := range sections {
		fmt.Fprintf(&b, "\n## %s. %s\n\n%s\n\n| metric | question | unit | range |\n| --- | --- | --- | --- |\n",
			s.letter, s.title, s.intro)
		for _, e := range entries(s.letter) {
			fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s | %s |\n", e.name, e.name, cell(e.Question), cell(e.unit), e.within)
		}
		if s.letter == "C" {
			fmt.Fprintf(&b, "| `ece` | Are beliefs as often right as they say? Expected calibration error over ten bins of equal "+
				"width: Σ n_k \\|mean b − share of traitors\\| / n; of a batch, by cell, empty below n = %d | probability | 0…1 |\n",
				stats.CalibrationFloor)
		}
		explain(&b, s.letter)
	}
	b.WriteString(`
## F. Information

In bits, of a batch and never of a game (` + "`turncoat metrics --information`" + `). Entropies are corrected by (m − 1) / 2N for m values that occur
(Miller 1955), so an information that is not there comes out about 0, and may come out below it. Beside each stands its level when the teams
are shuffled among the seats of each game (200 times; the mean and the 95 % quantile), and the percentile interval of a bootstrap over
games less its bias. An estimate that is another over quarters of the games, beyond its interval, is told. The ` + "`fitted`" + ` observer adds to ` + "`counts`" + ` what acts and ballots of the other games of the cell show of teams, cross-fitted in five parts. Acts are not independent given
the teams, so their log-likelihoods and those of ballots are tempered by exponents from 0 to 1, which the other parts' games
choose by log loss; a game with more than 5,000 possible sets of traitors is left out and counted.

| metric | unit | definition |
| --- | --- | --- |
`)
	for _, f := range BatchFigures() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, f.Unit, cell(f.Doc))
	}
	fmt.Fprintf(&b, "\n**Published** (`_curvo`): %s.\n", published)
	return b.String()
}

// explain is a block for each metric of a section.
func explain(b *strings.Builder, section string) {
	for _, e := range entries(section) {
		fmt.Fprintf(b, "\n### %s\n\n%s\n\n", e.name, e.definition)
		for _, line := range [][2]string{{"In", e.unit + ", " + e.within}, {"A case", e.Case}, {"Sign", e.Sign},
			{"Undefined where", e.Undefined}, {"Random play", e.Chance}, {"Where there is nothing to find", e.Null},
			{"It does not show", e.Not}} {
			fmt.Fprintf(b, "- %s: %s\n", line[0], line[1])
		}
	}
}

// entry is a metric or a time to an event, as the page shows it.
type entry struct {
	About
	name, unit, within, definition string
}

func entries(section string) (out []entry) {
	for _, m := range All() {
		if m.Section == section {
			out = append(out, entry{m.About, m.Name, m.Unit, m.Range, m.define()})
		}
	}
	for _, v := range Survivals() {
		if v.Section == section {
			out = append(out, entry{v.About, v.Name, v.Unit, v.Range, v.Doc})
		}
	}
	return out
}

// TestEveryMetricIsExplained: no field of what is said of a metric is empty, and nothing is said of a metric that there is not.
func TestEveryMetricIsExplained(t *testing.T) {
	left := maps.Clone(abouts)
	for _, s := range sections {
		for _, e := range entries(s.letter) {
			of := reflect.ValueOf(e.About)
			for i := range of.NumField() {
				if of.Field(i).String() == "" {
					t.Errorf("%s says nothing of %s", e.name, of.Type().Field(i).Name)
				}
			}
			delete(left, e.name)
		}
	}
	if len(left) > 0 {
		t.Errorf("there are no metrics %v", slices.Sorted(maps.Keys(left)))
	}
}

func (m Metric) define() string {
	doc := m.Doc
	if m.Mean {
		doc += " *Games weigh equally.*"
	}
	if m.Beside != "" {
		doc += " Read beside `" + m.Beside + "`."
	}
	switch m.Source {
	case "":
	case published:
		doc += " *Published.*"
	default:
		doc += " (" + m.Source + ".)"
	}
	return doc
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
