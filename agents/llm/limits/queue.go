package limits

import (
	"context"
	"slices"
	"sync"
)

// mostOvertaken is how often a waiting call may be overtaken by calls that share a prefix with a recent one.
const mostOvertaken = 64

// queue lets width calls through at a time; the width may change. The next is the oldest whose group was let through most
// recently, so that calls that share a prefix follow one another while the server still has it; else the oldest of all.
type queue struct {
	mu      sync.Mutex
	in      int
	width   int
	waiting []*ticket
	recent  []string // groups, the most recent last; at most width of them
}

type ticket struct {
	group     string
	overtaken int
	called    chan struct{}
}

func newQueue(width int) *queue { return &queue{width: width} }

// enter waits for a slot.
func (q *queue) enter(ctx context.Context, group string) error {
	q.mu.Lock()
	if q.in < q.width && len(q.waiting) == 0 {
		q.in++
		q.remember(group)
		q.mu.Unlock()
		return nil
	}
	t := &ticket{group: group, called: make(chan struct{})}
	q.waiting = append(q.waiting, t)
	q.mu.Unlock()
	select {
	case <-t.called:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if i := slices.Index(q.waiting, t); i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	} else { // it was called at the same moment: the slot goes on
		q.in--
		q.admit()
	}
	return context.Cause(ctx)
}

// leave gives a slot back.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.in--
	q.admit()
}

// resize changes the width. Calls that are in stay in.
func (q *queue) resize(width int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.width = width
	q.admit()
}

// admit calls those that wait while there is room.
func (q *queue) admit() {
	for q.in < q.width && len(q.waiting) > 0 {
		i := q.next()
		t := q.waiting[i]
		for _, w := range q.waiting[:i] {
			w.overtaken++
		}
		q.waiting = slices.Delete(q.waiting, i, i+1)
		q.remember(t.group)
		q.in++
		close(t.called)
	}
}

func (q *queue) next() int {
	if q.waiting[0].overtaken >= mostOvertaken {
		return 0
	}
	for k := len(q.recent) - 1; k >= 0; k-- {
		if i := slices.IndexFunc(q.waiting, func(t *ticket) bool { return t.group == q.recent[k] }); i >= 0 {
			return i
		}
	}
	return 0
}

func (q *queue) remember(group string) {
	if i := slices.Index(q.recent, group); i >= 0 {
		q.recent = slices.Delete(q.recent, i, i+1)
	}
	q.recent = append(q.recent, group)
	if over := len(q.recent) - q.width; over > 0 {
		q.recent = slices.Delete(q.recent, 0, over)
	}
}

func (q *queue) gauge() (inFlight, waiting int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.in, len(q.waiting)
}
