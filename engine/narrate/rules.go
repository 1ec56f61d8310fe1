package narrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
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
	few := engine.Minority().First()
	others := numbers(r, w, slices.DeleteFunc(engine.Roles(), func(role engine.Role) bool {
		return role == few || role == engine.Majority().First()
	}))
	count := fmt.Sprintf("%d of them are %s%s, drawn at random; the rest are %s.", r.Traitors, w.Minority.Many, others, w.Majority.Many)
	if r.Traitors == 1 {
		count = fmt.Sprintf("One of them is %s%s, drawn at random; the rest are %s.", A(w.Minority.One), others, w.Majority.Many)
	}
	if r.TraitorCount == engine.CountUnknown {
		count = fmt.Sprintf("Some of them are %s%s, drawn at random; how many, only they know. The rest are %s.", w.Minority.Many,
			others, w.Majority.Many)
	}
	return join(
		[]string{fmt.Sprintf("%d players sit at the table.", r.Players), count},
		when(r.Traitors != 1, fmt.Sprintf("The %s know each other.", w.Minority.Many)),
		when(r.Introductions, "Before the first round the host reads every persona out."),
		pick(r.First, map[string]string{"night": "The game starts with the night.", "day": "The game starts with the day."}),
	)
}

// numbers say how many have each of several roles.
func numbers(r engine.Rules, w Words, of []engine.Role) (out string) {
	for _, role := range of {
		switch n := role.Count(r); n {
		case 0:
		case 1:
			out += ", one is " + A(w.Role(role))
		default:
			out += fmt.Sprintf(", %d are %s", n, w.of(role).Many)
		}
	}
	return out
}

func dayRules(r engine.Rules, w Words) []string {
	talk := fmt.Sprintf("At the %s every living player speaks once in each of %d passes.", w.RoundTable, r.Passes)
	if r.Passes == 1 {
		talk = fmt.Sprintf("At the %s every living player speaks once.", w.RoundTable)
	}
	if r.Order == engine.OrderBid {
		talk = fmt.Sprintf("At the %s there are %d statements; for each, everybody bids from 0 to 4 and the highest speaks; who was "+
			"just named goes first among equals.", w.RoundTable, r.Turns)
	} else if r.Passes == 0 {
		return aftermath(r, w)
	}
	return join(
		[]string{talk},
		pick(r.Order, map[string]string{"seat": "The order is that of the seats.", "seeded": "The order is drawn anew for every pass.",
			"rotate": "The order is that of the seats and begins one seat later each time."}),
		hears(r),
		[]string{fmt.Sprintf("A statement has at most %d words; saying nothing is allowed.", r.Words)},
		pick(r.Acts, map[string]string{"public": "A statement may accuse, defend, question, claim a role or promise a vote, and " +
			"everybody sees which.", "log": "A statement may accuse, defend, question, claim a role or promise a vote; only its words " +
			"are heard."}),
		aftermath(r, w),
	)
}

// aftermath is the talk that comes after the vote, or after what there is instead.
func aftermath(r engine.Rules, w Words) []string {
	switch {
	case !r.Aftermath:
		return nil
	case r.Ballot != engine.BallotOff:
		return []string{"After the vote every living player speaks once."}
	case Talks(r):
		return []string{fmt.Sprintf("After the %s every living player speaks once more.", w.RoundTable)}
	}
	return []string{"Every living player speaks once."}
}

// Talks reports whether there is a round table (rule 3.1).
func Talks(r engine.Rules) bool { return r.Order == engine.OrderBid || r.Passes > 0 }

