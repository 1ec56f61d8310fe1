package narrate

import "turncoat/engine"

// Words are the nouns and verbs of a framing (rule 1.5): the show's, or neutral ones for the same rules.
type Words struct {
	Traitor, Traitors   string
	Faithful            string
	TeamFaithful        string // the plural
	RoundTable          string
	Banish, Banished    string
	Banishment          string
	Murder, Murdered    string
	Conclave, Breakfast string
}

var show = Words{
	Traitor: "traitor", Traitors: "traitors", Faithful: "faithful", TeamFaithful: "faithful", RoundTable: "round table",
	Banish: "banish", Banished: "banished", Banishment: "banishment", Murder: "murder", Murdered: "murdered",
	Conclave: "conclave", Breakfast: "breakfast",
}

var neutral = Words{
	Traitor: "insider", Traitors: "insiders", Faithful: "regular", TeamFaithful: "regulars", RoundTable: "discussion",
	Banish: "vote out", Banished: "voted out", Banishment: "decision", Murder: "remove", Murdered: "removed in the night",
	Conclave: "private talk", Breakfast: "morning",
}

// WordsOf are the words of the rules' framing.
func WordsOf(r engine.Rules) Words {
	if r.Framing == "neutral" {
		return neutral
	}
	return show
}

// Role is the role's word.
func (w Words) Role(r engine.Role) string {
	if r.Team() == engine.Traitors {
		return w.Traitor
	}
	return w.Faithful
}

// Team is the team's word, in the plural.
func (w Words) Team(t engine.Team) string {
	if t == engine.Traitors {
		return w.Traitors
	}
	return w.TeamFaithful
}
