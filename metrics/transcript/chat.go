package transcript

import (
	"errors"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/memory/recall"
)

// Chat is one seat's game as a chat: what it perceived and what it did, in turn. Batch, Cell and Game are for whoever writes it.
type Chat struct {
	Batch    string      `json:"batch"`
	Cell     string      `json:"cell,omitempty"`
	Game     string      `json:"game"`
	Seat     engine.Seat `json:"seat"`
	Policy   string      `json:"policy"`
	Role     string      `json:"role"`
	Won      bool        `json:"won"`
	Survived bool        `json:"survived"`
	Lies     int         `json:"lies"`   // statements that it knew to be false, by their acts
	Honest   bool        `json:"honest"` // none of its statements was
	Messages []Message   `json:"messages"`
}

// Message is one turn of a chat: system, user or assistant.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// ErrForeign refuses a game of another system.
var ErrForeign = errors.New("another system played it: nothing says what its players were told and asked, so there are no transcripts")

// Chats are the transcripts of a finished game, by seat. Thoughts are in none of them: no seat perceives them.
func Chats(events []engine.Event) ([]Chat, error) {
	created, ok := events[0].Body.(engine.Created)
	if !ok {
		return nil, ErrForeign
	}
	ended, _ := events[len(events)-1].Body.(engine.Ended)
	for _, e := range events {
		if b, ok := e.Body.(engine.Ended); ok {
			ended = b
		}
	}
	state, err := engine.Fold(events)
	if err != nil {
		return nil, err
	}
	out := make([]Chat, created.Rules.Players)
	for i := range out {
		seat := engine.Seat(i)
		seen := engine.ObservationOf(events, seat)
		line := Chat{Seat: seat, Policy: created.Policies[i], Role: ended.Roles[i].String(), Won: ended.Roles[i].Team() == ended.Winner,
			Survived: state.Living.Has(seat), Messages: chatOf(created.Rules, seen)}
		for _, c := range recall.Ledger(seen) {
			if c.Speaker == seat && c.Lie(ended.Roles) {
				line.Lies++
			}
		}
		line.Honest = line.Lies == 0
		out[i] = line
	}
	return out, nil
}

// chatOf tells a seat's game: the rules, then by turns what it perceived and what it said, voted or stated.
func chatOf(rules engine.Rules, seen engine.Observation) []Message {
	var told narrate.Narrator
	out := []Message{{"system", narrate.Rules(rules.Public())}}
	var heard []string
	add := func(role, text string) {
		if last := len(out) - 1; out[last].Role == role {
			out[last].Content += "\n" + text
			return
		}
		out = append(out, Message{role, text})
	}
	for _, o := range seen.Events {
		line := told.Line(o)
		if line == "" {
			continue
		}
		if own(o.Body, seen.Seat) {
			if len(heard) > 0 {
				add("user", strings.Join(heard, "\n"))
				heard = nil
			}
			add("assistant", line)
			continue
		}
		heard = append(heard, line)
	}
	if len(heard) > 0 {
		add("user", strings.Join(heard, "\n"))
	}
	return out
}

// own reports whether the event is something that the seat did. What was lost on the way it did not.
func own(b engine.Body, seat engine.Seat) bool {
	deed, ok := b.(engine.Deed)
	if !ok || deed.Actor() != seat {
		return false
	}
	switch b := deed.(type) {
	case engine.Statement:
		return !b.Lost
	case engine.Ballot:
		return !b.Lost
	case engine.Conferred:
		return !b.Lost
	case engine.Acts, engine.Thought, engine.Debriefed: // what it is shown again, or is asked when all is over
	case engine.MurderVote, engine.Belief, engine.Remark, engine.Notes, engine.Intent, engine.Bid:
		return true
	}
	return false
}
