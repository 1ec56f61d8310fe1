package reply

import (
	"regexp"
	"strings"
	"sync"
)

// The shapes in which models decline, of a reply that holds no answer. What a player can't do within the game (trust somebody, be
// sure) is talk and no refusal, so that which verb follows counts, and what is refused: a player is no task.
const (
	myself    = `(i|we)`
	am        = `(i'?m|i am)`
	politely  = `((most )?(respectfully|politely|kindly|therefore|simply|also) )*`
	unable    = `(can'?t|cannot|can not|could ?n[o']t|won'?t|will not|shall not|am not able to|am unable to|'?m not able to|'?m unable to)`
	incapable = `(can'?t|cannot|can not|am not able to|am unable to|'?m not able to|'?m unable to)`
	task      = `(help|assist|aid|participate|take part|partake|engage|comply|continue|proceed|go along|do (that|this|so|it)|fulfill?|provide|generate|create|produce|write|complete|choose|select|pick|role-?play|support|play (this|the|a|an|along)|be (part|involved|a part)|deceive|lie|respond|reply|answer|discuss|make (that|this|such)|name (a|any|some)|agree to|decide who)`
	refuses   = `(` + myself + ` ?` + politely + unable + `(,[^,{]{1,40},)? ` + politely + task + `\b` +
		`|` + myself + `( must| have to| need to| would| will)? ` + politely + `(decline|refuse to ` + task + `)\b` +
		`|` + am + ` ((not (able|allowed|permitted|programmed|designed|going)|unable) to ` + politely + task + `\b|(not |un)comfortable)` +
		`|` + myself + ` (do not|don'?t) (feel comfortable|(wish|want) to ` + task + `|think it (is|would be) appropriate)` +
		`|as an? (ai|artificial|large language|language model|assistant)\b` +
		`|(this|that|it|your|the)( request| question| task| content| game)?('s| is| would be| goes| violates) (not appropriate|inappropriate` +
		`|not something (that )?(i'?m|i am|i can|i could|i will)\b|something (that )?i ` + unable + ` (do|` + task + `)\b` +
		`|(against )?(my|our|the) (\w+ ){0,2}(guidelines?|polic(y|ies)|principles?|programming|values|ethics|instructions))\b)`
)

var refusals = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\W*((no|well)[,.!]? )?(` + strings.Join([]string{
		refuses,
		// Sorry for what is refused then, or for nothing else that is said.
		`(` + am + ` (really |very |so |truly )?)?(sorry|afraid)\b[^{]{0,160}?\b` + refuses,
		`(` + am + ` (really |very |so |truly )?)?sorry\b([,.!]?( but)? no)?[.!]*\s*$`,
		`(my apologies\b|` + myself + ` (sincerely |do |must )?apologi[sz]e)`,
		myself + `('d| would) (rather|prefer) not\b`,
		`declin(e|ing) to\b`,
		// A few polite words first, and the refusal in the same sentence or the next.
		`(unfortunately|regrettably|i (understand|appreciate|realize|realise|recognize|see)|thank|while|although|however)[^{]{0,200}?\b` +
			refuses,
	}, "|") + `)`)
})

