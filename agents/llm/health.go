package llm

import (
	"errors"
	"fmt"
	"sync"

	"github.com/turncoat-sim/turncoat/engine"
)

// hopelessAfter is how many answers of a policy have to fail, the first of a run without exception, for the batch to be stopped.
const hopelessAfter = 20

// errHopeless is that a policy has given no answer that counts. Its games wait: something about model, server or spec has to change.
var errHopeless = errors.New("no answer counts")

// Health watches the answers of a batch's policies in this run. Safe for concurrent use; the zero value has seen none.
type Health struct {
	mu     sync.Mutex
	failed map[string]int // by policy; below 0: one counted, and nothing is watched any more
}

// note takes an answer into account. Its error wraps errHopeless, once the first hopelessAfter answers of the policy have all failed.
func (h *Health) note(policy string, cause engine.Cause, last string) error {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failed == nil {
		h.failed = map[string]int{}
	}
	switch n := h.failed[policy]; {
	case n < 0:
		return nil
	case cause == engine.CauseNone:
		h.failed[policy] = -1
		return nil
	}
	if h.failed[policy]++; h.failed[policy] < hopelessAfter {
		return nil
	}
	return fmt.Errorf("%w: all of the first %d of %s failed, the last as %s; it said: %s; look into it with: turncoat doctor '%s'",
		errHopeless, h.failed[policy], policy, cause, quoted(last), policy)
}

// quoted is the beginning of a reply, on one line.
func quoted(text string) string {
	words := []rune(Words(text))
	switch {
	case len(words) == 0:
		return "nothing"
	case len(words) > 160:
		return "“" + string(words[:160]) + "…”"
	}
	return "“" + string(words) + "”"
}
