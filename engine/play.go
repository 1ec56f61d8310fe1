package engine

// Play plays a whole game in which one function answers for every seat, and returns its events and the state at its end. It
// is for simulation and for tests: the function is given the state, which no policy may see.
func Play(setup Setup, answer func(State, Request) Answer) ([]Event, State, error) {
	events, state, err := Open(setup)
	for err == nil {
		asked := Pending(state)
		if len(asked) == 0 {
			break
		}
		answers := make([]Answer, len(asked))
		for i, r := range asked {
			answers[i] = answer(state, r)
			answers[i].Seat = r.Seat
		}
		var step []Event
		if step, err = Decide(state, answers); err != nil {
			break
		}
		for _, e := range step {
			if state, err = Apply(state, e); err != nil {
				break
			}
		}
		events = append(events, step...)
	}
	return events, state, err
}
