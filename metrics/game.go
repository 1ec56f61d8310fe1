package metrics

import (
	"fmt"
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// GameMeta is what a game's row says of it beside its events.
type GameMeta struct {
	ID    string
	Batch string
	Cell  string // the cell of the batch's design; empty where there is one
	Index int    // of the game in its batch
	// Season is its season's number in the batch, from 1, where memory spans games; else 0.
	Season int
	// Table is its table's number in the cell, from 1, where policies take turns at the seats of a table, whose games share the seed;
	// else 0.
	Table int
}

// Unit is the number of what the bootstrap draws: a season or a table, whose games are not independent and follow one another; 0: the
// game by itself.
func (m *GameMeta) Unit() int { return m.Season + m.Table }

// SameUnit reports whether a game belongs to the unit of the one before it.
func (m *GameMeta) SameUnit(before GameMeta) bool { return m.Unit() > 0 && m.Unit() == before.Unit() }

// Game is what a fold needs of one game, decoded once from its stored events.
type Game struct {
	GameMeta
	Seed      uint64
	Imported  bool          // another system played it
	Known     []engine.Kind // of an imported game: the kinds that its source carries
	Rules     engine.Rules  // in full, from event 0
	N         int
	Names     []string
	Policies  []string
	Roles     []engine.Role // as dealt
	Ends      engine.Roster // as at the end of the log
	Traitors  engine.Seats  // the informed team, as dealt; a round has those of its own time
	Rounds    []Round       // in order; number 0 only where the night came first
	Start     []Belief      // before the first round
	Winner    engine.Team
	Reason    string
	Over      bool
	LastRound int          // the last round that began
	Living    engine.Seats // at the end of the log
	Forfeits  []Forfeit
	Asked     []int // by seat: questions that calls of a model answered, or failed to
	Refused   []int // those of them in which it refused: in the first reply, in its repair, or within the speech
}

// Forfeit is an answer that the rules supplied.
type Forfeit struct {
	Round   int
	Phase   engine.Phase
	Seat    engine.Seat
	Request engine.RequestKind
	Cause   engine.Cause
}

// Round is a day and the night after it.
type Round struct {
	Number   int
	Living   engine.Seats  // by day, before the banishment: who lives when the ballot opens
	Roles    engine.Roster // who was what when it began, the dead included
	Traitors engine.Seats  // the informed team of that time

	Ballots     []Ballot // of both stages, in log order
	RunoffAmong engine.Seats
	Decided     bool         // a banishment was held, though perhaps of nobody
	Banished    engine.Seat  // NoSeat: nobody
	Revealed    engine.Seats // whose role was told in this round

	NightVotes []Ballot // of the night after the day
	Night      bool     // the night ended
	Murdered   engine.Seat

	Statements []Statement
	Beliefs    []Belief // at every moment but after_speech, in log order

	Primary []Belief // those of the game's primary moment: see PrimaryMoment
	Counts  Counts   // what the counts observer says when the ballot opens
}

// TeamIn is the team of a seat. One whose role is not known counts among the many.
func TeamIn(roles *engine.Roster, seat engine.Seat) engine.Team {
	if t := roles.TeamOf(seat); t != engine.NoTeam {
		return t
	}
	return engine.Majority()
}

// Dealt is who was what at the beginning.
func (g *Game) Dealt() (out engine.Roster) {
	copy(out[:], g.Roles)
	return out
}

// sideIn are the seats of a team.
func (g *Game) sideIn(roles *engine.Roster, team engine.Team) (out engine.Seats) {
	for i := range g.N {
		if TeamIn(roles, engine.Seat(i)) == team {
			out = out.With(engine.Seat(i))
		}
	}
	return out
}

// Ballot is a seat's ballot of the day, or its vote for a victim.
type Ballot struct {
	Voter, Target engine.Seat // NoSeat: an abstention, or forfeited under forfeit: abstain
	Stage         int
	Position      int // 0-based, in log order within the stage
	Illegal       bool
	Forfeited     bool // the rules supplied it
}

// Statement is what a seat said at the table, with what the table stated after it.
type Statement struct {
	Seat      engine.Seat
	Pass      int
	Position  int
	Phase     engine.Phase
	Acts      []engine.Act
	TextWords int // 0: silence
	Forfeited bool
	Place     Place // before it

	Own       []int16  // the speaker's beliefs asked with the statement; nil without
	OwnOrder  int      // of Own
	Reactions []Belief // after_speech: beliefs
	Intents   []Intent // after_speech: intent
}

// Belief is what a seat stated of the others, per mille by seat; engine.Unstated for itself, the dead, and a forfeit.
type Belief struct {
	Observer engine.Seat
	Order    int // 1 faithful: how likely each is a traitor; 2 traitors: how suspected they think each believes them
	When     string
	Phase    engine.Phase
	Place    Place
	PerMille []int16
}

// stated reports whether anything is: of a forfeit nothing is.
func (b Belief) stated() bool {
	return slices.ContainsFunc(b.PerMille, func(v int16) bool { return v >= 0 })
}

// Intent is whom a seat said that it would banish now.
type Intent struct{ Seat, Target engine.Seat }

// ReadGame decodes one game from its stored events in log order. A log that stops early gives a game that is not Over.
func ReadGame(meta GameMeta, events []codec.Stored) (Game, error) {
	r := reader{game: Game{GameMeta: meta}}
	for i := range events {
		if err := r.event(&events[i]); err != nil {
			return Game{}, fmt.Errorf("read game %s: event %d (%s): %w", meta.ID, events[i].Seq, events[i].Kind, err)
		}
	}
	if r.game.N == 0 {
		return Game{}, fmt.Errorf("read game %s: the log does not open with created", meta.ID)
	}
	r.finish()
	return r.game, nil
}

// Knows reports whether a kind of event can be in the game's log: always in our own games, in an imported one where its source
// carries it. A statement's acts are known where KindActs is.
func (g *Game) Knows(k engine.Kind) bool { return !g.Imported || slices.Contains(g.Known, k) }
