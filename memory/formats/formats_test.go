package formats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
	"github.com/turncoat-sim/turncoat/metrics"
)

// plomp writes items in the shape of the public runs.
type plomp struct{ items []map[string]any }

func (p *plomp) add(kind, text string, more map[string]any, seen ...string) {
	tags := map[string]any{"model": "m"}
	for _, name := range seen {
		tags[name+"_visible"] = true
	}
	payload := map[string]any{"plomp_display_event_type": kind, "plomp_display_text": text}
	for k, v := range more {
		payload[k] = v
	}
	p.items = append(p.items, map[string]any{"timestamp": "2025-04-13T12:45:27.041681", "tags": tags, "type": "event",
		"data": map[string]any{"payload": payload}})
}

func (p *plomp) prompt() {
	p.items = append(p.items, map[string]any{"timestamp": "x", "tags": map[string]any{"query": true}, "type": "query",
		"data": map[string]any{"matched_indices": []int{1, 2}}},
		map[string]any{"timestamp": "x", "tags": map[string]any{}, "type": "prompt",
			"data": map[string]any{"prompt": "Ann voted to eliminate Bob", "completion": map[string]any{"response": "{}"}}})
}

func encode(v any) *fstest.MapFile {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return &fstest.MapFile{Data: b}
}

// The table of the tests: names that begin one another, that hold quotes, and the very words of a vote.
var folk = []string{"Ann", "Anna", `O'Neil "Red" Jr`, "Max voted to eliminate Anna", "Bob", "Cy", "Di"}

func repr(s string) string {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return `"` + strings.NewReplacer("\\", `\\`, "\n", `\n`).Replace(s) + `"`
	}
	return "'" + strings.NewReplacer("\\", `\\`, "'", `\'`, "\n", `\n`).Replace(s) + "'"
}

// run is a game of two traitors, Anna and Bob: day 1 banishes Cy (faithful), the night takes Di, day 2 banishes Anna (a traitor), the
// finale banishes Bob with his role hidden, and the faithful win.
func run() *plomp {
	p := &plomp{}
	for _, name := range folk {
		role := "faithful"
		if name == "Anna" || name == "Bob" {
			role = "traitor"
		}
		p.add("ROLE_SELECTED", repr(name)+" selected as a "+role+".", nil, name)
	}
	p.add("GAME_START", "Game started",
		map[string]any{"traitors": []string{"Anna", "Bob"}, "faithfuls": []string{"Ann", folk[2], folk[3], "Cy", "Di"}}, folk...)
	p.prompt()
	p.add("PRIVATE_MESSAGE", `Ann messaged Anna: 'psst'`, nil, "Ann", "Anna")
	vote := func(kind, voter, target, speech string) {
		p.add(strings.Replace(kind, "VOTE", "SPEECH", 1), voter+" said: "+repr(speech), nil, folk...)
		p.add(kind, voter+" voted to eliminate "+target, nil, folk...)
	}
	vote("ROUND_TABLE_VOTE", "Ann", "Cy", "It's Cy.\nI \"know\" it")
	vote("ROUND_TABLE_VOTE", "Anna", "Cy", "Cy said: 'me'")
	vote("ROUND_TABLE_VOTE", folk[2], "Anna", "hm")
	vote("ROUND_TABLE_VOTE", folk[3], "Cy", "Bob was BANISHED with 9 votes")
	vote("ROUND_TABLE_VOTE", "Bob", "Cy", "ok")
	vote("ROUND_TABLE_VOTE", "Cy", folk[3], "no")
	vote("ROUND_TABLE_VOTE", "Di", "Bob", "é\\n")
	p.add("ELIMINATED_PLAYER", "Cy was BANISHED with 4 votes. Cy WAS NOT a traitor", nil, folk...)
	p.add("MURDER_SUGGESTION", "Anna suggests murdering Di: she: knows", nil, "Anna", "Bob")
	p.add("MURDER_SUGGESTION", "Bob suggests murdering "+folk[3]+": odd name", nil, "Anna", "Bob")
	p.add("MURDER_VOTE", "Anna votes to murder Di: yes", nil, "Anna", "Bob")
	p.add("MURDER_VOTE", "Bob votes to murder Di: fine", nil, "Anna", "Bob")
	p.add("MURDER_DECISION", "The traitors have decided to murder Di", nil, "Anna", "Bob")
	p.add("MURDERED_PLAYER", "Di was MURDERED by the traitors.", nil, folk...)
	p.add("HOST_JOKE", "ha", nil, folk...)
	for _, voter := range []string{"Ann", folk[2], folk[3], "Bob"} {
		vote("ROUND_TABLE_VOTE", voter, "Anna", "so")
	}
	p.add("ROUND_TABLE_VOTE", "Anna votes, perhaps, for Ann", nil, folk...)
	p.add("ELIMINATED_PLAYER", "Anna was BANISHED with 4 votes. Anna WAS a traitor", nil, folk...)
	p.add("FINAL_ROUND_ANNOUNCEMENT", "\nFinal round!\n", nil, folk...)
	p.add("FINAL_ROUND_VOTE", "Ann votes to CONTINUE_PLAYING: Bob votes to murder", nil, folk...)
	p.add("FINAL_ROUND_CONTINUE", "The vote was not unanimous.", nil, folk...)
	vote("FINAL_ROUND_VOTE", "Ann", "Bob", "bye")
	vote("FINAL_ROUND_VOTE", "Bob", "Ann", "bye")
	p.add("FINAL_ROUND_ELIMINATION", "Bob was BANISHED with 1 votes. Their role remains hidden.", nil, folk...)
	return p
}

