package memory

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName bounds a batch's name, in characters.
const longestName = 64

// errName is that a new batch can't have a name.
var errName = errors.New("a batch's name has 1 to 64 letters, digits and - _ . and begins with a letter, a digit or _")

// CheckName says whether a new batch may have the name. It has to survive a shell, a file's name, and BATCH/INDEX, BATCH:CELL and A+B on
// the command line. A batch that is in a file already keeps what name it has.
func CheckName(name string) error {
	if count := utf8.RuneCountInString(name); count < 1 || count > longestName {
		return fmt.Errorf("batch name %q: %w", shortened(name), errName)
	}
	for i, r := range name {
		if !inName(r, i == 0) {
			return fmt.Errorf("batch name %q: %q can't stand there: %w", name, r, errName)
		}
	}
	return nil
}

func shortened(name string) string {
	if r := []rune(name); len(r) > longestName {
		return string(r[:longestName]) + "…"
	}
	return name
}

func inName(r rune, first bool) bool {
	switch {
	case r == utf8.RuneError || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r):
		return false
	case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_':
		return true
	}
	return !first && (r == '-' || r == '.' || unicode.IsMark(r)) // a mark is an accent of the letter before it
}

// NameOf makes a name that a batch may have of what it is named after, as a scenario's file.
func NameOf(text string) string {
	var b strings.Builder
	count := 0
	for _, r := range text {
		if count == longestName-8 { // room for a number
			break
		}
		switch {
		case inName(r, count == 0):
			b.WriteRune(r)
		case count == 0:
			continue
		default:
			b.WriteByte('-')
		}
		count++
	}
	if name := strings.TrimRight(b.String(), "-."); name != "" {
		return name
	}
	return "batch"
}
