package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/cmd/turncoat/replay"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// leaks lists the prompts of a game, and the views of it, that would be others if what is another seat's own had been another: thoughts,
// beliefs, roles, the causes of forfeits. What belongs to whom is told by the kind of event, not by its audience.
func leaks(ctx context.Context, spec llm.PromptSpec, events []engine.Event, calls []memory.ModelCall) (wrong []string, compared int,
	err error) {
	done := map[turnKey]bool{}
	for _, c := range calls {
		key := turnKey{c.Step, c.Seat}
		if done[key] {
			continue
		}
		done[key] = true
		own := archive.CallsAt(calls, c.Step, c.Seat)
		other := altered(events, c.Seat)
		if !told(events, c.Step) {
			other = moved(other, c.Seat)
		}
		prompts, err := archive.Prompts(ctx, spec, nil, other, own)
		if err != nil {
			return nil, compared, fmt.Errorf("step %d, seat %d, in another world: %w", c.Step, c.Seat, err)
		}
		compared += len(own)
		if err := archive.CheckHashes(prompts, own); err != nil {
			wrong = append(wrong, fmt.Sprintf("step %d: seat %d was told what is another's own: %v", c.Step, c.Seat, err))
		}
	}
	views, err := leakingViews(events)
	return append(wrong, views...), compared, err
}

// leakingViews are the tellings of a game that would be others.
func leakingViews(events []engine.Event) (wrong []string, err error) {
	tell := func(events []engine.Event, as replay.View) (string, error) {
		var out bytes.Buffer
		err := replay.Render(&out, events, replay.Options{As: as, Thoughts: true, Beliefs: true, Width: 80})
		return out.String(), err
	}
	views := map[engine.Seat]replay.View{engine.NoSeat: replay.Public}
	for _, e := range events {
		if b, ok := e.Body.(engine.Opened); ok {
			for s := range b.Names {
				views[engine.Seat(s)] = replay.Seat(engine.Seat(s))
			}
		}
	}
	for seat, view := range views {
		here, err := tell(events, view)
		if err != nil {
			return nil, err
		}
		there, err := tell(altered(events, seat), view)
		if err != nil {
			return nil, err
		}
		if here != there {
			wrong = append(wrong, fmt.Sprintf("the telling for seat %d (-1: the public) holds what is another's own", seat))
		}
	}
	return wrong, nil
}

// altered is a game in which what is each other seat's own is another.
func altered(events []engine.Event, viewer engine.Seat) []engine.Event {
	out := slices.Clone(events)
	for i := range out {
		switch b := out[i].Body.(type) {
		case engine.Thought:
			if b.Seat != viewer {
				b.Text = "the thought of another world"
				out[i].Body = b
			}
		case engine.Belief:
			if b.Observer != viewer {
				b.PerMille = slices.Clone(b.PerMille)
				for s, v := range b.PerMille {
					if v != engine.Unstated {
						b.PerMille[s] = (v + 370) % 1001
					}
				}
				out[i].Body = b
			}
		case engine.Forfeited:
			if b.Seat != viewer {
				b.Cause = engine.CauseTimeout
				out[i].Body = b
			}
		case engine.Debriefed:
			if b.Seat != viewer {
				b.Text = "the debriefing of another world"
				out[i].Body = b
			}
		}
	}
	return out
}

// told reports whether roles were made public before a step.
func told(events []engine.Event, step uint64) bool {
	return slices.ContainsFunc(events, func(e engine.Event) bool {
		kind := e.Body.Kind()
		return e.Step < step && (kind == engine.KindRevealed || kind == engine.KindEnded || kind == engine.KindBanished)
	})
}

