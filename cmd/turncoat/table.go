package main

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// table starts a table on stdout: plain, ruled under its header.
func (a *app) table(header ...string) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(trimmed{a.out})
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	t.SetStyle(style)
	row := make(table.Row, len(header))
	for i, h := range header {
		row[i] = h
	}
	t.AppendHeader(row)
	return plainTable{t}
}

// plainTable keeps a cell on its line: a name can't draw a row.
type plainTable struct{ table.Writer }

// AppendRow implements table.Writer.
func (t plainTable) AppendRow(row table.Row, config ...table.RowConfig) {
	for i, cell := range row {
		if s, ok := cell.(string); ok {
			row[i] = plain.Label(s)
		}
	}
	t.Writer.AppendRow(row, config...)
}

// folded breaks a sentence where the terminal ends; elsewhere a line stays one.
func (a *app) folded(s string) string {
	if !isTerminal(a.out) {
		return s
	}
	return strings.TrimRight(text.WrapSoft(s, widthOf(a.out, 100)), " ")
}

// unitColumns is how wide a terminal has to be for the units beside the main figures; docs/metrics.md has them, too.
const unitColumns = 87

// metricsColumns is the same for the figures of all metrics.
const metricsColumns = 118

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
