package main

import (
	"encoding/csv"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The lines of docs/analysis.md give the figures that the program gives, where their tools are installed.
func TestAnalysisDoc(t *testing.T) {
	doc, err := os.ReadFile("../../docs/analysis.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db := filepath.Join(dir, "a.db")
	mustRun(t, "run", "crossplay", "--games", "4", "--seed", "3", "--batch", "a", "--db", db, "--quiet")
	mustRun(t, "export", "a", "--out", filepath.Join(dir, "csv"), "--db", db)
	want := summaryMeans(t, filepath.Join(dir, "csv", "summary.csv"))
	for _, tool := range []struct{ language, probe, run string }{
		{"python", "python3 -c 'import pandas'", "python3 -"},
		{"r", "Rscript --version", "Rscript -"},
		{"sql", "duckdb --version", "duckdb -list -noheader"},
	} {
		t.Run(tool.language, func(t *testing.T) {
			if err := exec.Command("sh", "-c", tool.probe).Run(); err != nil {
				t.Skipf("%s is not installed", tool.language)
			}
			_, block, found := strings.Cut(string(doc), "```"+tool.language+"\n")
			block, _, _ = strings.Cut(block, "```")
			cmd := exec.Command("sh", "-c", tool.run)
			cmd.Dir, cmd.Stdin, cmd.Env = dir, strings.NewReader(block), append(os.Environ(), "LC_ALL=C.UTF-8")
			out, err := cmd.CombinedOutput()
			if err != nil || !found {
				t.Fatalf("%v\n%s", err, out)
			}
			compareMeans(t, want, string(out))
		})
	}
}

// summaryMeans are the means of an export's summary, by "cell,metric", but for survival times, which are no ratios.
func summaryMeans(t *testing.T, path string) map[string]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, row := range rows[1:] {
		if mean, err := strconv.ParseFloat(row[3], 64); err == nil && !strings.HasPrefix(row[2], "rounds_to") &&
			row[2] != "exposure_recovery" && row[2] != "ece" {
			out[row[1]+","+row[2]] = mean
		}
	}
	return out
}

func compareMeans(t *testing.T, want map[string]float64, out string) {
	t.Helper()
	seen := 0
	for line := range strings.Lines(out) {
		cut := strings.LastIndexByte(strings.TrimSpace(line), ',')
		if cut < 0 {
			continue
		}
		key := strings.TrimSpace(line)[:cut]
		got, err := strconv.ParseFloat(strings.TrimSpace(line)[cut+1:], 64)
		w, ok := want[key]
		if err != nil || !ok || math.Abs(got-w) > 2e-5*max(1, math.Abs(w)) {
			t.Errorf("%s: %f, the program says %f (%v)", key, got, w, err)
		}
		seen++
	}
	if seen != len(want) || seen < 200 {
		t.Errorf("%d figures, the program has %d", seen, len(want))
	}
}
