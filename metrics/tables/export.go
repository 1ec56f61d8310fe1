package tables

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

// Export writes the tidy tables of a batch, a game at a time; what it holds does not grow with the games.
type Export struct {
	sheets map[string]*sheet
	all    []metrics.Metric
	texts  []string
}

// NewExport opens every table through open, which gives the writer of a file name.
func NewExport(format Format, open func(name string) (io.WriteCloser, error)) (*Export, error) {
	e := &Export{sheets: map[string]*sheet{}, all: metrics.All()}
	for _, t := range Tables() {
		f, err := open(t.Name + "." + string(format))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open table %s: %w", t.Name, err), e.Close())
		}
		e.sheets[t.Name] = newSheet(t, format, f)
	}
	columns := e.sheets["columns"]
	for _, t := range Tables() {
		for _, c := range t.Columns {
			columns.str(t.Name).str(c.Name).str(c.Type).str(c.Unit).str(c.Meaning).end()
		}
	}
	return e, nil
}

// Rows is how many rows were written so far, in all tables.
func (e *Export) Rows() int {
	n := 0
	for _, t := range Tables() {
		n += e.sheets[t.Name].rows
	}
	return n
}

// Close writes what is buffered and closes every table.
func (e *Export) Close() error {
	var errs []error
	for _, t := range Tables() {
		if s := e.sheets[t.Name]; s != nil {
			errs = append(errs, s.close())
		}
	}
	return errors.Join(errs...)
}

// start begins a row of a table of games.
func (e *Export) start(table string, g *metrics.Game) *sheet {
	return e.sheets[table].str(g.Batch).str(g.ID)
}

// Game writes one game: its rows in every table but the batch's. events are those that it was read from; fitted is what the fitted
// observer says of it, nil where it was not asked.
func (e *Export) Game(g *metrics.Game, events []codec.Stored, fitted *analysis.Fitted) error {
	if err := e.readTexts(events); err != nil {
		return fmt.Errorf("export game %s: %w", g.ID, err)
	}
	e.game(g)
	for i, f := range g.Fates() {
		role := g.Roles[i]
		s := e.start("seats", g).int(i).str(g.Names[i]).str(role.String()).str(role.Team().String()).str(g.Policies[i]).
			bool(f.Survived).bool(f.Won).str(f.Left)
		if f.Left == "" {
			s.none()
		} else {
			s.int(f.Round)
		}
		asked, refused := 0, 0
		if g.Asked != nil {
			asked, refused = g.Asked[i], g.Refused[i]
		}
		said, lied := g.Spoken(f.Seat)
		s.num(f.Prize).int(asked).int(refused).int(said).int(lied).end()
	}
	dealt := g.Dealt()
	for _, b := range g.Start {
		e.belief(g, 0, &dealt, b)
	}
	for i := range g.Rounds {
		e.round(g, i, fitted)
	}
	for _, f := range g.Forfeits {
		e.start("forfeits", g).int(f.Round).str(f.Phase.String()).int(int(f.Seat)).str(g.Policies[f.Seat]).
			str(f.Request.String()).str(string(f.Cause)).end()
	}
	for _, m := range e.all {
		e.metric(g, m)
	}
	return nil
}

// Unended writes a game that came to no end: its row, and the metrics that count such games.
func (e *Export) Unended(g *metrics.Game) {
	e.game(g)
	for _, m := range e.all {
		if m.OfAll {
			e.metric(g, m)
		}
	}
}

func (e *Export) metric(g *metrics.Game, m metrics.Metric) {
	r, n := m.Of(g)
	v, ok := r.Value()
	if !ok {
		v = math.NaN()
	}
	e.start("metrics", g).str(m.Name).num(v).num(n).num(r.Den).str(m.Unit).end()
}

func (e *Export) game(g *metrics.Game) {
	games := e.start("games", g).str(g.Cell)
	for _, unit := range []int{g.Season, g.Table} {
		if unit > 0 {
			games.int(unit)
		} else {
			games.none()
		}
	}
	games.int(g.Index).uint(g.Seed).int(g.N).int(g.Traitors.Len()).bool(g.Over).str(winner(g)).str(g.Reason).
		int(g.LastRound).int(len(g.Forfeits)).end()
}

func winner(g *metrics.Game) string {
	if !g.Over {
		return ""
	}
	return g.Winner.String()
}

func teamOf(roles *engine.Roster, seat engine.Seat) string {
	if seat == engine.NoSeat {
		return ""
	}
	return metrics.TeamIn(roles, seat).String()
}

func (e *Export) round(g *metrics.Game, i int, fitted *analysis.Fitted) {
	r := &g.Rounds[i]
	e.start("rounds", g).int(r.Number).int(r.Living.Len()).int((r.Living & r.Traitors).Len()).seat(int(r.Banished)).
		str(teamOf(&r.Roles, r.Banished)).seat(int(r.Murdered)).bool(r.RunoffAmong != 0).end()
	for _, b := range r.Ballots {
		e.ballot(g, r, "day", b)
	}
	for _, b := range r.NightVotes {
		e.ballot(g, r, "night", b)
	}
	for k := range r.Statements {
		leak := math.NaN()
		if fitted != nil {
			leak = fitted.Leak(i, k)
		}
		e.statement(g, i, &r.Statements[k], leak)
	}
	for _, b := range r.Beliefs {
		e.belief(g, r.Number, &r.Roles, b)
	}
}

