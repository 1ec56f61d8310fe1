package openai_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"turncoat/agents/llm"
	"turncoat/agents/llm/llmtest"
	"turncoat/agents/llm/openai"
	"turncoat/engine"
)

var patient = llm.Deadlines{First: time.Minute, Idle: time.Minute, Total: time.Minute}

var hello = llm.Prompt{
	Messages: []llm.Message{{Speaker: llm.System, Text: "be <brief>"}, {Speaker: llm.User, Text: "hello"}},
	Schema:   json.RawMessage(`{"type":"object"}`),
	Seed:     1<<63 | 7,
}

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

func TestReplies(t *testing.T) {
	const stream, plain = "text/event-stream", "application/json"
	for _, c := range []struct {
		name, kind, body string
		want             llm.Completion
		cause            engine.Cause
		status           int
	}{
		{name: "a whole answer where no stream came", kind: plain,
			body: "\ufeff\n" + string(llmtest.OpenAI.Whole("hi", "hm", llm.Length, llm.Usage{Prompt: 5, Cached: 4, Reply: 3, Thinking: 2})),
			want: llm.Completion{Text: "hi", Thinking: "hm", Finish: llm.Length, Model: "fake", Usage: llm.Usage{Prompt: 5, Cached: 4, Reply: 3, Thinking: 2}}},
		{name: "a whole answer over many lines", kind: plain, body: "\ufeff{\n \"choices\": [\n {\"message\": {\n\"content\": \"hi\"}}\n]\n}\n",
			want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "a whole answer over 8 MB", kind: plain, body: `{"choices":[{"message":{"content":"` + strings.Repeat("x", 8<<20), cause: engine.CauseProvider},
		{name: "a first line over 8 MB", kind: stream, body: `data: {"choices":[{"delta":{"content":"` + strings.Repeat("x", 8<<20), cause: engine.CauseProvider},
		{name: "half of a whole answer", kind: plain, body: `{"choices":[{"message":{"content":"h`, cause: engine.CauseProvider},
		{name: "no choice", kind: plain, body: `{"choices":[]}`, cause: engine.CauseProvider},
		{name: "an array", kind: plain, body: `[1]`, cause: engine.CauseProvider},
		{name: "an error with 200", kind: plain, body: `{"error":{"message":"no provider","code":429}}`, cause: engine.CauseProvider, status: 429},
		{name: "an empty body", kind: stream, cause: engine.CauseIncomplete},
		{name: "finish_reason and a clean end", kind: stream,
			body: `data: {"choices":[{"delta":{"content":"hi"}}]}` + "\n\n" + `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}`,
			want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "[DONE] without a line's end, CRLF, comments and other fields", kind: stream,
			body: ": keep-alive\r\n\r\nevent: message\r\nid: 1\r\ndata:{\"model\":\"m-1\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\r\n\r\ndata:\r\nretry: 5\r\ndata: [DONE]",
			want: llm.Completion{Text: "hi", Finish: llm.Stop, Model: "m-1"}},
		{name: "both names of thinking", kind: stream,
			body: `data: {"choices":[{"delta":{"reasoning":"hm","reasoning_content":"hm"}}]}` + "\n" + `data: {"choices":[{"delta":{"reasoning":"!"}}]}` + "\n" + `data: [DONE]`,
			want: llm.Completion{Thinking: "hm!", Finish: llm.Stop}},
		{name: "another choice is not ours", kind: stream,
			body: `data: {"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}]}` + "\n" + `data: [DONE]`,
			want: llm.Completion{Text: "yes", Finish: llm.Stop}},
		{name: "nothing stays of an earlier event", kind: stream,
			body: `data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":3,"prompt_cache_hit_tokens":2}}` + "\n" + `data: {"choices":[{"delta":{}}]}` + "\n" + `data: {"choices":[],"usage":null}` + "\n" + `data: [DONE]`,
			want: llm.Completion{Text: "a", Finish: llm.Stop, Usage: llm.Usage{Prompt: 3, Cached: 2}}},
		{name: "counts below zero are unknown", kind: stream,
			body: `data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":-1,"completion_tokens":-1}}` + "\n" + `data: [DONE]`,
			want: llm.Completion{Text: "a", Finish: llm.Stop}},
		{name: "an end and no answer before it", kind: stream, body: "data: [DONE]\n\n", cause: engine.CauseIncomplete},
		{name: "events as lines of JSON", kind: "application/json", want: llm.Completion{Text: "hi", Finish: llm.Stop},
			body: `{"choices":[{"delta":{"content":"h"}}]}` + "\n" + `{"choices":[{"delta":{"content":"i"}}]}` + "\n" + `{"choices":[{"delta":{},"finish_reason":"stop"}]}` + "\n"},
		{name: "the server's network broke off", kind: stream, body: `data: {"choices":[{"delta":{"content":"a"},"finish_reason":"network_error"}]}` + "\n\n", want: llm.Completion{Text: "a"}, cause: engine.CauseProvider},
		{name: "an error amidst, without its frame", kind: stream,
			body: `data: {"choices":[{"delta":{"content":"a"}}]}` + "\n" + `{"error":"out of slots"}`,
			want: llm.Completion{Text: "a"}, cause: engine.CauseProvider},
		{name: "an error in llama.cpp's field", kind: stream, body: `error: {"code":503,"message":"loading model"}`, cause: engine.CauseProvider, status: 503},
		{name: "the server broke off", kind: stream, body: `data: {"choices":[{"delta":{"content":"a"},"finish_reason":"error"}]}` + "\n\ndata: [DONE]\n",
			want: llm.Completion{Text: "a"}, cause: engine.CauseProvider},
		{name: "no field is needed but the text", kind: stream, want: llm.Completion{Text: "hi", Finish: llm.Stop},
			body: `data: {"model":7,"object":[],"usage":[1],"error":false,"choices":[{"index":"0","delta":{"content":"hi","refusal":false,"reasoning":{"a":1},"reasoning_content":7,"tool_calls":{}},"finish_reason":null,"error":null}]}` + "\n\ndata: [DONE]\n"},
		{name: "an index that is null", kind: stream, body: `data: {"choices":[{"index":null,"delta":{"content":"hi"}}]}` + "\n\ndata: [DONE]\n", want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "a server that counts from 1", kind: stream, want: llm.Completion{Text: "hi!", Finish: llm.Length},
			body: `data: {"choices":[{"index":1,"delta":{"content":"hi"}},{"index":2,"delta":{"content":"no"}}]}` + "\n\n" + `data: {"choices":[{"index":1,"delta":{"content":"!"},"finish_reason":"LENGTH"}]}` + "\n\n"},
		{name: "counts with fractions", kind: stream, want: llm.Completion{Text: "hi", Finish: llm.Stop, Usage: llm.Usage{Prompt: 100, Reply: 20, Cached: 3, Thinking: 2}},
			body: `data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}` + "\n\n" + `data: {"choices":[],"usage":{"prompt_tokens":100.0,"completion_tokens":"20","prompt_tokens_details":{"cached_tokens":3.0},"completion_tokens_details":{"reasoning_tokens":2}}}` + "\n\ndata: [DONE]\n"},
		{name: "counts that are none", kind: stream, want: llm.Completion{Text: "hi", Finish: llm.Stop},
			body: `data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9223372036854775808,"completion_tokens":[1],"prompt_tokens_details":[],"completion_tokens_details":"x"}}` + "\n\ndata: [DONE]\n"},
		{name: "content in parts, some of them thoughts", kind: stream, want: llm.Completion{Text: "hi!", Thinking: "hm", Finish: llm.Stop},
			body: `data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"hi"}]}}]}` + "\n\n" + `data: {"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}` + "\n\n"},
		{name: "content in parts, whole", kind: plain, body: `{"choices":[{"message":{"content":[{"type":"text","text":"hi"}]}}]}`, want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "an event over several lines", kind: stream, body: "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"hi\"},\ndata: \"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "events over several lines", kind: stream, body: strings.Repeat("data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"hi\"}}]}\n\n", 3) + "data: [DONE]\n\n", want: llm.Completion{Text: "hihihi", Finish: llm.Stop}},
		{name: "an event over several lines that is none", kind: stream, body: "data: {\"choices\":\ndata: [{\"delta\"\n\ndata: [DONE]\n\n", cause: engine.CauseProvider},
		{name: "CR alone", kind: stream, body: "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\r\rdata: [DONE]\r\r", want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "events as HTML", kind: "text/html", body: "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n", want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "comments in data", kind: stream, body: "data: : keep-alive\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: DONE\n\n", want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "a finish in capitals, and more behind it", kind: stream, want: llm.Completion{Text: "hi", Finish: llm.Length},
			body: `data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"MAX_TOKENS"}]}` + "\n\n" + `data: {"choices":[{"delta":{"content":"BROKEN"}}]}` + "\n\n" + `data: {"error":{"message":"late"}}` + "\n\n"},
		{name: "an end with every piece", kind: stream, want: llm.Completion{Text: `{"a":1}`, Finish: llm.Stop},
			body: `data: {"choices":[{"delta":{"content":"{\"a\""},"finish_reason":"stop"}]}` + "\n\n" + `data: {"choices":[{"delta":{"content":":1}"},"finish_reason":"stop"}]}` + "\n\n" + `data: {"choices":[{"delta":{"content":"BROKEN"}}]}` + "\n\ndata: [DONE]\n\n"},
		{name: "a filter's finish in capitals", kind: stream, body: `data: {"choices":[{"delta":{"content":"a"},"finish_reason":"SAFETY"}]}` + "\n\n", want: llm.Completion{Text: "a", Finish: llm.Refused}},
		{name: "the whole again behind its pieces", kind: stream, want: llm.Completion{Text: "hi", Finish: llm.Stop},
			body: `data: {"choices":[{"delta":{"content":"hi"}}]}` + "\n\n" + `data: {"choices":[{"delta":{},"message":{"content":"hi"},"finish_reason":"stop"}]}` + "\n\n"},
		{name: "the answer as a tool's arguments", kind: stream, want: llm.Completion{Text: `{"a":1}`, Finish: llm.Stop},
			body: `data: {"choices":[{"delta":{"content":null,"tool_calls":[{"function":{"name":"answer","arguments":"{\"a\""}}]}}]}` + "\n\n" + `data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}` + "\n\n"},
		{name: "no end, but a whole value in a whole body", kind: stream, body: `data: {"choices":[{"delta":{"content":"{\"a\":1}"}}]}` + "\n\n", want: llm.Completion{Text: `{"a":1}`, Finish: llm.Stop}},
		{name: "no end, and no whole value", kind: stream, body: `data: {"choices":[{"delta":{"content":"{\"a\":"}}]}` + "\n\n", want: llm.Completion{Text: `{"a":`}, cause: engine.CauseIncomplete},
		{name: "objects in an array", kind: plain, body: `[{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}]`, want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "an error of a choice", kind: stream, body: `data: {"choices":[{"error":{"message":"out of slots","code":502},"delta":{"content":""},"finish_reason":"error"}]}` + "\n\n", cause: engine.CauseProvider, status: 502},
		{name: "vLLM's error of before", kind: stream, body: `data: {"object":"error","message":"This model's maximum context length is 4096 tokens","code":400}` + "\n\ndata: [DONE]\n\n", cause: engine.CauseTruncated, status: 400},
		{name: "an error that is a word, with 200", kind: plain, body: `{"error":"Unexpected endpoint or method. Returning 200 anyway"}`, cause: engine.CauseProvider},
		{name: "errors that are none", kind: plain, body: `{"error":{},"choices":[{"error":"","message":{"content":"hi"}}]}`, want: llm.Completion{Text: "hi", Finish: llm.Stop}},
		{name: "a filter", kind: stream, body: `data: {"error":{"code":"content_filter","message":"no"}}`, cause: engine.CauseRefusal},
	} {
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

// A server that keeps the connection open after [DONE] has answered all the same.
func TestTheEndIsNotWaitedFor(t *testing.T) {
	f := llmtest.OpenAI
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body)
		_, _ = w.Write(append(f.Piece("hi"), f.End(llm.Stop, llm.Usage{})...))
		_ = http.NewResponseController(w).Flush()
		<-q.Context().Done()
	}))
	defer srv.Close()
	if c, err := vllm(t, srv.URL, llm.Options{Model: "m", Time: patient}).Complete(t.Context(), hello); err != nil || c.Text != "hi" {
		t.Errorf("got %q, error %v", c.Text, err)
	}
}

