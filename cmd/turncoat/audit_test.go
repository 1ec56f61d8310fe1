package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/faults"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// clumsy answers rightly now and then, and else as models do: always the same to the same messages.
func clumsy(messages []llm.Message, schema json.RawMessage) string {
	right := llmtest.Legal(messages, schema)
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(messages[1].Text)) // where its reply is quoted back to it, it does the same again
	switch hash.Sum32() % 10 {
	case 0:
		return "```json\n" + right + "\n```"
	case 1:
		return "I'm sorry, but I can't participate in deceiving people."
	case 2:
		return `{"thought":"half of it`
	case 3: // an act that is none
		return strings.ReplaceAll(strings.ReplaceAll(right, `"act":"accuse"`, `"act":"denounce"`), `"act":"defend"`, `"act":"hug"`)
	case 4: // no number
		return strings.ReplaceAll(right, `"suspicion":{`, `"suspicion":{"Nobody at all":7,`)
	case 5: // much too long
		long := ""
		for i := range 60 { // repeating itself is another fault
			long += fmt.Sprintf("I say it in other words for the %d. time. ", i*i)
		}
		return strings.Replace(right, `"text":"`, `"text":"`+long, 1)
	case 6: // a belief is missing
		if i := strings.Index(right, `"suspicion":{`); i > 0 {
			return right[:i] + `"suspicion":{` + right[strings.LastIndex(right, ",")+1:]
		}
	}
	return right
}

func auditOfFile(t *testing.T, db, batch string) (out archive.Audit) {
	t.Helper()
	said := mustRun(t, "audit", batch, "--json", "--examples", "1000", "--db", db)
	if err := json.Unmarshal([]byte(said), &out); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return out
}

