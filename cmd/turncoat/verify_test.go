package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// An altered event is found, with its game and number; exit 1.
func TestVerifyFindsAnAlteration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "v.db")
	mustRun(t, "run", "vanilla", "--games", "3", "--seed", "1", "--batch", "v", "--quiet", "--db", path)
	for _, c := range []struct{ change, says string }{
		{"UPDATE events SET body = json_set(body, '$.seat', 9) WHERE game = 2 AND seq = 5", "event 5"},
		{"UPDATE events SET at = at + 1 WHERE game = 3 AND seq = 7", "seal"},
		{"UPDATE games SET winner = 'draw' WHERE key = 1", "the games table says draw"},
		{"DELETE FROM events WHERE game = 3; DELETE FROM games WHERE key = 3", "its manifest"},
	} {
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		undo := filepath.Join(t.TempDir(), "copy.db")
		if _, err := db.Exec("VACUUM INTO ?", undo); err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
		if db, err = sql.Open("sqlite3", undo); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(c.change); err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
		cmd := turncoat(t, "verify", "--db", undo)
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), c.says) {
			t.Errorf("%s: exit %d\n%s", c.change, cmd.ProcessState.ExitCode(), out)
		}
	}
}
