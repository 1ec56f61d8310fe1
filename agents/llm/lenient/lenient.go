// Package lenient has types that take whatever a server sends in the place of a field, and hold what they understand of it: what is
// not needed is not judged. Only the frame of an answer has to be JSON. The package knows no wire.
package lenient

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Word is a string, or empty in place of anything else.
type Word string

// UnmarshalJSON implements json.Unmarshaler.
func (w *Word) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*w = Word(s)
	}
	return nil
}

// mostCounted is more than any server counts, of tokens or of nanoseconds a call: a larger number is none.
const mostCounted = 1 << 53

// Count is a whole number, 0 in place of anything else. Fractions and numbers in quotes are in use.
type Count int64

// UnmarshalJSON implements json.Unmarshaler.
func (c *Count) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && f > 0 && f < mostCounted {
		*c = Count(math.Round(f))
	}
	return nil
}

// Truth is true for true, and for what says so in other types.
type Truth bool

// UnmarshalJSON implements json.Unmarshaler.
func (t *Truth) UnmarshalJSON(b []byte) error {
	*t = Truth(strings.EqualFold(strings.Trim(string(b), `"`), "true") || string(b) == "1")
	return nil
}

// Raw is a value as it was sent; empty where it says nothing: null, false, 0, "", {}, [].
type Raw string

// UnmarshalJSON implements json.Unmarshaler.
func (r *Raw) UnmarshalJSON(b []byte) error {
	switch s := string(bytes.TrimSpace(b)); s {
	case "null", "false", "0", `""`, "{}", "[]":
	default:
		*r = Raw(s)
	}
	return nil
}

// Content is what a message says: a string, or a list of parts, some of which are thoughts.
type Content struct{ Text, Thought string }

// part of a content. The text of a thought may be a list of parts again.
type part struct {
	Type     Word    `json:"type"`
	Text     Word    `json:"text"`
	Content  Word    `json:"content"`
	Thinking Content `json:"thinking"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *Content) UnmarshalJSON(b []byte) error {
	*c = Content{}
	if json.Unmarshal(b, &c.Text) == nil {
		return nil
	}
	c.Text = ""
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
