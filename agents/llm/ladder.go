package llm

import (
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// Repairs is how many times a reply that can't be used is asked for again, with what was wrong, before it is forfeited.
const Repairs = 1

// priorReply is an earlier reply to the same request, and what was wrong with it. No reply is quoted where there was none, or one
// without end: a model that is shown it goes on with it.
type priorReply struct {
	Reply   string
	Problem engine.Problem
}

// Outcome is what the replies to one question have come to so far: an answer, a forfeit, or one more prompt.
type Outcome struct {
	Answer engine.Answer   // with its Calls, of which the prompts' hashes are left out; Forfeit is set where nothing counts
	Last   *engine.Problem // of the last reply that was read; nil if that one counts
	Open   bool            // the question is asked once more, and what the answer will be can't be told

	earlier []priorReply // what the next prompt is told of
}

// OutcomeOf reads the replies to a question in order: the first one, and where it does not count the one to its repair. Replies behind
// the one that settles the question are not looked at. The player asks it after each reply whether to ask again, and stored replies
// are read again by it: today's reader may take them otherwise than the one that read them when they came.
func OutcomeOf(q *reply.Question, replies []Completion) Outcome {
	out := Outcome{Open: true}
	var calls []engine.Call
	var thoughts []string
	for attempt, c := range replies {
		if !out.Open {
			break
		}
		chance := reply.Repairable
		if attempt >= Repairs {
			chance = reply.Final
		}
		got := q.Read(c.raw(), chance)
		calls = append(calls, called(c, got))
		if t := got.Answer.Thought; t != "" && !slices.Contains(thoughts, t) {
			thoughts = append(thoughts, t)
		}
		out.Answer, out.Last = got.Answer, got.Problem
		switch {
		case got.Problem == nil:
			out.Open = false
		case chance == reply.Final || c.Failure == engine.CauseProvider || c.Finish == reply.Unput:
			out.Open = false
			out.Answer = engine.Answer{Seat: q.Seat, Target: engine.NoSeat, Forfeit: got.Problem.Cause}
		default:
			out.earlier = append(out.earlier, priorReply{Reply: givenBack(c, got.Problem.Cause), Problem: *got.Problem})
		}
	}
	out.Answer.Calls, out.Answer.Thought = calls, strings.Join(thoughts, "\n") // what an earlier attempt thought was thought
	return out
}

// called is the call behind a reply, as the answer names it.
func called(c Completion, got reply.Reading) engine.Call {
	call := engine.Call{Reply: ReplyHash(c), Mended: got.Mended}
	if got.Problem != nil {
		call.Cause = got.Problem.Cause
	}
	return call
}

// longestQuoted bounds what of a useless reply goes back into the prompt, in bytes.
const longestQuoted = 2000

// givenBack is what of a useless reply goes back into the prompt: its beginning, whole runes of it, and nothing of one that had no end.
func givenBack(c Completion, cause engine.Cause) string {
	switch cause {
	case engine.CauseRepetition, engine.CauseTruncated, engine.CauseTimeout, engine.CauseIncomplete:
		return ""
	case engine.CauseNone, engine.CauseRefusal, engine.CauseEmpty, engine.CauseNotJSON, engine.CauseSchema, engine.CauseIllegalTarget,
		engine.CauseOverLong, engine.CauseProvider:
	}
	return clipTo(strings.TrimSpace(strings.ToValidUTF8(c.Text, "")), longestQuoted)
}

func clipTo(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	return strings.ToValidUTF8(text[:bytes], "") + " …"
}
