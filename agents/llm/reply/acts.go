package reply

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

var actKinds = []engine.ActKind{engine.Accuse, engine.Defend, engine.Question, engine.Promise}

// readActs reads what the words of a statement do, each act by itself. On the last try an act that can't be read is forfeited, and
// the others stay.
func (q *Question) readActs(out *Reading, v any) *engine.Problem {
	list, isList := v.([]any)
	switch v.(type) {
	case nil:
		return nil
	case map[string]any, string: // a lone act
		list, isList = []any{v}, true
		out.mend(mendedType)
	}
	if several, ok := q.unfolded(list); ok {
		list = several
		out.mend(mendedAct)
	}
	if acts := slices.DeleteFunc(slices.Clone(list), noAct); len(acts) < len(list) {
		list = acts
		out.mend(mendedAct)
	}
	if !isList || len(list) > 4*MostActs {
		p := wrongType(keyActs, fmt.Sprintf("a list of at most %d acts", MostActs))
		if out.last {
			out.Answer.Lost = append(out.Answer.Lost, p.Cause)
			return nil
		}
		return p
	}
	said := q.said(list)
	for _, item := range list {
		act, mended, p := q.readAct(item, said)
		if p == nil && !slices.Contains(out.Answer.Acts, act) && len(out.Answer.Acts) == MostActs {
			p = &engine.Problem{Cause: engine.CauseOverLong, Detail: fmt.Sprintf("a statement has at most %d acts", MostActs)}
		}
		switch {
		case p == nil && slices.Contains(out.Answer.Acts, act):
			out.mend(mendedTwice)
		case p == nil:
			out.mendIf(mended != "", mended)
			out.Answer.Acts = append(out.Answer.Acts, act)
		case out.last || p.Cause == engine.CauseOverLong:
			out.Answer.Lost = append(out.Answer.Lost, p.Cause)
		default:
			return p
		}
	}
	out.mendIf(contradicts(out.Answer.Acts), markedBoth)
	return nil
}

// unfolded takes objects apart that have several acts for keys, as {"accuse": "Bo", "defend": "Cy"}, and reports whether there was one.
func (q *Question) unfolded(list []any) (out []any, apart bool) {
	for _, item := range list {
		fields, _ := item.(map[string]any)
		keys := sortedKeys(fields)
		acts := len(keys) > 1 && !slices.ContainsFunc(keys, func(k string) bool {
			index, rest, _ := q.actOf(k)
			return index < 0 || rest != ""
		})
		if !acts {
			out = append(out, item)
			continue
		}
		apart = true
		for _, k := range keys {
			out = append(out, map[string]any{k: fields[k]})
		}
	}
	return out, apart
}

// stance is how a statement stands to the others in its plain acts: whom it is for and against. It tells what a claim that names
// one of them means.
type stance struct{ against, supports engine.Seats }

func (q *Question) said(list []any) (s stance) {
	for _, item := range list {
		switch act, _, p := q.readAct(item, stance{}); {
		case p != nil:
		case q.claimed(item):
		case act.Kind == engine.Accuse, act.Kind == engine.Promise:
			s.against = s.against.With(act.Seat)
		case act.Kind == engine.Defend:
			s.supports = s.supports.With(act.Seat)
		}
	}
	return s
}

func (q *Question) claimed(item any) bool {
	kind, _, _, _ := words(item)
	index, _, _ := q.actOf(kind)
	return index >= len(actKinds)
}

// contradicts reports whether somebody is both accused and defended, which is kept: it was said.
func contradicts(acts []engine.Act) bool {
	for _, a := range acts {
		if a.Kind == engine.Accuse && slices.Contains(acts, engine.Act{Kind: engine.Defend, Seat: a.Seat}) {
			return true
		}
	}
	return false
}

