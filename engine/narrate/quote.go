package narrate

import (
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// singles are the marks that a reader could take for “ or ”, and what stands for each in a quotation: the single mark of its kind. The
// typewriter's " is none of them: it is what players quote with, and the rules of the game say that speech stands between “ and ”.
var singles = map[rune]rune{
	'“': '‘', '‟': '‘', '„': '‚', '⹂': '‚', '〝': '‘', '❝': '‘', '🙶': '‘', '‶': '‘',
	'”': '’', '＂': '’', '〞': '’', '〟': '’', '❞': '’', '🙷': '’', '🙸': '’', '″': '’', '‴': '’', '⁗': '’', 'ʺ': '’', 'ˮ': '’', '˝': '’',
	'״': '׳', '❠': '‚',
}

// Quotable keeps a text within its quotation marks and on its line, so that nothing in it can pass for another's words or for a heading:
// no double mark of any kind, nor one made of two single ones, no line break of any kind, and nothing that can't be seen.
func Quotable(text string) string {
	var b strings.Builder
	prev := rune(0)
	for _, c := range text {
		switch {
		case c >= '\n' && c <= '\r' || c == '\t' || c == '\u0085' || c == '\u2028' || c == '\u2029':
			c = ' '
		case singles[c] != 0:
			c = singles[c]
		}
		if c == prev && (c == '‘' || c == '’' || c == '‚' || c == '‛') {
			continue
		}
		b.WriteRune(c)
		prev = c
	}
	return plain.Shown(b.String())
}

// named are names as they stand in a line. One that nobody could see is a number: an imported log may hold anything.
func named(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		if out[i] = plain.Label(name); plain.Blank(name) {
			out[i] = numbered(engine.Seat(i))
		}
	}
	return out
}
