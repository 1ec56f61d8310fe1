package llm

import (
	"errors"
	"fmt"

	"turncoat/engine"
)

// Rebuild makes the prompts of a step's request to a seat again, the first and those of the repairs, from the log and the raw
// replies that were kept: replies[i] is the reply to attempt i. It gives one prompt more than there were repairs.
func Rebuild(spec PromptSpec, policy string, events []engine.Event, step uint64, seat engine.Seat, replies []Completion, vectors func(string) []int8) ([]Prompt, error) {
	seen, asked, err := At(events, step, seat)
	if err != nil {
		return nil, err
	}
	var out []Prompt
	var earlier []Attempt
	for attempt := 0; attempt == 0 || attempt < len(replies); attempt++ {
		context := 0
		if attempt < len(replies) {
			context = replies[attempt].Context
		}
		out = append(out, Compose(spec, policy, seen, asked, earlier, vectors, context))
		if attempt >= len(replies) {
			break
		}
		got := Read(replies[attempt], seen, asked, attempt >= Repairs)
		if got.Problem == nil {
			break
		}
		earlier = append(earlier, Attempt{Reply: clipReply(replies[attempt].Text), Problem: *got.Problem})
	}
	return out, nil
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