// moved is a game of one traitor in which another is it, if the viewer is not: the role goes to the next faithful seat that isn't
// the viewer.
func moved(events []engine.Event, viewer engine.Seat) []engine.Event {
	roles := map[engine.Seat]engine.Role{}
	from, traitors := engine.NoSeat, 0
	for _, e := range events {
		if b, ok := e.Body.(engine.Dealt); ok {
			if roles[b.Seat] = b.Role; b.Role == engine.RoleTraitor {
				from, traitors = b.Seat, traitors+1
			}
		}
	}
	if from == viewer || traitors != 1 {
		return events
	}
	to := from
	for to == from || to == viewer {
		to = (to + 1) % engine.Seat(len(roles))
	}
	out := slices.Clone(events)
	for i := range out {
		switch b := out[i].Body.(type) {
		case engine.Dealt:
			switch b.Seat {
			case from:
				b.Role = roles[to]
			case to:
				b.Role = engine.RoleTraitor
			}
			out[i].Body = b
		case engine.Allies:
			out[i].Body = engine.Allies{Seats: []engine.Seat{to}}
		}
	}
	return out
}

// strayThoughts lists sentences of raw thoughts that stand in another seat's prompt, where the thinker neither said them nor had
// them from its own prompt. It trusts no kind of event: it looks at the words alone.
func strayThoughts(prompts map[turnKey]string, calls []memory.ModelCall) (wrong []string, looked int) {
	spoken := ""
	for _, c := range calls {
		var said rawReply
		if json.Unmarshal([]byte(c.Reply), &said) == nil {
			spoken += " " + letters(said.Text)
		}
	}
	for _, c := range calls {
		var said rawReply
		if json.Unmarshal([]byte(c.Reply), &said) != nil {
			continue
		}
		for _, sentence := range strings.FieldsFunc(said.Thought, func(c rune) bool { return strings.ContainsRune(".!?\n", c) }) {
			s := letters(sentence)
			if len(s) < 30 || strings.Contains(spoken, s) || strings.Contains(prompts[turnKey{c.Step, c.Seat}], s) {
				continue
			}
			looked++
			for key, prompt := range prompts {
				if key.seat != c.Seat && strings.Contains(prompt, s) && !thoughtBy(calls, key.seat, s) {
					wrong = append(wrong, fmt.Sprintf("seat %d thought %q in step %d, and it stands in the prompt of seat %d in step %d",
						c.Seat, sentence, c.Step, key.seat, key.step))
				}
			}
		}
	}
	return wrong, looked
}

// thoughtBy reports whether a seat thought the same by itself: its own words come back to it in a repair.
func thoughtBy(calls []memory.ModelCall, seat engine.Seat, letter string) bool {
	return slices.ContainsFunc(calls, func(c memory.ModelCall) bool {
		return c.Seat == seat && strings.Contains(letters(c.Reply), letter)
	})
}

// promptTexts are the letters of what each turn's prompts held, as they were sent.
func promptTexts(ctx context.Context, spec llm.PromptSpec, events []engine.Event, calls []memory.ModelCall) (map[turnKey]string, error) {
	out := map[turnKey]string{}
	for _, c := range calls {
		key := turnKey{c.Step, c.Seat}
		if _, done := out[key]; done {
			continue
		}
		own := archive.CallsAt(calls, c.Step, c.Seat)
		prompts, err := archive.Prompts(ctx, spec, nil, events, own)
		if err == nil {
			err = archive.CheckHashes(prompts, own)
		}
		if err != nil {
			return nil, err
		}
		for _, p := range prompts {
			for _, m := range p.Messages {
				out[key] += letters(m.Text) + " "
			}
		}
	}
	return out, nil
}

// promptsOf reads what a game's prompts follow from: its batch's specification and its events.
func promptsOf(t *testing.T, store *memory.Store, g memory.Game) (llm.PromptSpec, []engine.Event, error) {
	t.Helper()
	spec, err := archive.Specification(t.Context(), store, g)
	if err != nil {
		return spec, nil, err
	}
	events, err := archive.Events(t.Context(), store, g)
	return spec, events, err
}
