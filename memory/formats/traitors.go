package formats

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// traitorsResult is result.json. A run that was not finished has none.
type traitorsResult struct {
	Config struct {
		Participants []struct {
			Name  string `json:"name"`
			Model string `json:"model"`
		} `json:"participants"`
		Traitors int `json:"traitor_count"`
	} `json:"config_data"`
	Result struct {
		Status    string   `json:"status"`
		Winner    string   `json:"winner_type"`
		Traitors  []string `json:"initial_traitors"`
		Faithfuls []string `json:"initial_faithfuls"`
	} `json:"result"`
}

// plompItem is an entry of plomp.json: an event, a prompt or a query. Only events are the game.
type plompItem struct {
	Tags map[string]json.RawMessage `json:"tags"`
	Type string                     `json:"type"`
	Data struct {
		Payload struct {
			Type      string   `json:"plomp_display_event_type"`
			Text      string   `json:"plomp_display_text"`
			Traitors  []string `json:"traitors"`
			Faithfuls []string `json:"faithfuls"`
			Winners   string   `json:"winners"`
			Reason    string   `json:"reason"`
		} `json:"payload"`
	} `json:"data"`
}

// traitorsKnown are the kinds that the public runs carry. Statements have no acts there, and nobody states beliefs.
var traitorsKnown = []engine.Kind{engine.KindOpened, engine.KindDealt, engine.KindAllies, engine.KindPhase, engine.KindFound,
	engine.KindStatement,
	engine.KindBallot, engine.KindBanished, engine.KindRevealed, engine.KindConferred, engine.KindMurderVote, engine.KindMurdered,
	engine.KindEnded}

func readTraitors(files fs.FS, folder string) (Game, error) {
	raw, err := read(files, folder, "plomp.json")
	if err != nil {
		return Game{}, err
	}
	var log struct {
		Items []plompItem `json:"buffer_items"`
	}
	if err := json.Unmarshal(raw, &log); err != nil {
		return Game{}, fmt.Errorf("plomp.json: %w", err)
	}
	var result traitorsResult
	text, err := readOptional(files, folder, "result.json")
	switch {
	case err == nil:
		if err := json.Unmarshal(text, &result); err != nil {
			return Game{}, fmt.Errorf("result.json: %w", err)
		}
	case !errors.Is(err, errNone):
		return Game{}, err
	}
	players, err := traitorsTable(result, log.Items)
	if err != nil {
		return Game{}, err
	}
	b, err := begin("the-traitors", path.Base(folder), append(raw, text...), players, traitorsKnown, func(r *engine.Rules) {
		r.TraitorCount, r.Ballot, r.Tie, r.Check, r.Passes, r.TraitorsWin = "unknown", "open", "random", "each", 1, "last_faithful"
	})
	if err != nil {
		return Game{}, err
	}
	t := traitorsGame{builder: b, victim: engine.NoSeat}
	for i := range log.Items {
		if log.Items[i].Type == "event" {
			t.event(&log.Items[i])
		}
	}
	t.finish(result)
	return t.done(), nil
}

var roleSelected = regexp.MustCompile(`(?s)^(.*) selected as a (faithful|traitor)\.?$`)

// traitorsTable is who sat there, with model and role: by result.json, else by the events of the start. Two that disagree about a role
// are an error.
func traitorsTable(result traitorsResult, items []plompItem) ([]player, error) {
	var players []player
	for _, p := range result.Config.Participants {
		players = append(players, player{name: p.Name, model: p.Model})
	}
	roles := map[string]engine.Role{}
	var clash []string
	set := func(role engine.Role, names ...string) {
		for _, name := range names {
			if was, ok := roles[name]; ok && was != role {
				clash = append(clash, name)
			}
			roles[name] = role
		}
	}
	set(engine.RoleTraitor, result.Result.Traitors...)
	set(engine.RoleFaithful, result.Result.Faithfuls...)
	for _, item := range items {
		p := item.Data.Payload
		switch {
		case item.Type != "event":
		case p.Type == "GAME_START":
			set(engine.RoleTraitor, p.Traitors...)
			set(engine.RoleFaithful, p.Faithfuls...)
		case p.Type == "ROLE_SELECTED":
			m := roleSelected.FindStringSubmatch(p.Text)
			if m == nil {
				continue
			}
			name, _ := unquotePython(m[1])
			set(map[string]engine.Role{"traitor": engine.RoleTraitor, "faithful": engine.RoleFaithful}[m[2]], name)
			if len(result.Config.Participants) == 0 {
				var model string
				_ = json.Unmarshal(item.Tags["model"], &model) // a tag that is not there is no model
				players = append(players, player{name: name, model: model})
			}
		}
	}
	if len(players) == 0 {
		for _, name := range slices.Sorted(maps.Keys(roles)) {
			players = append(players, player{name: name})
		}
	}
	if len(clash) > 0 {
		return nil, fmt.Errorf("result.json and plomp.json disagree about the role of %s", strings.Join(clash, ", "))
	}
	for i := range players {
		players[i].role = roles[players[i].name]
	}
	if len(players) == 0 {
		return nil, errors.New("nobody is named: no participants in result.json, no ROLE_SELECTED or GAME_START in plomp.json")
	}
	return players, nil
}

