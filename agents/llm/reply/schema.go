package reply

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// Texts says whether a schema gives its texts a longest length.
type Texts bool

// The lengths of texts in a schema.
const (
	Open    Texts = false // none: some servers refuse a schema that has one
	Bounded Texts = true  // one that only a text without end comes to
)

// Schema is the JSON Schema of the reply: flat, names as enumerations, every key required, the thought first.
func (q *Question) Schema(texts Texts) json.RawMessage {
	text := func(longest int) string {
		if texts == Open || longest == 0 {
			return `{"type":"string"}`
		}
		return fmt.Sprintf(`{"type":"string","maxLength":%d}`, longest)
	}
	var o object
	if q.thought {
		o.add(keyThought, text(longestThought))
	}
	if q.text {
		o.add(keyText, text(longestText(q.Words)))
	}
	if q.acts {
		o.add(keyActs, fmt.Sprintf(`{"type":"array","maxItems":%d,"items":%s}`, MostActs, q.actSchema()))
	}
	if q.choice {
		o.add(keyChoice, enum(q.choices()))
	}
	if q.bid {
		o.add(keyBid, `{"type":"integer","minimum":0,"maximum":4}`)
	}
	if q.notes {
		var note object
		note.add(keyKind, enum(memoKinds()))
		note.add(keyAbout, enum(append(slices.Clone(q.names), nobody)))
		note.add(keySalience, `{"type":"integer","minimum":1,"maximum":5}`)
		note.add(keyText, text(longestText(engine.NoteWords)))
		o.add(keyNotes, fmt.Sprintf(`{"type":"array","maxItems":%d,"items":%s}`, engine.MostNotes, note.schema()))
	}
	if q.beliefs {
		var each object
		for _, name := range q.namesOf(q.Subjects()) {
			each.add(name, `{"type":"integer","minimum":0,"maximum":100}`)
		}
		o.add(keySuspicion, each.schema())
	}
	return json.RawMessage(o.schema())
}

// longestThought is how many characters a bounded thought may have. It is also the longest text that is bounded at all: newer
// servers of llama.cpp refuse a schema with a longer one.
const longestThought = 2000

// longestText is how many characters a bounded text of so many words may have: twice what they take in long-winded languages; 0 is
// no bound.
func longestText(words int) int {
	if longest := 12*words + 100; words > 0 && longest <= longestThought {
		return longest
	}
	return 0
}

// actSchema offers each act only what it can be about: a claim nothing, since it is the speaker's own, the others somebody else.
func (q *Question) actSchema() string {
	var about, claim object
	about.add(keyAct, enum(q.actNames()[:len(actKinds)]))
	about.add(keyAbout, enum(q.namesOf(q.actsAbout().List())))
	claim.add(keyAct, enum(q.actNames()[len(actKinds):]))
	return `{"anyOf":[` + about.schema() + "," + claim.schema() + "]}"
}

func memoKinds() []string {
	var out []string
	for _, k := range engine.MemoKinds() {
		out = append(out, string(k))
	}
	return out
}

// object builds the schema of an object whose keys stand in the order in which they are added.
type object struct{ properties, required []string }

func (o *object) add(key, schema string) {
	o.properties = append(o.properties, quote(key)+":"+schema)
	o.required = append(o.required, quote(key))
}

func (o *object) schema() string {
	return fmt.Sprintf(`{"type":"object","properties":{%s},"required":[%s],"additionalProperties":false}`,
		strings.Join(o.properties, ","), strings.Join(o.required, ","))
}

func enum(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return `{"type":"string","enum":[` + strings.Join(quoted, ",") + `]}`
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b)
}