func result(status, winner string) map[string]any {
	var participants []map[string]any
	for i, name := range folk {
		participants = append(participants, map[string]any{"name": name, "model": fmt.Sprint("model-", i)})
	}
	r := map[string]any{"status": status, "initial_traitors": []string{"Anna", "Bob"},
		"initial_faithfuls": []string{"Ann", folk[2], folk[3], "Cy", "Di"}}
	if winner != "" {
		r["winner_type"] = winner
	}
	return map[string]any{"config_data": map[string]any{"participants": participants, "traitor_count": 2}, "result": r}
}

func importAll(t testing.TB, format string, files fs.FS) ([]Game, []error) {
	t.Helper()
	var games []Game
	var errs []error
	if err := Read(format, files, func(g Game, err error) error {
		if err != nil {
			errs = append(errs, err)
		} else {
			games = append(games, g)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return games, errs
}

func count[B engine.Body](g Game) (out []B) {
	for _, e := range g.Events {
		if b, ok := e.Body.(B); ok {
			out = append(out, b)
		}
	}
	return out
}

// measured reads a game as the metrics do, and folds every metric over it.
func measured(t testing.TB, g Game) metrics.Game {
	t.Helper()
	if _, err := engine.Fold(g.Events); err != nil {
		t.Fatal(err)
	}
	stored, err := codec.StoreAll(g.Events)
	if err != nil {
		t.Fatal(err)
	}
	m, err := metrics.ReadGame(metrics.GameMeta{ID: g.Source}, stored)
	if err != nil {
		t.Fatal(err)
	}
	for _, metric := range metrics.All() {
		metric.Fold(&m)
	}
	return m
}

func TestTraitorsRun(t *testing.T) {
	p := run()
	p.add("GAME_END", "over", map[string]any{"winners": "faithfuls", "reason": "final_two_players"}, folk...)
	files := fstest.MapFS{"runs/a/plomp.json": encode(map[string]any{"buffer_items": p.items}),
		"runs/a/result.json": encode(result("finished", "faithfuls"))}
	games, errs := importAll(t, "the-traitors", files)
	if len(games) != 1 || len(errs) != 0 {
		t.Fatal(games, errs)
	}
	g := games[0]
	if !g.Over || g.Winner != engine.Majority() || g.Rounds != 3 || g.Source != "a" {
		t.Errorf("over %v, won by %s after %d rounds", g.Over, g.Winner, g.Rounds)
	}
	ballots, banished, speech := count[engine.Ballot](g), count[engine.Banished](g), count[engine.Statement](g)
	if len(ballots) != 13 || len(banished) != 3 || len(speech) != 13 || len(count[engine.Revealed](g)) != 2 ||
		len(count[engine.MurderVote](g)) != 2 || len(count[engine.Conferred](g)) != 2 {
		t.Errorf("%d ballots, %d banished, %d statements", len(ballots), len(banished), len(speech))
	}
	for i, want := range []engine.Ballot{{Voter: 0, Target: 5}, {Voter: 1, Target: 5}, {Voter: 2, Target: 1}, {Voter: 3, Target: 5}} {
		if ballots[i] != want {
			t.Errorf("ballot %d is %+v, not %+v", i, ballots[i], want)
		}
	}
	if speech[0].Text != "It's Cy.\nI \"know\" it" || speech[1].Text != "Cy said: 'me'" || speech[6].Text != "é\\n" {
		t.Errorf("%q, %q, %q", speech[0].Text, speech[1].Text, speech[6].Text)
	}
	wantSkipped := map[string]int{"PRIVATE_MESSAGE: no kind of event here": 1, "MURDER_DECISION: no kind of event here": 1, `unknown event type "HOST_JOKE"`: 1,
		"ROUND_TABLE_VOTE: its text can't be read": 1, "FINAL_ROUND_ANNOUNCEMENT: no kind of event here": 1,
		"FINAL_ROUND_VOTE: no kind of event here": 1, "FINAL_ROUND_CONTINUE: no kind of event here": 1}
	if fmt.Sprint(g.Skipped) != fmt.Sprint(wantSkipped) || g.Taken["ROUND_TABLE_VOTE"] != 11 || g.Taken["FINAL_ROUND_VOTE"] != 2 {
		t.Errorf("skipped %v, taken %v", g.Skipped, g.Taken)
	}
	m := measured(t, g)
	if m.Policies[2] != "model-2" || len(m.Rounds) != 3 || m.Rounds[0].Banished != 5 || m.Rounds[0].Murdered != 6 ||
		m.Rounds[1].Living.Len() != 5 || m.Traitors != engine.SeatsOf(1, 4) {
		t.Errorf("%+v", m.Rounds)
	}
	values := map[string]metrics.Ratio{}
	for _, metric := range metrics.All() {
		values[metric.Name] = metric.Fold(&m)
	}
	// By hand: of three banishments two hit; faithful ballots: day 1 five, two of them on a traitor; day 2 three of three; finale one
	// of one.
	if r := values["banishment_accuracy"]; r != (metrics.Ratio{Num: 2, Den: 3}) {
		t.Errorf("banishment_accuracy %v", r)
	}
	if r := values["vote_lift"]; r.Den != 9 {
		t.Errorf("vote_lift over %v ballots", r.Den)
	}
	for _, unknown := range []string{"brier", "false_claims", "act_coverage", "forfeit_touched"} {
		if r := values[unknown]; r.Den != 0 {
			t.Errorf("%s has %v cases, and its source carries none", unknown, r.Den)
		}
	}
}

// Unfinished, contradictory and broken runs: as far as sound, or an error of their own that stops nobody else.
func TestTraitorsOddRuns(t *testing.T) {
	whole := encode(map[string]any{"buffer_items": run().items})
	bad := run()
	bad.add("GAME_END", "over", map[string]any{"winners": "traitors"}, folk...)
	clash := result("finished", "traitors")
	clash["result"].(map[string]any)["initial_traitors"] = []string{"Ann"}
	games, errs := importAll(t, "the-traitors", fstest.MapFS{
		"unfinished/plomp.json":  whole,
		"failed/plomp.json":      whole,
		"failed/result.json":     encode(result("failed", "")),
		"disagree/plomp.json":    encode(map[string]any{"buffer_items": bad.items}),
		"disagree/result.json":   encode(result("finished", "faithfuls")),
		"clash/plomp.json":       whole,
		"clash/result.json":      encode(clash),
		"broken/plomp.json":      &fstest.MapFile{Data: []byte(`{"buffer_items": [`)},
		"empty/plomp.json":       &fstest.MapFile{Data: []byte(`{}`)},
		"elsewhere/result.json":  encode(result("finished", "traitors")),
		"unfinished/plomp.html":  &fstest.MapFile{Data: []byte("<html>")},
		"resultonly/plomp.json":  whole,
		"resultonly/result.json": encode(result("finished", "faithfuls")),
	})
	if len(games) != 4 || len(errs) != 3 {
		t.Fatalf("%d games, errors %v", len(games), errs)
	}
	over := map[string]bool{}
	for _, g := range games {
		over[g.Source] = g.Over
		measured(t, g)
	}
	if fmt.Sprint(over) != "map[disagree:false failed:false resultonly:true unfinished:false]" {
		t.Error(over)
	}
	for i, part := range []string{"broken", "clash: result.json and plomp.json disagree about the role of A", "empty: nobody is named"} {
		if !strings.Contains(errs[i].Error(), part) {
			t.Errorf("%v, not %s", errs[i], part)
		}
	}
}

func TestArena(t *testing.T) {
	round := func(eliminated, protected, exiled any, votes map[string]string) map[string]any {
		return map[string]any{"players": []string{}, "eliminated": eliminated, "protected": protected, "unmasked": "Ann", "exiled": exiled,
			"debate": [][]string{{"Ann", "I say \"Bob\".\nYes."}, {"Nobody", "boo"}}, "votes": []any{map[string]string{"Ann": "Cy"}, votes},
			"bids": []any{map[string]int{"Ann": 2}}}
	}
	state := map[string]any{"session_id": "s1", "seer": map[string]any{"name": "Sue", "model": "x"},
		"doctor": map[string]any{"name": "Doc", "model": "x"},
		"villagers": []any{map[string]any{"name": "Ann", "model": "x"}, map[string]any{"name": "Cy", "model": "x"},
			map[string]any{"name": "Di", "model": "x"}},
		"werewolves": []any{map[string]any{"name": "Bob", "model": "y"}, map[string]any{"name": "Wes", "model": "y"}},
		"winner":     "Villagers",
		"rounds": []any{
			round("Cy", "Cy", "Bob", map[string]string{"Ann": "Bob", "Sue": "Bob", "Bob": "Ann", "Wes": "Bob"}),
			round("Di", nil, "Wes", map[string]string{"Ann": "Wes", "Stranger": "Wes"}),
		}}
	games, errs := importAll(t, "werewolf-arena",
		fstest.MapFS{"logs/s1/game_complete.json": encode(state), "logs/s1/game_logs.json": encode([]any{map[string]any{
			"eliminate": nil, "debate": []any{[]any{"Ann",
				map[string]any{"prompt": "?", "raw_resp": "{}", "result": map[string]any{"reasoning": "hm", "say": "I"}}}},
			"votes": []any{[]any{map[string]any{"player": "Ann", "voted_for": "Cy",
				"log": map[string]any{"result": map[string]any{"reasoning": "not the last"}}}},
				[]any{map[string]any{"player": "Sue", "voted_for": "Bob",
					"log": map[string]any{"result": map[string]any{"reasoning": "seen"}}},
					map[string]any{"player": "Wes", "log": map[string]any{"result": nil}}}}}})})
	if len(games) != 1 || len(errs) != 0 {
		t.Fatal(games, errs)
	}
	g := games[0]
	m := measured(t, g)
	if !g.Over || g.Winner != engine.Majority() || g.Rounds != 2 || len(count[engine.Ballot](g)) != 5 ||
		len(count[engine.Statement](g)) != 2 {
		t.Errorf("%+v", g)
	}
	if thoughts := count[engine.Thought](g); fmt.Sprint(thoughts) != "[{0 hm} {3 seen}]" {
		t.Errorf("thoughts %v", thoughts)
	}
	for _, e := range g.Events {
		if b, ok := e.Body.(engine.Ballot); ok && e.Audience != engine.SeatsOf(b.Voter) ||
			e.Body.Kind() == engine.KindThought && e.Audience != 0 {
			t.Errorf("%v is perceived by %v", e.Body, e.Audience.List())
		}
	}
	// Rounds as the metrics see them: the first night, in which the doctor saved Cy, and two days.
	if len(m.Rounds) != 3 || m.Rounds[0].Murdered != engine.NoSeat || m.Rounds[1].Banished != 5 || m.Rounds[1].Murdered != 2 ||
		m.Rounds[2].Living.Len() != 5 {
		t.Errorf("%+v", m.Rounds)
	}
	if g.Skipped["seer's unmasking: no kind of event here"] != 2 || g.Skipped["vote: a name that is not at the table"] != 1 ||
		g.Skipped["votes before the last, after each line of the debate"] != 2 {
		t.Errorf("%v", g.Skipped)
	}
}

// A log of calls that can't be read costs the thoughts, and is counted.
func TestArenaWithoutItsLog(t *testing.T) {
	state := map[string]any{"villagers": []any{map[string]any{"name": "Ann"}, map[string]any{"name": "Cy"}},
		"werewolves": []any{map[string]any{"name": "Bob"}},
		"rounds": []any{map[string]any{"debate": [][]string{{"Ann", "hello"}}, "votes": []any{map[string]string{"Ann": "Bob"}},
			"exiled": "Bob"}}, "winner": "Villagers"}
	for name, log := range map[string]string{"game_logs.json: can't be read": `[{"debate": 3}]`, "reasoning: can't be read": `[{"debate": [["Ann", {"result": 7}]]}]`} {
		games, errs := importAll(t, "werewolf-arena",
			fstest.MapFS{"s/game_complete.json": encode(state), "s/game_logs.json": &fstest.MapFile{Data: []byte(log)}})
		if len(errs) > 0 || len(games) != 1 || games[0].Skipped[name] != 1 || !games[0].Over || len(count[engine.Thought](games[0])) > 0 {
			t.Errorf("%s: %v, %+v", name, errs, games)
		}
	}
}

// Our own lines come back as they were, byte for byte of every body; what was altered is refused.
func TestJSONL(t *testing.T) {
	var b bytes.Buffer
	var want [][]codec.Stored
	for seed := range uint64(4) {
		events, _, err := enginetest.Play(enginetest.Setup(seed, enginetest.Rules(seed)))
		if err != nil {
			t.Fatal(err)
		}
		stored, err := codec.StoreAll(events)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, stored)
		if err := WriteJSONL(&b, fmt.Sprint("g/", seed), stored); err != nil {
			t.Fatal(err)
		}
	}
	games, errs := importAll(t, "jsonl", fstest.MapFS{"x.jsonl": &fstest.MapFile{Data: b.Bytes()}})
	if len(games) != 4 || len(errs) != 0 {
		t.Fatal(len(games), errs)
	}
	for i, g := range games {
		got, err := codec.StoreAll(g.Events)
		if err != nil {
			t.Fatal(err)
		}
		same := slices.EqualFunc(got, want[i], func(x, y codec.Stored) bool {
			return x.Seq == y.Seq && x.Step == y.Step && x.Round == y.Round && x.Phase == y.Phase && x.Kind == y.Kind &&
				x.Audience == y.Audience && bytes.Equal(x.Body, y.Body)
		})
		if !same || !g.Over {
			t.Errorf("game %d came back another", i)
		}
	}
	altered := bytes.Replace(b.Bytes(), []byte("I am 0"), []byte("I am 9"), 1)
	if games, errs := importAll(t, "jsonl", fstest.MapFS{"x.jsonl": &fstest.MapFile{Data: altered}}); len(games) != 3 || len(errs) != 1 ||
		!strings.Contains(errs[0].Error(), "altered") {
		t.Errorf("an altered file: %d games, %v", len(games), errs)
	}
	cut := b.Bytes()[:b.Len()-2000]
	if games, errs := importAll(t, "jsonl", fstest.MapFS{"x.jsonl": &fstest.MapFile{Data: cut}}); len(games) != 3 || len(errs) != 1 {
		t.Errorf("a file that was cut off: %d games, %v", len(games), errs)
	}
	// A chain that fits is not enough: what it links has to be a game.
	wrong := slices.Clone(want[0])
	for i, e := range wrong {
		if e.Kind == engine.KindDealt {
			wrong[i].Body = []byte(`{"seat":77,"role":"traitor"}`)
		}
	}
	b.Reset()
	if err := WriteJSONL(&b, "g/9", wrong); err != nil {
		t.Fatal(err)
	}
	if games, errs := importAll(t, "jsonl", fstest.MapFS{"x.jsonl": &fstest.MapFile{Data: b.Bytes()}}); len(games) != 0 || len(errs) != 1 {
		t.Errorf("a chain of nonsense: %d games, %v", len(games), errs)
	}
}

func TestUnquotePython(t *testing.T) {
	for in, want := range map[string]string{`'a'`: "a", `"it's"`: "it's", `'it\'s\n\x41\u00e9\U0001f600\\'`: "it's\nAé😀\\", `plain`: "plain", `'`: "'", `'\x4'`: `\x4`, `'\q'`: `\q`} {
		if got, _ := unquotePython(in); got != want {
			t.Errorf("%s is %q, not %q", in, got, want)
		}
	}
}

// Whatever a run's texts are, nothing panics and what comes out is a log that can be read.
func FuzzTheTraitors(f *testing.F) {
	for _, item := range run().items {
		if item["type"] == "event" {
			p := item["data"].(map[string]any)["payload"].(map[string]any)
			f.Add(p["plomp_display_event_type"].(string), p["plomp_display_text"].(string))
		}
	}
	f.Fuzz(func(t *testing.T, kind, text string) {
		p := run()
		p.add(kind, text, nil, "Ann")
		p.add(kind, text, map[string]any{"winners": text}, folk...)
		games, errs := importAll(t, "the-traitors", fstest.MapFS{"a/plomp.json": encode(map[string]any{"buffer_items": p.items})})
		if len(games)+len(errs) != 1 {
			t.Fatal(games, errs)
		}
		for _, g := range games {
			measured(t, g)
		}
	})
}

// arenaOf is a game of one round at a table of four, by the seer's name.
func arenaOf(seer string) string {
	name, _ := json.Marshal(seer) // a string always marshals
	return `{"seer": {"name": ` + string(name) + `}, "doctor": {"name": "Bea"}, "villagers": [{"name": "Cy"}], "werewolves": [{"name": "Ed"}],
		"rounds": [{"eliminated": "Cy", "debate": [["Ed", "Not me."]], "votes": [{"Bea": "Ed", "Ed": "Bea"}], "exiled": "Ed"}], "winner": "Villagers"}`
}

// Names that nobody could see, that two have, or that are endless cost the game, in every format; a mark at a file's beginning
// costs nothing.
func TestNamesAndMarks(t *testing.T) {
	for name, want := range map[string]string{"Ada": "", "A\x1b[31mda": "", "": "no name", " ": "no name", "\u200b\u2060": "no name",
		"\u3164": "no name", "Bea": "same name",
		strings.Repeat("A", longestName+1): "at most"} {
		for _, before := range []string{"", "\ufeff"} {
			var got []Game
			var failed error
			err := Read("werewolf-arena", fstest.MapFS{"a/game_complete.json": {Data: []byte(before + arenaOf(name))}},
				func(g Game, err error) error {
					if failed = err; err == nil {
						got = append(got, g)
					}
					return nil
				})
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case want == "" && (failed != nil || len(got) != 1 || !got[0].Over):
				t.Errorf("%q: %v", name, failed)
			case want != "" && (failed == nil || !strings.Contains(failed.Error(), want)):
				t.Errorf("%q: %v, want %q", name, failed, want)
			case want == "":
				sameAgain(t, got[0], before, "")
				if name == "Ada" {
					sameAgain(t, got[0], before, "no name")
				}
			}
		}
	}
}

// sameAgain writes a game as lines of our own, with a mark before them, and reads it back; with a name taken away it is refused.
func sameAgain(t *testing.T, g Game, before, want string) {
	t.Helper()
	var stored []codec.Stored
	for _, e := range g.Events {
		if b, ok := e.Body.(engine.Opened); ok && want != "" {
			b.Names = append([]string{"\u2060"}, b.Names[1:]...)
			e.Body = b
		}
		s, err := codec.Store(e)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, s)
	}
	var b bytes.Buffer
	b.WriteString(before)
	if err := WriteJSONL(&b, "g", stored); err != nil {
		t.Fatal(err)
	}
	err := Read("jsonl", fstest.MapFS{"e.jsonl": {Data: b.Bytes()}}, func(back Game, err error) error {
		if err == nil && len(back.Events) != len(g.Events) {
			t.Errorf("%d events of %d", len(back.Events), len(g.Events))
		}
		return err
	})
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("%v, want %q", err, want)
	}
}
