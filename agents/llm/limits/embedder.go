package limits

import (
	"context"
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

// Embedder decorates a model of this server that embeds: its calls wait in the same queue, are retried and break as all others do, and
// one ends after the total deadline. There is no reply to forfeit: what fails for good is an error, which parks the game.
func (e *Endpoint) Embedder(inner llm.Embedder, time llm.Deadlines) llm.Embedder {
	return &embedder{e, inner, time}
}

type embedder struct {
	endpoint *Endpoint
	inner    llm.Embedder
	time     llm.Deadlines
}

// embedding is one call as the endpoint knows them.
type embedding func(ctx context.Context) error

// Complete implements llm.Model.
func (f embedding) Complete(ctx context.Context, _ llm.Prompt) (llm.Completion, error) {
	return llm.Completion{}, f(ctx)
}

// Embed implements llm.Embedder.
func (m *embedder) Embed(ctx context.Context, texts []string) (out [][]float32, err error) {
	c, err := m.endpoint.Model(embedding(func(ctx context.Context) (err error) {
		if m.time.Total > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, m.time.Total)
			defer cancel()
		}
		out, err = m.inner.Embed(ctx, texts)
		if errors.Is(err, context.DeadlineExceeded) {
			err = &llm.Failure{Cause: engine.CauseTimeout, Retry: true, Parks: true,
				Err: fmt.Errorf("no embedding came within %v", m.time.Total)}
		}
		return err
	})).Complete(ctx, llm.Prompt{Caller: llm.Caller{Game: "embed"}})
	switch {
	case err != nil:
		return nil, err
	case c.Failure != engine.CauseNone:
		return nil, fmt.Errorf("%s: embed %d texts: %s", m.endpoint.options.Name, len(texts), c.Detail)
	}
	return out, nil
}
