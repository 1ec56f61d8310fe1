package narrate

import (
	"regexp"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
)

// untold are the options that the rules in words leave out: what a researcher decides and no player is told here.
var untold = map[string]string{
	"framing": "chooses the words", "debrief": "comes after the end", "thoughts": "native thoughts are not spoken of",
	"guidance.traitor": "is a text of its own", "guidance.faithful": "is a text of its own", "turns": "only under order: bid",
	"memory.window": "only under recall: window", "memory.budget": "bounds what is shown",
	"memory.scope": "season and game differ between games only",
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

// The rules in words are English in both framings, and say nothing of several traitors where there is one.
func TestRulesRead(t *testing.T) {
	for _, framing := range []string{"show", "neutral"} {
		for _, traitors := range []int{1, 3} {
			r := engine.DefaultRules().Complete()
			r.Framing, r.Traitors, r.Memory.Reflect = framing, traitors, engine.AfterEnd|engine.AfterBanishment
			told := Rules(r)
			if bad := regexp.MustCompile(`\ba [aeiou]|\ban [^aeiou]|%!|\bto be one: |  +[a-z]`).FindString(told); bad != "" {
				t.Errorf("%s: %q in\n%s", framing, bad, told)
			}
			if several := regexp.MustCompile(`know each other|confer|ties by lot\.\n.*The end`).MatchString(told); several != (traitors > 1) {
				t.Errorf("%s, %d traitors: several is told: %v\n%s", framing, traitors, several, told)
			}
		}
	}
	r := engine.DefaultRules().Complete()
	r.Ballot, r.Shown = "open", "tally"
	if told := Rules(r); !strings.Contains(told, "the count so far") || strings.Contains(told, "votes so far are seen") {
		t.Errorf("an open ballot with its count:\n%s", told)
	}
}

// The rules read well whatever they are: each pair of options in any values, in both framings and with any ballot, and rules by lot.
func TestAnyRulesRead(t *testing.T) {
	told := func(r engine.Rules) {
		if bad := misread(Rules(r)); bad != "" {
			t.Fatalf("%q in the words of %+v:\n%s", bad, r, Rules(r))
		}
		if strings.Contains(Rules(r), "the vote ") && r.Ballot == "off" {
			t.Fatalf("a vote where there is none, %+v:\n%s", r, Rules(r))
		}
	}
	set := func(r engine.Rules, o engine.Option, each func(engine.Rules)) {
		for _, v := range other(o, r) {
			changed := r
			if err := o.Set(&changed, v); err != nil {
				t.Fatal(err)
			}
			each(changed)
		}
	}
	all := engine.Options()
	for _, framing := range []string{"show", "neutral"} {
		for _, ballot := range []string{"sealed", "off"} {
			r := engine.DefaultRules().Complete()
			r.Framing, r.Ballot = framing, ballot
			for i, o := range all {
				set(r, o, func(one engine.Rules) {
					for _, p := range all[i+1:] {
						set(one, p, told)
					}
				})
			}
		}
	}
	for seed := range uint64(3000) {
		told(enginetest.Rules(seed))
	}
}

// What is asked at a moment that never comes is not told.
func TestMomentsThatNeverCome(t *testing.T) {
	for _, c := range []struct {
		change      func(*engine.Rules)
		holds, lack []string
	}{
		{func(*engine.Rules) {}, []string{"Together with your ballot you", "Beside that you are asked",
			": at the start and after the banishment."}, nil},
		{func(r *engine.Rules) { r.Ballot = "off" }, []string{"  You are asked how likely", ": at the start.\n"},
			[]string{"Together with", "banishment", "Beside that"}},
		{func(r *engine.Rules) { r.Ballot, r.Beliefs.After = "off", engine.AfterBanishment }, nil, []string{"how likely", "who knows"}},
		{func(r *engine.Rules) { r.Passes, r.Beliefs = 0, engine.Beliefs{With: engine.WithStatement} }, nil, []string{"how likely"}},
		{func(r *engine.Rules) {
			r.Passes, r.Aftermath, r.Beliefs = 0, true, engine.Beliefs{With: engine.WithStatement}
		}, []string{"Together with your statement you"}, nil},
		{func(r *engine.Rules) { r.Passes, r.AfterSpeech = 0, "intent" }, nil, []string{"After each statement"}},
		{func(r *engine.Rules) { r.Murder, r.Memory.Reflect = false, engine.AfterBreakfast|engine.AfterEnd },
			[]string{"which no other player sees: at the end."}, []string{"after the breakfast"}},
	} {
		r := engine.DefaultRules().Complete()
		c.change(&r)
		told := Rules(r)
		for _, want := range c.holds {
			if !strings.Contains(told, want) {
				t.Errorf("it does not say %q:\n%s", want, told)
			}
		}
		for _, not := range c.lack {
			if strings.Contains(told, not) {
				t.Errorf("it says %q:\n%s", not, told)
			}
		}
	}
}

var badly = regexp.MustCompile(`(?i)night at night|\ba [aeiou]|\ban [^aeiou]|%!|\S  | [.,:;]|, ?,|[.:] ?\.|<nil>`)

// misread is what reads badly in a text: a word twice, the night of the night, a wrong article, a space or a comma too many; empty
// for none.
func misread(text string) string {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		for i := 1; i < len(words); i++ {
			if words[i] == words[i-1] {
				return words[i] + " " + words[i]
			}
		}
		if bad := badly.FindString(strings.TrimRight(line, "\n")); bad != "" {
			return bad
		}
	}
	return ""
}

