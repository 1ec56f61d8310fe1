package narrate

import (
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// Memo is a note in a sentence: "suspicion of Ada (4 of 5): she voted late".
func (n *Narrator) Memo(m engine.Memo) string {
	about := ""
	if m.About != engine.NoSeat {
		about = " about " + n.Name(m.About)
	}
	return fmt.Sprintf("%s%s (%d of 5): %s", plain.Label(string(m.Kind)), about, m.Salience, Quotable(m.Text))
}

func (n *Narrator) notes(b engine.Notes) string {
	if len(b.Notes) == 0 {
		return n.Name(b.Seat) + " notes nothing."
	}
	parts := make([]string, len(b.Notes))
	for i, m := range b.Notes {
		parts[i] = n.Memo(m)
	}
	return n.Name(b.Seat) + " notes: " + strings.Join(parts, "; ")
}

func (n *Narrator) remembered(b engine.Remembered) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s has played %d games with these people before.", n.Name(b.Seat), b.Games)
	for _, o := range b.Others {
		if told := n.Reputation(o); told != "" {
			out.WriteString(" " + told)
		}
	}
	for _, l := range b.Lessons {
		fmt.Fprintf(&out, " Lesson of game %d: %s", l.Game, Quotable(l.Text))
	}
	return out.String()
}

// Reputation is what is held of another in a sentence; empty where there is nothing to tell.
func (n *Narrator) Reputation(o engine.Reputation) string {
	if o.Kept == 0 && o.Broken == 0 && o.Lies == 0 && o.Betrayals == 0 {
		return "" // nothing to tell
	}
	return fmt.Sprintf("%s: promises kept %s, broken %s; lies found out %s; against you as %s %s.", n.Name(o.Seat),
		thousandths(o.Kept), thousandths(o.Broken), thousandths(o.Lies), A(n.Words.Minority.One), thousandths(o.Betrayals))
}

func thousandths(v int) string { return fmt.Sprintf("%d.%d", v/1000, v%1000/100) }
