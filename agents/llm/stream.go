package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/turncoat-sim/turncoat/engine"
)

// The guards of a streamed reply: small models bound to a grammar may go on for ever with white space or with one phrase.
const (
	maxBlank   = 40      // white-space characters in a row
	window     = 60      // characters of a phrase
	repeats    = 4       // times that one phrase may follow itself
	maxReply   = 1 << 18 // bytes of text, and of thinking
	checkEvery = 32      // characters between two looks for repetition
)

// Stream gathers a streamed reply under its deadlines and ends one that stalls, repeats itself or has no end. A provider feeds
// it what arrives and asks it, when the wire has ended, what came of it.
type Stream struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	time   Deadlines
	began  time.Time

	mu       sync.Mutex
	text     strings.Builder
	thinking strings.Builder
	first    time.Duration
	last     time.Time // a piece came
	blank    int
	looked   int
	ended    bool
	whole    bool // the server has announced the end of the reply
}

// NewStream starts the clock of a call. Close releases it.
func NewStream(parent context.Context, d Deadlines) *Stream {
	s := &Stream{time: d, began: time.Now()}
	s.ctx, s.cancel = context.WithCancelCause(parent)
	if d != (Deadlines{}) {
		s.timer = time.AfterFunc(s.patience(d.First), s.late)
	}
	return s
}

// Context is the call's own: it ends when the stream is given up, too.
func (s *Stream) Context() context.Context { return s.ctx }

// Close releases the clock and whatever still waits on the context.
func (s *Stream) Close() {
	if s.timer != nil {
		s.timer.Stop()
	}
	s.cancel(context.Canceled)
}

// Said is the text that has come by now.
func (s *Stream) Said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// Whole says that the reply is whole, and that what may follow it is not part of it: it is waited for so long and no longer, and
// whatever goes wrong with it is of no matter.
func (s *Stream) Whole(wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.whole = true; s.timer == nil {
		s.timer = time.AfterFunc(wait, s.late)
	}
	s.timer.Reset(wait)
}

// patience is how long to wait from now: a step's bound or what is left of the total.
func (s *Stream) patience(step time.Duration) time.Duration {
	left := s.time.Total - time.Since(s.began)
	switch {
	case s.time.Total <= 0 && step <= 0:
		return 1<<63 - 1
	case s.time.Total <= 0:
		return step
	case step <= 0:
		return max(left, 0)
	}
	return max(min(step, left), 0)
}

func (s *Stream) late() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	if s.whole {
		s.cancel(context.Canceled)
		return
	}
	what := fmt.Sprintf("no token for %v", s.time.Idle)
	switch {
	case s.time.Total > 0 && time.Since(s.began) >= s.time.Total:
		what = fmt.Sprintf("no whole answer within %v", s.time.Total)
	case s.first == 0:
		what = fmt.Sprintf("no first token within %v", s.time.First)
	}
	// A reply that goes on and on is the model's; silence is the server's.
	endless := s.first > 0 && s.time.Total > 0 && time.Since(s.began) >= s.time.Total &&
		(s.time.Idle <= 0 || time.Since(s.last) < s.time.Idle/2)
	s.cancel(&Failure{Cause: engine.CauseTimeout, Retry: true, Parks: !endless, Err: errors.New(what)})
}

// Text takes a piece of the reply. An error says that the stream is given up; reading on is no use.
func (s *Stream) Text(piece string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.arrived(piece); err != nil {
		return err
	}
	s.text.WriteString(piece)
	for _, r := range piece {
		if s.blank++; !unicode.IsSpace(r) {
			s.blank = 0
		}
		if s.blank > maxBlank {
			return s.giveUp("white space without end")
		}
	}
	return s.look(&s.text)
}

// Thought takes a piece of what the model thinks aloud.
func (s *Stream) Thought(piece string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.arrived(piece); err != nil {
		return err
	}
	s.thinking.WriteString(piece)
	if s.thinking.Len() > maxReply {
		return s.giveUp("thinking without end")
	}
	return nil
}

func (s *Stream) arrived(piece string) error {
	if err := context.Cause(s.ctx); err != nil {
		return err
	}
	if piece == "" {
		return nil
	}
	if s.first == 0 {
		s.first = time.Since(s.began)
	}
	s.last = time.Now()
	if s.timer != nil {
		s.timer.Reset(s.patience(s.time.Idle))
	}
	return nil
}

// look ends a text that says the last window over and over.
func (s *Stream) look(b *strings.Builder) error {
	n := b.Len()
	if n > maxReply {
		return s.giveUp("a reply without end")
	}
	if n-s.looked < checkEvery || n < window*repeats {
		return nil
	}
	s.looked = n
	if repeatsItself(b.String()) {
		return s.giveUp("the same words over and over")
	}
	return nil
}

// repeatsItself reports whether a text ends in one phrase of at least window/4 characters said several times in a row.
func repeatsItself(text string) bool {
	n := len(text)
	for period := window / 4; period <= window*2; period++ {
		if n < period*repeats {
			return false
		}
		if tail := text[n-period*(repeats-1):]; tail == text[n-period*repeats:n-period] {
			return true
		}
	}
	return false
}

func (s *Stream) giveUp(what string) error {
	f := &Failure{Cause: engine.CauseRepetition, Err: errors.New(what)}
	s.cancel(f)
	return f
}

// Ending says how the wire of an answer ended.
type Ending bool

// The ends of a wire.
const (
	BrokenOff Ending = false
	Announced Ending = true // the server said that the answer is at its end
)

// End is what came of the call: how its wire ended, and the wire's error, nil if it had none. An answer counts only if the end was
// announced, without an error, while the context was alive.
func (s *Stream) End(how Ending, err error) (Completion, error) {
	s.mu.Lock()
	s.ended = true
	c := Completion{Text: s.text.String(), Thinking: s.thinking.String(), Took: Took{First: s.first, Total: time.Since(s.began)}}
	whole := s.whole
	s.mu.Unlock()
	if whole {
		return c, nil
	}
	cause := context.Cause(s.ctx)
	if f, ok := FailureOf(cause); ok {
		return c, f
	}
	if cause != nil {
		return c, cause
	}
	if f, ok := FailureOf(err); ok {
		return c, f
	}
	switch {
	case err != nil && s.first == 0:
		return c, &Failure{Cause: engine.CauseProvider, Retry: true, Parks: true, Err: err}
	case err != nil:
		return c, &Failure{Cause: engine.CauseIncomplete, Retry: true, Parks: true, Err: fmt.Errorf("the answer broke off: %w", err)}
	case how == BrokenOff:
		return c, &Failure{Cause: engine.CauseIncomplete, Retry: true, Parks: true, Err: errors.New("the answer broke off before its end")}
	}
	return c, nil
}
