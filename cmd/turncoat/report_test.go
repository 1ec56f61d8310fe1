package main

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The command beside a moment tells its game again from the moment's round, and what was said is in it.
func TestMomentsReplay(t *testing.T) {
	dir := t.TempDir()
	db, page := filepath.Join(dir, "it's here.db"), filepath.Join(dir, "r.html")
	mustRun(t, "run", "--games", "6", "--seed", "5", "--batch", "m", "--db", db, "--quiet")
	mustRun(t, "report", "m", "--db", db, "--out", page)
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	moments := regexp.MustCompile(`(?s)<bdi>([^<]*)</bdi>”.*?, round (\d+).*?<code>turncoat ([^<]*) --db ([^<]*)</code>`)
	found := moments.FindAllStringSubmatch(string(text), -1)
	if len(found) == 0 {
		t.Fatal("no moment: the test tests nothing")
	}
	for _, m := range found {
		if got := html.UnescapeString(m[4]); got != "'"+strings.ReplaceAll(db, "'", `'\''`)+"'" {
			t.Errorf("the file is %s, not %s", got, db)
		}
		told := strings.Join(strings.Fields(mustRun(t, append(strings.Fields(m[3]), "--db", db)...)), " ")
		if said := html.UnescapeString(m[1]); !strings.Contains(told, said) || strings.Contains(told, "Round "+before(m[2])) {
			t.Errorf("%s from round %s does not tell %q:\n%s", m[3], m[2], said, told)
		}
	}
}

func before(round string) string { return string(rune(round[0] - 1)) }
