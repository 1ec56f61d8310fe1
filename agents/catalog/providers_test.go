package catalog

import (
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// What every provider can do stands in its row: only a digest and embeddings may be missing.
func TestRowsOfProvidersAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range providers {
		if p.name == "" || seen[p.name] || p.width < 1 || p.schema != llm.Native && p.schema != llm.PromptOnly ||
			p.bounds && p.schema != llm.Native {
			t.Errorf("%+v", p)
		}
		seen[p.name] = true
		if p.sought == nil || p.server == nil || p.open == nil || p.learn == nil || p.list == nil || p.probe == nil {
			t.Errorf("%s lacks a function", p.name)
		}
	}
}
