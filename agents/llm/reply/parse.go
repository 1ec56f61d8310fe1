package reply

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kaptinlin/jsonrepair"

	"github.com/turncoat-sim/turncoat/engine"
)

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
	f := s.find(trimmed, finish)
	rest := f.around
	if strings.Contains(rest, "```") {
		r.mend(mendedFence)
		rest = strings.ReplaceAll(strings.ReplaceAll(rest, "```json", ""), "```", "")
	}
	switch {
	case len(f.whole) > 0 && finish == Length && f.draft():
		return nil, &engine.Problem{Cause: engine.CauseTruncated, Detail: "the token limit was reached while it still thought; be shorter"}
	case len(f.whole) > 0 && allSame(f.whole):
		r.before, r.behind = f.before, f.behind
		r.mendIf(f.otherKeys, mendedKey)
		r.mendIf(f.syntax, mendedSyntax)
		r.mendIf(strings.TrimSpace(rest) != "", mendedProse)
		return f.whole[0], nil
	case len(f.whole) > 1:
		return nil, &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("it holds %d objects that differ; give one",
			len(f.whole))}
	case f.twice != "":
		return nil, &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q stands there twice, and differs", clip(f.twice))}
	case finish == Length:
		return nil, &engine.Problem{Cause: engine.CauseTruncated, Detail: "the token limit was reached before the object ended; be shorter"}
	case declines(trimmed):
		return nil, &engine.Problem{Cause: engine.CauseRefusal, Detail: "it declines to answer"}
	case f.part != nil:
		return nil, &engine.Problem{Cause: engine.CauseSchema, Detail: "the object lacks " + s.lacking(f.part)}
	case strings.ContainsRune(trimmed, '{'):
		return nil, &engine.Problem{Cause: engine.CauseNotJSON, Detail: "what it holds is not valid JSON"}
	}
	return nil, &engine.Problem{Cause: engine.CauseNotJSON, Detail: "it holds no JSON object"}
}

// finding is what was found in a text.
type finding struct {
	whole             []map[string]any // objects that have the key of the action
	part              map[string]any   // one that has not
	twice             string           // a key that stands in one object twice, with values that differ
	around            string           // what stands around the objects
	before, behind    string           // of it, what stands before the first and behind the last
	otherKeys, syntax bool             // of the first whole one: keys in another case, or JSON that is not quite
}

// find looks for the objects of a reply that have the key of the action: each balanced one, also within another as in {"reply": {…}}; where
// there is none, and the model stopped on its own, the text as a whole.
func (s shape) find(text string, finish Finish) finding {
	f := finding{}
	pieces, around := objectsIn(text)
	f.around, f.before, f.behind = around, text, ""
	if n := len(pieces); n > 0 {
		f.before = text[:strings.Index(text, pieces[0])]
		f.behind = text[strings.LastIndex(text, pieces[n-1])+len(pieces[n-1]):]
	}
	if joined := s.joined(text, pieces); joined != nil && finish == Stop {
		s.take(&f, joined)
		f.around, f.behind = f.before, ""
		return f
	}
	for _, piece := range pieces {
		s.take(&f, parseObject(piece))
	}
	if len(f.whole) == 0 && f.twice == "" && finish == Stop {
		if s.take(&f, unbalanced(text)); len(f.whole) == 0 && !json.Valid([]byte(text)) {
			s.take(&f, s.byKeys(text))
		}
		if len(f.whole) > 0 {
			f.around, f.before, f.behind = "", "", ""
		}
	}
	return f
}

// draft reports whether an object stands in the middle of words, as one that is thought about does.
func (f finding) draft() bool { return wordy(f.before) && wordy(f.behind) }

func wordy(text string) bool {
	return strings.TrimSpace(strings.NewReplacer("```json", "", "```", "").Replace(text)) != ""
}

