// Package recall decides what a seat remembers: for a prompt, of what was claimed and promised, and from one game to the next.
//
// Everything here is a pure function of the seat's own observation, without SQL, clock or chance, so that a prompt can be
// built again from the log, and nothing of another seat can come in: it isn't there. Scores are integers and ties go in order.
// The package knows the engine and its words. It must not know models, files, or how a prompt is laid out.
package recall

import (
	"cmp"
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
)

// The policies of rule 10.2.
const (
	Full     = "full"     // the whole observation
	Window   = "window"   // the last rounds
	Digest   = "digest"   // what the seat noted last, and the present round
	Retrieve = "retrieve" // the notes that fit best, and the present round
)

// mostNotes is how many notes retrieve recalls at most.
const mostNotes = 12

// Options say how a seat recalls.
type Options struct {
	Policy string
	Window int // rounds, the present one included
	Chars  int // that the recalled may take beside what is never dropped; 0: no bound
	// Vectors gives the embedding of a text, its components as integers, nil where there is none; nil: relevance by BM25 alone.
	Vectors func(text string) []int8
}

// OptionsOf are the options of the rules. tenths is how many tenths of a character count as one token.
func OptionsOf(r engine.Rules, tenths int) Options {
	m := r.Memory.Filled()
	o := Options{Policy: m.Recall, Window: m.Window, Chars: m.Budget * tenths / 10}
	if m.Scope == engine.ScopeNone {
		o.Policy, o.Window = Window, 1
	}
	return o
}

// Whole reports whether everything is recalled, whatever there is.
func (o Options) Whole() bool { return o.Policy == Full && o.Chars == 0 }

// Item is something that a seat could recall: an event that it perceived, or one note of a reflection.
type Item struct {
	Event int    `json:"event"` // its place in the observation
	Memo  int    `json:"memo"`  // its place among the notes of that event; −1: it is no note
	Round int    `json:"round"`
	Text  string `json:"text"`
	Core  bool   `json:"core"` // never dropped: the rules, the seat's own role, who sits at the table, who has left, and as what
	Kept  bool   `json:"kept"`
	// Of notes under retrieve, per mille: each scaled to what there is, and their sum.
	Recency   int `json:"recency"`
	Salience  int `json:"salience"`
	Relevance int `json:"relevance"`
	Score     int `json:"score"`
}

// Recall lists what the seat could recall for the request, in the order of the observation, and what of it is kept.
func Recall(seen engine.Observation, asked engine.Request, o Options) []Item {
	items := list(seen)
	switch o.Policy {
	case Window:
		keep(items, o.Chars, func(it Item) bool { return it.Round > asked.Round-o.Window && it.Memo < 0 })
	case Digest:
		last := lastNotes(items)
		left := keep(items, o.Chars, func(it Item) bool { return it.Memo >= 0 && it.Event == last })
		keep(items, left, func(it Item) bool { return it.Memo < 0 && it.Round == asked.Round })
	case Retrieve:
		score(seen, items, asked, o)
		keep(items, (o.Chars+1)/2, func(it Item) bool { return it.Memo < 0 && it.Round == asked.Round })
		best(items, o.Chars)
	default:
		keep(items, o.Chars, func(Item) bool { return true })
	}
	return items
}

// list makes the items of an observation.
func list(seen engine.Observation) []Item {
	var told narrate.Narrator
	items := make([]Item, 0, len(seen.Events))
	for i, e := range seen.Events {
		line := told.Line(e)
		if b, ok := e.Body.(engine.Notes); ok {
			for k, m := range b.Notes {
				items = append(items, Item{Event: i, Memo: k, Round: e.Round, Text: told.Memo(m)})
			}
			continue
		}
		core := isCore(e.Body)
		items = append(items, Item{Event: i, Memo: -1, Round: e.Round, Text: line, Core: core, Kept: core})
	}
	return items
}

// isCore reports whether a seat never forgets the event: what it is, what the rules are, who lives, and what became of the others.
func isCore(b engine.Body) bool {
	switch b := b.(type) {
	case engine.Briefing, engine.PhaseBegan, engine.Ended, engine.Banished, engine.Revealed:
		return true
	case engine.Found:
		return b.Victim != engine.NoSeat
	case engine.Introduced, engine.Order, engine.Drawn, engine.Tally, engine.Tied, engine.Murdered:
	case engine.Deed, engine.Bookkeeping:
	}
	return false
}

