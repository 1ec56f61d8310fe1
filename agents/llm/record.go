package llm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
)

// public reports whether everybody at the table perceived what this seat did: by its kind, its phase and the rules.
func public(rules engine.Rules, o engine.Observed) bool {
	switch b := o.Body.(type) {
	case engine.Opened, engine.Introduced, engine.PhaseBegan, engine.Found, engine.Statement, engine.Tally, engine.Tied,
		engine.Banished, engine.Revealed, engine.Ended:
		return true
	case engine.Order, engine.Drawn:
		return o.Phase != engine.PhaseConclave && o.Phase != engine.PhaseMurder
	case engine.Ballot:
		return rules.Shown == engine.ShownTargets
	case engine.Dealt, engine.Allies, engine.Persona, engine.Remembered, engine.Murdered:
	case engine.Remark:
		return b.Heard()
	case engine.Acts, engine.Notes, engine.Bid, engine.Intent, engine.Belief, engine.Conferred, engine.MurderVote,
		engine.Thought:
	case engine.Bookkeeping:
	}
	return false
}

// record is what a seat perceived, sorted for a prompt.
type record struct {
	seen  engine.Observation
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
	thought string // its last one, where the rules show it again
	carried engine.Remembered
	left    []leaving // who left, in order
	open    []asking  // questions that were put to this seat, which it has not spoken since it heard them
}

// asking is who put a question to this seat last, and when.
type asking struct {
	by          engine.Seat
	round, pass int
	phase       engine.Phase
}

// leaving is how a seat left.
type leaving struct {
	round    int
	seat     engine.Seat
	murdered bool
	role     engine.Role // as it was revealed; NoRole: it was not
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
	r := &record{seen: seen, public: make([]entry, 0, len(seen.Events)), private: make([]entry, 0, 16)}
	shown, own := heading{}, heading{}
	for _, o := range seen.Events {
		r.follow(seen.Seat, o)
		line := r.told.Line(o)
		r.role = r.told.Roles.Of(seen.Seat)
		switch b := o.Body.(type) {
		case engine.Opened:
			r.rules, r.names, r.words = b.Rules, b.Names, r.told.Words
			r.public = append(r.public, entry{text: line})
		case engine.Dealt: // said with the rest of what the seat knows
		case engine.Allies:
			r.allies = b.Seats
		case engine.Persona:
			r.persona = b.Persona
		case engine.Remembered:
			r.carried = b
		case engine.Belief:
			if b.Stated() { // else they were lost, and what it stated before is the last that it stated
				r.beliefs = line
			}
		case engine.Thought:
			r.thought = b.Text
		case engine.Deed, engine.News, engine.Bookkeeping: // in their place, as they are told
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

// follow keeps what the state of the game is told from: who left, and which questions stand open.
func (r *record) follow(own engine.Seat, o engine.Observed) {
	switch b := o.Body.(type) {
	case engine.Banished:
		if b.Seat != engine.NoSeat {
			r.left = append(r.left, leaving{round: o.Round, seat: b.Seat})
		}
	case engine.Found:
		if b.Victim != engine.NoSeat {
			r.left = append(r.left, leaving{round: o.Round, seat: b.Victim, murdered: true})
		}
	case engine.Revealed:
		for i := range r.left {
			if r.left[i].seat == b.Seat {
				r.left[i].role = b.Role
			}
		}
	case engine.Statement:
		if b.Seat == own && !b.Lost {
			r.open = slices.DeleteFunc(r.open, func(q asking) bool { return r.heard(q, o, b.Pass) })
		}
		for _, a := range b.Acts {
			if a.Kind == engine.Question && a.Seat == own {
				r.put(asking{b.Seat, o.Round, b.Pass, o.Phase})
			}
		}
	case engine.Introduced, engine.PhaseBegan, engine.Order, engine.Drawn, engine.Tally, engine.Tied, engine.Murdered, engine.Ended:
	case engine.Briefing, engine.Deed, engine.Bookkeeping: // nobody leaves by them, and no question is put in them
	}
}

// put notes a question; who asks again is in the list once.
func (r *record) put(q asking) {
	if i := slices.IndexFunc(r.open, func(before asking) bool { return before.by == q.by }); i >= 0 {
		r.open[i] = q
		return
	}
	r.open = append(r.open, q)
}

// heard reports whether a speaker of a pass had heard the question when it spoke: in a pass that hears the one before only, none
// of its own (rule 3.1).
func (r *record) heard(q asking, at engine.Observed, pass int) bool {
	hears := r.rules.Hears.First
	if pass > 0 {
		hears = r.rules.Hears.Later
	}
	return hears != "previous_pass" || q.round != at.Round || q.phase != at.Phase || q.pass != pass
}

// state says who left, when, how, and as what, as far as the seat is shown it (rule 10.2).
func (r *record) state(living engine.Seats) string {
	switch {
	case living.Len() == len(r.names):
		return " Nobody has left yet."
	case len(r.left) == 0:
		return ""
	}
	parts := make([]string, len(r.left))
	for i, l := range r.left {
		how := r.words.Banished
		if l.murdered {
			how = r.words.Murdered
		}
		parts[i] = fmt.Sprintf("%s (round %d, %s", r.name(l.seat), l.round, how)
		if l.role != engine.NoRole {
			parts[i] += ", was " + narrate.A(r.words.Role(l.role))
		}
		parts[i] += ")"
	}
	return " Out: " + strings.Join(parts, ", ") + "."
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
	return fmt.Sprintf("\n[Round %d, %s]\n", o.Round, w.Phase(o.Phase))
}

// The notices that stand in place of what is left out.
const (
	talkLeftOut = "(What was said is left out here, for want of room.)\n"
	ownLeftOut  = "(What was only for you is left out here, for want of room.)\n"
)

// section is lines of the record, and the notice in place of those that are left out.
type section struct {
	lines  []entry
	notice string
	end    ending
}

// ending says whether the notice stands at the end of a section too, where nothing comes after what is left out.
type ending int

const (
	openEnd   ending = iota // it does not: lines may follow in the next prompt
	closedEnd               // it does
)

// tell writes a section without some of its lines.
func tell(b *strings.Builder, s section, out func(entry) bool) {
	left := false
	for _, e := range s.lines {
		if out(e) {
			b.WriteString(e.head) // stays
			left = true
			continue
		}
		if left {
			b.WriteString(s.notice)
			left = false
		}
		b.WriteString(e.head)
		b.WriteString(e.text)
		b.WriteByte('\n')
	}
	if left && s.end == closedEnd {
		b.WriteString(s.notice)
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
