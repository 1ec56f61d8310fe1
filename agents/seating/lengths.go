package seating

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// measured are the lengths of the longest prompts of a policy, by round, in bytes.
type measured map[int]llm.Lengths

func (m measured) add(round int, l llm.Lengths) {
	have := m[round]
	m[round] = llm.Lengths{Whole: max(have.Whole, l.Whole), Least: max(have.Least, l.Least)}
}

// longest is that of all rounds.
func (m measured) longest() (out llm.Lengths) {
	for _, l := range m {
		out = llm.Lengths{Whole: max(out.Whole, l.Whole), Least: max(out.Least, l.Least)}
	}
	return out
}

// over is the first round in which the length is more than so many bytes; 0: none is.
func (m measured) over(bytes int, length func(llm.Lengths) int) (round int) {
	for r, l := range m {
		if length(l) > bytes && (round == 0 || r < round) {
			round = r
		}
	}
	return round
}

// Lengths are those of a policy's prompts where players say as little as scripted ones do, and where they use all their words.
type Lengths struct{ short, full measured }

// Fits says what the longest prompts come to against a context: of players who use all their words, and with the reply that a
// repair quotes. It is an error where short speeches are too long already: not even the talk of the round at hand has room.
func (l Lengths) Fits(bind llm.Binding) (string, error) {
	room, long := bind.Room(), l.full.longest()
	tokens := func(bytes int) string { return Grouped(float64(bind.Tokens(bytes))) }
	context := func(bytes int) string { return Grouped(float64(bind.ContextFor(bytes))) }
	whole := long.Whole + llm.LongestQuoted
	if bind.Context == 0 {
		return fmt.Sprintf("the longest prompt takes about %s tokens; no num_ctx is given: nothing is left out", tokens(whole)), nil
	}
	of := fmt.Sprintf("the longest prompt takes about %s tokens of the %s that a context of %s leaves it", tokens(whole), tokens(room),
		Grouped(float64(bind.Context)))
	if least := l.short.longest().Least; least > room {
		return "", fmt.Errorf("%s, and %s where speeches are short and only those of the round at hand are told: take a num_ctx of %s",
			of, tokens(least), context(long.Least))
	}
	if round := l.full.over(room, func(l llm.Lengths) int { return l.Least }); round > 0 {
		return fmt.Sprintf("%s: from round %d on even the talk of the round at hand may be left out; a num_ctx of %s would hold a "+
			"round, %s all", of, round, context(long.Least), context(whole)), nil
	}
	if round := l.full.over(room, func(l llm.Lengths) int { return l.Whole + llm.LongestQuoted }); round > 0 {
		return fmt.Sprintf("%s: from round %d on the talk of the oldest rounds may be left out; a num_ctx of %s would hold all", of,
			round, context(whole)), nil
	}
	return of, nil
}

// filler is what pads a speech: words of usual length. Those of language models had 5.2 to 5.7 characters with their spaces.
var filler = strings.Fields("and I keep coming back to how yesterday's vote went, because nobody explained the change between " +
	"breakfast and the evening")

// padded makes a text as long as the rules allow.
func padded(text string, words int) string {
	have := strings.Fields(text)
	for i := 0; len(have) < words; i++ {
		have = append(have, filler[i%len(filler)])
	}
	return strings.Join(have, " ")
}

// thoughtWords are those of a thought at length: "a few sentences" are asked for.
const thoughtWords = 100

// inFull makes an answer as long as one who uses all its words makes it: text, acts, thought, notes.
func inFull(a engine.Answer, asked engine.Request) engine.Answer {
	a.Thought = padded(a.Thought, thoughtWords)
	switch asked.Kind.Form() {
	case engine.FormText:
		a.Text = padded(a.Text, asked.Words)
	case engine.FormNotes:
		a.Notes = slices.Clone(a.Notes)
		for len(a.Notes) < engine.MostNotes {
			a.Notes = append(a.Notes, engine.Memo{Kind: engine.MemoFact, About: engine.NoSeat, Salience: 3})
		}
		for i := range a.Notes {
			a.Notes[i].Text = padded(a.Notes[i].Text, engine.NoteWords)
		}
	case engine.FormChoice, engine.FormBid, engine.FormBeliefs, engine.FormNone: // as long as they get
	}
	if asked.Kind == engine.AskStatement {
		a.Acts = slices.Clone(a.Acts)
		for _, s := range asked.Living.Without(asked.Seat).List() { // questions: they sway nobody
			if len(a.Acts) < reply.MostActs {
				a.Acts = append(a.Acts, engine.Act{Kind: engine.Question, Seat: s})
			}
		}
	}
	return a
}

// Grouped writes a whole number with its thousands apart.
func Grouped(v float64) string {
	s := fmt.Sprintf("%.0f", math.Round(v))
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
