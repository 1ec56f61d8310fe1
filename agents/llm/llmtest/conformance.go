package llmtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// Wire is an adapter under test.
type Wire struct {
	Framing Framing
	// New builds the adapter for a server's URL, without a path. Its model is "fake", its mode llm.Native.
	New func(t testing.TB, url string, d llm.Deadlines) llm.Model
}

// The deadlines of the cases: patient ones never end while a test runs, the short one ends in the case that waits for it.
const (
	patient = time.Minute
	short   = 20 * time.Millisecond
)

// asked is the prompt of every case.
var asked = llm.Prompt{
	Messages: []llm.Message{
		{Speaker: llm.System, Text: "You are one of the players of a game that is played by talking and voting."},
		{Speaker: llm.User, Text: "Say good morning to the others. Reply with one JSON object with the key \"text\"."},
	},
	Schema: []byte(`{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}`),
	Seed:   7, Caller: llm.Caller{Game: "g"},
}

// used is what the servers of the cases count.
func used() llm.Usage { return llm.Usage{Prompt: asked.Chars()/4 + 1, Reply: 9} }

// Conformance runs every fault of a model server past an adapter. The servers wait on channels and connections, never for a
// time; the deadlines are the adapter's own.
func Conformance(t *testing.T, wire Wire) {
	for _, c := range cases(wire.Framing) {
		t.Run(c.name, func(t *testing.T) { c.run(t, wire) })
	}
	t.Run("nobody listens", func(t *testing.T) { nobodyListens(t, wire) })
	t.Run("the caller gives up", func(t *testing.T) { callerGivesUp(t, wire) })
	t.Run("many at once", func(t *testing.T) { manyAtOnce(t, wire) })
	t.Run("retry after a date", func(t *testing.T) { retryAfterDate(t, wire) })
}

// fault is a server that does one thing wrong, and what the adapter has to make of it.
type fault struct {
	name  string
	serve func(*exchange)
	time  llm.Deadlines // zero: patient

	text, thinking string // kept of the reply
	finish         reply.Finish
	failure        *llm.Failure // Cause, Retry, Parks, RetryAfter and Status are compared; nil: none
	says           string       // stands in the error
}

// Shorthands for what is expected.
var (
	incomplete = &llm.Failure{Cause: engine.CauseIncomplete, Retry: true, Parks: true}
	timeout    = &llm.Failure{Cause: engine.CauseTimeout, Retry: true, Parks: true}
	endless    = &llm.Failure{Cause: engine.CauseRepetition}
	outOfReach = &llm.Failure{Cause: engine.CauseProvider, Retry: true, Parks: true}
)

func permanent(status int) *llm.Failure {
	return &llm.Failure{Cause: engine.CauseProvider, Parks: true, Status: status}
}

func passing(status int) *llm.Failure {
	return &llm.Failure{Cause: engine.CauseProvider, Retry: true, Parks: true, Status: status}
}

const (
	whole = `{"text":"Grüß euch, 世界 🗡️"}`
	begun = `{"text":"Good mor`
)

func cases(f Framing) []fault {
	out := append(answers(f), broken(f)...)
	return append(out, statuses(f)...)
}

// answers are replies that count.
func answers(f Framing) []fault {
	out := []fault{
		{name: "whole answer in pieces", text: whole, finish: reply.Stop, serve: func(r *exchange) {
			b := append(f.Piece(whole[:7]), f.Piece(whole[7:])...)
			r.pieces(append(b, f.End(reply.Stop, used())...), 3) // runes are split between the pieces
		}},
		{name: "thinking apart", text: whole, thinking: "Hm, a pitfall.", finish: reply.Stop, serve: func(r *exchange) {
			r.write(f.Thought("Hm, a "), f.Thought("pitfall."), f.Piece(whole), f.End(reply.Stop, used()))
		}},
		{name: "what follows the end is not needed", text: whole, finish: reply.Stop, serve: func(r *exchange) {
			r.write(f.Piece(whole), f.End(reply.Stop, used()), f.Piece("and more"), f.Fault("late"))
		}},
		{name: "at the token limit", text: begun, finish: reply.Length, serve: func(r *exchange) {
			r.write(f.Piece(begun), f.End(reply.Length, used()))
		}},
	}
	if f.Refusal == nil {
		return out
	}
	return append(out,
		fault{name: "refusal in words", text: "I can't do that.", finish: reply.Refused, serve: func(r *exchange) {
			r.write(f.Refusal("I can't "), f.Refusal("do that."), f.End(reply.Stop, used()))
		}},
		fault{name: "refusal by a filter", text: begun, finish: reply.Refused, serve: func(r *exchange) {
			r.write(f.Piece(begun), f.End(reply.Refused, used()))
		}})
}

