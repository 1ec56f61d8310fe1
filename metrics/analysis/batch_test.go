package analysis

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
	"github.com/turncoat-sim/turncoat/scenarios"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// anybody may sit at a table.
type anybody struct{}

func (anybody) Check(string) error                                 { return nil }
func (anybody) Instant(string) bool                                { return true }
func (anybody) Freeze(*study.Condition) (p study.Prompts, e error) { return p, nil }

func designOf(t *testing.T, file string) *study.Design {
	t.Helper()
	parsed, err := scenarios.ParseDesign("d.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Load(parsed.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	d := study.FromFile(parsed, s.Name, s.Source)
	d.Sow(1)
	if err := d.Load(anybody{}); err != nil {
		t.Fatal(err)
	}
	return d
}

const twoCells = "scenario: classic\nprimary: traitors_win\nfactors:\n  passes: [0, 1]\n"

// records are the games of a batch by the design's seeds, each of the status, or finished.
func records(t *testing.T, d *study.Design, games int, status map[int]batch.Status) Games {
	t.Helper()
	var list []Record
	for i := range games {
		ref := d.Ref("b", i)
		r := Record{ID: ref.ID, Batch: "b", Index: i, Status: batch.Finished}
		if s, ok := status[i]; ok {
			r.Status = s
		}
		r.Events = metricstest.Stored(t, metricstest.Play(t, ref.Seed, d.Of(i).Scenario.Rules, metricstest.Chatter(ref.Seed)))
		list = append(list, r)
	}
	return func(yield func(Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Games fall to the cells that the design gives them to, and only those that are finished are analysed.
func TestBatch(t *testing.T) {
	d := designOf(t, twoCells)
	b := NewBatch(d, 12)
	status := map[int]batch.Status{0: batch.Failed, 1: batch.Stopped, 2: batch.Parked}
	if err := b.Read(records(t, d, 10, status)); err != nil {
		t.Fatal(err)
	}
	if got, want := b.Attrition(), (Attrition{Planned: 12, Started: 10, Finished: 7, Failed: 1, Stopped: 1, Analysed: 7}); got != want {
		t.Errorf("%+v, wanted %+v", got, want)
	}
	asked := map[string]int{}
	err := b.Fill(func(r engine.Rules) (map[string]Level, error) {
		asked[r.Memory.Recall]++
		return map[string]Level{"traitors_win": {float64(r.Passes), 0.5}}, nil
	})
	if err != nil || len(asked) != 1 || asked[""] != 2 {
		t.Errorf("%v; levels were asked for %v", err, asked)
	}
	for i, f := range b.Cells {
		row := Pick(f.Rows, []string{"traitors_win"})[0]
		if f.Cell != d.Cells[i].Name || row.Chance != float64(i) || row.ChanceSE != 0.5 || row.Games != 3+i {
			t.Errorf("cell %d, %q: %+v", i, f.Cell, row)
		}
	}
	if n, unit := b.Fewest(); n != 3 || unit != "game" {
		t.Errorf("the fewest are %d of %s", n, unit)
	}
	if !strings.HasPrefix(b.TellApart(), "Three games can't tell policies apart") {
		t.Error(b.TellApart())
	}
}

// What players recall is no part of the rules that a chance level depends on.
func TestLevelsForgetMemory(t *testing.T) {
	d := designOf(t, "scenario: classic\nprimary: traitors_win\nfactors:\n  memory.recall: [full, window]\n")
	b := NewBatch(d, 4)
	if err := b.Read(records(t, d, 4, nil)); err != nil {
		t.Fatal(err)
	}
	asked := 0
	err := b.Fill(func(r engine.Rules) (map[string]Level, error) {
		asked++
		return map[string]Level{"draw": {}}, nil
	})
	if err != nil || asked != 1 {
		t.Errorf("levels were asked for %d times: %v", asked, err)
	}
}

// A game that a forfeit touched is counted as such, and left out where that is asked.
func TestBatchWithoutForfeits(t *testing.T) {
	d := designOf(t, twoCells)
	ref := d.Ref("b", 1)
	silent := func(_ engine.State, r engine.Request) engine.Answer {
		return engine.Answer{Seat: r.Seat, Forfeit: engine.CauseTimeout}
	}
	r := Record{ID: ref.ID, Batch: "b", Index: 1, Status: batch.Finished,
		Events: metricstest.Stored(t, metricstest.Play(t, ref.Seed, d.Of(1).Scenario.Rules, silent))}
	for clean, analysed := range map[bool]int{false: 1, true: 0} {
		b := NewBatch(d, 2)
		b.WithoutForfeits = clean
		_, taken, err := b.Take(r)
		if a := b.Attrition(); err != nil || taken == clean || a.Forfeited != 1 || a.Analysed != analysed {
			t.Errorf("without forfeits %v: %+v, %v", clean, a, err)
		}
	}
}

// A game that can't be read, and a file that can't, end the reading.
func TestBatchStops(t *testing.T) {
	d := designOf(t, twoCells)
	lost := errors.New("lost")
	broken := func(yield func(Record, error) bool) { yield(Record{}, lost) }
	if err := NewBatch(d, 1).Read(broken); !errors.Is(err, lost) {
		t.Error(err)
	}
	if _, err := Inform(d, broken, false); !errors.Is(err, lost) {
		t.Error(err)
	}
}

// Arms on the same seeds are paired; those of one are pooled only with their like.
func TestArms(t *testing.T) {
	d := designOf(t, twoCells)
	games := records(t, d, 11, nil)
	arms := make([]Arm, 2)
	for i := range arms {
		arms[i].Label = d.Cells[i].Name
		if err := arms[i].Begin(d, i, []string{"traitors_win"}); err != nil {
			t.Fatal(err)
		}
		if err := arms[i].Read(d, i, games, false); err != nil || arms[i].Units() != 6-i {
			t.Fatalf("%d units: %v", arms[i].Units(), err)
		}
	}
	if pairs := arms[0].Pairs(&arms[1]); len(pairs) != 5 || pairs[4].A != 4 || pairs[4].B != 4 {
		t.Errorf("pairs %v", pairs)
	}
	effects, err := arms[0].Effects(&arms[1], func(engine.Rules) (map[string]Level, error) {
		return map[string]Level{"traitors_win": {0.25, 0.125}}, nil
	}, "")
	if err != nil || len(effects) != 1 || !effects[0].Paired || effects[0].NA != 5 || effects[0].Chance != 0.25 ||
		effects[0].ChanceSE != 0.125 {
		t.Errorf("%+v, %v", effects, err)
	}
	var mistake *study.MistakeError
	if err := arms[0].Begin(d, 1, nil); !errors.As(err, &mistake) || !strings.Contains(err.Error(), "can't be pooled: passes is 0") {
		t.Error(err)
	}
	other := designOf(t, strings.Replace(twoCells, "[0, 1]", "[0, 1]\nset:\n  thoughts: \"off\"", 1))
	x := Arm{Label: "x"}
	if err := x.Begin(other, 0, nil); err != nil {
		t.Fatal(err)
	}
	if err := arms[0].Comparable(&x); !errors.As(err, &mistake) {
		t.Errorf("arms that think and arms that do not are compared: %v", err)
	}
	for name, want := range map[string]string{"": "has cells: say which", "nope": `has no cell "nope"`} {
		if _, err := CellNamed(d, "b", name); !errors.As(err, &mistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Games of one seed are one unit, whatever their cell.
func TestMatches(t *testing.T) {
	d := designOf(t, twoCells)
	var m Matches
	if err := m.Read(d, records(t, d, 8, map[int]batch.Status{7: batch.Failed})); err != nil {
		t.Fatal(err)
	}
	units := map[int]int{}
	for _, g := range m.List {
		units[g.Unit]++
		if len(g.Traitors) != 3 || len(g.Faithful) != 7 || g.Outcome < 0 || g.Outcome > 1 {
			t.Errorf("%+v", g)
		}
	}
	if len(m.List) != 7 || len(units) != 4 || units[0] != 2 || units[3] != 1 {
		t.Errorf("%d matches in units %v", len(m.List), units)
	}
}

// A plan goes by the share where there is one and by the spread where not, and without a size gives a table.
func TestPlanLines(t *testing.T) {
	spread := Basis{SD: 2}
	for share, games := range map[float64]int{0.9: 62, 0.7: 93, 0.3: 93} { // against 0.7, 0.5, 0.5: away from the nearer end
		if l := (Basis{Share: share}).Plan(0, 0.2, 0.8); len(l) != 1 || l[0].What != ForDifference || l[0].Games != games {
			t.Errorf("%v: %+v", share, l)
		}
	}
	if l := (Basis{Share: 0.3}).Plan(0, 0.9, 0.8); l[0].Games != 0 {
		t.Errorf("no share is 0.9 from 0.3: %+v", l)
	}
	lines := spread.Plan(0, 0, 0.8)
	if len(lines) != 8 || lines[0].Size != 0.4 || lines[0].What != ForWidth || lines[4].Size != 0.8 {
		t.Errorf("%+v", lines)
	}
	if want := int(math.Ceil(math.Pow(1.959964*2/0.4, 2))); lines[0].Games != want {
		t.Errorf("%d games, by hand %d", lines[0].Games, want)
	}
}

// What was settled before the first game is held against what there is.
func TestSettled(t *testing.T) {
	d := designOf(t, twoCells)
	if got := Settled(d, study.Manifest{}, 4); !strings.HasPrefix(got, "Nothing was settled") {
		t.Error(got)
	}
	f := study.Protocol{Primary: "traitors_win", Exclude: "nothing", Games: 4, Design: d.Hash}
	f.Hash = f.Digest()
	kept := study.Manifest{Frozen: &f, Outcomes: map[string]int{"finished": 4}}
	if got := Settled(d, kept, 4); !strings.HasSuffix(got, "The analysis keeps to it.") {
		t.Error(got)
	}
	for what, spoil := range map[string]func(){
		"the batch has 5":           func() {},
		"3 of 4 games are finished": func() { kept.Outcomes["finished"] = 3 },
		"or was altered":            func() { f.Primary = "brier" },
	} {
		spoil()
		if got := Settled(d, kept, 5); !strings.Contains(got, what) {
			t.Errorf("%s: %s", what, got)
		}
	}
}
