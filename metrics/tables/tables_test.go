package tables

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// page is a table that is written into memory.
type page struct{ bytes.Buffer }

func (*page) Close() error { return nil }

func export(t *testing.T, f Format) map[string]*page {
	t.Helper()
	pages := map[string]*page{}
	e, err := NewExport(f, func(name string) (io.WriteCloser, error) {
		p := &page{}
		pages[strings.TrimSuffix(name, "."+string(f))] = p
		return p, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s := analysis.NewSummary()
	for seed := range uint64(3) {
		setup := engine.Setup{Seed: seed, Rules: engine.DefaultRules().Complete()}
		for i := range setup.Rules.Players {
			setup.Cast = append(setup.Cast, engine.Player{Name: fmt.Sprintf("P\"%d, jr", i), Policy: "test"})
		}
		events := spoken(t, setup)
		g, err := metrics.ReadGame(metrics.GameMeta{ID: fmt.Sprint("g", seed), Batch: "b", Index: int(seed)}, events)
		if err != nil {
			t.Fatal(err)
		}
		s.Add(&g)
		if err := e.Game(&g, events, nil); err != nil {
			t.Fatal(err)
		}
	}
	e.Batch("b", "", s, s.Rows(nil))
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return pages
}

// spoken plays a game in which everybody speaks, awkwardly for a CSV.
func spoken(t *testing.T, setup engine.Setup) []codec.Stored {
	t.Helper()
	events, state, err := engine.Open(setup)
	if err != nil {
		t.Fatal(err)
	}
	atRandom := metricstest.AtRandom(setup.Seed)
	for asked := engine.Pending(state); len(asked) > 0; asked = engine.Pending(state) {
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			answers[i] = atRandom(state, r)
			answers[i].Text = fmt.Sprintf("I, %d, say \"no\",\nand = mean it <b>", r.Seat)
			if r.Kind == engine.AskStatement {
				answers[i].Acts = []engine.Act{{Kind: engine.Accuse, Seat: (r.Seat + 1) % 10}}
			}
			if r.Seat == 2 && r.Kind == engine.AskBallot {
				answers[i].Forfeit = engine.CauseTimeout
			}
			if r.Beliefs != engine.NoBeliefs {
				answers[i].Beliefs = make([]int16, setup.Rules.Players)
				for k := range answers[i].Beliefs {
					answers[i].Beliefs[k] = 300
					if s := engine.Seat(k); s == r.Seat || !r.Living.Has(s) {
						answers[i].Beliefs[k] = engine.Unstated
					}
				}
			}
		}
		step, err := engine.Decide(state, answers)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range step {
			if state, err = engine.Apply(state, e); err != nil {
				t.Fatal(err)
			}
		}
		events = append(events, step...)
	}
	return metricstest.Stored(t, events)
}

// The tables are the same as CSV and as JSON Lines, read back with other people's readers, and have the columns they say.
func TestTablesReadBack(t *testing.T) {
	asCSV, asJSON := export(t, CSV), export(t, JSONL)
	for _, table := range Tables() {
		rows, err := csv.NewReader(asCSV[table.Name]).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", table.Name, err)
		}
		for i, c := range table.Columns {
			if rows[0][i] != c.Name || c.Meaning == "" || c.Type == "" {
				t.Errorf("%s: column %d is %q, wanted %+v", table.Name, i, rows[0][i], c)
			}
		}
		dec := json.NewDecoder(asJSON[table.Name])
		dec.UseNumber()
		for k, row := range rows[1:] {
			var object map[string]any
			if err := dec.Decode(&object); err != nil {
				t.Fatalf("%s row %d: %v", table.Name, k, err)
			}
			for i, c := range table.Columns {
				want := ""
				if v := object[c.Name]; v != nil {
					want = fmt.Sprint(v)
				}
				if row[i] != want {
					t.Fatalf("%s row %d %s: %q in the CSV, %q in JSON", table.Name, k, c.Name, row[i], want)
				}
			}
		}
		if dec.More() {
			t.Errorf("%s: more rows in JSON", table.Name)
		}
		if n := len(rows) - 1; n == 0 && table.Name != "model_calls" {
			t.Errorf("%s is empty", table.Name)
		}
	}
}

