package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Summary gathers every metric over the games of a batch, in memory that does not grow with them (stats.Sample).
type Summary struct {
	metrics   []metrics.Metric
	samples   []stats.Sample
	survivals []metrics.Survival
	times     []stats.Lifetimes
	wins      map[string]int
	last      metrics.GameMeta // of the games
	happened  []float64        // by metric: Metric.Happened, summed
	cases     []float64        // by metric: of Metric.Of, summed
	most      engine.Rules     // the most players, traitors and rounds of a game
	stated    stats.Calibration
	ended     int     // units with a game that came to its end
	missing   float64 // games that have no end, or whose end was left out
	Attrition
}

// Attrition is what became of the games that were planned.
type Attrition struct {
	Planned   int `json:"planned"`
	Started   int `json:"started"`
	Finished  int `json:"finished"`
	Failed    int `json:"failed"`
	Stopped   int `json:"stopped"`
	Forfeited int `json:"forfeited"`
	Analysed  int `json:"analysed"`
}

// NewSummary makes an empty summary of the metrics that are named, in the order of docs/metrics.md, and of all of them and the
// survival times without a name.
func NewSummary(names ...string) *Summary {
	s := &Summary{wins: map[string]int{}}
	for _, m := range metrics.All() {
		if len(names) == 0 || slices.Contains(names, m.Name) {
			s.metrics = append(s.metrics, m)
		}
	}
	s.samples = make([]stats.Sample, len(s.metrics))
	s.happened, s.cases = make([]float64, len(s.metrics)), make([]float64, len(s.metrics))
	if len(names) == 0 {
		s.survivals = metrics.Survivals()
		s.times = make([]stats.Lifetimes, len(s.survivals))
	}
	return s
}

// NewArm is NewSummary for Compare, which pairs and shuffles the units: it keeps them all, 8 bytes for each and metric.
func NewArm(names ...string) *Summary {
	s := NewSummary(names...)
	for i := range s.samples {
		s.samples[i].KeepAll()
	}
	return s
}

// Add takes one game that is over. The games of a season or of a table are taken together.
func (s *Summary) Add(g *metrics.Game) {
	for i, m := range s.metrics {
		r, n := m.Of(g)
		s.cases[i] += n
		if g.SameUnit(s.last) {
			s.samples[i].More(r.Num, r.Den)
		} else {
			s.samples[i].Add(r.Num, r.Den)
		}
		if m.Happened != nil {
			s.happened[i] += m.Happened(g)
		}
	}
	s.by(g.Rules)
	if s.Analysed == 0 || !g.SameUnit(s.last) {
		s.ended++
	}
	for i, m := range s.survivals {
		s.times[i].Add(m.Times(g))
	}
	if s.survivals != nil {
		metrics.Calibrate(&s.stated, g)
	}
	s.last = g.GameMeta
	s.wins[g.Winner.String()]++
	s.Analysed++
}

// AddUnended takes one game that came to no end: into the figures that count such games, and into the times, where it is censored. To the
// others it is a unit without a case.
func (s *Summary) AddUnended(g *metrics.Game) {
	for i, m := range s.metrics {
		var r metrics.Ratio
		var n float64
		if m.OfAll {
			r, n = m.Of(g)
			s.cases[i] += n
		}
		if g.SameUnit(s.last) {
			s.samples[i].More(r.Num, r.Den)
		} else {
			s.samples[i].Add(r.Num, r.Den)
		}
	}
	for i, m := range s.survivals {
		s.times[i].Add(m.Times(g))
	}
	s.by(g.Rules)
	s.last = g.GameMeta
	s.missing++
}

// Drop counts a game whose end is known and is left out.
func (s *Summary) Drop(g *metrics.Game) {
	s.by(g.Rules)
	s.missing++
}

func (s *Summary) by(r engine.Rules) {
	s.most.Players, s.most.Traitors = max(s.most.Players, r.Players), max(s.most.Traitors, r.Traitors)
	s.most.MaxRounds = max(s.most.MaxRounds, r.MaxRounds)
}

// Missing is how many games are over and not in the figures of how games end.
func (s *Summary) Missing() int { return int(s.missing) }

// Units are what the bootstrap draws: games, or seasons where memory spans games, or tables where policies take turns at them. The
// games of a unit have to follow one another.
func (s *Summary) Units() int {
	if len(s.samples) == 0 {
		return 0
	}
	return s.samples[0].Units()
}

// Unit says what the units are: game, season or table.
func (s *Summary) Unit() string {
	switch {
	case s.last.Season > 0:
		return "season"
	case s.last.Table > 0:
		return "table"
	}
	return "game"
}

// Wins is how many of the games the team has won; NoTeam: how many were drawn.
func (s *Summary) Wins(team engine.Team) int { return s.wins[team.String()] }

