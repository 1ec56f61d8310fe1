// Package ollama plays a model of an ollama server, over ollama's own client.
//
// The client reports no error for an answer that was cut off by the connection, by a deadline or by a line of over 8 MB. So an
// answer counts here only if the server announced its end while the context was alive; whatever else comes is a typed
// llm.Failure. All calls of a Model send the same options apart from the seed, since a server reloads the model when
// load options change; two Models of one server and model name should have the same Options.Context for the same reason.
//
// A call costs the client next to no time and a buffer of 8 MB, which ollama's client allocates for each call and never
// grows: a hundred calls at once hold 800 MB until the collector runs. Queues and retries are package limits' work; the
// server itself queues calls of a loaded model without limit.
//
// The package knows the wire and nothing of games. It must not decide whether a reply is a legal answer.
package ollama

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/ollama/ollama/api"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// keepAlive is how long the server keeps a model loaded after a call: a batch may pause for longer than the server's 5 minutes.
const keepAlive = 30 * time.Minute

// drainFor is how long is waited, behind the end of a reply, for the end of the body: then its connection is used again.
const drainFor = 50 * time.Millisecond

// seedBits are what every runner takes: the oldest has 32 bits, all of them set meaning "no seed".
const seedBits = 1<<31 - 1

// repeatLimit is how many equal tokens in a row make the server end an answer without announcing its end.
const repeatLimit = 30

// Client talks to one server. It is safe for concurrent use.
type Client struct {
	api  *api.Client
	base string

	refuses atomic.Bool // the server is known to refuse a prompt that is too long
}

// Connect makes a client of a server without asking it anything. The host is written as for OLLAMA_HOST; empty means what that
// variable of the process says, and 127.0.0.1:11434 without it. A nil client is one of its own, without a time limit, since
// deadlines belong to the calls.
func Connect(host string, client *http.Client) (*Client, error) {
	base, err := address(host)
	if err != nil {
		return nil, err
	}
	own := http.Client{}
	if client != nil {
		own = *client
	}
	next := own.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	own.Transport, own.CheckRedirect = strict{next}, llm.SameServer
	return &Client{api: api.NewClient(base, &own), base: base.String()}, nil
}

// Model is one model of a server under fixed options.
type Model struct {
	client  *Client
	options llm.Options
	sent    map[string]any // the options block: the same for all calls, apart from the seed and the temperature
	think   *api.ThinkValue

	there atomic.Bool // it has answered: if it is not found now, it may be back in a moment
}

var _ llm.Model = (*Model)(nil)

// New makes the model that the options name, of the server at host (see Connect). It asks the server nothing. The options
// need the length of the context and of the reply: the server's own are a guess by its memory and endless.
func New(o llm.Options, host string, client *http.Client) (*Model, error) {
	c, err := Connect(host, client)
	if err != nil {
		return nil, err
	}
	return c.model(o)
}

// model makes the model that the options name; see New.
func (c *Client) model(o llm.Options) (*Model, error) {
	think, err := thinking(o.Think)
	switch {
	case err != nil:
		return nil, fmt.Errorf("ollama model %s: %w", o.Model, err)
	case o.Model == "":
		return nil, errors.New("ollama: no model is named")
	case o.Context <= 0 || o.Predict <= 0:
		return nil, fmt.Errorf("ollama model %s: context (%d) and predict (%d) have to be given, in tokens", o.Model, o.Context, o.Predict)
	case o.Predict >= o.Context:
		return nil, fmt.Errorf("ollama model %s: a reply of %d tokens leaves no room for a prompt in a context of %d", o.Model, o.Predict,
			o.Context)
	case !slices.Contains([]llm.Mode{"", llm.Native, llm.PromptOnly}, o.Schema):
		return nil, fmt.Errorf("ollama model %s: unknown schema mode %q", o.Model, o.Schema)
	}
	sent := map[string]any{"num_ctx": o.Context, "num_predict": o.Predict}
	if o.TopP != nil {
		sent["top_p"] = *o.TopP
	}
	return &Model{client: c, options: o, sent: sent, think: think}, nil
}

// thinking is the setting on the wire. A server makes of thinking and a schema together what its version has it make. Seen and
// read on v0.11.4: "on" is refused (400) by a model without the capability, and so are low, medium and high by all but gpt-oss;
// the grammar binds the model from its first token, so that it can't think, and the parser, having looked for a thought in vain,
// gives the first token twice: the reply begins with "{{". In v0.17.4 (read, not seen) a model that can think does so unless told
// not to, without the grammar, and is then asked once more with its thought and the grammar, if it thought at all; the counts are
// those of the second request.
func thinking(setting string) (*api.ThinkValue, error) {
	switch setting {
	case "":
		return nil, nil
	case "off", "on":
		return &api.ThinkValue{Value: setting == "on"}, nil
	case "low", "medium", "high":
		return &api.ThinkValue{Value: setting}, nil
	}
	return nil, fmt.Errorf("think is %q; it may be off, on, low, medium or high", setting)
}

