package formats

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unquotePython reads a string as Python's repr writes it, in single or double quotes, and whether it is one; else the text as
// it is.
func unquotePython(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if len(text) < 2 || text[0] != '\'' && text[0] != '"' || text[len(text)-1] != text[0] {
		return text, false
	}
	var b strings.Builder
	for s := text[1 : len(text)-1]; s != ""; {
		if s[0] != '\\' || len(s) == 1 {
			_, n := utf8.DecodeRuneInString(s)
			b.WriteString(s[:n])
			s = s[n:]
			continue
		}
		out, rest := pythonEscape(s)
		b.WriteString(out)
		s = rest
	}
	return b.String(), true
}

// pythonEscape reads the escape that s begins with; one that is none stays as it is.
func pythonEscape(s string) (out, rest string) {
	switch s[1] {
	case 'n':
		return "\n", s[2:]
	case 't':
		return "\t", s[2:]
	case 'r':
		return "\r", s[2:]
	case '\\', '\'', '"':
		return s[1:2], s[2:]
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]
	if digits == 0 || len(s) < 2+digits {
		return s[:1], s[1:]
	}
	v, err := strconv.ParseUint(s[2:2+digits], 16, 32)
	if err != nil || !utf8.ValidRune(rune(v)) {
		return s[:1], s[1:]
	}
	return string(rune(v)), s[2+digits:]
}
