package llm

import (
	"regexp"
	"strconv"
	"strings"
)

// longWords are how servers say that a prompt is longer than their context, where they tell no number.
var longWords = regexp.MustCompile(`(?i)context[ _](?:length|size|window)[^.]{0,40}(?:exceed|overflow|too (?:long|small))|exceed[^.]{0,60}context|` +
	`(?:prompt|input|message|request|conversation)s?(?: is| are)? too long|too many (?:input |prompt )?tokens|reduce the length of the messages|` +
	`maximum context length|greater than the context|longer than the (?:model|maximum)|context the overflows`)

// longNumbers find the tokens of the context in such words: never those of the prompt, nor a sum.
var longNumbers = func() (out []*regexp.Regexp) {
	const n = `(\d[\d,_]*)`
	for _, s := range []string{
		`context (?:length|size|window)(?: is| of)?(?: only)? ?\(?(?:is |of |only )*` + n,
		n + ` maximum context length`,
		n + `[- ]token(?:s)? context`,
		`tokens? > ` + n + ` maximum`,
		`maximum number of (?:input )?tokens allowed \(?(?:is |of )?` + n,
		`maximum (?:model|input|prompt|sequence|allowed) length(?: is| of)? \(?` + n,
		`must be <= ` + n,
		`must have less than ` + n + ` tokens`,
		`"?n_ctx"?\s*[=:]\s*` + n,
		`context limit(?: is| of)? \(?` + n,
		`tokens[,;:] the limit is ` + n,
		`input length should be \[\d+, ?` + n,
		`max_seq_len[^\d]{0,6}` + n,
	} {
		out = append(out, regexp.MustCompile(`(?i)`+s))
	}
	return out
}()

// TooLong reports whether a server's words say that a prompt does not fit its context, and the tokens of that context as far as they
// tell: 0 where they don't.
func TooLong(words string) (tokens int, ok bool) {
	if strings.Contains(words, "completion tokens, whereas") {
		return 0, false // of the reply's length
	}
	for _, r := range longNumbers {
		if m := r.FindStringSubmatch(words); m != nil {
			n, err := strconv.Atoi(strings.NewReplacer(",", "", "_", "").Replace(m[1]))
			if err == nil && n > 0 {
				return n, true
			}
		}
	}
	return 0, longWords.MatchString(words)
}
