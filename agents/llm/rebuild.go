package llm

import (
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// Rebuild makes the prompts of a request again, the first and those of the repairs, from the raw replies that were kept: replies[i] is
// the one to attempt i. It gives one prompt more than there were repairs.
func (a Ask) Rebuild(replies []Completion) []Prompt {
	question, draft := reply.To(a.Seen, a.Request), a.draft()
	if len(replies) == 0 {
		return []Prompt{draft.prompt(nil, 0)}
	}
	var out []Prompt
	for attempt, c := range replies {
		before := OutcomeOf(question, replies[:attempt])
		if !before.Open {
			break
		}
		out = append(out, draft.prompt(before.earlier, c.Context))
	}
	return out
}

// At is what a seat had perceived before a step, and what it was asked in it. With ErrNotAsked the request holds seat, round,
// phase and who lives, and no question.
func At(events []engine.Event, step uint64, seat engine.Seat) (engine.Observation, engine.Request, error) {
	seen := engine.Observation{Seat: seat}
	var before []engine.Event
	for _, e := range events {
		if e.Step >= step {
			break
		}
		before = append(before, e)
		if o, ok := engine.Observe(e, seat); ok {
			seen.Events = append(seen.Events, o)
		}
	}
	state, err := engine.Fold(before)
	if err != nil {
		return seen, engine.Request{}, err
	}
	var others []string
	for _, r := range engine.Pending(state) {
		if r.Seat == seat {
			return seen, r, nil
		}
		others = append(others, fmt.Sprint(r.Seat))
	}
	return seen, engine.Request{Seat: seat, Round: state.Round, Phase: state.Phase, Living: state.Living},
		fmt.Errorf("%w: seat %d in step %d; asked are the seats %v", ErrNotAsked, seat, step, others)
}

// ErrNotAsked is that a seat is asked nothing in a step.
var ErrNotAsked = errors.New("asked nothing")
