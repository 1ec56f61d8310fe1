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

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/llm/openai"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
)

var patient = llm.Deadlines{First: time.Minute, Idle: time.Minute, Total: time.Minute}

var hello = llm.Prompt{
	Messages: []llm.Message{{Speaker: llm.System, Text: "be <brief>"}, {Speaker: llm.User, Text: "hello"}},
	Schema:   json.RawMessage(`{"type":"object"}`),
	Seed:     1<<63 | 7,
}

// A server that keeps the connection open after [DONE] has answered all the same.
func TestTheEndIsNotWaitedFor(t *testing.T) {
	f := llmtest.OpenAI
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body)
		_, _ = w.Write(append(f.Piece("hi"), f.End(reply.Stop, llm.Usage{})...))
		_ = http.NewResponseController(w).Flush()
		<-q.Context().Done()
	}))
	defer srv.Close()
	if c, err := vllm(t, srv.URL, llm.Options{Model: "m", Time: patient}).Complete(t.Context(), hello); err != nil || c.Text != "hi" {
		t.Errorf("got %q, error %v", c.Text, err)
	}
}

// sent is the body that a preset sends for the prompt above.
func sent(t *testing.T, preset string, asked llm.Prompt, o llm.Options) (body map[string]any, header http.Header) {
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
	if _, err := openai.New(o, e, srv.Client()).Complete(t.Context(), asked); err != nil {
		t.Fatalf("%s: %v", preset, err)
	}
	return body, header
}

// The heat of a repair reaches the server.
func TestRepairIsWarmer(t *testing.T) {
	zero, repair := 0.0, hello
	repair.Caller.Attempt = 1
	first, _ := sent(t, "openai", hello, llm.Options{Temperature: &zero})
	again, _ := sent(t, "openai", repair, llm.Options{Temperature: &zero})
	if first["temperature"] != 0. || again["temperature"] != llm.RepairHeat {
		t.Errorf("%v, then %v", first["temperature"], again["temperature"])
	}
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
			got, header := sent(t, c.preset, hello, llm.Options{Temperature: &temperature, Predict: 50, Think: c.think})
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

// dialects are servers that do not take a field.
var dialects = map[string]struct {
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
	"temperature": {options: llm.Options{Temperature: new(0.7)}, says: "omit=temperature", refuses: func(map[string]any) string {
		return `{"error":{"message":"Unsupported value: 'temperature' does not support 0.7 with this model.","param":"temperature"}}`
	}},
	"omitted": {options: llm.Options{Temperature: new(0.7), Omit: []string{"temperature", "seed"}},
		refuses: func(q map[string]any) string {
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
}

// Fields that a server does not take are left out or renamed by themselves where the model is asked the same all the same; of others
// the error says what to write into the spec.
func TestDialects(t *testing.T) {
	for name, c := range dialects {
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
				_, _ = w.Write(llmtest.OpenAI.Whole("hi", "", reply.Stop, llm.Usage{}))
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
			elsewhere = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter,
				*http.Request) {
				t.Error("the prompt went elsewhere")
			}))
			defer elsewhere.Close()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/") {
					_, _ = w.Write(llmtest.OpenAI.Whole("hi", "", reply.Stop, llm.Usage{}))
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

// Every word for thinking of every preset makes a body that is JSON.
func TestThink(t *testing.T) {
	for _, e := range openai.Presets() {
		for _, word := range []string{"off", "on", "low", "medium", "high"} {
			if err := e.Check(llm.Options{Model: "m", Think: word}); err == nil {
				sent(t, e.Name, hello, llm.Options{Think: word})
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
			text := fmt.Sprint(err, listed) + fmt.Sprintf("%v %+v %#v %s %v %+v %#v %+v", e, e, e, e, m, m, m, m)
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
		_, _ = w.Write(llmtest.OpenAI.End(reply.Stop, llm.Usage{}))
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
