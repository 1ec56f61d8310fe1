package scripted

import (
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/memory/recall"
)

// charTenths is how many tenths of a character a token is held to be where a policy without a model has a budget of tokens.
const charTenths = 35

// reflecter writes notes of its own; the other policies note the facts of the round.
type reflecter interface {
	reflect(engine.Observation, engine.Request) []engine.Memo
}

func (a agent) reflect(seen engine.Observation, r engine.Request) []engine.Memo {
	var out []engine.Memo
	if own, ok := a.decider.(reflecter); ok {
		out = own.reflect(seen, r)
	} else {
		out = facts(seen, r)
	}
	out = out[:min(len(out), engine.MostNotes)]
	for i := range out {
		out[i].From = recall.Sources(seen, out[i].About)
	}
	return out
}

// facts are the roles that the round told, as notes.
func facts(seen engine.Observation, r engine.Request) (out []engine.Memo) {
	var told narrate.Narrator
	for _, e := range seen.Events {
		line := told.Line(e)
		if b, ok := e.Body.(engine.Revealed); ok && e.Round == r.Round {
			out = append(out, engine.Memo{Kind: engine.MemoFact, About: b.Seat, Role: b.Role, Salience: 3, Text: line})
		}
	}
	return out
}

// recalls reads what the rules let the seat recall for the request (rule 10.2): all of it in turn, or a part of it afresh.
func (v *view) recalls(seen engine.Observation, r engine.Request) {
	o := recall.OptionsOf(rulesOf(seen), charTenths)
	if o.Whole() {
		v.take(seen)
		return
	}
	*v = view{seat: v.seat}
	v.take(recall.Observation(seen, recall.Recall(seen, r, o)))
	for s, h := range v.hunches {
		if h.salience > 0 && h.round < r.Round { // what this round showed is read itself
			v.read.Suspect(engine.Seat(s), leanings[h.salience])
		}
	}
}

// inkling is the last suspicion that the seat noted of another.
type inkling struct{ round, salience int }

// leanings turn the salience of a suspicion, 1…5, into evidence in 1/256 of a bit.
var leanings = [...]int32{0, -190, -60, 0, 75, 210}

// ownNotes reads the seat's own notes: roles as facts, suspicions for later.
func (v *view) ownNotes(round int, notes []engine.Memo) {
	for _, m := range notes {
		switch {
		case m.About == engine.NoSeat:
		case m.Role != engine.NoRole:
			v.read.Observe(engine.Observed{Round: v.read.Round(), Phase: engine.PhaseReflection,
				Body: engine.Revealed{Seat: m.About, Role: m.Role}})
		case m.Kind == engine.MemoSuspicion:
			v.hunches[m.About] = inkling{round, m.Salience}
		}
	}
}

// reflect notes the roles that are known and who stands out, for a later round that may not recall why; after the end, what the
// game taught.
func (p *bayes) reflect(seen engine.Observation, r engine.Request) []engine.Memo {
	p.recalls(seen, r)
	if p.over {
		return p.lessons()
	}
	var out []engine.Memo
	note := func(kind engine.MemoKind, s engine.Seat, role engine.Role, salience int, format string, args ...any) {
		out = append(out, engine.Memo{Kind: kind, About: s, Role: role, Salience: salience, Text: fmt.Sprintf(format, args...)})
	}
	w := narrate.WordsOf(p.rules)
	for s := range p.read.Exposed().All() {
		note(engine.MemoFact, s, engine.Minority().First(), 5, "%s was a %s.", p.name(s), w.Minority.One)
	}
	view := p.read.PerMille(p.seat)
	others := p.living.Without(p.seat) &^ p.allies
	for _, s := range p.standOut(view, others, 3) {
		salience := strength(int(view[s]), p.mean(view))
		note(engine.MemoSuspicion, s, engine.NoRole, salience, "I hold it %d in 100 that %s is a %s.", view[s]/10, p.name(s),
			w.Minority.One)
	}
	for s := range p.read.Cleared().All() {
		if p.away[s] >= 0 && len(out) < engine.MostNotes {
			note(engine.MemoFact, s, engine.Majority().First(), 2, "%s was a %s.", p.name(s), w.Majority.One)
		}
	}
	return out
}

// standOut are the n seats whose belief lies farthest from the mean, the farthest first, ties by seat.
func (p *bayes) standOut(view []int16, among engine.Seats, n int) (out []engine.Seat) {
	mean := p.mean(view)
	far := func(s engine.Seat) int { return max(int(view[s])-mean, mean-int(view[s])) }
	for range n {
		best := engine.NoSeat
		for s := range among.All() {
			if best == engine.NoSeat || far(s) > far(best) {
				best = s
			}
		}
		if best == engine.NoSeat {
			return out
		}
		out, among = append(out, best), among.Without(best)
	}
	return out
}

// strength is a belief beside the mean as a salience from 1 to 5.
func strength(belief, mean int) int {
	switch {
	case belief >= 800 || 10*belief >= 15*mean:
		return 5
	case 100*belief >= 112*mean:
		return 4
	case 10*belief <= 7*mean:
		return 1
	case 100*belief <= 90*mean:
		return 2
	}
	return 3
}

// lessons are what a game taught: how it ended, and by whom the seat was taken in.
func (p *bayes) lessons() []engine.Memo {
	won := "lost"
	if p.winner == p.role().Team() {
		won = "won"
	}
	out := []engine.Memo{{Kind: engine.MemoLesson, About: engine.NoSeat, Salience: 3,
		Text: fmt.Sprintf("As a %s I %s after %d rounds.", narrate.WordsOf(p.rules).Role(p.role()), won, p.read.Round())}}
	if p.traitor() {
		return out
	}
	for s := range p.read.Exposed().All() {
		if p.defended.Has(s) && len(out) < 3 {
			out = append(out, engine.Memo{Kind: engine.MemoLesson, About: s, Salience: 4,
				Text: fmt.Sprintf("I spoke up for %s, who lied to me.", p.name(s))})
		}
	}
	return out
}
