package main

import (
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/faults"
)

// seen is what a batch came to whose model is of a mode.
type seen struct {
	exit     int
	status   map[string]int
	causes   map[string]int // of the forfeits
	answers  int
	repaired int
	broken   int // events that hold what was sent as broken
	deep     error
	said     string
}

// tried plays a batch of two games with a mode in one invocation.
func tried(t *testing.T, server *faults.Server, m faults.Mode, db string) (s seen) {
	policy := map[string]string{"openai": "vllm/", "ollama": "ollama/"}[m.Wire] + m.Name
	args := []string{"run", "duel-4", "--games", "2", "--seed", "5", "--batch", "b", "--db", db, "--quiet", "--max-wait", "30s",
		"--policy", policy}
	switch m.Name {
	case "never", "stalls":
		args = append(args, "--timeout", "1")
	case "temp-unsupported":
		args[len(args)-1] += "?temperature=0.7"
	default:
		args[len(args)-1] += "?num_predict=128"
	}
	cmd := turncoat(t, args...)
	cmd.Env = append(cmd.Env, "VLLM_BASE_URL="+server.URL+"/v1", "OLLAMA_HOST="+server.URL)
	out, _ := cmd.CombinedOutput() // the exit code says it
	s = seen{exit: cmd.ProcessState.ExitCode(), status: map[string]int{}, causes: map[string]int{}, said: string(out)}
	file, err := sql.Open("sqlite3", db)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	count := func(into map[string]int, query string) {
		rows, err := file.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatalf("%s: %v\n%s", m.Name, err, out)
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			var n int
			if err := rows.Scan(&name, &n); err != nil {
				t.Fatal(err)
			}
			into[name] += n
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string]int{}
	count(s.status, "SELECT status, count(*) FROM games GROUP BY 1")
	count(s.causes, "SELECT body ->> 'cause', count(*) FROM event_log WHERE kind = 'forfeit' GROUP BY 1")
	count(all, "SELECT 'answers', count(*) FROM event_log WHERE kind = 'answered'")
	count(all, "SELECT 'repaired', count(*) FROM event_log WHERE kind = 'answered' AND json_array_length(body, '$.calls') > 1")
	count(all, "SELECT 'broken', count(*) FROM event_log WHERE body LIKE '%"+faults.Marker+"%'")
	s.answers, s.repaired, s.broken = all["answers"], all["repaired"], all["broken"]
	if s.status["finished"] == 2 {
		if out, err := turncoat(t, "verify", "b", "--deep", "--quiet", "--db", db).CombinedOutput(); err != nil {
			s.deep = fmt.Errorf("%w: %s", err, out)
		}
	}
	return s
}

// wrong says in what a batch did not come to what is right.
func (s seen) wrong(m faults.Mode) string {
	ended, waits, forfeits := s.exit == exitDone && s.status["finished"] == 2, s.exit == exitProvider && s.status["parked"] > 0,
		len(s.causes) > 0
	other := slices.DeleteFunc(slices.Collect(maps.Keys(s.causes)), func(c string) bool { return c == m.Cause })
	ok := map[faults.Class]bool{
		faults.Plays:    ended && !forfeits && s.repaired == 0,
		faults.Repaired: ended && !forfeits && s.repaired > 0,
		faults.Forfeits: ended && forfeits && len(other) == 0,
		faults.Hopeless: waits && forfeits && len(other) == 0,
		faults.Outage:   waits && !forfeits,
		faults.Reading:  ended,
	}[m.Class]
	if ok && s.broken == 0 && s.status["failed"] == 0 && s.deep == nil {
		return ""
	}
	return fmt.Sprintf("want %q: exit %d, games %v, forfeits %v, repaired %d of %d, broken in the log %d, deep %v\n%s", m.Class, s.exit,
		s.status, s.causes, s.repaired, s.answers, s.broken, s.deep, s.said)
}

// Every fault of a server comes to what is right, in one invocation, and docs/faults.md tells it.
func TestFaults(t *testing.T) {
	server := faults.Serve()
	defer server.Close()
	dir := t.TempDir()
	modes := faults.Modes()
	next := make(chan int)
	var wg sync.WaitGroup
	for range 12 { // most of them wait most of the time
		wg.Go(func() {
			for i := range next {
				m := modes[i]
				if why := tried(t, server, m, filepath.Join(dir, fmt.Sprint(i)+".db")).wrong(m); why != "" {
					t.Errorf("%s/%s (%s): %s", m.Wire, m.Name, m.Does, why)
				}
			}
		})
	}
	order := make([]int, len(modes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, k int) int { // what takes long begins first
		slow := func(m faults.Mode) int {
			if m.Class == faults.Outage {
				return 0
			}
			return 1
		}
		return slow(modes[i]) - slow(modes[k])
	})
	for _, i := range order {
		next <- i
	}
	close(next)
	wg.Wait()
	checkDoc(t, "../../docs/faults.md", faultsDoc(modes))
}

func faultsDoc(modes []faults.Mode) string {
	var b strings.Builder
	b.WriteString("# What comes of a server's faults\n\nMade by `go test -run TestFaults ./cmd/turncoat`, which plays two games with " +
		"each in one invocation; `make golden` rewrites it.\n" +
		"*plays*: every game ends and nothing is forfeited. *plays, repaired*: likewise, with second replies. *forfeits, and stops*: " +
		"the replies themselves are\n" +
		"of no use; their answers are forfeited under the cause, and the batch stops when the first 20 have failed. *waits*: exit code " +
		"5, nothing is forfeited, and\n" +
		"`resume` goes on. *reading*: it ends; what is made of such replies is told in [models.md](models.md).\n\n| wire | fault | " +
		"what the server does | what happens |\n| --- | --- | --- | --- |\n")
	for _, m := range modes {
		what := string(m.Class)
		if m.Cause != "" {
			what += " (" + m.Cause + ")"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", m.Wire, m.Name, m.Does, what)
	}
	return b.String()
}

// checkDoc compares a generated page with the one that is kept; UPDATE_SCRIPTS rewrites it, as it does the scripts.
func checkDoc(t *testing.T, path, want string) {
	t.Helper()
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s is not what the code makes (%v): run `make golden`, and read the diff", path, err)
	}
}
