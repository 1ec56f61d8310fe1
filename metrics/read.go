package metrics

import (
	"errors"
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

var (
	errBody = errors.New("the body lists beliefs that can't be")
	errSeat = errors.New("the body names a seat that the table does not have")
)

// reader folds events into a game.
type reader struct {
	game     Game
	living   engine.Seats
	roles    engine.Roster   // now
	forfeits [3]engine.Seats // of a ballot, a statement, a murder: whose next one the rules supplied
	own      Belief          // asked with the statement that comes next
	place    Place           // what the table has learnt

	bodies  [256]any // *B by kind: what the event that is read is decoded into
	vectors []int16
	calls   []engine.Call
}

const (
	noBallot = iota
	noStatement
	noMurder
)

// takers are what is done with an event, by kind; of the kinds that are not here no metric reads anything.
var takers = [256]func(*reader, *codec.Stored) error{
	engine.KindCreated:    taker((*reader).created),
	engine.KindImported:   taker((*reader).imported),
	engine.KindOpened:     taker((*reader).opened),
	engine.KindDealt:      taker((*reader).dealt),
	engine.KindFound:      taker((*reader).found),
	engine.KindStatement:  taker((*reader).statement),
	engine.KindActs:       taker((*reader).acts),
	engine.KindIntent:     taker((*reader).intent),
	engine.KindBelief:     lending((*reader).belief, (*reader).vector),
	engine.KindBallot:     taker((*reader).ballot),
	engine.KindTied:       taker((*reader).tied),
	engine.KindBanished:   taker((*reader).banished),
	engine.KindRevealed:   taker((*reader).revealed),
	engine.KindMurderVote: taker((*reader).murderVote),
	engine.KindMurdered:   taker((*reader).murdered),
	engine.KindForfeit:    taker((*reader).forfeit),
	engine.KindAnswered:   lending((*reader).answered, (*reader).someCalls),
	engine.KindEnded:      taker((*reader).ended),
}

func taker[B engine.Body](take func(*reader, *codec.Stored, *B) error) func(*reader, *codec.Stored) error {
	return lending(take, func(*reader, *B) {})
}

// lending is taker with memory lent to what is read.
func lending[B engine.Body](take func(*reader, *codec.Stored, *B) error, lend func(*reader, *B)) func(*reader, *codec.Stored) error {
	return func(r *reader, s *codec.Stored) error {
		b, ok := r.bodies[s.Kind].(*B)
		if !ok {
			b = new(B)
			r.bodies[s.Kind] = b
		}
		*b = codec.Blank[B]()
		lend(r, b)
		if err := codec.Read(s, b); err != nil {
			return err
		}
		return take(r, s, b)
	}
}

// vector lends a belief as many numbers as there are seats. They are cut from a chunk; a full one is left to those who hold it.
func (r *reader) vector(b *engine.Belief) {
	n := r.game.N
	if len(r.vectors) < n {
		r.vectors = make([]int16, 64*n)
	}
	b.PerMille, r.vectors = r.vectors[:0:n], r.vectors[n:]
}

// calls lends an answer the calls of the one before it, of which nothing is kept.
func (r *reader) someCalls(b *engine.Answered) {
	clear(r.calls[:cap(r.calls)])
	b.Calls = r.calls[:0]
}

// Kinds lists the kinds of event that ReadGame decodes; it passes over the others, so a reader may leave them out.
func Kinds() []engine.Kind {
	var out []engine.Kind
	for _, k := range engine.Kinds() {
		if takers[k] != nil {
			out = append(out, k)
		}
	}
	return out
}

func (r *reader) event(s *codec.Stored) error {
	if s.Round > r.game.LastRound {
		r.game.LastRound = s.Round
	}
	if take := takers[s.Kind]; take != nil {
		return take(r, s)
	}
	return nil
}

// sits reports whether a seat is one of this table.
func (r *reader) sits(seat engine.Seat) bool { return seat >= 0 && int(seat) < r.game.N }

// maySit reports whether it is one, or nobody's.
func (r *reader) maySit(seat engine.Seat) bool { return seat == engine.NoSeat || r.sits(seat) }

func (r *reader) created(_ *codec.Stored, b *engine.Created) error {
	r.game.Seed = b.Seed
	return r.open(b.Rules, b.Policies)
}

func (r *reader) imported(_ *codec.Stored, b *engine.Imported) error {
	r.game.Imported, r.game.Known = true, b.Known
	return r.open(b.Rules, b.Policies)
}

func (r *reader) open(rules engine.Rules, policies []string) error {
	if rules.Players < 1 || rules.Players > engine.MaxSeats {
		return errSeat
	}
	g := &r.game
	g.Rules, g.N, g.Policies = rules, rules.Players, policies
	g.Roles = make([]engine.Role, g.N)
	r.living = engine.AllSeats(g.N)
	return nil
}

func (r *reader) opened(_ *codec.Stored, b *engine.Opened) error {
	r.game.Names = b.Names
	return nil
}

func (r *reader) ended(_ *codec.Stored, b *engine.Ended) error {
	r.game.Winner, r.game.Reason, r.game.Over = b.Winner, b.Reason, true
	return nil
}

// answered counts an answer by calls, and whether it was refused: a call's cause, or its mark of a speech that declines to play.
func (r *reader) answered(_ *codec.Stored, b *engine.Answered) error {
	if !r.sits(b.Seat) {
		return errSeat
	}
	if r.game.Asked == nil {
		r.game.Asked, r.game.Refused = make([]int, r.game.N), make([]int, r.game.N)
	}
	r.calls = b.Calls
	r.game.Asked[b.Seat]++
	if slices.ContainsFunc(b.Calls, engine.Call.Refused) {
		r.game.Refused[b.Seat]++
	}
	return nil
}

func (r *reader) dealt(_ *codec.Stored, b *engine.Dealt) error {
	if !r.sits(b.Seat) {
		return errSeat
	}
	r.game.Roles[b.Seat] = b.Role
	r.roles.Take(*b)
	r.game.Traitors = r.roles.Informed()
	return nil
}

func (r *reader) forfeit(s *codec.Stored, b *engine.Forfeited) error {
	if !r.sits(b.Seat) {
		return errSeat
	}
	r.game.Forfeits = append(r.game.Forfeits, Forfeit{s.Round, s.Phase, b.Seat, b.Request, b.Cause})
	// The event of any other answer says itself that it was supplied, or no metric reads it.
	//exhaustive:ignore
	switch b.Request {
	case engine.AskBallot:
		r.forfeits[noBallot] = r.forfeits[noBallot].With(b.Seat)
	case engine.AskStatement:
		r.forfeits[noStatement] = r.forfeits[noStatement].With(b.Seat)
	case engine.AskMurder:
		r.forfeits[noMurder] = r.forfeits[noMurder].With(b.Seat)
	}
	return nil
}

// supplied reports, once, whether the seat's answer of the kind was supplied by the rules.
func (r *reader) supplied(kind int, seat engine.Seat) bool {
	had := r.forfeits[kind].Has(seat)
	r.forfeits[kind] = r.forfeits[kind].Without(seat)
	return had
}

func (r *reader) ballot(s *codec.Stored, b *engine.Ballot) error {
	if !r.sits(b.Voter) || !r.maySit(b.Target) {
		return errSeat
	}
	round := r.round(s)
	place := len(round.Ballots)
	if b.Stage > 0 {
		place -= len(round.Stage(0))
	}
	if round.Ballots == nil {
		round.Ballots = make([]Ballot, 0, r.living.Len())
	}
	round.Ballots = append(round.Ballots, Ballot{Voter: b.Voter, Target: b.Target, Stage: b.Stage, Position: place,
		Illegal: b.Illegal, Forfeited: r.supplied(noBallot, b.Voter)})
	if r.game.Rules.Ballot == engine.BallotOpen { // sealed ones are opened together
		r.place.Ballots++
	}
	return nil
}

func (r *reader) murderVote(s *codec.Stored, b *engine.MurderVote) error {
	if !r.sits(b.Voter) || !r.maySit(b.Target) {
		return errSeat
	}
	round := r.round(s)
	round.NightVotes = append(round.NightVotes, Ballot{Voter: b.Voter, Target: b.Target, Position: len(round.NightVotes),
		Forfeited: r.supplied(noMurder, b.Voter)})
	return nil
}

func (r *reader) tied(s *codec.Stored, b *engine.Tied) error {
	round := r.round(s)
	r.place.Ties++
	for _, seat := range b.Seats {
		if !r.sits(seat) {
			return errSeat
		}
		round.RunoffAmong = round.RunoffAmong.With(seat)
	}
	return nil
}

func (r *reader) banished(s *codec.Stored, b *engine.Banished) error {
	if !r.maySit(b.Seat) {
		return errSeat
	}
	round := r.round(s)
	round.Decided, round.Banished = true, b.Seat
	r.place.Banishments++
	r.living = r.living.Without(b.Seat)
	return nil
}

func (r *reader) revealed(s *codec.Stored, b *engine.Revealed) error {
	if !r.sits(b.Seat) {
		return errSeat
	}
	round := r.round(s)
	round.Revealed = round.Revealed.With(b.Seat)
	return nil
}

func (r *reader) murdered(s *codec.Stored, b *engine.Murdered) error {
	if !r.maySit(b.Seat) {
		return errSeat
	}
	r.die(b.Seat, r.round(s))
	return nil
}

// found tells of a victim who died in the night before; where a log holds no murder, it is learnt here.
func (r *reader) found(s *codec.Stored, b *engine.Found) error {
	if !r.maySit(b.Victim) {
		return errSeat
	}
	if r.living.Has(b.Victim) && len(r.game.Rounds) > 0 {
		r.die(b.Victim, &r.game.Rounds[len(r.game.Rounds)-1])
	}
	r.round(s)
	return nil
}

func (r *reader) intent(s *codec.Stored, b *engine.Intent) error {
	if !r.sits(b.Seat) || !r.maySit(b.Target) {
		return errSeat
	}
	if last := r.round(s).last(); last != nil {
		last.Intents = append(last.Intents, Intent{b.Seat, b.Target})
	}
	return nil
}

func (r *reader) die(seat engine.Seat, round *Round) {
	round.Night, round.Murdered = true, seat
	r.place.Murders++
	r.living = r.living.Without(seat)
}

// round is the round that an event belongs to, begun if it is new.
func (r *reader) round(s *codec.Stored) *Round {
	g := &r.game
	if n := len(g.Rounds); n == 0 || g.Rounds[n-1].Number < s.Round {
		if g.Rounds == nil {
			g.Rounds = make([]Round, 0, 8)
		}
		g.Rounds = append(g.Rounds, Round{Number: s.Round, Living: r.living, Roles: r.roles, Traitors: r.roles.Informed(),
			Banished: engine.NoSeat, Murdered: engine.NoSeat})
	}
	return &g.Rounds[len(g.Rounds)-1]
}

// last is the statement that was made last in the round; nil before the first.
func (r *Round) last() *Statement {
	if len(r.Statements) == 0 {
		return nil
	}
	return &r.Statements[len(r.Statements)-1]
}

func (r *reader) belief(s *codec.Stored, body *engine.Belief) error {
	if !r.sits(body.Observer) {
		return errSeat
	}
	if len(body.PerMille) != r.game.N {
		return errBody
	}
	for _, v := range body.PerMille {
		if v < engine.Unstated || v > 1000 {
			return errBody
		}
	}
	b := Belief{Observer: body.Observer, Order: body.Order, When: body.When, Phase: s.Phase, Place: r.place,
		PerMille: body.PerMille}
	if s.Round == 0 && s.Phase != engine.PhaseConclave && s.Phase != engine.PhaseMurder {
		r.game.Start = append(r.game.Start, b)
		return nil
	}
	round := r.round(s)
	if last := round.last(); b.When == "after_speech" && last != nil {
		last.Reactions = append(last.Reactions, b)
		return nil
	}
	if b.When == "statement" {
		r.own = b
	}
	round.Beliefs = append(round.Beliefs, b)
	return nil
}

// spoken checks who spoke, and of whom.
func (r *reader) spoken(speaker engine.Seat, acts []engine.Act) error {
	if !r.sits(speaker) {
		return errSeat
	}
	for _, a := range acts {
		if !r.sits(a.Seat) {
			return errSeat
		}
	}
	return nil
}

// acts are of the statement before it.
func (r *reader) acts(s *codec.Stored, b *engine.Acts) error {
	if err := r.spoken(b.Seat, b.Acts); err != nil {
		return err
	}
	round := r.round(s)
	for i := len(round.Statements) - 1; i >= 0; i-- {
		if round.Statements[i].Seat == b.Seat {
			round.Statements[i].Acts = b.Acts
			break
		}
	}
	return nil
}

func (r *reader) statement(s *codec.Stored, b *engine.Statement) error {
	if err := r.spoken(b.Seat, b.Acts); err != nil {
		return err
	}
	st := Statement{Seat: b.Seat, Pass: b.Pass, Position: b.Position, Phase: s.Phase, Acts: b.Acts, TextWords: words(b.Text),
		Forfeited: r.supplied(noStatement, b.Seat), Place: r.place}
	r.place.Statements++
	if r.own.PerMille != nil && r.own.Observer == st.Seat {
		st.Own, st.OwnOrder = r.own.PerMille, r.own.Order
	}
	r.own = Belief{}
	round := r.round(s)
	if round.Statements == nil {
		round.Statements = make([]Statement, 0, 2*r.living.Len())
	}
	round.Statements = append(round.Statements, st)
	return nil
}

// words counts the words of a text: what stands between blanks, line breaks and tabs.
func words(text string) int {
	n, in := 0, false
	for i := range len(text) {
		blank := text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r'
		if !blank && !in {
			n++
		}
		in = !blank
	}
	return n
}

func (r *reader) finish() {
	g := &r.game
	g.Living, g.Ends = r.living, r.roles
	when := g.PrimaryMoment()
	for i := range g.Rounds {
		g.Rounds[i].Primary = primary(&g.Rounds[i], when)
		g.Rounds[i].Counts = countsPosterior(g, i)
	}
}
