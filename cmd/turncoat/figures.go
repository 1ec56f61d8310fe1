package main

import (
	"context"
	"fmt"
	"slices"

	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/memory"
	"turncoat/metrics"
)

// figures are what one condition of a batch came to.
type figures struct {
	cell    *design
	summary *metrics.Summary
	rules   []ruled       // of the games: one value, unless they were imported
	foreign bool          // another system played them, by rules that are not ours
	rows    []metrics.Row // with chance levels, when they were asked for
}

// ruled is how many games were played by some rules.
type ruled struct {
	rules engine.Rules // less what players recall, which no chance level depends on
	games float64
}

// label is the cell's name, empty where the batch has no cells.
func (f figures) label(d *design) string {
	if len(d.Cells) == 0 {
		return ""
	}
	return f.cell.Name
}

// plannedOf is how many games of a batch fall to each condition.
func (d *design) plannedOf(games int) []int {
	out := make([]int, len(d.all()))
	for i := range games {
		cell, _ := d.place(i)
		out[cell]++
	}
	return out
}

// empty makes a summary for each condition.
func (d *design) empty(games int, only ...string) []figures {
	out := make([]figures, len(d.all()))
	for i, n := range d.plannedOf(games) {
		out[i] = figures{cell: d.all()[i], summary: metrics.NewSummary(only...)}
		out[i].summary.Planned = n
	}
	return out
}

// summarise folds the finished games of a batch into the named metrics, all of them without a name, by condition.
func (d *design) summarise(ctx context.Context, store *memory.Store, b memory.Batch, clean bool, only ...string) ([]figures, error) {
	out := d.empty(b.Games, only...)
	err := store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, rows []engineStored) error {
		_, _, err := d.takeGame(out, g, rows, clean)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, d.addRows(out)
}

// addRows fills in the figures with their chance levels.
func (d *design) addRows(list []figures) error {
	known := map[engine.Rules]map[string]float64{}
	for i, f := range list {
		chance, err := f.levels(known)
		if err != nil {
			return err
		}
		list[i].rows = f.summary.Rows(chance)
	}
	return nil
}

// anyForeign reports whether another system played some of the games.
func anyForeign(list []figures) bool {
	return slices.ContainsFunc(list, func(f figures) bool { return f.foreign })
}

// foreignChance says why most figures of such games have no chance level.
const foreignChance = "The source's rules are not this engine's, so nothing was simulated: chance levels are those that follow from who was alive at each ballot."

func bare(rules engine.Rules) engine.Rules {
	rules.Memory = engine.Memory{}
	return rules
}

// levels are the chance levels of the games: the mean over the rules that they were played by, where what players recall is no part of
// them. Other systems' rules are not ours, so that of their games only the levels are known that follow from the games themselves.
// What is simulated is kept in known.
func (f figures) levels(known map[engine.Rules]map[string]float64) (map[string]float64, error) {
	if f.foreign || len(f.rules) == 0 && f.cell.Imported != "" { // of no finished game nothing is known
		return f.summary.Realised(), nil
	}
	list := f.rules
	if len(list) == 0 {
		list = []ruled{{bare(f.cell.scenario.Rules), 1}}
	}
	out, games := map[string]float64{}, 0.0
	for _, r := range list {
		if known[r.rules] == nil {
			levels, err := chanceLevels(r.rules)
			if err != nil {
				return nil, fmt.Errorf("chance levels: %w", err)
			}
			known[r.rules] = levels
		}
		games += r.games
		for name, v := range known[r.rules] { // a sum for each name: no order comes out
			out[name] += r.games * v
		}
	}
	for name := range out {
		out[name] /= games
	}
	return out, nil
}

// takeGame counts a game and, if it is finished, reads it into its condition's summary. clean leaves out what a forfeit touched.
func (d *design) takeGame(list []figures, g memory.Game, events []engineStored, clean bool) (metrics.Game, bool, error) {
	cell, _ := d.place(g.Index)
	if cell >= len(list) {
		return metrics.Game{}, false, nil
	}
	s := list[cell].summary
	s.Started++
	switch batch.Status(g.Status) {
	case batch.Finished:
		s.Finished++
	case batch.Failed:
		s.Failed++
		return metrics.Game{}, false, nil
	case batch.Stopped:
		s.Stopped++
		return metrics.Game{}, false, nil
	default:
		return metrics.Game{}, false, nil
	}
	game, err := metrics.ReadGame(d.meta(g), events)
	if err != nil {
		return game, false, err
	}
	if len(game.Forfeits) > 0 {
		s.Forfeited++
		if clean {
			return game, false, nil
		}
	}
	s.Add(&game)
	list[cell].played(bare(game.Rules))
	list[cell].foreign = list[cell].foreign || game.Imported
	return game, true, nil
}

func (f *figures) played(rules engine.Rules) {
	for i := range f.rules {
		if f.rules[i].rules == rules {
			f.rules[i].games++
			return
		}
	}
	f.rules = append(f.rules, ruled{rules, 1})
}

// total adds up what became of the games of all conditions.
func total(list []figures) (sum metrics.Attrition) {
	for _, f := range list {
		a := f.summary.Attrition
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