// broken are replies that began, or should have.
func broken(f Framing) []fault {
	mark := "MARK"
	bad := bytes.Replace(f.Piece(mark), []byte(mark), []byte("\xff\xfe"), 1)
	open, _, _ := bytes.Cut(f.Piece(mark), []byte(mark))
	return []fault{
		{name: "half an answer", text: begun, failure: incomplete, serve: func(r *exchange) { r.write(f.Piece(begun)) }},
		{name: "half a line", text: begun, failure: incomplete, serve: func(r *exchange) { r.write(f.Piece(begun), open) }},
		{name: "slow first token", failure: timeout, time: llm.Deadlines{First: short, Idle: patient, Total: patient},
			serve: (*exchange).hang},
		{name: "stall", text: begun, failure: timeout, time: llm.Deadlines{First: patient, Idle: short, Total: patient},
			serve: func(r *exchange) {
				r.write(f.Piece(begun))
				r.hang()
			}},
		{name: "no end within the total", failure: timeout, time: llm.Deadlines{First: patient, Idle: patient, Total: short},
			serve: (*exchange).hang},
		{name: "reset before the first token", failure: outOfReach, serve: (*exchange).reset},
		{name: "reset after the first token", text: begun, failure: incomplete, serve: func(r *exchange) {
			r.write(f.Piece(begun))
			r.reset()
		}},
		{name: "an endless line", text: begun, failure: incomplete, serve: func(r *exchange) {
			r.write(f.Piece(begun), open)
			r.forever([]byte(strings.Repeat("x", 1<<16)))
		}},
		{name: "invalid UTF-8", text: begun, failure: incomplete, serve: func(r *exchange) {
			r.write(f.Piece(begun), bad, f.End(reply.Stop, used()))
		}},
		{name: "no JSON", text: begun, failure: incomplete, serve: func(r *exchange) {
			r.write(f.Piece(begun), open, []byte("}}}\n\n"), f.End(reply.Stop, used()))
		}},
		{name: "an error amidst", text: begun, failure: outOfReach, says: "out of memory", serve: func(r *exchange) {
			r.write(f.Piece(begun), f.Fault("the runner is out of memory"))
		}},
		{name: "endless repetition", failure: endless, serve: func(r *exchange) { r.forever(f.Piece("I did not vote for the baker. ")) }},
		{name: "endless white space", failure: endless, serve: func(r *exchange) {
			r.write(f.Piece(begun))
			r.forever(f.Piece("\n\t "))
		}},
	}
}

// statuses are refusals before any reply.
func statuses(f Framing) []fault {
	page := []byte("<!doctype html><html><body>Bad gateway</body></html>")
	late := passing(http.StatusTooManyRequests)
	late.RetryAfter, late.Throttled = 7*time.Second, true
	out := []fault{
		{name: "an empty 503", failure: passing(503), serve: func(r *exchange) { r.status(503, "", nil) }},
		{name: "429 with Retry-After", failure: late, serve: func(r *exchange) {
			r.to.Header().Set("Retry-After", "7")
			r.status(429, "application/json", f.Error("slow down"))
		}},
		{name: "500", failure: passing(500), says: "runner", serve: func(r *exchange) {
			r.status(500, "application/json", f.Error("the runner has crashed"))
		}},
		{name: "HTML with 200", failure: permanent(200), says: "HTML", serve: func(r *exchange) { r.status(200, "text/html", page) }},
		{name: "HTML with 200 under another name", failure: permanent(200), says: "HTML",
			serve: func(r *exchange) { r.status(200, f.Type, page) }},
		{name: "HTML with 502", failure: passing(502), says: "HTML", serve: func(r *exchange) { r.status(502, "text/html", page) }},
	}
	for words, tokens := range map[string]int{
		"This model's maximum context length is 4096 tokens. However, you requested 5120 tokens.": 4096,
		"the input length exceeds the context length":                                             0,
	} {
		long := &llm.Failure{Cause: engine.CauseTruncated, Status: 400, TooLong: true, Context: tokens}
		out = append(out, fault{name: "too long: " + words, failure: long, says: words, serve: func(r *exchange) {
			r.status(400, "application/json", f.Error(words))
		}})
	}
	for _, code := range []int{400, 401, 403, 404} {
		out = append(out, fault{name: http.StatusText(code), failure: permanent(code), says: "what the server says",
			serve: func(r *exchange) {
				r.status(code, "application/json", f.Error("what the server says"))
			}})
	}
	return out
}

