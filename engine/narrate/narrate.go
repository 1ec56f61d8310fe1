// Package narrate puts events and rules into words: for replays, for prompts, for the viewer.
//
// A Narrator is fed a view's events in order and knows only what they told it, so its words can't tell more than the view
// may know. The package is pure: it must not know where words go, in what colour or how wide.
package narrate

import (
	"fmt"
	"strings"

	"turncoat/engine"
	"turncoat/engine/plain"
)

// Narrator remembers the names and the rules that the opening told. The zero value is ready.
type Narrator struct {
	Names []string
	Words Words
	rules engine.Rules
}

// Name is a seat's name, or its number before the opening.
func (n *Narrator) Name(s engine.Seat) string {
	if s == engine.NoSeat {
		return "nobody"
	}
	if s >= 0 && int(s) < len(n.Names) {
		return n.Names[s]
	}
	return numbered(s)
}

func numbered(s engine.Seat) string { return fmt.Sprintf("seat %d", s) }

// List names several seats: "A, B and C".
func (n *Narrator) List(seats []engine.Seat) string {
	names := make([]string, len(seats))
	for i, s := range seats {
		names[i] = n.Name(s)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// Line is the event in one sentence; empty for what needs no words of its own. It also takes in what the event tells. Whatever the event
// holds, the sentence is plain (package plain): what players say is Quotable, and a name or a word of another system's is on its line.
func (n *Narrator) Line(o engine.Observed) string { return plain.Shown(n.line(o)) }

func (n *Narrator) line(o engine.Observed) string {
	if n.Words.Traitor == "" {
		n.Words = show
	}
	switch b := o.Body.(type) {
	case engine.Created:
		return fmt.Sprintf("A game of %d players from seed %d, by %s.", b.Rules.Players, b.Seed, plain.Label(b.Engine))
	case engine.Imported:
		return fmt.Sprintf("A game of %d players that another system played (%s, %s).", b.Rules.Players, plain.Label(b.Format), plain.Label(b.Source))
	case engine.Opened:
		n.Names, n.rules, n.Words = named(b.Names), b.Rules, WordsOf(b.Rules)
		return "At the table: " + strings.Join(n.Names, ", ") + "."
	case engine.Dealt:
		return fmt.Sprintf("%s is a %s.", n.Name(b.Seat), n.Words.Role(b.Role))
	case engine.Allies:
		if len(b.Seats) == 1 {
			return fmt.Sprintf("%s is the only %s.", n.List(b.Seats), n.Words.Traitor)
		}
		return fmt.Sprintf("The %s know each other: %s.", n.Words.Traitors, n.List(b.Seats))
	case engine.Persona:
		return fmt.Sprintf("%s: %s", n.Name(b.Seat), b.Persona)
	case engine.Introduced:
		return fmt.Sprintf("The host introduces %s. %s", n.Name(b.Seat), b.Persona)
	case engine.Note:
		return n.says(b.Seat, "notes", b.Text)
	}
	if line, ok := n.day(o); ok {
		return line
	}
	return n.rest(o)
}

// day is what is said and voted in the open.
func (n *Narrator) day(o engine.Observed) (string, bool) {
	switch b := o.Body.(type) {
	case engine.Found:
		if b.Victim == engine.NoSeat {
			return fmt.Sprintf("At %s everybody is there: nobody was %s.", n.Words.Breakfast, n.Words.Murdered), true
		}
		return fmt.Sprintf("At %s one chair stays empty: %s was %s.", n.Words.Breakfast, n.Name(b.Victim), n.Words.Murdered), true
	case engine.Order:
		if len(b.Seats) == 1 && o.Phase == engine.PhaseRoundTable {
			return n.Name(b.Seats[0]) + " has the floor.", true
		}
		return fmt.Sprintf("The order is %s.", n.List(b.Seats)), true
	case engine.Statement:
		return n.says(b.Seat, "says", b.Text) + n.acts(b.Acts), true
	case engine.Acts:
		return n.Name(b.Seat) + " meant:" + n.acts(b.Acts), true
	case engine.Ballot:
		return n.ballot(b), true
	case engine.Tally:
		return n.tally(b), true
	case engine.Tied:
		return fmt.Sprintf("%s tie; the table votes once more, between them.", n.List(b.Seats)), true
	case engine.Drawn:
		return fmt.Sprintf("Lots are drawn among %s: %s.", n.List(b.Among), n.Name(b.Seat)), true
	case engine.Banished:
		if b.Seat == engine.NoSeat {
			return fmt.Sprintf("Nobody is %s.", n.Words.Banished), true
		}
		return fmt.Sprintf("%s is %s.", n.Name(b.Seat), n.Words.Banished), true
	case engine.Revealed:
		return fmt.Sprintf("%s was a %s.", n.Name(b.Seat), n.Words.Role(b.Role)), true
	}
	return "", false
}

// rest is the night, the private and the end.
func (n *Narrator) rest(o engine.Observed) string {
	switch b := o.Body.(type) {
	case engine.Conferred:
		return n.says(b.Seat, "tells the others", b.Text) + n.acts(b.Acts)
	case engine.MurderVote:
		return fmt.Sprintf("%s names %s.", n.Name(b.Voter), n.Name(b.Target))
	case engine.Murdered:
		return fmt.Sprintf("The %s %s %s.", n.Words.Traitors, n.Words.Murder, n.Name(b.Seat))
	case engine.Bid:
		return fmt.Sprintf("%s bids %d for the floor.", n.Name(b.Seat), b.Bid)
	case engine.Intent:
		return fmt.Sprintf("%s would now %s %s.", n.Name(b.Seat), n.Words.Banish, n.Name(b.Target))
	case engine.Belief:
		return n.belief(b)
	case engine.Forfeited:
		return fmt.Sprintf("%s forfeits the %s: %s.", n.Name(b.Seat), b.Request, plain.Label(string(b.Cause)))
	case engine.Thought:
		return n.says(b.Seat, "thinks", b.Text)
	case engine.Ended:
		return n.end(b)
	case engine.Notes:
		return n.notes(b)
	case engine.Remembered:
		return n.remembered(b)
	case engine.Debriefed:
		return n.says(b.Seat, "looks back", b.Text)
	}
	return ""
}

func (n *Narrator) says(s engine.Seat, verb, text string) string {
	if text == "" {
		return n.Name(s) + " says nothing."
	}
	return fmt.Sprintf("%s %s: “%s”", n.Name(s), verb, Quotable(text))
}

func (n *Narrator) acts(acts []engine.Act) string {
	var b strings.Builder
	for _, a := range acts {
		b.WriteString(" [" + n.Act(a) + "]")
	}
	return b.String()
}

// Act is an act in two or three words: "accuses Ada".
func (n *Narrator) Act(a engine.Act) string {
	switch a.Kind {
	case engine.Claim:
		return "claims to be " + n.Words.Role(a.Role)
	case engine.Promise:
		return "promises to vote for " + n.Name(a.Seat)
	case engine.Accuse:
		return "accuses " + n.Name(a.Seat)
	case engine.Defend:
		return "defends " + n.Name(a.Seat)
	}
	return "questions " + n.Name(a.Seat)
}

func (n *Narrator) ballot(b engine.Ballot) string {
	line := fmt.Sprintf("%s votes for %s.", n.Name(b.Voter), n.Name(b.Target))
	if b.Illegal {
		line += " (not a legal name)"
	}
	return line
}

func (n *Narrator) tally(b engine.Tally) string {
	var parts []string
	for i, v := range b.Votes {
		if v > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", n.Name(engine.Seat(i)), v))
		}
	}
	return "The count: " + strings.Join(parts, ", ") + "."
}

func (n *Narrator) belief(b engine.Belief) string {
	var parts []string
	for i, v := range b.PerMille {
		if v != engine.Unstated {
			parts = append(parts, fmt.Sprintf("%s %.0f %%", n.Name(engine.Seat(i)), float64(v)/10))
		}
	}
	what := "suspects"
	if b.Order == 2 {
		what = "feels suspected by"
	}
	return fmt.Sprintf("%s %s: %s.", n.Name(b.Observer), what, strings.Join(parts, ", "))
}

var reasons = map[string]string{
	"no_traitors": "none of the %s is left", "parity": "the %s are as many as the rest", "last_faithful": "only %s are left",
	"max_rounds": "the last round is over",
}

func (n *Narrator) end(b engine.Ended) string {
	why, ok := reasons[b.Reason]
	if !ok {
		why = plain.Label(b.Reason) // another system's own word for it
	} else if strings.Contains(why, "%s") {
		why = fmt.Sprintf(why, n.Words.Traitors)
	}
	if b.Winner == engine.NoTeam {
		return "Nobody wins: " + why + "."
	}
	return fmt.Sprintf("The %s win: %s.", n.Words.Team(b.Winner), why)
}
