package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"turncoat/agents/llm/limits"
	"turncoat/engine/batch"
	"turncoat/memory"
)

// manifest is what a batch says of itself when it ends: what made it, and one digest over the seals of its games.
type manifest struct {
	Program  string `json:"program"`
	Engine   string `json:"engine"`
	Scenario string `json:"scenario"` // hash, overrides included
	Seed     uint64 `json:"seed"`
	Games    int    `json:"games"` // that the file held
	// Frozen is what was settled before the first game; nil: nothing was.
	Frozen *frozen `json:"frozen,omitempty"`
	Sealed int     `json:"sealed"` // of them, those that ended
	// Models are the digests of the models' weights by policy, when the batch was last begun and when it ended, where a server tells.
	Models      map[string]string `json:"models,omitempty"`
	ModelsAtEnd map[string]string `json:"models_at_end,omitempty"`
	Seals       string            `json:"seals"` // SHA-256 over index and seal of the sealed games, in order

	Cells    []manifestCell `json:"cells,omitempty"`
	Prompts  string         `json:"prompts,omitempty"` // hash of the prompt specification; of cells, each has its own
	Outcomes map[string]int `json:"outcomes"`          // games by status, and by winner of the finished ones
	// How the batch was last played: none of it changes what scripted players do.
	Began   string          `json:"began,omitempty"`
	Ended   string          `json:"ended,omitempty"`
	Options *manifestOption `json:"options,omitempty"`
	// The list prices that a limit on money went by, where a model sat at the table.
	PricesAsOf string                  `json:"prices_as_of,omitempty"`
	Prices     map[string]limits.Price `json:"prices,omitempty"`
}

// manifestCell names a condition and what it follows from.
type manifestCell struct {
	Name     string `json:"name"`
	Scenario string `json:"scenario"` // hash, overrides included
	Prompts  string `json:"prompts,omitempty"`
}

// manifestOption says how models were asked.
type manifestOption struct {
	Parallel      int     `json:"parallel"`
	Width         int     `json:"width,omitempty"`
	PerMinute     int     `json:"per_minute,omitempty"`
	MaxTokens     int     `json:"max_tokens,omitempty"`
	MaxGameTokens int     `json:"max_game_tokens,omitempty"`
	MaxCost       float64 `json:"max_cost_usd,omitempty"`
	MaxGameCost   float64 `json:"max_game_cost_usd,omitempty"`
}

// sealBatch makes the manifest of a batch as it stands in the file.
func sealBatch(ctx context.Context, store *memory.Store, b memory.Batch, d *design) (manifest, error) {
	m := manifest{Program: programVersion(), Engine: d.Engine, Scenario: d.Hash, Seed: b.Seed, Frozen: frozenIn(b), Outcomes: map[string]int{}, Began: b.Created, Ended: b.Ended}
	for _, c := range d.Cells {
		m.Cells = append(m.Cells, manifestCell{c.Name, c.Hash, c.promptHash()})
	}
	m.Prompts = d.promptHash()
	sum := sha256.New()
	var none [32]byte
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return m, err
		}
		m.Games++
		if m.Outcomes[g.Status]++; g.Status == string(batch.Finished) {
			m.Outcomes["won by "+g.Winner]++
		}
		if g.Seal != none {
			m.Sealed++
			fmt.Fprintf(sum, "%d %s\n", g.Index, g.Seal)
		}
	}
	m.Seals = hex.EncodeToString(sum.Sum(nil))
	return m, nil
}

// checkManifest compares a batch that has ended with its manifest.
func checkManifest(ctx context.Context, store *memory.Store, b memory.Batch) error {
	if len(b.Manifest) == 0 || b.Status == batchRunning {
		return nil // it never ended: killed, or still running
	}
	var kept manifest
	if err := json.Unmarshal(b.Manifest, &kept); err != nil {
		return fmt.Errorf("batch %s: its manifest: %w", b.Name, err)
	}
	d, err := decodeDesign(b.Design)
	if err != nil {
		return fmt.Errorf("batch %s: %w", b.Name, err)
	}
	now, err := sealBatch(ctx, store, b, d)
	if err != nil {
		return err
	}
	switch {
	case now.Seals != kept.Seals || now.Sealed != kept.Sealed || now.Games != kept.Games:
		return fmt.Errorf("batch %s: its manifest seals %d of %d games as %.12s, the file has %d of %d as %.12s: a game was added, removed or altered",
			b.Name, kept.Sealed, kept.Games, kept.Seals, now.Sealed, now.Games, now.Seals)
	case len(kept.Outcomes) > 0 && !maps.Equal(now.Outcomes, kept.Outcomes): // older manifests count none
		return fmt.Errorf("batch %s: its manifest counts %v, the file has %v", b.Name, kept.Outcomes, now.Outcomes)
	case !slices.Equal(now.Cells, kept.Cells) || now.Prompts != kept.Prompts && kept.Prompts != "":
		return fmt.Errorf("batch %s: its cells or prompts are not those that its manifest names", b.Name)
	case kept.Frozen != nil && kept.Frozen.Hash != kept.Frozen.digest():
		return fmt.Errorf("batch %s: what was frozen before its first game was altered", b.Name)
	case d.Frozen != (kept.Frozen != nil):
		return fmt.Errorf("batch %s: its design and its manifest do not agree on whether it was frozen", b.Name)
	case now.Scenario != kept.Scenario || now.Seed != kept.Seed:
		return fmt.Errorf("batch %s: its design is not the one that its manifest names", b.Name)
	}
	return nil
}