// run serves the fault to the adapter and compares.
func (c fault) run(t *testing.T, wire Wire) {
	d := c.time
	if d == (llm.Deadlines{}) {
		d = llm.Deadlines{First: patient, Idle: patient, Total: patient}
	}
	srv := serve(t, wire.Framing, c.serve)
	got, err := wire.New(t, srv, d).Complete(t.Context(), asked)
	if c.failure == nil {
		c.counts(t, got, err)
		return
	}
	f, ok := llm.FailureOf(err)
	if !ok {
		t.Fatalf("the error is %v, want a failure of cause %s", err, c.failure.Cause)
	}
	want := *c.failure
	if want.Status == 200 && f.Status == 0 { // whether an answer that is none has a status is the adapter's affair
		want.Status = 0
	}
	if f.Cause != want.Cause || f.Retry != want.Retry || f.Parks != want.Parks || f.RetryAfter != want.RetryAfter ||
		f.Throttled != want.Throttled || f.TooLong != want.TooLong || f.Context != want.Context || f.Status != want.Status {
		t.Errorf("the failure is %s; want cause %s, retry %v, parks %v, after %v, status %d", show(f), want.Cause, want.Retry, want.Parks,
			want.RetryAfter, want.Status)
	}
	if !strings.Contains(err.Error(), c.says) {
		t.Errorf("the error is %q, want it to say %q", err, c.says)
	}
	if c.failure == endless {
		if got.Text == "" {
			t.Error("nothing was kept of the endless text")
		}
	} else if got.Text != c.text {
		t.Errorf("the text is %q, want %q kept", got.Text, c.text)
	}
}

func (c fault) counts(t *testing.T, got llm.Completion, err error) {
	if err != nil {
		t.Fatalf("the answer counts, but the error is %v", err)
	}
	if got.Text != c.text || got.Thinking != c.thinking || got.Finish != c.finish {
		t.Errorf("got %q, thinking %q, finish %q; want %q, %q, %q", got.Text, got.Thinking, got.Finish, c.text, c.thinking, c.finish)
	}
	if got.Model != served || got.Usage.Prompt != used().Prompt || got.Usage.Reply != used().Reply {
		t.Errorf("model %q used %+v; want %q and %+v", got.Model, got.Usage, served, used())
	}
	if got.Took.First <= 0 || got.Took.Total < got.Took.First {
		t.Errorf("the first token took %v of %v", got.Took.First, got.Took.Total)
	}
}

func show(f *llm.Failure) string {
	return strings.Join([]string{"cause " + string(f.Cause), flag("retry", f.Retry), flag("parks", f.Parks), "after " +
		f.RetryAfter.String(), flag("throttled", f.Throttled), fmt.Sprintf("too long %v (%d)", f.TooLong, f.Context), "error: " +
		f.Error()}, ", ")
}

func flag(name string, on bool) string {
	if on {
		return name
	}
	return "no " + name
}

// nobodyListens calls an address whose server is gone.
func nobodyListens(t *testing.T, wire Wire) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	_, err := wire.New(t, srv.URL, llm.Deadlines{First: patient}).Complete(t.Context(), asked)
	f, ok := llm.FailureOf(err)
	if !ok || f.Cause != engine.CauseProvider || !f.Retry || !f.Parks || f.Status != 0 {
		t.Errorf("the error is %v, want a failure that retries and parks", err)
	}
}

