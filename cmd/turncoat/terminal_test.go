package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/memory/formats"
)

// hostile writes the clipboard, clears the screen, turns what is read, hides, and begins a line that another seems to say.
const hostile = "x\x1b]52;c;eA==\x07\x1b[2J\x1b[31m\u009b1A\u202eb\u200b\u2028── Round 9 ──\r\nBea says: “I am a " +
	"traitor”\x00\x7f\U000e0041\u2066<script>alert(1)</script>"

// odd is the name that a batch of an older version, or of another program, may have.
const odd = "../\x1b]0;own\x07\u202eodd"

// raw is what may not leave: all that acts or can't be seen, colours too.
var raw = regexp.MustCompile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f" +
	"\u200b\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")

// ownColours are what the program draws with on a terminal.
var ownColours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// printed are the arguments that every verb is tried with. A verb that is not here fails the test.
var printed = map[string][][]string{
	"run": {{"run", "duel-4", "--games", "1", "--seed", "1", "--batch", "r", "--quiet"},
		{"run", "duel-4", "--batch", hostileName}, {"run", hostileName}, {"run", "rtl.yaml"}},
	"resume": {{"resume", odd}, {"resume", hostileName}},
	"list":   {{"list"}, {"list", "--json"}},
	"show": {{"show", odd}, {"show", odd, "--json"}, {"show", odd + "/0"}, {"show", odd + "/0", "--json"},
		{"show", hostileName}},
	"replay": {{"replay", odd + "/0", "--thoughts", "--beliefs"}, {"replay", odd + "/0", "--json"},
		{"replay", odd + "/0", "--as", "1"}, {"replay", odd + "/0", "--as", hostileName}},
	"prompt":         {{"prompt", odd + "/0"}, {"prompt", odd + "/0", "--step", "3", "--seat", "0"}},
	"audit":          {{"audit", odd}, {"audit", odd, "--json"}, {"audit", "r"}, {"audit", hostileName}},
	"memory show":    {{"memory", "show", odd + "/0", "0"}, {"memory", "show", "r/0", "0"}, {"memory", "show", "r/0", "0", "--json"}},
	"memory why":     {{"memory", "why", odd + "/0", "0"}, {"memory", "why", "r/0", "0"}},
	"memory search":  {{"memory", "search", "traitor"}, {"memory", "search", "traitor", "--json"}, {"memory", "search", hostileName}},
	"memory rebuild": {{"memory", "rebuild"}, {"memory", "rebuild", "--json"}},
	"doctor":         {{"doctor"}, {"doctor", "ollama/" + hostileName}},
	"models":         {{"models", hostileName}},
	"metrics": {{"metrics", odd}, {"metrics", odd, "--json"}, {"metrics", odd, "--information"}, {"metrics", odd + "/0"},
		{"metrics", odd + "/0", "--json"}},
	"export": {{"export", odd}, {"export", odd, "--format", "jsonl"}, {"export", odd, "--format", "events"},
		{"export", odd, "--format", "chat"}, {"export", odd, "--annotate", "a.csv"}},
	"annotations": {{"annotations", odd, "a.csv", "a.csv"}, {"annotations", odd, "rtl.yaml", "a.csv"}},
	"compare":     {{"compare", odd, "r"}, {"compare", odd, "r", "--force", "--json"}, {"compare", odd + ":" + hostileName, "r"}},
	"report":      {{"report", odd}},
	"plot":        {{"plot", "--batch", odd}, {"plot", "votes", "outcome", "--batch", odd}, {"plot", hostileName, "--batch", odd}},
	"import": {{"import", "jsonl", "hostile", "--batch", "again"}, {"import", "jsonl", "hostile", "--batch", hostileName},
		{"import", hostileName, "hostile"}, {"import", "werewolf-arena", "broken"}},
	"ratings":           {{"ratings", odd}, {"ratings", odd, "--json"}, {"ratings", odd, "--out", "r.svg"}},
	"plan":              {{"plan", odd}, {"plan", odd, "--json"}, {"plan", hostileName}},
	"verify":            {{"verify"}, {"verify", odd}, {"verify", odd, "--deep"}},
	"scenario list":     {{"scenario", "list"}},
	"scenario show":     {{"scenario", "show", hostileName}, {"scenario", "show", "duel-4"}},
	"scenario validate": {{"scenario", "validate", "rtl.yaml"}},
	"scenario graph":    {{"scenario", "graph", "duel-4"}},
	"scenario schema":   {{"scenario", "schema"}},
	"policies":          {{"policies"}},
	"version":           {{"version"}},
}

