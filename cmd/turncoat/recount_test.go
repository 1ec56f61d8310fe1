package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory/formats"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
	"github.com/turncoat-sim/turncoat/metrics/recounttest"
)

// oddRules are two tables with most of what rules can ask for between them.
var oddRules = []func(*engine.Rules){
	func(r *engine.Rules) {
		r.Players, r.Traitors, r.Passes, r.Ballot, r.AfterSpeech, r.Acts = 9, 3, 1, "open", "beliefs", "log"
		r.TraitorCount, r.Check, r.Aftermath, r.Abstain, r.Forfeit = "unknown", "night", true, true, "random"
	},
	func(r *engine.Rules) {
		r.Players, r.Traitors, r.Passes, r.AfterSpeech, r.IllegalBallot, r.First, r.Tie = 8, 2, 2, "intent", "count", "night", "nobody"
		r.Beliefs.With, _ = engine.ParseMoments([]string{"statement"})
		r.Beliefs.After, _ = engine.ParseMoments([]string{"start", "breakfast"})
		r.MaxRounds = 4
	},
}

// TestRecountFromExport: what is counted anew from the exported lines alone agrees with every cell of the exported tables, of games in
// which answers are lost, models refuse, and one in three is stopped somewhere.
func TestRecountFromExport(t *testing.T) {
	for i, rules := range oddRules {
		dir := t.TempDir()
		db := filepath.Join(dir, "r.db")
		r := recount{t: t, dir: dir, db: db}
		games := metricstest.Size(15, 150)
		r.write(rules, games)
		mustRun(t, "import", "jsonl", filepath.Join(dir, "odd.jsonl"), "--batch", "odd", "--db", db)
		mustRun(t, "export", "odd", "--format", "events", "--out", dir, "--db", db)
		mustRun(t, "export", "odd", "--format", "jsonl", "--out", dir, "--db", db)
		cells := r.compare(games)
		metricstest.Record(t, metricstest.Row{Section: "recount", Metric: "every metric", What: fmt.Sprintf("%d games of table %d, a "+
			"third stopped: cells of metrics, summary and attrition that agree", games, i+1), Value: fmt.Sprint(cells), Wanted: "all",
			Command: "go test -run Recount ./cmd/turncoat"})
	}
}

type recount struct {
	t       *testing.T
	dir, db string
}