// sent is the body that a preset sends for the prompt above.
func sent(t *testing.T, preset string, o llm.Options) (body map[string]any, header http.Header) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		b, _ := io.ReadAll(q.Body)
		if err := json.Unmarshal(b, &body); err != nil {
			t.Errorf("%s: %v", b, err)
		}
		if q.URL.Path != "/x/chat/completions" {
			t.Errorf("the path is %s", q.URL.Path)
		}
		header = q.Header
		_, _ = io.WriteString(w, `data: {"choices":[{"delta":{"content":"a"}}]}`+"\n\ndata: [DONE]\n")
	}))
	defer srv.Close()
	up := strings.ToUpper(preset)
	e, err := openai.Preset(preset, env(up+"_BASE_URL", srv.URL+"/x/", up+"_API_KEY", secret))
	if err != nil {
		t.Fatal(err)
	}
	o.Model, o.Time = "m", patient
	if _, err := openai.New(o, e, srv.Client()).Complete(t.Context(), hello); err != nil {
		t.Fatalf("%s: %v", preset, err)
	}
	return body, header
}

func TestRequests(t *testing.T) {
	temperature := 0.5
	for _, c := range []struct {
		preset, think string
		want          string // beside model, messages and stream, which are the same for all
	}{
		{"openai", "off", `{"temperature":0.5,"max_completion_tokens":50,"seed":7,"reasoning_effort":"none","response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object"}}}}`},
		{"vllm", "on", `{"temperature":0.5,"max_tokens":50,"seed":7,"chat_template_kwargs":{"enable_thinking":true},"response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object"}}}}`},
		{"deepseek", "high", `{"temperature":0.5,"max_tokens":50,"thinking":{"type":"enabled"},"reasoning_effort":"high"}`},
		{"anthropic", "off", `{"temperature":0.5,"max_tokens":50}`},
		{"gemini", "", `{"temperature":0.5,"max_tokens":50,"response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object"}}}}`},
	} {
		t.Run(c.preset, func(t *testing.T) {
			got, header := sent(t, c.preset, llm.Options{Temperature: &temperature, Predict: 50, Think: c.think})
			var want map[string]any
			all := `{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"system","content":"be <brief>"},{"role":"user","content":"hello"}],`
			if err := json.Unmarshal([]byte(all+c.want[1:]), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if header.Get("Authorization") != "Bearer "+secret {
				t.Error("the key was not sent")
			}
		})
	}
}

// Every word for thinking of every preset makes a body that is JSON.
// Fields that a server does not take are left out or renamed by themselves where the model is asked the same all the same; of others
// the error says what to write into the spec.
func TestDialects(t *testing.T) {
	temperature := 0.7
	for name, c := range map[string]struct {
		options llm.Options
		refuses func(q map[string]any) string
		says    string
	}{
		"stream_options": {refuses: func(q map[string]any) string {
			if q["stream_options"] != nil {
				return `{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error"}`
			}
			return ""
		}},
		"max_tokens": {refuses: func(q map[string]any) string {
			if q["max_tokens"] != nil || q["max_completion_tokens"] == nil {
				return `{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."}}`
			}
			return ""
		}},
		"temperature": {options: llm.Options{Temperature: &temperature}, says: "omit=temperature", refuses: func(map[string]any) string {
			return `{"error":{"message":"Unsupported value: 'temperature' does not support 0.7 with this model.","param":"temperature"}}`
		}},
		"omitted": {options: llm.Options{Temperature: &temperature, Omit: []string{"temperature", "seed"}}, refuses: func(q map[string]any) string {
			if q["temperature"] != nil || q["seed"] != nil {
				return `{"error":{"message":"no"}}`
			}
			return ""
		}},
		"no system role": {says: "system=fold", refuses: func(map[string]any) string { return `{"error":{"message":"System role not supported"}}` }},
		"folded": {options: llm.Options{Fold: true}, refuses: func(q map[string]any) string {
			list := q["messages"].([]any)
			if first := list[0].(map[string]any); len(list) != 1 || first["role"] != "user" || first["content"] != "Be short.\n\nHello." {
				return `{"error":{"message":"no"}}`
			}
			return ""
		}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var q map[string]any
				if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
					t.Error(err)
				}
				if no := c.refuses(q); no != "" {
					w.WriteHeader(422)
					_, _ = io.WriteString(w, no)
					return
				}
				_, _ = w.Write(llmtest.OpenAI.Whole("hi", "", llm.Stop, llm.Usage{}))
			}))
			defer srv.Close()
			e, err := openai.Preset("vllm", env("VLLM_BASE_URL", srv.URL))
			if err != nil {
				t.Fatal(err)
			}
			o := c.options
			o.Model, o.Predict, o.Time = "m", 100, patient
			m := openai.New(o, e, nil)
			p := llm.Prompt{Messages: []llm.Message{{Speaker: llm.System, Text: "Be short."}, {Speaker: llm.User, Text: "Hello."}}, Seed: 1}
			var wg sync.WaitGroup
			for range 8 { // together: all that were on their way when it was learnt go again
				wg.Go(func() {
					got, err := m.Complete(t.Context(), p)
					switch {
					case c.says == "" && (err != nil || got.Text != "hi"):
						t.Errorf("%q, %v", got.Text, err)
					case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
						t.Errorf("%v does not say %s", err, c.says)
					}
				})
			}
			wg.Wait()
		})
	}
}

