package llm

import (
	"fmt"
	"strings"

	"turncoat/engine"
	"turncoat/engine/narrate"
)

// public reports whether everybody at the table perceived what this seat did: by its kind, its phase and the rules.
func public(rules engine.Rules, o engine.Observed) bool {
	switch o.Body.(type) {
	case engine.Opened, engine.Introduced, engine.PhaseBegan, engine.Found, engine.Statement, engine.Tally, engine.Tied,
		engine.Banished, engine.Revealed, engine.Ended:
		return true
	case engine.Order, engine.Drawn:
		return o.Phase != engine.PhaseConclave && o.Phase != engine.PhaseMurder
	case engine.Ballot:
		return rules.Shown == "targets"
	}
	return false
}

// record is what a seat perceived, sorted for a prompt.
type record struct {
	rules engine.Rules
	names []string
	words narrate.Words
	told  narrate.Narrator

	public  []entry
	private []entry

	role    engine.Role
	allies  []engine.Seat
	persona string
	beliefs string // the last ones that it stated
	carried engine.Remembered
	left    []leaving // who was banished, by round
}

// leaving is a banishment.
type leaving struct {
	round int
	seat  engine.Seat
}

// gone are those who were banished in a round.
func (r *record) gone(round int) (out engine.Seats) {
	for _, l := range r.left {
		if l.round == round {
			out = out.With(l.seat)
		}
	}
	return out
}

// entry is a line of the record and the round that it belongs to.
type entry struct {
	round int
	talk  bool   // speech, which is left out first where there is no room
	head  string // of the round and phase, over their first line
	text  string
}

// sorted reads an observation once, in order. Nothing but the observation goes in.
func sorted(seen engine.Observation) *record {
	r := &record{public: make([]entry, 0, len(seen.Events)), private: make([]entry, 0, 16)}
	shown, own := heading{}, heading{}
	for _, o := range seen.Events {
		if b, ok := o.Body.(engine.Banished); ok && b.Seat != engine.NoSeat {
			r.left = append(r.left, leaving{o.Round, b.Seat})
		}
		line := r.told.Line(o)
		switch b := o.Body.(type) {
		case engine.Opened:
			r.rules, r.names, r.words = b.Rules, b.Names, r.told.Words
			r.public = append(r.public, entry{text: line})
		case engine.Dealt:
			r.role = b.Role
		case engine.Allies:
			r.allies = b.Seats
		case engine.Persona:
			r.persona = b.Persona
		case engine.Remembered:
			r.carried = b
		case engine.Belief:
			r.beliefs = line
		default:
			if line == "" {
				continue
			}
			_, talk := o.Body.(engine.Statement)
			if public(r.rules, o) {
				r.public = append(r.public, entry{o.Round, talk, shown.over(o, r.words), line})
			} else {
				r.private = append(r.private, entry{o.Round, false, own.over(o, r.words), line})
			}
		}
	}
	return r
}

// heading writes the round and the phase over the first line of each.
type heading struct {
	round int
	phase engine.Phase
}

func (h *heading) over(o engine.Observed, w narrate.Words) string {
	if h.round == o.Round && h.phase == o.Phase {
		return ""
	}
	*h = heading{o.Round, o.Phase}
	return fmt.Sprintf("\n[Round %d, %s]\n", o.Round, phaseWord(o.Phase, w))
}

func phaseWord(p engine.Phase, w narrate.Words) string {
	switch p {
	case engine.PhaseRoundTable:
		return w.RoundTable
	case engine.PhaseBanishment:
		return w.Banishment
	case engine.PhaseBreakfast:
		return w.Breakfast
	case engine.PhaseConclave:
		return w.Conclave
	case engine.PhaseMurder:
		return "night"
	}
	return strings.ReplaceAll(p.String(), "_", " ")
}

// The notices that stand in place of what is left out.
const (
	talkLeftOut = "(What was said is left out here, for want of room.)\n"
	ownLeftOut  = "(What was only for you is left out here, for want of room.)\n"
)

// tell writes the lines without some, with a notice in their place; what is left out at the end has one only if it is closed.
func tell(b *strings.Builder, lines []entry, notice string, closed bool, out func(entry) bool) {
	left := false
	for _, e := range lines {
		if out(e) {
			b.WriteString(e.head) // stays
			left = true
			continue
		}
		if left {
			b.WriteString(notice)
			left = false
		}
		b.WriteString(e.head)
		b.WriteString(e.text)
		b.WriteByte('\n')
	}
	if left && closed {
		b.WriteString(notice)
	}
}

func (r *record) name(s engine.Seat) string { return r.told.Name(s) }

func (r *record) list(seats []engine.Seat) string {
	names := make([]string, len(seats))
	for i, s := range seats {
		names[i] = r.name(s)
	}
	return strings.Join(names, ", ")
}
