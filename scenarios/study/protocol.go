package study

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Protocol is what a batch's analysis was settled to be, before its first game.
type Protocol struct {
	Primary string `json:"primary"` // the metric that the question is asked of
	Exclude string `json:"exclude"` // none, or forfeits
	Games   int    `json:"games"`   // in all
	Design  string `json:"design"`  // hash of scenario, overrides and cells
	Hash    string `json:"hash"`    // SHA-256 over the four
}

// Digest is the SHA-256 over what was settled, as Hash holds it.
func (p Protocol) Digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%s\n", p.Primary, p.Exclude, p.Games, p.Design))
	return hex.EncodeToString(sum[:])
}

// CheckProtocol refuses to freeze what does not say what it is for, and a primary metric that there is not.
func (d *Design) CheckProtocol(isMetric func(name string) bool) error {
	switch {
	case d.Primary != "" && !isMetric(d.Primary):
		return mistake("primary: unknown metric %q (docs/metrics.md lists them)", d.Primary)
	case d.Frozen && d.Primary == "":
		return mistake("--freeze settles what a batch is for: name its primary metric in a design file (primary: traitors_win)")
	}
	return nil
}

// Opening is the manifest of a batch that has not begun: what was frozen; nothing where nothing was.
func (d *Design) Opening(program string, games int) ([]byte, error) {
	if !d.Frozen {
		return nil, nil
	}
	p := Protocol{Primary: d.Primary, Exclude: cmp.Or(d.Exclude, "none"), Games: games, Design: d.Hash}
	p.Hash = p.Digest()
	return json.Marshal(Manifest{Program: program, Engine: d.Engine, Scenario: d.Hash, Seed: d.Seed, Frozen: &p})
}
