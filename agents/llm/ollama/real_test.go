package ollama_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"turncoat/agents/llm"
	"turncoat/agents/llm/llmtest/tiny"
	"turncoat/agents/llm/ollama"
	"turncoat/engine"
)

var (
	realOptions = llm.Options{Model: "tiny-a", Temperature: new(0.8), Context: 2048, Predict: 600, Schema: llm.Native, Time: llm.DefaultDeadlines}
	question    = llm.Prompt{
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
		if err != nil || c.Finish != llm.Length || c.Usage.Reply == 0 {
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
	t.Run("catalog", func(t *testing.T) { testCatalog(t, realModel(t, host, nil).Client()) })
	t.Run("probe", func(t *testing.T) { testProbe(t, host) })
}

func testSchema(t *testing.T, m *ollama.Model) {
	var counts []int
	for range 2 { // the second time the prompt is in the server's cache, which has to change no count
		c, err := m.Complete(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		var reply struct{ Thought, Choice string }
		if err := json.Unmarshal([]byte(c.Text), &reply); err != nil || !slices.Contains([]string{"Anna", "Bert"}, reply.Choice) {
			t.Errorf("the reply is %q: %v", c.Text, err)
		}
		if c.Finish != llm.Stop || c.Usage.Reply == 0 || c.Took.First <= 0 || c.Took.Total <= c.Took.First || c.Took.Load <= 0 {
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
			p.Messages = append(p.Messages, llm.Message{Speaker: []llm.Speaker{llm.System, llm.User, llm.Assistant, llm.User}[i], Text: text})
		}
		_, err := m.Complete(t.Context(), p)
		if f := failureOf(t, err); f.Cause != engine.CauseTruncated {
			t.Errorf("%v", f)
		}
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

func testProbe(t *testing.T, host string) {
	r, err := realModel(t, host, nil).Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Schema != llm.Native || r.Think != "" || len(r.Trials) != 6 || r.Timed.Took.Total <= 0 || r.Timed.Usage.Reply == 0 || len(r.Model.Digest) != 64 {
		t.Errorf("%+v", r)
	}
	for _, model := range []string{"tiny-a", "tiny-thinks"} {
		r, err := realModel(t, host, func(o *llm.Options) { o.Model = model; o.Think = "on" }).Probe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// The server of v0.11.4 repeats the first token of a reply that was to begin with a thought and, held to a schema, does not.
		if r.Schema != llm.Native || r.Think != "off" || r.Trials[0].Think != "on" || r.Trials[0].Works {
			t.Errorf("%s: %+v", model, r)
		}
		for _, trial := range r.Trials {
			t.Logf("%s think %q schema %s: works %v %s", model, trial.Think, trial.Schema, trial.Works, trial.Detail)
		}
	}
	_, err = realModel(t, host, func(o *llm.Options) { o.Context = 65536 }).Probe(t.Context())
	if err == nil || !strings.Contains(err.Error(), "at most 32768") {
		t.Errorf("a context beyond the model's: %v", err)
	}
	if _, err = realModel(t, host, func(o *llm.Options) { o.Model = "absent" }).Probe(t.Context()); err == nil {
		t.Error("a missing model was probed")
	}
}