// words are what an act is written in: an object, its keys in any case, with the act for a key too ({"accuse": "Folake"}), or a
// text such as "accuse Folake".
func words(v any) (kind, about, mended string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, "", mendedType, true
	case map[string]any:
		fields, otherCase := foldKeys(v)
		if otherCase {
			mended = mendedKey
		}
		if key := slices.Collect(maps.Keys(fields)); len(key) == 1 && key[0] != keyAct {
			value, _ := alone(fields[key[0]])
			name, isText := value.(string)
			return key[0], name, mendedAct, isText
		}
		kind, _ = fields[keyAct].(string)
		for _, k := range []string{"target", "player", "name", "whom", "who"} {
			if _, has := fields[keyAbout]; !has && fields[k] != nil {
				fields[keyAbout], mended = fields[k], mendedKey
			}
		}
		value, unwrapped := alone(fields[keyAbout])
		about, isText := value.(string)
		if unwrapped && mended == "" {
			mended = mendedType
		}
		return kind, about, mended, isText || value == nil
	}
	return "", "", "", false
}

// noAct reports whether what stands in place of an act says that there is none.
func noAct(v any) bool {
	kind, _, _, _ := words(v)
	switch strings.ToLower(strings.Trim(kind, " .")) {
	case "none", "nothing", "no act", "no acts":
		return true
	case "":
		_, text := v.(string)
		return text
	}
	return false
}

// readAct reads one act of a statement with that stance.
func (q *Question) readAct(v any, said stance) (act engine.Act, mended string, p *engine.Problem) {
	kind, about, mended, ok := words(v)
	if !ok {
		return act, "", wrongType(keyActs, fmt.Sprintf("a list of {%q, %q}", keyAct, keyAbout))
	}
	index, rest, folded := q.actOf(kind)
	if index < 0 {
		return act, "", &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q is not an act; the acts are %s", clip(kind),
			strings.Join(q.actNames(), ", "))}
	}
	if folded && mended == "" {
		mended = mendedAct
	}
	if index >= len(actKinds) {
		return q.readClaim(index, about, mended, said)
	}
	act.Kind = actKinds[index]
	switch {
	case about == "":
		about = beforeReason(rest)
	case !q.fills(rest, about):
		return act, "", &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q is not an act; the acts are %s", clip(kind),
			strings.Join(q.actNames(), ", "))}
	}
	if about == "" {
		return act, "", &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q lacks %q: whom it is about", clip(kind),
			keyAbout)}
	}
	seat, otherwise, ok := q.seatOf(about, q.actsAbout().List())
	if !ok {
		return act, "", q.notAbout(about)
	}
	if otherwise && mended == "" {
		mended = mendedName
	}
	act.Seat = seat
	return act, mended, nil
}

