package report

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// figure is a chart with the table of its numbers. Without a case it has no drawing and the page says so.
type figure struct {
	name    string // of its file
	part    string // of the page
	cell    string // of several
	caption string
	drawing *drawing
	table   sheet
}

// sheet is a table of text whose first column names the rows.
type sheet struct {
	Caption string
	Head    []string
	Rows    [][]string
}

// Numeric reports whether a column holds numbers, which are set to the right.
func (s sheet) Numeric(column int) bool {
	for _, row := range s.Rows {
		first, _ := utf8.DecodeRuneInString(row[column])
		if column == 0 || !strings.ContainsRune("0123456789[–−", first) {
			return false
		}
	}
	return true
}

// figures makes every chart, in the page's order.
func (r *Report) figures() []figure {
	out := []figure{r.outcome(), r.effects()}
	for _, part := range []func(*sums) figure{trustByRound, suspicion, calibration} {
		out = r.perCell(out, part)
	}
	out = append(out, r.seats(), r.deception())
	out = r.perCell(out, votes)
	out = append(out, r.exposure())
	return r.perCell(out, recovery)
}

// perCell adds a chart of every cell.
func (r *Report) perCell(out []figure, of func(c *sums) figure) []figure {
	if len(r.sums) == 0 {
		return append(out, of(newSums("", &r.spoken, r.draws)))
	}
	names := map[string]int{}
	for _, c := range r.sums {
		f := of(c)
		if len(r.sums) > 1 {
			f.cell = c.name
			f.name += "." + plain(c.name)
			if names[f.name]++; names[f.name] > 1 {
				f.name += fmt.Sprintf("-%d", names[f.name])
			}
		}
		out = append(out, f)
	}
	return out
}

// foreign are runs of what a file's name may not hold everywhere.
var foreign = regexp.MustCompile(`[^a-zA-Z0-9_-]+`)

// plain keeps what a file's name may hold anywhere.
func plain(s string) string {
	out := strings.Trim(foreign.ReplaceAllString(s, "-"), "-")
	if out == "" {
		return "cell"
	}
	return out[:min(len(out), 60)]
}

// row is the cell's figure of the name.
func (c Cell) row(metric string) (analysis.Row, bool) {
	if i := slices.IndexFunc(c.Rows, func(r analysis.Row) bool { return r.Metric == metric }); i >= 0 {
		return c.Rows[i], true
	}
	nan := math.NaN()
	return analysis.Row{Metric: metric, Mean: nan, Interval: stats.None, Chance: nan, ChanceSE: nan}, false
}

func estimateOf(r analysis.Row) estimate { return estimate{r.Mean, r.Lo, r.Hi, r.N, r.Chance} }

// titled is a metric with the words of a chart.
type titled struct{ metric, words string }

var shares = []titled{{"traitors_win", "traitors win"}, {"faithful_win", "faithful win"}, {"draw", "draw"},
	{"banishment_accuracy", "banishments that hit a traitor"}, {"tsr_curvo", "traitors who survive"}, {"fsr_curvo", "faithful who survive"}}

var differences = []titled{{"vote_lift", "votes on traitors above chance"}, {"cover", "cover of the traitors"},
	{"bus_rate", "traitors' votes on their own"},
	{"discrimination_slope", "belief on traitors less that on faithful"}, {"deception_success", "lies that worked, above control"},
	{"persuasion", "how far they moved belief"}}

// byMetric makes a group of each metric with a row of each cell, or one group of rows where there is one cell.
func (r *Report) byMetric(list []titled) (groups []group, any bool) {
	if len(r.cells) == 1 {
		groups = []group{{}}
	}
	for _, m := range list {
		var rows []whisker
		for _, c := range r.cells {
			row, ok := c.row(m.metric)
			if !ok {
				continue
			}
			any = any || !math.IsNaN(row.Mean)
			label := c.Name
			if len(r.cells) == 1 {
				label = m.words
			}
			rows = append(rows, whisker{label, estimateOf(row)})
		}
		cases := func(w whisker) bool { return w.ok() }
		switch {
		case len(rows) == 0:
		case len(rows) > 1 && !slices.ContainsFunc(rows, cases): // one row says it of all cells
			groups = append(groups, group{m.words, []whisker{{"every cell", rows[0].estimate}}})
		case len(r.cells) == 1:
			groups[0].rows = append(groups[0].rows, rows...)
		default:
			groups = append(groups, group{m.words, rows})
		}
	}
	return groups, any
}

