package llm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/small"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/tiny"
	"github.com/turncoat-sim/turncoat/agents/llm/ollama"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
)

// question is one that a game comes to.
type question struct {
	seen  engine.Observation
	asked engine.Request
}

// questions are so many of one game, spread over its length, no more than half of them of one kind.
func questions(t *testing.T, n int) (out []question) {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors, rules.Words = 5, 1, 60
	var all []question
	llm.Each(t, enginetest.Setup(5, rules.Complete()), func(_ engine.State, r engine.Request, seen engine.Observation, _ llm.Prompt) {
		seen.Events = append([]engine.Observed(nil), seen.Events...)
		all = append(all, question{seen, r})
	})
	for i := range n {
		out = append(out, all[i*len(all)/n])
	}
	return out
}

// Which form of the reply small models keep to, where only the prompt holds the schema: how many of the same questions they answer
// with an object that is valid as it stands, by a validator that is not ours. TURNCOAT_FORMS says how many questions (`make
// test-forms`). The skeleton must not be the worse form for a model that can keep to any.
func TestForms(t *testing.T) {
	n := 0
	if _, err := fmt.Sscan(os.Getenv("TURNCOAT_FORMS"), &n); err != nil || n < 1 {
		t.Skip("minutes of a real model: `make test-forms`")
	}
	host := tiny.Serve(t)
	var told bytes.Buffer
	rows := tabwriter.NewWriter(&told, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "model\tquestions\t"+strings.Join(llm.Forms, "\t"))
	for _, model := range []small.Model{small.Smol, small.Half, small.Big} {
		if _, err := model.Path(); err != nil {
			t.Logf("left out: %v", err)
			continue
		}
		if err := model.Create(t.Context(), host); err != nil {
			t.Fatal(err)
		}
		valid := map[string]int{}
		for i, q := range questions(t, n) {
			for _, form := range llm.Forms {
				if answers(t, host, model.Name, llm.InForm(form, q.seen, q.asked), uint64(i)) {
					valid[form]++
				}
			}
		}
		fmt.Fprintf(rows, "%s\t%d\t%d\t%d\t%d\n", model.Name, n, valid["words"], valid["skeleton"], valid["both"])
		if valid["skeleton"] < valid["words"] {
			t.Errorf("%s keeps to the words more often than to the skeleton: %v of %d", model.Name, valid, n)
		}
	}
	if err := rows.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", told.String())
}

// answers reports whether the reply of a model is an object that the question's schema takes, with nothing around it.
func answers(t *testing.T, host, model string, p llm.Prompt, seed uint64) bool {
	t.Helper()
	m, err := ollama.New(llm.Options{Model: model, Schema: llm.PromptOnly, Context: 8192, Predict: 512, Time: llm.DefaultDeadlines}, host,
		nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Seed = seed + 1
	done, err := m.Complete(t.Context(), p)
	if err != nil {
		if _, ok := llm.FailureOf(err); ok {
			return false // one without end, say
		}
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(p.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("reply.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("reply.json")
	if err != nil {
		t.Fatal(err)
	}
	var reply any
	decoder := json.NewDecoder(strings.NewReader(done.Text))
	decoder.UseNumber()
	return decoder.Decode(&reply) == nil && !decoder.More() && schema.Validate(reply) == nil
}
