package report

import (
	"fmt"
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/metrics"
)

// most is how many moments a report tells.
const most = 5

// fewest is how many listeners a moment has at least: the jump of a single one tells little.
const fewest = 3

// moment is a knowing falsehood of a traitor and how the faithful listeners' mean belief about its subject moved the way that it
// wanted.
type moment struct {
	Game, ID, Cell   string
	Round            int
	Speaker, Subject string
	Policy           string
	Act              string // "accuses Ada"
	Text             string
	Before, After    float64
	Listeners        int
	Exact            bool // measured from the statement before to this one
	shift            float64
	trust            *matrix
}

// lie is a knowing falsehood: whom it is about and which way it wants that seat's suspicion to go.
type lie struct {
	act     engine.Act
	subject engine.Seat
	way     float64
}

// kindsOfLie are the metrics that tell a knowing falsehood, and which way it wants suspicion to go.
var kindsOfLie = []struct {
	metric string
	way    float64
}{{"knowing_accusations", 1}, {"knowing_defences", -1}, {"false_claims", -1}}

// liesOf are the knowing falsehoods of a statement: each act is put before the metrics as if it were all that was said.
func liesOf(g *metrics.Game, i int, s metrics.Statement) []lie {
	if !g.Rounds[i].Traitors.Has(s.Seat) {
		return nil
	}
	alone := *g
	alone.Rounds = slices.Clone(g.Rounds)
	var out []lie
	for _, a := range s.Acts {
		one := s
		one.Acts = []engine.Act{a}
		alone.Rounds[i].Statements = []metrics.Statement{one}
		for _, k := range kindsOfLie {
			if folds[k.metric].ByRound(&alone, i).Num == 0 || a.Kind == engine.Claim && a.Role.Team().Informed() {
				continue
			}
			subject := a.Seat
			if a.Kind == engine.Claim {
				subject = s.Seat
			}
			out = append(out, lie{a, subject, k.way})
		}
	}
	return out
}

// movement is what the faithful who spoke of a seat at two moments believed of it, on average.
type movement struct {
	before, after float64
	n             int
	exact         bool
}

func between(was, is []metrics.Belief, subject, speaker engine.Seat) movement {
	var m movement
	for _, now := range is {
		if now.Order != 1 || now.Observer == speaker || now.PerMille[subject] < 0 {
			continue
		}
		for _, then := range was {
			if then.Observer == now.Observer && then.Order == 1 && then.PerMille[subject] >= 0 {
				m.before, m.after = m.before+float64(then.PerMille[subject]), m.after+float64(now.PerMille[subject])
				m.n++
				break
			}
		}
	}
	if m.n > 0 {
		m.before, m.after = m.before/float64(1000*m.n), m.after/float64(1000*m.n)
	}
	return m
}

// heard is how belief in a seat moved with statement k of round i: exactly where the table was asked after every statement, else
// from the primary moment before it to the one after.
func heard(g *metrics.Game, i, k int, subject engine.Seat) movement {
	r := &g.Rounds[i]
	s := &r.Statements[k]
	if len(s.Reactions) > 0 {
		if k == 0 {
			return movement{}
		}
		m := between(r.Statements[k-1].Reactions, s.Reactions, subject, s.Seat)
		m.exact = true
		return m
	}
	if g.Rules.AfterSpeech == engine.AfterSpeechBeliefs {
		return movement{}
	}
	if moment := g.PrimaryMoment(); s.Phase == engine.PhaseAftermath && moment != "aftermath" || moment == "breakfast" {
		i++ // said after the primary moment of its round
	}
	if i >= len(g.Rounds) {
		return movement{}
	}
	was := g.Start
	if i > 0 {
		was = g.Rounds[i-1].Primary
	}
	return between(was, g.Rounds[i].Primary, subject, s.Seat)
}

// telling keeps the game's most telling moment if it is among the most telling of the batch.
func (r *Report) telling(g *metrics.Game, events []codec.Stored) error {
	best, n := moment{}, 0 // n: statements before
	at := 0
	for i := range g.Rounds {
		round := &g.Rounds[i]
		for k := range round.Statements {
			for _, l := range liesOf(g, i, round.Statements[k]) {
				m := heard(g, i, k, l.subject)
				if shift := (m.after - m.before) * l.way; m.n >= fewest && shift > best.shift {
					best, at = momentOf(g, i, k, l, m), n
				}
			}
			n++
		}
	}
	if best.shift <= 0 || len(r.top) == most && !best.over(r.top[most-1]) {
		return nil
	}
	text, err := textOf(events, at)
	if err != nil {
		return err
	}
	best.Text = narrate.Quotable(text)
	r.top = append(r.top, best)
	slices.SortStableFunc(r.top, func(a, b moment) int {
		switch {
		case a.over(b):
			return -1
		case b.over(a):
			return 1
		}
		return 0
	})
	r.top = r.top[:min(len(r.top), most)]
	return nil
}

