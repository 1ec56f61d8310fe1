package llm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/kaptinlin/jsonrepair"

	"turncoat/engine"
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
	mendedActs     = "acts"     // acts that could not be read were left out, after the repair failed too
	mendedBeliefs  = "beliefs"  // the same of beliefs
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
// and acts and beliefs that can't be read are left out rather than costing the statement or the ballot.
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
	if thinking != "" {
		out.mend(mendedThinking)
	}
	fields, problem := out.object(text, c.Finish, s)
	if problem == nil {
		problem = r.fill(&out, fields, asked, s, last)
	}
	if r.rules.Thoughts == "native" {
		out.Answer.Thought = strings.TrimSpace(c.Thinking + "\n" + thinking)
	}
	if problem == nil {
		problem = engine.Check(r.rules, asked, out.Answer)
	}
	out.Problem = problem
	return out
}

// withoutThinking takes apart what a model thought aloud in its content and what it said. Without an end of the thinking there
// is nothing said.
func withoutThinking(text string) (said, thinking string) {
	for _, tag := range []string{"think", "thinking", "reasoning"} {
		opening, closing := "<"+tag+">", "</"+tag+">"
		end := strings.LastIndex(text, closing)
		begin := strings.Index(text, opening)
		switch {
		case end >= 0:
			return text[end+len(closing):], strings.TrimPrefix(strings.TrimSpace(text[:end]), opening)
		case begin >= 0 && !strings.Contains(text[:begin], "{"):
			return text[:begin], text[begin+len(opening):]
		}
	}
	return text, ""
}

var refusals = regexp.MustCompile(`(?i)^\W*(i'?m (really |very )?sorry|sorry,|i (can'?t|cannot|won'?t|am unable|am not able|must decline)|i'?m (not able|unable)|as an ai)`)

// object finds the one object of a reply that has the keys that are asked for.
func (r *Reading) object(text string, finish Finish, s shape) (map[string]any, *engine.Problem) {
	trimmed := strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	switch {
	case finish == Refused:
		return nil, &engine.Problem{Cause: engine.CauseRefusal, Detail: "the model refused"}
	case trimmed == "" && finish == Length:
		return nil, &engine.Problem{Cause: engine.CauseTruncated, Detail: "the token limit was reached before anything was said"}
	case trimmed == "":
		return nil, &engine.Problem{Cause: engine.CauseEmpty, Detail: "the reply is empty"}
	}
	var found []map[string]any
	pieces, rest := objectsIn(trimmed)
	for _, piece := range pieces {
		fields, syntax := parseObject(piece)
		if fields == nil {
			continue
		}
		if folded, other := foldKeys(fields); s.wants(folded) {
			if found = append(found, folded); len(found) == 1 {
				r.note(other, mendedKey)
				r.note(syntax, mendedSyntax)
			}
		}
	}
	if strings.Contains(rest, "```") {
		r.mend(mendedFence)
		rest = strings.ReplaceAll(strings.ReplaceAll(rest, "```json", ""), "```", "")
	}
	r.note(len(found) > 0 && strings.TrimSpace(rest) != "", mendedProse)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1 && allSame(found):
		return found[0], nil
	case len(found) > 1:
		return nil, &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("it holds %d objects that differ; give one", len(found))}
	case finish == Length:
		return nil, &engine.Problem{Cause: engine.CauseTruncated, Detail: "the token limit was reached before the object ended; be shorter"}
	case refusals.MatchString(trimmed):
		return nil, &engine.Problem{Cause: engine.CauseRefusal, Detail: "it declines to answer"}
	case len(pieces) > 0:
		return nil, &engine.Problem{Cause: engine.CauseSchema, Detail: "the object lacks the keys that are asked for: " + s.keys()}
	}
	return nil, &engine.Problem{Cause: engine.CauseNotJSON, Detail: "it holds no JSON object"}
}

func (r *Reading) note(yes bool, what string) {
	if yes {
		r.mend(what)
	}
}

func allSame(objects []map[string]any) bool {
	first, _ := json.Marshal(objects[0])
	for _, o := range objects[1:] {
		if b, _ := json.Marshal(o); !bytes.Equal(b, first) {
			return false
		}
	}
	return true
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
	}
	return []string{keySuspicion}
}

func (s shape) keys() string {
	var out []string
	for _, k := range []struct {
		on  bool
		key string
	}{{s.thought, keyThought}, {s.text, keyText}, {s.acts, keyActs}, {s.choice, keyChoice}, {s.bid, keyBid}, {s.beliefs, keySuspicion}} {
		if k.on {
			out = append(out, k.key)
		}
	}
	return strings.Join(out, ", ")
}

// What is looked at in one reply: objects, braces that may begin one, and how deep and long a text is still worth mending.
const (
	mostObjects = 16
	mostBraces  = 64
	mostDepth   = 16
	mostMended  = 1 << 15 // bytes
)

