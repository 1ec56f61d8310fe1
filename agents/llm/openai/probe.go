package openai

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"turncoat/agents/llm"
	"turncoat/engine"
)

// listWithin bounds the call for the list of models.
const listWithin = 30 * time.Second

// Models are the names that the server lists, in its order. The error is a *llm.Failure or that of the context.
func (m *Model) Models(ctx context.Context) ([]string, error) {
	late := &llm.Failure{Cause: engine.CauseTimeout, Retry: true, Parks: true, Err: fmt.Errorf("%v: no list of models within %v", m.endpoint, listWithin)}
	ctx, cancel := context.WithTimeoutCause(ctx, listWithin, late)
	defer cancel()
	names, err := m.list(ctx)
	if err == nil {
		return names, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if f, ok := llm.FailureOf(err); ok {
		return nil, f
	}
	return nil, &llm.Failure{Cause: engine.CauseProvider, Retry: true, Parks: true, Err: m.clean(err)}
}

func (m *Model) list(ctx context.Context) ([]string, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, m.endpoint.BaseURL+"/models", nil)
	if err != nil {
		return nil, m.permanent(0, err)
	}
	res, err := m.do(q)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxLine))
	if err != nil {
		return nil, err
	}
	if isHTML(res.Header) || bytes.HasPrefix(bytes.TrimSpace(b), []byte("<")) {
		return nil, m.html(res.StatusCode)
	}
	return named(b)
}

// named reads {"data":[{"id":…}]}, or the array alone as Together sends it.
func named(b []byte) ([]string, error) {
	type entry struct {
		ID string `json:"id"`
	}
	var framed struct {
		Data []entry `json:"data"`
	}
	err := json.Unmarshal(b, &framed)
	if err != nil {
		err = json.Unmarshal(b, &framed.Data)
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of models: %w", err)
	}
	out := make([]string, len(framed.Data))
	for i, e := range framed.Data {
		out[i] = e.ID
	}
	return out, nil
}

// Limits are what the server tells of itself, as far as it does: vLLM and llama.cpp in the list of models, llama.cpp its slots in /props.
func (m *Model) Limits(ctx context.Context) (l llm.ServerLimits) {
	var list struct {
		Data []struct {
			ID     word  `json:"id"`
			Length count `json:"max_model_len"`
			Window count `json:"context_length"` // OpenRouter, LM Studio
			Meta   struct {
				Context count `json:"n_ctx"`
			} `json:"meta"`
		} `json:"data"`
	}
	if m.get(ctx, m.endpoint.BaseURL+"/models", &list) == nil {
		for _, one := range list.Data {
			if string(one.ID) == m.options.Model || len(list.Data) == 1 {
				l.Context = int(cmp.Or(one.Length, one.Meta.Context, one.Window))
			}
		}
	}
	if m.endpoint.Name != "llamacpp" {
		return l
	}
	var props struct {
		Slots count `json:"total_slots"`
		Each  struct {
			Context count `json:"n_ctx"` // of one slot
		} `json:"default_generation_settings"`
	}
	if m.get(ctx, strings.TrimSuffix(m.endpoint.BaseURL, "/v1")+"/props", &props) == nil {
		l.Slots, l.Context = int(props.Slots), int(cmp.Or(props.Each.Context, count(l.Context)))
	}
	return l
}

// get reads a JSON document of the server.
func (m *Model) get(ctx context.Context, address string, into any) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := m.do(q)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return json.NewDecoder(io.LimitReader(res.Body, maxLine)).Decode(into)
}

// Probe is what was found out about a model and its server before a batch begins.
type Probe struct {
	Models  []string // that the server lists
	Listed  bool     // the model is among them
	Schema  Schema   // what becomes of a schema
	Call    llm.Completion
	Remarks []string // what went wrong without being the end of it
}

// Schema is what a server does with a schema that goes with a request.
type Schema string

// What servers do with a schema.
const (
	Obeyed    Schema = "obeyed"
	Ignored   Schema = "ignored" // the reply did not fit; llm.PromptOnly is the mode for it
	Forbidden Schema = "refused" // the request was refused for it; likewise
)

// The probe asks for prose under a schema that the prompt says nothing of: a reply that fits is the server's doing. The limit
// and the thinking are those of the options.
var probe = llm.Prompt{
	Messages: []llm.Message{{Speaker: llm.User, Text: "Say good morning in one short sentence."}},
	Schema:   json.RawMessage(`{"type":"object","properties":{"colour":{"type":"string","enum":["blue","green"]}},"required":["colour"],"additionalProperties":false}`),
	Seed:     1,
}

// Probe asks for the list of models and makes one timed call with a schema, and another one without where the schema is what
// was refused. It gives an error if the server can't be reached or no call came through; a server without a list, or whose
// list lacks the model, is remarked upon.
func (m *Model) Probe(ctx context.Context) (Probe, error) {
	var p Probe
	names, err := m.Models(ctx)
	if f, ok := llm.FailureOf(err); err != nil && (!ok || f.Status == 0) {
		return p, fmt.Errorf("probe %s: %w", m.options.Model, err)
	}
	p.Models = names
	p.Listed = slices.ContainsFunc(names, func(id string) bool {
		return strings.TrimPrefix(id, "models/") == strings.TrimPrefix(m.options.Model, "models/") // Gemini's prefix
	})
	switch {
	case err != nil:
		p.Remarks = append(p.Remarks, "no list of models: "+err.Error())
	case !p.Listed:
		p.Remarks = append(p.Remarks, fmt.Sprintf("model %q is not among the %d that %v lists", m.options.Model, len(names), m.endpoint))
	}
	p.Call, err = m.complete(ctx, probe, llm.Native)
	if f, ok := llm.FailureOf(err); ok && (f.Status == http.StatusBadRequest || f.Status == http.StatusUnprocessableEntity) {
		p.Schema = Forbidden
		p.Remarks = append(p.Remarks, "with a schema: "+err.Error())
		p.Call, err = m.complete(ctx, probe, llm.PromptOnly)
	} else if err == nil {
		p.Schema = obeyed(p.Call.Text)
	}
	if err != nil {
		return p, fmt.Errorf("probe %s: %w", m.options.Model, err)
	}
	return p, nil
}

func obeyed(text string) Schema {
	var got map[string]any
	if json.Unmarshal([]byte(text), &got) == nil && len(got) == 1 && (got["colour"] == "blue" || got["colour"] == "green") {
		return Obeyed
	}
	return Ignored
}