// Client is the server that the model is asked of.
func (m *Model) Client() *Client { return m.client }

// Complete asks the model once.
func (m *Model) Complete(ctx context.Context, p llm.Prompt) (llm.Completion, error) {
	c, err := m.ask(ctx, m.request(p))
	if err != nil {
		return c, err
	}
	return c, m.whole(ctx, p, c.Usage)
}

func (m *Model) request(p llm.Prompt) *api.ChatRequest {
	r := &api.ChatRequest{
		Model:     m.options.Model,
		Stream:    new(true),
		KeepAlive: &api.Duration{Duration: keepAlive},
		Options:   maps.Clone(m.sent),
		Think:     m.think,
		Truncate:  new(false), // cutting is silent and from the front, where the rules and the role are
		Shift:     new(false),
	}
	for _, msg := range p.Messages {
		r.Messages = append(r.Messages, api.Message{Role: string(msg.Speaker), Content: msg.Text})
	}
	r.Options["seed"] = int(p.Seed & seedBits)
	if heat := m.options.Heat(p); heat != nil {
		r.Options["temperature"] = *heat
	}
	if m.options.Schema == llm.Native {
		r.Format = json.RawMessage(p.Schema)
	}
	return r
}

func (m *Model) ask(ctx context.Context, r *api.ChatRequest) (llm.Completion, error) {
	s := llm.NewStream(ctx, m.options.Time)
	defer s.Close()
	a := &answer{stream: s}
	err := m.client.api.Chat(context.WithValue(s.Context(), tapKey{}, &a.tap), r, a.take)
	c, err := s.End(llm.Ending(a.done), a.judge(m.client.explain(err, m.options.Model)))
	if err == nil {
		m.there.Store(true)
	}
	if f, failed := llm.FailureOf(err); failed && f.Status == http.StatusNotFound && m.there.Load() {
		again := *f
		again.Retry, err = true, &again
	}
	a.fill(&c, m.options.Model)
	return c, err
}

// errWrong is that of an answer whose bytes are no text.
var errWrong = &llm.Failure{Cause: engine.CauseIncomplete, Retry: true, Parks: true, Err: errors.New("the answer is no valid UTF-8")}

// answer gathers what the wire brings.
type answer struct {
	stream *llm.Stream
	tap    tap
	last   api.ChatResponse
	done   bool

	token  string // the last one, and how often it came in a row
	equals int
}

func (a *answer) take(r api.ChatResponse) error {
	if a.done {
		return nil // what follows the end is not part of the reply
	}
	if r.Done {
		a.last = r
		a.done = r.DoneReason != "load" && r.DoneReason != "unload" // those answer a request without messages
	}
	if a.equals++; strings.TrimSpace(r.Message.Content) != a.token {
		a.token, a.equals = strings.TrimSpace(r.Message.Content), 0
	}
	if r.Message.Thinking != "" {
		if err := a.stream.Thought(r.Message.Thinking); err != nil {
			return err
		}
	}
	if a.tap.wrong && strings.ContainsRune(r.Message.Content, utf8.RuneError) {
		return errWrong
	}
	if r.Message.Content != "" {
		if err := a.stream.Text(r.Message.Content); err != nil {
			return err
		}
	}
	if a.done {
		a.stream.Whole(drainFor)
	}
	return nil
}

// judge finds what the client keeps to itself: why an answer without an error has no end.
func (a *answer) judge(err error) error {
	switch {
	case err == nil && a.tap.wrong, errors.Is(err, errWrong):
		return errWrong
	case a.done:
		return nil
	case err != nil || a.done:
		return err
	case a.tap.err != nil:
		return a.tap.err
	case a.tap.line >= longestLine:
		return &llm.Failure{Cause: engine.CauseIncomplete, Retry: true, Parks: true, Err: errors.New("the answer has a line of over 8 MB")}
	case a.equals >= repeatLimit-1:
		return &llm.Failure{Cause: engine.CauseRepetition,
			Err: fmt.Errorf("the server ended the answer after %q was said %d times in a row", a.token, a.equals+1)}
	}
	return nil
}

// fill takes over what the last chunk says. Counts are unknown where they are 0.
func (a *answer) fill(c *llm.Completion, name string) {
	c.Model, c.Finish, c.Tries = a.last.Model, reply.Stop, 1
	if c.Model == "" {
		c.Model = name
	}
	if strings.EqualFold(a.last.DoneReason, "length") {
		c.Finish = reply.Length
	}
	if !a.done {
		c.Finish = ""
	}
	c.Usage = llm.Usage{Prompt: max(0, a.last.PromptEvalCount), Reply: max(0, a.last.EvalCount)}
	c.Took.Load = a.last.LoadDuration
}
