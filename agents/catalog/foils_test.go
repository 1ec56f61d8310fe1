package catalog

import (
	"math"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// A table of copycats is a herd: on a day with talk all but the one accused vote for it, sealed ballot or open; without talk, only where
// the ballots are open.
func TestCopyFollowsTheFirst(t *testing.T) {
	for _, c := range []struct {
		ballot string
		passes int
		herd   bool
	}{{"sealed", 1, true}, {"open", 1, true}, {"open", 0, true}, {"sealed", 0, false}} {
		r := engine.DefaultRules()
		r.Ballot, r.Passes = c.ballot, c.passes
		r = r.Complete()
		days, herds := 0, 0
		for seed := range uint64(20) {
			b := newTable(t, seed, r, everyone("copy"))
			b.play()
			votes := map[int]map[engine.Seat]int{}
			for _, e := range b.events {
				if v, ok := e.Body.(engine.Ballot); ok && v.Stage == 0 {
					if votes[e.Round] == nil {
						votes[e.Round] = map[engine.Seat]int{}
					}
					votes[e.Round][v.Target]++
				}
			}
			for _, day := range votes {
				all, top := 0, 0
				for _, n := range day {
					all, top = all+n, max(top, n)
				}
				days++
				if top >= all-1 {
					herds++
				}
			}
		}
		if (herds == days) != c.herd || days < 20 || !c.herd && herds > days/4 {
			t.Errorf("%+v: %d of %d days are herds", c, herds, days)
		}
	}
}

// The liar's rate is that of its statements in either team, and each falsehood is one that the speaker could know to be false: roles are
// read from the deal, promises from the ballots.
func TestLiarLiesAtItsRate(t *testing.T) {
	for spec, rate := range map[string]float64{"liar?rate=0": 0, "liar?rate=0.3": 0.3, "liar": 1} {
		said, lies := map[bool]float64{}, map[bool]float64{}
		kinds := map[bool]map[engine.ActKind]int{false: {}, true: {}}
		for seed := range uint64(60) {
			b := newTable(t, seed, engine.DefaultRules().Complete(), everyone(spec))
			b.play()
			for _, e := range b.events {
				s, ok := e.Body.(engine.Statement)
				if !ok || e.Phase != engine.PhaseRoundTable {
					continue
				}
				traitor := b.state.Roles[s.Seat] == engine.RoleTraitor
				said[traitor]++
				for _, a := range s.Acts {
					if untrue(b, e.Round, s.Seat, a) {
						lies[traitor]++
						kinds[traitor][a.Kind]++
					} else if a.Kind == engine.Accuse || a.Kind == engine.Defend || a.Kind == engine.Claim {
						t.Fatalf("%s, seed %d: %+v is no lie", spec, seed, a)
					}
				}
			}
		}
		for _, traitor := range []bool{false, true} {
			se := math.Sqrt(rate * (1 - rate) / said[traitor])
			if got := lies[traitor] / said[traitor]; math.Abs(got-rate) > 4*se || said[traitor] < 200 {
				t.Errorf("%s: %v of %v statements are lies (traitors: %v)", spec, got, said[traitor], traitor)
			}
			if want := map[bool]int{false: 2, true: 4}[traitor]; rate > 0 && len(kinds[traitor]) != want {
				t.Errorf("%s: the lies are %v (traitors: %v), want %d kinds", spec, kinds[traitor], traitor, want)
			}
		}
	}
}

// untrue reports whether the speaker knew that the act was false.
func untrue(b *table, round int, speaker engine.Seat, a engine.Act) bool {
	traitor := func(s engine.Seat) bool { return b.state.Roles[s] == engine.RoleTraitor }
	switch a.Kind {
	case engine.Claim:
		return a.Role != b.state.Roles[speaker]
	case engine.Accuse:
		return traitor(speaker) && !traitor(a.Seat)
	case engine.Defend:
		return traitor(speaker) && traitor(a.Seat)
	case engine.Promise:
		for _, e := range b.events {
			if v, ok := e.Body.(engine.Ballot); ok && e.Round == round && v.Stage == 0 && v.Voter == speaker {
				return v.Target != a.Seat
			}
		}
	case engine.Question:
	}
	return false
}