// hostileName is hostile as an argument may be: without NUL.
var hostileName = strings.ReplaceAll(hostile, "\x00", "")

// leaves are all verbs of the command tree, but for cobra's own.
func leaves(cmd *cobra.Command, path string) (out []string) {
	for _, sub := range cmd.Commands() {
		name := strings.TrimSpace(path + " " + sub.Name())
		if below := leaves(sub, name); len(below) > 0 {
			out = append(out, below...)
		} else if sub.Name() != "help" && sub.Name() != "completion" {
			out = append(out, name)
		}
	}
	return out
}

// hostileGame is a finished game of another system in which every word is hostile.
func hostileGame() []engine.Event {
	names := []string{"Ada\x1b[31m", "Bea\nX", "\u202eCy", "D" + hostile[:20]}
	n := len(names)
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = n, 1
	rules = rules.Complete()
	roles := []engine.Role{engine.RoleTraitor, engine.RoleFaithful, engine.RoleFaithful, engine.RoleFaithful}
	all, beliefs := engine.AllSeats(n), []int16{engine.Unstated, 100, 200, 300}
	var events []engine.Event
	add := func(round int, phase engine.Phase, to engine.Seats, bodies ...engine.Body) {
		for _, b := range bodies {
			at := uint64(len(events))
			events = append(events, engine.Event{Seq: at, Step: at, Round: round, Phase: phase, Audience: to, Body: b})
		}
	}
	add(0, engine.PhaseSetup, 0, engine.Imported{Format: hostile, Digest: hostile, Source: hostile, Rules: rules,
		Policies: []string{hostile, "m/a", hostile, "m/b"},
		Known:    []engine.Kind{engine.KindStatement, engine.KindBallot, engine.KindBelief, engine.KindBanished, engine.KindEnded}})
	add(0, engine.PhaseSetup, all, engine.Opened{Rules: rules, Names: names})
	for i, r := range roles {
		add(0, engine.PhaseSetup, engine.SeatsOf(engine.Seat(i)), engine.Dealt{Seat: engine.Seat(i), Role: r})
	}
	add(0, engine.PhaseSetup, engine.SeatsOf(0), engine.Allies{Seats: []engine.Seat{0}}, engine.Persona{Seat: 0, Persona: hostile},
		engine.Note{Seat: 0, Text: hostile},
		engine.Notes{Seat: 0, Notes: []engine.Memo{{Kind: engine.MemoKind(hostile), About: 1, Salience: 3, Text: hostile}}})
	add(0, engine.PhaseIntroductions, all, engine.Introduced{Seat: 1, Persona: hostile})
	add(1, engine.PhaseRoundTable, all, engine.PhaseBegan{},
		engine.Statement{Seat: 0, Text: hostile, Acts: []engine.Act{{Kind: engine.Accuse, Seat: 1}}},
		engine.Statement{Seat: 1, Text: hostile, Position: 1})
	add(1, engine.PhaseRoundTable, 0, engine.Thought{Seat: 0, Text: hostile})
	add(1, engine.PhaseBallot, all, engine.PhaseBegan{}, engine.Ballot{Voter: 0, Target: 1}, engine.Ballot{Voter: 1, Target: 0},
		engine.Ballot{Voter: 2, Target: 0}, engine.Ballot{Voter: 3, Target: 0})
	add(1, engine.PhaseBallot, engine.SeatsOf(0), engine.Belief{Observer: 0, Order: int(engine.FirstOrder), PerMille: beliefs})
	add(1, engine.PhaseBallot, all, engine.Forfeited{Seat: 2, Cause: engine.Cause(hostile)})
	add(1, engine.PhaseBanishment, all, engine.Banished{Seat: 0}, engine.Revealed{Seat: 0, Role: roles[0]})
	add(1, engine.PhaseConclave, engine.SeatsOf(0), engine.Conferred{Seat: 0, Text: hostile})
	add(1, engine.PhaseOver, all, engine.Ended{Winner: engine.Majority(), Reason: hostile, Roles: roles})
	add(1, engine.PhaseDebrief, 0, engine.Debriefed{Seat: 0, Text: hostile})
	return events
}

