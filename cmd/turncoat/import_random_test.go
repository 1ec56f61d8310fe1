package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// theirs plays the game of the public runs at random, as its program does, writes what that program records, and counts on its own.
type theirs struct {
	*rand.Rand
	names              []string
	traitors, faithful []string
	items              []map[string]any
	round              int
	winner             string
	counted
}

// counted is what the figures are held against.
type counted struct {
	games, traitorsWin            int
	faithfulBallots, hits         int
	ballotChance                  float64
	banishments, banishedTraitors int
	banishedChance                float64
	murders                       int
}

func (a *counted) add(b counted) {
	a.faithfulBallots, a.hits, a.ballotChance = a.faithfulBallots+b.faithfulBallots, a.hits+b.hits, a.ballotChance+b.ballotChance
	a.banishments, a.banishedTraitors, a.banishedChance = a.banishments+b.banishments, a.banishedTraitors+b.banishedTraitors,
		a.banishedChance+b.banishedChance
	a.murders += b.murders
}

// Names and texts that are hard to read.
var (
	theirNames = []string{"Ann", "Ann Lee", "O'Neil", `Bo "B" Ray`, "Cy", "Dee Dee", "Eve: the first", "Fay", "Gus", "Hana", "Ünal",
		"said", "Jo votes"}
	theirTexts = []string{"It's Bob", "He said: \"no\"\nand left", "I votes to murder nobody", "x voted to eliminate y", `both ' and "`, "tab\tand \\", "<script>", "=1+1", "'quoted'", "日本語 “q”", "END_GAME now", ""}
)

// repr quotes as Python does.
func repr(s string) string {
	q := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = `"`
	}
	s = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`).Replace(s)
	if q == "'" {
		s = strings.ReplaceAll(s, "'", `\'`)
	}
	return q + s + q
}

func (g *theirs) one(list []string) string { return list[g.IntN(len(list))] }
func (g *theirs) living() []string         { return slices.Concat(g.traitors, g.faithful) }
func (g *theirs) text() string             { return g.one(theirTexts) }

func (g *theirs) record(kind string, visible []string, more map[string]any, format string, args ...any) {
	tags := map[string]any{}
	for _, name := range visible {
		tags[name+"_visible"] = true
	}
	payload := map[string]any{"plomp_display_event_type": kind, "plomp_display_text": fmt.Sprintf(format, args...)}
	maps.Copy(payload, more)
	g.items = append(g.items, map[string]any{"tags": tags, "type": "event", "data": map[string]any{"payload": payload}})
	if g.IntN(3) == 0 {
		g.items = append(g.items,
			map[string]any{"tags": map[string]any{"query": true}, "type": "query", "data": map[string]any{"matched_indices": []int{1}}})
	}
}

func (g *theirs) leaves(name string) {
	is := func(s string) bool { return s == name }
	g.traitors, g.faithful = slices.DeleteFunc(g.traitors, is), slices.DeleteFunc(g.faithful, is)
}

func (g *theirs) end(winner, reason string) {
	g.winner = winner
	g.record("GAME_END", g.names, map[string]any{"winners": winner, "reason": reason}, "Game over! %s", winner)
}

// votes is a round of speeches and votes; it gives who leaves, and by how many.
func (g *theirs) votes(speech, vote string) (string, int) {
	living, counts := g.living(), map[string]int{}
	for _, p := range living {
		target := p
		for target == p {
			target = g.one(living)
		}
		counts[target]++
		g.record(speech, g.names, nil, "%s said: %s", p, repr(g.text()))
		g.record(vote, g.names, nil, "%s voted to eliminate %s", p, target)
		if slices.Contains(g.faithful, p) {
			g.faithfulBallots++
			g.ballotChance += float64(len(g.traitors)) / float64(len(living)-1)
			if slices.Contains(g.traitors, target) {
				g.hits++
			}
		}
	}
	most := slices.Max(slices.Collect(maps.Values(counts)))
	top := slices.DeleteFunc(slices.Clone(living), func(p string) bool { return counts[p] != most })
	out := g.one(top)
	g.banishments++
	g.banishedChance += float64(len(g.traitors)) / float64(len(living))
	if slices.Contains(g.traitors, out) {
		g.banishedTraitors++
	}
	return out, most
}

