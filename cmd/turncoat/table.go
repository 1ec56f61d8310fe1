package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// grid is a table on stdout: plain, ruled under its header. On a terminal that is too narrow for it long sentences are wrapped, and then
// the last columns are left out, which are the least important ones, and it says which.
type grid struct {
	app    *app
	header []string
	rows   []table.Row
}

func (a *app) table(header ...string) *grid { return &grid{app: a, header: header} }

// AppendRow adds a row. A cell stays on its line: a name can't draw a row.
func (g *grid) AppendRow(row table.Row) {
	for i, cell := range row {
		if s, ok := cell.(string); ok {
			row[i] = plain.Label(s)
		}
	}
	g.rows = append(g.rows, row)
}

// Length is how many rows there are.
func (g *grid) Length() int { return len(g.rows) }

// Render prints the table.
func (g *grid) Render() {
	columns, wrapped := len(g.header), table.ColumnConfig{}
	if isTerminal(g.app.out) {
		columns, wrapped = g.fit(widthOf(g.app.out, 1<<10))
	}
	t := table.NewWriter()
	t.SetOutputMirror(trimmed{g.app.out})
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft, style.Box.PaddingRight = "", gap
	t.SetStyle(style)
	t.SetColumnConfigs([]table.ColumnConfig{wrapped})
	row := make(table.Row, columns)
	for i, h := range g.header[:columns] {
		row[i] = h
	}
	t.AppendHeader(row)
	for _, r := range g.rows {
		t.AppendRow(r[:min(columns, len(r))])
	}
	t.Render()
	if left := g.header[columns:]; len(left) > 0 && !g.app.narrow {
		g.app.narrow = true // once is enough
		fmt.Fprintln(g.app.out, g.app.folded("(a wider terminal shows also: "+strings.Join(left, ", ")+")"))
	}
}

const (
	gap       = "  " // between columns
	narrowest = 24   // to which a sentence is wrapped
	sentence  = 30   // a cell that is longer and has words is wrapped rather than left out
)

// fit is how many columns are shown on so wide a terminal, and how one of them is wrapped.
func (g *grid) fit(width int) (columns int, wrapped table.ColumnConfig) {
	widths := make([]int, len(g.header))
	total := 0
	for i, h := range g.header {
		widths[i] = text.StringWidth(h)
		for _, r := range g.rows {
			if i < len(r) {
				widths[i] = max(widths[i], text.StringWidth(fmt.Sprint(r[i])))
			}
		}
		total += widths[i] + len(gap)
	}
	long := -1
	for i, w := range widths {
		if w > sentence && (long < 0 || w > widths[long]) && g.words(i) {
			long = i
		}
	}
	if long >= 0 && total > width {
		narrow := max(narrowest, widths[long]-(total-width))
		wrapped = table.ColumnConfig{Number: long + 1, WidthMax: narrow, WidthMaxEnforcer: text.WrapSoft}
		total -= widths[long] - narrow
		widths[long] = narrow
	}
	columns = len(widths)
	for columns > 2 && total > width {
		columns--
		total -= widths[columns] + len(gap)
	}
	return columns, wrapped
}

// words reports whether a column has sentences, which can be wrapped.
func (g *grid) words(column int) bool {
	return slices.ContainsFunc(g.rows, func(r table.Row) bool {
		return column < len(r) && strings.Count(fmt.Sprint(r[column]), " ") > 3
	})
}

// say prints a sentence, broken where the terminal ends.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.out, a.folded(fmt.Sprintf(format, args...)))
}

// folded breaks a sentence where the terminal ends; elsewhere a line stays one.
func (a *app) folded(s string) string {
	if !isTerminal(a.out) {
		return s
	}
	lines := strings.Split(text.WrapSoft(s, widthOf(a.out, 100)), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// trimmed writes without trailing spaces.
type trimmed struct {
	w interface{ Write([]byte) (int, error) }
}

func (t trimmed) Write(b []byte) (int, error) {
	lines := strings.Split(string(b), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	if _, err := t.w.Write([]byte(strings.Join(lines, "\n"))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// number prints a figure with as many digits as it bears.
func number(v float64) string {
	switch {
	case v != v:
		return ""
	case v >= 100 || v <= -100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10 || v <= -10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// errorOf prints a standard error: small ones are not nothing, and 0 is exact.
func errorOf(v float64) string {
	if v > 0 && v < 1 {
		return fmt.Sprintf("%.4f", v)[1:]
	}
	if v == 0 {
		return "0"
	}
	return number(v)
}

// interval prints a confidence interval, nothing where there is none.
func interval(lo, hi float64) string {
	if lo != lo || hi != hi {
		return ""
	}
	return "[" + number(lo) + ", " + number(hi) + "]"
}

// intervalOr prints an interval, and where there is none the reason.
func intervalOr(i stats.Interval) string {
	if text := interval(i.Lo, i.Hi); text != "" {
		return text
	}
	return string(i.Why)
}

// clipped is a text of at most n characters, the last one a mark where there were more.
func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
