package ollama_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/tiny"
	"github.com/turncoat-sim/turncoat/agents/llm/ollama"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

var (
	realOptions = llm.Options{Model: "tiny-a", Temperature: new(0.8), Context: 2048, Predict: 600, Schema: llm.Native,
		Time: llm.DefaultDeadlines}
	question = llm.Prompt{
		Messages: []llm.Message{{Speaker: llm.System, Text: "the rules"}, {Speaker: llm.User, Text: "whom?"}},
		Schema:   json.RawMessage(`{"type":"object","properties":{"thought":{"type":"string"},"choice":{"type":"string","enum":["Anna","Bert"]}},"required":["thought","choice"],"additionalProperties":false}`),
		Seed:     7,
	}
)

func realModel(t *testing.T, host string, change func(*llm.Options)) *ollama.Model {
	t.Helper()
	o := realOptions
	if change != nil {
		change(&o)
	}
	m, err := ollama.New(o, host, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func failureOf(t *testing.T, err error) *llm.Failure {
	t.Helper()
	f, ok := llm.FailureOf(err)
	if !ok {
		t.Fatalf("no failure: %v", err)
	}
	return f
}

// TestRealServer runs against ollama itself; see package tiny.
func TestRealServer(t *testing.T) {
	host := tiny.Start(t, "tiny-a", "tiny-b", "tiny-thinks")
	t.Run("schema", func(t *testing.T) { testSchema(t, realModel(t, host, nil)) })
	t.Run("length", func(t *testing.T) {
		c, err := realModel(t, host, func(o *llm.Options) { o.Predict = 5 }).Complete(t.Context(), question)
		if err != nil || c.Finish != reply.Length || c.Usage.Reply == 0 {
			t.Errorf("%+v, %v", c, err)
		}
	})
	t.Run("missing model", func(t *testing.T) {
		_, err := realModel(t, host, func(o *llm.Options) { o.Model = "absent" }).Complete(t.Context(), question)
		if f := failureOf(t, err); f.Status != 404 || f.Retry || !f.Parks || !strings.Contains(f.Error(), "ollama pull absent") {
			t.Errorf("%+v", f)
		}
	})
	t.Run("no thinking", func(t *testing.T) {
		_, err := realModel(t, host, func(o *llm.Options) { o.Think = "on" }).Complete(t.Context(), question)
		if f := failureOf(t, err); f.Status != 400 || f.Retry {
			t.Errorf("%+v", f)
		}
	})
	t.Run("cut", func(t *testing.T) { testCut(t, realModel(t, host, nil)) })
	t.Run("shift", func(t *testing.T) { testShift(t, host) })
	t.Run("catalog", func(t *testing.T) { testCatalog(t, realModel(t, host, nil).Client()) })
}

func testSchema(t *testing.T, m *ollama.Model) {
	var counts []int
	for range 2 { // the second time the prompt is in the server's cache, which has to change no count
		c, err := m.Complete(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		var said struct{ Thought, Choice string }
		if err := json.Unmarshal([]byte(c.Text), &said); err != nil || !slices.Contains([]string{"Anna", "Bert"}, said.Choice) {
			t.Errorf("the reply is %q: %v", c.Text, err)
		}
		if c.Finish != reply.Stop || c.Usage.Reply == 0 || c.Took.First <= 0 || c.Took.Total <= c.Took.First || c.Took.Load <= 0 {
			t.Errorf("%+v", c)
		}
		counts = append(counts, c.Usage.Prompt)
	}
	if counts[0] == 0 || counts[0] != counts[1] {
		t.Errorf("prompt counts are %v", counts)
	}
}

// This server knows nothing of truncate:false and drops the system message, or the middle of one message.
func testCut(t *testing.T, m *ollama.Model) {
	for _, texts := range [][]string{
		{strings.Repeat("rules ", 250), strings.Repeat("talk. ", 250)},
		{"rules", strings.Repeat("talk. ", 500)},
		{"rules", strings.Repeat("talk. ", 200), strings.Repeat("reply ", 100), strings.Repeat("wrong ", 100)},
	} {
		p := llm.Prompt{}
		for i, text := range texts {
			p.Messages = append(p.Messages, llm.Message{Speaker: []llm.Speaker{llm.System, llm.User, llm.Assistant, llm.User}[i],
				Text: text})
		}
		_, err := m.Complete(t.Context(), p)
		if f := failureOf(t, err); f.Cause != engine.CauseTruncated {
			t.Errorf("%v", f)
		}
	}
}

// A reply that goes on beyond the context's end was written by a model that had forgotten its rules.
func testShift(t *testing.T, host string) {
	p := llm.Prompt{Messages: []llm.Message{{Speaker: llm.System, Text: "rules"}, {Speaker: llm.User, Text: strings.Repeat("talk. ", 80)}},
		Schema: json.RawMessage(`{"type":"object","properties":{"n":{"type":"array","items":{"type":"integer"},"minItems":200}},"required":["n"],"additionalProperties":false}`), Seed: 3}
	c, err := realModel(t, host, func(o *llm.Options) { o.Context, o.Predict = 600, 500 }).Complete(t.Context(), p)
	f := failureOf(t, err)
	t.Logf("%d tokens in, %d out: %v", c.Usage.Prompt, c.Usage.Reply, f)
	if !f.TooLong || f.Cause != engine.CauseTruncated || f.Retry || f.Parks || c.Usage.Prompt >= 600 ||
		c.Usage.Prompt+c.Usage.Reply <= 600 {
		t.Errorf("%d tokens in, %d out: %v", c.Usage.Prompt, c.Usage.Reply, f)
	}
	c, err = realModel(t, host, func(o *llm.Options) { o.Context, o.Predict = 2048, 500 }).Complete(t.Context(), p)
	if err != nil {
		t.Errorf("%d tokens in, %d out: %v", c.Usage.Prompt, c.Usage.Reply, err)
	}
}

func testCatalog(t *testing.T, c *ollama.Client) {
	if v, err := c.Version(t.Context()); err != nil || v == "" {
		t.Errorf("version %q, %v", v, err)
	}
	models, err := c.Models(t.Context())
	if err != nil || len(models) != 3 {
		t.Fatalf("%+v, %v", models, err)
	}
	for _, m := range models {
		if len(m.Digest) != 64 || m.Size < 400_000 || m.Family != "llama" || m.Modified.IsZero() {
			t.Errorf("%+v", m)
		}
	}
	about, err := c.About(t.Context(), "tiny-thinks")
	if err != nil || about.Context != 32768 || !slices.Contains(about.Capabilities, "thinking") {
		t.Errorf("%+v, %v", about, err)
	}
	if _, err := c.About(t.Context(), "absent"); err == nil || !strings.Contains(err.Error(), "ollama pull absent") {
		t.Errorf("%v", err)
	}
}
