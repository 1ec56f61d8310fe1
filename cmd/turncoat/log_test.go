package main

import (
	"bufio"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/faults"
)

// toldInCode are the events that the code tells: the first arguments of every call of Tell, tell or p.tell that are literals.
func toldInCode(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			name := ""
			switch f := call.Fun.(type) {
			case *ast.SelectorExpr:
				name = f.Sel.Name
			case *ast.Ident:
				name = f.Name
			}
			literal, ok := call.Args[0].(*ast.BasicLit)
			if ok && literal.Kind == token.STRING && (name == "Tell" || name == "tell") {
				event, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Error(err)
				}
				out[event] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every event that the code tells is listed with its level, every one that is listed is told somewhere, and docs/cli.md has the list.
func TestLogEvents(t *testing.T) {
	told := toldInCode(t)
	var rows strings.Builder
	for _, e := range logEvents {
		if !told[e.name] {
			t.Errorf("%q is listed, and nothing tells it", e.name)
		}
		delete(told, e.name)
		rows.WriteString("| `" + e.name + "` | " + e.level.String() + " | " + e.doc + " |\n")
	}
	for name := range told {
		t.Errorf("%q is told, and not listed in log.go", name)
	}
	doc, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- events: made from cmd/turncoat/log.go -->\n", "<!-- /events -->\n"
	before, rest, ok := strings.Cut(string(doc), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/cli.md has no place for the events")
	}
	checkDoc(t, "../../docs/cli.md", before+begin+"| event | level | what it says |\n| --- | --- | --- |\n"+rows.String()+end+after)
}

// A batch whose server fails in places leaves a log that tells it, with the fields that say of what.
func TestLogTells(t *testing.T) {
	server := faults.Serve()
	defer server.Close()
	dir := t.TempDir()
	path := filepath.Join(dir, "log.jsonl")
	run := func(policy string, args ...string) {
		cmd := turncoat(t, append([]string{"run", "duel-4", "--games", "2", "--seed", "5", "--db", filepath.Join(dir, "l.db"), "--quiet",
			"--log-file", path, "--log-level", "debug", "--policy", policy}, args...)...)
		cmd.Env = append(cmd.Env, "VLLM_BASE_URL="+server.URL+"/v1", "OLLAMA_HOST="+server.URL)
		if out, _ := cmd.CombinedOutput(); strings.Contains(string(out), `"level"`) {
			t.Errorf("the log is on the terminal, too:\n%s", out)
		}
	}
	run("vllm/error-500-first")
	run("vllm/rate-limit-ms")
	run("vllm/ctx-400?num_predict=128")
	run("vllm/empty-first")
	run("vllm/content-filter")
	run("vllm/max-tokens-unsupported")
	run("vllm/quota", "--batch", "waits")
	run("vllm/quota", "--batch", "waits")
	want := map[string][]string{
		"call finished":  {"game", "step", "seat", "policy", "ms", "tokens_in", "tokens_out", "tries"},
		"call retried":   {"game", "seat", "cause", "wait_ms", "error"},
		"call throttled": {"server", "wait_ms"}, "width changed": {"from", "width", "cause"}, "breaker closed": nil,
		"limit learnt":     {"chars", "told", "policy"},
		"prompt shortened": {"from_chars", "to_chars"}, "reply repaired": {"game", "cause"},
		"answer forfeited": {"policy", "cause", "detail"}, "game parked": {"game", "error"},
		"game resumed": {"game", "events"}, "game finished": {"winner", "rounds"}, "lease taken": {"batch"}, "checkpoint made": {"file"},
		"dialect learnt": {"field"},
	}
	delete(want, "breaker closed") // it takes an outage that ends
	seen := eventsIn(t, path)
	for event, fields := range want {
		if len(seen[event]) == 0 {
			t.Errorf("%q was not told", event)
			continue
		}
		first := seen[event][0]
		for _, f := range append(fields, "time", "level") {
			if _, ok := first[f]; !ok {
				t.Errorf("%q lacks %s: %v", event, f, first)
			}
		}
		if level := logLevels[event].String(); first["level"] != level {
			t.Errorf("%q is told at %v, listed at %s", event, first["level"], level)
		}
	}
}

func eventsIn(t *testing.T, path string) map[string][]map[string]any {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string][]map[string]any{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var e map[string]any
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		name, _ := e[zerolog.MessageFieldName].(string)
		out[name] = append(out[name], e)
	}
	return out
}

// The line of progress fits, and what matters least goes first.
func TestProgressFits(t *testing.T) {
	parts := []shownPart{{6, "a-batch"}, {0, "12 of 50 games"}, {1, "asked too often, 12 s"}, {3, "1234 calls"}, {7, "35 tokens/s"},
		{2, "about 3 min left"}}
	for columns, want := range map[int]string{
		200: "a-batch · 12 of 50 games · asked too often, 12 s · 1234 calls · 35 tokens/s · about 3 min left",
		80:  "a-batch · 12 of 50 games · asked too often, 12 s · 1234 calls · about 3 min left",
		79:  "12 of 50 games · asked too often, 12 s · 1234 calls · about 3 min left",
		40:  "12 of 50 games · asked too often, 12 s",
		20:  "12 of 50 games",
		5:   "12 of",
	} {
		if got := line(slices.Clone(parts), columns); got != want {
			t.Errorf("%d columns: %q", columns, got)
		}
	}
	if got := line([]shownPart{{0, "世界世界世界"}}, 7); got != "世界世" {
		t.Errorf("wide characters: %q", got)
	}
}