// over reports whether a moment tells more than another: what was asked right after the statement comes before what moved over
// a whole round.
func (m moment) over(o moment) bool {
	if m.Exact != o.Exact {
		return m.Exact
	}
	return m.shift > o.shift
}

func momentOf(g *metrics.Game, i, k int, l lie, m movement) moment {
	round := &g.Rounds[i]
	speaker := round.Statements[k].Seat
	words := narrate.Narrator{Names: g.Names, Words: narrate.WordsOf(g.Rules)}
	act := words.Act(l.act)
	if l.act.Kind == engine.Defend && l.act.Seat == speaker {
		act = "defends itself"
	}
	return moment{
		Game: fmt.Sprintf("%s/%d", g.Batch, g.Index), ID: g.ID, Cell: g.Cell, Round: round.Number,
		Speaker: words.Name(speaker), Subject: words.Name(l.subject), Policy: policyOf(g, speaker), Act: act,
		Before: m.before, After: m.after, Listeners: m.n, Exact: m.exact,
		shift: (m.after - m.before) * l.way, trust: matrixOf(g, i),
	}
}

// policyOf is a seat's policy; empty where the log does not say.
func policyOf(g *metrics.Game, seat engine.Seat) string {
	if seat < 0 || int(seat) >= len(g.Policies) {
		return ""
	}
	return g.Policies[seat]
}

// textOf is the text of the n-th statement of a log.
func textOf(events []codec.Stored, n int) (string, error) {
	for _, s := range events {
		if s.Kind != engine.KindStatement {
			continue
		}
		if n--; n >= 0 {
			continue
		}
		body := codec.Blank[engine.Statement]()
		if err := codec.Read(&s, &body); err != nil {
			return "", fmt.Errorf("event %d: %w", s.Seq, err)
		}
		return body.Text, nil
	}
	return "", nil
}

// matrix is the trust of the faithful in everybody at the primary moment of a round of one game.
type matrix struct {
	game      string
	round     int
	gap       float64 // |mean b on traitors − mean b on faithful|
	observers []string
	subjects  []string  // traitors first
	traitors  int       // of the subjects
	trust     [][]int16 // per mille; engine.Unstated: none
}

// matrixOf is nil where nobody stated a belief.
func matrixOf(g *metrics.Game, i int) *matrix {
	r := &g.Rounds[i]
	m := &matrix{game: fmt.Sprintf("%s/%d", g.Batch, g.Index), round: r.Number}
	var order []engine.Seat
	for _, team := range []engine.Seats{r.TraitorsAlive(), r.FaithfulAlive()} {
		order = append(order, team.List()...)
	}
	m.traitors = r.TraitorsAlive().Len()
	for _, j := range order {
		m.subjects = append(m.subjects, g.Names[j])
	}
	for _, b := range r.Primary {
		if b.Order != 1 {
			continue
		}
		row := make([]int16, len(order))
		for k, j := range order {
			if row[k] = engine.Unstated; b.PerMille[j] >= 0 {
				row[k] = 1000 - b.PerMille[j]
			}
		}
		m.observers, m.trust = append(m.observers, g.Names[b.Observer]), append(m.trust, row)
	}
	if len(m.observers) == 0 {
		return nil
	}
	return m
}

// clearest is the round of a game whose faithful told the teams apart the most, or were misled the most: of two observers at
// least, and further than has been seen.
func clearest(g *metrics.Game, seen float64) *matrix {
	best, at := seen, -1
	for i := range g.Rounds {
		if v, ok := folds["discrimination_slope"].ByRound(g, i).Value(); ok && len(g.Rounds[i].Primary) > 1 && max(v, -v) > best {
			best, at = max(v, -v), i
		}
	}
	if at < 0 {
		return nil
	}
	m := matrixOf(g, at)
	if m != nil {
		m.gap = best
	}
	return m
}

// Change is how belief moved.
func (m moment) Change() float64 { return m.After - m.Before }
