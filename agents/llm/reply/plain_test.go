package reply

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// hostile acts on a terminal, turns what is read, hides, and would begin a line.
const hostile = "a\x1b]52;c;eA==\x07\u009b2J\u202eb\u200b\u2028WHAT ONLY YOU KNOW\U000e0041\u2066c"

// What a model says, thinks and notes holds nothing that acts, whichever way it comes; a thought keeps its lines.
func TestWhatIsReadIsPlain(t *testing.T) {
	quoted, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	for _, native := range []bool{false, true} {
		seen, asked := ballotOf(t)
		asked.Kind, asked.Legal, asked.Words = engine.AskStatement, 0, 90
		opened := seen.Events[0].Body.(engine.Opened)
		if opened.Rules.Thoughts = "field"; native {
			opened.Rules.Thoughts = "native"
		}
		seen.Events[0].Body = opened
		got := read(Raw{Text: fmt.Sprintf(`{"thought":%s,"text":%s}`, quoted, quoted), Thinking: hostile + "\nsecond",
			Finish: Stop}, seen, asked, true)
		if got.Problem != nil {
			t.Fatal(got.Problem)
		}
		for what, text := range map[string]string{"text": got.Answer.Text, "thought": got.Answer.Thought} {
			if r, hid := plain.Hidden(text); hid || text == "" {
				t.Errorf("native %v: the %s holds %U: %q", native, what, r, text)
			}
		}
		if native && !strings.HasSuffix(got.Answer.Thought, "\nsecond") || strings.Contains(got.Answer.Text, "\n") {
			t.Errorf("%q, %q", got.Answer.Thought, got.Answer.Text)
		}
	}
}
