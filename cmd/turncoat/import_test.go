package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// An import that was cut off goes on under the same name, and comes to what it would have been; with another source it is refused.
func TestImportGoesOn(t *testing.T) {
	dir := t.TempDir()
	db, lines, other := filepath.Join(dir, "i.db"), filepath.Join(dir, "lines"), filepath.Join(dir, "other")
	mustRun(t, "run", "duel-4", "--games", "3", "--seed", "1", "--batch", "a", "--db", db, "--quiet")
	mustRun(t, "run", "duel-4", "--games", "3", "--seed", "2", "--batch", "b", "--db", db, "--quiet")
	mustRun(t, "export", "a", "--format", "events", "--out", lines, "--db", db)
	mustRun(t, "export", "b", "--format", "events", "--out", other, "--db", db)
	mustRun(t, "import", "jsonl", lines, "--batch", "back", "--db", db)
	whole := heads(t, db, "back")
	file, err := sql.Open("sqlite3", db)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, cut := range []string{
		"UPDATE batches SET status = 'running', games = 0, manifest = '', ended = '' WHERE name = 'back'",
		"DELETE FROM events WHERE game = (SELECT key FROM games WHERE batch = (SELECT key FROM batches WHERE name = 'back') AND idx = 2)",
		"DELETE FROM games WHERE batch = (SELECT key FROM batches WHERE name = 'back') AND idx = 2",
	} {
		if _, err := file.ExecContext(t.Context(), cut); err != nil {
			t.Fatal(err)
		}
	}
	refused := turncoat(t, "import", "jsonl", other, "--batch", "back", "--db", db)
	if out, err := refused.CombinedOutput(); err == nil || refused.ProcessState.ExitCode() != exitUsage ||
		!strings.Contains(string(out), "earlier import") {
		t.Fatalf("%v\n%s", err, out)
	}
	mustRun(t, "import", "jsonl", lines, "--batch", "back", "--db", db)
	sameHeads(t, whole, heads(t, db, "back"))
	mustRun(t, "verify", "back", "--db", db)
	if said := mustRun(t, "import", "jsonl", lines, "--batch", "back", "--db", db); !strings.Contains(said, "imported before") {
		t.Errorf("once more: %s", said)
	}
	more := turncoat(t, "import", "jsonl", other, "--batch", "back", "--db", db)
	if out, _ := more.CombinedOutput(); more.ProcessState.ExitCode() != exitUsage {
		t.Errorf("other games into an import that is done: %s", out)
	}
	sameHeads(t, whole, heads(t, db, "back"))
}
