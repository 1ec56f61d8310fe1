package archive

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/memory"
)

// Reread is one answer of a model: as the log holds it, and as today's reader takes the stored replies to it.
type Reread struct {
	Game    string // as the verbs take it
	Step    uint64
	Policy  string
	Asked   engine.Request
	Log     engine.Answer
	Now     llm.Outcome
	Reply   string // the last one that is read, as it was stored
	Altered bool   // a stored reply is not the one that the log names, or is missing

	subjects engine.Seats // of the beliefs
	thoughts bool         // the log holds them
	told     narrate.Narrator
}

// Unread are the stored replies of a game that no answer was made of: the game stands in that step.
type Unread struct{ Calls int }

// RereadGame reads the stored replies of a game again, and gives each answer. The questions are those that the log leads to.
func RereadGame(ctx context.Context, store GameReader, g memory.Game, each func(Reread)) (left Unread, err error) {
	events, calls, err := eventsAndCalls(ctx, store, g)
	if err != nil || len(calls) == 0 {
		return left, err
	}
	left.Calls = len(calls)
	w := &watcher{}
	for len(events) > 0 {
		n := slices.IndexFunc(events, func(e engine.Event) bool { return e.Step != events[0].Step })
		if n < 0 {
			n = len(events)
		}
		step := events[:n]
		for _, e := range step {
			body, ok := e.Body.(engine.Answered)
			if !ok {
				continue
			}
			one, err := w.reread(body, step, CallsAt(calls, e.Step, body.Seat))
			if err != nil {
				return left, fmt.Errorf("game %s, step %d, seat %d: %w", g.Name(), e.Step, body.Seat, err)
			}
			one.Game = g.Name()
			left.Calls -= len(CallsAt(calls, e.Step, body.Seat))
			each(one)
		}
		if err := w.watch(step); err != nil {
			return left, fmt.Errorf("game %s: %w", g.Name(), err)
		}
		events = events[n:]
	}
	return left, nil
}

// watcher follows a game step by step: its state, and what each seat has perceived.
type watcher struct {
	state engine.State
	seen  []engine.Observation
	told  narrate.Narrator
}

func (w *watcher) watch(step []engine.Event) error {
	for _, e := range step {
		state, err := engine.Apply(w.state, e)
		if err != nil {
			return err
		}
		w.state = state
		for len(w.seen) < state.Rules.Players {
			w.seen = append(w.seen, engine.Observation{Seat: engine.Seat(len(w.seen))})
		}
		for i := range w.seen {
			if o, ok := engine.Observe(e, engine.Seat(i)); ok {
				w.seen[i].Events = append(w.seen[i].Events, o)
				if i == 0 {
					w.told.Line(o) // names and words
				}
			}
		}
	}
	return nil
}

// reread reads the replies to what a seat is asked now, which the step answers.
func (w *watcher) reread(body engine.Answered, step []engine.Event, own []memory.ModelCall) (Reread, error) {
	i := slices.IndexFunc(engine.Pending(w.state), func(r engine.Request) bool { return r.Seat == body.Seat })
	if i < 0 {
		return Reread{}, fmt.Errorf("the log has an answer of a seat that is asked nothing there: `turncoat verify` says more")
	}
	one := Reread{Step: step[0].Step, Asked: engine.Pending(w.state)[i], Log: answerIn(step, body), Altered: len(own) != len(body.Calls),
		subjects: w.state.Subjects(body.Seat), thoughts: w.state.Rules.Thoughts != engine.ThoughtsOff, told: w.told}
	replies := make([]llm.Completion, len(own))
	for k, c := range own {
		replies[k] = callOf(c).Completion
		one.Policy = c.Policy
		one.Altered = one.Altered || k < len(body.Calls) && llm.ReplyHash(replies[k]) != body.Calls[k].Reply
	}
	if len(own) == 0 {
		return one, nil // nothing is left to read
	}
	one.Now = llm.OutcomeOf(reply.To(w.seen[body.Seat], one.Asked), replies)
	one.Reply = own[len(one.Now.Answer.Calls)-1].Reply
	return one, nil
}

// lacks reports whether a belief that was asked for is not in the answer, which stands.
func (r Reread) lacks(a engine.Answer) bool {
	if r.Asked.Beliefs == engine.NoBeliefs || a.Forfeit != engine.CauseNone {
		return false
	}
	for s := range r.subjects.All() {
		if int(s) >= len(a.Beliefs) || a.Beliefs[s] == engine.Unstated {
			return true
		}
	}
	return false
}

