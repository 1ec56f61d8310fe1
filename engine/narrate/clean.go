package narrate

import (
	"strings"
	"unicode"
)

// Clean takes out of a text what a terminal would obey or what would change how the text around it reads: control characters,
// direction marks, invisible fillers, tags, bytes that are no UTF-8. A line or paragraph separator becomes a new line; new lines
// and tabs stay, and so do the joiners that some scripts and many emoji are written with. Words are never lost.
func Clean(text string) string {
	if plainASCII(text) {
		return text
	}
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return c
		case c == '\u2028' || c == '\u2029' || c == '\u0085' || c == '\v' || c == '\f':
			return '\n'
		case Hostile(c):
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, ""))
}

// Hostile reports whether a character is one that Clean takes out.
func Hostile(c rune) bool {
	switch {
	case c == '\u200c' || c == '\u200d': // the joiners
		return false
	case c == '\u2028' || c == '\u2029':
		return true
	}
	return c != '\n' && c != '\t' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Noncharacter_Code_Point, c) || unicode.Is(unicode.Co, c)) || fills(c)
}

// fills reports whether a character takes a place and shows nothing: names made of it look alike, or empty.
func fills(c rune) bool { return c == '\u115f' || c == '\u1160' || c == '\u3164' || c == '\uffa0' }

func plainASCII(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}
