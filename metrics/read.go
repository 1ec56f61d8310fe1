package metrics

import (
	json "github.com/goccy/go-json"

	"turncoat/engine"
)

// reader folds events into a game.
type reader struct {
	game     Game
	living   engine.Seats
	traitors engine.Seats
	forfeits [3]engine.Seats // of a ballot, a statement, a murder: whose next one the rules supplied
	own      Belief          // asked with the statement that comes next
	vectors  []int16         // chunk that belief vectors are cut from; a full one is left to those who hold it
}

const (
	noBallot = iota
	noStatement
	noMurder
)

func (r *reader) event(s *engine.Stored) error {
	if s.Round > r.game.LastRound {
		r.game.LastRound = s.Round
	}
	switch s.Kind {
	case engine.KindCreated:
		return r.created(s)
	case engine.KindImported:
		return r.imported(s)
	case engine.KindOpened:
		var b struct {
			Names []string `json:"names"`
		}
		err := json.Unmarshal(s.Body, &b)
		r.game.Names = b.Names
		return err
	case engine.KindEnded:
		var b struct {
			Winner engine.Team `json:"winner"`
			Reason string      `json:"reason"`
		}
		err := json.Unmarshal(s.Body, &b)
		r.game.Winner, r.game.Reason, r.game.Over = b.Winner, b.Reason, true
		return err
	case engine.KindBelief:
		return r.belief(s)
	case engine.KindStatement, engine.KindActs:
		return r.statement(s)
	}
	return r.small(s)
}

func (r *reader) created(s *engine.Stored) error {
	var b engine.Created
	if err := json.Unmarshal(s.Body, &b); err != nil {
		return err
	}
	if b.Rules.Players < 1 || b.Rules.Players > engine.MaxSeats {
		return errSeat
	}
	g := &r.game
	g.Seed, g.Rules, g.N, g.Policies = b.Seed, b.Rules, b.Rules.Players, b.Policies
	g.Roles = make([]engine.Role, g.N)
	r.living = engine.AllSeats(g.N)
	return nil
}

func (r *reader) imported(s *engine.Stored) error {
	var b engine.Imported
	if err := json.Unmarshal(s.Body, &b); err != nil {
		return err
	}
	if b.Rules.Players < 1 || b.Rules.Players > engine.MaxSeats {
		return errSeat
	}
	g := &r.game
	g.Imported, g.Known, g.Rules, g.N, g.Policies = true, b.Known, b.Rules, b.Rules.Players, b.Policies
	g.Roles = make([]engine.Role, g.N)
	r.living = engine.AllSeats(g.N)
	return nil
}

// fields are those of all the small bodies together; each has a few of them.
type fields struct {
	seat, voter, target, victim engine.Seat
	stage                       int
	illegal                     bool
	role, request, cause, seats []byte
}

func scan(b []byte) (fields, error) {
	f := fields{seat: engine.NoSeat, voter: engine.NoSeat, target: engine.NoSeat, victim: engine.NoSeat}
	o := object{b: b}
	for key, value, ok := o.next(); ok; key, value, ok = o.next() {
		switch string(key) {
		case "seat":
			f.seat = seatOf(value)
		case "voter":
			f.voter = seatOf(value)
		case "target":
			f.target = seatOf(value)
		case "victim":
			f.victim = seatOf(value)
		case "stage":
			f.stage = number(value)
		case "illegal":
			f.illegal = string(value) == "true"
		case "role":
			f.role = value
		case "request":
			f.request = value
		case "cause":
			f.cause = value
		case "seats":
			f.seats = value
		}
	}
	if o.bad {
		return f, errBody
	}
	return f, nil
}

func (r *reader) small(s *engine.Stored) error {
	switch s.Kind {
	case engine.KindDealt, engine.KindFound, engine.KindIntent, engine.KindBallot, engine.KindTied, engine.KindBanished,
		engine.KindRevealed, engine.KindMurderVote, engine.KindMurdered, engine.KindForfeit:
	default:
		return nil
	}
	f, err := scan(s.Body)
	if err != nil {
		return err
	}
	if !r.seated(s.Kind, f) {
		return errSeat
	}
	switch s.Kind {
	case engine.KindDealt:
		return r.dealt(f)
	case engine.KindForfeit:
		return r.forfeit(s, f)
	case engine.KindFound: // the victim died in the night before; where a log holds no murder, it is learnt here
		if r.living.Has(f.victim) && len(r.game.Rounds) > 0 {
			r.die(f.victim, &r.game.Rounds[len(r.game.Rounds)-1])
		}
		r.round(s)
		return nil
	}
	r.play(s, f)
	return nil
}

