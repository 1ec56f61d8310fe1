package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/chance"
)

// chanceLevels are the metrics by chance: of scenarios that ship as they ship, else from the user's cache folder where they were simulated
// before. They follow from the rules and the program alone, so that a cache that can't be read or written only costs time. quiet shows no
// progress.
func (a *app) chanceLevels(ctx context.Context, quiet bool) analysis.Levels {
	return func(rules engine.Rules) (map[string]analysis.Level, error) {
		levels, ok := chance.Shipped(rules)
		file := chanceFile(rules)
		if !ok {
			levels, ok = keptLevels(file)
		}
		if !ok {
			games := chance.GamesOf(rules)
			tell, done := a.chanceProgress(games, quiet, time.Second)
			var err error
			levels, err = chance.Simulate(ctx, rules, games, tell)
			done()
			if err != nil {
				return nil, err
			}
			keepLevels(file, levels)
		}
		return analysis.WithExact(rules, levels), nil
	}
}

func keptLevels(file string) (levels map[string]analysis.Level, ok bool) {
	b, err := os.ReadFile(file)
	return levels, file != "" && err == nil && json.Unmarshal(b, &levels) == nil && len(levels) > 0
}

func keepLevels(file string, levels map[string]analysis.Level) {
	b, err := json.Marshal(levels)
	if err != nil || file == "" {
		return // a level that is no number is not kept
	}
	_ = writeFile(file, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// chanceProgress shows on a terminal how far a simulation is that takes longer than patience; done takes the line away.
func (a *app) chanceProgress(games int, quiet bool, patience time.Duration) (tell func(played int), done func()) {
	s, ok := a.err.(*screen)
	if !ok || quiet || !wantsColour(a.err) {
		return nil, func() {}
	}
	var mu sync.Mutex
	next := time.Now().Add(patience)
	return func(played int) {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		if now.Before(next) {
			return
		}
		next = now.Add(heartbeat)
		s.bottom.show(line([]shownPart{{1, "chance levels of these rules"}, {0, fmt.Sprintf("%d of %d random games", played, games)},
			{2, "kept for the next time"}}, widthOf(a.err, 200)-1))
	}, func() { s.bottom.show("") }
}

// chanceFile is named by all that the levels follow from; a program of another build has its own. Empty: there is no cache folder.
func chanceFile(rules engine.Rules) string {
	folder, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(chance.Key(rules) + engine.Version + build()))
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