// traitorsGame follows a run.
type traitorsGame struct {
	*builder
	banished bool        // in this round
	victim   engine.Seat // of the night, not found yet
	night    bool        // the night is over
	winners  string      // as GAME_END says
	reason   string
	ended    bool
}

// day begins a new day where the last one is over, and finds the night's victim.
func (t *traitorsGame) day(phase engine.Phase) {
	if t.round == 0 || t.banished || t.night {
		t.banished = false
		t.enter(t.round+1, engine.PhaseBreakfast)
		if t.night {
			t.find()
		}
	}
	t.enter(t.round, phase)
}

func (t *traitorsGame) find() {
	t.emit(t.all, engine.Found{Victim: t.victim})
	t.victim, t.night = engine.NoSeat, false
}

// audience are the seats whose NAME_visible tag is true; everybody where no seat has one.
func (t *traitorsGame) audience(item *plompItem) engine.Seats {
	var out engine.Seats
	for i, name := range t.names {
		if string(item.Tags[name+"_visible"]) == "true" {
			out = out.With(engine.Seat(i))
		}
	}
	if out == 0 {
		return t.all
	}
	return out
}

// event takes one event; what it can't read it counts.
func (t *traitorsGame) event(item *plompItem) {
	p := item.Data.Payload
	handle, known := traitorsEvents[p.Type]
	switch {
	case t.ended:
		t.skip("after GAME_END: " + p.Type)
		return
	case !known:
		t.skip(fmt.Sprintf("unknown event type %q", p.Type))
		return
	case handle == nil:
		t.skip(p.Type + ": no kind of event here")
		return
	}
	switch handle(t, item) {
	case taken:
		t.take(p.Type)
	case noKind:
		t.skip(p.Type + ": no kind of event here")
	case unread:
		t.skip(p.Type + ": its text can't be read")
	}
}

// outcome is what became of an event of the source.
type outcome int

const (
	unread outcome = iota
	taken
	noKind
)

func readable(ok bool) outcome {
	if ok {
		return taken
	}
	return unread
}

// traitorsEvents are the types of event; nil: there is no kind for it here.
var traitorsEvents = map[string]func(*traitorsGame, *plompItem) outcome{
	"ROLE_SELECTED": func(t *traitorsGame, i *plompItem) outcome {
		return readable(roleSelected.MatchString(i.Data.Payload.Text))
	}, // read by traitorsTable
	"GAME_START": func(*traitorsGame, *plompItem) outcome { return taken },

	"PRIVATE_MESSAGE":          nil,
	"MURDER_DECISION":          nil, // MURDERED_PLAYER says the same
	"FINAL_ROUND_ANNOUNCEMENT": nil,
	"FINAL_ROUND_CONTINUE":     nil,

	"ROUND_TABLE_SPEECH":      (*traitorsGame).speech,
	"FINAL_ROUND_SPEECH":      (*traitorsGame).speech,
	"ROUND_TABLE_VOTE":        (*traitorsGame).vote,
	"FINAL_ROUND_VOTE":        (*traitorsGame).finalVote,
	"ELIMINATED_PLAYER":       (*traitorsGame).banish,
	"FINAL_ROUND_ELIMINATION": (*traitorsGame).banish,
	"MURDER_SUGGESTION":       (*traitorsGame).suggestion,
	"MURDER_VOTE":             (*traitorsGame).murderVote,
	"MURDERED_PLAYER":         (*traitorsGame).murder,
	"GAME_END":                (*traitorsGame).over,
}

func (t *traitorsGame) speech(item *plompItem) outcome {
	seat, rest, ok := t.opening(item.Data.Payload.Text, " said: ")
	if !ok {
		return unread
	}
	text, _ := unquotePython(rest)
	t.day(engine.PhaseRoundTable)
	t.emit(t.audience(item), engine.Statement{Seat: seat, Text: text, Position: t.spoken()})
	return taken
}

// spoken counts this round's statements.
func (t *traitorsGame) spoken() int {
	n := 0
	for _, e := range slices.Backward(t.game.Events) {
		if e.Round != t.round {
			break
		}
		if e.Body.Kind() == engine.KindStatement {
			n++
		}
	}
	return n
}

func (t *traitorsGame) vote(item *plompItem) outcome {
	seat, rest, ok := t.opening(item.Data.Payload.Text, " voted to eliminate ")
	if !ok {
		return unread
	}
	target, ok := t.seat(strings.TrimSpace(rest))
	if !ok {
		if target, ok = t.seat(strings.TrimSuffix(strings.TrimSpace(rest), ".")); !ok {
			return unread
		}
	}
	t.day(engine.PhaseRoundTable) // the source votes while it talks
	t.emit(t.audience(item), engine.Ballot{Voter: seat, Target: target, Stage: t.stage(seat)})
	return taken
}

