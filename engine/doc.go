// Package engine is the rules of the game: a pure function from a game and its players' answers to what happens next.
//
// It knows the rules and nothing else: no clock, no file, no network, no random source, no goroutine, and not who decides for a
// seat. What is kept, asked, measured or drawn is other packages' affair, and all of them read what this one says.
//
// # The loop
//
// A game is a log of events and a [State] that is folded from it. One step goes round like this:
//
//	events, state := Open(setup)                 the set-up, and all that follows without an answer
//	for asked := Pending(state); some are asked {
//		answers := one for each of asked         from what each seat perceived: Observe(event, seat)
//		step := Decide(state, answers)           the events of one step
//		state = Apply(state, e) for e of step    and the next are asked
//	}
//
// [Pending] says who must answer now, in seat order: a [Request] holds whom the seat may name, how many words it has, and which
// beliefs are wanted. There may be several requests at once; they are those of seats that may not hear one another. When nobody is
// asked, the game is over.
//
// [Decide] takes one answer to every request, in any order, and returns what they come to. It never refuses an answer: what the
// rules do not allow is forfeited under a [Cause] and stands in the log (rule 3.6). [Check] is the same judgement beforehand, for a
// caller that can have an answer put right. After the answers, everything follows that needs none: tallies, draws, deaths, the next
// phase, the end.
//
// [Apply] folds one event into the state. It refuses what can't follow, so that a log which folds is a game. [Fold] does a whole log,
// and [Play] a whole game whose answers one function gives. [Imported] games, which another system played, are folded too, but not held
// to the rules.
//
// # Events and audiences
//
// An [Event] is something that happened, chance included. Its number and step order it, its round and [Phase] place it, its [Body]
// says what it was; there is one type of body for each [Kind], and docs/events.md lists them.
//
// Every event has one audience: the set of seats that perceived it, frozen when it was emitted. It holds for the whole body, so what
// is for some eyes only is an event of its own: a sealed ballot, a thought, a role. An empty audience is the log alone. [Observe] gives
// the event as a seat perceived it, without number, step or hash, since gaps in these would tell of what it did not. All that a seat
// perceived is its [Observation], and a player is a function of that and of the request.
//
// The state knows more than any seat: roles, sealed ballots. No player may be given it.
//
// # Rules, phases, roles
//
// [Rules] is a value of options; [Options] lists each with its rule's number, its default and what it may be, and scenario files, the
// schema, the rules in words and this package read that one list. Rules are complete (Complete) and valid (Validate) before they open a
// game. docs/rules.md is the text, and the tests cite its numbers.
//
// What follows what is one list of rows in transitions.go, of which a finite-state machine is made that says which of them a game of
// some rules has; [Graph] draws it. What a phase does is one row in phases.go and one file beside its events. Who knows whom, who
// kills and who wins is the table of roles ([RoleSpec]) and of teams ([TeamSpec]).
//
// # What is promised
//
// Pure: the same state and answers give the same events, on every processor. Only integers decide; beliefs are per mille.
//
// Seats in order: answers are decided on in seat order, so the order in which they arrive changes nothing.
//
// Dice that are derived: every random choice comes from the seed and from what it is for (purpose, round, pass, seat; [Dice]). There is
// no running generator, so a choice that some seats can't see never shifts one that they can. What the dice gave is in the log: a
// replay rolls nothing.
//
// Ends: every game ends, by a win or by its last round, and every list and text in it is bounded.
//
// Values: a State holds no pointer to anything that changes, so a copy is a fork, and an event that was refused leaves no trace.
package engine
