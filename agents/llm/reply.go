package llm

import (
	"encoding/json"
	"strings"

	"turncoat/engine"
	"turncoat/engine/plain"
)

// What had to be mended before a reply could be read; it stands in the log beside the reply's digest.
const (
	mendedThinking = "thinking" // thinking had leaked into the content
	mendedFence    = "fence"    // a Markdown fence
	mendedProse    = "prose"    // words before or after the object
	mendedSyntax   = "syntax"   // JSON that is not quite: trailing commas, single quotes, comments
	mendedKey      = "key"      // a key in another case
	mendedType     = "type"     // "3" or "70 %" where a number belongs
	mendedName     = "name"     // a name in another case, or with a title or Markdown about it
	mendedAct      = "act"      // an act in other words than those that were given, as "vote for Gareth"
	mendedClaim    = "claim"    // a claim that names somebody else: it accuses or defends, or its name was only filled in
	mendedTwice    = "twice"    // an act that stands there twice
	markedBoth     = "both"     // somebody is both accused and defended: nothing is mended, but a reader will ask
	mendedBeliefs  = "beliefs"  // the same of beliefs
	mendedCut      = "cut"      // a text of too many words was cut where a sentence ends, after the repair failed too
	mendedNotes    = "notes"    // the same of notes, one by one
)

// Reading is what was made of a reply.
type Reading struct {
	Answer  engine.Answer
	Mended  []string
	Problem *engine.Problem // why the reply does not count; nil if it does
}

func (r *Reading) mend(what string) {
	for _, m := range r.Mended {
		if m == what {
			return
		}
	}
	r.Mended = append(r.Mended, what)
}

// Read turns a completion into an answer: lenient parse, then schema, then legality. With last set there is no repair to come,
// and acts and beliefs that can't be read are left out, and a text of too many words is cut, rather than costing the statement or the ballot.
func Read(c Completion, seen engine.Observation, asked engine.Request, last bool) Reading {
	return sorted(seen).read(c, asked, last)
}

func (r *record) read(c Completion, asked engine.Request, last bool) Reading {
	out := Reading{Answer: engine.Answer{Seat: asked.Seat, Target: engine.NoSeat}}
	if c.Failure != engine.CauseNone {
		out.Problem = &engine.Problem{Cause: c.Failure, Detail: c.Detail}
		return out
	}
	s := shapeOf(r.rules, asked)
	text, thinking := withoutThinking(c.Text)
	if strings.TrimSpace(c.Text) == "" && json.Valid([]byte(c.Thinking)) { // a server that took the whole answer for thinking
		text, thinking = c.Thinking, c.Thinking
	}
	if thinking != "" {
		out.mend(mendedThinking)
	}
	fields, problem := out.object(text, c.Finish, s)
	if problem == nil {
		problem = r.fill(&out, fields, asked, s, last)
	}
	if r.rules.Thoughts == "native" {
		out.Answer.Thought = strings.TrimSpace(plain.Text(c.Thinking + "\n" + thinking))
	}
	if problem == nil {
		problem = engine.Check(r.rules, asked, out.Answer)
		if last && problem != nil && problem.Cause == engine.CauseOverLong && asked.Words > 0 {
			out.cutText(asked)
			problem = engine.Check(r.rules, asked, out.Answer)
		}
	}
	out.Problem = problem
	return out
}

func (r *Reading) note(yes bool, what string) {
	if yes {
		r.mend(what)
	}
}

// wants reports whether an object has the key that the action stands under.
func (s shape) wants(fields map[string]any) bool {
	for _, k := range s.actionKeys() {
		if _, ok := fields[k]; ok {
			return true
		}
	}
	return false
}

func (s shape) actionKeys() []string {
	switch {
	case s.text:
		return []string{keyText}
	case s.choice:
		return []string{keyChoice}
	case s.bid:
		return []string{keyBid}
	case s.notes:
		return []string{keyNotes}
	}
	return []string{keySuspicion}
}

func (s shape) keys() string {
	var out []string
	for _, k := range []struct {
		on  bool
		key string
	}{{s.thought, keyThought}, {s.text, keyText}, {s.acts, keyActs}, {s.choice, keyChoice}, {s.bid, keyBid}, {s.notes, keyNotes}, {s.beliefs, keySuspicion}} {
		if k.on {
			out = append(out, k.key)
		}
	}
	return strings.Join(out, ", ")
}

// fill reads the fields into the answer.
func (r *record) fill(out *Reading, fields map[string]any, asked engine.Request, s shape, last bool) *engine.Problem {
	if s.thought {
		thought, _ := fields[keyThought].(string) // a thought is never worth a forfeit
		out.Answer.Thought = plain.Text(thought)
	}
	if s.text {
		text, ok := fields[keyText].(string)
		if !ok && fields[keyText] != nil {
			return wrongType(keyText, "a text")
		}
		out.Answer.Text = plain.Line(text)
	}
	if s.choice {
		if p := r.readChoice(out, fields[keyChoice], asked); p != nil {
			return p
		}
	}
	if s.bid {
		n, mended, ok := number(fields[keyBid])
		if !ok {
			return wrongType(keyBid, "a whole number from 0 to 4")
		}
		out.note(mended, mendedType)
		out.Answer.Bid = n
	}
	if s.notes {
		if p := r.readNotes(out, fields[keyNotes], last); p != nil {
			return p
		}
	}
	if s.acts {
		if p := r.readActs(out, fields[keyActs], asked, last); p != nil {
			return p
		}
	}
	if s.beliefs {
		if p := r.readBeliefs(out, fields[keySuspicion], asked); p != nil {
			if !last || asked.Kind == engine.AskBeliefs {
				return p
			}
			out.Answer.Beliefs = nil
			out.mend(mendedBeliefs)
		}
	}
	return nil
}
