// Package faults has model servers that do one thing wrong each, on both wires: the name of the model asked for picks the fault. They are
// what a whole program is tried against; Conformance (package llmtest) tries the adapters alone.
//
// The faults are written anew after what users of servers and gateways have reported. Each says what it does, and what a careful reader of
// that would say is right: not what the program happens to do.
package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
)

// Marker stands in everything that a server sends and that must never be taken for an answer.
const Marker = "BROKEN-7f3a"

// Class is what is right to happen to a batch whose model is of a mode.
type Class string

// The classes.
const (
	Plays    Class = "plays"              // every game ends, nothing is forfeited
	Repaired Class = "plays, repaired"    // likewise, and some second replies were needed
	Forfeits Class = "forfeits, and ends" // the replies are at fault: those answers are forfeited under their cause
	Hopeless Class = "forfeits, and stops"
	Outage   Class = "waits"   // exit code 5, games parked, nothing forfeited
	Reading  Class = "reading" // about how a reply is read: it ends, and nothing fails or waits
)

// Mode is a fault.
type Mode struct {
	Wire  string // openai or ollama
	Name  string
	Does  string // what the server does
	Class Class
	Cause string // of the forfeits

	serve func(*call)
}

// Modes are all faults, those of the OpenAI wire first.
func Modes() []Mode { return append(append([]Mode{}, openaiModes...), ollamaModes...) }

// Server serves all modes.
type Server struct {
	URL string

	http  *httptest.Server
	mu    sync.Mutex
	asked map[string]int
	taken []time.Time // of the calls that a rate limit let through
}

// Serve starts a server. Close ends it.
func Serve() *Server {
	s := &Server{asked: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", func(w http.ResponseWriter, q *http.Request) { s.chat("openai", llmtest.OpenAI, w, q) })
	mux.HandleFunc("POST /v1/chat/completions/", func(w http.ResponseWriter, q *http.Request) { s.chat("openai", llmtest.OpenAI, w, q) })
	mux.HandleFunc("POST /api/chat", func(w http.ResponseWriter, q *http.Request) { s.chat("ollama", llmtest.Ollama, w, q) })
	mux.HandleFunc("GET /api/version", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"version":"0.12.6"}`) })
	s.http = httptest.NewServer(mux)
	s.URL = s.http.URL
	return s
}

// Close ends the server, whatever still hangs.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// call is one request for a mode.
type call struct {
	server *Server
	w      http.ResponseWriter
	q      *http.Request
	asked  llmtest.Request
	body   map[string]any // of the request
	k      int            // which call of the mode it is, from 1
	text   string         // a right answer
}

func (s *Server) chat(wire string, f llmtest.Framing, w http.ResponseWriter, q *http.Request) {
	raw, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	c := &call{server: s, w: w, q: q}
	if c.asked, err = f.Request(raw); err == nil {
		err = json.Unmarshal(raw, &c.body)
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, m := range Modes() {
		if m.Wire != wire || m.Name != c.asked.Model {
			continue
		}
		s.mu.Lock()
		s.asked[wire+"/"+m.Name]++
		c.k = s.asked[wire+"/"+m.Name]
		s.mu.Unlock()
		c.text = llmtest.Legal(c.asked.Messages, c.asked.Schema)
		m.serve(c)
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

// tokens are about those of the prompt.
func (c *call) tokens() int { return 1 + llm.Prompt{Messages: c.asked.Messages}.Chars()/4 }

// status answers with a status, a body and headers, in turn name and value.
func (c *call) status(code int, body string, header ...string) {
	c.w.Header().Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		c.w.Header().Set(header[i], header[i+1])
	}
	c.w.WriteHeader(code)
	c.write(body)
}

// write sends as it is. A client that has gone away is no matter.
func (c *call) write(text string) { _, _ = io.WriteString(c.w, text) }

// hang waits until the client gives up.
func (c *call) hang() { <-c.q.Context().Done() }

// cut breaks the connection, by a reset.
func (c *call) cut() {
	_ = http.NewResponseController(c.w).Flush() // what was written goes first
	panic(http.ErrAbortHandler)
}

// limited reports whether a limit of so many calls in a time is used up.
func (s *Server) limited(most int, in time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.taken) > 0 && time.Since(s.taken[0]) >= in {
		s.taken = s.taken[1:]
	}
	if len(s.taken) >= most {
		return true
	}
	s.taken = append(s.taken, time.Now())
	return false
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b)
}

func message(format string, args ...any) string {
	return fmt.Sprintf(`{"error":{"message":%s}}`, quote(fmt.Sprintf(format, args...)))
}
