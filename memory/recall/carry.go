package recall

import (
	"cmp"
	"slices"

	"github.com/turncoat-sim/turncoat/engine"
)

// Carry is what a seat takes from a game into the next one of its season: lessons of its own, and a ledger of the others. It
// follows from the seat's observation of the game alone, which holds what it carried into it.
func Carry(seen engine.Observation) engine.Remembered {
	var before engine.Remembered
	var rules engine.Rules
	var roles []engine.Role
	out := engine.Remembered{Seat: seen.Seat}
	for _, e := range seen.Events {
		switch b := e.Body.(type) {
		case engine.Opened:
			rules = b.Rules
		case engine.Remembered:
			before = b
		case engine.Ended:
			roles = b.Roles
		case engine.Notes:
			for _, m := range b.Notes {
				if m.Kind == engine.MemoLesson {
					out.Lessons = append(out.Lessons, engine.Lesson{Weight: 200 * m.Salience, Text: m.Text})
				}
			}
		case engine.Briefing, engine.Deed, engine.News, engine.Bookkeeping: // of the others the ledger tells
		}
	}
	m := rules.Memory.Filled()
	out.Games = before.Games + 1
	for i := range out.Lessons {
		out.Lessons[i].Game = out.Games
	}
	out.Lessons = lessons(out.Lessons, before.Lessons, m)
	out.Others = reputations(seen, before, roles, rules.Players, m.Decay)
	return out
}

// lessons puts this game's and the earlier ones' together: the weightiest, the latest among equals, each text once.
func lessons(now, before []engine.Lesson, m engine.Memory) []engine.Lesson {
	slices.Reverse(now) // the latest first
	all := now
	for _, l := range before {
		if l.Weight = l.Weight * m.Decay / 1000; l.Weight > 0 {
			all = append(all, l)
		}
	}
	slices.SortStableFunc(all, func(a, b engine.Lesson) int { return cmp.Compare(b.Weight, a.Weight) })
	var out []engine.Lesson
	for _, l := range all {
		known := slices.ContainsFunc(out, func(o engine.Lesson) bool { return o.Text == l.Text })
		if !known && len(out) < m.Lessons {
			out = append(out, l)
		}
	}
	return out
}

func reputations(seen engine.Observation, before engine.Remembered, roles []engine.Role, players, decay int) []engine.Reputation {
	of := make([]engine.Reputation, players)
	for i := range of {
		of[i].Seat = engine.Seat(i)
	}
	for _, o := range before.Others {
		fade := func(v int) int { return v * decay / 1000 }
		of[o.Seat] = engine.Reputation{Seat: o.Seat, Games: o.Games, Kept: fade(o.Kept), Broken: fade(o.Broken), Lies: fade(o.Lies),
			Betrayals: fade(o.Betrayals)}
	}
	for _, c := range Ledger(seen) {
		switch r := &of[c.Speaker]; {
		case c.Act == engine.Promise && c.Held == True:
			r.Kept += 1000
		case c.Act == engine.Promise && c.Held == False:
			r.Broken += 1000
		case c.Lie(roles):
			r.Lies += 1000
		}
	}
	var out []engine.Reputation
	for _, r := range of {
		if r.Seat == seen.Seat {
			continue
		}
		r.Games++
		if int(r.Seat) < len(roles) && roles[r.Seat].Team().Informed() && !roles[seen.Seat].Team().Informed() {
			r.Betrayals += 1000
		}
		out = append(out, r)
	}
	return out
}
