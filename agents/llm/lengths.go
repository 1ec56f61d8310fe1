package llm

import "github.com/turncoat-sim/turncoat/agents/llm/reply"

// Lengths are what a prompt takes of the room that its context leaves beside the reply (Binding.Room), in bytes, with its schema.
type Lengths struct {
	Whole int // with all that the rules let the seat be shown
	Least int // without what was said in the rounds before: the talk at hand can't be left out
}

// Lengths measures the prompt of a request, whatever context the specification gives it.
func (a Ask) Lengths() Lengths {
	a.Vectors = nil
	d := a.draft()
	rest := len(systemText(d.rules, d.texts)) + len(d.ask(d.question, d.bind.Schema)) +
		len(d.question.Schema(reply.Texts(d.bind.Bounded))) + len(d.ownPart(d.texts, 0))
	return Lengths{Whole: rest + len(d.publicPart(0, openEnd)), Least: rest + len(d.publicPart(a.Request.Round, openEnd))}
}

// LongestQuoted is how many bytes of a useless reply its repair quotes at most.
const LongestQuoted = longestQuoted

// ContextFor is the least context, in steps of 256 tokens, that leaves room for a prompt of so many bytes beside the reply.
func (b Binding) ContextFor(bytes int) int {
	const step = 256
	b.Context = max(step, b.Predict/step*step)
	for b.Room() < bytes {
		b.Context += step
	}
	return b.Context
}
