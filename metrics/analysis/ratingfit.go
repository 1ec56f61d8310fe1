package analysis

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Rated is what games between policies say of them.
type Rated struct {
	Ratings  []Rating  `json:"ratings"` // the traitors' first, then by skill; those that are not identified last
	Matchups []Matchup `json:"matchups"`
	Fit      *Fit      `json:"fit,omitempty"`    // of the skills to the match-ups; nil where there are too few games a match-up
	Models   []Model   `json:"models,omitempty"` // the preferred one first
	// Rank is how many differences of skills the line-ups that were played can tell, Needed how many there are.
	Rank   int `json:"rank"`
	Needed int `json:"needed"`
	// Play are pairings (a policy as the traitors, one as the faithful) of which each would tell one difference more.
	Play []Pairing `json:"play,omitempty"`
}

// Pairing is a policy in all the traitors' seats against one in all the faithful's.
type Pairing struct {
	Traitors string `json:"traitors"`
	Faithful string `json:"faithful"`
}

// Matchup is a line-up and how often its traitors won: Wilson's 95 % interval, draws being half a win.
type Matchup struct {
	Traitors string  `json:"traitors"` // policies; several are joined by " + "
	Faithful string  `json:"faithful"`
	Games    int     `json:"games"`
	Wins     float64 `json:"wins"`
	Lo       float64 `json:"lo"`
	Hi       float64 `json:"hi"`
}

// Fit is how well the skills account for the match-ups: the deviance from a chance of its own for each, on as many degrees of freedom as
// there are match-ups more than differences of skills, and how likely chance alone makes it as large (χ²). 0 degrees: it can't miss.
type Fit struct {
	Deviance float64  `json:"deviance"`
	Degrees  int      `json:"degrees"`
	P        *float64 `json:"p"`
}

// Model is one of nested accounts of who won, with Akaike's criterion (1974, doi:10.1109/TAC.1974.1100705): the less the better.
type Model struct {
	Name       string  `json:"name"`
	Parameters int     `json:"parameters"`
	AIC        float64 `json:"aic"`
}

// What accounts for who won, in Model.Name.
const (
	NoSkill      = "no skill"        // one chance for all games
	Deceiving    = "deceiving alone" // the traitors' skills
	Detecting    = "detecting alone" // the faithful's skills
	BothSkills   = "deceiving and detecting"
	EachMatchup  = "each match-up its own" // with their interaction
	gamesToJudge = 5                       // a match-up, on average, below which the fit is not judged
	negligible   = 1e-8
)

// matchups are the line-ups with their wins, in the order of their names.
func (m *ratingModel) matchups() []Matchup {
	t := m.whole()
	out := make([]Matchup, len(m.lineups))
	for i, l := range m.lineups {
		traitors, faithful, _ := strings.Cut(l.key, "\x02")
		side := func(key string) string {
			_, list, _ := strings.Cut(key, "\x00")
			names := slices.Compact(strings.Split(list, "\x01"))
			return strings.Join(names, " + ")
		}
		w := stats.WilsonOf(t.wins[i], t.games[i])
		out[i] = Matchup{side(traitors), side(faithful), int(t.games[i]), t.wins[i], w.Lo, w.Hi}
	}
	slices.SortStableFunc(out, func(a, b Matchup) int {
		return cmp.Or(cmp.Compare(a.Traitors, b.Traitors), cmp.Compare(a.Faithful, b.Faithful))
	})
	return out
}

// space is what the line-ups that were played can tell: an orthonormal basis of the rows of the design.
type space struct{ basis *mat.Dense }

// row is a line-up's row of the design: the skills' weights and the intercept.
func (m *ratingModel) row(l lineup) []float64 { return append(slices.Clone(l.weight), 1) }

func (m *ratingModel) space() (s space, rank int) {
	n := len(m.names) + 1
	design := mat.NewDense(len(m.lineups), n, nil)
	for i, l := range m.lineups {
		design.SetRow(i, m.row(l))
	}
	var svd mat.SVD
	if !svd.Factorize(design, mat.SVDThin) {
		return space{mat.NewDense(n, 1, nil)}, 0
	}
	values := svd.Values(nil)
	for rank < len(values) && values[rank] > negligible*values[0] {
		rank++
	}
	var v mat.Dense
	svd.VTo(&v)
	return space{mat.DenseCopyOf(v.Slice(0, n, 0, rank))}, rank
}

