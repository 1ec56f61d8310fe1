package llm

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"turncoat/engine"
	"turncoat/engine/plain"
)

func wrongType(key, wants string) *engine.Problem {
	return &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q has to be %s", key, wants)}
}

func (r *record) readChoice(out *Reading, v any, asked engine.Request) *engine.Problem {
	name, ok := v.(string)
	if !ok {
		return wrongType(keyChoice, "a name")
	}
	if asked.Abstain && strings.EqualFold(strings.TrimSpace(name), nobody) {
		return nil
	}
	seat, mended, ok := r.seatOf(name, asked.Legal.List())
	if !ok && asked.Kind == engine.AskBallot && r.rules.IllegalBallot == "count" {
		seat, mended, ok = r.seatOf(name, engine.AllSeats(len(r.names)).List())
	}
	if !ok {
		return &engine.Problem{Cause: engine.CauseIllegalTarget, Detail: fmt.Sprintf("%q is not one of %s", clip(name), strings.Join(r.choices(asked), ", "))}
	}
	out.note(mended, mendedName)
	out.Answer.Target = seat
	return nil
}

func clip(s string) string {
	if r := []rune(plain.Line(s)); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return plain.Line(s)
}

// seatOf finds whom a name means: the name itself, in any case, or the only one of the names that stands in it as a word, as in
// "Mr. Ada" or "**Ada**". A nickname means nobody.
func (r *record) seatOf(name string, among []engine.Seat) (seat engine.Seat, mended, ok bool) {
	for _, s := range among {
		if r.names[s] == name {
			return s, false, true
		}
	}
	words := wordsOf(name)
	if len(words) > 6 {
		return engine.NoSeat, false, false
	}
	found := engine.NoSeat
	for _, s := range among {
		if own := wordsOf(r.names[s]); !containsRun(words, own) || r.withinAnother(words, own) {
			continue
		}
		if found != engine.NoSeat {
			return engine.NoSeat, false, false // two names in one answer
		}
		found = s
	}
	return found, true, found != engine.NoSeat
}

// withinAnother reports whether a name stands in the words only as a part of a longer name at this table: "Mary Ann" is not Ann.
func (r *record) withinAnother(words, own []string) bool {
	for _, n := range r.names {
		if longer := wordsOf(n); len(longer) > len(own) && containsRun(longer, own) && containsRun(words, longer) {
			return true
		}
	}
	return false
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '\'' && c != '-' })
}

// containsRun reports whether the words of a name stand in a row.
func containsRun(words, name []string) bool {
	for i := 0; len(name) > 0 && i+len(name) <= len(words); i++ {
		same := true
		for j, w := range name {
			same = same && words[i+j] == w
		}
		if same {
			return true
		}
	}
	return false
}

// number reads a whole number, also from "3", 3.0 or "70 %".
func number(v any) (n int, mended, ok bool) {
	text := ""
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text, mended = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "%")), true
	default:
		return 0, false, false
	}
	if i, err := strconv.Atoi(text); err == nil {
		return i, mended, true
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e6 {
		return 0, false, false
	}
	return int(math.Round(f)), true, f == math.Round(f) || mended
}

// perMille reads a percentage, fractions of a percent included, as an integer per mille.
func perMille(v any) (n int16, mended, ok bool) {
	text := ""
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text, mended = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "%")), true
	default:
		return 0, false, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f >= 0 && f <= 100) {
		return 0, false, false
	}
	return int16(math.Round(f * 10)), mended, true
}

// readNotes reads the notes of a reflection. On the last try a note that can't be read is left out, and the others stay.
func (r *record) readNotes(out *Reading, v any, last bool) *engine.Problem {
	list, ok := v.([]any)
	if !ok && v != nil {
		return wrongType(keyNotes, fmt.Sprintf("a list of at most %d notes", engine.MostNotes))
	}
	for i, item := range list {
		m, p := r.readNote(out, item)
		if p == nil && i >= engine.MostNotes {
			p = wrongType(keyNotes, fmt.Sprintf("a list of at most %d notes", engine.MostNotes))
		}
		switch {
		case p == nil:
			out.Answer.Notes = append(out.Answer.Notes, m)
		case !last:
			return p
		default:
			out.mend(mendedNotes)
		}
	}
	return nil
}

func (r *record) readNote(out *Reading, v any) (engine.Memo, *engine.Problem) {
	m := engine.Memo{About: engine.NoSeat}
	fields, ok := v.(map[string]any)
	if !ok {
		return m, wrongType(keyNotes, fmt.Sprintf("a list of {%q, %q, %q, %q}", keyKind, keyAbout, keySalience, keyText))
	}
	kind, _ := fields[keyKind].(string)
	m.Kind = engine.MemoKind(strings.ToLower(strings.TrimSpace(kind)))
	text, _ := fields[keyText].(string)
	m.Text = plain.Line(text)
	if about, _ := fields[keyAbout].(string); about != "" && !strings.EqualFold(about, nobody) {
		seat, mended, ok := r.seatOf(about, engine.AllSeats(len(r.names)).List())
		if !ok {
			return m, &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q in %q is not a player", clip(about), keyAbout)}
		}
		m.About = seat
		out.note(mended, mendedName)
	}
	n, mended, ok := number(fields[keySalience])
	if !ok {
		return m, wrongType(keySalience, "a whole number from 1 to 5")
	}
	m.Salience = n
	out.note(mended, mendedType)
	return m, engine.CheckMemo(r.rules, m)
}

func (r *record) readBeliefs(out *Reading, v any, asked engine.Request) *engine.Problem {
	fields, ok := v.(map[string]any)
	if !ok {
		return wrongType(keySuspicion, "an object with a number from 0 to 100 for each name")
	}
	others := asked.Living.Without(asked.Seat).List()
	beliefs := make([]int16, len(r.names))
	for i := range beliefs {
		beliefs[i] = engine.Unstated
	}
	for _, key := range sortedKeys(fields) {
		seat, mended, ok := r.seatOf(key, others)
		if !ok {
			continue // of the dead or of itself, say: not asked, so not kept
		}
		n, retyped, ok := perMille(fields[key])
		if !ok {
			return &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q of %s has to be a number from 0 to 100", keySuspicion, r.name(seat))}
		}
		out.note(mended, mendedName)
		out.note(retyped, mendedType)
		beliefs[seat] = n
	}
	for _, s := range others {
		if beliefs[s] == engine.Unstated {
			return &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q lacks %s", keySuspicion, r.name(s))}
		}
	}
	out.Answer.Beliefs = beliefs
	return nil
}
