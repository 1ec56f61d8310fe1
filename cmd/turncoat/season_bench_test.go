package main

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A season of 50 games of 10 players who write notes and retrieve them, in a process of its own: its time and its peak memory.
func BenchmarkSeason(b *testing.B) {
	var peak int64
	for b.Loop() {
		cmd := turncoat(b, "run", "classic", "--season", "50", "--seed", "1", "--set", "memory.reflect=banishment,end", "--set",
			"memory.recall=retrieve",
			"--db", filepath.Join(b.TempDir(), "s.db"), "--quiet")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, use.Maxrss)
		}
	}
	b.ReportMetric(float64(peak)/1024, "MiB-peak")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/season")
}
