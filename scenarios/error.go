package scenarios

import (
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/engine/plain"
)

// fileError is a mistake in a scenario file. Line and Column count from 1.
type fileError struct {
	File         string
	Line, Column int
	Detail       string
	Source       string // the line of the file
}

// fileError gives the place, what is wrong, and the line with a mark under it.
func (e *fileError) Error() string {
	head := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Detail)
	if strings.TrimSpace(e.Source) == "" {
		return head
	}
	mark := strings.Repeat(" ", max(0, e.Column-1)) + "^"
	return fmt.Sprintf("%s\n%5d | %s\n      | %s", head, e.Line, strings.ReplaceAll(e.Source, "\t", " "), mark)
}

// longestSource bounds the line that a message repeats.
const longestSource = 120

func sourceLine(src []byte, line int) string {
	for range line - 1 {
		_, rest, _ := strings.Cut(string(src), "\n")
		src = []byte(rest)
	}
	text, _, _ := strings.Cut(string(src), "\n")
	text = strings.ToValidUTF8(strings.TrimRight(text, "\r"), "?")
	if r := []rune(text); len(r) > longestSource {
		return plain.Shown(string(r[:longestSource])) + "…"
	}
	return plain.Shown(text)
}