// objectsIn cuts the balanced {…} out of a text, the outermost ones, and gives what stands around them. A brace within a string
// does not count. An object that does not end is none: what a token limit cut off is not made up.
func objectsIn(text string) (pieces []string, rest string) {
	var around strings.Builder
	for open := 0; open < mostBraces && len(text) > 0 && len(pieces) < mostObjects; open++ {
		begin := strings.IndexByte(text, '{')
		if begin < 0 {
			break
		}
		around.WriteString(text[:begin])
		end := balanced(text[begin:])
		if end < 0 {
			around.WriteByte('{')
			text = text[begin+1:] // perhaps a brace in prose
			continue
		}
		pieces = append(pieces, text[begin:begin+end])
		text = text[begin+end:]
	}
	around.WriteString(text)
	return pieces, around.String()
}

// balanced is the length of the object at the start of a text, or −1.
func balanced(text string) int {
	depth, inString, escaped := 0, false, false
	for i := range len(text) {
		switch c := text[i]; {
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		case inString:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// parseObject reads an object, strictly first and then as models write JSON.
func parseObject(text string) (fields map[string]any, mended bool) {
	if decode(text, &fields) == nil {
		return fields, false
	}
	if len(text) > mostMended || deep(text) {
		return nil, true
	}
	repaired, err := jsonrepair.Repair(text)
	if err != nil || decode(repaired, &fields) != nil {
		return nil, true
	}
	return fields, true
}

// deep reports nesting that no answer has, and that recursive readers choke on.
func deep(text string) bool {
	return strings.Count(text, "{")+strings.Count(text, "[") > mostDepth*4
}

func decode(text string, into *map[string]any) error {
	*into = nil
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}

// foldKeys lower-cases keys; a key that stands there twice then keeps the one that was right already.
func foldKeys(fields map[string]any) (map[string]any, bool) {
	out, other := make(map[string]any, len(fields)), false
	for k, v := range fields {
		folded := strings.ToLower(strings.TrimSpace(k))
		if folded != k {
			other = true
			if _, twice := fields[folded]; twice {
				continue
			}
		}
		out[folded] = v
	}
	return out, other
}

// fill reads the fields into the answer.
func (r *record) fill(out *Reading, fields map[string]any, asked engine.Request, s shape, last bool) *engine.Problem {
	if s.thought {
		out.Answer.Thought, _ = fields[keyThought].(string) // a thought is never worth a forfeit
	}
	if s.text {
		text, ok := fields[keyText].(string)
		if !ok && fields[keyText] != nil {
			return wrongType(keyText, "a text")
		}
		out.Answer.Text = printable(text)
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
	if s.acts {
		if p := r.readActs(out, fields[keyActs], asked); p != nil {
			if !last {
				return p
			}
			out.Answer.Acts = nil
			out.mend(mendedActs)
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

func wrongType(key, wants string) *engine.Problem {
	return &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q has to be %s", key, wants)}
}

// printable takes out what could break a terminal or a line, and keeps every word.
func printable(text string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t' || c == '\r':
			return ' '
		case unicode.IsControl(c) || c == unicode.ReplacementChar:
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, "")))
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
	if r := []rune(printable(s)); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return printable(s)
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
		if containsRun(words, wordsOf(r.names[s])) {
			if found != engine.NoSeat {
				return engine.NoSeat, false, false // two names in one answer
			}
			found = s
		}
	}
	return found, true, found != engine.NoSeat
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

func (r *record) readActs(out *Reading, v any, asked engine.Request) *engine.Problem {
	if v == nil {
		return nil
	}
	list, ok := v.([]any)
	if !ok || len(list) > 4*mostActs {
		return wrongType(keyActs, fmt.Sprintf("a list of at most %d acts", mostActs))
	}
	for _, item := range list {
		fields, ok := item.(map[string]any)
		if !ok {
			return wrongType(keyActs, fmt.Sprintf("a list of {%q, %q}", keyAct, keyAbout))
		}
		act, mended, p := r.readAct(fields, asked)
		if p != nil {
			return p
		}
		out.note(mended, mendedName)
		if len(out.Answer.Acts) < mostActs {
			out.Answer.Acts = append(out.Answer.Acts, act)
		} else {
			out.mend(mendedActs)
		}
	}
	return nil
}

var actKinds = []engine.ActKind{engine.Accuse, engine.Defend, engine.Question, engine.Promise, engine.Claim, engine.Claim}

func (r *record) readAct(fields map[string]any, asked engine.Request) (engine.Act, bool, *engine.Problem) {
	kind, _ := fields[keyAct].(string)
	index := -1
	for i, name := range r.actNames() {
		if strings.EqualFold(strings.TrimSpace(kind), name) {
			index = i
		}
	}
	if index < 0 {
		return engine.Act{}, false, &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q is not an act; the acts are %s", clip(kind), strings.Join(r.actNames(), ", "))}
	}
	act := engine.Act{Kind: actKinds[index], Seat: asked.Seat}
	if act.Kind == engine.Claim {
		act.Role = []engine.Role{engine.RoleTraitor, engine.RoleFaithful}[index-4]
		return act, false, nil
	}
	about, _ := fields[keyAbout].(string)
	seat, mended, ok := r.seatOf(about, asked.Living.List())
	if !ok {
		return act, false, &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q in %q is not a living player; they are %s", clip(about), keyAbout, r.list(asked.Living.List()))}
	}
	act.Seat = seat
	return act, mended, nil
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
