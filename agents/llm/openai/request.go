package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"turncoat/agents/llm"
)

// request is the body of a call.
type request struct {
	Model               string          `json:"model"`
	Messages            []llm.Message   `json:"messages"`
	Stream              bool            `json:"stream"`
	StreamOptions       streamOptions   `json:"stream_options"`
	Temperature         *float64        `json:"temperature,omitempty"`
	TopP                *float64        `json:"top_p,omitempty"`
	MaxTokens           int             `json:"max_tokens,omitempty"`
	MaxCompletionTokens int             `json:"max_completion_tokens,omitempty"`
	Seed                *uint32         `json:"seed,omitempty"`
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
func (m *Model) body(p llm.Prompt, mode llm.Mode) ([]byte, error) {
	q := request{
		Model: m.options.Model, Messages: p.Messages,
		Stream: true, StreamOptions: streamOptions{IncludeUsage: true},
		Temperature: m.options.Temperature, TopP: m.options.TopP,
	}
	if m.endpoint.Limit == "max_completion_tokens" {
		q.MaxCompletionTokens = m.options.Predict
	} else {
		q.MaxTokens = m.options.Predict
	}
	if m.endpoint.Seed {
		seed := uint32(p.Seed) & (1<<31 - 1) // llama.cpp keeps 32 bits, of which all set means a random one
		q.Seed = &seed
	}
	if mode == llm.Native && len(p.Schema) > 0 {
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

// post sends a prompt. The body of the response is open if there is no error.
func (m *Model) post(ctx context.Context, p llm.Prompt, mode llm.Mode) (*http.Response, error) {
	body, err := m.body(p, mode)
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
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		return nil, m.refused(res)
	}
	return res, nil
}
