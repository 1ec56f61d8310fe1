// Package llmtest has what every adapter of a model server is tested with: Conformance, the suite of faults that each has to
// tell apart, and Server, a fake model server on both wires for whole games.
//
// It knows how servers frame their replies (Framing) and nothing of the adapters that read them.
package llmtest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
)

// Framing is how a kind of server writes its replies and reads its requests.
type Framing struct {
	Name string
	Path string // of a call, behind the server's URL
	Type string // content type of a streamed reply

	Piece   func(text string) []byte                                              // a piece of a streamed reply
	Thought func(text string) []byte                                              // a piece of thinking
	Refusal func(text string) []byte                                              // a refusal in words; nil: the wire has none
	Fault   func(message string) []byte                                           // an error in the midst of a stream
	End     func(why reply.Finish, u llm.Usage) []byte                            // announces the end
	Whole   func(text string, thought string, f reply.Finish, u llm.Usage) []byte // a reply that is not streamed
	Error   func(message string) []byte                                           // body of a status from 400 on
	Request func(body []byte) (Request, error)
}

// Request is what a server understood of a call.
type Request struct {
	Model    string
	Messages []llm.Message
	Schema   json.RawMessage // nil: none was sent
	Stream   bool
	Body     []byte // as it came
}

// served is the model that the framings name.
const served = "fake"

// OpenAI is the wire of chat completions: server-sent events.
var OpenAI = Framing{
	Name: "openai", Path: "/v1/chat/completions", Type: "text/event-stream",
	Piece: func(text string) []byte {
		return event(`{"index":0,"delta":{"content":%s},"finish_reason":null}`, quote(text))
	},
	Thought: func(text string) []byte {
		return event(`{"index":0,"delta":{"reasoning_content":%s},"finish_reason":null}`, quote(text))
	},
	Refusal: func(text string) []byte {
		return event(`{"index":0,"delta":{"refusal":%s},"finish_reason":null}`, quote(text))
	},
	Fault: func(message string) []byte {
		return fmt.Appendf(nil, `data: {"error":{"message":%s,"type":"server_error"}}`+"\n\n", quote(message))
	},
	End:   endOpenAI,
	Whole: wholeOpenAI,
	Error: func(message string) []byte {
		return fmt.Appendf(nil, `{"error":{"message":%s,"type":"invalid_request_error","code":null}}`, quote(message))
	},
	Request: requestOpenAI,
}

// Ollama is the wire of /api/chat: a JSON object a line.
var Ollama = Framing{
	Name: "ollama", Path: "/api/chat", Type: "application/x-ndjson",
	Piece: func(text string) []byte {
		return lineOllama(fmt.Sprintf(`{"role":"assistant","content":%s}`, quote(text)))
	},
	Thought: func(text string) []byte {
		return lineOllama(fmt.Sprintf(`{"role":"assistant","content":"","thinking":%s}`, quote(text)))
	},
	Fault:   func(message string) []byte { return fmt.Appendf(nil, `{"error":%s}`+"\n", quote(message)) },
	End:     func(why reply.Finish, u llm.Usage) []byte { return append(wholeOllama("", "", why, u), '\n') },
	Whole:   wholeOllama,
	Error:   func(message string) []byte { return fmt.Appendf(nil, `{"error":%s}`, quote(message)) },
	Request: requestOllama,
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b)
}

func event(choice string, text string) []byte {
	return fmt.Appendf(nil, `data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"`+served+`","choices":[`+choice+`]}`+"\n\n", text)
}

func endOpenAI(why reply.Finish, u llm.Usage) []byte {
	b := event(`{"index":0,"delta":{},"finish_reason":%s}`, quote(reasonOpenAI(why)))
	b = fmt.Appendf(b, `data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"`+served+`","choices":[],"usage":%s}`+"\n\n", usageOpenAI(u))
	return append(b, "data: [DONE]\n\n"...)
}

func reasonOpenAI(why reply.Finish) string {
	if why == reply.Refused {
		return "content_filter"
	}
	return string(why)
}

func usageOpenAI(u llm.Usage) string {
	return fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d},"completion_tokens_details":{"reasoning_tokens":%d}}`,
		u.Prompt, u.Reply, u.Prompt+u.Reply, u.Cached, u.Thinking)
}

func wholeOpenAI(text, thought string, why reply.Finish, u llm.Usage) []byte {
	return fmt.Appendf(nil, `{"id":"c1","object":"chat.completion","created":1,"model":"`+served+`","choices":[{"index":0,"message":{"role":"assistant","content":%s,"reasoning_content":%s},"finish_reason":%s}],"usage":%s}`,
		quote(text), quote(thought), quote(reasonOpenAI(why)), usageOpenAI(u))
}

func requestOpenAI(body []byte) (Request, error) {
	var q struct {
		Model    string
		Messages []llm.Message
		Stream   bool
		Format   struct {
			Schema struct {
				Schema json.RawMessage
			} `json:"json_schema"`
		} `json:"response_format"`
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return Request{}, fmt.Errorf("read the request: %w", err)
	}
	return Request{q.Model, q.Messages, q.Format.Schema.Schema, q.Stream, body}, nil
}

const headOllama = `{"model":"` + served + `","created_at":"2026-01-01T00:00:00Z",`

func lineOllama(message string) []byte {
	return fmt.Appendf(nil, headOllama+`"message":%s,"done":false}`+"\n", message)
}

// wholeOllama has durations, in nanoseconds, that are never 0: to Ollama 0 means unknown.
func wholeOllama(text, thought string, why reply.Finish, u llm.Usage) []byte {
	return fmt.Appendf(nil, headOllama+`"message":{"role":"assistant","content":%s,"thinking":%s},"done":true,"done_reason":%s,"total_duration":%d,"load_duration":%d,"prompt_eval_count":%d,"prompt_eval_duration":%d,"eval_count":%d,"eval_duration":%d}`,
		quote(text), quote(thought), quote(string(why)), 5*time.Millisecond, time.Millisecond, u.Prompt, time.Millisecond, u.Reply,
		2*time.Millisecond)
}

func requestOllama(body []byte) (Request, error) {
	q := struct {
		Model    string
		Messages []llm.Message
		Stream   *bool
		Format   json.RawMessage
	}{}
	if err := json.Unmarshal(body, &q); err != nil {
		return Request{}, fmt.Errorf("read the request: %w", err)
	}
	if len(q.Format) == 0 || q.Format[0] != '{' { // "json" and null are no schema
		q.Format = nil
	}
	return Request{q.Model, q.Messages, q.Format, q.Stream == nil || *q.Stream, body}, nil
}