// tells reports whether the line-ups settle a contrast: whether it lies among their rows.
func (s space) tells(contrast []float64) bool {
	n, rank := s.basis.Dims()
	left := slices.Clone(contrast)
	for k := range rank {
		along := 0.0
		for i := range n {
			along += contrast[i] * s.basis.At(i, k)
		}
		for i := range n {
			left[i] -= along * s.basis.At(i, k)
		}
	}
	rest := 0.0
	for _, v := range left {
		rest += v * v
	}
	return rest < 1e-12
}

// needed are the differences that a full rating takes: of skills within each role, and what the traitors' role is worth.
func (m *ratingModel) needed() int { return len(m.names) - 1 }

// play are the pairings of which each would tell something that the line-ups don't, until there is none left.
func (m *ratingModel) play() []Pairing {
	grown := *m
	grown.lineups = slices.Clone(m.lineups)
	policies := map[string]bool{}
	for _, name := range m.names {
		_, policy, _ := strings.Cut(name, "\x00")
		policies[policy] = true
	}
	var out []Pairing
	for _, t := range slices.Sorted(maps.Keys(policies)) {
		for _, f := range slices.Sorted(maps.Keys(policies)) {
			l := lineup{weight: make([]float64, len(m.names))}
			at, okT := m.index["traitor\x00"+t]
			of, okF := m.index["faithful\x00"+f]
			if !okT || !okF {
				continue
			}
			l.weight[at], l.weight[of] = 1, -1
			if s, _ := grown.space(); !s.tells(grown.row(l)) {
				grown.lineups = append(grown.lineups, l)
				out = append(out, Pairing{t, f})
			}
		}
	}
	return out
}

// judge compares what accounts for who won. A fit without a prior is what the criterion is defined for.
func (m *ratingModel) judge(rank int) (*Fit, []Model) {
	t := m.whole()
	games := 0.0
	for _, n := range t.games {
		games += n
	}
	if games < gamesToJudge*float64(len(m.lineups)) {
		return nil, nil
	}
	each := 0.0
	for i := range m.lineups {
		each += logLikelihood(t.games[i], t.wins[i], t.wins[i]/t.games[i])
	}
	alone := func(role string) (float64, int) {
		part := *m
		part.lineups = slices.Clone(m.lineups)
		for i, l := range part.lineups {
			w := slices.Clone(l.weight)
			for k, name := range m.names {
				if !strings.HasPrefix(name, role) {
					w[k] = 0
				}
			}
			part.lineups[i].weight = w
		}
		_, r := part.space()
		return part.likelihood(t), r
	}
	aic := func(name string, logL float64, k int) Model { return Model{name, k, 2*float64(k) - 2*logL} }
	both := m.likelihood(t)
	none, one := alone("nobody")
	deceiving, d := alone("traitor")
	detecting, f := alone("faithful")
	models := []Model{aic(NoSkill, none, one), aic(Deceiving, deceiving, d), aic(Detecting, detecting, f), aic(BothSkills, both, rank),
		aic(EachMatchup, each, len(m.lineups))}
	slices.SortStableFunc(models, func(a, b Model) int { return cmp.Or(cmp.Compare(a.AIC, b.AIC), a.Parameters-b.Parameters) })
	fit := &Fit{Deviance: max(0, 2*(each-both)), Degrees: len(m.lineups) - rank}
	if fit.Degrees > 0 {
		p := distuv.ChiSquared{K: float64(fit.Degrees)}.Survival(fit.Deviance)
		fit.P = &p
	}
	return fit, models
}

// likelihood is the greatest log likelihood that skills have, within a prior too weak to matter.
func (m *ratingModel) likelihood(t ratingTally) (sum float64) {
	free := *m
	free.prior = 100
	beta, _ := free.solve(t)
	for i, l := range m.lineups {
		x := 0.0
		for k, w := range m.row(l) {
			x += beta[k] * w
		}
		sum += logLikelihood(t.games[i], t.wins[i], 1/(1+math.Exp(-x)))
	}
	return sum
}

// logLikelihood of wins in games at a chance; 0 · ln 0 is 0.
func logLikelihood(games, wins, p float64) (sum float64) {
	if wins > 0 {
		sum += wins * math.Log(p)
	}
	if wins < games {
		sum += (games - wins) * math.Log(1-p)
	}
	return sum
}
