package llm

import (
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// Each gives each question of a game of scripted answers to the tests of package llm_test.
var Each = each

// Forms of a reply that a prompt may show where only it holds the schema.
var Forms = []string{"words", "skeleton", "both"}

// InForm is the prompt of a question that shows the reply in one of the forms.
func InForm(form string, seen engine.Observation, asked engine.Request) Prompt {
	spec := PromptSpec{Version: TemplateVersion, Policies: map[string]Binding{"test": {Schema: PromptOnly, Chars: DefaultChars}}}
	p := Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.Prompt()
	q := reply.To(seen, asked)
	words, skeleton := q.Keys(), q.Skeleton()
	shown := map[string]string{"words": words, "skeleton": skeleton, "both": skeleton + words}[form]
	last := &p.Messages[len(p.Messages)-1]
	last.Text = strings.Replace(last.Text, skeleton, shown, 1)
	return p
}
