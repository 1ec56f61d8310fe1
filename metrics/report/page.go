package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"signed": func(v float64) string {
		if v > 0 {
			return "+" + num(v, 2)
		}
		return num(v, 2)
	},
	"two":  func(v float64) string { return num(v, 2) },
	"tied": strings.NewReplacer(" %", "\u00a0%", "n = ", "n\u00a0=\u00a0").Replace, // not to be broken over lines
}).Parse(pageHTML))

// page is what the template shows.
type page struct {
	Head
	Style    template.CSS
	Lead     []string
	Warnings []string
	Sections []section
}

// section is a part of the page; what it lacks is left out.
type section struct {
	ID, Title string
	Text      []string
	Figures   []shownFigure
	Tables    []sheet
	Folded    bool // the tables
	Moments   []moment
	Facts     []Fact
	List      []string
}

type shownFigure struct {
	ID, Cell, Caption string
	SVG               template.HTML // svg.go escapes what it writes
	Table             sheet
}

// HTML writes the page.
func (r *Report) HTML(w io.Writer) error {
	p := page{Head: r.head, Lead: r.lead(), Warnings: r.warnings(), Sections: r.sections()}
	p.Style = template.CSS(":root{" + variables(false) + "}\n@media screen and (prefers-color-scheme: dark){:root{" + variables(true) +
		"}}\n" + pageCSS)
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("write report %s: %w", r.head.Batch, err)
	}
	return nil
}

// parts are the sections with charts, and what is to be read with them.
var parts = []struct{ id, title, text string }{
	{"outcome", "Outcome", "Chance is the policy random under the same rules: every vote and every belief by dice of its own, nobody " +
		"accused."},
	{"trust", "Trust and suspicion", "What the faithful stated of the living at the primary moment of each round. Trust is one minus " +
		"the stated probability of being a traitor: inferred innocence, not reliance. Later rounds are reached by fewer games, and not " +
		"by a random part of them."},
	{"calibration", "Calibration", ""},
	{"deception", "Deception", "From what speakers say that they say (their acts), their roles and their ballots; a traitor knows " +
		"every role. Policies that never spoke as a traitor are left out."},
	{"votes", "Vote flow", "First-stage ballots that name a seat; abstentions and forfeits are left out."},
	{"exposure", "Exposure and recovery", "A banished traitor is revealed: what that costs those who had defended it, and how soon it " +
		"is half regained."},
}

func (r *Report) sections() []section {
	var out []section
	figures := r.figures()
	for _, p := range parts {
		s := section{ID: p.id, Title: p.title}
		if p.text != "" {
			s.Text = []string{p.text}
		}
		for _, f := range figures {
			if f.part != p.id {
				continue
			}
			shown := shownFigure{ID: "figure-" + f.name, Cell: f.cell, Caption: f.caption, Table: f.table}
			if f.drawing != nil {
				shown.SVG = template.HTML(f.drawing.svg(fmt.Sprintf("f%d-%d", len(out)+1, len(s.Figures)+1)))
			}
			s.Figures = append(s.Figures, shown)
		}
		out = append(out, s)
	}
	return append(out, r.moments(), r.costs(), r.attrition(), r.everything(), r.method(), r.limits())
}

// lead says in a sentence a cell how it ended.
func (r *Report) lead() []string {
	var out []string
	for _, c := range r.cells {
		row, ok := c.row("traitors_win")
		if c.Summary == nil || !ok || c.Summary.Analysed == 0 {
			continue
		}
		line := fmt.Sprintf("The traitors won %d of %s, the faithful %d", c.Summary.Wins(engine.Minority()), games(c.Summary.Analysed),
			c.Summary.Wins(engine.Majority()))
		if n := c.Summary.Wins(engine.NoTeam); n > 0 {
			line += fmt.Sprintf("; %d were drawn", n)
		}
		line += fmt.Sprintf(". The traitors' share is %s", num(row.Mean, 3))
		if in := interval(row.Lo, row.Hi, 3); in != "–" {
			line += ", 95 % interval " + in
		}
		if by := num(row.Chance, 3); by != "–" {
			line += "; under random play it would be " + by
		}
		if len(r.cells) > 1 {
			line = c.Name + ": " + strings.ToLower(line[:1]) + line[1:]
		}
		out = append(out, line+".")
	}
	if len(out) == 0 {
		out = append(out, "No game of this batch has been analysed.")
	}
	return out
}

