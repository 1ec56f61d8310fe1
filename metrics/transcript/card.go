package transcript

import (
	"fmt"
	"strings"
)

// Card is what is said of a file of chats: what they are, what they were made by, and what they are not for.
type Card struct {
	Batch, Scenario, Program, Engine string
	Begun                            string // RFC 3339
	Seed                             uint64
	Policies                         []string
	HonestOnly                       bool // chats of seats that lied are left out

	Games, Seats, Honest, Written int
}

// String is the card in Markdown.
func (c Card) String() string {
	var t strings.Builder
	fmt.Fprintf(&t, "# Chat transcripts of %s\n\n", c.Batch)
	fmt.Fprintf(&t, "`chat.jsonl`: %d transcripts, one a line, of %d games of `%s` (seed %d), by %s, %s, begun %s.\n\n", c.Written,
		c.Games, c.Scenario, c.Seed, c.Program, c.Engine, c.Begun)
	fmt.Fprintf(&t, "Players: %s.\n\n", strings.Join(c.Policies, ", "))
	t.WriteString("Each line has batch, game, seat, policy, role, won, survived, lies, honest, and messages: the rules (system), what " +
		"the seat perceived (user), and what it said, voted, stated or noted (assistant). Private thoughts are left out; the seat's " +
		"own beliefs and notes are in, since they are its answers.\n\n")
	fmt.Fprintf(&t, "`lies` counts statements that the speaker knew to be false by what it said that it does (its acts): a role that "+
		"it had not, and of a traitor an accusation of a faithful or a defence of a fellow. `honest` is none of them: %d of %d seats. "+
		"Lies in words that no act declares are not seen: have a sample annotated (`turncoat export --annotate`).\n\n", c.Honest, c.Seats)
	if c.HonestOnly {
		t.WriteString("Only honest transcripts are in this file. A filter by outcome of behaviour is a selection: rates can't be " +
			"estimated from it.\n\n")
	}
	t.WriteString("Deceiving is a legal move in these games. The data says what players did in a game; it is no measure of a " +
		"disposition, and training on the winning side of it may teach deception. See docs/ethics.md before you use it.\n")
	return t.String()
}
