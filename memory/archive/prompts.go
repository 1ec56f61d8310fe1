package archive

import (
	"context"
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
)

// CallsAt are those of one seat in one step, in the order of their attempts.
func CallsAt(calls []memory.ModelCall, step uint64, seat engine.Seat) []memory.ModelCall {
	var out []memory.ModelCall
	for _, c := range calls {
		if c.Step == step && c.Seat == seat {
			out = append(out, c)
		}
	}
	return out
}

var errNoCalls = errors.New("an answer of a model without a call: the log was altered")

// Prompts builds the prompts of the calls of one step and seat.
func Prompts(ctx context.Context, spec llm.PromptSpec, vectors *llm.Vectors, events []engine.Event, own []memory.ModelCall) ([]llm.Prompt,
	error) {
	if len(own) == 0 { // an altered log may have an answer that no call led to
		return nil, errNoCalls
	}
	replies := make([]llm.Completion, len(own))
	for i, c := range own {
		replies[i] = callOf(c).Completion
	}
	seen, asked, err := llm.At(events, own[0].Step, own[0].Seat)
	if err != nil {
		return nil, err
	}
	relevant, err := vectors.For(ctx, seen, asked)
	if err != nil {
		return nil, err
	}
	ask := llm.Ask{Spec: &spec, Policy: own[0].Policy, Seen: seen, Request: asked, Vectors: relevant}
	prompts := ask.Rebuild(replies)
	if len(prompts) < len(own) {
		return nil, fmt.Errorf("step %d, seat %d: %d calls are kept where the replies make for %d", own[0].Step, own[0].Seat, len(own),
			len(prompts))
	}
	return prompts, nil
}

// CheckHashes compares prompts that were built again with the hashes of those that were sent.
func CheckHashes(prompts []llm.Prompt, own []memory.ModelCall) error {
	for i, c := range own {
		if got := prompts[i].Hash(); got != c.PromptHash {
			return fmt.Errorf("step %d, seat %d, attempt %d: the rebuilt prompt has the hash %s, the one that was sent %s: the log or "+
				"this program's templates differ", c.Step, c.Seat, c.Attempt, got, c.PromptHash)
		}
	}
	return nil
}

// CheckCalls rebuilds every prompt of a game and compares the stored replies with the digests under the chain. Prompts of
// templates that this program does not have are not rebuilt; the number of those that were is returned.
func CheckCalls(ctx context.Context, store *memory.Store, g memory.Game) (int, error) {
	events, calls, err := eventsAndCalls(ctx, store, g)
	if err != nil || len(calls) == 0 {
		return 0, err
	}
	spec, err := Specification(ctx, store, g)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range events {
		answered, ok := e.Body.(engine.Answered)
		if !ok {
			continue
		}
		own := CallsAt(calls, e.Step, answered.Seat)
		if len(own) != len(answered.Calls) {
			return n, fmt.Errorf("event %d names %d calls of seat %d in step %d, %d are kept", e.Seq, len(answered.Calls), answered.Seat,
				e.Step, len(own))
		}
		for i, c := range answered.Calls {
			if got := llm.ReplyHash(callOf(own[i]).Completion); got != c.Reply {
				return n, fmt.Errorf("step %d, seat %d, attempt %d: the stored reply has the digest %.12s, the log says %.12s: it was "+
					"altered", e.Step, answered.Seat, i, got, c.Reply)
			}
		}
		if spec.Check() != nil {
			continue
		}
		prompts, err := Prompts(ctx, spec, Embeddings(spec, store, g.Key), events, own)
		if err == nil {
			err = CheckHashes(prompts, own)
		}
		if err != nil {
			return n, err
		}
		n += len(own)
	}
	return n, nil
}
