// Package replay tells a stored game to a person: a day at a time, in names and colours, as one view of it perceives it.
//
// It draws what engine/narrate puts into words. It must not know files, flags or clocks: pauses are the caller's.
package replay

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// View is whose eyes a game is seen through.
type View struct {
	kind viewKind
	seat engine.Seat
}

type viewKind uint8

const (
	all viewKind = iota
	public
	seat
)

// The views: everything in the log, what everybody perceived, what one seat perceived.
var (
	All    = View{kind: all}
	Public = View{kind: public}
)

// Seat is the view of one seat.
func Seat(s engine.Seat) View { return View{kind: seat, seat: s} }

// sees reports whether the view perceives the event at a table of n.
func (v View) sees(e engine.Event, n int) bool {
	switch v.kind {
	case public:
		return e.Audience == engine.AllSeats(n)
	case seat:
		return e.Audience.Has(v.seat)
	case all:
	}
	return true
}

// Options say how a game is told.
type Options struct {
	As       View
	From     int                         // the first round told; what went before is left out
	Speed    float64                     // 0: at once; else so many times reading speed, through Pause
	Pause    func(seconds float64) error // waits; an error ends the telling
	Thoughts bool
	Beliefs  bool // the suspicion matrix of each round
	Color    bool
	Width    int
	Title    string
}

// teller writes a game. The first error of the writer stays and silences the rest.
type teller struct {
	out     *output
	o       Options
	n       narrate.Narrator
	players int
	round   int
	phase   engine.Phase
	skip    bool // before Options.From
	ballots []engine.Ballot
	matrix  map[engine.Seat][]int16
	living  engine.Seats
}

// Render tells the events of one game.
func Render(w io.Writer, events []engine.Event, o Options) error {
	n, err := players(events)
	if err != nil {
		return err
	}
	t := &teller{out: &output{w: w, color: o.Color, width: max(40, o.Width)}, o: o, players: n, round: -1,
		matrix: map[engine.Seat][]int16{}, living: engine.AllSeats(n)}
	if o.Title != "" {
		t.out.line(t.out.bold(plain.Label(o.Title)))
	}
	for _, e := range events {
		if !o.As.sees(e, n) {
			continue
		}
		if err := t.tell(e); err != nil {
			return err
		}
	}
	t.flush()
	return t.out.err
}

func players(events []engine.Event) (int, error) {
	for _, e := range events {
		if b, ok := e.Body.(engine.Opened); ok {
			return len(b.Names), nil
		}
	}
	return 0, fmt.Errorf("the log has no opening")
}

func (t *teller) tell(e engine.Event) error {
	if e.Round != t.round || e.Phase != t.phase {
		t.flush()
		t.heading(e)
	}
	t.round, t.phase = e.Round, e.Phase
	t.skip = e.Round < t.o.From && e.Phase != engine.PhaseOver
	t.learn(e)
	line := strings.ReplaceAll(t.n.Line(engine.Observed{Round: e.Round, Phase: e.Phase, Body: e.Body}), "\n", " ")
	if t.skip || line == "" {
		return t.out.err
	}
	t.show(e, line)
	if t.o.Speed > 0 && t.o.Pause != nil {
		return t.o.Pause(float64(len(strings.Fields(line))) / 3.5 / t.o.Speed)
	}
	return t.out.err
}

// learn keeps what the drawing needs and the view may know.
func (t *teller) learn(e engine.Event) {
	t.living = t.living.Without(engine.Gone(e.Body))
	if b, ok := e.Body.(engine.Belief); ok && b.Order == int(engine.FirstOrder) {
		if t.matrix[b.Observer] = b.PerMille; !b.Stated() { // they were lost
			t.matrix[b.Observer] = nil
		}
	}
}

func (t *teller) heading(e engine.Event) {
	if e.Round < t.o.From && e.Phase != engine.PhaseOver {
		return
	}
	if e.Round != t.round && e.Round > 0 {
		t.out.line("")
		t.out.line(t.out.rule(fmt.Sprintf("Round %d", e.Round)))
	}
	if title := t.n.Words.Title(e.Phase, t.o.As.kind != public); title != "" {
		t.out.line("")
		t.out.line(t.out.bold(title))
	}
}

