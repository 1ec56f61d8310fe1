package memory

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// longestBatchName bounds a batch's name, which becomes part of file names.
const longestBatchName = 64

// ErrName says that a batch can't be called so.
var ErrName = errors.New("a batch's name begins with a letter or a digit and goes on with letters, digits, “-”, “_” and “.”, at most 64 of them")

// CheckName refuses a name for a new batch that a shell, a file system or our own BATCH/INDEX, BATCH:CELL and A+B would read as something
// else. Batches of older programs may have such names; they can still be read.
func CheckName(name string) error {
	ok := name != "" && len([]rune(name)) <= longestBatchName && !strings.HasSuffix(name, ".")
	for i, c := range name {
		plain := unicode.IsLetter(c) || unicode.IsDigit(c)
		ok = ok && (plain || i > 0 && (c == '-' || c == '_' || c == '.'))
	}
	if !ok {
		return fmt.Errorf("batch name %q: %w", name, ErrName)
	}
	return nil
}

// PlainName makes of any text a name that CheckName takes.
func PlainName(text string) string {
	name := strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || c == '-' || c == '_' || c == '.' {
			return c
		}
		return '_'
	}, text)
	if name = strings.Trim(name, "-_."); name == "" {
		return "batch"
	}
	if r := []rune(name); len(r) > longestBatchName-8 { // a number comes behind it
		name = strings.TrimRight(string(r[:longestBatchName-8]), "-_.")
	}
	return name
}
