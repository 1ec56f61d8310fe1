package llm

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"turncoat/engine"
)

var actKinds = []engine.ActKind{engine.Accuse, engine.Defend, engine.Question, engine.Promise, engine.Claim, engine.Claim}

// readActs reads what the words of a statement do, each act by itself. On the last try an act that can't be read is forfeited, and the others stay.
func (r *record) readActs(out *Reading, v any, asked engine.Request, last bool) *engine.Problem {
	list, isList := v.([]any)
	switch v.(type) {
	case nil:
		return nil
	case map[string]any, string: // a lone act
		list, isList = []any{v}, true
		out.mend(mendedType)
	}
	if !isList || len(list) > 4*mostActs {
		p := wrongType(keyActs, fmt.Sprintf("a list of at most %d acts", mostActs))
		if last {
			out.Answer.Lost = append(out.Answer.Lost, p.Cause)
			return nil
		}
		return p
	}
	said := r.said(list, asked)
	for _, item := range list {
		act, mended, p := r.readAct(item, asked, said)
		if p == nil && !slices.Contains(out.Answer.Acts, act) && len(out.Answer.Acts) == mostActs {
			p = &engine.Problem{Cause: engine.CauseOverLong, Detail: fmt.Sprintf("a statement has at most %d acts", mostActs)}
		}
		switch {
		case p == nil && slices.Contains(out.Answer.Acts, act):
			out.mend(mendedTwice)
		case p == nil:
			out.note(mended != "", mended)
			out.Answer.Acts = append(out.Answer.Acts, act)
		case last || p.Cause == engine.CauseOverLong:
			out.Answer.Lost = append(out.Answer.Lost, p.Cause)
		default:
			return p
		}
	}
	out.note(contradicts(out.Answer.Acts), markedBoth)
	return nil
}

// stance is how a statement stands to the others in its plain acts: whom it is for and against. It tells what a claim that names one of them means.
type stance struct{ against, supports engine.Seats }

func (r *record) said(list []any, asked engine.Request) (s stance) {
	for _, item := range list {
		switch act, _, p := r.readAct(item, asked, stance{}); {
		case p != nil:
		case r.claimed(item):
		case act.Kind == engine.Accuse, act.Kind == engine.Promise:
			s.against = s.against.With(act.Seat)
		case act.Kind == engine.Defend:
			s.supports = s.supports.With(act.Seat)
		}
	}
	return s
}

func (r *record) claimed(item any) bool {
	kind, _, _ := words(item)
	index, _, _ := r.actOf(kind)
	return index >= 4
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

// words are what an act is written in: an object, or a text such as "accuse Folake".
func words(v any) (kind, about string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, "", true
	case map[string]any:
		kind, _ = v[keyAct].(string)
		about, _ = v[keyAbout].(string)
		return kind, about, true
	}
	return "", "", false
}

// readAct reads one act of a statement with that stance.
func (r *record) readAct(v any, asked engine.Request, said stance) (act engine.Act, mended string, p *engine.Problem) {
	kind, about, ok := words(v)
	if !ok {
		return act, "", wrongType(keyActs, fmt.Sprintf("a list of {%q, %q}", keyAct, keyAbout))
	}
	if _, text := v.(string); text {
		mended = mendedType
	}
	index, rest, folded := r.actOf(kind)
	if index < 0 {
		return act, "", &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q is not an act; the acts are %s", clip(kind), strings.Join(r.actNames(), ", "))}
	}
	if folded && mended == "" {
		mended = mendedAct
	}
	if actKinds[index] == engine.Claim {
		return r.readClaim(index, about, mended, asked, said)
	}
	act.Kind = actKinds[index]
	if about == "" {
		about = rest
	}
	seat, otherwise, ok := r.seatOf(about, r.actsAbout(asked).List())
	if !ok {
		return act, "", r.notAbout(about, asked)
	}
	if otherwise && mended == "" {
		mended = mendedName
	}
	act.Seat = seat
	return act, mended, nil
}

