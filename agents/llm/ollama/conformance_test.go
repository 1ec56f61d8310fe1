package ollama_test

import (
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/llm/ollama"
)

// The suite that every wire passes.
func TestConformance(t *testing.T) {
	llmtest.Conformance(t, llmtest.Wire{Framing: llmtest.Ollama, New: func(t testing.TB, url string, d llm.Deadlines) llm.Model {
		m, err := ollama.New(llm.Options{Model: "fake", Context: 8192, Predict: 512, Schema: llm.Native, Time: d}, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}})
}
