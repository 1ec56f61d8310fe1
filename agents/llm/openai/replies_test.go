package openai_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/llm/openai"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// says serves one body to every call and gives the model for it.
func says(t *testing.T, contentType, body string) *openai.Model {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	return vllm(t, srv.URL, llm.Options{Model: "m", Time: patient})
}

const stream, plain = "text/event-stream", "application/json"

// replies are bodies that servers send, and what becomes of them.
var replies = []struct {
	name, kind, body string
	want             llm.Completion
	cause            engine.Cause
	status           int
}{
	{name: "a whole answer where no stream came", kind: plain,
		body: "\ufeff\n" + string(llmtest.OpenAI.Whole("hi", "hm", reply.Length, llm.Usage{Prompt: 5, Cached: 4, Reply: 3, Thinking: 2})),
		want: llm.Completion{Text: "hi", Thinking: "hm", Finish: reply.Length, Model: "fake",
			Usage: llm.Usage{Prompt: 5, Cached: 4, Reply: 3, Thinking: 2}}},
	{name: "a whole answer over many lines", kind: plain,
		body: "\ufeff{\n \"choices\": [\n {\"message\": {\n\"content\": \"hi\"}}\n]\n}\n",
		want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "a whole answer over 8 MB", kind: plain, body: `{"choices":[{"message":{"content":"` + strings.Repeat("x", 8<<20), cause: engine.CauseProvider},
	{name: "a first line over 8 MB", kind: stream, body: `data: {"choices":[{"delta":{"content":"` + strings.Repeat("x", 8<<20), cause: engine.CauseProvider},
	{name: "half of a whole answer", kind: plain, body: `{"choices":[{"message":{"content":"h`, cause: engine.CauseProvider},
	{name: "no choice", kind: plain, body: `{"choices":[]}`, cause: engine.CauseProvider},
	{name: "an array", kind: plain, body: `[1]`, cause: engine.CauseProvider},
	{name: "an error with 200", kind: plain, body: `{"error":{"message":"no provider","code":429}}`, cause: engine.CauseProvider,
		status: 429},
	{name: "an empty body", kind: stream, cause: engine.CauseIncomplete},
	{name: "finish_reason and a clean end", kind: stream,
		body: `data: {"choices":[{"delta":{"content":"hi"}}]}` + "\n\n" + `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}`,
		want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "[DONE] without a line's end, CRLF, comments and other fields", kind: stream,
		body: ": keep-alive\r\n\r\nevent: message\r\nid: 1\r\n" +
			"data:{\"model\":\"m-1\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\r\n\r\ndata:\r\nretry: 5\r\ndata: [DONE]",
		want: llm.Completion{Text: "hi", Finish: reply.Stop, Model: "m-1"}},
	{name: "both names of thinking", kind: stream,
		body: `data: {"choices":[{"delta":{"reasoning":"hm","reasoning_content":"hm"}}]}` + "\n" +
			`data: {"choices":[{"delta":{"reasoning":"!"}}]}` + "\n" + `data: [DONE]`,
		want: llm.Completion{Thinking: "hm!", Finish: reply.Stop}},
	{name: "another choice is not ours", kind: stream,
		body: `data: {"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}]}` + "\n" + `data: [DONE]`,
		want: llm.Completion{Text: "yes", Finish: reply.Stop}},
	{name: "nothing stays of an earlier event", kind: stream,
		body: `data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":3,"prompt_cache_hit_tokens":2}}` + "\n" +
			`data: {"choices":[{"delta":{}}]}` + "\n" + `data: {"choices":[],"usage":null}` + "\n" + `data: [DONE]`,
		want: llm.Completion{Text: "a", Finish: reply.Stop, Usage: llm.Usage{Prompt: 3, Cached: 2}}},
	{name: "counts below zero are unknown", kind: stream,
		body: `data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":-1,"completion_tokens":-1}}` + "\n" +
			`data: [DONE]`,
		want: llm.Completion{Text: "a", Finish: reply.Stop}},
	{name: "an end and no answer before it", kind: stream, body: "data: [DONE]\n\n", cause: engine.CauseIncomplete},
	{name: "events as lines of JSON", kind: "application/json", want: llm.Completion{Text: "hi", Finish: reply.Stop},
		body: `{"choices":[{"delta":{"content":"h"}}]}` + "\n" + `{"choices":[{"delta":{"content":"i"}}]}` + "\n" +
			`{"choices":[{"delta":{},"finish_reason":"stop"}]}` + "\n"},
	{name: "the server's network broke off", kind: stream,
		body: `data: {"choices":[{"delta":{"content":"a"},"finish_reason":"network_error"}]}` + "\n\n",
		want: llm.Completion{Text: "a"}, cause: engine.CauseProvider},
	{name: "an error amidst, without its frame", kind: stream,
		body: `data: {"choices":[{"delta":{"content":"a"}}]}` + "\n" + `{"error":"out of slots"}`,
		want: llm.Completion{Text: "a"}, cause: engine.CauseProvider},
	{name: "an error in llama.cpp's field", kind: stream, body: `error: {"code":503,"message":"loading model"}`,
		cause: engine.CauseProvider, status: 503},
	{name: "the server broke off", kind: stream, body: `data: {"choices":[{"delta":{"content":"a"},"finish_reason":"error"}]}` +
		"\n\ndata: [DONE]\n",
		want: llm.Completion{Text: "a"}, cause: engine.CauseProvider},
	{name: "no field is needed but the text", kind: stream, want: llm.Completion{Text: "hi", Finish: reply.Stop},
		body: `data: {"model":7,"object":[],"usage":[1],"error":false,"choices":[{"index":"0","delta":{"content":"hi","refusal":false,"reasoning":{"a":1},"reasoning_content":7,"tool_calls":{}},"finish_reason":null,"error":null}]}` + "\n\ndata: [DONE]\n"},
	{name: "an index that is null", kind: stream, body: `data: {"choices":[{"index":null,"delta":{"content":"hi"}}]}` +
		"\n\ndata: [DONE]\n", want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "a server that counts from 1", kind: stream, want: llm.Completion{Text: "hi!", Finish: reply.Length},
		body: `data: {"choices":[{"index":1,"delta":{"content":"hi"}},{"index":2,"delta":{"content":"no"}}]}` + "\n\n" +
			`data: {"choices":[{"index":1,"delta":{"content":"!"},"finish_reason":"LENGTH"}]}` + "\n\n"},
	{name: "counts with fractions", kind: stream, want: llm.Completion{Text: "hi", Finish: reply.Stop,
		Usage: llm.Usage{Prompt: 100, Reply: 20, Cached: 3, Thinking: 2}},
		body: `data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}` + "\n\n" + `data: {"choices":[],"usage":{"prompt_tokens":100.0,"completion_tokens":"20","prompt_tokens_details":{"cached_tokens":3.0},"completion_tokens_details":{"reasoning_tokens":2}}}` + "\n\ndata: [DONE]\n"},
	{name: "counts that are none", kind: stream, want: llm.Completion{Text: "hi", Finish: reply.Stop},
		body: `data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9223372036854775808,"completion_tokens":[1],"prompt_tokens_details":[],"completion_tokens_details":"x"}}` + "\n\ndata: [DONE]\n"},
	{name: "content in parts, some of them thoughts", kind: stream, want: llm.Completion{Text: "hi!", Thinking: "hm", Finish: reply.Stop},
		body: `data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"hi"}]}}]}` + "\n\n" + `data: {"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}` + "\n\n"},
	{name: "content in parts, whole", kind: plain, body: `{"choices":[{"message":{"content":[{"type":"text","text":"hi"}]}}]}`,
		want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "an event over several lines", kind: stream,
		body: "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"hi\"},\ndata: \"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
		want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "events over several lines", kind: stream,
		body: strings.Repeat("data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"hi\"}}]}\n\n", 3) + "data: [DONE]\n\n",
		want: llm.Completion{Text: "hihihi", Finish: reply.Stop}},
	{name: "an event over several lines that is none", kind: stream,
		body: "data: {\"choices\":\ndata: [{\"delta\"\n\ndata: [DONE]\n\n", cause: engine.CauseProvider},
	{name: "CR alone", kind: stream, body: "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\r\rdata: [DONE]\r\r",
		want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "events as HTML", kind: "text/html", body: "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n",
		want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "comments in data", kind: stream, body: "data: : keep-alive\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n" +
		"\ndata: DONE\n\n", want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "a finish in capitals, and more behind it", kind: stream, want: llm.Completion{Text: "hi", Finish: reply.Length},
		body: `data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"MAX_TOKENS"}]}` + "\n\n" +
			`data: {"choices":[{"delta":{"content":"BROKEN"}}]}` + "\n\n" + `data: {"error":{"message":"late"}}` + "\n\n"},
	{name: "an end with every piece", kind: stream, want: llm.Completion{Text: `{"a":1}`, Finish: reply.Stop},
		body: `data: {"choices":[{"delta":{"content":"{\"a\""},"finish_reason":"stop"}]}` + "\n\n" +
			`data: {"choices":[{"delta":{"content":":1}"},"finish_reason":"stop"}]}` + "\n\n" +
			`data: {"choices":[{"delta":{"content":"BROKEN"}}]}` + "\n\ndata: [DONE]\n\n"},
	{name: "a filter's finish in capitals", kind: stream,
		body: `data: {"choices":[{"delta":{"content":"a"},"finish_reason":"SAFETY"}]}` + "\n\n",
		want: llm.Completion{Text: "a", Finish: reply.Refused}},
	{name: "the whole again behind its pieces", kind: stream, want: llm.Completion{Text: "hi", Finish: reply.Stop},
		body: `data: {"choices":[{"delta":{"content":"hi"}}]}` + "\n\n" +
			`data: {"choices":[{"delta":{},"message":{"content":"hi"},"finish_reason":"stop"}]}` + "\n\n"},
	{name: "the answer as a tool's arguments", kind: stream, want: llm.Completion{Text: `{"a":1}`, Finish: reply.Stop},
		body: `data: {"choices":[{"delta":{"content":null,"tool_calls":[{"function":{"name":"answer","arguments":"{\"a\""}}]}}]}` +
			"\n\n" + `data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}` +
			"\n\n"},
	{name: "no end, but a whole value in a whole body", kind: stream, body: `data: {"choices":[{"delta":{"content":"{\"a\":1}"}}]}` +
		"\n\n", want: llm.Completion{Text: `{"a":1}`, Finish: reply.Stop}},
	{name: "no end, and no whole value", kind: stream, body: `data: {"choices":[{"delta":{"content":"{\"a\":"}}]}` + "\n\n",
		want: llm.Completion{Text: `{"a":`}, cause: engine.CauseIncomplete},
	{name: "objects in an array", kind: plain, body: `[{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}]`,
		want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "an error of a choice", kind: stream, body: `data: {"choices":[{"error":{"message":"out of slots","code":502},"delta":{"content":""},"finish_reason":"error"}]}` + "\n\n", cause: engine.CauseProvider, status: 502},
	{name: "vLLM's error of before", kind: stream,
		body: `data: {"object":"error","message":"This model's maximum context length is 4096 tokens","code":400}` +
			"\n\ndata: [DONE]\n\n", cause: engine.CauseTruncated, status: 400},
	{name: "an error that is a word, with 200", kind: plain, body: `{"error":"Unexpected endpoint or method. Returning 200 anyway"}`,
		cause: engine.CauseProvider},
	{name: "errors that are none", kind: plain, body: `{"error":{},"choices":[{"error":"","message":{"content":"hi"}}]}`,
		want: llm.Completion{Text: "hi", Finish: reply.Stop}},
	{name: "a filter", kind: stream, body: `data: {"error":{"code":"content_filter","message":"no"}}`, cause: engine.CauseRefusal},
}

func TestReplies(t *testing.T) {
	for _, c := range replies {
		t.Run(c.name, func(t *testing.T) {
			got, err := says(t, c.kind, c.body).Complete(t.Context(), hello)
			f, failed := llm.FailureOf(err)
			if failed != (c.cause != "") || err != nil && !failed || failed && (f.Cause != c.cause || f.Status != c.status) {
				t.Fatalf("the error is %v, want cause %q with status %d", err, c.cause, c.status)
			}
			got.Took = llm.Took{}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
