package formats

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/turncoat-sim/turncoat/engine"
)

// arenaState is game_complete.json, or game_partial.json of a game that broke off.
type arenaState struct {
	Session    string        `json:"session_id"`
	Seer       *arenaPlayer  `json:"seer"`
	Doctor     *arenaPlayer  `json:"doctor"`
	Villagers  []arenaPlayer `json:"villagers"`
	Werewolves []arenaPlayer `json:"werewolves"`
	Rounds     []arenaRound  `json:"rounds"`
	Error      string        `json:"error_message"`
	Winner     string        `json:"winner"`
}

type arenaPlayer struct {
	Name  string `json:"name"`
	Role  string `json:"role"`
	Model string `json:"model"`
}

// arenaRound is a night and the day after it. Votes are taken after every line of the debate; the last ones count.
type arenaRound struct {
	Eliminated *string             `json:"eliminated"`
	Unmasked   *string             `json:"unmasked"`
	Protected  *string             `json:"protected"`
	Exiled     *string             `json:"exiled"`
	Debate     [][]string          `json:"debate"`
	Votes      []map[string]string `json:"votes"`
	Bids       []map[string]any    `json:"bids"`
}

// arenaLog is a round of game_logs.json: what was asked and answered, of which the reasoning behind a line and a vote is taken.
type arenaLog struct {
	Debate []arenaReply  `json:"debate"`
	Votes  [][]arenaVote `json:"votes"`
}

// arenaReply is a name and its log, in a list of two.
type arenaReply struct {
	name string
	log  arenaThought
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *arenaReply) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&r.name, &r.log})
}

type arenaVote struct {
	Player string       `json:"player"`
	Log    arenaThought `json:"log"`
}

type arenaThought struct {
	Result json.RawMessage `json:"result"` // null where no answer was one
}

var arenaKnown = []engine.Kind{engine.KindOpened, engine.KindDealt, engine.KindAllies, engine.KindPhase, engine.KindFound,
	engine.KindStatement,
	engine.KindThought, engine.KindBallot, engine.KindBanished, engine.KindMurdered, engine.KindEnded}

func readArena(files fs.FS, folder string) (Game, error) {
	raw, err := readOptional(files, folder, "game_complete.json")
	if errors.Is(err, errNone) {
		raw, err = read(files, folder, "game_partial.json")
	}
	if err != nil {
		return Game{}, err
	}
	var state arenaState
	if err := json.Unmarshal(raw, &state); err != nil {
		return Game{}, fmt.Errorf("the game's JSON: %w", err)
	}
	var logs []arenaLog
	text, err := readOptional(files, folder, "game_logs.json")
	if err != nil && !errors.Is(err, errNone) {
		return Game{}, err
	}
	unread := err == nil && json.Unmarshal(text, &logs) != nil
	if unread {
		logs = nil
	}
	players, err := state.table()
	if err != nil {
		return Game{}, err
	}
	source := state.Session
	if source == "" {
		source = path.Base(folder)
	}
	b, err := begin("werewolf-arena", source, append(raw, text...), players, arenaKnown, func(r *engine.Rules) {
		r.First, r.Conclave, r.Order, r.Turns, r.Reveal, r.Tie = "night", 0, "bid", max(1, state.turns()), "nothing", "nobody"
		r.Shown = "nothing" // the majority is told, and not who voted for whom
		if len(logs) > 0 {
			r.Thoughts = "field"
		}
		r.Hears = engine.Hears{First: "running", Later: "running"}
	})
	if err != nil {
		return Game{}, err
	}
	if unread {
		b.skip("game_logs.json: can't be read")
	}
	for i, r := range state.Rounds {
		if i >= len(logs) {
			logs = append(logs, arenaLog{})
		}
		b.arenaRound(i+1, r, logs[i])
	}
	switch state.Winner {
	case "Werewolves", "Werewolf":
		b.end(engine.RoleTraitor.Team(), "source")
	case "Villagers", "Villager":
		b.end(engine.RoleFaithful.Team(), "source")
	case "":
	default:
		b.skip(fmt.Sprintf("the winner: unknown team %q", state.Winner))
	}
	return b.done(), nil
}

// table is everybody, villagers first. The seer and the doctor are faithful here: their nights have no kind of event.
func (s arenaState) table() ([]player, error) {
	if len(s.Werewolves) == 0 {
		return nil, errors.New("werewolves: nobody is named")
	}
	var out []player
	add := func(p *arenaPlayer, role engine.Role) {
		if p != nil { // one without a name is refused with the table: a game without it would be another
			out = append(out, player{p.Name, p.Model, role})
		}
	}
	for i := range s.Villagers {
		add(&s.Villagers[i], engine.RoleFaithful)
	}
	add(s.Seer, engine.RoleFaithful)
	add(s.Doctor, engine.RoleFaithful)
	for i := range s.Werewolves {
		add(&s.Werewolves[i], engine.RoleTraitor)
	}
	return out, nil
}

