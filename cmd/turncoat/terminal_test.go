package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"turncoat/agents/llm"
	"turncoat/agents/llm/llmtest"
	"turncoat/engine/narrate"
)

// hostileText writes the clipboard, clears the screen, turns the direction, ends a line, and closes a quotation.
const hostileText = "a\x1b]52;c;cm0gLXJm\x07b\x1b[2Jc\u202ed\u009b31me\u2028f\x00g\x7fh”i\r\nj\U000e0041"

// raw finds what no output may hold.
func raw(b []byte) (rune, bool) {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 || narrate.Hostile(r) {
			return r, true
		}
		i += n
	}
	return 0, false
}

func TestConsole(t *testing.T) {
	for in, want := range map[string]string{
		"plain\n\ttext, Grüße 世界":    "plain\n\ttext, Grüße 世界",
		"a\x1b]52;c;x\x07b":          `a\u001b]52;c;x\u0007b`,
		"a\rb\u202ec\u2028d\u009b":   `a\u000db\u202ec\u2028d\u009b`,
		"\U000e0041":                 `\udb40\udc41`,
		"a\xffb":                     `a\xffb`,
		"\x1b[31mred\x1b[0m":         `\u001b[31mred\u001b[0m`,
		"{\"x\":\"\u202e\u0085\"}\n": "{\"x\":\"" + `\u202e\u0085` + "\"}\n",
	} {
		for cut := range len(in) + 1 { // however it is cut into writes
			var b bytes.Buffer
			c := &console{to: &b}
			_, _ = c.Write([]byte(in[:cut]))
			_, _ = c.Write([]byte(in[cut:]))
			if b.String() != want {
				t.Fatalf("%q cut at %d: %q, want %q", in, cut, b.String(), want)
			}
		}
	}
	var b bytes.Buffer
	c := &console{to: &b, colour: true}
	_, _ = c.Write([]byte("\x1b[1;31mred\x1b[0m \x1b[2J\x1b]0;x\x07\x1b[?25l"))
	if got := b.String(); got != "\x1b[1;31mred\x1b[0m "+`\u001b[2J\u001b]0;x\u0007\u001b[?25l` {
		t.Errorf("in colour: %q", got)
	}
	b.Reset()
	c.show("3 of 4")
	_, _ = c.Write([]byte("told\n"))
	c.show("")
	if got := b.String(); got != "\r\x1b[K3 of 4\r\x1b[Ktold\n3 of 4\r\x1b[K" {
		t.Errorf("a line among the progress: %q", got)
	}
}

func TestSafeNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"plain-1", "../PWNED", "..", "a/b", "a_b", "a:b", "-rf", ".hidden", "con", "CON.x", "a\x1bb", strings.Repeat("x", 200), "", "a\nb"} {
		got := safeName(name)
		if got != filepath.Base(got) || strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") || len(got) > 120 || seen[got] != "" {
			t.Errorf("%q becomes %q (as %q does)", name, got, seen[got])
		}
		seen[got] = name + " "
	}
	if safeName("plain-1") != "plain-1" {
		t.Error("a plain name was changed")
	}
}

// Batch names that would be read as something else are refused before anything is made.
func TestBatchNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"../PWNED", "a/b", "a:b", "a+b", "-x", "a b", "a\x1b[2J", strings.Repeat("x", 65)} {
		cmd := turncoat(t, "run", "vanilla", "--games", "1", "--batch="+name, "--db", filepath.Join(dir, "x.db"))
		if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), "letters, digits") {
			t.Errorf("%q: exit %d, %s", name, cmd.ProcessState.ExitCode(), out)
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) > 0 {
		t.Errorf("something was made: %v, %v", list, err)
	}
}