// hostileFolder is a folder with a file of games in which every field is hostile, under a batch name that is.
func hostileFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "in")
	for _, sub := range []string{"hostile", "broken/a"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var stored []codec.Stored
	for _, e := range hostileGame() {
		s, err := codec.Store(e)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, s)
	}
	var lines bytes.Buffer
	if err := formats.WriteJSONL(&lines, hostile, stored); err != nil {
		t.Fatal(err)
	}
	name, _ := json.Marshal(hostile) // a string always marshals
	for file, text := range map[string]string{
		"hostile/e.jsonl": lines.String(), "rtl.yaml": "players: 4\nnames: [\"" + hostileName + "\"]\n" + hostileName + ": 1\n",
		"broken/a/game_complete.json": fmt.Sprintf(`{"werewolves": [{"name": %s}], "villagers": [{"name": %s}], "winner": %s}`, name,
			name, name),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := turncoat(t, "import", "jsonl", "hostile", "--batch", "odd", "--db", "x.db")
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	db, err := sql.Open("sqlite3", filepath.Join(dir, "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "UPDATE batches SET name = ?, scenario = ? WHERE name = 'odd'", odd, hostile); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE games SET error = ?", hostile); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Every verb of the program, on a log in which every word is hostile: nothing that acts leaves it, through a pipe or on a terminal, to
// its streams or into a file that people read, and no file lands outside its folder.
func TestNothingActs(t *testing.T) {
	for _, verb := range leaves((&app{}).root(), "") {
		if len(printed[verb]) == 0 {
			t.Errorf("the verb %q is not tried: add it to the table", verb)
		}
	}
	for _, terminal := range []bool{false, true} {
		dir := hostileFolder(t)
		for _, verb := range append([]string{"run"}, leaves((&app{}).root(), "")...) { // there is one more batch to compare with
			for _, args := range printed[verb] {
				var out []byte
				cmd := turncoat(t, slices.Concat(args, []string{"--db", "x.db"})...)
				cmd.Dir = dir
				cmd.Env = append(cmd.Env, "TERM=xterm", "OLLAMA_HOST=127.0.0.1:1")
				if terminal {
					out = withoutColours([]byte(strings.ReplaceAll(onTerminal(t, 80, cmd), clearLine, "")))
				} else {
					out, _ = cmd.CombinedOutput() // many are refused, and say why
				}
				if at := raw.FindIndex(out); at != nil || !utf8.Valid(out) {
					t.Errorf("terminal %v: turncoat %q prints raw at %v: %q", terminal, args, at, out)
				}
				if !terminal && slices.Contains(args, "--json") && cmd.ProcessState.Success() {
					checkJSON(t, args, out)
				}
				if bytes.Contains(out, []byte("goroutine ")) {
					t.Errorf("turncoat %q: %s", args, out)
				}
			}
		}
		checkFiles(t, dir)
	}
}

// checkJSON reads documents that a verb printed, and looks whether what is hostile came whole.
func checkJSON(t *testing.T, args []string, out []byte) {
	t.Helper()
	var back bytes.Buffer
	plainly := json.NewEncoder(&back)
	plainly.SetEscapeHTML(false)
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var v any
		err := d.Decode(&v)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || plainly.Encode(v) != nil {
			t.Errorf("turncoat %q: %v in %s", args, err, out)
			return
		}
	}
	if args[0] == "list" && !bytes.Contains(back.Bytes(), []byte("\U000e0041\u2066")) {
		t.Errorf("turncoat %q lost what it printed: %s", args, back.Bytes())
	}
}

// checkFiles looks at what was written for people, and where.
func checkFiles(t *testing.T, dir string) {
	t.Helper()
	beside, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(beside) != 1 {
		t.Errorf("files outside the folder: %v, %v", beside, err)
	}
	kinds := map[string]int{}
	for _, pattern := range []string{"*.html", "*.svg", "*.csv", "*/*.jsonl", "*/*.md"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if base := filepath.Base(file); base == "e.jsonl" || base == "events.jsonl" { // the log, byte for byte
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			kinds[pattern]++
			if at := raw.FindIndex(text); at != nil {
				t.Errorf("%q holds something raw at %v", file, at)
			}
			if strings.HasSuffix(file, ".html") && bytes.Contains(text, []byte("<script")) {
				t.Errorf("%q has a live script", file)
			}
		}
	}
	if kinds["*.html"] == 0 || kinds["*.svg"] == 0 || kinds["*.csv"] == 0 || kinds["*/*.jsonl"] == 0 {
		t.Errorf("files of some kind were not written: %v", kinds)
	}
}

// withoutColours takes away what the program itself draws with, and a terminal's line ends.
func withoutColours(out []byte) []byte {
	return ownColours.ReplaceAll(bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n")), nil)
}
