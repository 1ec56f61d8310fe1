package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// request is the body of a call.
type request struct {
	Model               string          `json:"model"`
	Messages            []llm.Message   `json:"messages"`
	Stream              bool            `json:"stream"`
	StreamOptions       *streamOptions  `json:"stream_options,omitempty"`
	Temperature         *float64        `json:"temperature,omitempty"`
	TopP                *float64        `json:"top_p,omitempty"`
	MaxTokens           int             `json:"max_tokens,omitempty"`
	MaxCompletionTokens int             `json:"max_completion_tokens,omitempty"`
	Seed                *uint32         `json:"seed,omitempty"`
	RandomSeed          *uint32         `json:"random_seed,omitempty"`
	ResponseFormat      *responseFormat `json:"response_format,omitempty"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type responseFormat struct {
	Type       string     `json:"type"`
	JSONSchema jsonSchema `json:"json_schema"`
}

type jsonSchema struct {
	Name   string          `json:"name"`
	Strict bool            `json:"strict"`
	Schema json.RawMessage `json:"schema"`
}

// body writes a prompt as the wire wants it.
func (m *Model) body(p llm.Prompt) ([]byte, error) {
	q := request{Model: m.options.Model, Messages: p.Messages, Stream: true}
	if m.options.Fold {
		q.Messages = folded(p.Messages)
	}
	if m.takes("stream_options") && !m.without.Load() {
		q.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	if m.takes("temperature") {
		q.Temperature = m.options.Heat(p)
	}
	if m.takes("top_p") {
		q.TopP = m.options.TopP
	}
	switch {
	case !m.takes("max_tokens"):
	case m.endpoint.Limit == "max_completion_tokens" || m.renamed.Load():
		q.MaxCompletionTokens = m.options.Predict
	default:
		q.MaxTokens = m.options.Predict
	}
	if m.endpoint.Seed && m.takes("seed") {
		seed := uint32(p.Seed) & (1<<31 - 1) // llama.cpp keeps 32 bits, of which all set means a random one
		if m.endpoint.SeedKey == "random_seed" {
			q.RandomSeed = &seed
		} else {
			q.Seed = &seed
		}
	}
	if m.options.Schema == llm.Native && len(p.Schema) > 0 && m.takes("response_format") {
		q.ResponseFormat = &responseFormat{"json_schema", jsonSchema{"answer", true, p.Schema}}
	}
	var b bytes.Buffer
	b.Grow(p.Chars() + p.Chars()/8 + len(p.Schema) + 512)
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(q); err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	if more := m.endpoint.Think[m.options.Think]; more != "" {
		b.Truncate(b.Len() - len("}\n"))
		b.WriteString("," + more + "}")
	}
	return b.Bytes(), nil
}

// takes reports whether the server takes a field of the request.
func (m *Model) takes(field string) bool {
	return !slices.Contains(m.options.Omit, field) && !slices.Contains(m.endpoint.Omit, field)
}

// folded puts the system's text before the first message of the user.
func folded(messages []llm.Message) []llm.Message {
	if len(messages) < 2 || messages[0].Speaker != llm.System || messages[1].Speaker != llm.User {
		return messages
	}
	out := slices.Clone(messages[1:])
	out[0].Text = messages[0].Text + "\n\n" + out[0].Text
	return out
}

// post sends a prompt. The body of the response is open if there is no error.
func (m *Model) post(ctx context.Context, p llm.Prompt) (*http.Response, error) {
	for {
		sent := dialect{m.without.Load(), m.renamed.Load()}
		res, err := m.send(ctx, p)
		f, failed := llm.FailureOf(err)
		if !failed || !m.adapts(f, sent) {
			return res, err
		}
	}
}

// dialect is what was learnt of a server by the time that a call was sent.
type dialect struct{ without, renamed bool }

// adapts leaves out or renames a field that the server says it does not take, where the model is asked the same all the same. It is
// learnt once for all calls; those that were on their way meanwhile are sent again, too.
func (m *Model) adapts(f *llm.Failure, sent dialect) bool {
	if f.Status != http.StatusBadRequest && f.Status != http.StatusUnprocessableEntity {
		return false
	}
	words, learnt, fresh := f.Error(), "", false
	switch {
	case !sent.without && m.takes("stream_options") && strings.Contains(words, "stream_options"):
		learnt, fresh = "no stream_options", m.without.CompareAndSwap(false, true)
	case !sent.renamed && m.takes("max_tokens") && m.endpoint.Limit != "max_completion_tokens" &&
		strings.Contains(words, "max_completion_tokens"):
		learnt, fresh = "max_completion_tokens", m.renamed.CompareAndSwap(false, true)
	default:
		return false
	}
	if fresh && m.endpoint.Tell != nil {
		m.endpoint.Tell.Tell("dialect learnt", "server", m.endpoint.String(), "model", m.options.Model, "field", learnt)
	}
	return true
}

// wayOut is what to write into the spec where a server does not take a field and leaving it out would ask the model something else.
func (m *Model) wayOut(c complaint) string {
	words := strings.ToLower(c.words() + " " + string(c.Param))
	refuses := false
	for _, s := range []string{"unsupported", "not support", "unknown", "unrecognized", "extra", "not permitted", "unexpected", "invalid"} {
		refuses = refuses || strings.Contains(words, s)
	}
	if !refuses {
		return ""
	}
	for _, field := range llm.Omittable {
		if strings.Contains(words, field) && m.takes(field) {
			return "write omit=" + field + " into the spec to leave it out"
		}
	}
	if strings.Contains(words, "system") && (strings.Contains(words, "role") || strings.Contains(words, "message")) && !m.options.Fold {
		return "write system=fold into the spec for a model without a system role"
	}
	return ""
}

func (m *Model) send(ctx context.Context, p llm.Prompt) (*http.Response, error) {
	body, err := m.body(p)
	if err != nil {
		return nil, m.permanent(0, err)
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, m.endpoint.BaseURL+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return nil, m.permanent(0, err)
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Accept", "text/event-stream, application/json")
	return m.do(q)
}

// do sends a request and makes a failure of every answer that is none.
func (m *Model) do(q *http.Request) (*http.Response, error) {
	if m.endpoint.key != nil {
		q.Header.Set("Authorization", "Bearer "+m.endpoint.key())
	}
	res, err := m.client.Do(q)
	if err != nil {
		return nil, m.unreached(err)
	}
	if res.StatusCode/100 != 2 { // what a 202 or a 204 holds says whether it is an answer
		defer res.Body.Close()
		return nil, m.refused(res)
	}
	return res, nil
}