// A redirect is followed on the same server alone.
func TestRedirects(t *testing.T) {
	var elsewhere *httptest.Server
	for _, c := range []struct {
		name, to string
		works    bool
	}{{"to a slash", "/chat/completions/", true}, {"to itself", "/chat/completions", false}, {"elsewhere", "", false}} {
		t.Run(c.name, func(t *testing.T) {
			elsewhere = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the prompt went elsewhere") }))
			defer elsewhere.Close()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/") {
					_, _ = w.Write(llmtest.OpenAI.Whole("hi", "", llm.Stop, llm.Usage{}))
					return
				}
				to := c.to
				if to == "" {
					to = elsewhere.URL + "/chat/completions/"
				}
				http.Redirect(w, r, to, http.StatusPermanentRedirect)
			}))
			defer srv.Close()
			e, err := openai.Preset("vllm", env("VLLM_BASE_URL", srv.URL))
			if err != nil {
				t.Fatal(err)
			}
			got, err := openai.New(llm.Options{Model: "m", Time: patient}, e, nil).Complete(t.Context(), hello)
			if c.works != (err == nil && got.Text == "hi") {
				t.Errorf("%q, %v", got.Text, err)
			}
			if f, ok := llm.FailureOf(err); !c.works && (!ok || !f.Parks || f.Retry || !strings.Contains(err.Error(), "redirects")) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestThink(t *testing.T) {
	for _, e := range openai.Presets() {
		for _, word := range []string{"off", "on", "low", "medium", "high"} {
			if err := e.Check(llm.Options{Model: "m", Think: word}); err == nil {
				sent(t, e.Name, llm.Options{Think: word})
			} else if !strings.Contains(err.Error(), "think "+word) {
				t.Errorf("%s: %v", e.Name, err)
			}
		}
	}
}

