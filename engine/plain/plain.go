// Package plain keeps text that others wrote from acting on a terminal and from fooling its reader: control characters, escape
// sequences, marks that turn the order of what is shown, and characters that nobody sees.
//
// Where text is read, Text and Line leave such characters out. Where text that is kept whole is shown, Shown and Label write them as
// escapes (\x1b, \u202e), so that the reader sees that they are there. Writer is the net at the end: whatever reaches it leaves plain.
//
// The package is pure and knows nothing of the game.
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text leaves out what acts or can't be seen, and what is not UTF-8. Lines and tabs stay.
func Text(s string) string {
	return replaced(strings.ReplaceAll(s, "\r\n", "\n"), func(out []byte, r rune, _ int) []byte {
		if newline(r) {
			return append(out, '\n')
		}
		return out
	})
}

// Line is Text on one line: every kind of line break and the tab are a space, and U+FFFD, which stands for something unreadable, goes.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case newline(r) || r == '\t':
			return ' '
		case r == utf8.RuneError:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(Text(s))
}

// Shown writes what acts or can't be seen as escapes. Lines and tabs stay.
func Shown(s string) string { return replaced(s, escaped) }

// Label is Shown on one line, with \n and \t: for names and for words that stand in a line of ours.
func Label(s string) string {
	return strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(Shown(s))
}

// Hidden finds the first character that acts or can't be seen; a byte that is not UTF-8 is U+FFFD. Lines and tabs are none.
func Hidden(s string) (found rune, ok bool) {
	replaced(s, func(out []byte, r rune, _ int) []byte {
		if !ok {
			found, ok = r, true
		}
		return out
	})
	return found, ok
}

// Blank reports whether nothing of a text can be seen.
func Blank(s string) bool {
	return !strings.ContainsFunc(Text(s), func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != brailleBlank && !unicode.IsMark(r)
	})
}

const brailleBlank = '\u2800'

// newline reports whether a reader may begin a new line there: VT, FF, CR, NEL, and Unicode's line and paragraph separators too.
func newline(r rune) bool {
	return r >= '\n' && r <= '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// escaped writes a character as Go does, or the byte where there is no character.
func escaped(out []byte, r rune, raw int) []byte {
	switch {
	case raw >= 0:
		return fmt.Appendf(out, `\x%02x`, raw)
	case r < utf8.RuneSelf:
		return fmt.Appendf(out, `\x%02x`, r)
	case r <= 0xffff:
		return fmt.Appendf(out, `\u%04x`, r)
	}
	return fmt.Appendf(out, `\U%08x`, r)
}

// replaced puts by's text in the place of every character that acts or can't be seen. raw is the byte where there is no character, else -1.
func replaced(s string, by func(out []byte, r rune, raw int) []byte) string {
	out, prev := []byte(nil), rune(0)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+n:])
		switch bad := r == utf8.RuneError && n == 1; {
		case bad || hidden(prev, r, next):
			raw := -1
			if bad {
				raw = int(s[i])
			}
			if out == nil {
				out = append(make([]byte, 0, len(s)+8), s[:i]...)
			}
			out = by(out, r, raw)
			r = 0
		case out != nil:
			out = append(out, s[i:i+n]...)
		}
		prev, i = r, i+n
	}
	if out == nil {
		return s
	}
	return string(out)
}

// hidden reports whether a character acts or can't be seen, where it stands. Joiners and variation selectors are seen by what they make of
// their neighbours, as in emoji, Persian and Han; anywhere else they only hide.
func hidden(prev, r, next rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0xa0:
		return r < ' ' || r >= 0x7f
	case r < 0xad:
		return false
	case r == '\u200d' && pictured(prev) && pictured(next):
		return false
	case r == '\u200c' || r == '\u200d':
		return !joins(prev) || !joins(next)
	case r == '\ufe0e' || r == '\ufe0f':
		return !seen(prev)
	case unicode.Is(unicode.Variation_Selector, r):
		return !seen(prev) || prev < utf8.RuneSelf
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point)
}

func seen(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Variation_Selector, r)
}

// pictured reports whether an emoji may begin or end with the character.
func pictured(r rune) bool {
	return unicode.Is(unicode.So, r) || r >= 0x1f3fb && r <= 0x1f3ff || r == '\ufe0f'
}

// joining are the scripts whose letters change their shape by their neighbours.
var joining = []*unicode.RangeTable{unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali,
	unicode.Gurmukhi,
	unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer,
	unicode.Myanmar}

func joins(r rune) bool { return unicode.In(r, joining...) }
