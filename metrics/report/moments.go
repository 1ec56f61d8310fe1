package report

import (
	"fmt"
	"slices"
	"strings"

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
	Between          string // what else the listeners learnt between the two beliefs; empty: nothing, so that the shift is the statement's
	Replay           string // the command that tells it again
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

// heard is how belief in a seat moved with statement k of round i: with nothing else between, where enough listeners stated both beliefs
// then, else with all that came between.
func heard(g *metrics.Game, i, k int, subject engine.Seat) metrics.Movement {
	if m := g.Moved(i, k, subject, true); m.Listeners >= fewest {
		return m
	}
	return g.Moved(i, k, subject, false)
}

// inWords is what a table learnt between two beliefs beside the statement; empty: nothing.
func inWords(p metrics.Place) string {
	var parts []string
	for _, part := range []struct {
		n    int16
		what string
	}{{p.Statements, "other statement"}, {p.Ballots, "open ballot"}, {p.Ties, "tied ballot"}, {p.Murders, "murder"}} {
		if part.n > 0 {
			parts = append(parts, several(int(part.n), part.what))
		}
	}
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
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
				r.lies++
				if m.Listeners < fewest {
					continue
				}
				r.followed++
				if one := momentOf(g, i, k, l, m, r.head.Flags); one.shift > 0 && (best.shift <= 0 || one.over(best)) {
					best, at = one, n
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

// over reports whether a moment tells more than another: a shift that is the statement's own comes before one that is not.
func (m moment) over(o moment) bool {
	if (m.Between == "") != (o.Between == "") {
		return m.Between == ""
	}
	return m.shift > o.shift
}

func momentOf(g *metrics.Game, i, k int, l lie, m metrics.Movement, flags string) moment {
	round := &g.Rounds[i]
	speaker := round.Statements[k].Seat
	words := narrate.Narrator{Names: g.Names, Words: narrate.WordsOf(g.Rules)}
	act := words.Act(l.act)
	if l.act.Kind == engine.Defend && l.act.Seat == speaker {
		act = "defends itself"
	}
	name := fmt.Sprintf("%s/%d", g.Batch, g.Index)
	return moment{
		Game: name, ID: g.ID, Cell: g.Cell, Round: round.Number,
		Speaker: words.Name(speaker), Subject: words.Name(l.subject), Policy: policyOf(g, speaker), Act: act,
		Before: m.Before, After: m.After, Listeners: m.Listeners, Between: inWords(m.Between),
		Replay: fmt.Sprintf("turncoat replay %s --from %d%s", name, round.Number, flags),
		shift:  m.Rise() * l.way, trust: matrixOf(g, i),
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
