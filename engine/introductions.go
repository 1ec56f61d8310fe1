package engine

// Introduced is a persona read out by the host (rule 1.4).
type Introduced struct {
	Seat    Seat   `json:"seat"`
	Persona string `json:"persona"`
}

// Note is what a seat noted for itself.
type Note struct {
	Seat Seat   `json:"seat"`
	Text string `json:"text"`
}

// Kind implements Body.
func (Introduced) Kind() Kind { return KindIntroduced }

func (b Introduced) apply(s *State) error { return s.needSeat(b.Seat) }

// Kind implements Body.
func (Note) Kind() Kind { return KindNote }

// Actor implements Deed.
func (b Note) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Note) Fill(a *Answer) { a.Text = b.Text }

// Heard implements Remark.
func (Note) Heard() bool { return false }

func (b Note) apply(s *State) error {
	if err := s.needSeat(b.Seat); err != nil {
		return err
	}
	if s.Phase == PhaseIntroductions {
		s.Done = s.Done.With(b.Seat)
	}
	return nil
}

func askIntroductions(s *State) []Request {
	return s.askAll(AskNote, s.Living&^s.Done)
}

func decideIntroductions(t *turn, answers []Answer) {
	for _, a := range answers {
		t.aside(a, AskNote)
		t.emit(SeatsOf(a.Seat), Note{Seat: a.Seat, Text: a.Text})
	}
}
