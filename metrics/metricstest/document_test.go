package metricstest_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

var update = flag.Bool("update", false, "rewrite docs/validation.md")

const (
	kept     = "testdata/validation.jsonl" // what the last make validation recorded
	prose    = "testdata/validation.md"    // docs/validation.md, with a line {{SECTION}} where a table belongs
	document = "../../docs/validation.md"
)

// TestValidationDocument holds docs/validation.md to what was recorded, and every metric to have been checked.
func TestValidationDocument(t *testing.T) {
	rows := recorded(t)
	text, err := os.ReadFile(prose)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(text)) {
		name, isTable := strings.CutPrefix(strings.TrimSpace(line), "{{")
		switch name = strings.TrimSuffix(name, "}}"); {
		case !isTable:
			out.WriteString(line)
		case name == "metrics":
			byMetric(&out, rows)
		case name == "effects":
			effects(&out, rows)
		default:
			table(&out, rows, strings.Split(name, "|")...)
		}
	}
	if *update {
		if err := os.WriteFile(document, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(document); err != nil || !bytes.Equal(have, out.Bytes()) {
		t.Errorf("docs/validation.md is not what was recorded: go test ./metrics/metricstest -update (%v)", err)
	}
	for _, m := range metrics.All() {
		for _, section := range []string{"planted", "null", "range", "coverage", "type I", "power"} {
			if len(of(rows, section, m.Name)) == 0 {
				t.Errorf("%s has no row of %s: make validation", m.Name, section)
			}
		}
	}
}

func recorded(t *testing.T) (rows []metricstest.Row) {
	t.Helper()
	f, err := os.Open(kept)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r metricstest.Row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

func of(rows []metricstest.Row, section, metric string) (out []metricstest.Row) {
	for _, r := range rows {
		if r.Section == section && r.Metric == metric {
			out = append(out, r)
		}
	}
	return out
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// byMetric is a line for each metric: what it came to in random games, how often its interval holds the truth, and how compare and plan do.
func byMetric(out *bytes.Buffer, rows []metricstest.Row) {
	out.WriteString("| metric | in random games | range | n = 10 | n = 50 | n = 200 | type I | power |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, m := range metrics.All() {
		line := []string{"`" + m.Name + "`"}
		one := func(section, what string, value func(metricstest.Row) string) {
			for _, r := range of(rows, section, m.Name) {
				if what == "" || r.What == what {
					line = append(line, cell(value(r)))
					return
				}
			}
			line = append(line, "–")
		}
		value := func(r metricstest.Row) string { return r.Value }
		one("range", "", value)
		one("range", "", func(r metricstest.Row) string { return r.Wanted })
		for _, n := range []int{10, 50, 200} {
			one("coverage", fmt.Sprintf("n = %d", n), value)
		}
		one("type I", "", value)
		one("power", "", value)
		fmt.Fprintf(out, "| %s |\n", strings.Join(line, " | "))
	}
}

// effects are what was planted for each metric, and where there is nothing to find.
func effects(out *bytes.Buffer, rows []metricstest.Row) {
	out.WriteString("| metric | planted | came to | wanted | nothing to find | came to | wanted |\n" +
		"| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, m := range metrics.All() {
		fmt.Fprintf(out, "| `%s` |", m.Name)
		for _, section := range []string{"planted", "null"} {
			if list := of(rows, section, m.Name); len(list) > 0 {
				fmt.Fprintf(out, " %s | %s | %s |", cell(list[0].What), cell(list[0].Value), cell(list[0].Wanted))
			} else {
				out.WriteString(" – | – | – |")
			}
		}
		out.WriteString("\n")
	}
}

// table lists the rows of sections that are not by metric.
func table(out *bytes.Buffer, rows []metricstest.Row, sections ...string) {
	known := map[string]bool{}
	for _, m := range metrics.All() {
		known[m.Name] = true
	}
	var list []metricstest.Row
	for _, r := range rows {
		if slices.Contains(sections, r.Section) && (r.Section == "chance" || r.Section == "recount" || !known[r.Metric]) {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b metricstest.Row) int {
		return cmp.Or(slices.Index(sections, a.Section)-slices.Index(sections, b.Section), cmp.Compare(a.Metric, b.Metric),
			cmp.Compare(a.What, b.What))
	})
	out.WriteString("| what | of | setting | came to | wanted | command |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range list {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | `%s` |\n", r.Section, cell(r.Metric), cell(r.What), cell(r.Value), cell(r.Wanted),
			cell(r.Command))
	}
}
