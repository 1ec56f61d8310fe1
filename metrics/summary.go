package metrics

import (
	"math"
	"slices"
	"strings"
)

// Summary gathers every metric over the games of a batch: 8 bytes for each game and metric, and nothing else that grows.
type Summary struct {
	metrics   []Metric
	num, den  [][]float32
	survivals []Survival
	times     [][]Time
	wins      map[string]int
	season    int // of the last game; 0: games are units by themselves
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
// survival times without a name. It makes room for so many games, so that it grows by nothing.
func NewSummary(games int, names ...string) *Summary {
	s := &Summary{wins: map[string]int{}}
	for _, m := range All() {
		if len(names) == 0 || slices.Contains(names, m.Name) {
			s.metrics = append(s.metrics, m)
			s.num = append(s.num, make([]float32, 0, games))
			s.den = append(s.den, make([]float32, 0, games))
		}
	}
	if len(names) == 0 {
		s.survivals = Survivals()
		s.times = make([][]Time, len(s.survivals))
	}
	return s
}

// Add takes one game that is over. The games of a season are taken together.
func (s *Summary) Add(g *Game) {
	for i, m := range s.metrics {
		r := m.Fold(g)
		if last := len(s.num[i]) - 1; g.Season > 0 && g.Season == s.season {
			s.num[i][last] += float32(r.Num)
			s.den[i][last] += float32(r.Den)
			continue
		}
		s.num[i], s.den[i] = append(s.num[i], float32(r.Num)), append(s.den[i], float32(r.Den))
	}
	for i, m := range s.survivals {
		s.times[i] = append(s.times[i], m.Times(g)...)
	}
	s.season = g.Season
	s.wins[g.Winner.String()]++
	s.Analysed++
}

// Units are what the bootstrap draws: games, or seasons where memory spans games. Games of a season have to follow one another.
func (s *Summary) Units() int {
	if len(s.num) == 0 {
		return 0
	}
	return len(s.num[0])
}

// BySeason reports whether the units are seasons.
func (s *Summary) BySeason() bool { return s.season > 0 }

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
	Games   int     // units with a case: games, or seasons where memory spans games
	Chance  float64
}

// Rows are the figures of the batch, in the order of docs/metrics.md. chance gives the level of a metric under random play,
// and may be nil.
func (s *Summary) Rows(chance map[string]float64) []Row {
	draws := newResampler(s.Units())
	var out []Row
	for i, m := range s.metrics {
		row := Row{Metric: m.Name, Unit: m.Unit, Section: m.Section, Mean: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Chance: math.NaN()}
		var sum Ratio
		for k := range s.num[i] {
			sum = sum.Plus(Ratio{float64(s.num[i][k]), float64(s.den[i][k])})
			if s.den[i][k] != 0 {
				row.Games++
			}
		}
		row.N = sum.Den
		if v, ok := sum.Value(); ok {
			row.Mean = v
			row.Lo, row.Hi = s.interval(draws, i, sum)
		}
		if c, ok := chance[m.Name]; ok {
			row.Chance = c
		}
		out = append(out, row)
	}
	for i, m := range s.survivals {
		_, mean := KaplanMeier(s.times[i])
		if !slices.ContainsFunc(s.times[i], func(t Time) bool { return !t.Censored }) {
			mean = math.NaN() // nobody came to the event
		}
		out = append(out, Row{Metric: m.Name, Unit: m.Unit, Section: m.Section, Mean: mean, Lo: math.NaN(), Hi: math.NaN(),
			N: float64(len(s.times[i])), Games: s.Analysed, Chance: math.NaN()})
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
		r, _ := units{s.num[i], s.den[i]}.ratio()
		if v, ok := r.Value(); ok {
			out[metric] = v
		}
	}
	return out
}

// interval is Wilson's for a share of independent games, and the bootstrap's over games for everything else.
func (s *Summary) interval(draws *resampler, i int, sum Ratio) (lo, hi float64) {
	if s.metrics[i].Unit == shareOfGames && s.season == 0 {
		return Wilson(sum.Num, sum.Den, 0.05)
	}
	return draws.interval(s.num[i], s.den[i])
}

// shareOfGames is the unit of a metric that is a yes or no of each game.
const shareOfGames = "share of games"