// show draws one event.
func (t *teller) show(e engine.Event, line string) {
	switch b := e.Body.(type) {
	case engine.Ballot:
		if b.Lost && b.Target == engine.NoSeat {
			t.out.wrap("  ", t.paint(line))
			return
		}
		t.ballots = append(t.ballots, b)
	case engine.Belief, engine.Bid, engine.Order:
		// in the matrix, and in the order in which they speak
	case engine.Thought:
		if t.o.Thoughts {
			t.out.wrap("    ", t.out.dim(line))
		}
	case engine.Statement:
		t.speech(b.Seat, b.Text, b.Acts, b.Lost)
	case engine.Conferred:
		t.speech(b.Seat, b.Text, b.Acts, b.Lost)
	case engine.Forfeited:
		t.out.line("  " + t.out.warn(line))
	case engine.Ended:
		t.out.wrap("  ", t.out.bold(line))
		t.roles(b)
	case engine.PhaseBegan:
	case engine.Dealt:
		if t.o.As.kind == seat { // in a view of everything, who the traitors are says it all
			t.out.wrap("  ", t.paint(line))
		}
	case engine.Created:
		t.out.wrap("  ", t.out.dim(line))
	case engine.Introduced, engine.Drawn, engine.Tally, engine.Tied, engine.Banished, engine.Revealed, engine.Murdered, engine.Found,
		engine.Opened, engine.Allies, engine.Persona, engine.Remembered, engine.Imported, engine.Answered,
		engine.Remark, engine.Notes, engine.Acts, engine.Intent, engine.MurderVote:
		t.out.wrap("  ", t.paint(line))
	}
}

// speech is a name, its words wrapped, and what they do to whom.
func (t *teller) speech(s engine.Seat, text string, acts []engine.Act, lost bool) {
	if lost {
		t.out.line("  " + t.name(s) + t.out.dim(": the turn was lost"))
		return
	}
	if text == "" {
		t.out.line("  " + t.name(s) + t.out.dim(" says nothing"))
		return
	}
	var tags []string
	for _, a := range acts {
		tags = append(tags, t.n.Act(a))
	}
	t.out.wrap("  ", t.name(s)+": "+narrate.Quotable(text))
	if len(tags) > 0 {
		t.out.wrap("      ", t.out.dim("→ "+strings.Join(tags, "; ")))
	}
}

// flush draws what is shown whole: the ballot, then what everybody believed with it.
func (t *teller) flush() {
	if len(t.ballots) > 0 {
		t.ballotTable()
		t.ballots = nil
		if t.o.Beliefs {
			t.heat()
		}
	}
}

// roles are what everybody was, once the game has told.
func (t *teller) roles(b engine.Ended) {
	informed := t.n.Roles.Informed()
	t.out.wrap("  ", t.paint(fmt.Sprintf("The %s were %s.", t.n.Words.Minority.Many, t.n.List(informed.List()))))
}

// told is an event as JSON tells it; a seat's has no numbers, which would tell of what it did not perceive.
type told struct {
	Seq   *uint64      `json:"seq,omitempty"`
	Step  *uint64      `json:"step,omitempty"`
	Round int          `json:"round"`
	Phase engine.Phase `json:"phase"`
	Kind  engine.Kind  `json:"kind"`
	Body  engine.Body  `json:"body"`
}

// JSON writes the view's events, one a line.
func JSON(w io.Writer, events []engine.Event, v View) error {
	n, err := players(events)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(plain.NewJSON(w))
	enc.SetEscapeHTML(false)
	for _, e := range events {
		if !v.sees(e, n) {
			continue
		}
		line := told{Round: e.Round, Phase: e.Phase, Kind: e.Body.Kind(), Body: e.Body}
		if v.kind == all {
			line.Seq, line.Step = &e.Seq, &e.Step
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