func (g *theirs) standard() {
	for range 3 {
		a, b := g.one(g.living()), g.one(g.living())
		g.record("PRIVATE_MESSAGE", []string{a, b}, nil, "%s messaged %s: %s", a, b, repr(g.text()))
	}
	out, votes := g.votes("ROUND_TABLE_SPEECH", "ROUND_TABLE_VOTE")
	was := "WAS NOT"
	if slices.Contains(g.traitors, out) {
		was = "WAS"
	}
	g.leaves(out)
	g.record("ELIMINATED_PLAYER", g.names, nil, "%s was BANISHED with %d votes. %s %s a traitor", out, votes, out, was)
	if g.over() || len(g.traitors) == 0 {
		return
	}
	for _, t := range g.traitors {
		g.record("MURDER_SUGGESTION", g.traitors, nil, "%s suggests murdering %s: %s", t, g.one(g.faithful), g.text())
	}
	victim := g.one(g.faithful)
	for _, t := range g.traitors {
		g.record("MURDER_VOTE", g.traitors, nil, "%s votes to murder %s: %s", t, victim, g.text())
	}
	g.record("MURDER_DECISION", g.traitors, nil, "The traitors have decided to murder %s", victim)
	g.leaves(victim)
	g.murders++
	g.record("MURDERED_PLAYER", g.names, nil, "%s was MURDERED by the traitors.", victim)
}

func (g *theirs) final() {
	living := g.living()
	g.record("FINAL_ROUND_ANNOUNCEMENT", g.names, nil, "\nFinal round! With %d players remaining,\n", len(living))
	ends := 0
	for _, p := range living {
		vote := g.one([]string{"END_GAME", "END_GAME", "CONTINUE_PLAYING"})
		if vote == "END_GAME" {
			ends++
		}
		g.record("FINAL_ROUND_VOTE", g.names, nil, "%s votes to %s: %s", p, vote, g.text())
	}
	if ends == len(living) {
		g.end(g.winners(), "unanimous_vote")
		return
	}
	g.record("FINAL_ROUND_CONTINUE", g.names, nil, "The vote was not unanimous.")
	out, votes := g.votes("FINAL_ROUND_SPEECH", "FINAL_ROUND_VOTE")
	g.leaves(out)
	g.record("FINAL_ROUND_ELIMINATION", g.names, nil, "%s was BANISHED with %d votes. Their role remains hidden.", out, votes)
}

func (g *theirs) winners() string {
	if len(g.traitors) > 0 {
		return "traitors"
	}
	return "faithfuls"
}

// over ends the game where two are left, or no faithful. That no traitor is left does not end it.
func (g *theirs) over() bool {
	if g.winner == "" && (len(g.living()) <= 2 || len(g.faithful) == 0) {
		g.end(g.winners(), "final_two_players")
	}
	return g.winner != ""
}