func (e *Export) ballot(g *metrics.Game, r *metrics.Round, time string, b metrics.Ballot) {
	e.start("ballots", g).int(r.Number).str(time).int(b.Stage).int(b.Position).int(int(b.Voter)).str(teamOf(&r.Roles, b.Voter)).
		seat(int(b.Target)).str(teamOf(&r.Roles, b.Target)).bool(b.Illegal).bool(b.Forfeited).end()
}

func (e *Export) statement(g *metrics.Game, i int, s *metrics.Statement, leak float64) {
	r := &g.Rounds[i]
	text := ""
	if len(e.texts) > 0 {
		text, e.texts = e.texts[0], e.texts[1:]
	}
	acts := ""
	for k, a := range s.Acts {
		if k > 0 {
			acts += " "
		}
		acts += fmt.Sprintf("%s:%d", a.Kind, a.Seat)
		if a.Kind == engine.Claim {
			acts += ":" + a.Role.String()
		}
	}
	e.start("statements", g).int(r.Number).str(s.Phase.String()).int(s.Pass).int(s.Position).int(int(s.Seat)).
		str(teamOf(&r.Roles, s.Seat)).int(s.TextWords).str(acts).bool(g.Lies(i, s)).bool(s.Forfeited).num(leak).str(text).end()
	for _, b := range s.Reactions {
		e.belief(g, r.Number, &r.Roles, b)
	}
}

func (e *Export) belief(g *metrics.Game, round int, roles *engine.Roster, b metrics.Belief) {
	for subject, v := range b.PerMille {
		if v == engine.Unstated {
			continue
		}
		s := e.start("beliefs", g).int(round).str(b.Phase.String()).str(b.When).int(b.Order).int(int(b.Observer)).int(subject).
			str(teamOf(roles, b.Observer)).str(teamOf(roles, engine.Seat(subject))).num(float64(v) / 1000)
		if b.Order == int(engine.FirstOrder) {
			s.num(float64(1000-v) / 1000).end()
		} else {
			s.none().end()
		}
	}
}

// readTexts takes the texts of the statements, which no metric asks for, in log order: the order of Game's own.
func (e *Export) readTexts(events []codec.Stored) error {
	e.texts = e.texts[:0:0]
	for _, s := range events {
		if s.Kind != engine.KindStatement {
			continue
		}
		body := codec.Blank[engine.Statement]()
		if err := codec.Read(&s, &body); err != nil {
			return fmt.Errorf("event %d: %w", s.Seq, err)
		}
		e.texts = append(e.texts, body.Text)
	}
	return nil
}

// Call is one call of a model, as the file keeps it: tokens as the server counts them, 0 unknown.
type Call struct {
	Step, Seat, Attempt      int
	Policy, Model, Cause     string
	PromptTokens, Cached     int
	ReplyTokens, Thinking    int
	QueueMS, FirstMS, TookMS int64
	Tries                    int
}

// Calls writes the model calls of a game.
func (e *Export) Calls(g *metrics.Game, calls []Call) {
	for _, c := range calls {
		s := e.start("model_calls", g).int(c.Step).int(c.Seat).int(c.Attempt).str(c.Policy).str(c.Model).str(c.Cause)
		for _, n := range []int{c.PromptTokens, c.Cached, c.ReplyTokens, c.Thinking} {
			if n == 0 {
				s.none()
			} else {
				s.int(n)
			}
		}
		s.int(c.Tries).int(int(c.QueueMS)).int(int(c.FirstMS)).int(int(c.TookMS)).end()
	}
}

// Information writes the figures of section F into the summary, with the level under shuffled teams as their chance.
func (e *Export) Information(batch, cell string, rows []analysis.InfoRow) {
	for _, r := range rows {
		e.sheets["summary"].str(batch).str(cell).str(r.Metric).num(r.Value).num(r.Lo).num(r.Hi).str("").num(r.N).int(r.Games).
			num(r.Level).none().none().none().str(r.Unit).end()
	}
}

// Batch writes the tables of the whole batch.
func (e *Export) Batch(batch, cell string, s *analysis.Summary, rows []analysis.Row) {
	for _, r := range rows {
		e.sheets["summary"].str(batch).str(cell).str(r.Metric).num(r.Mean).num(r.Lo).num(r.Hi).str(string(r.Why)).num(r.N).int(r.Games).
			num(r.Chance).num(r.ChanceSE).num(r.Least).num(r.Most).str(r.Unit).end()
	}
	a := s.Attrition
	for _, stage := range []struct {
		name  string
		games int
	}{{"planned", a.Planned}, {"started", a.Started}, {"finished", a.Finished}, {"failed", a.Failed}, {"stopped", a.Stopped},
		{"forfeited", a.Forfeited}, {"analysed", a.Analysed}} {
		e.sheets["attrition"].str(batch).str(cell).str(stage.name).int(stage.games).end()
	}
}
