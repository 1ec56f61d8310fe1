package llmtest

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
)

// Answer is what a model replies. The schema is nil where the call sent none.
type Answer func(messages []llm.Message, schema json.RawMessage) string

// Setup says how a Server serves. The zero value answers at once, one call at a time, with Legal.
type Setup struct {
	Width   int           // calls that are answered at the same time; the others queue; 0 counts as 1
	Latency time.Duration // that a call holds its slot for before the first piece of the reply
	Piece   int           // runes of a piece of the reply; 0: 24
	Answer  Answer        // safe for concurrent use; nil: Legal
	Models  []string      // that the server lists; nil: "fake"
	Forget  bool          // keeps no requests
	Context int           // tokens of a prompt, from which on it is refused with Refusal; 0: none is
	Refusal string        // the words, in which %d is the context
	Bytes   int           // of a token; 0: 4
	Cut     bool          // cuts, as Ollama 0.11.4 does, what is longer than a call's num_ctx, without a word
	Trained int           // context that Ollama's /api/show tells of each model; 0: it tells none
	Slots   int           // that llama.cpp's /props tells, each with Context tokens; 0: there is no /props
}

// Server is a fake model server on the loopback that understands both wires, for whole games. It counts what it does.
type Server struct {
	URL string // without a path

	setup Setup
	http  *httptest.Server
	slots chan struct{}

	mu    sync.Mutex
	in    int
	load  Load
	since time.Time // the first call came in; zero: none did
	calls []Call
}

// Call is a request as the server saw it. The times count from the first request's coming in.
type Call struct {
	Wire string
	Request
	In, Began, Ended time.Duration
	Gone             bool // the client went away before the reply was out
}

// Load is what a server had to do.
type Load struct {
	Calls  int           // that were answered
	Peak   int           // most calls in at a time, those in the queue included
	Busy   time.Duration // sum over the slots of the time that each was taken
	Waited time.Duration // sum over the calls of the time in the queue
	Span   time.Duration // from the first request's coming in to the last reply's end
	Width  int
}

// Share is the part of the slots' time that was used, from 0 to 1: busy slot-seconds over width times span.
func (l Load) Share() float64 {
	if l.Span == 0 {
		return 0
	}
	return l.Busy.Seconds() / (l.Span.Seconds() * float64(l.Width))
}

// Serve starts a server. Close ends it.
func Serve(s Setup) *Server {
	s.Width = max(1, s.Width)
	if s.Piece <= 0 {
		s.Piece = 24
	}
	if s.Answer == nil {
		s.Answer = Legal
	}
	if s.Models == nil {
		s.Models = []string{served}
	}
	srv := &Server{setup: s, slots: make(chan struct{}, s.Width), load: Load{Width: s.Width}}
	mux := http.NewServeMux()
	for _, f := range []Framing{OpenAI, Ollama} {
		mux.HandleFunc("POST "+f.Path, func(w http.ResponseWriter, q *http.Request) { srv.chat(f, w, q) })
	}
	mux.HandleFunc("GET /v1/models", srv.listOpenAI)
	mux.HandleFunc("GET /api/tags", srv.listOllama)
	mux.HandleFunc("POST /api/show", srv.show)
	mux.HandleFunc("GET /props", srv.props)
	mux.HandleFunc("GET /api/version", func(w http.ResponseWriter,
		_ *http.Request) {
		sendJSON(w, map[string]string{"version": "0.0.0-fake"})
	})
	srv.http = httptest.NewServer(mux)
	srv.URL = srv.http.URL
	return srv
}

// Close ends the server when the calls that are in are answered.
func (s *Server) Close() { s.http.Close() }

// Load is what the server had to do up to now.
func (s *Server) Load() Load {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load
}

