package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/stats"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Arm is one side of a comparison: a condition, or several that are pooled.
type Arm struct {
	Figures
	Label string
	keys  []string // of its units: what they share with another arm's
}

// CellNamed finds a condition of a batch by its name; a batch without cells is one.
func CellNamed(d *study.Design, batch, name string) (int, error) {
	if name == "" && len(d.Cells) > 1 {
		return 0, study.Mistake(fmt.Errorf("batch %s has cells: say which as %s:CELL (%s)", batch, batch,
			strings.Join(d.CellNames(), ", ")))
	}
	if name == "" {
		return 0, nil
	}
	i := slices.Index(d.CellNames(), name)
	if i < 0 {
		return 0, study.Mistake(fmt.Errorf("batch %s has no cell %q; its cells are %s", batch, name, strings.Join(d.CellNames(), ", ")))
	}
	return i, nil
}

// Begin makes the arm one of a condition, for the metrics that are named, or checks that another condition may be pooled with it: it is
// unlike the first in the seed alone.
func (m *Arm) Begin(d *study.Design, cell int, names []string) error {
	if m.Condition == nil {
		m.Figures = figuresOf(d, cell, NewArm(names...))
		return nil
	}
	if diff := m.Condition.Differences(d.All()[cell]); len(diff) > 0 && !onlySeed(diff) {
		return study.Mistake(fmt.Errorf("%s can't be pooled: %s (--force pools them all the same)", m.Label, strings.Join(diff, "; ")))
	}
	return nil
}

func onlySeed(diff []string) bool { return len(diff) == 1 && strings.HasPrefix(diff[0], "seed ") }

// Read adds the finished games of a cell; clean leaves out what a forfeit touched.
func (m *Arm) Read(d *study.Design, cell int, games Games, clean bool) error {
	for r, err := range games {
		if err != nil {
			return err
		}
		if at, _ := d.Place(r.Index); at != cell {
			continue
		}
		before := m.Summary.Units()
		if _, _, err := m.take(d, r, clean); err != nil {
			return err
		}
		if m.Summary.Units() > before {
			m.keys = append(m.keys, d.Unit(r.Batch, r.ID, r.Index))
		}
	}
	return nil
}

// Units is how many units the arm has.
func (m *Arm) Units() int { return len(m.keys) }

// Pairs are the units of two arms that share a seed; nil unless every unit of the smaller one has its like.
func (m *Arm) Pairs(other *Arm) []stats.Pair {
	at := map[string]int{}
	for i, k := range m.keys {
		at[k] = i
	}
	var out []stats.Pair
	for j, k := range other.keys {
		if i, ok := at[k]; ok {
			out = append(out, stats.Pair{A: i, B: j})
		}
	}
	if len(out) < min(len(m.keys), len(other.keys)) {
		return nil
	}
	return out
}

// PairedSpread is how much a metric's difference varies by pair of units that share a seed, how the arms correlate, and how many pairs
// there are; none where the arms are no pairs.
func (m *Arm) PairedSpread(other *Arm, metric string) (sd, correlation float64, pairs int) {
	list := m.Pairs(other)
	at := func(s *Summary) int {
		return slices.IndexFunc(s.metrics, func(one metrics.Metric) bool { return one.Name == metric })
	}
	i, k := at(m.Summary), at(other.Summary)
	if i < 0 || k < 0 || len(list) == 0 {
		return math.NaN(), math.NaN(), 0
	}
	sd, correlation = stats.PairedSpread(&m.Summary.samples[i], &other.Summary.samples[k], list)
	return sd, correlation, len(list)
}

// Comparable refuses arms that are so unlike that their figures mean different things.
func (m *Arm) Comparable(other *Arm) error {
	if apart := m.Condition.Incomparable(other.Condition); len(apart) > 0 {
		return study.Mistake(fmt.Errorf("%s and %s can't be compared: %s (--force compares them all the same)", m.Label, other.Label,
			strings.Join(apart, "; ")))
	}
	return nil
}

// Effects are those of the metrics that both arms have, with the chance level of this one's rules. primary may be empty.
func (m *Arm) Effects(other *Arm, levels Levels, primary string) ([]Effect, error) {
	chance, err := m.levels(levels, map[engine.Rules]map[string]Level{})
	if err != nil {
		return nil, err
	}
	effects := Compare(m.Summary, other.Summary, m.Pairs(other), primary)
	for i, e := range effects {
		effects[i].Chance, effects[i].ChanceSE = chanceOf(chance, e.Metric)
	}
	return effects, nil
}
