package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

// chanceLevels are the metrics under random play of the rules, from the user's cache folder where they were simulated before. They
// follow from the rules and the program alone, so that a cache that can't be read or written only costs time.
func chanceLevels(rules engine.Rules) (map[string]float64, error) {
	file := chanceFile(rules)
	if b, err := os.ReadFile(file); file != "" && err == nil {
		var levels map[string]float64
		if json.Unmarshal(b, &levels) == nil && len(levels) > 0 {
			return levels, nil
		}
	}
	levels, err := analysis.ChanceLevels(rules, chanceGames)
	if err != nil || file == "" {
		return levels, err
	}
	if b, err := json.Marshal(levels); err == nil { // a level that is no number is not kept
		_ = writeFile(file, func(w io.Writer) error {
			_, err := w.Write(b)
			return err
		})
	}
	return levels, nil
}

// chanceFile is named by all that the levels follow from; a program of another build has its own. Empty: there is no cache folder.
func chanceFile(rules engine.Rules) string {
	folder, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	b, err := json.Marshal(rules)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(append(b, engine.Version+build()...))
	return filepath.Join(folder, "turncoat", "chance", hex.EncodeToString(sum[:16])+".json")
}

// build names this build of the program: its version, and its file by size and time, which is quicker than its digest.
func build() string {
	version := recordedVersion()
	if exe, err := os.Executable(); err == nil {
		if info, err := os.Stat(exe); err == nil {
			version += fmt.Sprint(info.Size(), info.ModTime().UnixNano())
		}
	}
	return version
}
