package openai

import (
	"encoding/json"

	"github.com/turncoat-sim/turncoat/agents/llm/lenient"
)

// What is not needed is not judged (package lenient). These are the shapes of this wire.
type (
	word    = lenient.Word
	count   = lenient.Count
	raw     = lenient.Raw
	content = lenient.Content
)

// calls are the arguments of the tools that a message calls, one behind the other: some servers send an answer that way.
type calls string

// UnmarshalJSON implements json.Unmarshaler.
func (c *calls) UnmarshalJSON(b []byte) error {
	var list []struct {
		Function struct {
			Arguments json.RawMessage `json:"arguments"`
		} `json:"function"`
	}
	if json.Unmarshal(b, &list) != nil {
		return nil
	}
	for _, one := range list {
		var s string
		if json.Unmarshal(one.Function.Arguments, &s) != nil {
			s = string(one.Function.Arguments) // an object, as some write it
		}
		*c += calls(s)
	}
	return nil
}

// choices are those of an event; none in place of anything but a list of objects.
type choices []choice

// UnmarshalJSON implements json.Unmarshaler.
func (c *choices) UnmarshalJSON(b []byte) error {
	list := []choice(*c)[:0]
	if json.Unmarshal(b, &list) == nil {
		*c = list
	}
	return nil
}

// UnmarshalJSON implements json.Unmarshaler: a message that is no object says nothing.
func (m *message) UnmarshalJSON(b []byte) error {
	type plain message
	var p plain
	if json.Unmarshal(b, &p) == nil {
		*m = message(p)
	}
	return nil
}

// UnmarshalJSON implements json.Unmarshaler: a usage that is no object counts nothing.
func (u *usage) UnmarshalJSON(b []byte) error {
	type plain usage
	var p plain
	if json.Unmarshal(b, &p) == nil {
		*u = usage(p)
	}
	return nil
}

// details are counts beside those of a usage; none where they are no object.
type details struct {
	Cached    count `json:"cached_tokens"`
	Reasoning count `json:"reasoning_tokens"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *details) UnmarshalJSON(b []byte) error {
	type plain details
	var p plain
	if json.Unmarshal(b, &p) == nil {
		*d = details(p)
	}
	return nil
}
