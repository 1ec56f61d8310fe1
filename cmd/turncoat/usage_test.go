package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is not there, or may be several things, is an error of usage (docs/cli.md), and is told as what it is.
func TestNamesThatNothingHas(t *testing.T) {
	db, empty := filepath.Join(t.TempDir(), "t.db"), filepath.Join(t.TempDir(), "empty.db")
	for _, name := range []string{"twin-1", "twin-2"} {
		mustRun(t, "run", "duel-4", "--policy", "random", "--games", "20", "--seed", "1", "--batch", name, "--db", db, "--quiet")
	}
	design := filepath.Join(t.TempDir(), "d.yaml")
	for path, text := range map[string]string{empty: "", design: "cells: [{name: a}]\nprimary: nosuch\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	digit := firstDigitOfTwo(t, db)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"nosuch"}, "unknown command"},
		{[]string{"memory", "nosuch"}, "unknown command"},
		{[]string{"scenario", "nosuch"}, "unknown command"},
		{[]string{"list", "--db", empty}, "no games are kept here yet"},
		{[]string{"show", "twin", "--db", db}, `batch "twin" may be twin-1, twin-2`},
		{[]string{"export", "twin", "--db", db}, `batch "twin" may be twin-1, twin-2`},
		{[]string{"show", digit, "--db", db}, "say more of the id"},
		{[]string{"scenario", "validate", design}, "unknown metric"},
	} {
		cmd := turncoat(t, c.args...)
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), c.says) {
			t.Errorf("%v: exit %d\n%s", c.args, cmd.ProcessState.ExitCode(), out)
		}
	}
}

// firstDigitOfTwo is what the ids of two games or more begin with: of forty games two share one of sixteen digits.
func firstDigitOfTwo(t *testing.T, db string) string {
	seen := map[string]bool{}
	for _, batch := range []string{"twin-1", "twin-2"} {
		for line := range strings.Lines(mustRun(t, "show", batch, "--json", "--db", db)) {
			_, id, ok := strings.Cut(line, `"id":"`)
			if !ok {
				continue
			}
			if seen[id[:1]] {
				return id[:1]
			}
			seen[id[:1]] = true
		}
	}
	t.Fatal("no two ids begin alike")
	return ""
}

// An imported game was not played here: verify checks the rest and says so, alone, in its batch and with --deep.
func TestVerifyOfAnImport(t *testing.T) {
	dir := t.TempDir()
	db, events := filepath.Join(dir, "t.db"), filepath.Join(dir, "events")
	mustRun(t, "run", "duel-4", "--policy", "random", "--games", "2", "--seed", "1", "--batch", "ours", "--db", db, "--quiet")
	mustRun(t, "export", "ours", "--format", "events", "--out", events, "--db", db)
	mustRun(t, "import", "jsonl", events, "--batch", "theirs", "--db", db)
	for _, what := range []string{"theirs", "theirs/0"} {
		if out := mustRun(t, "verify", what, "--db", db); !strings.Contains(out, "imported, so not held against the rules") {
			t.Errorf("verify %s: %s", what, out)
		}
	}
	out := mustRun(t, "verify", "--deep", "--db", db)
	for _, says := range []string{"ours: 2 verified (chain, fold, seal, played again)",
		"theirs: 2 verified (chain, seal; imported, so neither"} {
		if !strings.Contains(out, says) {
			t.Errorf("verify --deep does not say %q:\n%s", says, out)
		}
	}
}

// pflag takes what stands in backquotes for the name of a flag's value.
func TestHelpNamesNoValueByACommand(t *testing.T) {
	for _, line := range strings.Split(mustRun(t, "export", "--help"), "\n") {
		if flag := strings.Fields(line); len(flag) > 1 && strings.HasPrefix(flag[0], "--") && flag[1] == "turncoat" {
			t.Error(line)
		}
	}
}
