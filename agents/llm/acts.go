package llm

import (
	"fmt"
	"regexp"
	"strings"

	"turncoat/engine"
)

var actKinds = []engine.ActKind{engine.Accuse, engine.Defend, engine.Question, engine.Promise, engine.Claim, engine.Claim}

// readActs reads what the words of a statement do, each act by itself. On the last try an act that can't be read is left out, and the others stay.
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
		if last {
			out.mend(mendedActs)
			return nil
		}
		return wrongType(keyActs, fmt.Sprintf("a list of at most %d acts", mostActs))
	}
	for _, item := range list {
		act, mended, p := r.readAct(item, asked)
		switch {
		case p == nil && len(out.Answer.Acts) < mostActs:
			out.note(mended != "", mended)
			out.Answer.Acts = append(out.Answer.Acts, act)
		case p == nil || last:
			out.mend(mendedActs)
		default:
			return p
		}
	}
	return nil
}

// readAct reads one act: an object, or words such as "accuse Folake".
func (r *record) readAct(v any, asked engine.Request) (act engine.Act, mended string, p *engine.Problem) {
	kind, about := "", ""
	switch v := v.(type) {
	case string:
		kind, mended = v, mendedType
	case map[string]any:
		kind, _ = v[keyAct].(string)
		about, _ = v[keyAbout].(string)
	default:
		return act, "", wrongType(keyActs, fmt.Sprintf("a list of {%q, %q}", keyAct, keyAbout))
	}
	index, rest, folded := r.actOf(kind)
	if index < 0 {
		return act, "", &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q is not an act; the acts are %s", clip(kind), strings.Join(r.actNames(), ", "))}
	}
	if folded && mended == "" {
		mended = mendedAct
	}
	act = engine.Act{Kind: actKinds[index], Seat: asked.Seat}
	if act.Kind == engine.Claim {
		act.Role = []engine.Role{engine.RoleTraitor, engine.RoleFaithful}[index-4]
		return act, mended, nil
	}
	if about == "" {
		about = rest
	}
	seat, otherwise, ok := r.seatOf(about, asked.Living.List())
	if !ok {
		return act, "", &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q in %q is not a living player; they are %s", clip(about), keyAbout, r.list(asked.Living.List()))}
	}
	if otherwise && mended == "" {
		mended = mendedName
	}
	act.Seat = seat
	return act, mended, nil
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