// turns is the longest debate.
func (s arenaState) turns() int {
	most := 0
	for _, r := range s.Rounds {
		most = max(most, len(r.Debate))
	}
	return most
}

// named is the living seat of a name; NoSeat of none.
func (b *builder) named(name *string, what string) (engine.Seat, bool) {
	if name == nil || *name == "" {
		return engine.NoSeat, false
	}
	s, ok := b.seat(*name)
	if !ok || !b.living.Has(s) {
		b.skip(what + ": a name that is not at the table")
		return engine.NoSeat, false
	}
	return s, true
}

func (b *builder) arenaRound(number int, r arenaRound, log arenaLog) {
	for what, there := range map[string]bool{"seer's unmasking": r.Unmasked != nil, "doctor's protection": r.Protected != nil} {
		if there {
			b.skip(what + ": no kind of event here")
		}
	}
	b.enter(number-1, engine.PhaseMurder)
	victim, hit := b.named(r.Eliminated, "eliminated")
	if hit && r.Protected != nil && *r.Protected == *r.Eliminated {
		victim = engine.NoSeat // the doctor saved it
	}
	b.emit(b.evil, engine.Murdered{Seat: victim})
	b.living = b.living.Without(victim)
	b.enter(number, engine.PhaseBreakfast)
	b.emit(b.all, engine.Found{Victim: victim})
	b.arenaDay(r, log)
}

func (b *builder) arenaDay(r arenaRound, log arenaLog) {
	for i, line := range r.Debate {
		if len(line) != 2 {
			b.skip("debate: a line that is no name and text")
			continue
		}
		seat, ok := b.seat(line[0])
		if !ok {
			b.skip("debate: a name that is not at the table")
			continue
		}
		b.enter(b.round, engine.PhaseRoundTable)
		if i < len(log.Debate) && log.Debate[i].name == line[0] {
			b.thought(seat, log.Debate[i].log)
		}
		b.emit(b.all, engine.Statement{Seat: seat, Text: line[1], Position: i})
		b.take("debate")
	}
	if n := len(r.Bids); n > 0 {
		b.game.Skipped["bids: no kind of event that everybody here makes"] += n
	}
	if n := len(r.Votes); n > 1 {
		b.game.Skipped["votes before the last, after each line of the debate"] += n - 1
	}
	if n := len(r.Votes); n > 0 {
		var thoughts []arenaVote
		if len(log.Votes) == n {
			thoughts = log.Votes[n-1]
		}
		b.arenaBallots(r.Votes[n-1], thoughts)
	}
	if len(r.Votes) == 0 && r.Exiled == nil {
		return // the game was over in the night, or broke off
	}
	b.enter(b.round, engine.PhaseBanishment)
	out, _ := b.named(r.Exiled, "exiled")
	b.emit(b.all, engine.Banished{Seat: out})
	b.living = b.living.Without(out)
	b.take("exile")
}

// thought keeps the reasoning of an answer, where the log has one.
func (b *builder) thought(seat engine.Seat, log arenaThought) {
	var answer struct {
		Reasoning string `json:"reasoning"`
	}
	switch err := json.Unmarshal(log.Result, &answer); {
	case len(log.Result) > 0 && err != nil:
		b.skip("reasoning: can't be read")
	case answer.Reasoning != "":
		b.emit(0, engine.Thought{Seat: seat, Text: answer.Reasoning})
		b.take("reasoning")
	}
}

// arenaBallots takes the last votes, in seat order: the source keeps no order. They are their voters' secret.
func (b *builder) arenaBallots(votes map[string]string, thoughts []arenaVote) {
	b.enter(b.round, engine.PhaseBallot)
	strangers := len(votes)
	for i, name := range b.names {
		target, voted := votes[name]
		if !voted {
			continue
		}
		strangers--
		at, ok := b.seat(target)
		if !ok || !b.living.Has(engine.Seat(i)) {
			b.skip("vote: a name that is not at the table")
			continue
		}
		for _, t := range thoughts {
			if t.Player == name {
				b.thought(engine.Seat(i), t.Log)
			}
		}
		b.emit(engine.SeatsOf(engine.Seat(i)), engine.Ballot{Voter: engine.Seat(i), Target: at})
		b.take("vote")
	}
	if strangers > 0 {
		b.game.Skipped["vote: a name that is not at the table"] += strangers
	}
}
