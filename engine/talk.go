package engine

import "fmt"

// Order is the order in which the seats of a pass are asked (rule 3.1).
type Order struct {
	Pass  int    `json:"pass"`
	Seats []Seat `json:"seats"`
}

// Bid is a bid for the floor, 0…4 (rule 3.1).
type Bid struct {
	Seat Seat `json:"seat"`
	Bid  int  `json:"bid"`
}

// Statement is what a seat said at the table (rule 3.2); an empty text is silence, unless the turn was lost: the player then chose nothing.
type Statement struct {
	Seat     Seat   `json:"seat"`
	Pass     int    `json:"pass"`
	Position int    `json:"position"`
	Text     string `json:"text"`
	Acts     []Act  `json:"acts,omitempty"`
	Lost     bool   `json:"lost,omitempty"` // it was forfeited (rule 3.6)
}

// Acts are the acts of the statement before it, where the table does not perceive them (rule 3.2).
type Acts struct {
	Seat Seat  `json:"seat"`
	Acts []Act `json:"acts"`
}

// Intent is whom a seat would banish now (rule 7.2).
type Intent struct {
	Seat   Seat `json:"seat"`
	Target Seat `json:"target"`
}

func enterTalk(t *turn) {
	t.emit(t.all(), PhaseBegan{})
	t.startPass(0)
}

// startPass announces the order of a pass; under bids there is one pass and the floor is won turn by turn.
func (t *turn) startPass(pass int) {
	s := &t.state
	if s.Rules.Order == OrderBid && s.Phase == PhaseRoundTable {
		return
	}
	t.emit(t.all(), Order{Pass: pass, Seats: speakingOrder(s, pass)})
}

func speakingOrder(s *State, pass int) []Seat {
	list := s.Living.List()
	switch s.Rules.Order {
	case "seeded", "bid":
		Shuffle(list, Dice(s.Seed, "order:"+s.Phase.String(), s.Round, pass, NoSeat))
	case "rotate":
		k := (s.Round - 1 + pass) % len(list)
		list = append(append([]Seat{}, list[k:]...), list[:k]...)
	}
	return list
}

func (s *State) byBid() bool { return s.Rules.Order == OrderBid && s.Phase == PhaseRoundTable }

// together reports whether the speakers of the current pass are asked at once, since none hears another.
func (s *State) together() bool {
	h := s.Rules.Hears.First
	if s.Pass > 0 {
		h = s.Rules.Hears.Later
	}
	return h == "previous_pass"
}

func (s *State) passesOfPhase() int {
	if s.Phase == PhaseAftermath {
		return 1
	}
	return s.Rules.Passes
}

func askTalk(s *State) []Request {
	if s.Reacting != 0 {
		kind := AskIntent
		if s.Rules.AfterSpeech == AfterSpeechBeliefs {
			kind = AskBeliefs
		}
		return s.askAll(kind, s.Reacting)
	}
	if s.byBid() {
		switch {
		case s.Turn >= s.Rules.Turns:
			return nil
		case s.Floor == NoSeat:
			return s.askAll(AskBid, s.Living&^s.Done)
		}
		return s.askAll(AskStatement, SeatsOf(s.Floor))
	}
	if s.Turn >= s.Ordered {
		return nil
	}
	if s.together() {
		return s.askAll(AskStatement, s.Living)
	}
	return s.askAll(AskStatement, SeatsOf(s.Order[s.Turn]))
}

func decideTalk(t *turn, answers []Answer) {
	s := &t.state
	switch {
	case s.Reacting != 0:
		t.react(answers)
		if s.Reacting == 0 {
			t.nextPass()
		}
	case s.byBid() && s.Floor == NoSeat:
		for _, a := range answers {
			t.aside(a, AskBid)
			t.emit(SeatsOf(a.Seat), Bid{Seat: a.Seat, Bid: a.Bid})
		}
		t.emit(t.all(), Order{Pass: s.Turn, Seats: []Seat{floor(s)}})
	default:
		t.speak(answers)
		if s.Reacting == 0 {
			t.nextPass()
		}
	}
}

// floor is the highest bidder; those just named break ties, then dice (rule 3.1).
func floor(s *State) Seat {
	var tied Seats
	best := -1
	for seat := range s.Living.All() {
		switch b := int(s.Bids[seat]); {
		case b > best:
			best, tied = b, SeatsOf(seat)
		case b == best:
			tied = tied.With(seat)
		}
	}
	if named := tied & s.Named; named != 0 {
		tied = named
	}
	return Pick(tied, Dice(s.Seed, "floor", s.Round, s.Turn, NoSeat))
}

