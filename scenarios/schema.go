package scenarios

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// Schema is the JSON Schema (draft 2020-12) of scenario files, made from the same list of keys as Parse's. It can't say
// the contradictions between keys; Parse does.
func Schema() []byte {
	top := objectSchema(fields)
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = "turncoat scenario"
	top["minProperties"] = 1
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(top); err != nil {
		panic("scenarios: the schema does not marshal: " + err.Error())
	}
	return out.Bytes()
}

func objectSchema(list []field) map[string]any {
	properties := map[string]any{}
	for _, f := range list {
		properties[f.key] = f.described()
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}

func (f field) described() map[string]any {
	out := map[string]any{}
	for k, v := range f.form() { // a copy of a map into a map: no order comes out
		out[k] = v
	}
	doc := f.doc
	if len(f.members) > 0 {
		doc = f.wants
	}
	if f.rule != "" {
		doc = "Rule " + f.rule + ": " + doc
	}
	out["description"] = strings.TrimSpace(doc)
	return out
}

func (f field) form() map[string]any {
	if len(f.members) == 0 {
		return f.schema
	}
	one := f.members[0].schema
	switch f.key {
	case "hears":
		pair := map[string]any{"type": "array", "items": one, "minItems": len(f.members), "maxItems": len(f.members)}
		return map[string]any{"oneOf": []any{one, pair}}
	case "guidance":
		return map[string]any{"oneOf": []any{one, objectSchema(f.members)}}
	}
	return objectSchema(f.members)
}

func booleanSchema() map[string]any {
	return map[string]any{"enum": []any{true, false, "on", "off", "yes", "no"}}
}

func optionSchema(o engine.Option) map[string]any {
	var out map[string]any
	switch o.Type {
	case "integer":
		out = map[string]any{"type": "integer", "minimum": o.Min, "maximum": o.Max}
	case "boolean":
		out = booleanSchema()
	case "moments":
		out = map[string]any{"type": "array", "items": map[string]any{"enum": o.Allowed}}
	default:
		out = map[string]any{"enum": o.Allowed}
	}
	out["default"] = o.Default
	return out
}

func castSchema() map[string]any {
	trait := textSchema(longestTrait)
	five := map[string]any{}
	for _, name := range bigFive {
		five[name] = map[string]any{"enum": levels}
	}
	card := map[string]any{
		"age":        map[string]any{"type": "integer", "minimum": 18, "maximum": 99},
		"occupation": trait, "background": trait, "temperament": trait, "hobby": trait, "habit": trait,
		"big_five": map[string]any{"type": "object", "additionalProperties": false, "properties": five},
	}
	player := map[string]any{
		"seat": map[string]any{"type": "integer", "minimum": 0, "maximum": engine.MaxSeats - 1},
		"name": textSchema(longestName),
		"persona": map[string]any{"oneOf": []any{textSchema(longestText),
			map[string]any{"type": "object", "additionalProperties": false, "minProperties": 1, "properties": card}}},
		"policy": textSchema(longestText),
		"role":   map[string]any{"enum": namesOf(engine.Roles())},
	}
	return map[string]any{"type": "array", "maxItems": engine.MaxSeats,
		"items": map[string]any{"type": "object", "additionalProperties": false, "properties": player}}
}
