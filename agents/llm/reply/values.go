package reply

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

func wrongType(key, wants string) *engine.Problem {
	return &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q has to be %s", key, wants)}
}

func (q *Question) readChoice(out *Reading, v any) *engine.Problem {
	v, unwrapped := alone(v)
	out.mendIf(unwrapped, mendedType)
	name, ok := v.(string)
	if !ok {
		return wrongType(keyChoice, "a name")
	}
	seat, mended, ok := q.seatOf(name, q.Legal.List())
	if says, plainly := abstains(name); says && !ok && q.Abstain {
		out.mendIf(!plainly, mendedName)
		return nil
	}
	if !ok && q.Kind == engine.AskBallot && q.rules.IllegalBallot == engine.IllegalCount {
		seat, mended, ok = q.seatOf(name, engine.AllSeats(len(q.names)).List())
	}
	if !ok {
		seat, ok = q.reasoned(name, q.Legal.List())
		mended = ok
	}
	if !ok {
		return &engine.Problem{Cause: engine.CauseIllegalTarget, Detail: fmt.Sprintf("%q is not one of %s", clip(name),
			strings.Join(q.choices(), ", "))}
	}
	out.mendIf(mended, mendedName)
	out.Answer.Target = seat
	return nil
}

// alone unwraps what stands alone in a list or an object: ["Ada"], {"name": "Ada"}.
func alone(v any) (inner any, unwrapped bool) {
	switch w := v.(type) {
	case []any:
		if len(w) == 1 {
			return w[0], true
		}
	case map[string]any:
		for _, inner := range w {
			if len(w) == 1 {
				return inner, true
			}
		}
	}
	return v, false
}

// overruled refuses a choice that stands in the middle of words, the last of which name another: it was a thought on the way.
func (q *Question) overruled(out *Reading) *engine.Problem {
	if !wordy(out.before) || !wordy(out.behind) {
		return nil
	}
	behind, other := wordsOf(plain.Fold(out.behind)), false
	for _, s := range q.Legal.List() {
		if containsRun(behind, wordsOf(plain.Fold(q.names[s]))) {
			if s == out.Answer.Target {
				return nil
			}
			other = true
		}
	}
	if !other {
		return nil
	}
	return &engine.Problem{Cause: engine.CauseSchema,
		Detail: "the words behind the object name another than the object does; reply with one object and nothing else"}
}

var (
	reason    = regexp.MustCompile(`(?i)^(.+?)(?:\s*[(\[]|\s+(?:because|since)\s|\s*[,:;.–—]\s|\s-+\s)(.*)$`)
	plainlyIs = regexp.MustCompile(`(?i)^.+?(?:\s*[(\[]|\s*,?\s+(?:because|since)\s)`)
)

// reasoned reads a name with the reason for it behind: "Ada (she voted for me)", "Ada, because of Bo". A second name in it is a
// part of the reason behind a bracket or a "because", and else a second choice.
func (q *Question) reasoned(name string, among []engine.Seat) (engine.Seat, bool) {
	parts := reason.FindStringSubmatch(plain.Line(name))
	if parts == nil {
		return engine.NoSeat, false
	}
	found, _, ok := q.seatOf(parts[1], among)
	if !ok {
		return engine.NoSeat, false
	}
	behind := wordsOf(plain.Fold(parts[2]))
	for i, n := range q.names {
		if engine.Seat(i) != found && !plainlyIs.MatchString(name) && containsRun(behind, wordsOf(plain.Fold(n))) {
			return engine.NoSeat, false
		}
	}
	return found, true
}

// abstains reports whether a choice is nobody, also with the reason behind it, and whether it is written so plainly.
func abstains(choice string) (says, plainly bool) {
	if choice == nobody {
		return true, true
	}
	head := choice
	if parts := reason.FindStringSubmatch(plain.Line(choice)); parts != nil {
		head = parts[1]
	}
	switch strings.Join(wordsOf(plain.Fold(head)), " ") {
	case nobody, "no one", "noone", "none", "abstain", "i abstain":
		return true, false
	}
	return false, false
}

func clip(s string) string {
	if r := []rune(plain.Line(s)); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return plain.Line(s)
}

