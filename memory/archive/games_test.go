package archive

import (
	"path/filepath"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/batch/batchtest"
	"github.com/turncoat-sim/turncoat/memory"
)

// The file passes the suite of stores: every process opens it anew.
func TestConformance(t *testing.T) {
	files := map[string]*memory.Store{}
	batchtest.Conform(t, func(t *testing.T) batch.Store {
		before := files[t.Name()]
		path := filepath.Join(t.TempDir(), "games.db")
		if before != nil {
			path = before.Path()
			if err := before.Close(); err != nil {
				t.Fatal(err)
			}
		}
		store, err := memory.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		b := memory.Batch{Name: "suite", Scenario: "suite", Games: batchtest.Games, Status: Running}
		if before == nil {
			b, err = store.CreateBatch(t.Context(), b)
		} else if _, err = store.Take(t.Context(), "suite"); err == nil {
			b, err = store.BatchNamed(t.Context(), "suite")
		}
		if err != nil {
			t.Fatal(err)
		}
		games, err := GamesOf(t.Context(), store, b, 0, llm.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if files[t.Name()] = store; before == nil {
			t.Cleanup(func() { _ = files[t.Name()].Close() })
		}
		return games
	})
}
