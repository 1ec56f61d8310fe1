package openai

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

// listWithin bounds the call for the list of models.
const listWithin = 30 * time.Second

// Models are the names that the server lists, in its order. The error is a *llm.Failure or that of the context.
func (m *Model) Models(ctx context.Context) ([]string, error) {
	served, err := m.Served(ctx)
	var names []string
	for _, one := range served {
		names = append(names, one.Name)
	}
	return names, err
}

// Served are the models that the server lists, in its order, with the other names that they answer to. The error is that of Models.
func (m *Model) Served(ctx context.Context) ([]llm.Served, error) {
	late := &llm.Failure{Cause: engine.CauseTimeout, Retry: true, Parks: true,
		Err: fmt.Errorf("%v: no list of models within %v", m.endpoint, listWithin)}
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

func (m *Model) list(ctx context.Context) ([]llm.Served, error) {
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

// named reads {"data":[{"id":…}]}, or the array alone as Together sends it. Aliases are llama.cpp's.
func named(b []byte) ([]llm.Served, error) {
	type entry struct {
		ID      string   `json:"id"`
		Aliases []string `json:"aliases"`
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
	out := make([]llm.Served, len(framed.Data))
	for i, e := range framed.Data {
		out[i] = llm.Served{Name: e.ID, Aliases: e.Aliases}
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
	if !m.endpoint.Slotted {
		return l
	}
	var props struct {
		Slots count `json:"total_slots"`
		Each  struct {
			Context count `json:"n_ctx"` // of one slot
		} `json:"default_generation_settings"`
	}
	// of a router, which has slots for each of its models; a server of one model doesn't look
	which := "?model=" + url.QueryEscape(m.options.Model)
	if m.get(ctx, strings.TrimSuffix(m.endpoint.BaseURL, "/v1")+"/props"+which, &props) == nil {
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
