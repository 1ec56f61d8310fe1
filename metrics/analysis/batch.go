package analysis

import (
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Record is a game of a batch as whoever keeps it gives it: its place, what became of it, and its events, those of metrics.Kinds at
// least, which are used again for the next game.
type Record struct {
	ID, Batch string
	Index     int
	Status    batch.Status
	Events    []codec.Stored
}

// Games are the games of a batch in their order, read once each time they are gone through.
type Games = iter.Seq2[Record, error]

// Levels gives the chance level of metrics under some rules, as metrics/chance does; whoever asks may keep them.
type Levels func(engine.Rules) (map[string]Level, error)

// Figures are what one condition of a batch came to.
type Figures struct {
	Condition *study.Condition
	Cell      string // its name; empty where the batch has no cells
	Summary   *Summary
	Rows      []Row // with chance levels, when they were asked for
	Foreign   bool  // another system played the games, by rules that are not ours
	imported  bool  // the batch was
	rules     []ruled
}

// ruled is how many games were played by some rules: one value, unless they were imported.
type ruled struct {
	rules engine.Rules // less what players recall, which no chance level depends on
	games float64
}

// Batch gathers the figures of a batch by condition, a game at a time.
type Batch struct {
	Cells           []Figures
	WithoutForfeits bool // leaves out the games that a forfeit touched
	design          *study.Design
}

// NewBatch has no game yet of so many that are planned, for the metrics that are named; without a name for all of them.
func NewBatch(d *study.Design, games int, names ...string) *Batch {
	b := &Batch{design: d}
	for i, n := range d.Planned(games) {
		f := figuresOf(d, i, NewSummary(names...))
		f.Summary.Planned = n
		b.Cells = append(b.Cells, f)
	}
	return b
}

func figuresOf(d *study.Design, cell int, s *Summary) Figures {
	f := Figures{Condition: d.All()[cell], imported: d.Imported != "", Summary: s}
	if len(d.Cells) > 0 {
		f.Cell = f.Condition.Name
	}
	return f
}

// Read takes all games.
func (b *Batch) Read(games Games) error {
	for r, err := range games {
		if err == nil {
			_, _, err = b.Take(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Take counts a game and, if it is finished, reads it into its condition's summary; false where it is not analysed.
func (b *Batch) Take(r Record) (metrics.Game, bool, error) {
	cell, _ := b.design.Place(r.Index)
	if cell >= len(b.Cells) {
		return metrics.Game{}, false, nil
	}
	return b.Cells[cell].take(b.design, r, b.WithoutForfeits)
}

// take is Take of one condition; clean leaves out what a forfeit touched.
func (f *Figures) take(d *study.Design, r Record, clean bool) (metrics.Game, bool, error) {
	s := f.Summary
	s.Started++
	switch r.Status {
	case batch.Finished:
		s.Finished++
	case batch.Failed:
		s.Failed++
	case batch.Stopped:
		s.Stopped++
	case batch.Running, batch.Parked: // started, and no more than that
	}
	if r.Status == batch.Running || r.Status == batch.Parked {
		return metrics.Game{}, false, nil
	}
	game, err := read(d, r)
	if r.Status == batch.Failed && err != nil { // it may have failed before its first event
		game, err = metrics.Game{GameMeta: placed(d, r), Rules: f.Condition.Scenario.Rules}, nil
	}
	if err != nil {
		return game, false, err
	}
	if r.Status != batch.Finished {
		s.AddUnended(&game)
		return game, false, nil
	}
	if len(game.Forfeits) > 0 {
		s.Forfeited++
		if clean {
			s.Drop(&game)
			return game, false, nil
		}
	}
	s.Add(&game)
	f.played(Unremembered(game.Rules))
	f.Foreign = f.Foreign || game.Imported
	return game, true, nil
}

func (f *Figures) played(rules engine.Rules) {
	for i := range f.rules {
		if f.rules[i].rules == rules {
			f.rules[i].games++
			return
		}
	}
	f.rules = append(f.rules, ruled{rules, 1})
}

// placed is what is known of a game beside its events.
func placed(d *study.Design, r Record) metrics.GameMeta {
	k := d.KinOf(r.Index)
	return metrics.GameMeta{ID: r.ID, Batch: r.Batch, Index: r.Index, Cell: k.Cell, Season: k.Season, Table: k.Table}
}

// read folds a game, with its place in the design.
func read(d *study.Design, r Record) (metrics.Game, error) {
	return metrics.ReadGame(placed(d, r), r.Events)
}

// finished folds the finished games of a batch; clean leaves out what a forfeit touched.
func finished(d *study.Design, games Games, clean bool, do func(r Record, g *metrics.Game)) error {
	for r, err := range games {
		if err != nil {
			return err
		}
		if r.Status != batch.Finished {
			continue
		}
		game, err := read(d, r)
		if err != nil {
			return err
		}
		if !clean || len(game.Forfeits) == 0 {
			do(r, &game)
		}
	}
	return nil
}

// Fill makes the rows of every condition, with their chance levels.
func (b *Batch) Fill(levels Levels) error {
	known := map[engine.Rules]map[string]Level{}
	for i := range b.Cells {
		chance, err := b.Cells[i].levels(levels, known)
		if err != nil {
			return err
		}
		b.Cells[i].Rows = b.Cells[i].Summary.Rows(chance)
	}
	return nil
}

// Unremembered are rules less what players recall, which no chance level depends on.
func Unremembered(rules engine.Rules) engine.Rules {
	rules.Memory = engine.Memory{}
	return rules
}

// levels are the chance levels of the games: the mean over the rules that they were played by, where what players recall is no part of
// them. Other systems' rules are not ours, so that of their games only the levels are known that follow from the games themselves.
// What is simulated is kept in known.
func (f *Figures) levels(simulate Levels, known map[engine.Rules]map[string]Level) (map[string]Level, error) {
	if f.Foreign || len(f.rules) == 0 && f.imported { // of no finished game nothing is known
		return f.Summary.Realised(), nil
	}
	list := f.rules
	if len(list) == 0 {
		list = []ruled{{Unremembered(f.Condition.Scenario.Rules), 1}}
	}
	out, games := map[string]Level{}, 0.0
	for _, r := range list {
		games += r.games
	}
	for _, r := range list {
		if known[r.rules] == nil {
			levels, err := simulate(r.rules)
			if err != nil {
				return nil, fmt.Errorf("chance levels: %w", err)
			}
			known[r.rules] = levels
		}
		for name, v := range known[r.rules] { // a sum for each name: no order comes out
			sum := out[name]
			out[name] = Level{sum.Mean + r.games/games*v.Mean, math.Hypot(sum.SE, r.games/games*v.SE)}
		}
	}
	if l, ok := f.Summary.Realised()[gap]; ok { // who says nothing of anybody has no level of its own
		out[gap] = l
	}
	return out, nil
}

// Foreign reports whether another system played some of the games.
func (b *Batch) Foreign() bool {
	return slices.ContainsFunc(b.Cells, func(f Figures) bool { return f.Foreign })
}

// ForeignChance says why most figures of such games have no chance level.
const ForeignChance = "The source's rules are not this engine's, so nothing was simulated: chance levels are those that follow from " +
	"who was alive at each ballot."

// Attrition adds up what became of the games of all conditions.
func (b *Batch) Attrition() (sum Attrition) {
	for _, f := range b.Cells {
		a := f.Summary.Attrition
		sum.Planned += a.Planned
		sum.Started += a.Started
		sum.Finished += a.Finished
		sum.Failed += a.Failed
		sum.Stopped += a.Stopped
		sum.Forfeited += a.Forfeited
		sum.Analysed += a.Analysed
	}
	return sum
}

// Fewest are the units, with a game that came to its end, of the condition that has the fewest of them, and what they are.
func (b *Batch) Fewest() (n int, unit string) {
	n, unit = b.Cells[0].Summary.ended, b.Cells[0].Summary.Unit()
	for _, f := range b.Cells {
		if k := f.Summary.ended; k < n {
			n, unit = k, f.Summary.Unit()
		}
	}
	return n, unit
}

// TellApart says so where the games of a condition are too few to tell policies apart by who wins; else it is empty.
func (b *Batch) TellApart() string {
	first := b.Cells[0]
	games := first.Summary.Analysed
	for _, f := range b.Cells {
		games = min(games, f.Summary.Analysed)
	}
	for _, r := range first.Rows {
		if r.Metric == "traitors_win" && r.Chance == r.Chance && games > 0 && first.Summary.Unit() != "season" {
			return tellApart(games, r.Chance)
		}
	}
	return ""
}

// Headline are the figures that stand for a batch where few are shown, in their order.
var Headline = []string{"traitors_win", "faithful_win", "draw", "rounds", "vote_lift", "banishment_accuracy", "brier", "trust_in_traitors",
	"trust_in_faithful", "exposure_drop", "cover", "knowing_accusations", "broken_promises", "bus_rate", "pivotality"}

// Pick takes the rows of the names, in their order.
func Pick(rows []Row, names []string) []Row {
	var out []Row
	for _, name := range names {
		if i := slices.IndexFunc(rows, func(r Row) bool { return r.Metric == name }); i >= 0 {
			out = append(out, rows[i])
		}
	}
	return out
}
