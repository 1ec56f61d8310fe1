package archive

import (
	"context"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/memory"
)

// Vectors implements llm.VectorArchive.
func (a *calls) Vectors(ctx context.Context) ([]llm.Vector, error) {
	log, err := a.log()
	if err != nil {
		return nil, err
	}
	return storedVectors{a.games.store, log.Game().Key}.Vectors(ctx)
}

// KeepVectors implements llm.VectorArchive.
func (a *calls) KeepVectors(ctx context.Context, vectors []llm.Vector) error {
	log, err := a.log()
	if err != nil {
		return err
	}
	rows := make([]memory.Vector, len(vectors))
	for i, v := range vectors {
		rows[i] = memory.Vector{Digest: v.Digest, Components: make([]byte, len(v.Components))}
		for k, c := range v.Components {
			rows[i].Components[k] = byte(c)
		}
	}
	return a.games.store.KeepVectors(ctx, log.Game().Key, rows)
}

// storedVectors are those of a stored game, to build its prompts again; nothing is added to them.
type storedVectors struct {
	store *memory.Store
	game  int64
}

// Vectors implements llm.VectorArchive.
func (s storedVectors) Vectors(ctx context.Context) ([]llm.Vector, error) {
	rows, err := s.store.Vectors(ctx, s.game)
	out := make([]llm.Vector, len(rows))
	for i, r := range rows {
		out[i] = llm.Vector{Digest: r.Digest, Components: make([]int8, len(r.Components))}
		for k, c := range r.Components {
			out[i].Components[k] = int8(c)
		}
	}
	return out, err
}

// KeepVectors implements llm.VectorArchive.
func (storedVectors) KeepVectors(context.Context, []llm.Vector) error { return nil }

// Embeddings are those of a stored game whose prompts name a model for them; nil otherwise.
func Embeddings(spec llm.PromptSpec, store *memory.Store, game int64) *llm.Vectors {
	if spec.Embed == "" {
		return nil
	}
	return &llm.Vectors{Archive: storedVectors{store, game}}
}