func TestOptionsThatCannotBeHonoured(t *testing.T) {
	e, err := openai.Preset("deepseek", env("DEEPSEEK_API_KEY", secret))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []llm.Options{{Model: "m", Think: "medium"}, {}} {
		_, err := openai.New(o, e, nil).Complete(t.Context(), hello)
		if f, ok := llm.FailureOf(err); !ok || f.Retry || !f.Parks {
			t.Errorf("%+v: the error is %v, want one that parks", o, err)
		}
	}
}

func TestPreset(t *testing.T) {
	for _, c := range []struct {
		name string
		env  []string
		says string // of the error; empty: none
	}{
		{"deepseek", nil, "set DEEPSEEK_API_KEY"},
		{"deepseek", []string{"DEEPSEEK_API_KEY", " \n"}, "set DEEPSEEK_API_KEY"},
		{"deepseek", []string{"DEEPSEEK_API_KEY", secret + "\n"}, ""},
		{"openai", []string{"OPENAI_API_KEY", "two " + secret}, "OPENAI_API_KEY"},
		{"vllm", nil, ""},
		{"vllm", []string{"VLLM_BASE_URL", "localhost:8000"}, "VLLM_BASE_URL"},
		{"vllm", []string{"VLLM_BASE_URL", "http://user:" + secret + "@host/v1"}, "VLLM_BASE_URL"},
		{"vllm", []string{"VLLM_BASE_URL", "http://host/v1?key=" + secret}, "VLLM_BASE_URL"},
		{"vllm", []string{"VLLM_BASE_URL", "http://" + secret + "\x7f"}, "VLLM_BASE_URL"},
		{"parrot", nil, "anthropic, deepseek"},
	} {
		e, err := openai.Preset(c.name, env(c.env...))
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s with %d variables: the error is %v, want %q", c.name, len(c.env)/2, err, c.says)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error shows the secret", c.name)
		}
		if err == nil && (e.Name != c.name || e.BaseURL == "" || strings.HasSuffix(e.BaseURL, "/")) {
			t.Errorf("%s: %v", c.name, e)
		}
	}
	for _, e := range openai.Presets() {
		if e.URLVar == "" || e.KeyVar == "" || e.Limit == "" || e.Schema == "" || e.Think == nil {
			t.Errorf("preset %s lacks something", e.Name)
		}
	}
}

