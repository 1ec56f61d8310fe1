package engine

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

// Every fuzz target of the repository has a kept corpus, which every run of its tests goes through, and every corpus has a target.
// make fuzz finds the targets as this does; what it finds worth keeping is copied from the cache of go env GOCACHE.
func TestEveryFuzzTargetHasACorpus(t *testing.T) {
	targets := map[string]bool{}
	corpora := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.Contains(filepath.ToSlash(path), "/testdata/fuzz/") {
			corpora[path] = true
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		for _, m := range fuzzTarget.FindAllStringSubmatch(string(src), -1) {
			targets[filepath.Join(filepath.Dir(path), "testdata", "fuzz", m[1])] = true
		}
		return err
	})
	if err != nil || len(targets) < 8 {
		t.Fatalf("%d targets, %v", len(targets), err)
	}
	for dir := range targets {
		if kept, _ := filepath.Glob(dir + "/*"); len(kept) < 3 {
			t.Errorf("%s keeps %d inputs: make fuzz, and copy the smallest", dir, len(kept))
		}
		delete(corpora, dir)
	}
	for dir := range corpora {
		t.Errorf("%s is the corpus of no target", dir)
	}
}
