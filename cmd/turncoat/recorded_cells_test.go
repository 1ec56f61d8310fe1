package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
)

// The games of a design with cells play again from their replies, without a server.
func TestRecordedCells(t *testing.T) {
	dir := t.TempDir()
	db, design := filepath.Join(dir, "c.db"), filepath.Join(dir, "two.yaml")
	text := "name: two\nscenario: duel-4\ngames: 1\nset: {\"guidance.traitor\": explicit}\nfactors: {prompts.style: [curt, wordy]}\n"
	if err := os.WriteFile(design, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	server := llmtest.Serve(llmtest.Setup{})
	defer server.Close()
	run := func(batch, policy string) ([]byte, error) {
		return modelRun(t, server, "run", design, "--seed", "3", "--batch", batch, "--policy", policy, "--db", db,
			"--quiet").CombinedOutput()
	}
	if out, err := run("b", "vllm/fake"); err != nil || strings.Contains(string(out), "no effect") {
		t.Fatalf("%v: %s", err, out)
	}
	asked := server.Load().Calls
	if out, err := run("again", "recorded/b"); err != nil || strings.Contains(string(out), "no effect") || server.Load().Calls != asked {
		t.Errorf("%d calls were made again: %v: %s", server.Load().Calls-asked, err, out)
	}
	mustRun(t, "verify", "again", "--db", db)
	out, err := modelRun(t, server, "run", "duel-4", "--games", "2", "--seed", "3", "--batch", "alone", "--policy", "recorded/b",
		"--db", db, "--quiet").CombinedOutput()
	if err == nil || server.Load().Calls != asked {
		t.Errorf("without its cells the batch is played again: %s", out)
	}
}