// speak says the answers in speaking order, whatever order they came in.
func (t *turn) speak(answers []Answer) {
	s := &t.state
	bySeat := map[Seat]Answer{}
	for _, a := range answers {
		bySeat[a.Seat] = a
	}
	order := []Seat{s.Floor}
	if !s.byBid() {
		order = append([]Seat{}, s.Order[s.Turn:s.Ordered]...)
	}
	for _, seat := range order {
		a, ok := bySeat[seat]
		if !ok {
			continue
		}
		t.aside(a, AskStatement)
		st := Statement{Seat: seat, Pass: s.Pass, Position: s.Turn, Text: a.Text, Acts: a.Acts, Lost: a.Forfeit != CauseNone}
		if s.Rules.Acts == ActsLog {
			st.Acts = nil
		}
		t.emit(t.all(), st)
		if s.Rules.Acts == ActsLog && len(a.Acts) > 0 {
			t.emit(SeatsOf(seat), Acts{Seat: seat, Acts: a.Acts})
		}
	}
}

func (t *turn) nextPass() {
	s := &t.state
	if !s.byBid() && s.Turn >= s.Ordered && s.Pass+1 < s.passesOfPhase() {
		t.startPass(s.Pass + 1)
	}
}

func (t *turn) react(answers []Answer) {
	for _, a := range answers {
		if t.state.Rules.AfterSpeech == AfterSpeechBeliefs {
			t.believe(a)
			continue
		}
		t.aside(a, AskIntent)
		t.emit(SeatsOf(a.Seat), Intent{Seat: a.Seat, Target: a.Target})
	}
}

// Kind implements Body.
func (Order) Kind() Kind { return KindOrder }

func (b Order) apply(s *State) error {
	if SeatsOf(b.Seats...)&^s.Living != 0 || len(b.Seats) == 0 {
		return fmt.Errorf("an order of seats that do not live")
	}
	if s.byBid() {
		s.Floor, s.Done, s.Pass = b.Seats[0], 0, 0
		return nil
	}
	s.Pass, s.Turn, s.Ordered = b.Pass, 0, len(b.Seats)
	copy(s.Order[:], b.Seats)
	return nil
}

// Kind implements Body.
func (Bid) Kind() Kind { return KindBid }

// Actor implements Deed.
func (b Bid) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Bid) Fill(a *Answer) { a.Bid = b.Bid }

func (b Bid) apply(s *State) error {
	if err := s.needLiving(b.Seat); err != nil {
		return err
	}
	if b.Bid < 0 || b.Bid > 4 {
		return fmt.Errorf("a bid of %d", b.Bid)
	}
	s.Bids[b.Seat] = int8(b.Bid)
	s.Done = s.Done.With(b.Seat)
	return nil
}

// Kind implements Body.
func (Statement) Kind() Kind { return KindStatement }

// Actor implements Deed.
func (b Statement) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Statement) Fill(a *Answer) { a.Text, a.Acts = b.Text, b.Acts }

func (b Statement) apply(s *State) error {
	if err := s.needLiving(b.Seat); err != nil {
		return err
	}
	if want := s.speaker(); want != b.Seat || b.Position != s.Turn {
		return fmt.Errorf("seat %d speaks at place %d, expected seat %d at %d", b.Seat, b.Position, want, s.Turn)
	}
	s.Named = 0
	for _, a := range b.Acts {
		s.Named = s.Named.With(a.Seat)
	}
	s.Named = s.Named.Without(b.Seat)
	s.Turn++
	s.Floor = NoSeat
	if s.Rules.AfterSpeech != AfterSpeechNone && s.Phase == PhaseRoundTable {
		s.Reacting = s.Living
	}
	return nil
}

func (s *State) speaker() Seat {
	switch {
	case s.byBid():
		return s.Floor
	case s.Turn < s.Ordered:
		return s.Order[s.Turn]
	}
	return NoSeat
}

// Kind implements Body.
func (Acts) Kind() Kind { return KindActs }

// Actor implements Deed.
func (b Acts) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Acts) Fill(a *Answer) { a.Acts = b.Acts }

func (b Acts) apply(s *State) error { return s.needLiving(b.Seat) }

// Kind implements Body.
func (Intent) Kind() Kind { return KindIntent }

// Actor implements Deed.
func (b Intent) Actor() Seat { return b.Seat }

// Fill implements Deed.
func (b Intent) Fill(a *Answer) { a.Target = b.Target }

func (b Intent) apply(s *State) error {
	if !s.Reacting.Has(b.Seat) {
		return fmt.Errorf("seat %d was not asked for its intent", b.Seat)
	}
	s.Reacting = s.Reacting.Without(b.Seat)
	return nil
}