// sameAsCounted compares an audit's figures with those that the file counts from its log.
func sameAsCounted(t *testing.T, db string, got archive.Audit) {
	t.Helper()
	store, err := memory.OpenReadOnly(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	want, err := store.Answers(t.Context(), got.Batch)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for _, w := range want {
		var n archive.Audited
		lost, causes := 0, map[string]int{}
		for _, r := range got.Rows {
			if r.Policy == w.Policy {
				n.Answers, n.Mended, n.Repaired, n.Forfeited, n.Refused = n.Answers+r.Answers, n.Mended+r.Mended, n.Repaired+r.Repaired,
					n.Forfeited+r.Forfeited, n.Refused+r.Refused
				for _, k := range r.LostActs {
					lost += k
				}
				for c, k := range r.Causes {
					causes[c] += k
				}
			}
		}
		have[w.Policy] = fmt.Sprint(n.Answers, n.Mended, n.Repaired, n.Forfeited, n.Refused, lost, causes)
		if s := fmt.Sprint(w.Questions, w.Mended, w.Repaired, w.Forfeited, w.Refused, w.LostActs, w.Causes); s != have[w.Policy] {
			t.Errorf("%s: the log counts %s, the audit %s", w.Policy, s, have[w.Policy])
		}
	}
	if len(have) == 0 {
		t.Error("no policy was compared")
	}
}

// The reader that played a batch reads it as the log holds it, whatever models and servers do, and counts what the log counts.
func TestAuditFindsNothingInAnHonestBatch(t *testing.T) {
	server := faults.Serve()
	defer server.Close()
	fake := llmtest.Serve(llmtest.Setup{Width: 4, Answer: clumsy})
	defer fake.Close()
	db := filepath.Join(t.TempDir(), "a.db")
	play := func(url, batch string, args ...string) {
		cmd := turncoat(t, append([]string{"run", "--seed", "5", "--batch", batch, "--db", db, "--quiet"}, args...)...)
		cmd.Env = append(cmd.Env, "VLLM_BASE_URL="+url+"/v1")
		_, _ = cmd.CombinedOutput() // some batches stop, which the exit code says
	}
	for _, mode := range []string{"fenced", "think-before", "alternate", "content-filter", "nul-char"} {
		play(server.URL, mode, "duel-4", "--games", "2", "--policy", "vllm/"+mode)
	}
	play(fake.URL, "clumsy", "classic", "--games", "2", "--policy", "vllm/fake", "--set", "memory.reflect=banishment", "--set",
		"after_speech=beliefs", "--set", "debrief=true")
	play(fake.URL, "mixed", "duel-4", "--games", "3", "--policy", "bayes", "--seat", "1=vllm/fake", "--set", "acts=log", "--set",
		"thoughts=off")
	for _, batch := range []string{"fenced", "think-before", "alternate", "content-filter", "nul-char", "clumsy", "mixed"} {
		got := auditOfFile(t, db, batch)
		if len(got.Changed) > 0 || got.Answers == 0 || got.Altered > 0 {
			t.Errorf("%s: %d of %d would be read otherwise, %d were altered: %+v", batch, len(got.Changed), got.Answers, got.Altered,
				got.Changed)
		}
		sameAsCounted(t, db, got)
	}
	got := auditOfFile(t, db, "clumsy")
	seen := map[string]bool{}
	for _, r := range got.Rows {
		seen["act"] = seen["act"] || len(r.LostActs) > 0
		seen["belief"] = seen["belief"] || r.LostBeliefs > 0
		seen["refused"] = seen["refused"] || r.Refused > 0
		seen["repaired"] = seen["repaired"] || r.Repaired > 0
		seen["forfeited"] = seen["forfeited"] || r.Forfeited > 0
		seen["cut"] = seen["cut"] || r.MendedBy["cut"] > 0
		seen["fence"] = seen["fence"] || r.MendedBy["fence"] > 0
		seen[r.Request.String()] = true
	}
	for _, want := range []string{"act", "belief", "refused", "repaired", "forfeited", "cut", "fence", "statement", "ballot", "confer",
		"murder", "beliefs", "reflect", "debrief"} {
		if !seen[want] {
			t.Errorf("the batch of a clumsy model has no %s: it tests too little", want)
		}
	}
	if n := len(got.Forfeits); n == 0 || got.Forfeits[0].Reply == "" && got.Forfeits[0].Detail == "" {
		t.Errorf("no forfeit is shown: %+v", got.Forfeits)
	}
	for line := range strings.Lines(mustRun(t, "audit", "clumsy", "--db", db)) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// changeIn changes a file behind the program's back.
func changeIn(t *testing.T, db, statement string, args ...any) {
	t.Helper()
	file, err := sql.Open("sqlite3", db)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	done, err := file.ExecContext(t.Context(), statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%d rows were changed, %v: %s", n, err, statement)
	}
}

// What is read otherwise than the log holds it is shown with where it stands, and no game is changed.
func TestAuditShowsWhatIsReadOtherwise(t *testing.T) {
	fake := llmtest.Serve(llmtest.Setup{Width: 4})
	defer fake.Close()
	db := filepath.Join(t.TempDir(), "a.db")
	if out, err := modelRun(t, fake, "run", "duel-4", "--games", "2", "--seed", "3", "--batch", "b", "--policy", "vllm/fake", "--db", db,
		"--quiet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if said := mustRun(t, "audit", "b", "--db", db); !strings.Contains(said, "Nothing would be read otherwise now.") {
		t.Fatal(said)
	}
	const where = " WHERE game = (SELECT key FROM games WHERE idx = 1) AND seat = 2 AND reply LIKE '%\"choice\"%'"
	changeIn(t, db, "UPDATE model_calls SET reply = 'I cannot help with this "+
		"request.'"+where+" AND step = (SELECT max(step) FROM model_calls"+where+")")
	got := auditOfFile(t, db, "b")
	if len(got.Changed) != 1 || got.Altered != 1 {
		t.Fatalf("one reply was altered: %+v", got)
	}
	one := got.Changed[0]
	said := mustRun(t, "audit", "b", "--db", db)
	for _, want := range []string{fmt.Sprintf("turncoat prompt b/1 --step %d --seat 2", one.Step), "asked again: refusal", "1. taken",
		"not those that the log names", "would be asked again: refusal"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	out, err := turncoat(t, "prompt", one.Game, "--step", fmt.Sprint(one.Step), "--seat", "2", "--db", db).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "I cannot help") {
		t.Errorf("the line that it names does not show the reply: %v\n%s", err, out)
	}
	changeIn(t, db, "DELETE FROM model_calls WHERE reply = 'I cannot help with this request.'")
	if got := auditOfFile(t, db, "b"); got.Missing != 1 || len(got.Changed) != 0 {
		t.Errorf("a reply is missing: %+v", got)
	}
	changeIn(t, db, `UPDATE events SET body = json_set(body, '$.acts', json('[]'), '$.text', 'Something else.') WHERE (game, seq) =
		(SELECT e.game, e.seq FROM events e JOIN kinds k ON k.id = e.kind WHERE k.name = 'statement' AND e.game = (SELECT key FROM games WHERE idx = 0) ORDER BY e.seq LIMIT 1)`)
	got = auditOfFile(t, db, "b")
	if len(got.Changed) == 0 || got.Changed[0].Game != "b/0" || got.Changed[0].Differences[0].Log != "Something else." {
		t.Errorf("an event was altered: %+v", got.Changed)
	}
}

// A batch that stands in the middle is read as far as it is decided; what waits is told.
func TestAuditOfAnInterruptedBatch(t *testing.T) {
	fake := llmtest.Serve(llmtest.Setup{Width: 4})
	defer fake.Close()
	db := filepath.Join(t.TempDir(), "a.db")
	cmd := modelRun(t, fake, "run", "duel-4", "--games", "2", "--seed", "1", "--batch", "b", "--policy", "vllm/fake", "--quiet", "--db",
		db, "--max-tokens", "9000")
	if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != exitLimit {
		t.Fatalf("%s", out)
	}
	before := auditOfFile(t, db, "b")
	if before.Answers == 0 || len(before.Changed) > 0 {
		t.Fatalf("%+v", before)
	}
	changeIn(t, db, `INSERT INTO model_calls SELECT game, step + 50, seat, attempt, at, policy, model, prompt_hash, prompt_chars, prompt, reply, thinking, finish, cause, detail,
		tries, prompt_tokens, cached_tokens, reply_tokens, thinking_tokens, queue_ms, first_ms, total_ms, load_ms, context FROM model_calls LIMIT 1`)
	if after := auditOfFile(t, db, "b"); after.Waiting != before.Waiting+1 || after.Answers != before.Answers {
		t.Errorf("a call of a step that is not decided makes %+v of %+v", after, before)
	}
	if said := mustRun(t, "audit", "b", "--db", db); !strings.Contains(said, "turncoat resume b") {
		t.Error(said)
	}
}