func have(n int) string {
	if n == 1 {
		return "1 has"
	}
	return fmt.Sprintf("%d have", n)
}

func games(n int) string { return several(n, "game") }

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// warnings are what has to be known before a figure is read.
func (r *Report) warnings() []string {
	var small, forfeited []string
	for _, c := range r.cells {
		if c.Summary == nil {
			continue
		}
		of := ""
		if len(r.cells) > 1 {
			of = " of " + c.Name
		}
		if n := c.Summary.Units(); n < stats.SmallN {
			small = append(small, several(n, c.Summary.Unit())+of)
		}
		if n := c.Summary.Forfeited; n > 0 {
			forfeited = append(forfeited, games(n)+of)
		}
	}
	var out []string
	if len(small) > 0 {
		out = append(out, fmt.Sprintf("Small sample: intervals over %s are rough; below %d they cover less than they say.",
			strings.Join(small, ", "), stats.SmallN))
	}
	if len(forfeited) > 0 {
		out = append(out, fmt.Sprintf("A forfeit touched %s: there the rules answered in a player's place at least once.",
			strings.Join(forfeited, ", ")))
	}
	return out
}

func (r *Report) moments() section {
	s := section{ID: "moments", Title: "The most telling moments", Moments: r.top,
		Text: []string{fmt.Sprintf("Knowing falsehoods of traitors after which the faithful listeners' mean belief about their subject "+
			"moved the most in the way that they wanted: at most one a game, of three listeners or more, the largest first. It is each "+
			"listener's last belief before the statement and the first after it. Where the table learnt anything else between, the shift "+
			"isn't attributable to the statement; such moments come last, and where that was a banishment there is none. Of %s, %s such "+
			"beliefs on both sides. The moments are the extremes of many and show how it can go, not how it goes; deception_success and "+
			"persuasion, with their control, are the measure (after_speech: beliefs asks for them).",
			several(r.lies, "knowing falsehood"), have(r.followed))}}
	if len(r.top) == 0 {
		s.Text = append(s.Text, "No case: no shift of belief was the wanted one, or none is attributable since a banishment lies between "+
			"the beliefs.")
	}
	return s
}

func (r *Report) costs() section {
	s := section{ID: "cost", Title: "Cost and forfeits"}
	if len(r.cost) == 0 {
		s.Text = append(s.Text, "No case of cost: no calls of a model were counted.")
	} else {
		t := sheet{Caption: "What was used", Head: []string{"model or policy", "calls", "prompt tokens", "of them cached", "reply tokens",
			"money"}}
		for _, c := range r.cost {
			money := c.Money
			if money == "" {
				money = "–"
			}
			t.Rows = append(t.Rows, []string{c.Name, count(float64(c.Calls)), count(float64(c.PromptTokens)), count(float64(c.Cached)),
				count(float64(c.ReplyTokens)), money})
		}
		s.Tables = append(s.Tables, t)
	}
	if len(r.forfeits) == 0 {
		s.Text = append(s.Text, "No case of a forfeit: every answer was the players' own.")
		return s
	}
	t := sheet{Caption: "Forfeits: answers that the rules supplied", Head: []string{"policy", "asked for", "cause", "forfeits"}}
	keys := slices.SortedFunc(maps.Keys(r.forfeits), func(a, b forfeit) int {
		return slices.Compare([]string{a.policy, a.request, a.cause}, []string{b.policy, b.request, b.cause})
	})
	for _, k := range keys {
		t.Rows = append(t.Rows, []string{k.policy, k.request, k.cause, count(float64(r.forfeits[k]))})
	}
	s.Tables = append(s.Tables, t)
	return s
}