// beforeReason is whom an act in words is about, without what follows: "Bo of defending Cy", "Bo about her silence".
func beforeReason(rest string) string {
	if at := actReason.FindStringIndex(rest); at != nil {
		return rest[:at[0]] + firstRune(rest[at[0]:])
	}
	return rest
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

var actReason = regexp.MustCompile(`\S(\s+(of|for|about|because|since|on|over)\s|\s*\()`)

// fills reports whether the words behind an act say nothing of their own beside whom it is about: "question about" is question,
// "accused by" is not accuse.
func (q *Question) fills(rest, about string) bool {
	for _, word := range wordsOf(rest) {
		if !slices.Contains([]string{"of", "about", "to", "for", "the", "player", "someone", "somebody", "him", "her", "them"}, word) {
			one, _, ok := q.seatOf(rest, engine.AllSeats(len(q.names)).List())
			other, _, same := q.seatOf(about, engine.AllSeats(len(q.names)).List())
			return ok && same && one == other
		}
	}
	return true
}

// readClaim reads a claim. It is about the speaker, and needs to name nobody. One that names somebody else says nothing of the
// speaker: that Emeka is a traitor accuses Emeka, that he is faithful defends him. Where the statement is plainly against somebody
// whom it also names in a claim to be faithful, the name was only filled in.
func (q *Question) readClaim(index int, about, mended string, said stance) (engine.Act, string, *engine.Problem) {
	role := engine.Roles()[index-len(actKinds)]
	own := engine.Act{Kind: engine.Claim, Seat: q.Seat, Role: role}
	seat, _, ok := q.seatOf(about, engine.AllSeats(len(q.names)).List())
	switch {
	case !ok && slices.Contains(nobodyElse, strings.Join(wordsOf(plain.Fold(about)), " ")), !ok &&
		selfWords[strings.ToLower(strings.Trim(about, " ."))], ok && seat == q.Seat:
		return own, mended, nil
	case !ok || !q.actsAbout().Has(seat):
		return own, "", q.notAbout(about)
	case role.Team().Informed() && said.supports.Has(seat):
		return own, "", &engine.Problem{Cause: engine.CauseSchema,
			Detail: fmt.Sprintf("a claim is about yourself; %s is defended in the same statement", q.name(seat))}
	case role.Team().Informed():
		return engine.Act{Kind: engine.Accuse, Seat: seat}, mendedClaim, nil
	case said.against.Has(seat):
		return own, mendedClaim, nil
	}
	return engine.Act{Kind: engine.Defend, Seat: seat}, mendedClaim, nil
}

// nobodyElse are the words in the place of a name that name nobody.
var nobodyElse = []string{"", nobody, "none", "no one", "noone", "n a", "na", "null", "everyone", "everybody", "all"}

var selfWords = map[string]bool{"me": true, "myself": true, "self": true, "i": true}

// actsAbout are those whom the acts of a statement may be about: the living but the speaker, and in the aftermath also who has just left.
func (q *Question) actsAbout() engine.Seats {
	about := q.Living.Without(q.Seat)
	if q.Phase == engine.PhaseAftermath {
		about |= q.gone
	}
	return about.Without(q.Seat)
}

func (q *Question) notAbout(about string) *engine.Problem {
	return &engine.Problem{Cause: engine.CauseIllegalTarget, Detail: fmt.Sprintf("%q in %q is none of whom an act may be about: %s",
		clip(about), keyAbout, q.list(q.actsAbout().List()))}
}

// How models write the acts that name somebody, in the order of actNames; what follows is whom they are about.
var actForms = []*regexp.Regexp{
	regexp.MustCompile(`^accus(e|es|ed|ing|ation)\b( (of|against)\b)?`),
	regexp.MustCompile(`^defen(d|ds|ded|ding|se|ce)\b( of\b)?`),
	regexp.MustCompile(`^(question(s|ed|ing)?|ask(s|ed|ing)?)\b`),
	regexp.MustCompile(`^(promis(e|es|ed|ing)( (to vote|a vote|voting|my vote))?|vot(e|es|ing)) (for|against)\b|^(promis(e|es|ed|ing)( to vote)?|vot(e|es|ing))$`),
}

// actOf finds which act a model means: the words that were given it, or the forms into which models turn them. rest is what
// follows, as in "vote for Gareth".
func (q *Question) actOf(text string) (index int, rest string, folded bool) {
	words := strings.TrimSpace(text)
	for i, name := range q.actNames() {
		if words == name {
			return i, "", false
		}
	}
	lower := strings.ToLower(strings.Join(strings.Fields(strings.NewReplacer("_", " ", "-", " ").Replace(words)), " "))
	lower = strings.TrimPrefix(strings.Trim(lower, `.!"'*`), "i ")
	for i, role := range engine.Roles() {
		if claims(lower, strings.ToLower(q.words.Role(role))) {
			return len(actKinds) + i, "", true
		}
	}
	for i, form := range actForms {
		if at := form.FindStringIndex(lower); at != nil {
			return i, strings.TrimSpace(lower[at[1]:]), true
		}
	}
	return -1, "", false
}

// claims reports whether words claim a role for the speaker, with an article or without.
func claims(words, role string) bool {
	rest, ok := strings.CutPrefix(words, "claim")
	if !ok {
		return false
	}
	for _, ending := range []string{"s ", "ed ", "ing "} {
		rest = strings.TrimPrefix(rest, ending)
	}
	rest = strings.TrimSpace(rest)
	for _, lead := range []string{"to be", "being", "that i am"} {
		rest = strings.TrimSpace(strings.TrimPrefix(rest, lead))
	}
	for _, article := range []string{"a ", "an ", "the "} {
		rest = strings.TrimPrefix(rest, article)
	}
	return rest == role
}
