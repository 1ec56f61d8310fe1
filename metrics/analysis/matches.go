package analysis

import (
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Matches are who played whom, and who won, out of the finished games of batches. Games on one seed depend on one another, in whatever
// cell or batch, and are one unit.
type Matches struct {
	List  []Match
	units map[string]int
}

// Read adds the finished games of a batch.
func (m *Matches) Read(d *study.Design, games Games) error {
	if m.units == nil {
		m.units = map[string]int{}
	}
	return finished(d, games, false, func(r Record, g *metrics.Game) {
		key := d.Unit(r.Batch, r.ID, r.Index)
		if _, ok := m.units[key]; !ok {
			m.units[key] = len(m.units)
		}
		m.List = append(m.List, matchOf(g, m.units[key]))
	})
}

func matchOf(g *metrics.Game, unit int) Match {
	m := Match{Unit: unit, Outcome: 0.5}
	switch g.Winner {
	case engine.Minority():
		m.Outcome = 1
	case engine.Majority():
		m.Outcome = 0
	}
	for i, role := range g.Roles {
		if role.Team().Informed() {
			m.Traitors = append(m.Traitors, g.Policies[i])
		} else {
			m.Faithful = append(m.Faithful, g.Policies[i])
		}
	}
	return m
}
