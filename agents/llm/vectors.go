package llm

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"sync"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory/recall"
)

// Embedder turns texts into vectors, one each. It is safe for concurrent use.
type Embedder interface {
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}

// Vector is the embedding of a text, as it is kept: components from −127 to 127, so that what follows from it is the same on
// every processor.
type Vector struct {
	Digest     [32]byte // SHA-256 of the text
	Components []int8
}

// VectorArchive keeps the vectors of one game.
type VectorArchive interface {
	Vectors(ctx context.Context) ([]Vector, error)
	// KeepVectors returns when they are on disk.
	KeepVectors(ctx context.Context, vectors []Vector) error
}

// Vectors are the embeddings of a game's notes and queries. All seats share them: a vector follows from its text alone.
type Vectors struct {
	Model   Embedder // nil: what is not kept can't be had, as in a replay
	Archive VectorArchive

	mu     sync.Mutex
	loaded bool
	have   map[[32]byte][]int8
}

// For gives the vectors of what a seat could recall for a request; texts that have none yet are embedded, and kept before they are
// used. Without Vectors it gives nil.
func (v *Vectors) For(ctx context.Context, seen engine.Observation, asked engine.Request) (func(string) []int8, error) {
	if v == nil || rulesOf(seen).Memory.Filled().Recall != recall.Retrieve {
		return nil, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.load(ctx); err != nil {
		return nil, err
	}
	var missing []string
	told := map[[32]byte]bool{}
	for _, text := range recall.Texts(seen, asked) {
		if d := sha256.Sum256([]byte(text)); v.have[d] == nil && !told[d] {
			told[d] = true
			missing = append(missing, text)
		}
	}
	if err := v.embed(ctx, missing); err != nil {
		return nil, err
	}
	have := map[[32]byte][]int8{}
	for d, c := range v.have {
		have[d] = c
	}
	return func(text string) []int8 { return have[sha256.Sum256([]byte(text))] }, nil
}

func (v *Vectors) load(ctx context.Context) error {
	if v.loaded {
		return nil
	}
	kept, err := v.Archive.Vectors(ctx)
	if err != nil {
		return err
	}
	v.loaded, v.have = true, map[[32]byte][]int8{}
	for _, k := range kept {
		v.have[k.Digest] = k.Components
	}
	return nil
}

func (v *Vectors) embed(ctx context.Context, missing []string) error {
	switch {
	case len(missing) == 0:
		return nil
	case v.Model == nil:
		return fmt.Errorf("%w: %d texts have no stored embedding", ErrDeparts, len(missing))
	}
	raw, err := v.Model.Embed(ctx, missing)
	if err != nil {
		return err
	}
	if len(raw) != len(missing) {
		return fmt.Errorf("embed %d texts: %d vectors came", len(missing), len(raw))
	}
	vectors := make([]Vector, len(raw))
	for i, text := range missing {
		if vectors[i], err = quantised(text, raw[i]); err != nil {
			return err
		}
	}
	if err := v.Archive.KeepVectors(context.WithoutCancel(ctx), vectors); err != nil {
		return err
	}
	for _, k := range vectors {
		v.have[k.Digest] = k.Components
	}
	return nil
}

// quantised scales a vector so that its largest component is ±127.
func quantised(text string, raw []float32) (Vector, error) {
	v := Vector{Digest: sha256.Sum256([]byte(text)), Components: make([]int8, len(raw))}
	most := 0.0
	for _, x := range raw {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return v, fmt.Errorf("an embedding holds %v", x)
		}
		most = max(most, math.Abs(float64(x)))
	}
	if most == 0 {
		return v, fmt.Errorf("an embedding of %d components is empty", len(raw))
	}
	for i, x := range raw {
		v.Components[i] = int8(math.Round(float64(x) / most * 127))
	}
	return v, nil
}
