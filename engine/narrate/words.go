package narrate

import (
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// Words are the nouns and verbs of a framing (rule 1.5): the show's, or neutral ones for the same rules.
type Words struct {
	Minority, Majority  RoleWords // one and all of the informed team, and of those who look for it
	roles               map[engine.Role]RoleWords
	RoundTable          string
	Banish, Banished    string
	Banishment          string
	Murder, Murdered    string
	Conclave, Breakfast string
	AtBreakfast         string
}

// RoleWords are a role's word for one who has it, and for several.
type RoleWords struct{ One, Many string }

var show = framed(Words{
	roles:      map[engine.Role]RoleWords{engine.RoleTraitor: {"traitor", "traitors"}, engine.RoleFaithful: {"faithful", "faithful"}},
	RoundTable: "round table",
	Banish:     "banish", Banished: "banished", Banishment: "banishment", Murder: "murder", Murdered: "murdered",
	Conclave: "conclave", Breakfast: "breakfast", AtBreakfast: "At breakfast",
})

var neutral = framed(Words{
	roles:      map[engine.Role]RoleWords{engine.RoleTraitor: {"insider", "insiders"}, engine.RoleFaithful: {"regular", "regulars"}},
	RoundTable: "discussion",
	Banish:     "vote out", Banished: "voted out", Banishment: "decision", Murder: "remove", Murdered: "removed in the night",
	Conclave: "private talk", Breakfast: "morning", AtBreakfast: "In the morning",
})

func framed(w Words) Words {
	w.Minority, w.Majority = w.of(engine.Minority().First()), w.of(engine.Majority().First())
	return w
}

// of are a role's words. A role that the framing has no words for is called by its name, one that is not known is taken for one of
// the many.
func (w Words) of(r engine.Role) RoleWords {
	if r == engine.NoRole {
		r = engine.Majority().First()
	}
	if words, ok := w.roles[r]; ok {
		return words
	}
	return RoleWords{r.String(), r.Spec().Many}
}

// WordsOf are the words of the rules' framing.
func WordsOf(r engine.Rules) Words {
	if r.Framing == engine.FramingNeutral {
		return neutral
	}
	return show
}

// Role is the role's word.
func (w Words) Role(r engine.Role) string { return w.of(r).One }

// Phase is what a phase is called within a sentence: one that no framing renames goes by its own name.
func (w Words) Phase(p engine.Phase) string {
	//exhaustive:ignore
	switch p {
	case engine.PhaseRoundTable:
		return w.RoundTable
	case engine.PhaseBanishment:
		return w.Banishment
	case engine.PhaseBreakfast:
		return w.Breakfast
	case engine.PhaseConclave:
		return w.Conclave
	case engine.PhaseMurder:
		return "night"
	}
	return strings.ReplaceAll(p.String(), "_", " ")
}

// Title is the heading over a phase in a view that is, or is not, told what passes in private; empty: it has none. What has no
// heading of its own goes by its name.
func (w Words) Title(p engine.Phase, private bool) string {
	//exhaustive:ignore
	switch p {
	case engine.PhaseSetup, engine.PhaseBeliefs, engine.PhaseReflection:
		return ""
	case engine.PhaseOver:
		return "The end"
	case engine.PhaseDebrief:
		return "Looking back"
	case engine.PhaseConclave:
		if !private {
			return w.Title(engine.PhaseMurder, private)
		}
	}
	return upper(w.Phase(p))
}

// A is a word with its article: "a traitor", "an insider".
func A(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

// Team is the team's word, in the plural.
func (w Words) Team(t engine.Team) string { return w.of(t.First()).Many }
