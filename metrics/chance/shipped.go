package chance

import (
	_ "embed"
	"encoding/json"
	"sync"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

// The levels of the scenarios that ship, simulated when the program was made: make chance.
//
//go:generate go test -count 1 -run TestShipped . -update
//go:embed levels.json
var levelsJSON []byte

// entry is one scenario of levels.json.
type entry struct {
	Key    string                `json:"key"`
	Games  int                   `json:"games"`
	Levels map[string][2]float64 `json:"levels"` // mean and standard error
}

var shipped = sync.OnceValue(func() map[string]entry {
	var byName map[string]entry
	if err := json.Unmarshal(levelsJSON, &byName); err != nil {
		panic(err) // a test reads it
	}
	out := map[string]entry{}
	for _, e := range byName {
		out[e.Key] = e
	}
	return out
})

// Shipped are the simulated levels of rules that play like a scenario that ships.
func Shipped(r engine.Rules) (map[string]analysis.Level, bool) {
	e, ok := shipped()[Key(r)]
	return e.unpacked(), ok
}

func (e entry) unpacked() map[string]analysis.Level {
	out := map[string]analysis.Level{}
	for name, v := range e.Levels {
		out[name] = analysis.Level{Mean: v[0], SE: v[1]}
	}
	return out
}