// answerIn gathers what the events of a step hold of a seat's answer.
func answerIn(step []engine.Event, body engine.Answered) engine.Answer {
	a := engine.Answer{Seat: body.Seat, Target: engine.NoSeat, Calls: body.Calls}
	for _, e := range step {
		switch b := e.Body.(type) {
		case engine.Forfeited:
			switch {
			case b.Seat != body.Seat:
			case b.Request == engine.AskAct:
				a.Lost = append(a.Lost, b.Cause)
			case b.Request == body.Request && (b.Request != engine.AskBeliefs ||
				lastCause(body.Calls) != engine.CauseNone): // else some of its beliefs
				a.Forfeit = b.Cause
			}
		case engine.Deed:
			if b.Actor() == body.Seat {
				b.Fill(&a)
			}
		case engine.Answered, engine.Created, engine.Imported, engine.Briefing, engine.News: // no answer's part
		}
	}
	return a
}

func lastCause(calls []engine.Call) engine.Cause {
	if len(calls) == 0 {
		return engine.CauseNone
	}
	return calls[len(calls)-1].Cause
}

// Difference is a part of an answer that today's reader takes otherwise than the log holds it.
type Difference struct {
	Part  string `json:"part"`
	Log   string `json:"log"`
	Today string `json:"today"`
}

// differences compares part by part. Where an answer is forfeited on one side only, its parts follow from that and are not told one by one.
func (r Reread) differences() (out []Difference) {
	note := func(part, log, today string) {
		if log != today {
			out = append(out, Difference{part, log, today})
		}
	}
	note("replies", callsInWords(r.Log.Calls), callsInWords(r.Now.Answer.Calls))
	if r.thoughts {
		note("thought", r.Log.Thought, r.Now.Answer.Thought)
	}
	switch {
	case r.Now.Open:
		note("answer", r.outcome(r.Log), "asked again: "+r.Now.Last.Error())
		return out
	case r.Log.Forfeit != r.Now.Answer.Forfeit:
		note("answer", r.outcome(r.Log), r.outcome(r.Now.Answer))
		return out
	case r.Log.Forfeit != engine.CauseNone:
		return out
	}
	log, now := r.parts(r.Log), r.parts(r.Now.Answer)
	for i := range log {
		note(log[i][0], log[i][1], now[i][1])
	}
	return out
}

// outcome is an answer in a line: what was forfeited, or its parts.
func (r Reread) outcome(a engine.Answer) string {
	if a.Forfeit != engine.CauseNone {
		return "forfeited: " + string(a.Forfeit)
	}
	var out []string
	for _, part := range r.parts(a) {
		if part[1] != "" {
			out = append(out, part[0]+": "+part[1])
		}
	}
	return strings.Join(out, "; ")
}

// parts are what the answer to the question consists of, each in words.
func (r Reread) parts(a engine.Answer) (out [][2]string) {
	part := func(name, value string) { out = append(out, [2]string{name, value}) }
	switch r.Asked.Kind.Form() {
	case engine.FormText:
		part("text", a.Text)
		acts := make([]string, len(a.Acts))
		for i, act := range a.Acts {
			acts[i] = r.told.Act(act)
		}
		part("acts", strings.Join(acts, ", "))
		lost := make([]string, len(a.Lost))
		for i, cause := range a.Lost {
			lost[i] = string(cause)
		}
		part("acts lost", strings.Join(lost, ", "))
	case engine.FormChoice:
		target := "nobody"
		if a.Target != engine.NoSeat {
			target = r.told.Name(a.Target)
		}
		part("choice", target)
	case engine.FormBid:
		part("bid", fmt.Sprint(a.Bid))
	case engine.FormNotes:
		notes := make([]string, len(a.Notes))
		for i, m := range a.Notes {
			m.From = nil // follows from what was perceived
			notes[i] = r.told.Memo(m)
		}
		part("notes", strings.Join(notes, "; "))
	case engine.FormBeliefs, engine.FormNone: // below
	}
	if r.Asked.Beliefs != engine.NoBeliefs {
		part("beliefs", r.beliefsInWords(a.Beliefs))
	}
	return out
}

func (r Reread) beliefsInWords(perMille []int16) string {
	var out []string
	for i, v := range perMille {
		if v != engine.Unstated {
			out = append(out, fmt.Sprintf("%s %g %%", r.told.Name(engine.Seat(i)), float64(v)/10))
		}
	}
	return strings.Join(out, ", ")
}

// callsInWords says what became of each reply.
func callsInWords(calls []engine.Call) string {
	out := make([]string, len(calls))
	for i, c := range calls {
		what := "taken"
		if c.Cause != engine.CauseNone {
			what = string(c.Cause)
		}
		if len(c.Mended) > 0 {
			what += " (mended: " + strings.Join(c.Mended, ", ") + ")"
		}
		out[i] = fmt.Sprintf("%d. %s", i+1, what)
	}
	return strings.Join(out, ", ")
}