// seated reports whether the body names seats of this table, and somebody where there has to be somebody.
func (r *reader) seated(k engine.Kind, f fields) bool {
	n := engine.Seat(r.game.N)
	if f.seat >= n || f.voter >= n || f.target >= n || f.victim >= n {
		return false
	}
	switch k {
	case engine.KindBallot, engine.KindMurderVote:
		return f.voter != engine.NoSeat
	case engine.KindDealt, engine.KindForfeit, engine.KindRevealed, engine.KindIntent:
		return f.seat != engine.NoSeat
	}
	return true
}

func (r *reader) dealt(f fields) error {
	role, err := engine.ParseRole(string(f.role))
	if err != nil {
		return err
	}
	r.game.Roles[f.seat] = role
	if role.Team() == engine.Traitors {
		r.traitors = r.traitors.With(f.seat)
		r.game.Traitors = r.traitors
	}
	return nil
}

func (r *reader) forfeit(s *engine.Stored, f fields) error {
	var kind engine.RequestKind
	if err := kind.UnmarshalText(f.request); err != nil {
		return err
	}
	r.game.Forfeits = append(r.game.Forfeits, Forfeit{s.Round, s.Phase, f.seat, kind, engine.Cause(f.cause)})
	switch kind {
	case engine.AskBallot:
		r.forfeits[noBallot] = r.forfeits[noBallot].With(f.seat)
	case engine.AskStatement:
		r.forfeits[noStatement] = r.forfeits[noStatement].With(f.seat)
	case engine.AskMurder:
		r.forfeits[noMurder] = r.forfeits[noMurder].With(f.seat)
	}
	return nil
}

// supplied reports, once, whether the seat's answer of the kind was supplied by the rules.
func (r *reader) supplied(kind int, seat engine.Seat) bool {
	had := r.forfeits[kind].Has(seat)
	r.forfeits[kind] = r.forfeits[kind].Without(seat)
	return had
}

func (r *reader) play(s *engine.Stored, f fields) {
	round := r.round(s)
	switch s.Kind {
	case engine.KindBallot:
		place := len(round.Ballots)
		if f.stage > 0 {
			place -= len(round.Stage(0))
		}
		if round.Ballots == nil {
			round.Ballots = make([]Ballot, 0, r.living.Len())
		}
		round.Ballots = append(round.Ballots, Ballot{Voter: f.voter, Target: f.target, Stage: f.stage, Position: place,
			Illegal: f.illegal, Forfeited: r.supplied(noBallot, f.voter)})
	case engine.KindMurderVote:
		round.NightVotes = append(round.NightVotes, Ballot{Voter: f.voter, Target: f.target, Position: len(round.NightVotes),
			Forfeited: r.supplied(noMurder, f.voter)})
	case engine.KindTied:
		for _, seat := range numbers(nil, f.seats) {
			if seat >= 0 && seat < engine.MaxSeats {
				round.RunoffAmong = round.RunoffAmong.With(engine.Seat(seat))
			}
		}
	case engine.KindBanished:
		round.Decided, round.Banished = true, f.seat
		r.living = r.living.Without(f.seat)
	case engine.KindRevealed:
		round.Revealed = round.Revealed.With(f.seat)
	case engine.KindMurdered:
		round.Night = true
		r.die(f.seat, round)
	case engine.KindIntent:
		if n := len(round.Statements); n > 0 {
			last := &round.Statements[n-1]
			last.Intents = append(last.Intents, Intent{f.seat, f.target})
		}
	}
}

func (r *reader) die(seat engine.Seat, round *Round) {
	round.Night, round.Murdered = true, seat
	r.living = r.living.Without(seat)
}