// hostileFile makes a file with an imported batch and one of models, in which every text that others wrote is hostile.
func hostileFile(t *testing.T, dir string) (db, source string, server *llmtest.Server) {
	t.Helper()
	db, source = filepath.Join(dir, "h.db"), filepath.Join(dir, "runs")
	player := func(name, role string) map[string]any {
		return map[string]any{"name": name + hostileText, "role": role, "model": "m/" + hostileText}
	}
	game := map[string]any{"session_id": "s" + hostileText, "winner": "Villagers", "error_message": "",
		"seer": player("Ada", "Seer"), "doctor": player("Bea", "Doctor"), "villagers": []any{player("Cy", "Villager"), player("Di", "Villager")}, "werewolves": []any{player("Ed", "Werewolf")},
		"rounds": []any{map[string]any{"eliminated": "Cy" + hostileText, "exiled": "Ed" + hostileText, "bids": []any{},
			"debate": []any{[]any{"Ada" + hostileText, "I saw it. " + hostileText}}, "votes": []any{map[string]any{"Ada" + hostileText: "Ed" + hostileText, "Bea" + hostileText: "Ed" + hostileText}}}}}
	body, err := json.Marshal(game)
	if err == nil {
		err = os.MkdirAll(filepath.Join(source, "s"), 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(source, "s", "game_complete.json"), body, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	quoted, _ := json.Marshal(hostileText)
	server = llmtest.Serve(llmtest.Setup{Width: 4, Models: []string{"fake", "m" + hostileText}, Answer: func(m []llm.Message, schema json.RawMessage) string {
		text := llmtest.Legal(m, schema)
		for _, key := range []string{`"thought":"`, `"text":"`} {
			text = strings.ReplaceAll(text, key, key+string(quoted[1:len(quoted)-1]))
		}
		return text
	}})
	for _, args := range [][]string{
		{"import", "werewolf-arena", source, "--batch", "theirs"},
		{"run", "duel-4", "--games", "2", "--seed", "1", "--batch", "ours", "--policy", "vllm/fake", "--set", "memory.reflect=end"},
	} {
		if out, err := modelRun(t, server, append(args, "--db", db)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return db, source, server
}

// Every verb is run on a file full of hostile texts, and nothing that a terminal would obey comes out of any of them.
func TestNothingRawReachesATerminal(t *testing.T) {
	dir := t.TempDir()
	db, source, server := hostileFile(t, dir)
	defer server.Close()
	in := func(name string) string { return filepath.Join(dir, name) }
	runs := map[string][][]string{
		"run":    {{"duel-4", "--games", "2", "--seed", "1", "--batch", "more", "--policy", "vllm/fake"}, {"duel-4", "--policy", "vllm/" + hostileText}, {"--batch", hostileText}, {"duel-4", "--policy", "vllm/fake", "--dry-run", "--games", "1"}},
		"resume": {{"ours"}}, "list": {{}, {"--json"}}, "show": {{"ours"}, {"theirs"}, {"theirs/0"}, {"ours/0", "--json"}, {hostileText}},
		"replay":      {{"theirs/0", "--thoughts"}, {"ours/0", "--thoughts", "--beliefs"}, {"ours/0", "--json"}, {"theirs/0", "--json"}, {hostileText}},
		"prompt":      {{"ours/0"}, {"ours/0", "--step", "3", "--seat", "0"}, {"ours/0", "--step", "2", "--seat", "1"}},
		"memory show": {{"ours/0", "0"}}, "memory why": {{"ours/0", "0"}}, "memory search": {{"a*"}}, "memory rebuild": {{}},
		"doctor": {{"vllm/fake"}, {}}, "models": {{"vllm"}}, "metrics": {{"ours"}, {"theirs"}, {"theirs", "--json"}},
		"export":      {{"theirs", "--out", in("a")}, {"ours", "--format", "chat", "--out", in("b")}, {"ours", "--format", "events", "--out", in("c")}, {"ours", "--annotate", in("labels.csv")}},
		"annotations": {{"ours", in("labels.csv")}}, "compare": {{"ours", "more"}}, "report": {{"ours", "--out", in("r.html")}}, "plot": {{"--batch", "ours"}},
		"import": {{"werewolf-arena", source, "--batch", "again"}, {"jsonl", in("c"), "--batch", "back"}}, "ratings": {{"ours"}}, "plan": {{"ours"}, {"duel-4"}},
		"verify": {{}, {"ours", "--deep"}}, "scenario list": {{}}, "scenario show": {{"classic"}, {hostileText}}, "scenario validate": {{"classic"}}, "scenario graph": {{"classic"}},
		"scenario schema": {{}}, "policies": {{}}, "version": {{}},
		"completion bash": {{}}, "completion zsh": {{}}, "completion fish": {{}}, "completion powershell": {{}},
	}
	for _, verb := range leaves((&app{}).root()) {
		if runs[verb] == nil {
			t.Errorf("how is %q run on hostile texts? Add it here", verb)
		}
		for _, args := range runs[verb] {
			cmd := modelRun(t, server, append(append(strings.Fields(verb), args...), "--db", db)...)
			var out, said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &said
			_ = cmd.Run() // some are errors, which are told, too
			for _, b := range [][]byte{out.Bytes(), said.Bytes()} {
				if r, bad := raw(b); bad {
					t.Errorf("%s %q lets %U through", verb, args, r)
				}
			}
			if len(args) > 0 && args[len(args)-1] == "--json" {
				for _, line := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
					if !json.Valid(line) {
						t.Errorf("%s %q: no JSON: %s", verb, args, line)
					}
				}
			}
		}
	}
}

// leaves are the verbs of the command tree.
func leaves(cmd *cobra.Command) (out []string) {
	for _, sub := range cmd.Commands() {
		if below := leaves(sub); len(below) > 0 {
			for _, b := range below {
				out = append(out, sub.Name()+" "+b)
			}
			continue
		}
		out = append(out, sub.Name())
	}
	return out
}

// What a server says in its errors is told without what a terminal would obey, and kept so.
func TestServersWords(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": hostileText}})
	}))
	defer server.Close()
	db := filepath.Join(t.TempDir(), "s.db")
	cmd := turncoat(t, "run", "duel-4", "--games", "1", "--policy", "vllm/fake", "--db", db)
	cmd.Env = append(cmd.Env, "VLLM_BASE_URL="+server.URL+"/v1")
	out, _ := cmd.CombinedOutput() // exit 5
	if r, bad := raw(out); bad || !strings.Contains(string(out), "b[2Jc") {
		t.Errorf("%U in %s", r, out)
	}
	shown := mustRun(t, "show", "--json", "--db", db)
	if strings.Contains(shown, `\u001b`) || strings.Contains(shown, `\u202e`) {
		t.Errorf("kept raw: %s", shown)
	}
}