// keep keeps what is wanted, the latest first, while there is room, and returns the room that is left; 0 is no bound, and a
// bound that is used up is −1.
func keep(items []Item, room int, wanted func(Item) bool) int {
	if room < 0 {
		return room
	}
	left := room
	for i := len(items) - 1; i >= 0; i-- {
		it := &items[i]
		if it.Kept || !wanted(*it) {
			continue
		}
		if left -= len(it.Text) + 1; room > 0 && left <= 0 {
			return -1
		}
		it.Kept = true
	}
	if room == 0 {
		return 0
	}
	return left
}

// lastNotes is the place of the last reflection that noted anything.
func lastNotes(items []Item) int {
	for _, it := range slices.Backward(items) {
		if it.Memo >= 0 {
			return it.Event
		}
	}
	return -1
}

// best keeps the notes of the highest score, in order among equals, as far as there is room beside what is kept already.
func best(items []Item, chars int) {
	var notes []*Item
	used := 0
	for i := range items {
		switch it := &items[i]; {
		case it.Memo >= 0:
			notes = append(notes, it)
		case it.Kept && !it.Core:
			used += len(it.Text) + 1
		}
	}
	slices.SortStableFunc(notes, func(a, b *Item) int { return cmp.Compare(b.Score, a.Score) })
	for _, it := range notes[:min(mostNotes, len(notes))] {
		if used += len(it.Text) + 1; chars > 0 && used > chars {
			return
		}
		it.Kept = true
	}
}

// Observation is what the seat perceived, less what it does not recall. It opens as the whole does.
func Observation(seen engine.Observation, items []Item) engine.Observation {
	out := engine.Observation{Seat: seen.Seat}
	for i := 0; i < len(items); i++ {
		e := seen.Events[items[i].Event]
		if items[i].Memo < 0 {
			if items[i].Kept {
				out.Events = append(out.Events, e)
			}
			continue
		}
		b := e.Body.(engine.Notes)
		kept := engine.Notes{Seat: b.Seat}
		for at := items[i].Event; i < len(items) && items[i].Event == at && items[i].Memo >= 0; i++ {
			if items[i].Kept {
				kept.Notes = append(kept.Notes, b.Notes[items[i].Memo])
			}
		}
		i--
		if len(kept.Notes) > 0 {
			e.Body = kept
			out.Events = append(out.Events, e)
		}
	}
	return out
}

// Sources are the places in the observation of what somebody last said, or cast, or what befell it: the eight latest since the
// last reflection. They are the sources of a note about that seat whose writer named none.
func Sources(seen engine.Observation, about engine.Seat) []int {
	var out []int
	for i := len(seen.Events) - 1; i >= 0 && len(out) < 8 && about != engine.NoSeat; i-- {
		e := seen.Events[i]
		if _, ok := e.Body.(engine.Notes); ok {
			break
		}
		if concerns(e.Body, about) {
			out = append(out, i)
		}
	}
	slices.Reverse(out)
	return out
}

func concerns(b engine.Body, about engine.Seat) bool {
	switch b := b.(type) {
	case engine.Statement:
		return b.Actor() == about || slices.ContainsFunc(b.Acts, func(a engine.Act) bool { return a.Seat == about })
	case engine.Ballot:
		return b.Actor() == about || b.Target == about
	case engine.Conferred:
		return b.Actor() == about
	case engine.Banished, engine.Found:
		return engine.Gone(b) == about
	case engine.Revealed:
		return b.Seat == about
	case engine.Acts, engine.Remark, engine.Notes, engine.Bid, engine.Intent, engine.Belief, engine.Thought, engine.MurderVote: // its own
	case engine.Introduced, engine.PhaseBegan, engine.Order, engine.Drawn, engine.Tally, engine.Tied, engine.Murdered, engine.Ended:
	case engine.Briefing, engine.Bookkeeping:
	}
	return false
}
