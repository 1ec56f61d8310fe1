package openai

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// mould is what stands around the content of the last event. The events of a stream differ, but for a few, in nothing else; and
// where one string in valid JSON is replaced by another, the meaning of all the rest stays. So such an event need not be
// parsed again, which is most of a call's cost to the client.
type mould struct {
	head, tail []byte // with the quotes of the string; an empty head: nothing is known
}

// contentKey is the key that the mould looks for. It can't stand inside a string, where its quotes would be escaped.
var contentKey = []byte(`"content":`)

// cast is the content of an event that fits.
func (m *mould) cast(event []byte) (string, bool) {
	if len(m.head) == 0 || len(event) < len(m.head)+len(m.tail) || !bytes.HasPrefix(event, m.head) || !bytes.HasSuffix(event, m.tail) {
		return "", false
	}
	literal := event[len(m.head)-1 : len(event)-len(m.tail)+1]
	if text := literal[1 : len(literal)-1]; plain(text) {
		return string(text), true
	}
	var text string
	if !utf8.Valid(literal) || json.Unmarshal(literal, &text) != nil {
		return "", false
	}
	return text, true
}

// take learns from an event that was parsed, if there is nothing in it but content.
func (m *mould) take(event []byte, c *chunk) {
	m.head = m.head[:0]
	if len(c.Choices) != 1 || c.Usage != nil || c.Error != "" || bytes.IndexByte(event, '\\') >= 0 {
		return // with an escape, there may be a content in other letters
	}
	// encoding/json takes a key in capitals for the same, so there must be one in any case.
	if bytes.Count(bytes.ToLower(event), contentKey[:len(contentKey)-1]) != 1 || !bytes.Contains(event, contentKey) {
		return
	}
	text := c.Choices[0].Delta.Content.Text
	if only := (choice{Delta: message{Content: content{Text: text}}}); text == "" || c.Choices[0] != only {
		return
	}
	from := bytes.Index(event, contentKey) + len(contentKey)
	from += len(event[from:]) - len(bytes.TrimLeft(event[from:], " ")) + 1
	to := from + len(text)
	if to >= len(event) || string(event[from:to]) != text || event[to] != '"' {
		return // that was somewhere else
	}
	m.head = append(m.head, event[:from]...)
	m.tail = append(m.tail[:0], event[to:]...)
}

// plain reports whether a text stands in JSON as it is: printable ASCII without quote and backslash.
func plain(text []byte) bool {
	for _, b := range text {
		if b < ' ' || b > '~' || b == '"' || b == '\\' {
			return false
		}
	}
	return true
}
