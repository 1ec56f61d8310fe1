package reply

import "testing"

// What was thought is kept, without the marks about it; of thinking that never ends nothing is said.
func TestThinkingIsTakenOut(t *testing.T) {
	for _, c := range []struct{ text, said, thinking string }{
		{`<think>hm</think>{"a":1}`, `{"a":1}`, "hm"},
		{"\n<THINK>hm", "\n", "hm"},
		{`Well. <think>hm</think>{"a":1}`, `{"a":1}`, "Well. <think>hm"},
		{`{"a":1}<think>hm</think>`, `{"a":1}`, "hm"},
		{`hm</think>{"a":1}`, `{"a":1}`, "hm"},
		{`<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>{"a":1}<|return|>`, `{"a":1}`, "hm"},
		{`<|channel|>analysis<|message|>hm`, "", "hm"},
		{`{"a":"<think>"}`, `{"a":"<think>"}`, ""},
		{`{"a":1} <think>`, `{"a":1} <think>`, ""},
	} {
		if said, thinking := withoutThinking(c.text); said != c.said || thinking != c.thinking {
			t.Errorf("%q: said %q, thought %q; wanted %q and %q", c.text, said, thinking, c.said, c.thinking)
		}
	}
}