// round is the round that an event belongs to, begun if it is new.
func (r *reader) round(s *engine.Stored) *Round {
	g := &r.game
	if n := len(g.Rounds); n == 0 || g.Rounds[n-1].Number < s.Round {
		if g.Rounds == nil {
			g.Rounds = make([]Round, 0, 8)
		}
		g.Rounds = append(g.Rounds, Round{Number: s.Round, Living: r.living, Traitors: r.traitors,
			Banished: engine.NoSeat, Murdered: engine.NoSeat})
	}
	return &g.Rounds[len(g.Rounds)-1]
}

func (r *reader) belief(s *engine.Stored) error {
	b := Belief{Observer: engine.NoSeat, Phase: s.Phase}
	if cap(r.vectors)-len(r.vectors) < r.game.N {
		r.vectors = make([]int16, 0, 64*r.game.N)
	}
	o := object{b: s.Body}
	for key, value, ok := o.next(); ok; key, value, ok = o.next() {
		switch string(key) {
		case "observer":
			b.Observer = seatOf(value)
		case "order":
			b.Order = number(value)
		case "when":
			b.When = moment(value)
		case "per_mille":
			from := len(r.vectors)
			r.vectors = numbers(r.vectors, value)
			b.PerMille = r.vectors[from:len(r.vectors):len(r.vectors)]
		}
	}
	if o.bad || len(b.PerMille) != r.game.N {
		return errBody
	}
	if b.Observer == engine.NoSeat || int(b.Observer) >= r.game.N {
		return errSeat
	}
	for _, v := range b.PerMille {
		if v < engine.Unstated || v > 1000 {
			return errBody
		}
	}
	if s.Round == 0 && s.Phase != engine.PhaseConclave && s.Phase != engine.PhaseMurder {
		r.game.Start = append(r.game.Start, b)
		return nil
	}
	round := r.round(s)
	if n := len(round.Statements); b.When == "after_speech" && n > 0 {
		last := &round.Statements[n-1]
		last.Reactions = append(last.Reactions, b)
		return nil
	}
	if b.When == "statement" {
		r.own = b
	}
	round.Beliefs = append(round.Beliefs, b)
	return nil
}

var momentNames = [...]string{"ballot", "statement", "start", "breakfast", "round_table", "banishment", "aftermath", "after_speech"}

func moment(b []byte) string {
	for _, name := range momentNames {
		if string(b) == name {
			return name
		}
	}
	return string(b)
}

func (r *reader) statement(s *engine.Stored) error {
	st := Statement{Seat: engine.NoSeat, Phase: s.Phase}
	o := object{b: s.Body}
	var err error
	for key, value, ok := o.next(); ok; key, value, ok = o.next() {
		switch string(key) {
		case "seat":
			st.Seat = seatOf(value)
		case "pass":
			st.Pass = number(value)
		case "position":
			st.Position = number(value)
		case "text":
			st.TextWords = words(value)
		case "acts":
			if st.Acts, err = acts(nil, value); err != nil {
				return err
			}
		}
	}
	if o.bad {
		return errBody
	}
	for _, a := range st.Acts {
		if a.Seat == engine.NoSeat || int(a.Seat) >= r.game.N {
			return errSeat
		}
	}
	if st.Seat == engine.NoSeat || int(st.Seat) >= r.game.N {
		return errSeat
	}
	round := r.round(s)
	if s.Kind == engine.KindActs { // of the statement before it
		for i := len(round.Statements) - 1; i >= 0; i-- {
			if round.Statements[i].Seat == st.Seat {
				round.Statements[i].Acts = st.Acts
				break
			}
		}
		return nil
	}
	st.Forfeited = r.supplied(noStatement, st.Seat)
	if r.own.PerMille != nil && r.own.Observer == st.Seat {
		st.Own, st.OwnOrder = r.own.PerMille, r.own.Order
	}
	r.own = Belief{}
	if round.Statements == nil {
		round.Statements = make([]Statement, 0, 2*r.living.Len())
	}
	round.Statements = append(round.Statements, st)
	return nil
}

func (r *reader) finish() {
	g := &r.game
	g.Living = r.living
	when := g.PrimaryMoment()
	for i := range g.Rounds {
		g.Rounds[i].Primary = primary(&g.Rounds[i], when)
		g.Rounds[i].Counts = countsPosterior(g, i)
	}
}