const secret = "sk-live-0123456789abcdef/+\"quoted\""

// No text that leaves the package holds the key, whatever the server does with it.
func TestTheKeyStaysInside(t *testing.T) {
	quoted, _ := json.Marshal(secret)
	stars := secret[:8] + "*****" + secret[len(secret)-4:]
	long := strings.Repeat("x", 290) + secret
	bodies := []string{secret, long, `{"error":{"message":` + string(quoted) + `}}`, `{"error":"bad key ` + strings.Trim(stars, `"`) + `"}`,
		`{"error":{"message":5,"key":` + string(quoted) + `}}`, "<html>" + secret}
	for _, status := range []int{200, 307, 400, 401, 403, 404, 429, 500, 502} {
		for _, body := range bodies {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				w.Header().Set("Location", "http://127.0.0.1:1/"+secret[:9])
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			}))
			e, err := openai.Preset("openai", env("OPENAI_API_KEY", secret, "OPENAI_BASE_URL", srv.URL))
			if err != nil {
				t.Fatal(err)
			}
			m := openai.New(llm.Options{Model: "m", Time: patient}, e, nil)
			_, err = m.Complete(t.Context(), hello)
			_, listed := m.Models(t.Context())
			_, probed := m.Probe(t.Context())
			text := fmt.Sprint(err, listed, probed) + fmt.Sprintf("%v %+v %#v %s %v %+v %#v %+v", e, e, e, e, m, m, m, m)
			if f, ok := llm.FailureOf(err); ok {
				text += fmt.Sprintf("%+v %#v", *f, f.Err)
			}
			inJSON, _ := json.Marshal(e)
			if text += string(inJSON); strings.Contains(text, secret[:9]) || strings.Contains(text, secret[len(secret)-9:]) {
				t.Errorf("status %d, body %q: the key is in %s", status, body, text)
			}
			srv.Close()
		}
	}
}

