package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"turncoat/memory"
	"turncoat/metrics"
)

// frozen is what a batch's analysis was settled to be, before its first game.
type frozen struct {
	Primary string `json:"primary"` // the metric that the question is asked of
	Exclude string `json:"exclude"` // none, or forfeits
	Games   int    `json:"games"`   // in all
	Design  string `json:"design"`  // hash of scenario, overrides and cells
	Hash    string `json:"hash"`    // SHA-256 over the four
}

func (f frozen) digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%s\n", f.Primary, f.Exclude, f.Games, f.Design))
	return hex.EncodeToString(sum[:])
}

// checkFreeze refuses to freeze what does not say what it is for.
func (d *design) checkFreeze() error {
	if d.Primary != "" {
		if _, ok := metrics.Find(d.Primary); !ok {
			return usage(fmt.Errorf("primary: unknown metric %q (docs/metrics.md lists them)", d.Primary))
		}
	}
	if d.Frozen && d.Primary == "" {
		return usage(errors.New("--freeze settles what a batch is for: name its primary metric in a design file (primary: traitors_win)"))
	}
	return nil
}

// protocol is the manifest of a batch that has not begun: what was frozen, or nothing.
func (d *design) protocol(games int) ([]byte, error) {
	if !d.Frozen {
		return nil, nil
	}
	f := frozen{Primary: d.Primary, Exclude: d.Exclude, Games: games, Design: d.Hash}
	if f.Exclude == "" {
		f.Exclude = "none"
	}
	f.Hash = f.digest()
	return json.Marshal(manifest{Program: programVersion(), Engine: d.Engine, Scenario: d.Hash, Seed: d.Seed, Frozen: &f})
}

// manifestIn is a batch's manifest; empty where there is none that can be read, as in a batch that never ended.
func manifestIn(b memory.Batch) (m manifest) {
	if json.Unmarshal(b.Manifest, &m) != nil {
		return manifest{}
	}
	return m
}

// frozenIn is what a batch's manifest says was frozen; nil: nothing.
func frozenIn(b memory.Batch) *frozen { return manifestIn(b).Frozen }
