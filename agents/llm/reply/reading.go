package reply

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// What had to be mended before a reply could be read; it stands in the log beside the reply's digest.
const (
	mendedThinking = "thinking"         // thinking had leaked into the content
	mendedFence    = "fence"            // a Markdown fence
	mendedProse    = "prose"            // words before or after the object
	mendedSyntax   = "syntax"           // JSON that is not quite: trailing commas, single quotes, comments
	mendedKey      = "key"              // a key in another case, or thoughts for a thought
	mendedType     = "type"             // "3" or "70 %" where a number belongs
	mendedName     = "name"             // a name in another case, or with a title or Markdown about it
	mendedAct      = "act"              // an act in other words than those that were given, as "vote for Gareth"
	mendedClaim    = "claim"            // a claim that names somebody else: it accuses or defends, or its name was only filled in
	mendedTwice    = "twice"            // an act that stands there twice
	markedBoth     = "both"             // somebody is both accused and defended: nothing is mended, but a reader will ask
	markedRefusal  = engine.MarkRefused // the reply declines to play: nothing is mended, and it stands as it was said
	mendedScale    = "scale"            // beliefs from 0 to 1 where 0 to 100 was asked, after the repair said so
	mendedCut      = "cut"              // a text of too many words was cut where a sentence ends, after the repair failed too
	markedLimit    = "limit"            // a text ended at the length to which the schema held it
	mendedNotes    = "notes"            // notes that could not be read were left out, one by one, after the repair failed too
)

// Reading is what was made of a reply.
type Reading struct {
	Answer  engine.Answer
	Mended  []string
	Problem *engine.Problem // why the reply does not count; nil if it does

	before, behind string // the words around the object
	last           bool   // there is no repair to come
}

func (r *Reading) mend(what string) {
	for _, m := range r.Mended {
		if m == what {
			return
		}
	}
	r.Mended = append(r.Mended, what)
}

// Finish is why a model stopped.
type Finish string

// The ways to stop.
const (
	Stop    Finish = "stop"
	Length  Finish = "length"  // at the token limit
	Refused Finish = "refusal" // the provider's filter, or the model's own refusal where the wire says so
	Unput   Finish = "unput"   // it was never asked: the prompt is too long for the server's context, with nothing left to leave out
)

// Raw is a reply as it came.
type Raw struct {
	Text     string
	Thinking string // that the server took apart from the text
	Finish   Finish
	Failure  engine.Cause // why there is none; empty: there is one
	Detail   string       // of the failure, in words
}

// Chance says whether there is another one.
type Chance int

// The chances. In the final reply what can't be read of acts and beliefs is left out, and a text of too many words is cut, rather
// than costing the statement or the ballot.
const (
	Repairable Chance = iota // a reply that can't be used is asked for once more
	Final
)

// Read turns a reply into an answer: lenient parse, then schema, then legality.
func (q *Question) Read(raw Raw, chance Chance) Reading {
	out := Reading{Answer: engine.Answer{Seat: q.Seat, Target: engine.NoSeat}, last: chance == Final}
	if raw.Failure != engine.CauseNone {
		out.Problem = &engine.Problem{Cause: raw.Failure, Detail: raw.Detail}
		return out
	}
	text, thinking := withoutThinking(raw.Text)
	if strings.TrimSpace(raw.Text) == "" && json.Valid([]byte(raw.Thinking)) { // a server that took the whole answer for thinking
		text, raw.Thinking = raw.Thinking, ""
		out.mend(mendedThinking)
	}
	if thinking != "" {
		out.mend(mendedThinking)
	}
	fields, problem := out.object(text, raw.Finish, q.shape)
	if problem == nil {
		out.mendIf(q.mayRefuse() && declinesAround(text), markedRefusal)
		problem = q.fill(&out, fields)
	}
	if q.rules.Thoughts == engine.ThoughtsNative {
		out.Answer.Thought = strings.TrimSpace(plain.Text(raw.Thinking + "\n" + thinking))
	}
	if problem == nil {
		problem = engine.Check(q.rules, q.Request, out.Answer)
		if out.last && problem != nil && problem.Cause == engine.CauseOverLong && q.Words > 0 {
			out.cutText(q.Words)
			problem = engine.Check(q.rules, q.Request, out.Answer)
		}
	}
	out.Problem = problem
	return out
}

// mayRefuse reports whether a player who says that it is a model declines to play: the debrief asks just that.
func (q *Question) mayRefuse() bool { return q.Kind != engine.AskDebrief }

// mendIf notes what was mended or marked, where it was.
func (r *Reading) mendIf(mended bool, what string) {
	if mended {
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

// keys are those of a reply, in the order in which they are asked for.
func (s shape) keys() []string {
	var out []string
	for _, k := range []struct {
		on  bool
		key string
	}{{s.thought, keyThought}, {s.text, keyText}, {s.acts, keyActs}, {s.choice, keyChoice}, {s.bid, keyBid}, {s.notes, keyNotes},
		{s.beliefs, keySuspicion}} {
		if k.on {
			out = append(out, k.key)
		}
	}
	return out
}

// fill reads the fields into the answer.
func (q *Question) fill(out *Reading, fields map[string]any) *engine.Problem {
	if q.thought {
		thought, ok := fields[keyThought].(string) // a thought is never worth a forfeit
		if !ok {
			thought, ok = fields[keyThought+"s"].(string)
			out.mendIf(ok, mendedKey)
		}
		out.Answer.Thought = plain.Text(thought)
		out.mendIf(utf8.RuneCountInString(thought) == longestThought, markedLimit)
	}
	if q.text {
		text, ok := fields[keyText].(string)
		if !ok && fields[keyText] != nil {
			return wrongType(keyText, "a text")
		}
		if copied(text) {
			return wrongType(keyText, "your own words in place of <…>")
		}
		out.Answer.Text = plain.Line(text)
		out.mendIf(text != "" && utf8.RuneCountInString(text) == longestText(q.Words), markedLimit)
		out.mendIf(q.mayRefuse() && refusesInRole(out.Answer.Text), markedRefusal)
	}
	if q.choice {
		if p := q.readChoice(out, fields[keyChoice]); p != nil {
			if v, _ := alone(fields[keyChoice]); declinesIn(v) {
				p.Cause = engine.CauseRefusal
			}
			return p
		}
		if p := q.overruled(out); p != nil {
			return p
		}
	}
	if q.bid {
		n, mended, ok := number(fields[keyBid])
		if !ok {
			return wrongType(keyBid, "a whole number from 0 to 4")
		}
		out.mendIf(mended, mendedType)
		out.Answer.Bid = n
	}
	if q.notes {
		if p := q.readNotes(out, fields[keyNotes]); p != nil {
			return p
		}
	}
	if q.acts {
		if p := q.readActs(out, fields[keyActs]); p != nil {
			return p
		}
	}
	if q.beliefs {
		if p := q.readBeliefs(out, fields[keySuspicion]); p != nil && (!out.last || q.Kind == engine.AskBeliefs) {
			return p
		}
	}
	return nil
}