// play plays a game and writes its folder; one in nine breaks off after a round and has no result.
func (g *theirs) play(t *testing.T, folder string, number int) {
	n := []int{7, 9, 11}[g.IntN(3)]
	g.Shuffle(len(theirNames), func(i, k int) { theirNames[i], theirNames[k] = theirNames[k], theirNames[i] })
	g.names = slices.Clone(theirNames[:n])
	g.traitors, g.faithful = slices.Clone(g.names[:1+g.IntN(3)]), nil
	g.faithful = slices.Clone(g.names[len(g.traitors):])
	dealt, others := slices.Clone(g.traitors), slices.Clone(g.faithful)
	var table []map[string]any
	for _, p := range g.names {
		role := "faithful"
		if slices.Contains(g.traitors, p) {
			role = "traitor"
		}
		table = append(table, map[string]any{"name": p, "model": "m/" + role})
		g.record("ROLE_SELECTED", []string{p}, nil, "%s selected as a %s.", repr(p), role)
	}
	g.record("GAME_START", g.names, map[string]any{"traitors": dealt, "faithfuls": others}, "Game started")
	for g.winner == "" && !(number%9 == 8 && g.round == 1) {
		if g.round++; len(g.living()) > 4 {
			g.standard()
		} else {
			g.final()
		}
		g.over()
	}
	write := func(name string, v any) {
		b, err := json.Marshal(v)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	write("plomp.json", map[string]any{"key": nil, "buffer_items": g.items})
	if g.winner != "" {
		write("result.json", map[string]any{"config_data": map[string]any{"participants": table, "traitor_count": len(dealt)},
			"result": map[string]any{"status": "finished", "winner_type": g.winner, "initial_traitors": dealt,
				"initial_faithfuls": others}})
	}
}

// Games in the form of the public runs, by a second implementation of that program: what it counts while it plays is what the metrics
// of the imported batch come to.
func TestImportedFigures(t *testing.T) {
	dir := t.TempDir()
	db, runs := filepath.Join(dir, "t.db"), filepath.Join(dir, "runs")
	var want counted
	for k := range 56 {
		g := theirs{Rand: rand.New(rand.NewPCG(7, uint64(k)))}
		g.play(t, filepath.Join(runs, fmt.Sprintf("g%02d", k)), k)
		if g.winner == "" {
			continue
		}
		want.add(g.counted)
		if want.games++; g.winner == "traitors" {
			want.traitorsWin++
		}
	}
	said := mustRun(t, "import", "the-traitors", runs, "--batch", "t", "--db", db)
	head := fmt.Sprintf("56 games imported from the-traitors, %d of them finished", want.games)
	if !strings.Contains(said, head) || strings.Contains(said, "read") {
		t.Errorf("want %q in\n%s", head, said)
	}
	mustRun(t, "verify", "t", "--db", db)
	out, err := turncoat(t, "export", "t", "--format", "chat", "--out", filepath.Join(dir, "chat"), "--db", db).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "no transcripts") {
		t.Errorf("%v\n%s", err, out)
	}
	var got struct {
		Metrics []struct {
			Metric  string
			Mean, N float64
			Chance  *float64
		}
	}
	if err := json.Unmarshal([]byte(mustRun(t, "metrics", "t", "--json", "--db", db)), &got); err != nil {
		t.Fatal(err)
	}
	figures := map[string][2]float64{}
	for _, m := range got.Metrics {
		figures[m.Metric] = [2]float64{m.Mean, m.N}
		level := slices.Contains([]string{"vote_lift", "ballot_accuracy", "banishment_accuracy", "fcr_curvo"}, m.Metric)
		if level != (m.Chance != nil) {
			t.Errorf("%s has the chance level %v of rules that are not ours", m.Metric, m.Chance)
		}
	}
	share := func(k, n float64) [2]float64 { return [2]float64{k / n, n} }
	games, banishments := float64(want.games), float64(want.banishments)
	for name, w := range map[string][2]float64{
		"traitors_win":           share(float64(want.traitorsWin), games),
		"ballot_accuracy":        share(float64(want.hits), float64(want.faithfulBallots)),
		"ballot_accuracy_chance": share(want.ballotChance, float64(want.faithfulBallots)),
		"vote_lift":              share(float64(want.hits)-want.ballotChance, float64(want.faithfulBallots)),
		"banishment_accuracy":    share(float64(want.banishedTraitors), banishments),
		"banishment_chance":      share(want.banishedChance, banishments),
		"murdered":               share(float64(want.murders), games),
	} {
		if g := figures[name]; math.Abs(g[0]-w[0]) > 1e-6 || g[1] != w[1] {
			t.Errorf("%s: %v, counted by the source %v", name, g, w)
		}
	}
}