// A server that does not even speak HTTP is quoted by net/http.
func TestTheKeyStaysInsideOfTransportErrors(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, q.Header.Get("Authorization")+"\r\n\r\n")
		_ = conn.Close()
	}))
	defer srv.Close()
	e, err := openai.Preset("openai", env("OPENAI_API_KEY", secret, "OPENAI_BASE_URL", srv.URL))
	if err != nil {
		t.Fatal(err)
	}
	m := openai.New(llm.Options{Model: "m", Time: patient}, e, nil)
	_, err = m.Complete(t.Context(), hello)
	_, listed := m.Models(t.Context())
	for _, err := range []error{err, listed} {
		f, ok := llm.FailureOf(err)
		if text := fmt.Sprintf("%v %#v", err, f); !ok || !f.Retry || strings.Contains(text, secret[:9]) {
			t.Errorf("the error is %s", text)
		}
	}
}

// Calls one after the other share a connection.
func TestConnectionsAreUsedAgain(t *testing.T) {
	var from sync.Map
	connections := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		from.Store(q.RemoteAddr, true)
		_, _ = io.Copy(io.Discard, q.Body)
		_, _ = w.Write(llmtest.OpenAI.Piece("hi"))
		_ = http.NewResponseController(w).Flush()
		_, _ = w.Write(llmtest.OpenAI.End(llm.Stop, llm.Usage{}))
	}))
	defer proxy.Close()
	m := vllm(t, proxy.URL, llm.Options{Model: "m", Time: patient})
	for range 10 {
		if _, err := m.Complete(t.Context(), hello); err != nil {
			t.Fatal(err)
		}
	}
	from.Range(func(any, any) bool { connections++; return true })
	if connections > 5 { // a slow machine may miss an end
		t.Errorf("10 calls took %d connections", connections)
	}
}