func hears(r engine.Rules) []string {
	if r.Hears.First == engine.HearsRunning && r.Hears.Later == engine.HearsRunning {
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
	if r.Ballot == engine.BallotOff {
		return []string{"There is no ballot."}
	}
	return join(
		pick(r.Ballot, map[string]string{"sealed": "Every living player names another; the ballots are opened together.",
			"open": "Every living player names another, one after the other, in a drawn order."}),
		[]string{fmt.Sprintf("The most votes %s a player.", w.Banish)},
		pick(r.Ballot+" "+r.Shown, map[string]string{
			"sealed targets": "Everybody sees who voted for whom.",
			"sealed tally":   "Everybody sees how many votes each player has, and not whose.",
			"sealed nothing": "Nobody sees the votes.",
			"open targets":   "Everybody sees each vote at once, and whose it is.",
			"open tally":     "Everybody sees the count so far, and not whose votes they are.",
		}),
		when(r.Abstain, "You may vote for nobody."),
		pick(r.IllegalBallot, map[string]string{"forfeit": "A vote for yourself or the dead is no vote.",
			"count": "A vote for yourself counts as cast."}),
		pick(r.Forfeit, map[string]string{"abstain": "A vote that is lost counts for nobody.",
			"random": "A vote that is lost is drawn by lot."}),
		pick(r.Tie, map[string]string{
			"runoff":      "A tie is voted on once more, among those who tied; a second tie is drawn by lot.",
			"random":      "A tie is drawn by lot.",
			"nobody":      "In a tie nobody leaves.",
			"first_named": "In a tie the one who received a vote first leaves, in seat order of the voters.",
		}),
		pick(r.Reveal, map[string]string{"role": "The role of who leaves is revealed.",
			"nothing": "The role of who leaves is not revealed."}),
	)
}

func nightRules(r engine.Rules, w Words) []string {
	lone := r.Traitors == 1
	return join(
		when(r.Conclave > 0 && !lone, fmt.Sprintf("At night the %s, if there are several, confer among themselves, in passes: %d.",
			w.Minority.Many, r.Conclave)),
		when(r.Murder && lone, fmt.Sprintf("At night the %s names another player, who is %s.", w.Minority.One, w.Murdered)),
		when(r.Murder && !lone, fmt.Sprintf("Each of the %s names a player who is none of them; who has the most votes is %s, ties by "+
			"lot.", w.Minority.Many, w.Murdered)),
		when(!r.Murder, fmt.Sprintf("Nobody is %s.", w.Murdered)),
	)
}

func endRules(r engine.Rules, w Words) []string {
	limit := "nobody wins"
	if r.AtLimit == engine.AtLimitTraitors {
		limit = fmt.Sprintf("the %s win if one of them is left", w.Minority.Many)
	}
	return join(
		[]string{fmt.Sprintf("When none of the %s is left, the %s win.", w.Minority.Many, w.Majority.Many)},
		pick(r.TraitorsWin, map[string]string{
			"parity": fmt.Sprintf("When the living %s are as many as the other living players, the %[1]s win.",
				w.Minority.Many),
			"last_faithful": fmt.Sprintf("When only %s are left, they win.", w.Minority.Many),
		}),
		otherWins(w, engine.Roles(), "no_traitors", "parity", "last_faithful"),
		pick(r.Check, map[string]string{"each": "This is looked at whenever somebody has left.",
			"night": "This is looked at after each night only."}),
		[]string{fmt.Sprintf("After round %d, without a decision, %s.", r.MaxRounds, limit)},
	)
}

// otherWins tell the ways to win of roles, but for those that are told already.
func otherWins(w Words, of []engine.Role, told ...string) (out []string) {
	for _, role := range of {
		for _, win := range role.Spec().Wins {
			if !slices.Contains(told, win.Reason) {
				out = append(out, fmt.Sprintf("The %s win when %s.", w.Team(role.Team()), why(win.Reason, w)))
			}
		}
	}
	return out
}

func asked(r engine.Rules, w Words) []string {
	with, after, speech := r.Coming(r.Beliefs.With), r.Coming(r.Beliefs.After), r.AfterSpeech
	if !Talks(r) {
		speech = "" // it is asked at the round table
	}
	beside := "You"
	if with != 0 {
		beside = "Beside that you"
	}
	return join(
		when(with != 0, fmt.Sprintf("Together with your %s you state in private how likely each other player is to be %s.",
			and(with.Names()), A(w.Minority.One))),
		when(after != 0, fmt.Sprintf("%s are asked how likely each other player is to be %s: %s.", beside, A(w.Minority.One),
			momentsAfter(after, w))),
		pick(speech, map[string]string{"intent": intent(r, w),
			"beliefs": fmt.Sprintf("After each statement you state in private how likely each other player is to be %s.",
				A(w.Minority.One))}),
		when(with|after != 0 || speech == "beliefs", fmt.Sprintf("%s, who knows, is asked instead how likely the others hold it to be "+
			"one.", upper(A(w.Minority.One)))),
		pick(r.Honesty, map[string]string{"required": "You must never state what you believe to be false."}),
		when(r.Coming(r.Memory.Reflect) != 0, fmt.Sprintf("You write notes for yourself, which no other player sees: %s.",
			momentsAfter(r.Coming(r.Memory.Reflect), w))),
		recalls(r),
		when(r.Thoughts == engine.ThoughtsField, "You may write down thoughts; other players never see them, researchers may."),
		when(r.Recap == "thought", "Your last thought is shown to you again."),
	)
}

// intent is what is stated after each statement (rule 7.2): a vote, also where there is none.
func intent(r engine.Rules, w Words) string {
	if r.Ballot == engine.BallotOff {
		return fmt.Sprintf("After each statement you state in private whom you would %s if there were a vote.", w.Banish)
	}
	return "After each statement you state in private for whom you would vote now."
}

// recalls says what of the past a player is shown (rule 10.2), where that is not everything.
func recalls(r engine.Rules) []string {
	m := r.Memory.Filled()
	if m.Scope == engine.ScopeNone {
		return []string{"You are shown the present round only."}
	}
	return pick(m.Recall, map[string]string{
		"window":   fmt.Sprintf("You are shown the last %d rounds, the present one included.", m.Window),
		"digest":   "You are shown the present round and what you noted last.",
		"retrieve": "You are shown the present round and those of your notes that fit best.",
	})
}

// momentsAfter are moments in the framing's words: "at the start, after the banishment and after the breakfast".
func momentsAfter(ms engine.Moments, w Words) string {
	names := ms.Names()
	for i, n := range names {
		switch n {
		case "start":
			names[i] = "at the start"
			continue
		case "end":
			names[i] = "at the end"
			continue
		case "banishment":
			n = w.Banishment
		case "round_table":
			n = w.RoundTable
		case "breakfast":
			n = w.Breakfast
		}
		names[i] = "after the " + strings.ReplaceAll(n, "_", " ")
	}
	return and(names)
}

func upper(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
