package analysis

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// planted are skills that games are drawn by: as a traitor, as a faithful.
var planted = map[string][2]float64{"a": {1.5, 0.5}, "b": {0.5, -0.8}, "c": {0.9, 0.3}}

// crossed plays every policy as the traitors against every one as the faithful.
func crossed(seed uint64, games int) []Match {
	var out []Match
	src := engine.Dice(seed, "crossed", 0, 0, engine.NoSeat)
	for range games {
		for _, t := range []string{"a", "b", "c"} {
			for _, f := range []string{"a", "b", "c"} {
				p := 1 / (1 + math.Exp(-(planted[t][0] - planted[f][1])))
				out = append(out, Match{Traitors: []string{t, t}, Faithful: []string{f, f, f}, Outcome: truth(unit(src) < p),
					Unit: len(out)})
			}
		}
	}
	return out
}

// Planted skills are recovered, and the intervals hold them about as often as they say.
func TestRatingsRecoverSkills(t *testing.T) {
	const trials = 40
	covered, all := 0, 0
	sums := map[string]float64{}
	for trial := range trials {
		list, err := Rate(crossed(uint64(trial), 60), 30)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.Ratings {
			role := 0
			if r.Role == "faithful" {
				role = 1
			}
			want := planted[r.Policy][role]
			all++
			if r.Lo <= want && want <= r.Hi {
				covered++
			}
			sums[r.Role+r.Policy] += (r.Skill - want) / trials
		}
	}
	for name, bias := range sums {
		if math.Abs(bias) > 0.12 {
			t.Errorf("%s is off by %.3f in the mean", name, bias)
		}
	}
	share := float64(covered) / float64(all)
	t.Logf("intervals hold the planted skill in %.3f of %d", share, all)
	metricstest.Record(t, metricstest.Row{Section: "estimators", Metric: "interval of a rating", Value: metricstest.Number(share),
		What: "planted skills, 9 pairings of 60 games", Wanted: "0.9…0.99", Command: "go test -run RatingsRecover ./metrics/analysis"})
	if share < 0.9 || share > 0.99 {
		t.Errorf("intervals hold the planted skill in %.3f of %d", share, all)
	}
}

func TestRatingsIgnoreOrder(t *testing.T) {
	games := crossed(1, 20)
	first, err := Rate(games, 30)
	if err != nil {
		t.Fatal(err)
	}
	again := slices.Clone(games)
	engine.Shuffle(again, engine.Dice(3, "shuffle", 0, 0, engine.NoSeat))
	second, _ := Rate(again, 30)
	if !slices.Equal(first.Ratings, second.Ratings) {
		t.Errorf("another order gives other ratings:\n%v\n%v", first, second)
	}
	if first.Ratings[0].Role != "traitor" || first.Ratings[0].Rank != 1 || first.Ratings[0].Games != 60 {
		t.Errorf("%+v", first.Ratings[0])
	}
}

func TestRatingsOfMixedTables(t *testing.T) {
	src := engine.Dice(8, "mixed", 0, 0, engine.NoSeat)
	var games []Match
	names := []string{"a", "b", "c"}
	for i := range 3000 {
		m := Match{Unit: i}
		x := 0.0
		for range 2 {
			p := names[engine.Below(3, src)]
			m.Traitors, x = append(m.Traitors, p), x+planted[p][0]/2
		}
		for range 4 {
			p := names[engine.Below(3, src)]
			m.Faithful, x = append(m.Faithful, p), x-planted[p][1]/4
		}
		m.Outcome = truth(unit(src) < 1/(1+math.Exp(-x)))
		games = append(games, m)
	}
	list, err := Rate(games, 30)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list.Ratings {
		want := planted[r.Policy][0]
		if r.Role == "faithful" {
			want = planted[r.Policy][1]
		}
		if math.Abs(r.Skill-want) > 0.35 {
			t.Errorf("%s as a %s: %.2f, planted %.2f", r.Policy, r.Role, r.Skill, want)
		}
	}
}

// A policy that always won stays finite, draws count half, too few games give no rank.
func TestRatingsEdges(t *testing.T) {
	games := []Match{
		{Traitors: []string{"x"}, Faithful: []string{"y"}, Outcome: 1, Unit: 0},
		{Traitors: []string{"x"}, Faithful: []string{"y"}, Outcome: 1, Unit: 1},
		{Traitors: []string{"y"}, Faithful: []string{"y"}, Outcome: 0.5, Unit: 2},
	}
	list, err := Rate(games, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list.Ratings {
		if math.IsNaN(r.Skill) || math.Abs(r.Skill) > 20 {
			t.Errorf("%+v", r)
		}
		if ref := r.Role == "faithful"; r.Rank != 0 || r.Reference != ref || ref && r.Hi != 0 {
			t.Errorf("%+v", r)
		}
	}
	for name, bad := range map[string][]Match{
		"no finished games": nil,
		"playing itself": {{Traitors: []string{"x"}, Faithful: []string{"x", "x"}, Outcome: 1},
			{Traitors: []string{"y"}, Faithful: []string{"y"}, Outcome: 0}},
	} {
		if _, err := Rate(bad, 1); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A policy that won every one of few games has an interval as wide as so few games leave it: true skills of 3 are held about as often
// as the interval says.
func TestRatingsOfOneSidedRecords(t *testing.T) {
	covered, all := 0, 0
	for trial := range 60 {
		src := engine.Dice(uint64(trial), "one-sided", 0, 0, engine.NoSeat)
		var games []Match
		for range 20 {
			for _, g := range []Match{{Traitors: []string{"x"}, Faithful: []string{"y"}, Outcome: truth(unit(src) < 1/(1+math.Exp(-3)))},
				{Traitors: []string{"y"}, Faithful: []string{"y"}, Outcome: truth(unit(src) < 0.5)}} {
				g.Unit = len(games)
				games = append(games, g)
			}
		}
		list, err := Rate(games, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.Ratings {
			if r.Policy == "x" {
				all++
				if r.Lo <= 3 && 3 <= r.Hi {
					covered++
				}
				if r.Hi-r.Lo < 1 {
					t.Errorf("20 games leave %+v", r)
				}
			}
		}
	}
	if share := float64(covered) / float64(all); share < 0.88 {
		t.Errorf("a skill of 3 is held in %.2f", share)
	}
}

// Partners who never played apart can't be told apart, and have no number; who did is rated.
func TestRatingsOfPartners(t *testing.T) {
	var matches []Match
	src := engine.Dice(3, "partners", 0, 0, engine.NoSeat)
	for k := range 300 {
		m := Match{Faithful: []string{"x"}, Unit: k}
		if strong := k%2 == 0; strong {
			m.Traitors, m.Outcome = []string{"a", "b"}, truth(unit(src) < 0.8)
		} else {
			m.Traitors, m.Outcome = []string{"c"}, truth(unit(src) < 0.4)
		}
		matches = append(matches, m)
	}
	list, err := Rate(matches, 30)
	if err != nil {
		t.Fatal(err)
	}
	ranks, known := map[string]int{}, map[string]bool{}
	for _, r := range list.Ratings {
		if r.Role == "traitor" {
			ranks[r.Policy], known[r.Policy] = r.Rank, r.Known
		}
	}
	if known["a"] || known["b"] || !known["c"] || ranks["a"] != 0 || ranks["c"] != 1 || list.Rank != 2 || list.Needed != 3 {
		t.Errorf("ranks %v, known %v, %d of %d", ranks, known, list.Rank, list.Needed)
	}
}
