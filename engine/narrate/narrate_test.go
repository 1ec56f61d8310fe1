package narrate

import (
	"strings"
	"testing"

	"turncoat/engine"
)

// untold are the options that the rules in words leave out: what a researcher decides and no player is told here.
var untold = map[string]string{
	"framing": "chooses the words", "debrief": "comes after the end", "thoughts": "native thoughts are not spoken of",
	"guidance.traitor": "is a text of its own", "guidance.faithful": "is a text of its own", "turns": "only under order: bid",
	"memory.window": "only under recall: window", "memory.budget": "bounds what is shown", "memory.scope": "season and game differ between games only",
	"memory.decay": "is between games", "memory.lessons": "is between games",
}

// Every option that a player is told changes the rules in words when it changes (promise 9).
func TestEveryOptionIsTold(t *testing.T) {
	base := engine.DefaultRules().Complete()
	for _, o := range engine.Options() {
		if untold[o.Key] != "" {
			continue
		}
		for _, v := range other(o, base) {
			r := base
			if err := o.Set(&r, v); err != nil {
				t.Fatal(err)
			}
			if r != base && Rules(r) == Rules(base) {
				t.Errorf("%s = %v is not told", o.Key, v)
			}
		}
	}
}

func other(o engine.Option, r engine.Rules) (out []any) {
	switch o.Type {
	case "integer":
		return []any{o.Value(r).(int) + 1}
	case "boolean":
		return []any{!o.Value(r).(bool)}
	case "moments":
		return []any{[]string{}, o.Allowed}
	}
	for _, a := range o.Allowed {
		out = append(out, a)
	}
	return out
}

func TestNeutralFraming(t *testing.T) {
	r := engine.DefaultRules().Complete()
	r.Framing = "neutral"
	for _, word := range []string{"traitor", "faithful", "murder", "banish", "conclave"} {
		if strings.Contains(strings.ToLower(Rules(r)), word) {
			t.Errorf("%q in neutral rules:\n%s", word, Rules(r))
		}
	}
}
