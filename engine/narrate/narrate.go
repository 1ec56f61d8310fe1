// Package narrate puts events and rules into words: for replays, for prompts, for the viewer.
//
// A Narrator is fed a view's events in order and knows only what they told it, so its words can't tell more than the view
// may know. The package is pure: it must not know where words go, in what colour or how wide.
package narrate

import (
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// Narrator remembers the names and the rules that the opening told. The zero value is ready.
type Narrator struct {
	Names []string
	Words Words
	Roles engine.Roster // as far as it was told
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
	return and(names)
}

// and joins words: "A, B and C".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// Line is the event in one sentence; empty for what needs no words of its own. It also takes in what the event tells. Whatever the event
// holds, the sentence is plain (package plain): what players say is Quotable, and a name or a word of another system's is on its line.
func (n *Narrator) Line(o engine.Observed) string { return plain.Shown(n.line(o)) }

func (n *Narrator) line(o engine.Observed) string {
	if n.Words.Minority.One == "" {
		n.Words = show
	}
	n.Roles.Take(o.Body)
	switch b := o.Body.(type) {
	case engine.Bookkeeping:
		return n.bookkeeping(b)
	case engine.Briefing:
		return n.briefing(b)
	case engine.Deed:
		return n.deed(b)
	case engine.News:
		return n.news(o.Phase, b)
	}
	return ""
}

func (n *Narrator) bookkeeping(b engine.Bookkeeping) string {
	switch b := b.(type) {
	case engine.Created:
		return fmt.Sprintf("A game of %d players from seed %d, by %s.", b.Rules.Players, b.Seed, plain.Label(b.Engine))
	case engine.Imported:
		return fmt.Sprintf("A game of %d players that another system played (%s, %s).", b.Rules.Players, plain.Label(b.Format),
			plain.Label(b.Source))
	case engine.Forfeited:
		return fmt.Sprintf("%s forfeits the %s: %s.", n.Name(b.Seat), b.Request, plain.Label(string(b.Cause)))
	case engine.Answered: // the answer itself is told
	}
	return ""
}

func (n *Narrator) briefing(b engine.Briefing) string {
	switch b := b.(type) {
	case engine.Opened:
		n.Names, n.rules, n.Words = named(b.Names), b.Rules, WordsOf(b.Rules)
		return "At the table: " + strings.Join(n.Names, ", ") + "."
	case engine.Dealt:
		return fmt.Sprintf("%s is %s.", n.Name(b.Seat), A(n.Words.Role(b.Role)))
	case engine.Allies:
		if len(b.Seats) == 1 {
			return fmt.Sprintf("%s is the only %s.", n.List(b.Seats), n.Words.Role(n.Roles.Of(b.Seats[0])))
		}
		return fmt.Sprintf("The %s know each other: %s.", n.Words.Team(n.team(b.Seats)), n.List(b.Seats))
	case engine.Persona:
		return fmt.Sprintf("%s: %s", n.Name(b.Seat), b.Persona)
	case engine.Remembered:
		return n.remembered(b)
	}
	return ""
}

func (n *Narrator) deed(b engine.Deed) string {
	switch b := b.(type) {
	case engine.Statement:
		if b.Lost {
			return n.lost(b.Seat)
		}
		return n.says(b.Seat, "says", b.Text) + n.acts(b.Seat, b.Acts)
	case engine.Conferred:
		if b.Lost {
			return n.lost(b.Seat)
		}
		return n.says(b.Seat, "tells the others", b.Text) + n.acts(b.Seat, b.Acts)
	case engine.Note:
		return n.says(b.Seat, "notes", b.Text)
	case engine.Thought:
		return n.says(b.Seat, "thinks", b.Text)
	case engine.Debriefed:
		return n.says(b.Seat, "looks back", b.Text)
	case engine.Acts:
		return strings.TrimSpace(n.acts(b.Seat, b.Acts))
	case engine.Bid:
		return fmt.Sprintf("%s bids %d for the floor.", n.Name(b.Seat), b.Bid)
	case engine.Ballot:
		return n.ballot(b)
	case engine.MurderVote:
		return fmt.Sprintf("%s names %s.", n.Name(b.Voter), n.Name(b.Target))
	case engine.Intent:
		return fmt.Sprintf("%s would now %s %s.", n.Name(b.Seat), n.Words.Banish, n.Name(b.Target))
	case engine.Belief:
		return n.belief(b)
	case engine.Notes:
		return n.notes(b)
	}
	return ""
}

func (n *Narrator) news(at engine.Phase, b engine.News) string {
	switch b := b.(type) {
	case engine.Introduced:
		return fmt.Sprintf("The host introduces %s. %s", n.Name(b.Seat), b.Persona)
	case engine.Found:
		if b.Victim == engine.NoSeat {
			return fmt.Sprintf("%s everybody is there: nobody was %s.", n.Words.AtBreakfast, n.Words.Murdered)
		}
		return fmt.Sprintf("%s one chair stays empty: %s was %s.", n.Words.AtBreakfast, n.Name(b.Victim), n.Words.Murdered)
	case engine.Order:
		if len(b.Seats) == 1 && at == engine.PhaseRoundTable {
			return n.Name(b.Seats[0]) + " has the floor."
		}
		return fmt.Sprintf("The order is %s.", n.List(b.Seats))
	case engine.Tally:
		return n.tally(b)
	case engine.Tied:
		return fmt.Sprintf("%s tie; the table votes once more, between them.", n.List(b.Seats))
	case engine.Drawn:
		return fmt.Sprintf("Lots are drawn among %s: %s.", n.List(b.Among), n.Name(b.Seat))
	case engine.Banished:
		if b.Seat == engine.NoSeat {
			return fmt.Sprintf("Nobody is %s.", n.Words.Banished)
		}
		return fmt.Sprintf("%s is %s.", n.Name(b.Seat), n.Words.Banished)
	case engine.Revealed:
		return fmt.Sprintf("%s was %s.", n.Name(b.Seat), A(n.Words.Role(b.Role)))
	case engine.Murdered:
		return fmt.Sprintf("The %s %s %s.", n.Words.Minority.Many, n.Words.Murder, n.Name(b.Seat))
	case engine.Ended:
		return n.end(b)
	case engine.PhaseBegan: // it is a heading
	}
	return ""
}

func (n *Narrator) says(s engine.Seat, verb, text string) string {
	if text == "" {
		return n.Name(s) + " says nothing."
	}
	return fmt.Sprintf("%s %s: “%s”", n.Name(s), verb, Quotable(text))
}

// lost tells of a turn that no answer came to: nobody may take it for silence.
func (n *Narrator) lost(s engine.Seat) string {
	return n.Name(s) + "'s turn was lost: what was said did not come through."
}

// acts says what a statement did, in a sentence of the record's own: a model that is shown marks behind a speech writes them
// behind its own.
func (n *Narrator) acts(s engine.Seat, acts []engine.Act) string {
	if len(acts) == 0 {
		return ""
	}
	done := make([]string, len(acts))
	for i, a := range acts {
		done[i] = n.Act(a)
	}
	return fmt.Sprintf(" With this, %s %s.", n.Name(s), and(done))
}

// Act is an act in two or three words: "accuses Ada".
func (n *Narrator) Act(a engine.Act) string {
	switch a.Kind {
	case engine.Claim:
		return "claims to be " + A(n.Words.Role(a.Role))
	case engine.Promise:
		return "promises to vote for " + n.Name(a.Seat)
	case engine.Accuse:
		return "accuses " + n.Name(a.Seat)
	case engine.Defend:
		return "defends " + n.Name(a.Seat)
	case engine.Question:
	}
	return "questions " + n.Name(a.Seat)
}

func (n *Narrator) ballot(b engine.Ballot) string {
	if b.Lost {
		if b.Target == engine.NoSeat {
			return n.Name(b.Voter) + "'s vote was lost."
		}
		return fmt.Sprintf("%s's vote was lost, and is drawn by lot: %s.", n.Name(b.Voter), n.Name(b.Target))
	}
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
	if !b.Stated() {
		return ""
	}
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

// team is the team of several who are of one.
func (n *Narrator) team(seats []engine.Seat) engine.Team {
	if len(seats) == 0 {
		return engine.Minority()
	}
	return n.Roles.TeamOf(seats[0])
}

func (n *Narrator) end(b engine.Ended) string {
	if b.Winner == engine.NoTeam {
		return "Nobody wins: " + why(b.Reason, n.Words) + "."
	}
	return fmt.Sprintf("The %s win: %s.", n.Words.Team(b.Winner), why(b.Reason, n.Words))
}

// why is the reason of an end in words.
func why(reason string, w Words) string {
	said, ok := reasons[reason]
	switch {
	case !ok:
		return plain.Label(reason) // another system's own word for it
	case strings.Contains(said, "%s"):
		return fmt.Sprintf(said, w.Minority.Many)
	}
	return said
}
