package engine

import "fmt"

// Bounds of a reflection (rule 10.1).
const (
	MostNotes = 5  // notes of one reflection
	NoteWords = 40 // words of a note
	mostFrom  = 8  // events that a note names as its sources
)

// MemoKind is what a note is.
type MemoKind string

// The kinds of note (rule 10.1).
const (
	MemoFact      MemoKind = "fact"
	MemoSuspicion MemoKind = "suspicion" // of a seat; its salience says how strong
	MemoPromise   MemoKind = "promise"   // given or heard
	MemoPlan      MemoKind = "plan"
	MemoLesson    MemoKind = "lesson" // for later games
)

// MemoKinds lists the kinds of note.
func MemoKinds() []MemoKind {
	return []MemoKind{MemoFact, MemoSuspicion, MemoPromise, MemoPlan, MemoLesson}
}

// Memo is a note that a player writes for itself.
type Memo struct {
	Kind     MemoKind `json:"kind"`
	About    Seat     `json:"about"`          // NoSeat: nobody in particular
	Role     Role     `json:"role,omitempty"` // of a fact about a role: which
	Salience int      `json:"salience"`       // 1…5
	Text     string   `json:"text"`
	From     []int    `json:"from,omitempty"` // the events that it rests on: their places in the seat's own observation
}

// Notes are what a seat wrote down on one reflection; none is an answer too.
type Notes struct {
	Seat  Seat   `json:"seat"`
	Notes []Memo `json:"notes"`
}

// Season says where a game stands in a season. It is for the log only: the parent's head follows from what seats may not know.
type Season struct {
	Game   int    `json:"game"`             // from 1
	Parent string `json:"parent,omitempty"` // the head of the game before, hex
}

// Remembered is what a seat carries over from the games of the season before this one, copied so that the log stands by itself.
type Remembered struct {
	Seat    Seat         `json:"seat"`
	Games   int          `json:"games"` // played together before
	Lessons []Lesson     `json:"lessons,omitempty"`
	Others  []Reputation `json:"others,omitempty"`
}

// Lesson is a note of kind lesson, carried on.
type Lesson struct {
	Game   int    `json:"game"`   // of the season, from 1
	Weight int    `json:"weight"` // per mille: a fifth of its salience, less with every further game
	Text   string `json:"text"`
}

// Reputation is what a seat holds of another from earlier games: counts in thousandths, each game's less with every further one.
type Reputation struct {
	Seat      Seat `json:"seat"`
	Games     int  `json:"games"`     // together, in full
	Kept      int  `json:"kept"`      // promises
	Broken    int  `json:"broken"`    // promises
	Lies      int  `json:"lies"`      // statements that it knew to be false, as the roles told showed
	Betrayals int  `json:"betrayals"` // games in which it was a traitor and the owner was not
}

func enterReflection(t *turn) { t.emit(t.all(), PhaseBegan{}) }

// askReflection asks the living, after the end everybody.
func askReflection(s *State) []Request {
	seats := s.Living
	if s.Over {
		seats = AllSeats(s.Rules.Players)
	}
	return s.askAll(AskReflect, seats&^s.Done)
}

func decideReflection(t *turn, answers []Answer) {
	for _, a := range answers {
		t.aside(a, AskReflect)
		t.emit(SeatsOf(a.Seat), Notes{Seat: a.Seat, Notes: append([]Memo{}, a.Notes...)})
	}
}

func checkNotes(r Rules, notes []Memo) *Problem {
	if len(notes) > MostNotes {
		return &Problem{CauseSchema, fmt.Sprintf("%d notes; at most %d count", len(notes), MostNotes)}
	}
	for _, m := range notes {
		if p := CheckMemo(r, m); p != nil {
			return p
		}
	}
	return nil
}

// CheckMemo reports what is wrong with a note, nil if nothing is.
func CheckMemo(r Rules, m Memo) *Problem {
	known := false
	for _, k := range MemoKinds() {
		known = known || k == m.Kind
	}
	switch {
	case !known:
		return &Problem{CauseSchema, fmt.Sprintf("unknown kind of note %q", m.Kind)}
	case m.About < NoSeat || int(m.About) >= r.Players:
		return &Problem{CauseSchema, fmt.Sprintf("the note is about seat %d", m.About)}
	case m.Salience < 1 || m.Salience > 5:
		return &Problem{CauseSchema, fmt.Sprintf("the note's salience is %d; it goes from 1 to 5", m.Salience)}
	case m.Text == "":
		return &Problem{CauseSchema, "the note has no text"}
	case CountWords(m.Text) > NoteWords:
		return &Problem{CauseOverLong, fmt.Sprintf("the note has %d words; at most %d are allowed", CountWords(m.Text), NoteWords)}
	case m.Role != NoRole && (m.Kind != MemoFact || m.About == NoSeat):
		return &Problem{CauseSchema, "a role belongs to a fact about somebody"}
	case len(m.From) > mostFrom:
		return &Problem{CauseSchema, fmt.Sprintf("the note names %d sources; at most %d count", len(m.From), mostFrom)}
	}
	return nil
}

// Kind implements Body.
func (Notes) Kind() Kind { return KindNotes }

// Actor implements Deed.
func (b Notes) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Notes) Fill(a *Answer) { a.Notes = b.Notes }

func (b Notes) apply(s *State) error {
	if err := s.needSeat(b.Seat); err != nil {
		return err
	}
	if s.Phase != PhaseReflection || s.Done.Has(b.Seat) {
		return fmt.Errorf("seat %d reflects out of turn", b.Seat)
	}
	if p := checkNotes(s.Rules, b.Notes); p != nil {
		return p
	}
	s.Done = s.Done.With(b.Seat)
	return nil
}

// Kind implements Body.
func (Remembered) Kind() Kind { return KindRemembered }

func (b Remembered) apply(s *State) error {
	if err := s.needSeat(b.Seat); err != nil {
		return err
	}
	if s.Phase != PhaseSetup {
		return fmt.Errorf("seat %d remembers earlier games in the middle of one", b.Seat)
	}
	for _, o := range b.Others {
		if err := s.needSeat(o.Seat); err != nil {
			return err
		}
	}
	return nil
}
