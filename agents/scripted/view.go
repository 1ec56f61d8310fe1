package scripted

import (
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/posterior"
)

// view is a seat's reading of its observation: what a talker needs to remember of the table.
type view struct {
	seat    engine.Seat
	next    int // events read
	rules   engine.Rules
	names   []string
	n       int
	salt    int           // of the names: shared by all seats, so that neighbours pick different phrases
	roles   engine.Roster // as far as it was told
	allies  engine.Seats  // the traitors, as a traitor knows them; the seat included
	persona string
	read    posterior.Sets

	living    engine.Seats
	votes     []vote // first-stage ballots that this seat saw, of all days
	away      []int  // by seat: the round in which it left, −1 while it lives
	said      []said // acts of this day's talk, in order
	talked    []int  // by seat: acts in all
	promised  []engine.Seat
	liars     engine.Seats // broke a promise in the last ballot
	victim    engine.Seat  // found this morning
	banished  engine.Seat  // the last to be banished, NoSeat if the last ballot banished nobody
	order     []engine.Seat
	proposals []said // of this night's conclave
	clues     []string
	today     []string // texts of this day's or this night's talk
	own       []string // what this seat has said in the whole game

	hunches  [engine.MaxSeats]inkling // from the seat's own notes
	defended engine.Seats             // by this seat
	over     bool
	winner   engine.Team
}

type vote struct {
	round         int
	voter, target engine.Seat
}

type said struct {
	kind        engine.ActKind
	from, about engine.Seat
}

func (v *view) take(seen engine.Observation) {
	if v.next > len(seen.Events) {
		*v = view{seat: v.seat}
	}
	for ; v.next < len(seen.Events); v.next++ {
		v.read.Observe(seen.Events[v.next])
		v.note(seen.Events[v.next])
	}
}

func (v *view) note(o engine.Observed) {
	v.roles.Take(o.Body)
	switch b := o.Body.(type) {
	case engine.Opened:
		v.open(b)
	case engine.Allies:
		v.allies = engine.SeatsOf(b.Seats...)
	case engine.Persona:
		v.persona = b.Persona
	case engine.Introduced:
		v.clues[b.Seat] = b.Persona
	case engine.PhaseBegan:
		v.begin(o.Phase)
	case engine.Order:
		v.order = b.Seats
	case engine.Statement:
		v.hear(b.Seat, b.Acts)
		v.remember(b.Seat, b.Text)
	case engine.Acts:
		v.hear(b.Seat, b.Acts)
	case engine.Conferred:
		v.remember(b.Seat, b.Text)
		for _, a := range b.Acts {
			v.proposals = append(v.proposals, said{a.Kind, b.Seat, a.Seat})
		}
	case engine.Ballot:
		v.ballot(o.Round, b)
	case engine.Found:
		v.victim = b.Victim
		v.leave(b.Victim, o.Round)
	case engine.Notes:
		v.ownNotes(o.Round, b.Notes)
	case engine.Ended:
		v.over, v.winner = true, b.Winner
	case engine.Banished:
		v.banished = b.Seat
		v.leave(b.Seat, o.Round)
	case engine.Dealt, engine.Tied, engine.Revealed: // the roster and the counts read them
	case engine.Drawn, engine.Tally, engine.Murdered, engine.Remembered, engine.MurderVote: // no policy goes by them
	case engine.Bid, engine.Intent, engine.Belief, engine.Thought, engine.Remark: // its own, or no sign
	case engine.Bookkeeping:
	}
}

func (v *view) open(b engine.Opened) {
	*v = view{seat: v.seat, next: v.next, read: v.read, rules: b.Rules, names: b.Names, n: len(b.Names),
		living: engine.AllSeats(len(b.Names)),
		victim: engine.NoSeat, banished: engine.NoSeat}
	v.away, v.talked = make([]int, v.n), make([]int, v.n)
	v.promised, v.clues = make([]engine.Seat, v.n), make([]string, v.n)
	for i, name := range v.names {
		v.away[i], v.promised[i] = -1, engine.NoSeat
		for k := range len(name) {
			v.salt = (v.salt*31 + int(name[k])) & 0xffff
		}
	}
}

// begin forgets what belongs to the day or the night before.
func (v *view) begin(p engine.Phase) {
	// Every other phase leaves what was heard as it is.
	//exhaustive:ignore
	switch p {
	case engine.PhaseRoundTable:
		v.said, v.today = v.said[:0], v.today[:0]
	case engine.PhaseBallot:
		v.liars = 0
	case engine.PhaseConclave, engine.PhaseMurder:
		if p == engine.PhaseConclave {
			v.proposals, v.today = v.proposals[:0], v.today[:0]
		}
		v.said = v.said[:0]
		for i := range v.promised {
			v.promised[i] = engine.NoSeat
		}
	}
}

func (v *view) hear(from engine.Seat, acts []engine.Act) {
	for _, a := range acts {
		v.said = append(v.said, said{a.Kind, from, a.Seat})
		v.talked[from]++
		switch {
		case a.Kind == engine.Promise:
			v.promised[from] = a.Seat
		case a.Kind == engine.Defend && from == v.seat:
			v.defended = v.defended.With(a.Seat)
		}
	}
}

func (v *view) remember(from engine.Seat, text string) {
	if text == "" {
		return
	}
	v.today = append(v.today, text)
	if from == v.seat {
		v.own = append(v.own, text)
	}
}

func (v *view) ballot(round int, b engine.Ballot) {
	if b.Stage > 0 || b.Target == engine.NoSeat || b.Lost {
		return
	}
	v.votes = append(v.votes, vote{round, b.Voter, b.Target})
	if p := v.promised[b.Voter]; p != engine.NoSeat && p != b.Target {
		v.liars = v.liars.With(b.Voter)
	}
}

func (v *view) leave(seat engine.Seat, round int) {
	if seat != engine.NoSeat {
		v.living = v.living.Without(seat)
		v.away[seat] = round
	}
}

func (v *view) role() engine.Role { return v.roles.Of(v.seat) }

// accusers are who accused the seat in this day's talk.
func (v *view) accusers(of engine.Seat) (out engine.Seats) {
	for _, s := range v.said {
		if s.kind == engine.Accuse && s.about == of && s.from != of {
			out = out.With(s.from)
		}
	}
	return out
}

// mine is whom this seat accused last in this day's talk, and to whom it promised its vote.
func (v *view) mine() engine.Seat {
	if p := v.promised[v.seat]; p != engine.NoSeat {
		return p
	}
	for i := len(v.said) - 1; i >= 0; i-- {
		if s := v.said[i]; s.from == v.seat && s.kind == engine.Accuse {
			return s.about
		}
	}
	return engine.NoSeat
}

// unanswered is who accused this seat since it last spoke, the latest first.
func (v *view) unanswered() engine.Seat {
	for i := len(v.said) - 1; i >= 0; i-- {
		s := v.said[i]
		if s.from == v.seat {
			return engine.NoSeat
		}
		if s.kind == engine.Accuse && s.about == v.seat && v.living.Has(s.from) {
			return s.from
		}
	}
	return engine.NoSeat
}

// voted is the seat's ballot of a round, NoSeat where this seat saw none.
func (v *view) voted(seat engine.Seat, round int) engine.Seat {
	for i := len(v.votes) - 1; i >= 0; i-- {
		if b := v.votes[i]; b.voter == seat && b.round == round {
			return b.target
		}
	}
	return engine.NoSeat
}

// place is where the seat stands in the speaking order; its number where there is none.
func (v *view) place() int {
	for i, s := range v.order {
		if s == v.seat {
			return i
		}
	}
	return int(v.seat)
}
