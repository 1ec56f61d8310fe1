package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
)

// No verb prints a line that a terminal of 80 columns would break, whatever its tables hold; what they leave out they say once.
func TestTablesFit(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "f.db")
	mustRun(t, "run", "crossplay", "--games", "2", "--batch", "cross", "--db", db, "--quiet")
	mustRun(t, "run", "duel-4", "--games", "7", "--batch", "a-batch-whose-name-is-longer-than-anybody-would-type", "--db", db, "--quiet",
		"--policy", "liar?rate=0.3", "--set", "introductions=false")
	for _, args := range [][]string{
		{"list"}, {"show", "cross"}, {"show", "a-batch-whose"}, {"show", "a-batch-whose-name-is-longer-than-anybody-would-type/0"},
		{"metrics", "a-batch-whose"}, {"metrics", "cross"}, {"metrics", "cross/0"}, {"metrics", "cross", "--information"},
		{"compare", "cross"},
		{"ratings", "cross"}, {"plan", "cross", "--metric", "vote_lift"}, {"plan"},
		{"scenario", "list"}, {"scenario", "show", "classic"}, {"policies"},
		{"resume", "cross"}, {"verify", "cross"}, {"memory", "show", "cross/0", "0"}, {"memory", "search", "cross", "vote"}, {"version"},
		{"run", "crossplay", "--games", "2", "--batch", "cross"}, {"replay", "cross/0", "--beliefs"}, {"doctor"},
	} {
		cmd := turncoat(t, append(args, "--db", "f.db")...)
		cmd.Dir = dir
		out := withoutColours([]byte(strings.ReplaceAll(onTerminal(t, 80, cmd), clearLine, "")))
		for line := range strings.Lines(string(out)) {
			line = strings.TrimRight(line, "\r\n")
			if i := strings.LastIndexByte(line, '\r'); i >= 0 {
				line = line[i+1:]
			}
			if n := text.StringWidth(line); n > 80 {
				t.Errorf("turncoat %s prints a line of %d columns: %s", strings.Join(args, " "), n, line)
				break
			}
		}
		if n := strings.Count(string(out), "a wider terminal"); n > 1 {
			t.Errorf("turncoat %s says %d times what a wider terminal shows", strings.Join(args, " "), n)
		}
	}
}