// Calls are the requests in the order in which they were done with.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// chat answers a call: it waits for a slot, holds it for the latency, and streams.
func (s *Server) chat(f Framing, w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	asked, err := f.Request(body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(f.Error(err.Error()))
		return
	}
	c := Call{Wire: f.Name, Request: asked, In: s.arrive(), Gone: true}
	booked := false
	book := func() { // once, and before the client can know of the end: what it then reads is settled
		if !booked {
			booked = true
			s.leave(c)
		}
	}
	defer book()
	select {
	case s.slots <- struct{}{}:
	case <-q.Context().Done():
		return
	}
	free := sync.OnceFunc(func() { <-s.slots })
	defer free()
	if s.setup.Cut {
		asked = s.cut(asked)
	}
	if s.tokens(asked) > s.setup.Context && s.setup.Context > 0 && s.setup.Refusal != "" {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(f.Error(strings.ReplaceAll(s.setup.Refusal, "%d", strconv.Itoa(s.setup.Context))))
		return
	}
	c.Began = s.now()
	if !pass(q.Context(), s.setup.Latency) {
		return
	}
	s.answer(f, asked, w, func() {
		c.Gone = false
		book()
		free()
	})
}

func (s *Server) now() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.since)
}

func (s *Server) arrive() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.since.IsZero() {
		s.since = time.Now()
	}
	s.in++
	s.load.Peak = max(s.load.Peak, s.in)
	return time.Since(s.since)
}

// leave books a call that ends now. One that went away held its slot all the same.
func (s *Server) leave(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in--
	c.Ended = time.Since(s.since)
	if c.Began == 0 {
		c.Began = c.Ended
	}
	s.load.Busy += c.Ended - c.Began
	s.load.Waited += c.Began - c.In
	s.load.Span = max(s.load.Span, c.Ended)
	if !c.Gone {
		s.load.Calls++
	}
	if !s.setup.Forget {
		s.calls = append(s.calls, c)
	}
}

// pass lets the latency pass. False: the client went away.
func pass(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// answer writes the reply, in one go or a piece at a time, and calls end before the last of it. Tokens are counted as four
// bytes each, or as the setup says. Where the client has gone away, end is not called.
func (s *Server) answer(f Framing, q Request, w http.ResponseWriter, end func()) {
	text := s.setup.Answer(q.Messages, q.Schema)
	u := llm.Usage{Prompt: s.tokens(q), Reply: 1 + len(text)/4}
	last := f.Whole(text, "", reply.Stop, u)
	w.Header().Set("Content-Type", "application/json")
	if q.Stream {
		last = f.End(reply.Stop, u)
		w.Header().Set("Content-Type", f.Type)
		if !s.stream(f, text, w) {
			return
		}
	}
	end()
	_, _ = w.Write(last)
}

func (s *Server) tokens(q Request) int {
	return 1 + llm.Prompt{Messages: q.Messages}.Chars()/cmp.Or(s.setup.Bytes, 4)
}

// stream writes the pieces of a reply. False: the client went away.
func (s *Server) stream(f Framing, text string, w http.ResponseWriter) bool {
	out := http.NewResponseController(w)
	for piece := range slices.Chunk([]rune(text), s.setup.Piece) {
		if _, err := w.Write(f.Piece(string(piece))); err != nil || out.Flush() != nil {
			return false
		}
	}
	return true
}

func (s *Server) listOpenAI(w http.ResponseWriter, _ *http.Request) {
	type entry struct {
		ID     string         `json:"id"`
		Object string         `json:"object"`
		Meta   map[string]int `json:"meta,omitempty"`
	}
	var list []entry
	for _, name := range s.setup.Models {
		e := entry{ID: name, Object: "model"}
		if s.setup.Slots > 0 { // it is llama.cpp
			e.Meta = map[string]int{"n_ctx": s.setup.Context}
		}
		list = append(list, e)
	}
	sendJSON(w, map[string]any{"object": "list", "data": list})
}

func (s *Server) listOllama(w http.ResponseWriter, _ *http.Request) {
	type entry struct {
		Name   string `json:"name"`
		Model  string `json:"model"`
		Digest string `json:"digest"`
	}
	var list []entry
	for _, name := range s.setup.Models {
		list = append(list, entry{name, name, hashOf(name)})
	}
	sendJSON(w, map[string]any{"models": list})
}

func sendJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a client that is gone needs no list
}