func (r *Report) attrition() section {
	s := section{ID: "attrition", Title: "Attrition",
		Text: []string{"What became of the games that were planned. A game that a limit stopped is censored, never just dropped."}}
	t := sheet{Head: []string{"cell", "planned", "started", "finished", "failed", "stopped", "touched by a forfeit", "analysed"}}
	for _, c := range r.cells {
		if c.Summary == nil {
			continue
		}
		a := c.Summary.Attrition
		row := []string{c.Name}
		if c.Name == "" {
			row[0] = "all games"
		}
		for _, n := range []int{a.Planned, a.Started, a.Finished, a.Failed, a.Stopped, a.Forfeited, a.Analysed} {
			row = append(row, count(float64(n)))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		s.Text = append(s.Text, "No case.")
		return s
	}
	s.Tables = []sheet{t}
	return s
}

// everything is every figure of every cell.
func (r *Report) everything() section {
	s := section{ID: "figures", Title: "All figures", Folded: true,
		Text: []string{"Ratios of sums over the games, with 95 % intervals that resample games (seasons where memory spans games, " +
			"tables where policies take turns at them; Wilson's for shares of games). A dash is undefined, which is not zero; n counts " +
			"the cases. docs/metrics.md defines each."}}
	for _, c := range r.cells {
		var t *sheet
		section := ""
		for _, row := range c.Rows {
			if t == nil || row.Section != section {
				section = row.Section
				s.Tables = append(s.Tables, sheet{Caption: strings.TrimSpace(section + ". " + metrics.SectionTitle(section)),
					Head: []string{"metric", "mean", "95 % interval", "chance", "n", "unit"}})
				t = &s.Tables[len(s.Tables)-1]
				if c.Name != "" {
					t.Caption = c.Name + " – " + t.Caption
				}
			}
			t.Rows = append(t.Rows, rowText(row))
		}
	}
	if len(s.Tables) == 0 {
		s.Text = append(s.Text, "No case.")
	}
	return s
}

func (r *Report) method() section {
	s := section{ID: "method", Title: "Method", List: r.head.Design}
	for _, f := range []Fact{{"Batch", r.head.Batch}, {"Scenario", r.head.Scenario}, {"Seed", fmt.Sprint(r.head.Seed)},
		{"Games planned", fmt.Sprint(r.head.Games)},
		{"Begun", r.head.Created}, {"Ended", r.head.Ended}} {
		if f.Value != "" {
			s.Facts = append(s.Facts, f)
		}
	}
	s.Facts = append(s.Facts, r.head.Facts...)
	s.Text = []string{"The unit is the game, the season where memory spans games, or the table where policies take turns at its seats. " +
		"All figures, those by round, by bin and by policy too, have 95 % intervals over units by the same bootstrap, shares of games " +
		"Wilson's. Over fewer than five units with a case, or without variation, there is none. What policies said is taken over the " +
		"units of all cells."}
	return s
}

// limitsOfAll hold of every batch.
var limitsOfAll = []string{
	"Trust here is inferred innocence: one minus a stated probability. It is not reliance on anybody, and a statement of belief need " +
		"not be a belief.",
	"Deceiving in a game of deception is the game, not a disposition of whoever plays it.",
	"Acts are what speakers say that they say. A lie that declares no act is not counted; act_coverage says how much is seen.",
	"The log is chained by hashes and not signed. A change breaks the chain, but who holds the file could write all of it anew; only a " +
		"seal kept elsewhere shows that nobody did.",
	"Many figures stand on one page without a correction for their number: one interval in twenty misses by chance alone. To compare " +
		"cells, pair them by seed and correct; two intervals side by side are no test.",
	"Games that last longer have more rounds and cases. Later rounds are those of the games that reached them.",
	"What is undefined is left empty and is not zero.",
}

func (r *Report) limits() section {
	return section{ID: "limits", Title: "What these figures don't say", List: append(slices.Clone(r.head.Limits), limitsOfAll...)}
}
