package engine

// RequestKind is what a seat is asked for. Adding one: a constant and a row here. docs/architecture.md, "A phase more", goes through it.
type RequestKind uint8

// The kinds of request. The log holds their names.
const (
	AskNote      RequestKind = iota // what a seat finds telling in the introductions (1.4)
	AskStatement                    // speech at the round table or in the aftermath (3.1, 2.7)
	AskBid                          // a bid 0…4 for the floor (3.1)
	AskBallot                       // a ballot (3.3), also of a runoff
	AskConfer                       // speech in the conclave (4.1)
	AskMurder                       // a victim (4.2)
	AskBeliefs                      // beliefs in a request of their own (7.1, 7.2)
	AskIntent                       // whom the seat would banish now (7.2)
	AskDebrief                      // after the end (7.3)
	AskReflect                      // notes for oneself (10.1)
	AskAct                          // an act of a statement (3.2): never asked by itself, forfeited by itself
	requestKindCount
)

// requestRow is a row of the table of requests: what a kind is called, and what the rules take for an answer to it.
type requestRow struct {
	name    string
	form    Form
	legal   func(*State, Seat) Seats // whom a seat may choose
	abstain func(Rules) bool         // whether nobody is a legal choice too; nil: it is not
	beliefs func(*State) bool        // whether beliefs are asked for in the same answer; nil: they are not
}

var requests = [requestKindCount]requestRow{
	AskNote:      {name: "note", form: FormText},
	AskStatement: {name: "statement", form: FormText, beliefs: func(s *State) bool { return s.Rules.Beliefs.With.Has(WithStatement) }},
	AskBid:       {name: "bid", form: FormBid},
	AskBallot: {name: "ballot", form: FormChoice, legal: (*State).votable, abstain: func(r Rules) bool { return r.Abstain },
		beliefs: func(s *State) bool { return s.Rules.Beliefs.With.Has(WithBallot) && s.Phase == PhaseBallot }},
	AskConfer:  {name: "confer", form: FormText},
	AskMurder:  {name: "murder", form: FormChoice, legal: (*State).prey},
	AskBeliefs: {name: "beliefs", form: FormBeliefs, beliefs: func(*State) bool { return true }},
	AskIntent:  {name: "intent", form: FormChoice, legal: (*State).others, abstain: func(Rules) bool { return true }},
	AskDebrief: {name: "debrief", form: FormText},
	AskReflect: {name: "reflect", form: FormNotes},
	AskAct:     {name: "act"},
}

// Form is what an answer consists of, beside a thought and the beliefs that may be asked for with anything. The checks of an answer,
// a model's reply and its comparison with the log go by the form, so that a kind of request more of a known form needs none of them.
type Form uint8

// The forms. A kind that is never asked for has none.
const (
	FormNone    Form = iota
	FormText         // a text of so many words, and acts in it
	FormChoice       // one of the legal seats, or nobody
	FormBid          // 0…4
	FormNotes        // notes for oneself
	FormBeliefs      // beliefs alone
)

// Form is what an answer to the kind consists of.
func (k RequestKind) Form() Form { return requests[k].form }

func (k RequestKind) String() string { return requests[k].name }

// MarshalText writes the kind's name.
func (k RequestKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind's name.
func (k *RequestKind) UnmarshalText(b []byte) error {
	for kind := range requestKindCount {
		if requests[kind].name == string(b) {
			*k = kind
			return nil
		}
	}
	return errUnknown("request", string(b))
}

// BeliefOrder says which beliefs a request asks for.
type BeliefOrder uint8

// First-order beliefs are of the faithful: the probability that each other living seat is a traitor. Second-order
// beliefs are of the traitors, who know: how suspected they think each seat believes them to be (rule 7.1).
const (
	NoBeliefs BeliefOrder = iota
	FirstOrder
	SecondOrder
)

// Request is what one seat is asked, with the legal actions and the limits.
type Request struct {
	Seat     Seat
	Kind     RequestKind
	Round    int
	Phase    Phase
	Pass     int // 0-based, within the phase
	Position int // 0-based place in the speaking order
	Stage    int // 0 the first ballot, 1 the runoff

	Living  Seats          // who lives, the asked seat included
	Legal   Seats          // legal targets
	Offer   [MaxSeats]Seat // the legal targets in the order in which they are offered (3.3); Legal.Len() of them
	Abstain bool           // nobody is legal too
	Words   int            // the longest text, in words
	Beliefs BeliefOrder    // beliefs wanted in this answer
}

// Offered returns the legal targets in the order in which they are offered.
func (r Request) Offered() []Seat { return r.Offer[:r.Legal.Len()] }

// askAll asks every seat of the set, in seat order.
func (s *State) askAll(kind RequestKind, seats Seats) []Request {
	if seats == 0 {
		return nil
	}
	row := &requests[kind]
	out := make([]Request, 0, seats.Len())
	for seat := range seats.All() {
		r := Request{Seat: seat, Kind: kind, Round: s.Round, Phase: s.Phase, Pass: s.Pass, Position: s.Turn, Stage: s.stage(),
			Living: s.Living, Words: row.form.words(s.Rules)}
		if row.form == FormChoice {
			r.Legal = row.legal(s, seat)
			r.Abstain = row.abstain != nil && row.abstain(s.Rules)
			s.offer(&r)
		}
		if row.beliefs != nil && row.beliefs(s) {
			r.Beliefs = s.orderOf(seat)
		}
		out = append(out, r)
	}
	return out
}

// words are the most that a text of the form may have; 0: none is asked for.
func (f Form) words(r Rules) int {
	switch f {
	case FormText:
		return r.Words
	case FormNotes:
		return NoteWords
	case FormNone, FormChoice, FormBid, FormBeliefs:
	}
	return 0
}

// offer puts the legal targets in an order derived per round and seat (rule 3.3).
func (s *State) offer(r *Request) {
	if r.Legal == 0 {
		return
	}
	n := 0
	for t := range r.Legal.All() {
		r.Offer[n] = t
		n++
	}
	Shuffle(r.Offer[:n], Dice(s.Seed, "offer:"+r.Kind.String(), s.Round, r.Stage, r.Seat))
}

// others are the living but the seat.
func (s *State) others(seat Seat) Seats { return s.Living.Without(seat) }