func TestModelsAndProbe(t *testing.T) {
	for _, c := range []struct {
		name   string
		setup  llmtest.Setup
		listed bool
		schema openai.Schema
	}{
		{"all well", llmtest.Setup{}, true, openai.Obeyed},
		{"ignores the schema", llmtest.Setup{Answer: func([]llm.Message, json.RawMessage) string { return "Good morning!" }}, true, openai.Ignored},
		{"lists another", llmtest.Setup{Models: []string{"other"}}, false, openai.Obeyed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := llmtest.Serve(c.setup)
			defer s.Close()
			p, err := vllm(t, s.URL, llm.Options{Model: "fake", Time: patient}).Probe(t.Context())
			if err != nil || p.Listed != c.listed || p.Schema != c.schema || p.Call.Took.Total <= 0 || len(p.Models) != 1 || (len(p.Remarks) == 0) != c.listed {
				t.Errorf("the probe found %+v, error %v", p, err)
			}
		})
	}
}

// A server that refuses schemas and has no list is still a server.
func TestProbeOfAPoorServer(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		b, _ := io.ReadAll(q.Body)
		switch {
		case q.Method == http.MethodGet:
			w.WriteHeader(http.StatusNotFound)
		case strings.Contains(string(b), "response_format"):
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"detail":"response_format is unknown"}`)
		default:
			_, _ = w.Write(append(llmtest.OpenAI.Piece("Good morning."), llmtest.OpenAI.End(llm.Stop, llm.Usage{})...))
		}
	}))
	m := vllm(t, srv.URL, llm.Options{Model: "fake", Time: patient})
	p, err := m.Probe(t.Context())
	if err != nil || p.Schema != openai.Forbidden || p.Call.Text != "Good morning." || len(p.Remarks) != 2 {
		t.Errorf("the probe found %+v, error %v", p, err)
	}
	srv.Close()
	if _, err := m.Probe(t.Context()); err == nil {
		t.Error("a server that is gone was probed")
	}
}

func TestListsOfModels(t *testing.T) {
	for body, want := range map[string]string{
		`{"data":[{"id":"a"},{"id":"b"}]}`: "[a b]",
		`[{"id":"a"}]`:                     "[a]",
		`{"data":[]}`:                      "[]",
	} {
		if got, err := says(t, "application/json", body).Models(t.Context()); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, error %v", body, got, err)
		}
	}
	for _, body := range []string{"<html>", "5", `{"data":`} {
		if _, err := says(t, "application/json", body).Models(t.Context()); err == nil {
			t.Errorf("%s is taken for a list", body)
		} else if _, ok := llm.FailureOf(err); !ok {
			t.Errorf("%s: %v is no failure", body, err)
		}
	}
}
