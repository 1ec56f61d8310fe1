package ollama

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"turncoat/agents/llm"
)

// Why a probe. A server makes of thinking and a schema together what its version has it make. Seen and read on v0.11.4: think "on" is
// refused (400) by a model without the capability, and so are low, medium and high by all but gpt-oss; the grammar
// binds the model from its first token, so that it can't think, and the parser, having looked for a thought in vain, gives the first
// token twice: the reply begins with "{{" and is no JSON. In v0.17.4 (read, not seen) a model that can think does so unless told
// not to, without the grammar, and is then asked once more with its thought and the grammar, if it thought at all; the counts
// are those of the second request.

// Report is what a probe of a model found. Schema and Think are the first settings that worked, empty Schema if none did.
type Report struct {
	Version string
	Model   ModelInfo
	About   About
	Trials  []Trial
	Schema  llm.Mode
	Think   string
	Timed   llm.Completion // one more call with the settings that worked, when the model is loaded
}

// Trial is one combination of thinking and schema, tried once.
type Trial struct {
	Think  string
	Schema llm.Mode
	Works  bool
	Detail string // why not
	Reply  llm.Completion
}

// The probe's question. Where the server is to hold the reply to the schema, the prompt does not say what it is, so that
// a reply that obeys it was made to.
var (
	probeWords  = []string{"amber-7", "cobalt-4"}
	probeSchema = json.RawMessage(`{"type":"object","properties":{"answer":{"type":"string","enum":["amber-7","cobalt-4"]}},"required":["answer"],"additionalProperties":false}`)
)

const (
	probeNative = "Say which one you choose."
	probePrompt = `Reply with one JSON object and nothing else. It has one key, "answer", whose value is "amber-7" or "cobalt-4".`
)

// Probe tries what the model and its server make of a schema and of thinking, each combination once with a tiny prompt, under
// the model's own options. The model's setting of Think is tried first, then off, none and on; the schema held by the server comes
// before that of the prompt. It is an error if the server is out of reach, has no such model, or would cut the context
// silently to less than the options say.
func (m *Model) Probe(ctx context.Context) (Report, error) {
	r, err := m.describe(ctx)
	if err != nil {
		return r, fmt.Errorf("probe model %s: %w", m.options.Model, err)
	}
	for _, mode := range []llm.Mode{llm.Native, llm.PromptOnly} {
		for _, think := range m.settings() {
			t, err := m.try(ctx, think, mode)
			if err != nil {
				return r, fmt.Errorf("probe model %s: %w", m.options.Model, err)
			}
			r.Trials = append(r.Trials, t)
		}
	}
	i := slices.IndexFunc(r.Trials, func(t Trial) bool { return t.Works })
	if i < 0 {
		return r, nil
	}
	r.Schema, r.Think = r.Trials[i].Schema, r.Trials[i].Think
	t, err := m.try(ctx, r.Think, r.Schema)
	r.Timed = t.Reply
	return r, err
}

func (m *Model) describe(ctx context.Context) (r Report, err error) {
	if r.Version, err = m.client.Version(ctx); err != nil {
		return r, err
	}
	if r.About, err = m.client.About(ctx, m.options.Model); err != nil {
		return r, err
	}
	if r.Model, err = m.client.Find(ctx, m.options.Model); err != nil {
		return r, err
	}
	if c := r.About.Context; c > 0 && m.options.Context > c {
		return r, fmt.Errorf("a context of %d tokens is asked for, the model was made for %d and the server would cut it to that without a word; ask for at most %d", m.options.Context, c, c)
	}
	return r, nil
}

func (m *Model) settings() []string {
	all := []string{"off", "", "on"}
	if i := slices.Index(all, m.options.Think); i >= 0 {
		all = slices.Delete(all, i, i+1)
	}
	return append([]string{m.options.Think}, all...)
}

// try asks once. What the server refuses or the model gets wrong is a finding; a server that is out of reach is an error.
func (m *Model) try(ctx context.Context, think string, mode llm.Mode) (Trial, error) {
	t := Trial{Think: think, Schema: mode}
	o := m.options
	o.Think, o.Schema = think, mode
	as, err := m.client.Model(o)
	if err != nil {
		return t, err
	}
	text := probePrompt
	if mode == llm.Native {
		text = probeNative
	}
	t.Reply, err = as.Complete(ctx, llm.Prompt{Messages: []llm.Message{{Speaker: llm.User, Text: text}}, Schema: probeSchema, Seed: 1})
	f, failed := llm.FailureOf(err)
	switch {
	case err != nil && (!failed || f.Parks && f.Status != http.StatusBadRequest):
		return t, err
	case err == nil:
		err = obeys(t.Reply)
	}
	if err != nil {
		t.Detail = err.Error()
	}
	t.Works = err == nil
	return t, nil
}

// obeys checks a reply to the probe's question.
func obeys(c llm.Completion) error {
	if c.Finish == llm.Length && strings.TrimSpace(c.Text) == "" {
		return errors.New("all the tokens went into thinking")
	}
	d := json.NewDecoder(strings.NewReader(c.Text))
	d.DisallowUnknownFields()
	var reply struct {
		Answer string `json:"answer"`
	}
	if err := d.Decode(&reply); err != nil || d.More() {
		return fmt.Errorf("the reply is not the JSON object that was asked for: %q", clip(c.Text))
	}
	if !slices.Contains(probeWords, reply.Answer) {
		return fmt.Errorf("the reply does not obey the schema: %q", clip(c.Text))
	}
	return nil
}