// callerGivesUp ends the caller's context while the server has yet to answer: that is no failure of the model.
func callerGivesUp(t *testing.T, wire Wire) {
	ctx, cancel := context.WithCancel(t.Context())
	srv := serve(t, wire.Framing, func(r *exchange) {
		r.write(wire.Framing.Piece(begun))
		cancel()
		r.hang()
	})
	_, err := wire.New(t, srv, llm.Deadlines{First: patient}).Complete(ctx, asked)
	if _, ok := llm.FailureOf(err); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

// manyAtOnce makes calls of one model side by side, for the race detector.
func manyAtOnce(t *testing.T, wire Wire) {
	f := wire.Framing
	srv := serve(t, f, func(r *exchange) { r.write(f.Piece(whole), f.End(reply.Stop, used())) })
	m := wire.New(t, srv, llm.Deadlines{First: patient, Idle: patient, Total: patient})
	const calls = 8
	errs := make(chan error, calls)
	for range calls {
		go func() {
			c, err := m.Complete(t.Context(), asked)
			if err == nil && c.Text != whole {
				err = errors.New("got " + c.Text)
			}
			errs <- err
		}()
	}
	for range calls {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// retryAfterDate gives the other form of the header.
func retryAfterDate(t *testing.T, wire Wire) {
	srv := serve(t, wire.Framing, func(r *exchange) {
		r.to.Header().Set("Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		r.status(503, "", nil)
	})
	_, err := wire.New(t, srv, llm.Deadlines{First: patient}).Complete(t.Context(), asked)
	if f, ok := llm.FailureOf(err); !ok || f.RetryAfter < 50*time.Minute || f.RetryAfter > time.Hour {
		t.Errorf("the error is %v, want a failure with an hour to wait", err)
	}
}

// exchange is a server's side of a call.
type exchange struct {
	t      *testing.T
	frames string
	to     http.ResponseWriter
	from   *http.Request
}

// serve starts a server that answers every call of the wire's path by f. It ends with the test.
func serve(t *testing.T, framing Framing, f func(*exchange)) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if _, err := io.Copy(io.Discard, q.Body); err != nil { // until it is read, nobody notices that the client is gone
			return
		}
		if q.URL.Path != framing.Path {
			t.Errorf("a call of %s, want %s", q.URL.Path, framing.Path)
		}
		f(&exchange{t, framing.Type, w, q})
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// write sends frames at once.
func (r *exchange) write(frames ...[]byte) {
	r.to.Header().Set("Content-Type", r.frames)
	_, _ = r.to.Write(bytes.Join(frames, nil)) // a client that is gone is what many cases are about
	_ = http.NewResponseController(r.to).Flush()
}

// pieces sends a few bytes at a time.
func (r *exchange) pieces(b []byte, n int) {
	for len(b) > 0 {
		n = min(n, len(b))
		r.write(b[:n])
		b = b[n:]
	}
}

// enough is how much of an endless reply a client may take before it has to give up: the longest line and what is on its way.
const enough = 64 << 20

// forever sends a frame until the client goes away.
func (r *exchange) forever(frame []byte) {
	r.to.Header().Set("Content-Type", r.frames)
	for sent := 0; r.from.Context().Err() == nil; sent += len(frame) {
		if sent > enough {
			r.t.Errorf("the client took %d MB and asked for more", sent>>20)
			return
		}
		if _, err := r.to.Write(frame); err != nil {
			return
		}
	}
}

// hang waits until the client goes away.
func (r *exchange) hang() { <-r.from.Context().Done() }

// reset ends the connection as a server does that was killed.
func (r *exchange) reset() {
	conn, _, err := http.NewResponseController(r.to).Hijack()
	if err != nil {
		r.t.Error(err)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func (r *exchange) status(code int, contentType string, body []byte) {
	if contentType != "" {
		r.to.Header().Set("Content-Type", contentType)
	}
	r.to.WriteHeader(code)
	_, _ = r.to.Write(body)
}
