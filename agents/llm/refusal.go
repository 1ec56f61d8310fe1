package llm

import (
	"regexp"
	"strings"
)

// The shapes in which models decline, of a reply that holds no answer. What a player can't do within the game (trust somebody, be sure) is talk and
// no refusal, so that which verb follows counts.
const (
	myself   = `(i|we)`
	am       = `(i'?m|i am)`
	politely = `((most )?(respectfully|politely|kindly|therefore|simply|also) )*`
	unable   = `(can'?t|cannot|can not|could ?n[o']t|won'?t|will not|shall not|am not able to|am unable to|'?m not able to|'?m unable to)`
	task     = `(help|assist|aid|participate|take part|partake|engage|comply|continue|proceed|go along|do (that|this|so|it)|fulfill?|provide|generate|create|produce|write|complete|choose|select|pick|role-?play|support|play (this|the|a|along)|be (part|involved|a part)|deceive|lie|respond|reply|answer|discuss|make (that|this|such)|name (a|any|some)|agree to)`
)

var refusals = regexp.MustCompile(`(?i)^\W*((no|well)[,.!]? )?(` + strings.Join([]string{
	`(` + am + ` (really |very |so |truly )?)?(sorry|afraid)\b[,.!]?( but)?( that)?( (i|we|this|that|it|no|as)\b|$)`,
	`(my apologies\b|` + myself + ` (sincerely |do |must )?apologi[sz]e)`,
	myself + `( must| have to| need to| would| will)? ` + politely + `(decline|refuse to ` + task + `)\b`,
	myself + `('d| would) (rather|prefer) not\b`,
	`declin(e|ing) to\b`,
	myself + ` ?` + politely + unable + `(,[^,{]{1,40},)? ` + politely + task + `\b`,
	am + ` (not (able|comfortable|allowed|permitted|programmed|designed|going) to|not comfortable|unable to|uncomfortable)`,
	myself + ` (do not|don'?t) (feel comfortable|(wish|want) to ` + task + `|think it (is|would be) appropriate)`,
	`as an? (ai|artificial|large language|language model|assistant)\b`,
	`(this|that|it|your|the) (request |question |task |content )?(is |would be |goes |violates )(against|not appropriate|inappropriate|my |our |the (guidelines|policy|policies))`,
	// A few polite words first, and the refusal in the same sentence or the next.
	`(unfortunately|regrettably|i (understand|appreciate|realize|realise|recognize|see)|thank|while|although|however)[^{]{0,200}?\b(i ?` + politely + unable + ` ` + politely + task + `|` + am + ` (unable|not able|not comfortable)|i( must| have to| need to)? ` + politely + `decline)\b`,
}, "|") + `)`)

var apostrophes = strings.NewReplacer("\u2019", "'", "\u2018", "'", "\u02bc", "'", "\u00b4", "'", "`", "'", "\uff07", "'")

// declines reports whether a reply that holds no answer refuses to give one.
func declines(text string) bool { return refusals.MatchString(apostrophes.Replace(text)) }
