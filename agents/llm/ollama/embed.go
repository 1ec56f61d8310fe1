package ollama

import (
	"context"
	"fmt"

	"github.com/ollama/ollama/api"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// Embedding is a model of the server that embeds texts.
type Embedding struct {
	client *Client
	model  string
}

var _ llm.Embedder = Embedding{}

// Embedding names the model that embeds; nothing is asked.
func (c *Client) Embedding(model string) Embedding { return Embedding{c, model} }

// Embed implements llm.Embedder over /api/embed. A text that is too long for the model is an error and not cut.
func (e Embedding) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	whole := false
	got, err := e.client.api.Embed(ctx, &api.EmbedRequest{Model: e.model, Input: texts, Truncate: &whole,
		KeepAlive: &api.Duration{Duration: keepAlive}})
	if err != nil {
		return nil, fmt.Errorf("embed by %s: %w", e.model, e.client.explain(err, e.model))
	}
	if len(got.Embeddings) != len(texts) {
		return nil, fmt.Errorf("embed by %s: %d vectors for %d texts", e.model, len(got.Embeddings), len(texts))
	}
	return got.Embeddings, nil
}