// talk is what looks like a refusal and is said within the game: what is refused to somebody by name, and phrases.
var talk = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^[^{.!?]{0,80}?\b((` + unable + `|to) ` + politely + `(` + strings.Join([]string{
		task + `( (for|with|to|between|on|about))? (?-i:[A-Z][a-z])`,
		`help (but|it|thinking|feeling|noticing|wondering|suspecting|believing)\b`,
		`lie( to (you|anyone|anybody))?[,:;]`,
		`(choose|select|pick|name) (myself|me|both|nobody|no one|more than|two)\b`,
		`make (this|that|such a) (mistake|error)\b`,
		`(provide|produce|offer) ((any|more|further|hard|such|that|this|the|your) )*(proof|evidence|reasons?|alibi|an alibi)\b`,
	}, "|") + `)|(against|(un)?comfortable with) (how|what|(?-i:[A-Z][a-z])))`)
})

// outOfRole are a model's own words where a player's belong: within a speech "I can't trust Bo" and "I'm sorry, I was wrong" are
// the game's. So only what no player says counts: that it is a machine, that it has guidelines, or that it takes no part in
// deceiving.
var outOfRole = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
		`as an? (ai|artificial intelligence|(large )?language model|ai (language )?model|ai assistant|virtual assistant)\b`,
		am + ` (just |only )?an? (ai|artificial intelligence|(large )?language model|ai (language )?model|ai assistant|virtual assistant)\b`,
		myself + ` ?` + politely + unable + ` ` + politely +
			`(help|assist)( you)? (with|in) (this|that|your|the) (request|task|kind|sort|question)`,
		`(can'?t|cannot|unable to|not able to) ` + politely + `(help|assist) (with|in) that\b`,
		myself + ` ?` + politely + incapable + ` ` + politely + `(participate|take part|partake|engage|be involved) in (any |such |this |that |a |the )?(kind of |form of |sort of |type of )?(decept|decei|dishonest|harmful|role-?play|activit|request|conversation)`,
		incapable + ` ` + politely + `(role-?play|comply with (this|that|your) request|fulfill? (this|that|your) request)`,
		incapable + ` ` + politely + `(generate|produce|create|provide) ((deceptive|dishonest|harmful) |(such|this|that|any such) ((kind|type|sort)s? of )?(content|material|text|dialogue)\b)`,
		`(against|violates?) (my|our) (\w+ )?(guidelines|programming|policies)\b`, // principles and values are a person's, too
	}, "|") + `)`)
})

// refusesInRole reports whether a speech declines to play.
func refusesInRole(speech string) bool { return outOfRole().MatchString(apostrophes.Replace(speech)) }

var apostrophes = strings.NewReplacer("\u2019", "'", "\u2018", "'", "\u02bc", "'", "\u00b4", "'", "`", "'", "\uff07", "'")

// refusalsBeside are those in words beside an answer. An apology alone is none there: it is for the reply before, which had to be repaired.
var refusalsBeside = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\W*((no|well)[,.!]? )?(` + strings.Join([]string{
		refuses,
		`(` + am + ` (really |very |so |truly )?)?(sorry|afraid|my apologies|` + myself +
			` (sincerely |do |must )?apologi[sz]e)\b.{0,160}?\b` + refuses,
		`declin(e|ing) to\b`,
		`(unfortunately|regrettably|i (understand|appreciate|realize|realise|recognize|see)|thank|while|although|however)\b.{0,200}?\b` +
			refuses,
	}, "|") + `)`)
})

var sentences = regexp.MustCompile(`[^.!?\n]*[.!?\n]*`)

// mostBeside is how many sentences are looked at on each side of an object: a refusal comes first, and what follows is reasoning.
const mostBeside = 2

// declinesAround reports whether the words before or behind the object of a reply refuse what the object then answers, or leaves empty.
func declinesAround(reply string) bool {
	begin, end := strings.IndexByte(reply, '{'), strings.LastIndexByte(reply, '}')
	if begin < 0 || end < begin {
		return false
	}
	for _, words := range []string{reply[:begin], reply[end+1:]} {
		for _, sentence := range sentences.FindAllString(strings.TrimSpace(apostrophes.Replace(words)), mostBeside) {
			if refusalsBeside().MatchString(sentence) && !talk().MatchString(sentence) {
				return true
			}
		}
	}
	return false
}

// declinesIn reports whether what stands in place of a name refuses to give one.
func declinesIn(choice any) bool {
	text, ok := choice.(string)
	return ok && declines(text)
}

// declines reports whether a reply that holds no answer refuses to give one.
func declines(text string) bool {
	text = apostrophes.Replace(text)
	return refusals().MatchString(text) && !talk().MatchString(text)
}
