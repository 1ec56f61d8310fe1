package openai

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// What is not needed is not judged: these types take whatever a server sends in the place of a field, and hold what they
// understand of it. Only the frame of an answer has to be JSON.

// word is a string, or empty in place of anything else.
type word string

// UnmarshalJSON implements json.Unmarshaler.
func (w *word) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*w = word(s)
	}
	return nil
}

// mostCounted is more tokens than any model takes: a larger number is none.
const mostCounted = 1 << 40

// count is a whole number of tokens, 0 in place of anything else. Fractions and numbers in quotes are in use.
type count int

// UnmarshalJSON implements json.Unmarshaler.
func (c *count) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && f > 0 && f < mostCounted {
		*c = count(math.Round(f))
	}
	return nil
}

// raw is a value as it was sent; empty where it says nothing: null, false, 0, "", {}, [].
type raw string

// UnmarshalJSON implements json.Unmarshaler.
func (r *raw) UnmarshalJSON(b []byte) error {
	switch s := string(bytes.TrimSpace(b)); s {
	case "null", "false", "0", `""`, "{}", "[]":
	default:
		*r = raw(s)
	}
	return nil
}

// content is what a message says: a string, or a list of parts, some of which are thoughts.
type content struct{ Text, Thought string }

// part of a content. The text of a thought may be a list of parts again.
type part struct {
	Type     word    `json:"type"`
	Text     word    `json:"text"`
	Content  word    `json:"content"`
	Thinking content `json:"thinking"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *content) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &c.Text) == nil {
		return nil
	}
	*c = content{}
	var parts []part
	if json.Unmarshal(b, &parts) != nil {
		var one part
		if json.Unmarshal(b, &one) != nil {
			return nil
		}
		parts = []part{one}
	}
	for _, p := range parts {
		text := string(p.Text + p.Content)
		if p.Type == "thinking" || p.Type == "reasoning" {
			c.Thought += text + p.Thinking.Text
			continue
		}
		c.Text += text
	}
	return nil
}

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
