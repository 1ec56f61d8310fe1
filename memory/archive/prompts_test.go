package archive_test

import (
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// A log that was sealed anew may have an answer without calls: that is an error, not the end of the program.
func TestPromptsOfNoCalls(t *testing.T) {
	if _, err := archive.Prompts(t.Context(), llm.PromptSpec{}, nil, nil, nil); err == nil {
		t.Error("prompts are built of no calls")
	}
}
