package openai

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// FuzzMould compares the shortcut with the parser: whatever an event is cast to, parsing it says the same.
func FuzzMould(f *testing.F) {
	const event = `{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"x":"y"}`
	for _, second := range []string{
		event,
		`{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"\"b\\\n\u00e4"},"finish_reason":null}],"x":"y"}`,
		`{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"b","refusal":"no"},"finish_reason":null}],"x":"y"}`,
		`{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":null},{"x":"a"},"finish_reason":null}],"x":"y"}`,
		`{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"\ud83d"},"finish_reason":null}],"x":"y"}`,
		`{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"` + "\xff" + `"},"finish_reason":null}],"x":"y"}`,
		`{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"\"},"finish_reason":null}],"x":"y"}`,
	} {
		f.Add(event, second)
	}
	f.Add(`{"choices":[{"delta":{"content": "a"}}]}`, `{"choices":[{"delta":{"content": ""}}]}`)
	f.Add(`{"choices":[{"delta":{"Content":"a","content":"a"}}]}`, `{"choices":[{"delta":{"Content":"a","content":"b"}}]}`)
	f.Add(`{"choices":[{"delta":{"content":"b","Content":"a"}}]}`, `{"choices":[{"delta":{"content":"c","Content":"a"}}]}`)
	f.Add(`{"content":"a","choices":[{"delta":{"Content":"a"}}]}`, `{"content":"b","choices":[{"delta":{"Content":"a"}}]}`)
	f.Fuzz(func(t *testing.T, first, second string) {
		var m mould
		var c, want chunk
		if !utf8.ValidString(first) || json.Unmarshal([]byte(first), &c) != nil {
			return
		}
		m.take([]byte(first), &c)
		text, ok := m.cast([]byte(second))
		if !ok {
			return
		}
		if err := json.Unmarshal([]byte(second), &want); err != nil || !utf8.ValidString(second) {
			t.Fatalf("after %q, %q was cast to %q; parsing it: %v", first, second, text, err)
		}
		c.Choices[0].Delta.Content.Text = text
		if len(want.Choices) != 1 || want.Choices[0] != c.Choices[0] || want.Model != c.Model || want.Usage != nil || want.Error != "" {
			t.Fatalf("after %q, %q was cast to %q; parsing it: %+v", first, second, text, want)
		}
	})
}

func TestMouldFits(t *testing.T) {
	const event = `{"model":"m","choices":[{"index":0,"delta":{"content":"a b"},"finish_reason":null}]}`
	var m mould
	var c chunk
	if err := json.Unmarshal([]byte(event), &c); err != nil {
		t.Fatal(err)
	}
	m.take([]byte(event), &c)
	for literal, want := range map[string]string{`"x"`: "x", `""`: "", `"ä\n\""`: "ä\n\""} {
		got, ok := m.cast([]byte(`{"model":"m","choices":[{"index":0,"delta":{"content":` + literal + `},"finish_reason":null}]}`))
		if !ok || got != want {
			t.Errorf("%s: got %q, %v", literal, got, ok)
		}
	}
}
