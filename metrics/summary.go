package metrics

import (
	"math"
	"slices"
	"strings"
)

// Summary gathers every metric over the games of a batch, in memory that does not grow with them (sample).
type Summary struct {
	metrics   []Metric
	samples   []sample
	survivals []Survival
	times     []Lifetimes
	wins      map[string]int
	last      GameMeta // of the games
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
	for _, m := range All() {
		if len(names) == 0 || slices.Contains(names, m.Name) {
			s.metrics = append(s.metrics, m)
		}
	}
	s.samples = make([]sample, len(s.metrics))
	if len(names) == 0 {
		s.survivals = Survivals()
		s.times = make([]Lifetimes, len(s.survivals))
	}
	return s
}

// NewArm is NewSummary for Compare, which pairs and shuffles the units: it keeps them all, 8 bytes for each and metric.
func NewArm(names ...string) *Summary {
	s := NewSummary(names...)
	for i := range s.samples {
		s.samples[i].everyone = true
	}
	return s
}

// Add takes one game that is over. The games of a season or of a table are taken together.
func (s *Summary) Add(g *Game) {
	for i, m := range s.metrics {
		if r := m.Fold(g); g.SameUnit(s.last) {
			s.samples[i].more(r)
		} else {
			s.samples[i].add(r)
		}
	}
	for i, m := range s.survivals {
		s.times[i].Add(m.Times(g))
	}
	s.last = g.GameMeta
	s.wins[g.Winner.String()]++
	s.Analysed++
}

// Units are what the bootstrap draws: games, or seasons where memory spans games, or tables where policies take turns at them. The
// games of a unit have to follow one another.
func (s *Summary) Units() int {
	if len(s.samples) == 0 {
		return 0
	}
	return s.samples[0].closed().n
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

// Wins is how many of the games the team (traitors, faithful, draw) has won.
func (s *Summary) Wins(team string) int { return s.wins[team] }

// Row is a metric of a batch. Mean, Lo, Hi and Chance are NaN where they are undefined.
type Row struct {
	Metric  string
	Unit    string
	Section string
	Mean    float64
	Lo, Hi  float64 // 95 %
	N       float64 // cases
	Games   int     // units with a case
	Chance  float64
}

// Rows are the figures of the batch, in the order of docs/metrics.md. chance gives the level of a metric under random play,
// and may be nil.
func (s *Summary) Rows(chance map[string]float64) []Row {
	draws := newResampler(s.Units())
	var out []Row
	for i, m := range s.metrics {
		row := Row{Metric: m.Name, Unit: m.Unit, Section: m.Section, Mean: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Chance: math.NaN()}
		one := s.samples[i].closed()
		row.N, row.Games = one.sums.d, one.cases
		if v, ok := one.ratio().Value(); ok {
			row.Mean = v
			row.Lo, row.Hi = s.interval(draws, m, one)
		}
		if c, ok := chance[m.Name]; ok {
			row.Chance = c
		}
		out = append(out, row)
	}
	for i, m := range s.survivals {
		out = append(out, Row{Metric: m.Name, Unit: m.Unit, Section: m.Section, Mean: s.times[i].Mean(), Lo: math.NaN(), Hi: math.NaN(),
			N: float64(s.times[i].n()), Games: s.Analysed, Chance: math.NaN()})
	}
	slices.SortStableFunc(out, func(a, b Row) int { return strings.Compare(a.Section, b.Section) })
	return out
}

// Realised are the chance levels that follow from the games as they went, whatever their rules: who was alive when a ballot opened says
// how often a seat drawn by lot would have been a traitor.
func (s *Summary) Realised() map[string]float64 {
	out := map[string]float64{"vote_lift": 0}
	for metric, level := range map[string]string{"ballot_accuracy": "ballot_accuracy_chance", "banishment_accuracy": "banishment_chance", "fcr_curvo": "ballot_chance"} {
		i := slices.IndexFunc(s.metrics, func(m Metric) bool { return m.Name == level })
		if i < 0 {
			continue
		}
		if v, ok := s.samples[i].closed().ratio().Value(); ok {
			out[metric] = v
		}
	}
	return out
}

// interval is Wilson's for a share of independent games, and the bootstrap's over games for everything else.
func (s *Summary) interval(draws *resampler, m Metric, one *sample) (lo, hi float64) {
	if m.Unit == shareOfGames && s.last.unit() == 0 {
		return Wilson(one.sums.n, one.sums.d, 0.05)
	}
	return draws.interval(one)
}

// shareOfGames is the unit of a metric that is a yes or no of each game.
const shareOfGames = "share of games"
