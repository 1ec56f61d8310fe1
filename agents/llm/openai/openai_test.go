package openai_test

import (
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/llm/openai"
)

// env is an environment for Preset.
func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func vllm(t testing.TB, url string, o llm.Options) *openai.Model {
	t.Helper()
	e, err := openai.Preset("vllm", env("VLLM_BASE_URL", url+"/v1"))
	if err != nil {
		t.Fatal(err)
	}
	return openai.New(o, e, nil)
}

func TestConformance(t *testing.T) {
	llmtest.Conformance(t, llmtest.Wire{
		Framing: llmtest.OpenAI,
		New: func(t testing.TB, url string, d llm.Deadlines) llm.Model {
			return vllm(t, url, llm.Options{Model: "fake", Predict: 100, Schema: llm.Native, Time: d})
		},
	})
}