// stage is 1 where the seat has voted in this round already.
func (t *traitorsGame) stage(voter engine.Seat) int {
	for _, e := range slices.Backward(t.game.Events) {
		if e.Round != t.round {
			break
		}
		if b, ok := e.Body.(engine.Ballot); ok && b.Voter == voter {
			return 1
		}
	}
	return 0
}

var endOrGoOn = regexp.MustCompile(`(?s)^ ?(END_GAME|CONTINUE_PLAYING)\b`)

// finalVote is a ballot of the finale's banishment, or a vote on whether to end, for which there is no kind here.
func (t *traitorsGame) finalVote(item *plompItem) outcome {
	if _, rest, ok := t.opening(item.Data.Payload.Text, " votes to"); ok && endOrGoOn.MatchString(rest) {
		t.day(engine.PhaseRoundTable)
		return noKind
	}
	return t.vote(item)
}

var banishedText = regexp.MustCompile(`(?s)^\d+ votes?\.?`)

func (t *traitorsGame) banish(item *plompItem) outcome {
	seat, rest, ok := t.opening(item.Data.Payload.Text, " was BANISHED with ")
	if !ok || !banishedText.MatchString(rest) || !t.living.Has(seat) {
		return unread
	}
	t.day(engine.PhaseBanishment)
	t.living, t.banished = t.living.Without(seat), true
	t.emit(t.all, engine.Banished{Seat: seat})
	if item.Data.Payload.Type == "FINAL_ROUND_ELIMINATION" {
		return taken
	}
	told := engine.NoRole
	switch {
	case strings.Contains(rest, t.names[seat]+" WAS NOT a traitor"):
		told = engine.RoleFaithful
	case strings.Contains(rest, t.names[seat]+" WAS a traitor"):
		told = engine.RoleTraitor
	}
	switch told {
	case engine.NoRole:
		t.skip("ELIMINATED_PLAYER: the role that it tells can't be read")
	case t.roles[seat]:
		t.emit(t.all, engine.Revealed{Seat: seat, Role: told})
	default:
		t.skip("ELIMINATED_PLAYER: the role that it tells is not the one that was dealt")
	}
	return taken
}

func (t *traitorsGame) suggestion(item *plompItem) outcome {
	seat, rest, ok := t.opening(item.Data.Payload.Text, " suggests murdering ")
	if !ok {
		return unread
	}
	if _, _, ok := t.opening(rest, ":"); !ok {
		return unread
	}
	t.enter(max(1, t.round), engine.PhaseConclave)
	t.emit(t.audience(item), engine.Conferred{Seat: seat, Text: "murder " + rest})
	return taken
}

func (t *traitorsGame) murderVote(item *plompItem) outcome {
	seat, rest, ok := t.opening(item.Data.Payload.Text, " votes to murder ")
	if !ok {
		return unread
	}
	target, _, ok := t.opening(rest, ":")
	if !ok {
		if target, ok = t.seat(strings.TrimSuffix(strings.TrimSpace(rest), ".")); !ok {
			return unread
		}
	}
	t.enter(max(1, t.round), engine.PhaseMurder)
	t.emit(t.audience(item), engine.MurderVote{Voter: seat, Target: target})
	return taken
}

func (t *traitorsGame) murder(item *plompItem) outcome {
	seat, _, ok := t.opening(item.Data.Payload.Text, " was MURDERED")
	if !ok || !t.living.Has(seat) {
		return unread
	}
	t.enter(max(1, t.round), engine.PhaseMurder)
	t.living, t.victim, t.night = t.living.Without(seat), seat, true
	t.emit(t.evil, engine.Murdered{Seat: seat})
	return taken
}

func (t *traitorsGame) over(item *plompItem) outcome {
	t.winners, t.reason, t.ended = item.Data.Payload.Winners, item.Data.Payload.Reason, true
	return taken
}

// finish ends the game if result.json or GAME_END says who won; two that disagree leave it unfinished.
func (t *traitorsGame) finish(result traitorsResult) {
	winners := map[string]engine.Team{"traitors": engine.RoleTraitor.Team(), "faithfuls": engine.RoleFaithful.Team(),
		"faithful": engine.RoleFaithful.Team()}
	said := t.winners
	if result.Result.Status == "finished" && result.Result.Winner != "" {
		if said != "" && said != result.Result.Winner {
			t.skip("the winner: result.json and GAME_END disagree")
			return
		}
		said = result.Result.Winner
	}
	team, ok := winners[said]
	if !ok {
		if said != "" {
			t.skip(fmt.Sprintf("the winner: unknown team %q", said))
		}
		return
	}
	if t.night {
		t.phase = engine.PhaseBreakfast
		t.find()
	}
	if t.reason == "" {
		t.reason = "result"
	}
	t.end(team, t.reason)
}
