package reply

import (
	"strings"
	"unicode"
)

// cut is the longest beginning of a text that has no more than so many words: whole sentences where one fits, and words where none
// does. A few words too many are no silence.
func cut(text string, words int) string {
	end, sentence, n := len(text), 0, 0
	inWord := false
	for i, c := range text {
		switch space := unicode.IsSpace(c); {
		case space && inWord:
			inWord = false
			if ends(text[:i]) {
				sentence = i
			}
			if n == words {
				end = i
			}
		case !space && !inWord:
			inWord = true
			if n++; n > words {
				if sentence > 0 {
					end = sentence
				}
				return strings.TrimSpace(text[:end])
			}
		}
	}
	return text
}

// ends reports whether a sentence ends with a text, behind closing quotation marks and brackets too.
func ends(text string) bool {
	text = strings.TrimRight(text, "\"'”’»)]*_")
	for _, mark := range []string{".", "!", "?", "…", "。", "！", "？"} {
		if strings.HasSuffix(text, mark) {
			return true
		}
	}
	return false
}

// cutText makes the text of an answer fit, after the repair did not.
func (r *Reading) cutText(words int) {
	r.Answer.Text = cut(r.Answer.Text, words)
	r.mend(mendedCut)
}