// Row is a metric of a batch. Mean, Lo, Hi, Chance and ChanceSE are NaN where they are undefined.
type Row struct {
	Metric  string
	Unit    string
	Section string
	Mean    float64
	stats.Interval
	N        float64 // cases
	Games    int     // units with a case
	Chance   float64
	ChanceSE float64 // its standard error, 0 where a formula gives the level
	// Least and Most are what the figure would be if every game that is missing had ended in the one extreme way, or in the other
	// (Manski 1989, doi:10.2307/145818): of figures of how games end, where games have no end or were left out; else NaN.
	Least, Most float64
}

// Rows are the figures of the batch, in the order of docs/metrics.md. The interval of a share of independent games is Wilson's, and the
// bootstrap's over units that of everything else. chance gives the level of a metric by chance,
// and may be nil.
func (s *Summary) Rows(chance map[string]Level) []Row {
	draws := stats.NewResampler(s.Units(), dice)
	var out []Row
	for i, m := range s.metrics {
		row := Row{Metric: m.Name, Unit: m.Unit, Section: m.Section, Mean: math.NaN(),
			Interval: draws.Interval(&s.samples[i], m.Bounds(s.most))}
		sums := pooled(&s.samples[i])
		row.N, row.Games = s.cases[i], s.samples[i].Cases()
		if v, ok := sums.Value(); ok {
			row.Mean = v
			if m.Unit == shareOfGames && s.last.Unit() == 0 {
				row.Interval = stats.WilsonOf(sums.Num, sums.Den)
			} else if m.Happened != nil && row.Why == "" {
				row.Interval = row.Unless(s.happened[i], sums.Den)
			}
		}
		if row.Least, row.Most = math.NaN(), math.NaN(); m.OfEnds && s.missing > 0 {
			within := m.Bounds(s.most)
			row.Least = (sums.Num + s.missing*within.Lo) / (sums.Den + s.missing)
			row.Most = (sums.Num + s.missing*within.Hi) / (sums.Den + s.missing)
		}
		out = append(out, row)
	}
	out = append(out, s.wholes()...)
	for i := range out {
		out[i].Chance, out[i].ChanceSE = chanceOf(chance, out[i].Metric)
	}
	slices.SortStableFunc(out, func(a, b Row) int { return strings.Compare(a.Section, b.Section) })
	return out
}

func chanceOf(levels map[string]Level, metric string) (mean, se float64) {
	if l, ok := levels[metric]; ok {
		return l.Mean, l.SE
	}
	return math.NaN(), math.NaN()
}

// gap has no level by random play, which makes no acts.
const gap = "thought_speech_gap"

// wholes are the figures that games have together and none has by itself: times to an event, up to the longest one that was seen, and how
// well stated beliefs are calibrated.
func (s *Summary) wholes() (out []Row) {
	for i, m := range s.survivals {
		t := &s.times[i]
		row := Row{Metric: m.Name, Unit: m.Unit, Section: m.Section, Mean: t.Mean(), Interval: stats.None, N: float64(t.N()),
			Games: s.Units(), Least: math.NaN(), Most: math.NaN()}
		if curve := t.Curve(); len(curve) > 0 {
			row.Unit = fmt.Sprintf("%s, up to %d", m.Unit, curve[len(curve)-1].Round)
		}
		if s.last.Unit() == 0 && m.Independent { // else its cases depend on one another, which the formula does not know
			row.Interval = t.Interval()
		}
		out = append(out, row)
	}
	if s.survivals != nil {
		v, n := s.stated.ECE()
		out = append(out, Row{Metric: "ece", Unit: "probability", Section: "C", Mean: v, Interval: stats.None, N: n, Games: s.Units(),
			Least: math.NaN(), Most: math.NaN()})
	}
	return out
}

// Realised are the chance levels that follow from the games as they went, whatever their rules: who was alive when a ballot opened says
// how often a seat drawn by lot would have been a traitor, and what a speaker believed how often an act about one would have belied it.
func (s *Summary) Realised() map[string]Level {
	out := map[string]Level{"vote_lift": {}}
	for metric, level := range map[string]string{"ballot_accuracy": "ballot_accuracy_chance", "banishment_accuracy": "banishment_chance",
		"fcr_curvo": "ballot_chance", gap: gap + "_chance"} {
		i := slices.IndexFunc(s.metrics, func(m metrics.Metric) bool { return m.Name == level })
		if i < 0 {
			continue
		}
		if v, ok := pooled(&s.samples[i]).Value(); ok {
			out[metric] = Level{v, math.NaN()}
		}
	}
	return out
}

// pooled is the ratio over all units.
func pooled(s *stats.Sample) metrics.Ratio {
	num, den := s.Sums()
	return metrics.Ratio{Num: num, Den: den}
}

// Spread is a metric's linearised standard deviation a unit in these games: √n times the standard error of its ratio; NaN where
// it has fewer than two units or does not vary.
func (s *Summary) Spread(name string) float64 {
	for i, m := range s.metrics {
		if m.Name == name {
			return s.samples[i].Spread()
		}
	}
	return math.NaN()
}

// shareOfGames is the unit of a metric that is a yes or no of each game.
const shareOfGames = "share of games"
