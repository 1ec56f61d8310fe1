package llm

import (
	"strings"

	"turncoat/engine/narrate"
)

// Words makes one line of what a server or a model says, with nothing in it that a terminal would obey.
func Words(s string) string { return strings.Join(strings.Fields(narrate.Clean(s)), " ") }
