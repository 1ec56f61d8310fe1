package analysis

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/optimize"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// versus are games of one policy as the traitors against one as the faithful, each a unit of its own.
func versus(traitors, faithful string, games, wins int) (out []Match) {
	for k := range games {
		out = append(out, Match{Traitors: []string{traitors}, Faithful: []string{faithful}, Outcome: truth(k < wins)})
	}
	return out
}

func numbered(parts ...[]Match) []Match {
	all := slices.Concat(parts...)
	for i := range all {
		all[i].Unit = i
	}
	return all
}

// Two opposed batches tell who won in each, and no skill; which games would is said, and with those all skills are told.
func TestOpposedBatches(t *testing.T) {
	games := numbered(versus("a", "b", 15, 9), versus("b", "a", 15, 4))
	r, err := Rate(games, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range r.Ratings {
		if one.Known || one.Rank != 0 || one.Skill != 0 {
			t.Errorf("%+v", one)
		}
	}
	want := []Matchup{{"a", "b", 15, 9, 0.3575, 0.8018}, {"b", "a", 15, 4, 0.1090, 0.5195}}
	for i, m := range r.Matchups {
		w := want[i]
		if m.Traitors != w.Traitors || m.Faithful != w.Faithful || m.Wins != w.Wins || math.Abs(m.Lo-w.Lo) > 1e-4 ||
			math.Abs(m.Hi-w.Hi) > 1e-4 {
			t.Errorf("%+v, by Wilson's formula %+v", m, w)
		}
	}
	if r.Rank != 2 || r.Needed != 3 || !slices.Equal(r.Play, []Pairing{{"a", "a"}}) {
		t.Fatalf("%d of %d, play %v", r.Rank, r.Needed, r.Play)
	}
	more, err := Rate(numbered(games, versus("a", "a", 15, 8)), 5)
	if err != nil || more.Rank != 3 || len(more.Play) > 0 {
		t.Fatalf("%d of %d, play %v: %v", more.Rank, more.Needed, more.Play, err)
	}
	for _, one := range more.Ratings {
		if !one.Known || one.Rank == 0 {
			t.Errorf("%+v", one)
		}
	}
}

// The deviance is that of a logistic regression written out and climbed by another method; a table that adds up in log odds has none.
func TestFitAgainstAnotherMethod(t *testing.T) {
	src := engine.Dice(4, "fit", 0, 0, engine.NoSeat)
	var parts [][]Match
	var wins [3][3]float64
	names := []string{"a", "b", "c"}
	for i, x := range names {
		for j, y := range names {
			n := 5 + engine.Below(20, src)
			wins[i][j] = float64(n)
			parts = append(parts, versus(x, y, 30, n))
		}
	}
	minus := func(x []float64) (sum float64) { // less the log likelihood; the last faithful is the reference
		for i := range 3 {
			for j := range 3 {
				eta := x[i]
				if j < 2 {
					eta -= x[3+j]
				}
				sum -= wins[i][j]*eta - 30*math.Log1p(math.Exp(eta))
			}
		}
		return sum
	}
	best, err := optimize.Minimize(optimize.Problem{Func: minus}, make([]float64, 5), &optimize.Settings{FuncEvaluations: 20000},
		&optimize.NelderMead{})
	if err != nil {
		t.Fatal(err)
	}
	each := 0.0
	for i := range 3 {
		for j := range 3 {
			p := wins[i][j] / 30
			each += wins[i][j]*math.Log(p) + (30-wins[i][j])*math.Log(1-p)
		}
	}
	r, err := Rate(numbered(parts...), 5)
	if err != nil || r.Fit == nil {
		t.Fatal(err)
	}
	if want := 2 * (each + best.F); math.Abs(r.Fit.Deviance-want) > 0.01 || r.Fit.Degrees != 4 {
		t.Errorf("deviance %.4f on %d, by another method %.4f on 4", r.Fit.Deviance, r.Fit.Degrees, want)
	}
	// Odds of 1, 2, 2 and 4 multiply: nothing is left to explain.
	r, err = Rate(numbered(versus("a", "a", 60, 30), versus("a", "b", 60, 40), versus("b", "a", 60, 40), versus("b", "b", 60, 48)), 5)
	if err != nil || r.Fit.Deviance > 1e-3 || r.Fit.Degrees != 1 || *r.Fit.P < 0.95 {
		t.Errorf("%+v, %v", r.Fit, err)
	}
}

// An interaction that is planted is found, and one that is not there is chosen about as seldom as AIC says: P(χ²₄ > 8) = 0.092.
func TestModelsTellInteraction(t *testing.T) {
	trials := metricstest.Size(60, 400)
	chosen := map[bool]float64{}
	for _, planted := range []bool{false, true} {
		for trial := range trials {
			src := engine.Dice(uint64(trial), fmt.Sprint("interaction", planted), 0, 0, engine.NoSeat)
			var parts [][]Match
			for i, x := range []string{"a", "b", "c"} {
				for j, y := range []string{"a", "b", "c"} {
					eta := 0.6*float64(i-1) - 0.4*float64(j-1)
					if planted {
						eta += []float64{1.2, -1.2, 0}[(i+j)%3]
					}
					n := 0
					for range 60 {
						n += int(truth(unit(src) < 1/(1+math.Exp(-eta))))
					}
					parts = append(parts, versus(x, y, 60, n))
				}
			}
			m, err := newRatingModel(numbered(parts...))
			if err != nil {
				t.Fatal(err)
			}
			_, rank := m.space()
			_, models := m.judge(rank)
			chosen[planted] += truth(models[0].Name == EachMatchup) / float64(trials)
		}
	}
	for planted, wanted := range map[bool]string{false: "0.092, by χ²", true: "> 0.95"} {
		what := "no interaction, 9 match-ups of 60 games"
		if planted {
			what = "a planted interaction, 9 match-ups of 60 games"
		}
		metricstest.Record(t, metricstest.Row{Section: "estimators", Metric: "an interaction is chosen", What: what,
			Value: metricstest.Number(chosen[planted]), Wanted: wanted, Command: "go test -run ModelsTell ./metrics/analysis"})
	}
	if chosen[false] > 0.092+3.3*math.Sqrt(0.092*0.908/float64(trials)) || chosen[true] < 0.95 {
		t.Errorf("an interaction is chosen in %.3f where there is none, in %.3f where there is one", chosen[false], chosen[true])
	}
}
