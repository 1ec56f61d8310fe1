package study

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// Manifest is what a batch says of itself when it ends: what made it, and one digest over the seals of its games.
type Manifest struct {
	Program  string `json:"program"`
	Engine   string `json:"engine"`
	Scenario string `json:"scenario"` // hash, overrides included
	Seed     uint64 `json:"seed"`
	Games    int    `json:"games"` // that the file held
	// Frozen is what was settled before the first game; nil: nothing was.
	Frozen *Protocol `json:"frozen,omitempty"`
	Sealed int       `json:"sealed"` // of them, those that ended
	// Models are the digests of the models' weights by policy, when the batch was last begun and when it ended, where a server tells.
	Models      map[string]string `json:"models,omitempty"`
	ModelsAtEnd map[string]string `json:"models_at_end,omitempty"`
	Seals       string            `json:"seals"` // SHA-256 over index and seal of the sealed games, in order

	Cells    []ManifestCell `json:"cells,omitempty"`
	Prompts  string         `json:"prompts,omitempty"` // hash of the prompt specification; of cells, each has its own
	Outcomes map[string]int `json:"outcomes"`          // games by status, and by winner of the finished ones
	// How the batch was last played: none of it changes what scripted players do.
	Began   string   `json:"began,omitempty"`
	Ended   string   `json:"ended,omitempty"`
	Options *Options `json:"options,omitempty"`
	// The list prices that a limit on money went by, where a model sat at the table.
	PricesAsOf string           `json:"prices_as_of,omitempty"`
	Prices     map[string]Price `json:"prices,omitempty"`
}

// ManifestCell names a condition and what it follows from.
type ManifestCell struct {
	Name     string `json:"name"`
	Scenario string `json:"scenario"` // hash, overrides included
	Prompts  string `json:"prompts,omitempty"`
}

// Options say how models were asked.
type Options struct {
	Parallel      int     `json:"parallel"`
	Width         int     `json:"width,omitempty"`
	PerMinute     int     `json:"per_minute,omitempty"`
	MaxTokens     int     `json:"max_tokens,omitempty"`
	MaxGameTokens int     `json:"max_game_tokens,omitempty"`
	MaxCost       float64 `json:"max_cost_usd,omitempty"`
	MaxGameCost   float64 `json:"max_game_cost_usd,omitempty"`
}

// Price is a model's list price, in US dollars for a million tokens.
type Price struct {
	Model  string  `json:"model"` // PROVIDER/MODEL
	Input  float64 `json:"input"`
	Cached float64 `json:"cached"`
	Output float64 `json:"output"`
}

// Played is what a manifest covers of a game.
type Played struct {
	Index  int
	Status batch.Status
	Winner string     // of a finished one
	Seal   codec.Hash // zero: it has not ended
}

// ParseManifest reads a manifest.
func ParseManifest(kept []byte) (m Manifest, err error) {
	err = json.Unmarshal(kept, &m)
	return m, err
}

// ReadManifest is ParseManifest, and empty where there is none that can be read, as in a batch that never ended.
func ReadManifest(kept []byte) Manifest {
	m, err := ParseManifest(kept)
	if err != nil {
		return Manifest{}
	}
	return m
}

// Seal makes the manifest of a batch as its games stand, in the order of their index. before is what the batch has said of itself up
// to now, of which what was frozen stays.
func (d *Design) Seal(program string, before Manifest, games iter.Seq2[Played, error]) (Manifest, error) {
	m := Manifest{Program: program, Engine: d.Engine, Scenario: d.Hash, Seed: d.Seed, Frozen: before.Frozen, Outcomes: map[string]int{},
		Prompts: d.Prompts.Hash()}
	for _, c := range d.Cells {
		m.Cells = append(m.Cells, ManifestCell{c.Name, c.Hash, c.Prompts.Hash()})
	}
	sum := sha256.New()
	for g, err := range games {
		if err != nil {
			return m, err
		}
		m.Games++
		if m.Outcomes[string(g.Status)]++; g.Status == batch.Finished {
			m.Outcomes["won by "+g.Winner]++
		}
		if g.Seal != (codec.Hash{}) {
			m.Sealed++
			fmt.Fprintf(sum, "%d %s\n", g.Index, g.Seal)
		}
	}
	m.Seals = hex.EncodeToString(sum.Sum(nil))
	return m, nil
}

// Match holds the manifest that a batch ended with against one made now.
func (d *Design) Match(kept, now Manifest) error {
	switch {
	case now.Seals != kept.Seals || now.Sealed != kept.Sealed || now.Games != kept.Games:
		return fmt.Errorf("its manifest seals %d of %d games as %.12s, the file has %d of %d as %.12s: a game was added, removed or "+
			"altered",
			kept.Sealed, kept.Games, kept.Seals, now.Sealed, now.Games, now.Seals)
	case len(kept.Outcomes) > 0 && !maps.Equal(now.Outcomes, kept.Outcomes): // older manifests count none
		return fmt.Errorf("its manifest counts %v, the file has %v", kept.Outcomes, now.Outcomes)
	case !slices.Equal(now.Cells, kept.Cells) || now.Prompts != kept.Prompts && kept.Prompts != "":
		return errors.New("its cells or prompts are not those that its manifest names")
	case kept.Frozen != nil && kept.Frozen.Hash != kept.Frozen.Digest():
		return errors.New("what was frozen before its first game was altered")
	case d.Frozen != (kept.Frozen != nil):
		return errors.New("its design and its manifest do not agree on whether it was frozen")
	case now.Scenario != kept.Scenario || now.Seed != kept.Seed:
		return errors.New("its design is not the one that its manifest names")
	}
	return nil
}