func (r recount) write(change func(*engine.Rules), games int) {
	r.t.Helper()
	rules := engine.DefaultRules()
	change(&rules)
	var out bytes.Buffer
	for seed := range uint64(games) {
		events := metricstest.Play(r.t, seed, rules, metricstest.Anything(seed))
		if seed%3 == 1 {
			events = events[:20+engine.Below(len(events)-20, engine.Dice(seed, "stop", 0, 0, engine.NoSeat))]
		}
		if err := formats.WriteJSONL(&out, fmt.Sprint("odd/", seed), metricstest.Stored(r.t, events)); err != nil {
			r.t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(r.dir, "odd.jsonl"), out.Bytes(), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// exported is a row of a table, as JSON has it.
type exported map[string]any

func (r recount) table(name string) (out []exported) {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, name+".jsonl"))
	if err != nil {
		r.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var row exported
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			r.t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

// same holds a cell to a number; undefined is null.
func (r recount) same(what string, cell any, want float64) {
	r.t.Helper()
	got, ok := cell.(float64)
	if ok == math.IsNaN(want) || ok && math.Abs(got-want) > 1e-8*max(1, math.Abs(want)) {
		r.t.Errorf("%s is %v, counted anew %v", what, cell, want)
	}
}

func valueOf(of recounttest.Ratio) float64 {
	if of.Den == 0 {
		return math.NaN()
	}
	return of.Num / of.Den
}

// compare goes through every cell; herding is drawn, so that of it only the cases are the same.
func (r recount) compare(games int) (cells int) {
	r.t.Helper()
	file, err := os.Open(filepath.Join(r.dir, "events.jsonl"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer file.Close()
	logs, err := recounttest.Read(file)
	if err != nil || len(logs) != games {
		r.t.Fatalf("%d games of %d: %v", len(logs), games, err)
	}
	byID, whole, stopped, touched := map[string]recounttest.Log{}, map[string]recounttest.Ratio{}, 0, 0
	cases := map[string]float64{}
	having := map[string]int{}
	names := map[string]recounttest.Log{}
	for _, l := range logs {
		names[l.Name] = l
	}
	for _, g := range r.table("games") {
		byID[g["game"].(string)] = names[fmt.Sprintf("odd/%v", g["index"])]
	}
	for _, l := range logs {
		if recounttest.Definitions["finished"](l).Num == 0 {
			stopped++
			cells += r.one(l)
		} else {
			touched += int(recounttest.Definitions["forfeit_touched"](l).Num)
		}
	}
	rows := r.table("metrics")
	if len(rows) != (games-stopped)*len(recounttest.Definitions)+stopped*3 || stopped == 0 || touched == 0 {
		r.t.Fatalf("%d rows of %d games, %d stopped, %d with forfeits", len(rows), games, stopped, touched)
	}
	for _, row := range rows {
		name := row["metric"].(string)
		v := recounttest.Definitions[name](byID[row["game"].(string)])
		n := casesOf(name, byID[row["game"].(string)])
		cells += r.cell(fmt.Sprint(row["game"], ": ", name), name, row["value"], row["n"], v, n)
		r.same(name+", weight", row["weight"], v.Den)
		cases[name] += n
		sum := whole[name]
		if whole[name] = (recounttest.Ratio{Num: sum.Num + v.Num, Den: sum.Den + v.Den}); v.Den != 0 {
			having[name]++
		}
	}
	for _, row := range r.table("summary") {
		name := row["metric"].(string)
		if v, ok := whole[name]; ok {
			cells += 1 + r.cell("summary: "+name, name, row["mean"], row["n"], v, cases[name])
			r.same("summary: games of "+name, row["games"], float64(having[name]))
			delete(whole, name)
		}
	}
	if len(whole) > 0 {
		r.t.Errorf("the summary lacks %v", whole)
	}
	want := map[string]int{"planned": games, "started": games, "finished": games - stopped, "failed": 0, "stopped": stopped,
		"forfeited": touched, "analysed": games - stopped}
	for _, row := range r.table("attrition") {
		r.same(fmt.Sprint(row["stage"]), row["games"], float64(want[row["stage"].(string)]))
		cells++
	}
	return cells
}

// casesOf is how many cases a game's value rests on: of a skill those of the errors that it is made of.
func casesOf(name string, l recounttest.Log) float64 {
	if of, ok := strings.CutSuffix(name, "_skill"); ok && name != "auc_skill" {
		name = of + "_counts"
	}
	return recounttest.Definitions[name](l).Den
}

func (r recount) cell(what, name string, value, n any, want recounttest.Ratio, cases float64) int {
	r.t.Helper()
	r.same(what+", n", n, cases)
	if name == "herding_order" {
		return 1
	}
	r.same(what, value, valueOf(want))
	return 2
}

// one holds turncoat metrics of a game that was stopped, which no table of the batch has, to the log.
func (r recount) one(l recounttest.Log) (cells int) {
	r.t.Helper()
	var got struct{ Metrics []exported }
	if err := json.Unmarshal([]byte(mustRun(r.t, "metrics", l.Name, "--json", "--db", r.db)), &got); err != nil {
		r.t.Fatal(err)
	}
	if len(got.Metrics) != len(recounttest.Definitions) {
		r.t.Errorf("%s has %d metrics, %d are defined", l.Name, len(got.Metrics), len(recounttest.Definitions))
	}
	for _, row := range got.Metrics {
		name := row["metric"].(string)
		cells += r.cell(l.Name+": "+name, name, row["value"], row["n"], recounttest.Definitions[name](l), casesOf(name, l))
	}
	return cells
}