// readClaim reads a claim. It is about the speaker, and needs to name nobody. One that names somebody else says nothing of the speaker: that
// Emeka is a traitor accuses Emeka, that he is faithful defends him. Where the statement is plainly against somebody whom it also names
// in a claim to be faithful, the name was only filled in.
func (r *record) readClaim(index int, about, mended string, asked engine.Request, said stance) (engine.Act, string, *engine.Problem) {
	role := []engine.Role{engine.RoleTraitor, engine.RoleFaithful}[index-4]
	own := engine.Act{Kind: engine.Claim, Seat: asked.Seat, Role: role}
	if name := strings.TrimSpace(about); name == "" || strings.EqualFold(name, nobody) {
		return own, mended, nil
	}
	seat, _, ok := r.seatOf(about, engine.AllSeats(len(r.names)).List())
	switch {
	case !ok && selfWords[strings.ToLower(strings.Trim(about, " ."))], ok && seat == asked.Seat:
		return own, mended, nil
	case !ok || !r.actsAbout(asked).Has(seat):
		return own, "", r.notAbout(about, asked)
	case role == engine.RoleTraitor && said.supports.Has(seat):
		return own, "", &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("a claim is about yourself; %s is defended in the same statement", r.name(seat))}
	case role == engine.RoleTraitor:
		return engine.Act{Kind: engine.Accuse, Seat: seat}, mendedClaim, nil
	case said.against.Has(seat):
		return own, mendedClaim, nil
	}
	return engine.Act{Kind: engine.Defend, Seat: seat}, mendedClaim, nil
}

var selfWords = map[string]bool{"me": true, "myself": true, "self": true, "i": true}

// actsAbout are those whom the acts of a statement may be about: the living but the speaker, and in the aftermath also who has just left.
func (r *record) actsAbout(asked engine.Request) engine.Seats {
	about := asked.Living.Without(asked.Seat)
	if asked.Phase == engine.PhaseAftermath {
		about |= r.gone(asked.Round)
	}
	return about.Without(asked.Seat)
}

func (r *record) notAbout(about string, asked engine.Request) *engine.Problem {
	return &engine.Problem{Cause: engine.CauseIllegalTarget, Detail: fmt.Sprintf("%q in %q is none of whom an act may be about: %s", clip(about), keyAbout, r.list(r.actsAbout(asked).List()))}
}

// How models write the acts that name somebody, in the order of actNames; what follows is whom they are about.
var actForms = []*regexp.Regexp{
	regexp.MustCompile(`^accus(e|es|ed|ing|ation)\b( (of|against)\b)?`),
	regexp.MustCompile(`^defen(d|ds|ded|ding|se|ce)\b( of\b)?`),
	regexp.MustCompile(`^(question(s|ed|ing)?|ask(s|ed|ing)?)\b`),
	regexp.MustCompile(`^(promis(e|es|ed|ing)( (to vote|a vote|voting|my vote))?|vot(e|es|ing)) (for|against)\b|^promis(e|es|ed|ing)( to vote)?$`),
}

// actOf finds which act a model means: the words that were given it, or the forms into which models turn them. rest is what follows, as in "vote for Gareth".
func (r *record) actOf(text string) (index int, rest string, folded bool) {
	words := strings.TrimSpace(text)
	for i, name := range r.actNames() {
		if words == name {
			return i, "", false
		}
	}
	lower := strings.ToLower(strings.Join(strings.Fields(strings.NewReplacer("_", " ", "-", " ").Replace(words)), " "))
	lower = strings.TrimPrefix(strings.Trim(lower, `.!"'*`), "i ")
	for i, role := range []string{r.words.Traitor, r.words.Faithful} {
		if claims(lower, strings.ToLower(role)) {
			return 4 + i, "", true
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
	rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(rest, "s"), "ing"))
	for _, lead := range []string{"to be", "being", "that i am"} {
		rest = strings.TrimSpace(strings.TrimPrefix(rest, lead))
	}
	for _, article := range []string{"a ", "an ", "the "} {
		rest = strings.TrimPrefix(rest, article)
	}
	return rest == role
}
