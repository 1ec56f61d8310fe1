// Package reply is the form of a model's reply and its reader: what a request asks for (To, its schema and its words), and what is made
// of the text that comes back (Read): an answer with what had to be mended, or the cause for which it does not count.
//
// Reading is lenient in how things are written and strict in what they mean: an object is found among words, a name under a title, a
// number in quotation marks, but nothing is guessed that the model did not say (docs/models.md, "What counts as a reply").
//
// The package is pure: text in, answer out. It must not know how a model is asked, how often, or where replies are kept.
package reply

import (
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
)

// The keys of a reply. The thought comes first, so that a model that writes in order thinks before it chooses.
const (
	keyThought   = "thought"
	keyText      = "text"
	keyActs      = "acts"
	keyAct       = "act"
	keyAbout     = "about"
	keyChoice    = "choice"
	keyBid       = "bid"
	keySuspicion = "suspicion"
	keyNotes     = "notes"
	keyKind      = "kind"
	keySalience  = "salience"
)

// nobody is the choice of an abstention.
const nobody = "nobody"

// MostActs is how many acts of one statement count.
const MostActs = 4

// Question is what a reply answers: a request, and what the seat that is asked knows of its table.
type Question struct {
	engine.Request
	rules  engine.Rules
	names  []string
	words  narrate.Words
	told   narrate.Narrator
	allies engine.Seats // traitors, where the seat is one
	gone   engine.Seats // who were banished in this round
	shape
}

// To is the question of a request. Of what the seat perceived it takes the opening, its allies and who was banished.
func To(seen engine.Observation, asked engine.Request) *Question {
	q := &Question{Request: asked}
	for _, o := range seen.Events {
		switch b := o.Body.(type) {
		case engine.Opened:
			q.told.Line(o) // it takes over the names and the words
			q.rules, q.names, q.words = b.Rules, b.Names, q.told.Words
		case engine.Allies:
			q.allies = engine.SeatsOf(b.Seats...)
		case engine.Banished:
			if o.Round == asked.Round && b.Seat != engine.NoSeat {
				q.gone = q.gone.With(b.Seat)
			}
		case engine.Briefing, engine.Deed, engine.News, engine.Bookkeeping: // the prompt holds them, the answer needs none
		}
	}
	q.shape = shapeOf(q.rules, asked)
	return q
}

// shape is what a reply to a request holds beside the thought.
type shape struct {
	thought, text, acts, choice, bid, beliefs, notes bool
}

func shapeOf(rules engine.Rules, q engine.Request) shape {
	s := shape{thought: rules.Thoughts == engine.ThoughtsField && q.Kind != engine.AskDebrief, beliefs: q.Beliefs != engine.NoBeliefs}
	switch q.Kind.Form() {
	case engine.FormText:
		s.text, s.acts = true, q.Kind == engine.AskStatement
	case engine.FormChoice:
		s.choice = true
	case engine.FormBid:
		s.bid = true
	case engine.FormNotes:
		s.notes = true
	case engine.FormBeliefs, engine.FormNone: // beliefs alone
	}
	return s
}

// Subjects are those of whom beliefs are asked: the living others, and of a traitor those who are none, since its fellows know.
func (q *Question) Subjects() []engine.Seat {
	others := q.Living.Without(q.Seat)
	if q.Beliefs == engine.SecondOrder && others&^q.allies != 0 {
		others &^= q.allies
	}
	return others.List()
}

// Choices are the names that may be chosen, in the order of rule 3.3; nil where nothing is chosen.
func (q *Question) Choices() []string {
	if !q.choice {
		return nil
	}
	return q.choices()
}

// choices are the legal names in the order of rule 3.3.
func (q *Question) choices() []string {
	var out []string
	for _, s := range q.Offered() {
		out = append(out, q.name(s))
	}
	if q.Abstain {
		out = append(out, nobody)
	}
	return out
}

// actNames are the acts of rule 3.2 in the words of the framing.
func (q *Question) actNames() []string {
	out := []string{"accuse", "defend", "question", "promise to vote for"}
	for _, role := range engine.Roles() {
		out = append(out, "claim to be "+narrate.A(q.words.Role(role)))
	}
	return out
}

func (q *Question) namesOf(seats []engine.Seat) []string {
	out := make([]string, len(seats))
	for i, s := range seats {
		out[i] = q.name(s)
	}
	return out
}

func (q *Question) name(s engine.Seat) string { return q.told.Name(s) }

func (q *Question) list(seats []engine.Seat) string { return strings.Join(q.namesOf(seats), ", ") }
