package catalog

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
)

// An address with a secret in it, or a key in the place of a variable's name, is refused without being shown, whatever else is wrong.
func TestSecretsAreNotShown(t *testing.T) {
	for _, spec := range []string{
		"vllm/m?base_url=http://user:hunter2@h/v1", "vllm/m?base_url=http://h/v1?key=hunter2", "vllm/m?base_url=http://h/v1#hunter2",
		"ollama/m?base_url=http://hunter2@h",
		"openai/m?key_env=sk-hunter2", "vllm/m?base_url=http://u:hunter2@h/v1&nonsense=1",
		"vllm/m?base_url=http://u:hunter2@h/v1&nonsense", "nobody/m?base_url=http://u:hunter2@h/v1",
		"vllm/?base_url=http://u:hunter2@h/v1", "vllm/m?base_url=http://u:hunter2@h/v1&base_url=http://u:hunter2@h/v1",
		"vllm/a b?key_env=hunter2",
	} {
		if err := Check(agents.PolicyOf(spec)); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", spec, err)
		}
	}
	for _, spec := range []string{"vllm/m?base_url=http://127.0.0.1:9000/v1&key_env=LAB_KEY", "ollama/m?base_url=http://gpu-1:11434",
		"vllm/m?omit=seed,temperature&system=fold", "mistral/small"} {
		if err := Check(agents.PolicyOf(spec)); err != nil {
			t.Errorf("%s: %v", spec, err)
		}
	}
}

func policies(specs ...string) (out []agents.Policy) {
	for _, spec := range specs {
		out = append(out, agents.PolicyOf(spec))
	}
	return out
}

// Two specs at one address share a queue; two addresses have one each.
func TestServersByAddress(t *testing.T) {
	s := &Servers{Getenv: func(string) string { return "" }, Width: 3}
	specs := policies("vllm/a?base_url=http://127.0.0.1:1/v1", "vllm/b?base_url=http://127.0.0.1:1/v1",
		"vllm/a?base_url=http://127.0.0.1:2/v1", "ollama/a", "ollama/b?base_url=http://10.0.0.7:11434")
	for _, spec := range specs {
		if _, err := s.Model(spec); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.endpoints) != 4 || s.WidthFor(specs) != 12 {
		t.Errorf("%d queues, width %d", len(s.endpoints), s.WidthFor(specs))
	}
	if !s.Local(specs[:4]) || s.Local(specs) || s.Local(policies("openai/x")) {
		t.Error("which servers are on this machine")
	}
}