// joined is the one object that a model wrote in parts: closed too early, as {"text": …}, "acts": […]}, or each key in an object of
// its own. Each key that was asked for stands in one part.
func (s shape) joined(text string, pieces []string) *parsed {
	if len(pieces) == 0 {
		return nil
	}
	first := parseObject(pieces[0])
	if first == nil {
		return nil
	}
	at := strings.Index(text, pieces[0]) + len(pieces[0])
	if goesOn.MatchString(text[at:]) {
		end := strings.LastIndexByte(text, '}')
		p := parseObject(text[at-len(pieces[0]):at-1] + text[at:end+1])
		if p != nil && s.wants(p.fields) && s.asks(p.fields) {
			p.mended = true
			return p
		}
	}
	if len(pieces) < 2 {
		return nil
	}
	all := map[string]any{}
	for _, piece := range pieces {
		p := parseObject(piece)
		if p == nil || !s.asks(p.fields) || twice(p.text) != "" {
			return nil
		}
		for k, v := range p.fields {
			if _, double := all[k]; double {
				return nil
			}
			all[k] = v
		}
	}
	if !s.wants(all) {
		return nil
	}
	return &parsed{all, "{}", "{}", true}
}

var goesOn = regexp.MustCompile(`^\s*,\s*"[a-z]+"\s*:`)

// asks reports whether all the keys of an object were asked for.
func (s shape) asks(fields map[string]any) bool {
	for k := range fields {
		if !slices.Contains(s.keys(), k) {
			return false
		}
	}
	return true
}

// take sorts an object that was read.
func (s shape) take(f *finding, p *parsed) {
	if p == nil {
		return
	}
	if p.mended && s.strays(p) {
		return // the mending cut a text where it held a mark of JSON
	}
	folded, other := foldKeys(p.fields)
	if within, ok := s.framed(folded); ok {
		folded, other = within, true
	}
	key := twice(p.text)
	switch {
	case !s.wants(folded):
		f.part = folded
	case key != "":
		f.twice = key
	default:
		if f.whole = append(f.whole, folded); len(f.whole) == 1 {
			f.otherKeys, f.syntax = other, p.mended
		}
	}
}

// strays reports a key that was not asked for and is none of a model's own, as "plan" is: without marks, or with a capital, it began
// in the middle of a text.
func (s shape) strays(p *parsed) bool {
	for k := range p.fields {
		switch name := strings.ToLower(strings.TrimSpace(k)); {
		case slices.Contains(keysOfReplies, name), name == keyThought+"s":
		case !ownKey.MatchString(k), !strings.Contains(p.source, `"`+k+`"`) && !strings.Contains(p.source, `'`+k+`'`):
			return true
		}
	}
	return false
}

var ownKey = regexp.MustCompile(`^[a-z][a-z_ -]{0,24}$`)

// framed takes an object out of the one that has it under a key of its own, as in {"thought": …, "statement": {"text": …}}.
func (s shape) framed(fields map[string]any) (map[string]any, bool) {
	if s.wants(fields) {
		return nil, false
	}
	for _, k := range sortedKeys(fields) {
		inner, ok := fields[k].(map[string]any)
		if inner, _ = foldKeys(inner); !ok || !s.wants(inner) {
			continue
		}
		for other, v := range fields {
			if _, own := inner[other]; !own && other != k {
				inner[other] = v
			}
		}
		return inner, true
	}
	return nil, false
}

// lacking names the keys that an object has not.
func (s shape) lacking(fields map[string]any) string {
	var out []string
	for _, key := range s.keys() {
		if _, ok := fields[key]; !ok {
			out = append(out, strconv.Quote(key))
		}
	}
	return strings.Join(out, ", ")
}