// seatOf finds whom a name means: the name itself, however it is written (plain.Fold), or with a title or the like about it, as in
// "Mr. Ada". Other words about a name can turn it round ("anyone but Ada"), so it means nobody then, and neither does a nickname.
func (q *Question) seatOf(name string, among []engine.Seat) (seat engine.Seat, mended, ok bool) {
	for _, s := range among {
		if q.names[s] == name {
			return s, false, true
		}
	}
	if copied(name) {
		return engine.NoSeat, false, false
	}
	folded := plain.Fold(name)
	words := wordsOf(folded)
	for _, s := range among {
		own := plain.Fold(q.names[s])
		if own == folded {
			return s, true, true
		}
		if run := wordsOf(own); containsRun(words, run) && !q.withinAnother(words, run) && courteous(words, run) {
			return s, true, true
		}
	}
	return engine.NoSeat, false, false
}

// courtesies are the words that may stand about a name without changing whom it means.
var courtesies = strings.Fields("mr mrs ms miss mx dr prof sir dame lord lady dear herr frau monsieur madame señor señora player seat " +
	"the my friend " +
	"i i'll will would choose pick name vote voting for choice is to banish")

// courteous reports whether all words but those of the name are courtesies.
func courteous(words, name []string) bool {
	others := 0
	for _, w := range words {
		if slices.Contains(courtesies, w) && !slices.Contains(name, w) {
			others++
		}
	}
	return len(words) == others+len(name)
}

// withinAnother reports whether a name, in its words, stands in the words only as a part of a longer name at this table: "Mary
// Ann" is not Ann.
func (q *Question) withinAnother(words, own []string) bool {
	for _, n := range q.names {
		if longer := wordsOf(plain.Fold(n)); len(longer) > len(own) && containsRun(longer, own) && containsRun(words, longer) {
			return true
		}
	}
	return false
}

// wordsOf are the words of a folded text.
func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsMark(c) && !unicode.IsDigit(c) && c != '\'' && c != '-'
	})
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
		text, mended = strings.Trim(v, "<>% \t\n"), true
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

// readNotes reads the notes of a reflection. On the last try a note that can't be read is left out, and the others stay.
func (q *Question) readNotes(out *Reading, v any) *engine.Problem {
	list, ok := v.([]any)
	if !ok && v != nil {
		return wrongType(keyNotes, fmt.Sprintf("a list of at most %d notes", engine.MostNotes))
	}
	for i, item := range list {
		m, p := q.readNote(out, item)
		if p == nil && i >= engine.MostNotes {
			p = wrongType(keyNotes, fmt.Sprintf("a list of at most %d notes", engine.MostNotes))
		}
		switch {
		case p == nil:
			out.Answer.Notes = append(out.Answer.Notes, m)
		case !out.last:
			return p
		default:
			out.mend(mendedNotes)
		}
	}
	return nil
}

func (q *Question) readNote(out *Reading, v any) (engine.Memo, *engine.Problem) {
	m := engine.Memo{About: engine.NoSeat}
	fields, ok := v.(map[string]any)
	fields, other := foldKeys(fields)
	out.mendIf(other, mendedKey)
	if !ok {
		return m, wrongType(keyNotes, fmt.Sprintf("a list of {%q, %q, %q, %q}", keyKind, keyAbout, keySalience, keyText))
	}
	kind, _ := fields[keyKind].(string)
	m.Kind = engine.MemoKind(strings.ToLower(strings.TrimSpace(kind)))
	text, _ := fields[keyText].(string)
	m.Text = plain.Line(text)
	if about, _ := fields[keyAbout].(string); about != "" && !strings.EqualFold(about, nobody) {
		seat, mended, ok := q.seatOf(about, engine.AllSeats(len(q.names)).List())
		if !ok {
			return m, &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q in %q is not a player", clip(about), keyAbout)}
		}
		m.About = seat
		out.mendIf(mended, mendedName)
	}
	n, mended, ok := number(fields[keySalience])
	if !ok {
		return m, wrongType(keySalience, "a whole number from 1 to 5")
	}
	m.Salience = n
	out.mendIf(mended, mendedType)
	return m, engine.CheckMemo(q.rules, m)
}