// What a table says is what the game says: a sample, by another way.
func TestTablesSayWhatTheGameSays(t *testing.T) {
	pages := export(t, CSV)
	rows := func(name string) [][]string {
		out, err := csv.NewReader(pages[name]).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return out[1:]
	}
	said := rows("statements")
	for _, r := range said {
		if seat := r[6]; !strings.HasPrefix(r[len(r)-1], "I, "+seat+", say") || r[9] != fmt.Sprintf("accuse:%d", (int(seat[0]-'0')+1)%10) {
			t.Fatalf("statement %q", r)
		}
	}
	forfeited := 0
	for _, r := range rows("ballots") {
		if r[len(r)-1] == "true" {
			forfeited++
			if r[6] != "2" || r[8] != "" {
				t.Errorf("forfeited ballot %q", r)
			}
		}
	}
	if n := len(rows("forfeits")); n == 0 || n != forfeited {
		t.Errorf("%d forfeits, %d forfeited ballots", n, forfeited)
	}
	if n := len(rows("seats")); n != 30 {
		t.Errorf("%d seats in three games of ten", n)
	}
}

func BenchmarkExport(b *testing.B) {
	setup := engine.Setup{Seed: 1, Rules: engine.DefaultRules().Complete()}
	for i := range setup.Rules.Players {
		setup.Cast = append(setup.Cast, engine.Player{Name: fmt.Sprint("P", i), Policy: "test"})
	}
	events := spoken(&testing.T{}, setup)
	e, err := NewExport(CSV, func(string) (io.WriteCloser, error) { return nothing{}, nil })
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	before := e.Rows()
	for range b.N {
		g, err := metrics.ReadGame(metrics.GameMeta{ID: "g", Batch: "b"}, events)
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Game(&g, events, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(e.Rows()-before)/b.Elapsed().Seconds(), "rows/s")
}

// nothing takes everything.
type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }
func (nothing) Close() error                { return nil }

// What a spreadsheet would run as a formula is defused in a CSV, wherever it comes from, and stands as it is in JSON Lines.
func TestDefused(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "\rx", "-"} {
		if got := Defused(text); got != "'"+text {
			t.Errorf("%q is written as %q", text, got)
		}
	}
	for _, text := range []string{"", "a=1", " =1", "'=1", "1-2", "Anna-Maria", "–1"} {
		if got := Defused(text); got != text {
			t.Errorf("%q is written as %q", text, got)
		}
	}
}

// The columns that follow from others, or from the game, by their names.
func TestTablesAddUp(t *testing.T) {
	pages := export(t, CSV)
	rows := func(name string) (out []map[string]string) {
		all, err := csv.NewReader(pages[name]).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all[1:] {
			row := map[string]string{}
			for i, column := range all[0] {
				row[column] = r[i]
			}
			out = append(out, row)
		}
		return out
	}
	orders := map[string]int{}
	for _, r := range rows("beliefs") {
		orders[r["order"]]++
		belief, err := strconv.ParseFloat(r["belief"], 64)
		trust, wrong := strconv.ParseFloat(r["trust"], 64)
		if err != nil || belief < 0 || belief > 1 || (wrong == nil) != (r["order"] == "1") ||
			wrong == nil && math.Abs(belief+trust-1) > 1e-9 || r["observer"] == r["subject"] ||
			(r["order"] == "2") != (r["observer_team"] == "traitors") {
			t.Fatalf("%v", r)
		}
	}
	if len(orders) != 2 {
		t.Errorf("beliefs by order: %v", orders)
	}
	for _, r := range rows("seats") {
		if p, err := strconv.ParseFloat(r["prize_share"], 64); err != nil || (p > 0) != (r["survived"] == "true" && r["won"] == "true") {
			t.Errorf("%v", r)
		}
	}
}

// What is undefined is empty in a CSV and null in JSON Lines: it is not zero (promise 10).
func TestUndefinedIsNotZero(t *testing.T) {
	table := Table{Name: "t", Columns: []Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}}
	for format, want := range map[Format]string{CSV: "a,b,c\r\n,,0\r\n", JSONL: `{"a":null,"b":null,"c":0}` + "\n"} {
		var b strings.Builder
		s := newSheet(table, format, keeps{&b})
		s.num(math.NaN()).seat(int(engine.NoSeat)).num(0).end()
		if err := s.close(); err != nil || b.String() != want {
			t.Errorf("%s: %q, %v", format, b.String(), err)
		}
	}
}

// keeps is a file in memory.
type keeps struct{ *strings.Builder }

func (keeps) Close() error { return nil }

// The team of nobody is an empty cell; that of a seat whose role is not known is the many.
func TestTeamOf(t *testing.T) {
	var unknown engine.Roster
	if teamOf(&unknown, engine.NoSeat) != "" || teamOf(&unknown, 1) != engine.Majority().String() {
		t.Errorf("%q and %q", teamOf(&unknown, engine.NoSeat), teamOf(&unknown, 1))
	}
}
