package openai

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

// What a status and the words with it mean: to be waited for, to be tried again, to be given up, or the prompt's own fault.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     int
		header     [2]string

		throttled, retry, parks, long bool
		after                         time.Duration
		context                       int
	}{
		{name: "asked too often", status: 429, body: `{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}`,
			header: [2]string{"Retry-After", "2"}, throttled: true, retry: true, parks: true, after: 2 * time.Second},
		{name: "asked too often, in fractions", status: 429, header: [2]string{"Retry-After", "0.5"}, throttled: true, retry: true,
			parks: true, after: 500 * time.Millisecond},
		{name: "Gemini's pace", status: 429, body: `[{"error":{"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"17s"}]}}]`, throttled: true, retry: true, parks: true, after: 17 * time.Second},
		{name: "Gemini's quota", status: 429, body: `[{"error":{"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}]`, parks: true},
		{name: "an empty account", status: 429, body: `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota"}}`, parks: true},
		{name: "asked too often, by 403", status: 403, body: `{"error":{"message":"Rate Limit Exceeded","status":"rateLimitExceeded"}}`,
			throttled: true, retry: true, parks: true},
		{name: "forbidden", status: 403, body: `{"error":{"message":"not your model"}}`, parks: true},
		{name: "no credit", status: 402, parks: true},
		{name: "overloaded", status: 529, body: `{"error":{"message":"Overloaded"}}`, throttled: true, retry: true, parks: true},
		{name: "a 503 that says when", status: 503, header: [2]string{"Retry-After", "3"}, throttled: true, retry: true, parks: true,
			after: 3 * time.Second},
		{name: "a 503", status: 503, retry: true, parks: true},
		{name: "a 500", status: 500, retry: true, parks: true},
		{name: "no key", status: 401, parks: true},
		{name: "too long", status: 400, body: `{"object":"error","message":"This model's maximum context length is 4096 tokens.","code":400}`, long: true, context: 4096},
		{name: "too long, by its code", status: 400, body: `{"error":{"message":"no","code":"context_length_exceeded"}}`, long: true},
		{name: "too long, in a field", status: 400, body: `{"error":{"message":"no","type":"exceed_context_size_error","n_prompt_tokens":6030,"n_ctx":4096}}`, long: true, context: 4096},
		{name: "too long behind a gateway", status: 400, body: `{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"maximum context length is 8192 tokens\"}}"}}}`, long: true, context: 8192},
		{name: "too much at once for slots that share a context", status: 500,
			body: `{"error":{"code":500,"message":"Context size has been exceeded.","type":"server_error"}}`, throttled: true,
			retry: true, parks: true},
		{name: "too large", status: 413, long: true},
		{name: "the filter", status: 400, body: `{"error":{"message":"no","code":"content_filter"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := New(llm.Options{Model: "m"}, Endpoint{Name: "x", BaseURL: "http://x"}, nil)
			res := &http.Response{StatusCode: c.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(c.body))}
			if c.header[0] != "" {
				res.Header.Set(c.header[0], c.header[1])
			}
			f := m.refused(res)
			if f.Throttled != c.throttled || f.Retry != c.retry || f.Parks != c.parks || f.TooLong != c.long || f.RetryAfter != c.after ||
				f.Context != c.context {
				t.Errorf("%+v", f)
			}
			if c.name == "the filter" && f.Cause != engine.CauseRefusal {
				t.Errorf("cause %s", f.Cause)
			}
		})
	}
}
