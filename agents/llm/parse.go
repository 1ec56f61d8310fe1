package llm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kaptinlin/jsonrepair"

	"turncoat/engine"
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
	case declines(trimmed):
		return nil, &engine.Problem{Cause: engine.CauseRefusal, Detail: "it declines to answer"}
	case len(pieces) > 0:
		return nil, &engine.Problem{Cause: engine.CauseSchema, Detail: "the object lacks the keys that are asked for: " + s.keys()}
	}
	return nil, &engine.Problem{Cause: engine.CauseNotJSON, Detail: "it holds no JSON object"}
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