// twice is a key that an object has twice with values that differ, in whatever case, or "". Decoders keep the last one and say nothing.
func twice(value string) string {
	d := json.NewDecoder(strings.NewReader(value))
	open, err := d.Token()
	if err != nil {
		return ""
	}
	seen := map[string]json.RawMessage{}
	for d.More() {
		key := ""
		if open == json.Delim('{') {
			token, err := d.Token()
			if err != nil {
				return ""
			}
			key, _ = token.(string)
			// Names are compared where beliefs are read.
			if folded := strings.ToLower(strings.TrimSpace(key)); slices.Contains(keysOfReplies, folded) {
				key = folded
			}
		}
		var inner json.RawMessage
		if d.Decode(&inner) != nil {
			return ""
		}
		if before, ok := seen[key]; ok && open == json.Delim('{') && !bytes.Equal(before, inner) {
			return key
		}
		seen[key] = inner
		if inner[0] == '{' || inner[0] == '[' {
			if deeper := twice(string(inner)); deeper != "" {
				return deeper
			}
		}
	}
	return ""
}

var keysOfReplies = []string{keyThought, keyText, keyActs, keyAct, keyAbout, keyChoice, keyBid, keySuspicion, keyNotes, keyKind,
	keySalience}

func allSame(objects []map[string]any) bool {
	first, _ := json.Marshal(objects[0])
	for _, o := range objects[1:] {
		if b, _ := json.Marshal(o); !bytes.Equal(b, first) {
			return false
		}
	}
	return true
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

// unbalanced reads an object whose quotation marks or braces do not add up, as a whole: what lies between its first and its last
// brace, or all that follows where the last one is missing and no string is open, or the keys alone where both are missing.
func unbalanced(text string) *parsed {
	begin := strings.IndexByte(text, '{')
	if begin < 0 && beginsKey.MatchString(text) {
		text, begin = "{"+text, 0
	}
	text = text[max(0, begin):]
	if end := strings.LastIndexByte(text, '}'); end >= 0 {
		if p := parseObject(text[:end+1]); p != nil {
			return p
		}
	}
	if text = strings.TrimRight(strings.TrimRight(text, "` \n"), " \t\r\n"); !endsValue.MatchString(text) {
		return nil
	}
	return parseObject(text)
}

// Where an object may have lost its braces, but no part of a value.
var (
	beginsKey = regexp.MustCompile(`^"[a-z]+"\s*:`)
	endsValue = regexp.MustCompile(`[\]}"]$`)
)

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

// parsed is an object as it was read.
type parsed struct {
	fields map[string]any
	text   string // valid JSON
	source string // as it was written
	mended bool
}

// parseObject reads an object, strictly first and then as models write JSON; nil if it is none.
func parseObject(text string) *parsed {
	var fields map[string]any
	if decode(text, &fields) == nil {
		return &parsed{fields, text, text, false}
	}
	if len(text) > mostMended || deep(text) {
		return nil
	}
	if looksLikeCode.MatchString(quotedAway(text)) {
		return nil
	}
	repaired, err := jsonrepair.Repair(apostrophe.ReplaceAllString(text, "${1}"+inWord+"${2}"))
	if err != nil {
		return nil
	}
	if repaired = strings.ReplaceAll(repaired, inWord, "'"); decode(repaired, &fields) != nil {
		return nil
	}
	return &parsed{fields, repaired, text, true}
}

// The repair library takes words before a bracket for a function's name, and what follows // for a comment: in a text without
// marks it drops what was said.
var looksLikeCode = regexp.MustCompile(`[:\[,]\s*\pL[^"{}\[\],:]*(\(|//|/\*)|\pL://`)

// An apostrophe within a word is none of the marks about a text. inWord stands in its place while the library reads.
var apostrophe = regexp.MustCompile(`(\pL)'(\pL)`)

const inWord = "\ue000"

// quotedAway is a text without what stands between quotation marks.
func quotedAway(text string) string { return betweenMarks.ReplaceAllString(text, `""`) }

var betweenMarks = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

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
	for _, k := range sortedKeys(fields) {
		folded := strings.ToLower(strings.TrimSpace(k))
		if folded != k {
			other = true
			if _, twice := fields[folded]; twice {
				continue
			}
		}
		out[folded] = fields[k]
	}
	return out, other
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
