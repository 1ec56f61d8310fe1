package reply

import (
	"encoding/json"
	"regexp"
	"strings"
)

// How models mark what they think aloud, where neither their template nor their server takes it apart: one pattern for the marks that begin
// thinking and one for those that end it. Any case counts.
var (
	thinkingBegins = regexp.MustCompile(`(?i)<(seed:)?(think|thinking|thought|thoughts|reasoning|analysis)>|\[THINK\]|◁think▷|<\|START_THINKING\|>|<\|begin_of_thought\|>`)
	thinkingEnds   = regexp.MustCompile(`(?i)</(seed:)?(think|thinking|thought|thoughts|reasoning|analysis)>|\[/THINK\]|◁/think▷|<\|END_THINKING\|>|<\|end_of_thought\|>`)
)

// Harmony, the format of gpt-oss, gives each part of a reply a channel; the answer stands in the one named final. Some servers
// drop the marks and leave the names of the channels.
var (
	harmonyFinal   = regexp.MustCompile(`<\|channel\|>\s*final\b[^<]*(<\|constrain\|>[^<]*)?<\|message\|>`)
	harmonyChannel = regexp.MustCompile(`<\|channel\|>\s*(analysis|commentary)\b[^<]*<\|message\|>`)
	harmonyBare    = regexp.MustCompile(`^\s*analysis[\s\S]*?assistant\s*final`)
	harmonyEnd     = regexp.MustCompile(`<\|(return|end)\|>\s*$`)
	harmonyMark    = regexp.MustCompile(`<\|(start|end|message|channel|constrain|return)\|>(assistant)?`)
)

// withoutThinking takes apart what a model thought aloud in its content and what it said. A mark within an object is a word of the
// answer and ends nothing. Of thinking that never ends nothing is said.
func withoutThinking(text string) (said, thinking string) {
	if json.Valid([]byte(text)) {
		return text, ""
	}
	outside := masked(text)
	if final := last(harmonyFinal, outside); final != nil {
		return harmonyEnd.ReplaceAllString(text[final[1]:], ""), unmarked(text[:final[0]])
	}
	if channel := harmonyChannel.FindStringIndex(outside); channel != nil {
		return text[:channel[0]], unmarked(text[channel[1]:])
	}
	if bare := harmonyBare.FindStringIndex(outside); bare != nil {
		return text[bare[1]:], strings.TrimSpace(text[:bare[1]])
	}
	begin := thinkingBegins.FindStringIndex(outside)
	if end := last(thinkingEnds, outside); end != nil {
		from := 0
		if begin != nil && strings.TrimSpace(text[:begin[0]]) == "" {
			from = begin[1]
		}
		if said = text[end[1]:]; strings.TrimSpace(said) == "" && begin != nil && begin[0] < end[0] {
			said = text[:begin[0]] // the answer first, and what was thought of it after
			from = begin[1]
		}
		if !strings.Contains(said, "{") { // marks that are talked of behind the answer
			if rest, thought := withoutPairs(text, outside); strings.Contains(rest, "{") {
				return rest, thought
			}
		}
		return said, strings.TrimSpace(text[from:end[0]])
	}
	if begin != nil && !strings.Contains(text[:begin[0]], "{") {
		return text[:begin[0]], text[begin[1]:]
	}
	return text, ""
}

// withoutPairs takes out all that stands between marks that begin thinking and those that end it.
func withoutPairs(text, outside string) (said, thinking string) {
	for {
		begin := thinkingBegins.FindStringIndex(outside)
		if begin == nil {
			return text, strings.TrimSpace(thinking)
		}
		end := thinkingEnds.FindStringIndex(outside[begin[1]:])
		if end == nil {
			return text, strings.TrimSpace(thinking)
		}
		until := begin[1] + end[1]
		thinking += text[begin[1]:begin[1]+end[0]] + "\n"
		text, outside = text[:begin[0]]+text[until:], outside[:begin[0]]+outside[until:]
	}
}

// unmarked is thinking without the marks of its channels.
func unmarked(thinking string) string {
	return strings.TrimSpace(harmonyMark.ReplaceAllString(harmonyChannel.ReplaceAllString(thinking, ""), ""))
}

func last(mark *regexp.Regexp, text string) []int {
	found := mark.FindAllStringIndex(text, -1)
	if len(found) == 0 {
		return nil
	}
	return found[len(found)-1]
}

// masked is a text of the same length in which whole objects are blank, so that marks are looked for outside of them only.
func masked(text string) string {
	var out strings.Builder
	pieces, _ := objectsIn(text)
	for _, piece := range pieces {
		at := strings.Index(text, piece)
		out.WriteString(text[:at])
		out.WriteString(strings.Repeat(" ", len(piece)))
		text = text[at+len(piece):]
	}
	out.WriteString(text)
	return out.String()
}
