package scripted

import (
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// style is a manner of speaking, taken from the persona.
type style struct {
	marks     []string // words of a persona that call for it
	openers   []string
	closers   []string
	sentences int // the most in a statement
	trust     int // of a hundred statements, how many speak for somebody
	opens     int // of a hundred, how many begin with an opener
}

var styles = []style{
	{marks: []string{"blunt", "direct", "bold", "aggressive", "hot", "impatient", "competitive", "disagreeable", "police", "soldier",
		"coach"},
		openers:   []string{"I will be plain.", "Straight out.", "No speeches from me.", "Enough tiptoeing.", "Somebody has to say it."},
		closers:   []string{"That is all.", "Prove me wrong.", "Argue with that.", "Next."},
		sentences: 3, trust: 15, opens: 35},
	{marks: []string{"warm", "kind", "friendly", "gentle", "agreeable", "nurse", "teacher", "caring", "patient"},
		openers: []string{"I hate doing this to friends.", "I say this without malice.", "Bear with me, all of you.",
			"I slept badly over this.", "Please hear me out."},
		closers: []string{"I would love to be wrong.", "No hard feelings, I hope.", "Tell me if I am being unfair.",
			"We can still do this together."},
		sentences: 4, trust: 45, opens: 35},
	{marks: []string{"analy", "careful", "logic", "method", "account", "engineer", "scien", "conscientious", "lawyer", "doctor", "calm"},
		openers: []string{"Let us look at the record.", "I went back over my notes.", "Two things do not add up for me.",
			"Facts first.", "I keep a list, and it is short."},
		closers: []string{"Check it for yourselves.", "That is evidence and no proof.", "I will change my mind for a better reason.",
			"The numbers will tell."},
		sentences: 4, trust: 30, opens: 40},
	{marks: []string{"wry", "funny", "humo", "sarcas", "joker", "playful", "witty", "comedian", "open"},
		openers: []string{"Cheerful table, this.", "Well, nobody has thrown a plate yet.",
			"I came for the breakfast and stayed for the blame.", "Lovely to see so many innocent faces.",
			"Another day, another set of alibis."},
		closers: []string{"I will see myself out.", "Do pass the bread.", "Feel free to gasp.",
			"I have been wrong before; it was a Tuesday."},
		sentences: 3, trust: 25, opens: 45},
	{marks: []string{"drama", "theat", "actor", "flamboy", "emotional", "neurotic", "anxious", "nervous", "passion", "artist", "extravert"},
		openers: []string{"My heart is going like a drum.", "I cannot sit on this any longer.", "I looked into every face last night.",
			"You can feel it in this room.", "I am shaking, and I will say it anyway."},
		closers: []string{"I feel it in my bones.", "Look me in the eye and deny it.", "I shall not sleep tonight.",
			"Remember that I said so."},
		sentences: 4, trust: 35, opens: 40},
	{marks: []string{"quiet", "shy", "reserved", "introvert", "terse", "taciturn", "silent", "farmer"},
		sentences: 2, trust: 15},
}

// styleOf is the first style that the persona calls for, one by dice where it calls for none.
func styleOf(persona string, seed uint64) *style {
	persona = strings.ToLower(persona)
	for i := range styles {
		for _, m := range styles[i].marks {
			if persona != "" && strings.Contains(persona, m) {
				return &styles[i]
			}
		}
	}
	return &styles[engine.Below(len(styles), engine.Dice(seed, "style", 0, 0, engine.NoSeat))]
}
