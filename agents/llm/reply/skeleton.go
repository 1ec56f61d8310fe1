package reply

import (
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// Skeleton is the reply with its keys and names filled in and a place for each value, as <one of: …>. Small models write valid
// JSON far more often with it than with the same said in words (docs/models.md). It holds no value that could be copied for an
// answer.
func (q *Question) Skeleton() string {
	var fields, remarks []string
	add := func(key, value string) { fields = append(fields, fmt.Sprintf("%q: %s", key, value)) }
	if q.thought {
		add(keyThought, `"<your thoughts in a few sentences, which no other player sees>"`)
	}
	if q.text {
		add(keyText, `"<`+q.textWanted()+`>"`)
	}
	if q.acts {
		add(keyActs, fmt.Sprintf(`[{%q: "%s", %q: "%s"}]`, keyAct, place(q.actNames()[:len(actKinds)]), keyAbout,
			place(q.namesOf(q.actsAbout().List()))))
		remarks = append(remarks, fmt.Sprintf("%q lists what your words do, at most %d; [] if nothing of it. Of yourself it may hold "+
			"{%q: \"%s\"}.", keyActs, MostActs, keyAct, place(q.actNames()[len(actKinds):])))
	}
	if q.choice {
		add(keyChoice, `"`+place(q.choices())+`"`)
	}
	if q.bid {
		add(keyBid, "<0-4>")
	}
	if q.notes {
		add(keyNotes, fmt.Sprintf(`[{%q: "%s", %q: "<a player's name, or %s>", %q: <1-5>, %q: "<at most %d words>"}]`,
			keyKind, place(memoKinds()), keyAbout, nobody, keySalience, keyText, engine.NoteWords))
		remarks = append(remarks, fmt.Sprintf("%q lists at most %d notes; [] if there is nothing to keep.", keyNotes, engine.MostNotes))
	}
	if q.beliefs {
		var each []string
		for _, name := range q.namesOf(q.Subjects()) {
			each = append(each, quote(name)+": <0-100>")
		}
		add(keySuspicion, "{"+strings.Join(each, ", ")+"}")
	}
	out := "Reply with one JSON object of this form, with your own values in place of each <…>:\n{" + strings.Join(fields, ", ") + "}\n"
	if len(remarks) > 0 {
		out += strings.Join(remarks, " ") + "\n"
	}
	return out
}

func place(values []string) string { return "<one of: " + strings.Join(values, ", ") + ">" }

// copied reports whether a value is a place of the skeleton that was left as it stood.
func copied(value string) bool {
	value = strings.TrimSpace(value)
	for _, begins := range []string{"<one of:", "<your ", "<what you say", "<a player's name", "<at most "} {
		if strings.HasPrefix(value, begins) {
			return true
		}
	}
	return false
}

func (q *Question) Keys() string {
	var b strings.Builder
	b.WriteString("Reply with one JSON object with these keys, in this order:\n")
	line := func(key, what string) { fmt.Fprintf(&b, "%q: %s\n", key, what) }
	if q.thought {
		line(keyThought, "your thoughts in a few sentences, which no other player sees")
	}
	if q.text {
		line(keyText, q.textWanted())
	}
	if q.acts {
		line(keyActs, fmt.Sprintf("a list of what your words do, at most %d: {%q: one of %s; %q: another player's name}, or, of "+
			"yourself, {%q: one of %s}; empty if none",
			MostActs, keyAct, strings.Join(q.actNames()[:len(actKinds)], ", "), keyAbout, keyAct,
			strings.Join(q.actNames()[len(actKinds):], ", ")))
	}
	if q.choice {
		line(keyChoice, "one of the names that you may choose")
	}
	if q.bid {
		line(keyBid, "a whole number from 0 to 4")
	}
	if q.notes {
		line(keyNotes, fmt.Sprintf("a list of at most %d notes, each {%q: one of %s; %q: a player's name, or %s; %q: how much it "+
			"matters, from 1 to 5; %q: at most %d words}; empty if there is nothing to keep",
			engine.MostNotes, keyKind, strings.Join(memoKinds(), ", "), keyAbout, nobody, keySalience, keyText, engine.NoteWords))
	}
	if q.beliefs {
		line(keySuspicion, "an object with each of these names and a whole number from 0 to 100")
	}
	return b.String()
}

func (q *Question) textWanted() string {
	switch {
	case q.Kind == engine.AskNote || q.Kind == engine.AskDebrief:
		return fmt.Sprintf("your answer, at most %d words", q.Words)
	case q.Words > 0:
		return fmt.Sprintf("what you say, at most %d words; empty to say nothing", q.Words)
	}
	return "what you say"
}
