package narrate

import (
	"fmt"
	"strings"

	"turncoat/engine"
)

// Rules are the rules in words, from the same value that the machine plays by (promise 9). Pass Rules.Public for what the
// players may know.
func Rules(r engine.Rules) string {
	w := WordsOf(r)
	var b strings.Builder
	for _, section := range []struct {
		title string
		lines []string
	}{
		{"Set-up", setUp(r, w)}, {"The day", dayRules(r, w)}, {"The ballot", ballotRules(r, w)},
		{"The night", nightRules(r, w)}, {"The end", endRules(r, w)}, {"What else you are asked", asked(r, w)},
	} {
		if len(section.lines) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s\n", section.title)
		for _, l := range section.lines {
			fmt.Fprintf(&b, "  %s\n", l)
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// pick is a sentence by the value of a choice.
func pick(value string, sentences map[string]string) []string {
	if s := sentences[value]; s != "" {
		return []string{s}
	}
	return nil
}

func when(yes bool, sentence string) []string {
	if yes {
		return []string{sentence}
	}
	return nil
}

func join(lists ...[]string) (out []string) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func setUp(r engine.Rules, w Words) []string {
	count := fmt.Sprintf("%d of them are %s, drawn at random; the rest are %s.", r.Traitors, w.Traitors, w.TeamFaithful)
	if r.Traitors == 1 {
		count = fmt.Sprintf("One of them is a %s, drawn at random; the rest are %s.", w.Traitor, w.TeamFaithful)
	}
	if r.TraitorCount == "unknown" {
		count = fmt.Sprintf("Some of them are %s, drawn at random; how many, only they know. The rest are %s.", w.Traitors, w.TeamFaithful)
	}
	return join(
		[]string{fmt.Sprintf("%d players sit at the table.", r.Players), count, fmt.Sprintf("The %s know each other.", w.Traitors)},
		when(r.Introductions, "Before the first round the host reads every persona out."),
		pick(r.First, map[string]string{"night": "The game starts with the night.", "day": "The game starts with the day."}),
	)
}

func dayRules(r engine.Rules, w Words) []string {
	talk := fmt.Sprintf("At the %s every living player speaks once in each of %d passes.", w.RoundTable, r.Passes)
	if r.Passes == 1 {
		talk = fmt.Sprintf("At the %s every living player speaks once.", w.RoundTable)
	}
	if r.Order == "bid" {
		talk = fmt.Sprintf("At the %s there are %d statements; for each, everybody bids from 0 to 4 and the highest speaks; who was just named goes first among equals.", w.RoundTable, r.Turns)
	} else if r.Passes == 0 {
		return when(r.Aftermath, "After the vote every living player speaks once.")
	}
	return join(
		[]string{talk},
		pick(r.Order, map[string]string{"seat": "The order is that of the seats.", "seeded": "The order is drawn anew for every pass.", "rotate": "The order is that of the seats and begins one seat later each time."}),
		hears(r),
		[]string{fmt.Sprintf("A statement has at most %d words; saying nothing is allowed.", r.Words)},
		pick(r.Acts, map[string]string{"public": "A statement may accuse, defend, question, claim a role or promise a vote, and everybody sees which.", "log": "A statement may accuse, defend, question, claim a role or promise a vote; only its words are heard."}),
		when(r.Aftermath, "After the vote every living player speaks once."),
	)
}

func hears(r engine.Rules) []string {
	if r.Hears.First == "running" && r.Hears.Later == "running" {
		return []string{"A speaker has heard all who spoke before."}
	}
	part := func(v string) string {
		if v == "running" {
			return "has heard all who spoke before"
		}
		return "has heard the passes before, and not this one"
	}
	return []string{fmt.Sprintf("In the first pass a speaker %s; in a later one it %s.", part(r.Hears.First), part(r.Hears.Later))}
}

func ballotRules(r engine.Rules, w Words) []string {
	if r.Ballot == "off" {
		return []string{"There is no ballot."}
	}
	return join(
		pick(r.Ballot, map[string]string{"sealed": "Every living player names another; the ballots are opened together.", "open": "Every living player names another, one after the other, in a drawn order, and the votes so far are seen."}),
		[]string{fmt.Sprintf("The most votes %s a player.", w.Banish)},
		pick(r.Shown, map[string]string{"targets": "Everybody sees who voted for whom.", "tally": "Everybody sees how many votes each player has, and not whose.", "nothing": "Nobody sees the votes."}),
		when(r.Abstain, "You may vote for nobody."),
		pick(r.IllegalBallot, map[string]string{"forfeit": "A vote for yourself or the dead is no vote.", "count": "A vote for yourself counts as cast."}),
		pick(r.Forfeit, map[string]string{"abstain": "A vote that is missing counts for nobody.", "random": "A vote that is missing is drawn by lot."}),
		pick(r.Tie, map[string]string{
			"runoff":      "A tie is voted on once more, among those who tied; a second tie is drawn by lot.",
			"random":      "A tie is drawn by lot.",
			"nobody":      "In a tie nobody leaves.",
			"first_named": "In a tie the one who received a vote first leaves, in seat order of the voters.",
		}),
		pick(r.Reveal, map[string]string{"role": "The role of who leaves is revealed.", "nothing": "The role of who leaves is not revealed."}),
	)
}

func nightRules(r engine.Rules, w Words) []string {
	return join(
		when(r.Conclave > 0, fmt.Sprintf("At night the %s confer among themselves, in passes: %d.", w.Traitors, r.Conclave)),
		when(r.Murder, fmt.Sprintf("Each of the %s names a player who is none of them; who has the most votes is %s, ties by lot.", w.Traitors, w.Murdered)),
		when(!r.Murder, fmt.Sprintf("Nobody is %s at night.", w.Murdered)),
	)
}

func endRules(r engine.Rules, w Words) []string {
	limit := "nobody wins"
	if r.AtLimit == "traitors" {
		limit = fmt.Sprintf("the %s win if one of them is left", w.Traitors)
	}
	return join(
		[]string{fmt.Sprintf("When none of the %s is left, the %s win.", w.Traitors, w.TeamFaithful)},
		pick(r.TraitorsWin, map[string]string{
			"parity":        fmt.Sprintf("When the living %s are as many as the other living players, the %s win.", w.Traitors, w.Traitors),
			"last_faithful": fmt.Sprintf("When only %s are left, they win.", w.Traitors),
		}),
		pick(r.Check, map[string]string{"each": "This is looked at whenever somebody has left.", "night": "This is looked at after each night only."}),
		[]string{fmt.Sprintf("After round %d, without a decision, %s.", r.MaxRounds, limit)},
	)
}

func asked(r engine.Rules, w Words) []string {
	return join(
		when(r.Beliefs.With != 0, fmt.Sprintf("With these you state privately how likely each other player is to be one: %s.", moments(r.Beliefs.With, w))),
		when(r.Beliefs.After != 0, fmt.Sprintf("After these you are asked the same on its own: %s.", moments(r.Beliefs.After, w))),
		pick(r.AfterSpeech, map[string]string{"intent": "After each statement you state privately for whom you would vote now.", "beliefs": "After each statement you state privately how likely each other player is to be one."}),
		pick(r.Honesty, map[string]string{"required": "You must never state what you believe to be false."}),
		when(r.Memory.Reflect != 0, fmt.Sprintf("After these you write notes for yourself, which no other player sees: %s.", moments(r.Memory.Reflect, w))),
		recalls(r),
		when(r.Thoughts == "field", "You may write down thoughts; other players never see them, researchers may."),
	)
}

// recalls says what of the past a player is shown (rule 10.2), where that is not everything.
func recalls(r engine.Rules) []string {
	m := r.Memory.Filled()
	if m.Scope == "none" {
		return []string{"You are shown the present round only."}
	}
	return pick(m.Recall, map[string]string{
		"window":   fmt.Sprintf("You are shown the last %d rounds, the present one included.", m.Window),
		"digest":   "You are shown the present round and what you noted last.",
		"retrieve": "You are shown the present round and those of your notes that fit best.",
	})
}

// moments are the names of moments in the framing's words.
func moments(ms engine.Moments, w Words) string {
	names := ms.Names()
	for i, n := range names {
		switch n {
		case "banishment":
			names[i] = w.Banishment
		case "round_table":
			names[i] = w.RoundTable
		case "breakfast":
			names[i] = w.Breakfast
		}
	}
	return strings.Join(names, ", ")
}
