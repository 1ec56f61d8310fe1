package analysis

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Match is a game between policies: those of the traitors' seats and those of the faithful's.
type Match struct {
	Traitors, Faithful []string
	Outcome            float64 // 1 the traitors won, 0 the faithful, ½ a draw
	Unit               int     // what the bootstrap draws: games of one unit stay together
}

// Rating is a policy's skill in a role, in log odds.
type Rating struct {
	Policy string  `json:"policy"`
	Role   string  `json:"role"` // traitor, faithful
	Skill  float64 `json:"skill"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	Games  int     `json:"games"` // with a seat in the role
	Wins   float64 `json:"wins"`  // of them; a draw is half a one
	Rank   int     `json:"rank"`  // from 1; 0: too few games for one, or nothing to rank
	// Known: the line-ups tell the skill. Where they don't, as of partners who never played apart, there is no number for it.
	Known bool `json:"known"`
	// Reference: the skill is 0 by convention, since its role has nobody else; the others' are measured from it.
	Reference bool `json:"reference,omitempty"`
}

const (
	ratingDraws = 1000
	ratingPrior = 3 // standard deviation of a skill about its role's mean, so that a policy that always won stays finite
)

// Rate gives every policy a skill as a traitor and one as a faithful, apart: the log odds that the traitors win are the mean of
// the traitors' skills minus the mean of the faithful's (Bradley and Terry 1952; for teams Huang, Weng and Lin 2006, JMLR
// 7:85–115), fitted by maximum likelihood with a weak normal prior. Only differences are identified, so the faithful's skills have
// the mean 0 and the traitors' hold what their role is worth. An interval is the hull of two: percentiles of a bootstrap over
// units, which see that games of a unit depend on one another, and the normal interval of the penalised likelihood (Laplace),
// which sees what a one-sided record leaves open and no resampling of it shows. The order of the matches makes no difference.
// Policies with fewer games in a role than minimum get no rank in it.
//
// A skill that the line-ups don't tell, whatever came out (the rank of their design says so), is refused by name, and Play are the games
// that would tell it. It is an error where one policy sits in all seats of every game, which confounds deceiving with detecting.
func Rate(matches []Match, minimum int) (Rated, error) {
	m, err := newRatingModel(matches)
	if err != nil {
		return Rated{}, err
	}
	s, rank := m.space()
	out := Rated{Ratings: m.rate(s, minimum), Matchups: m.matchups(), Rank: rank, Needed: m.needed(), Play: m.play()}
	out.Fit, out.Models = m.judge(rank)
	return out, nil
}

func (m *ratingModel) rate(s space, minimum int) []Rating {
	skills, spread := m.fit(m.whole())
	draws := m.bootstrap()
	out := make([]Rating, len(m.names))
	for k, name := range m.names {
		role, policy, _ := strings.Cut(name, "\x00")
		v := make([]float64, len(draws))
		for d := range draws {
			v[d] = draws[d][k]
		}
		slices.Sort(v)
		out[k] = Rating{Policy: policy, Role: role, Skill: skills[k],
			Lo: min(stats.Quantile(v, 0.025), skills[k]-1.96*spread[k]), Hi: max(stats.Quantile(v, 0.975), skills[k]+1.96*spread[k]),
			Games: m.games[k], Wins: m.wins[k], Known: true}
		switch contrast := m.contrast(k); {
		case mat.Norm(contrast, 1) == 0:
			out[k].Reference, out[k].Lo, out[k].Hi = true, 0, 0
		case !s.tells(contrast.RawVector().Data):
			out[k].Known, out[k].Skill, out[k].Lo, out[k].Hi = false, 0, 0, 0
		}
	}
	unknown := func(r Rating) int {
		if r.Known {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b Rating) int {
		return cmp.Or(-cmp.Compare(a.Role, b.Role), unknown(a)-unknown(b), -cmp.Compare(a.Skill, b.Skill), cmp.Compare(a.Policy, b.Policy))
	})
	ranked(out, minimum)
	return out
}

// ranked numbers the sorted skills of each role. Skills that are the same, as those of partners who never played apart, share a rank.
func ranked(list []Rating, minimum int) {
	before, place := map[string]Rating{}, map[string]int{}
	for i := range list {
		r := &list[i]
		if r.Games < minimum || !r.Known || r.Reference {
			continue
		}
		place[r.Role]++
		r.Rank = place[r.Role]
		if b, ok := before[r.Role]; ok && b.Skill-r.Skill < 1e-6 {
			r.Rank = b.Rank
		}
		before[r.Role] = *r
	}
}

// ratingModel holds the matches as counts by line-up.
type ratingModel struct {
	names   []string // role, zero byte, policy; sorted
	index   map[string]int
	lineups []lineup // sorted
	units   []unitCount
	games   []int
	wins    []float64
	prior   float64 // standard deviation of a skill
}

// lineup is what a game's skills are weighed by: +1/size for the traitors', −1/size for the faithful's.
type lineup struct {
	key    string
	weight []float64 // by name
}

// unitCount is what one unit adds to a line-up: games and traitors' wins.
type unitCount struct {
	unit, lineup int
	games, wins  float64
}

func sideKey(role string, policies []string) string {
	list := slices.Clone(policies)
	slices.Sort(list)
	return role + "\x00" + strings.Join(list, "\x01")
}

func newRatingModel(matches []Match) (*ratingModel, error) {
	m := &ratingModel{index: map[string]int{}, prior: ratingPrior}
	if len(matches) == 0 {
		return nil, errors.New("there are no finished games to rate")
	}
	selfPlay := true
	for _, g := range matches {
		if len(g.Traitors) == 0 || len(g.Faithful) == 0 {
			return nil, errors.New("a game without traitors or without faithful can't be rated")
		}
		if !(g.Outcome >= 0 && g.Outcome <= 1) {
			return nil, fmt.Errorf("the outcome %v of a game of unit %d is none from 0 to 1", g.Outcome, g.Unit)
		}
		for _, p := range g.Traitors {
			m.names = append(m.names, "traitor\x00"+p)
			selfPlay = selfPlay && p == g.Faithful[0]
		}
		for _, p := range g.Faithful {
			m.names = append(m.names, "faithful\x00"+p)
			selfPlay = selfPlay && p == g.Faithful[0]
		}
	}
	if selfPlay {
		return nil, errors.New("every game is one policy playing itself: who won says nothing of deceiving apart from detecting; play " +
			"policies against one another (turncoat run crossplay)")
	}
	slices.Sort(m.names)
	m.names = slices.Compact(m.names)
	for i, n := range m.names {
		m.index[n] = i
	}
	m.count(matches)
	return m, nil
}

func (m *ratingModel) count(matches []Match) {
	m.games, m.wins = make([]int, len(m.names)), make([]float64, len(m.names))
	keys := map[string]bool{}
	for _, g := range matches {
		keys[sideKey("traitor", g.Traitors)+"\x02"+sideKey("faithful", g.Faithful)] = true
	}
	place := map[string]int{}
	for key := range keys {
		m.lineups = append(m.lineups, lineup{key: key})
	}
	slices.SortFunc(m.lineups, func(a, b lineup) int { return cmp.Compare(a.key, b.key) })
	for i, l := range m.lineups {
		place[l.key] = i
	}
	for _, g := range matches {
		i := place[sideKey("traitor", g.Traitors)+"\x02"+sideKey("faithful", g.Faithful)]
		if m.lineups[i].weight == nil {
			m.lineups[i].weight = m.weights(g)
		}
		m.units = append(m.units, unitCount{g.Unit, i, 1, g.Outcome})
		for k, w := range m.lineups[i].weight {
			if w != 0 {
				m.games[k]++
				if m.wins[k] += g.Outcome; w < 0 {
					m.wins[k] += 1 - 2*g.Outcome
				}
			}
		}
	}
	slices.SortFunc(m.units, func(a, b unitCount) int {
		return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.lineup, b.lineup), cmp.Compare(a.wins, b.wins))
	})
}

func (m *ratingModel) weights(g Match) []float64 {
	w := make([]float64, len(m.names))
	for _, p := range g.Traitors {
		w[m.index["traitor\x00"+p]] += 1 / float64(len(g.Traitors))
	}
	for _, p := range g.Faithful {
		w[m.index["faithful\x00"+p]] -= 1 / float64(len(g.Faithful))
	}
	return w
}

// tally is games and traitors' wins by line-up.
type ratingTally struct{ games, wins []float64 }

// whole counts all units.
func (m *ratingModel) whole() ratingTally { return m.tallied(func(int) float64 { return 1 }) }

func (m *ratingModel) tallied(times func(unit int) float64) ratingTally {
	t := ratingTally{make([]float64, len(m.lineups)), make([]float64, len(m.lineups))}
	for _, u := range m.units {
		k := times(u.unit)
		t.games[u.lineup] += k * u.games
		t.wins[u.lineup] += k * u.wins
	}
	return t
}

// fit maximises the penalised likelihood by Newton's method. The intercept is the last parameter; skills are then shifted so that
// the faithful's mean is 0 and the traitors' hold the intercept.
func (m *ratingModel) fit(t ratingTally) (skills, spread []float64) {
	beta, chol := m.solve(t)
	return m.anchored(beta), m.spread(chol)
}

func (m *ratingModel) solve(t ratingTally) (beta []float64, chol *mat.Cholesky) {
	n := len(m.names) + 1
	beta, chol = make([]float64, n), &mat.Cholesky{}
	for range 50 {
		gradient, hessian := mat.NewVecDense(n, nil), mat.NewSymDense(n, nil)
		for k := range n {
			gradient.SetVec(k, -beta[k]/(m.prior*m.prior))
			hessian.SetSym(k, k, 1.0/(m.prior*m.prior))
		}
		for i, l := range m.lineups {
			m.add(gradient, hessian, beta, l.weight, t.games[i], t.wins[i])
		}
		var step mat.VecDense
		if !chol.Factorize(hessian) || chol.SolveVecTo(&step, gradient) != nil {
			break // the prior makes it positive definite: only an overflow gets here
		}
		largest := 0.0
		for k := range n {
			beta[k] += step.AtVec(k)
			largest = max(largest, math.Abs(step.AtVec(k)))
		}
		if largest < 1e-10 {
			break
		}
	}
	return beta, chol
}

// spread are the standard errors of the anchored skills, by the curvature of the penalised likelihood.
func (m *ratingModel) spread(chol *mat.Cholesky) []float64 {
	out := make([]float64, len(m.names))
	for k := range m.names {
		contrast := m.contrast(k)
		var solved mat.VecDense
		if chol.SolveVecTo(&solved, contrast) == nil {
			out[k] = math.Sqrt(max(0, mat.Dot(contrast, &solved)))
		}
	}
	return out
}

// contrast is what an anchored skill is of the parameters: the skill less the faithful's mean, and a traitor's with the intercept.
func (m *ratingModel) contrast(k int) *mat.VecDense {
	n := len(m.names) + 1
	faithful := 0.0
	for _, name := range m.names {
		if strings.HasPrefix(name, "faithful") {
			faithful++
		}
	}
	out := mat.NewVecDense(n, nil)
	for j, other := range m.names {
		if strings.HasPrefix(other, "faithful") {
			out.SetVec(j, -1/faithful)
		}
	}
	out.SetVec(k, out.AtVec(k)+1)
	if strings.HasPrefix(m.names[k], "traitor") {
		out.SetVec(n-1, 1)
	}
	return out
}

// add adds a line-up's part of gradient and Hessian of the binomial log likelihood.
func (m *ratingModel) add(gradient *mat.VecDense, hessian *mat.SymDense, beta, weight []float64, games, wins float64) {
	if games == 0 {
		return
	}
	n := len(beta)
	at := func(k int) float64 {
		if k == n-1 {
			return 1
		}
		return weight[k]
	}
	x := 0.0
	for k := range n {
		x += beta[k] * at(k)
	}
	p := 1 / (1 + math.Exp(-x))
	for k := range n {
		if at(k) == 0 {
			continue
		}
		gradient.SetVec(k, gradient.AtVec(k)+(wins-games*p)*at(k))
		for j := k; j < n; j++ {
			hessian.SetSym(k, j, hessian.At(k, j)+games*p*(1-p)*at(k)*at(j))
		}
	}
}

func (m *ratingModel) anchored(beta []float64) []float64 {
	sum, count := 0.0, 0.0
	for k, name := range m.names {
		if strings.HasPrefix(name, "faithful") {
			sum, count = sum+beta[k], count+1
		}
	}
	out := make([]float64, len(m.names))
	for k, name := range m.names {
		out[k] = beta[k] - sum/count
		if strings.HasPrefix(name, "traitor") {
			out[k] += beta[len(beta)-1]
		}
	}
	return out
}

// bootstrap refits over units that are drawn with replacement.
func (m *ratingModel) bootstrap() [][]float64 {
	place := map[int]int{}
	for _, u := range m.units {
		if _, ok := place[u.unit]; !ok {
			place[u.unit] = len(place)
		}
	}
	out := make([][]float64, ratingDraws)
	for d := range out {
		src := dice("ratings", d, len(place))
		times := make([]float64, len(place))
		for range times {
			times[src.Below(len(times))]++
		}
		out[d], _ = m.fit(m.tallied(func(unit int) float64 { return times[place[unit]] }))
	}
	return out
}