func (r *Report) outcome() figure {
	f := figure{name: "outcome", part: "outcome", caption: "How the games ended, as shares."}
	f.table = r.numbers(append(slices.Clone(shares), titled{metric: "rounds"}))
	if groups, any := r.byMetric(shares); any {
		f.drawing = whiskers("Outcome", "Shares of games, banishments and seats with 95 % intervals and chance levels; the table below "+
			"has the numbers.", 0, 1, groups)
	}
	return f
}

func (r *Report) effects() figure {
	f := figure{name: "effects", part: "outcome", table: r.numbers(differences),
		caption: "Differences that are 0 where nobody can tell, or does better than chance or control."}
	groups, any := r.byMetric(differences)
	if any {
		far := reach(groups)
		f.drawing = whiskers("Effects", "Differences from chance or between the teams, with 95 % intervals; zero is no difference.", -far,
			far, groups)
	}
	return f
}

// reach is how far from 0 the groups go.
func reach(groups []group) float64 {
	far := 0.0
	for _, g := range groups {
		for _, w := range g.rows {
			for _, v := range []float64{w.mean, w.lo, w.hi, w.chance} {
				if !math.IsNaN(v) {
					far = max(far, math.Abs(v))
				}
			}
		}
	}
	return roundUp(far)
}

// numbers is the table of metrics by cell.
func (r *Report) numbers(list []titled) sheet {
	t := sheet{Head: []string{"metric", "mean", "95 % interval", "chance", "n", "unit"}}
	if len(r.cells) > 1 {
		t.Head = append([]string{"cell"}, t.Head...)
	}
	for _, m := range list {
		for _, c := range r.cells {
			if row, ok := c.row(m.metric); ok {
				t.Rows = append(t.Rows, r.named(c, rowText(row)))
			}
		}
	}
	return t
}

// named puts the cell's name before a row where there are several.
func (r *Report) named(c Cell, row []string) []string {
	if len(r.cells) > 1 {
		return append([]string{c.Name}, row...)
	}
	return row
}

func rowText(row analysis.Row) []string {
	return []string{row.Metric, num(row.Mean, 3), interval(row.Lo, row.Hi, 3), num(row.Chance, 3), count(row.N), row.Unit}
}

// deception is told by the policy of the speaker, over all cells.
func (r *Report) deception() figure {
	f := figure{name: "deception", part: "deception",
		caption: "Knowing falsehoods and broken promises per statement of a traitor, by the policy that spoke.",
		table:   sheet{Head: []string{"policy", "act", "per statement", "95 % interval", "n statements"}}}
	policies := r.policies()
	var groups []group
	far := 0.0
	for k, d := range deceits {
		g := group{name: d.words}
		for _, p := range policies {
			e := r.spoken.policies[p][k].estimate(r.draws.over, 0, math.Inf(1))
			if !e.ok() {
				continue
			}
			far = max(far, e.mean, maxOf(e.hi))
			g.rows = append(g.rows, whisker{p, e})
			f.table.Rows = append(f.table.Rows, []string{p, d.words, num(e.mean, 3), interval(e.lo, e.hi, 3), count(e.n)})
		}
		groups = append(groups, g)
	}
	if !slices.ContainsFunc(groups, func(g group) bool { return len(g.rows) != 1 }) { // one policy spoke: a row an act
		f.caption = strings.TrimSuffix(f.caption, ".") + ": " + groups[0].rows[0].label + "."
		groups = joined(groups)
	}
	if len(f.table.Rows) > 0 {
		f.drawing = whiskers("Deception by policy", "Acts per statement of a traitor by the speaker's policy, with 95 % intervals.", 0,
			roundUp(far), groups)
	}
	return f
}

// joined puts groups of one row into one group, each row under its group's name.
func joined(groups []group) []group {
	var one group
	for _, g := range groups {
		for _, w := range g.rows {
			w.label = g.name
			one.rows = append(one.rows, w)
		}
	}
	return []group{one}
}

func maxOf(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// policies are all that sat at a table, by name.
func (r *Report) policies() []string {
	return slices.Sorted(maps.Keys(r.spoken.policies))
}

func (r *Report) exposure() figure {
	f := figure{name: "exposure", part: "exposure",
		caption: "Trust lost by those who had defended a traitor that was then banished and revealed, beyond what the others lost.",
		table:   r.numbers([]titled{{"exposure_drop", ""}, {"exposure_recovery", ""}})}
	list := []titled{{"exposure_drop", "trust lost with an exposed traitor"}}
	if groups, any := r.byMetric(list); any {
		far := reach(groups)
		f.drawing = whiskers("Exposure", "Loss of trust in a banished traitor's defenders less that in others, with 95 % intervals; "+
			"positive is lost.", -far, far, groups)
	}
	return f
}
