package analysis

import (
	"math"
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// InfoRow is a figure of section F. Value is in bits, corrected for its bias; Level is what the same estimate comes to when the
// teams are shuffled within each game, and LevelHi its 95 % quantile. NaN where there is no case.
type InfoRow struct {
	Metric, Unit string
	Value        float64
	Lo, Hi       float64 // 95 %, over games
	N            float64 // cases
	Games        int     // units with a case
	Level        float64
	LevelHi      float64
	Quarter      float64 // the mean of the estimate over quarters of the units; NaN where there is none
	Unsteady     bool    // it is farther from Value than its interval's half: there are too few units for the correction
	Doc          string
}

// infoRow is the empty row of a figure.
func infoRow(name string) InfoRow {
	none := math.NaN()
	row := InfoRow{Metric: name, Value: none, Lo: none, Hi: none, Level: none, LevelHi: none, Quarter: none}
	for _, f := range metrics.BatchFigures() {
		if f.Name == name {
			row.Unit, row.Doc = f.Unit, f.Doc
		}
	}
	return row
}

// infoKinds are what a statement may do to another seat, the first that fits; the last is nothing.
var infoKinds = []engine.ActKind{engine.Accuse, engine.Defend, engine.Promise, engine.Question}

const (
	infoRows   = 5 // infoKinds and nothing; of a ballot: named, not named
	infoShuffs = 200
)

// channel is one mutual information of metrics.BatchFigures: what seats of a team do to another, against that other's team.
type channel struct {
	name    string
	traitor bool // whose doings
	ballots bool
}

var channels = []channel{
	{"statement_information_traitors", true, false},
	{"statement_information_faithful", false, false},
	{"ballot_information_traitors", true, true},
	{"ballot_information_faithful", false, true},
}

// gameInfo is what one game adds: by channel, kind and subject, how often.
type gameInfo struct {
	unit   int
	teams  []bool // by seat: a traitor
	counts [4][infoRows][]uint16
}

// Information gathers section F over games: mutual informations in bits, with their level under shuffled teams.
type Information struct{ games []gameInfo }

// Add takes one game that is over. A game without acts has no case of statements.
func (x *Information) Add(g *metrics.Game) {
	one := gameInfo{unit: g.Unit(), teams: make([]bool, g.N)}
	for i := range one.teams {
		one.teams[i] = g.Traitors.Has(engine.Seat(i))
	}
	for c := range one.counts {
		flat := make([]uint16, infoRows*g.N)
		for k := range one.counts[c] {
			one.counts[c][k] = flat[k*g.N : (k+1)*g.N]
		}
	}
	for i := range g.Rounds {
		r := &g.Rounds[i]
		if g.Knows(engine.KindActs) {
			one.statements(r)
		}
		one.ballots(r)
	}
	x.games = append(x.games, one)
}

// side is the channel of a doer.
func side(r *metrics.Round, seat engine.Seat, ballots bool) int {
	c := 0
	if !r.Traitors.Has(seat) {
		c = 1
	}
	if ballots {
		c += 2
	}
	return c
}

func (one *gameInfo) statements(r *metrics.Round) {
	for k := range r.Statements {
		s := &r.Statements[k]
		if s.Silent() {
			continue
		}
		c := side(r, s.Seat, false)
		for j := range r.Living.Without(s.Seat).All() {
			one.counts[c][kindToward(s.Acts, j)][j]++
		}
	}
}

// kindToward is the place of what the acts do to a seat in infoKinds, and past it where they do nothing.
func kindToward(acts []engine.Act, seat engine.Seat) int {
	for k, kind := range infoKinds {
		if slices.ContainsFunc(acts, func(a engine.Act) bool { return a.Kind == kind && a.Seat == seat }) {
			return k
		}
	}
	return len(infoKinds)
}

func (one *gameInfo) ballots(r *metrics.Round) {
	for _, b := range r.Stage(0) {
		if b.Forfeited || b.Illegal || b.Target == engine.NoSeat {
			continue
		}
		c := side(r, b.Voter, true)
		for j := range r.Living.Without(b.Voter).All() {
			k := 1
			if j == b.Target {
				k = 0
			}
			one.counts[c][k][j]++
		}
	}
}

// contingency counts by kind and team of the subject.
type contingency [infoRows][2]float64

func (t *contingency) add(one *gameInfo, c int, teams []bool, times float64) {
	for k, row := range one.counts[c] {
		for j, n := range row {
			team := 0
			if teams[j] {
				team = 1
			}
			t[k][team] += times * float64(n)
		}
	}
}

func (t *contingency) plus(o *contingency, times float64) {
	for k := range t {
		for team := range t[k] {
			t[k][team] += times * o[k][team]
		}
	}
}

// bits is the mutual information of kind and team in bits, H(X) + H(Y) − H(X, Y), each entropy corrected by (m − 1) / 2N for its m
// values that occur (Miller 1955). It can be below 0, where there is none.
func (t *contingency) bits() (value, n float64) {
	var rows [infoRows]float64
	var cols [2]float64
	var cells []float64
	for k := range t {
		for team, v := range t[k] {
			rows[k], cols[team], n = rows[k]+v, cols[team]+v, n+v
			cells = append(cells, v)
		}
	}
	if n == 0 {
		return math.NaN(), 0
	}
	return entropy(rows[:], n) + entropy(cols[:], n) - entropy(cells, n), n
}

// entropy in bits of counts that add up to n, corrected by Miller and Madow.
func entropy(counts []float64, n float64) float64 {
	h, values := 0.0, 0.0
	for _, v := range counts {
		if v > 0 {
			h -= v / n * math.Log2(v/n)
			values++
		}
	}
	return h + (values-1)/(2*n*math.Ln2)
}

// Rows are the figures, in the order of docs/metrics.md.
func (x *Information) Rows() []InfoRow {
	out := make([]InfoRow, len(channels))
	for c, ch := range channels {
		out[c] = infoRow(ch.name)
		x.row(&out[c], c)
	}
	return out
}

func (x *Information) row(row *InfoRow, c int) {
	tables := x.units(c)
	var all contingency
	for i := range tables {
		all.plus(&tables[i], 1)
		if _, n := tables[i].bits(); n > 0 {
			row.Games++
		}
	}
	if row.Value, row.N = all.bits(); row.N == 0 {
		return
	}
	row.Lo, row.Hi = resampled(tables, row.Value)
	row.Quarter = quartered(tables)
	row.Unsteady = math.Abs(row.Quarter-row.Value) > (row.Hi-row.Lo)/2
	row.Level, row.LevelHi = x.shuffled(c)
}

// units are the tables by unit: a game, a season, or a table that policies take turns at.
func (x *Information) units(c int) []contingency {
	var out []contingency
	last := 0
	for i := range x.games {
		g := &x.games[i]
		if len(out) == 0 || g.unit == 0 || g.unit != last {
			out = append(out, contingency{})
		}
		last = g.unit
		out[len(out)-1].add(g, c, g.teams, 1)
	}
	return out
}

// quartered is the mean of the estimate over quarters of the units. An estimate without bias is the same over few units as over many.
func quartered(tables []contingency) float64 {
	const parts = 4
	sum := 0.0
	for part := range parts {
		var t contingency
		for i := part; i < len(tables); i += parts {
			t.plus(&tables[i], 1)
		}
		v, n := t.bits()
		if n == 0 {
			return math.NaN()
		}
		sum += v / parts
	}
	return sum
}

// resampled is the percentile interval of a bootstrap over units about a value, less what the draws are above it in the mean: a draw has
// fewer different units and so looks more orderly. None of fewer than stats.FewestUnits. It does not reach below 0, which no information
// does, unless the value is there.
func resampled(tables []contingency, value float64) (lo, hi float64) {
	if len(tables) < stats.FewestUnits {
		return math.NaN(), math.NaN()
	}
	values, mean := make([]float64, 0, stats.Draws), 0.0
	for d := range stats.Draws {
		src := engine.Dice(0, "information", d, len(tables), engine.NoSeat)
		var t contingency
		for range tables {
			t.plus(&tables[engine.Below(len(tables), src)], 1)
		}
		if v, n := t.bits(); n > 0 {
			values = append(values, v)
			mean += v
		}
	}
	slices.Sort(values)
	bias := mean/float64(len(values)) - value
	lo, hi = stats.Quantile(values, 0.025)-bias, stats.Quantile(values, 0.975)-bias
	return max(lo, min(0, value)), max(hi, value)
}

// shuffled is the mean of the estimate, and its 95 % quantile, when the teams are dealt anew among the seats of each game: roles are
// shuffled within a game, never rows.
func (x *Information) shuffled(c int) (mean, high float64) {
	values := make([]float64, infoShuffs)
	for d := range values {
		var t contingency
		for i := range x.games {
			g := &x.games[i]
			teams := slices.Clone(g.teams)
			engine.Shuffle(teams, engine.Dice(uint64(d), "shuffle", i, c, engine.NoSeat))
			t.add(g, c, teams, 1)
		}
		values[d], _ = t.bits()
		mean += values[d] / infoShuffs
	}
	slices.Sort(values)
	return mean, stats.Quantile(values, 0.95)
}