// What a statement did is told in words that end in a full stop, never in marks behind the speech.
func TestActsInWords(t *testing.T) {
	n := Narrator{Names: []string{"Ada", "Bo"}}
	n.Words = WordsOf(engine.Rules{Framing: "neutral"})
	got := n.Line(engine.Observed{Body: engine.Statement{Seat: 0, Text: "Well.", Acts: []engine.Act{
		{Kind: engine.Accuse, Seat: 1}, {Kind: engine.Promise, Seat: 1}, {Kind: engine.Claim, Seat: 0, Role: engine.RoleTraitor}}}})
	if want := "Ada says: “Well.” With this, Ada accuses Bo, promises to vote for Bo and claims to be an insider."; got != want {
		t.Errorf("%q, wanted %q", got, want)
	}
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

// Beliefs that were all lost make no sentence.
func TestLostBeliefs(t *testing.T) {
	n := Narrator{Names: []string{"Ada", "Bo"}}
	for want, perMille := range map[string][]int16{"": {engine.Unstated, engine.Unstated}, "Ada suspects: Bo 0 %.": {engine.Unstated, 0}} {
		if got := n.Line(engine.Observed{Body: engine.Belief{Observer: 0, Order: 1, PerMille: perMille}}); got != want {
			t.Errorf("%v is told as %q, want %q", perMille, got, want)
		}
	}
}

// A turn that was lost reads otherwise than silence and than an abstention.
func TestLostTurns(t *testing.T) {
	n := Narrator{Names: []string{"Ada", "Bo"}}
	for _, c := range []struct {
		body engine.Body
		want string
	}{
		{engine.Statement{Seat: 0}, "Ada says nothing."},
		{engine.Statement{Seat: 0, Lost: true}, "Ada's turn was lost: what was said did not come through."},
		{engine.Conferred{Seat: 1, Lost: true}, "Bo's turn was lost: what was said did not come through."},
		{engine.Ballot{Voter: 1, Target: engine.NoSeat}, "Bo votes for nobody."},
		{engine.Ballot{Voter: 1, Target: engine.NoSeat, Lost: true}, "Bo's vote was lost."},
		{engine.Ballot{Voter: 1, Target: 0, Lost: true}, "Bo's vote was lost, and is drawn by lot: Ada."},
	} {
		if got := n.Line(engine.Observed{Body: c.body}); got != c.want {
			t.Errorf("%+v: %q, wanted %q", c.body, got, c.want)
		}
	}
}
