// Package openai speaks the chat-completions wire of OpenAI, which most servers of language models understand, and implements
// llm.Model with it. Where servers differ is a column of the table of presets.
//
// Replies are streamed, so that the deadlines of llm.Stream and its guards against endless text hold. An answer counts only if
// the server announced its end: by [DONE], by a finish_reason before a clean end of the body, or by one whole JSON object
// where a server doesn't stream. Whatever else comes back is an *llm.Failure that says whether another try is of use.
//
// Keys come from the environment alone (Preset) and leave the package in the Authorization header alone: no error, URL or
// printed value holds one, and where a server quotes it, it is struck out. The package keeps no log, retries nothing and knows
// no other wire.
package openai

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// Model is a model behind an endpoint. Safe for concurrent use.
type Model struct {
	options  llm.Options
	endpoint Endpoint
	client   *http.Client
	invalid  error // why no call can be made

	without atomic.Bool // the server does not take stream_options
	renamed atomic.Bool // it wants max_completion_tokens in place of max_tokens
}

// shared keeps connections open for all models: a batch has as many calls in flight as the queue lets through.
var shared = sync.OnceValue(func() *http.Client {
	t := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 30 * time.Second,
		IdleConnTimeout:     90 * time.Second,
		MaxIdleConnsPerHost: 256,
		ForceAttemptHTTP2:   true,
		DisableCompression:  true, // a compressed stream arrives in lumps
	}
	return &http.Client{Transport: t}
})

// New makes the model of the options at an endpoint. Without a client it shares one with all others; a client of one's own should
// have no Timeout, since the deadlines of the options hold, and a transport that keeps enough idle connections per host. Redirects
// are followed on the same server alone, and with the same method. Without a mode for the schema, that of the endpoint holds.
// Options that the endpoint can't honour (Endpoint.Check) fail every call.
func New(o llm.Options, endpoint Endpoint, client *http.Client) *Model {
	if client == nil {
		client = shared()
	}
	own := *client
	own.CheckRedirect = llm.SameServer
	if o.Schema == "" {
		o.Schema = endpoint.Schema
	}
	return &Model{options: o, endpoint: endpoint, client: &own, invalid: endpoint.Check(o)}
}

// Complete implements llm.Model. With a failure comes what text there was before it.
func (m *Model) Complete(ctx context.Context, p llm.Prompt) (llm.Completion, error) {
	if m.invalid != nil {
		return llm.Completion{}, m.permanent(0, m.invalid)
	}
	s := llm.NewStream(ctx, m.options.Time)
	defer s.Close()
	r := incoming{stream: s, owner: m}
	res, err := m.post(s.Context(), p)
	done := false
	if err == nil {
		defer res.Body.Close()
		done, err = r.take(res)
	}
	c, err := s.End(llm.Ending(done), m.clean(err))
	c.Model, c.Usage = r.model, r.usage
	if err != nil {
		return c, err
	}
	c.Finish = r.finish()
	drain(res.Body, s)
	return c, nil
}

// How much may follow an announced end, and for how long, before its connection is given up.
const (
	drainBytes = 64 << 10
	drainFor   = 50 * time.Millisecond
)

// drain reads what follows the end, mostly the last frame of the body, since a connection is used again only if its body was
// read to the end.
func drain(body io.Reader, s *llm.Stream) {
	t := time.AfterFunc(drainFor, s.Close)
	defer t.Stop()
	_, _ = io.CopyN(io.Discard, body, drainBytes) // the answer is whole already
}
