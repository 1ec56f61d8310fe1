package catalog

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/posterior"
)

// TestBeliefsOfBayesBeatTheCounts compares, over games of bayes players, the Brier scores of the faithful's beliefs at the
// ballots with those of the observer that looks at the facts alone.
func TestBeliefsOfBayesBeatTheCounts(t *testing.T) {
	r := engine.DefaultRules().Complete()
	var bayes, facts, n float64
	for seed := range uint64(150) {
		b := newTable(t, 1000+seed, r, everyone("bayes"))
		var counts posterior.Counts
		b.play()
		for _, e := range b.events {
			if o, ok := engine.Observe(e, 0); ok {
				counts.Observe(o)
			}
			v, ok := e.Body.(engine.Belief)
			if !ok || v.Order != int(engine.FirstOrder) || e.Round < 2 || v.When != "ballot" {
				continue
			}
			prior := counts.PerMille(v.Observer)
			for i, p := range v.PerMille {
				if p == engine.Unstated {
					continue
				}
				truth := 0.0
				if b.state.Roles[i] == engine.RoleTraitor {
					truth = 1
				}
				bayes += sq(float64(p)/1000 - truth)
				facts += sq(float64(prior[i])/1000 - truth)
				n++
			}
		}
	}
	t.Logf("Brier score at the ballots from the second day: bayes %.4f, counts %.4f, n = %.0f", bayes/n, facts/n, n)
	if bayes > facts {
		t.Errorf("the ballots mislead: Brier score %.4f, the facts alone %.4f", bayes/n, facts/n)
	}
}

func sq(x float64) float64 { return x * x }
