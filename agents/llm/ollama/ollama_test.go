package ollama

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

var (
	options = llm.Options{Model: "m", Temperature: new(0.5), Context: 4096, Predict: 256, Think: "off", Schema: llm.Native}
	hello   = llm.Prompt{
		Messages: []llm.Message{{Speaker: llm.System, Text: "rules"}, {Speaker: llm.User, Text: "who?"}},
		Schema:   json.RawMessage(`{"type":"object"}`),
		Seed:     1<<63 + 5,
	}
)

const (
	piece  = `{"model":"m","message":{"role":"assistant","content":"half"},"done":false}` + "\n"
	finish = `{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":7,"eval_count":2,"load_duration":1000000}` + "\n"
)

// served makes a model of a server that answers each call by the handler.
func served(t *testing.T, o llm.Options, h http.HandlerFunc) *Model {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	m, err := New(o, s.URL, s.Client())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func write(w http.ResponseWriter, text string) {
	_, _ = io.WriteString(w, text) // the client may have gone, which is what some tests are about
	_ = http.NewResponseController(w).Flush()
}

// hangUp ends the connection without ending the answer.
func hangUp(t *testing.T, w http.ResponseWriter, reset bool) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	if tcp, ok := c.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

func TestAnswer(t *testing.T) {
	var body map[string]any
	m := served(t, options, func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		write(w, `{"model":"m","message":{"role":"assistant","content":"","thinking":"hm"}}`+"\n")
		write(w, piece)
		write(w, finish)
	})
	c, err := m.Complete(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	want := llm.Completion{Text: "half", Thinking: "hm", Finish: reply.Stop, Model: "m", Tries: 1, Usage: llm.Usage{Prompt: 7, Reply: 2}}
	if c.Took.First <= 0 || c.Took.Total < c.Took.First || c.Took.Load != time.Millisecond {
		t.Errorf("took %+v", c.Took)
	}
	c.Took = llm.Took{}
	if d := cmp.Diff(want, c); d != "" {
		t.Error(d)
	}
	sent := map[string]any{
		"model": "m", "stream": true, "truncate": false, "shift": false, "think": false, "keep_alive": "30m0s",
		"format":   map[string]any{"type": "object"},
		"messages": []any{map[string]any{"role": "system", "content": "rules"}, map[string]any{"role": "user", "content": "who?"}},
		"options":  map[string]any{"num_ctx": 4096., "num_predict": 256., "temperature": 0.5, "seed": 5.},
	}
	if d := cmp.Diff(sent, body); d != "" {
		t.Error(d)
	}
}

// The heat of a repair reaches the server.
func TestRepairIsWarmer(t *testing.T) {
	var heats []any
	cold := options
	zero := 0.0
	cold.Temperature = &zero
	m := served(t, cold, func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Options map[string]any }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		heats = append(heats, body.Options["temperature"])
		write(w, piece+finish)
	})
	for attempt := range 2 {
		p := hello
		p.Caller.Attempt = attempt
		if _, err := m.Complete(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff([]any{0., llm.RepairHeat}, heats); d != "" {
		t.Error(d)
	}
}

func TestFinishLength(t *testing.T) {
	m := served(t, options, func(w http.ResponseWriter, _ *http.Request) {
		write(w, piece+strings.Replace(finish, `"stop"`, `"length"`, 1))
	})
	if c, err := m.Complete(t.Context(), hello); err != nil || c.Finish != reply.Length {
		t.Errorf("%+v, %v", c, err)
	}
}

// A replacement for what was no text would be a word that nobody said.
func TestInvalidUTF8(t *testing.T) {
	m := served(t, options, func(w http.ResponseWriter, _ *http.Request) {
		write(w, piece+strings.Replace(piece, "half", "a\xffb", 1)+finish)
	})
	c, err := m.Complete(t.Context(), hello)
	if f, ok := llm.FailureOf(err); !ok || f.Cause != engine.CauseIncomplete || !f.Retry || strings.ContainsRune(c.Text, utf8.RuneError) {
		t.Errorf("%q, %v", c.Text, err)
	}
}

// status answers with a status, a body and one header or none.
func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if len(header) > 0 {
			w.Header().Set(header[0], header[1])
		}
		w.WriteHeader(code)
		write(w, body)
	}
}

func TestNotAnAnswer(t *testing.T) {
	type failure = llm.Failure
	lines := func(text string) http.HandlerFunc { return status(200, text) }
	broken := func(text string, reset bool) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if text != "" {
				write(w, text)
			}
			hangUp(t, w, reset)
		}
	}
	const provider, incomplete = engine.CauseProvider, engine.CauseIncomplete
	for _, c := range []struct {
		name string
		h    http.HandlerFunc
		want failure
		says string
	}{
		{"half an answer", lines(piece), failure{Cause: incomplete, Retry: true, Parks: true}, "before its end"},
		{"nothing", lines(""), failure{Cause: incomplete, Retry: true, Parks: true}, "before its end"},
		{"half a line", lines(piece + `{"model":"m","mess`), failure{Cause: incomplete, Retry: true, Parks: true}, "within a line"},
		{"connection closed in the middle", broken(piece, false), failure{Cause: incomplete, Retry: true, Parks: true}, "unexpected EOF"},
		{"connection reset in the middle", broken(piece, true), failure{Cause: incomplete, Retry: true, Parks: true}, "broke off"},
		{"connection reset at once", broken("", true), failure{Cause: provider, Retry: true, Parks: true}, ""},
		{"line of 8 MB", lines(strings.Replace(piece, "half", strings.Repeat("x", 8<<20), 1) + finish),
			failure{Cause: incomplete, Retry: true, Parks: true}, "8 MB"},
		{"load only", lines(strings.Replace(finish, `"stop"`, `"load"`, 1)), failure{Cause: incomplete, Retry: true, Parks: true}, "before its end"},
		{"runner died in the middle", lines(piece + `{"error":"model runner has unexpectedly stopped"}` + "\n"), failure{Cause: provider, Retry: true, Parks: true}, "unexpectedly stopped"},
		{"the server's own guard", lines(strings.Repeat(strings.Replace(piece, "half", "a ", 1), 31)), failure{Cause: engine.CauseRepetition}, `"a" was said`},
		{"white space", lines(strings.Repeat(strings.Replace(piece, "half", "      ", 1), 31)), failure{Cause: engine.CauseRepetition},
			"white space"},
		{"empty 503", status(503, ""), failure{Cause: provider, Retry: true, Parks: true, Status: 503}, "service unavailable"},
		{"429", status(429, `{"error":"slow down"}`, "Retry-After", "7"), failure{Cause: provider, Retry: true, Parks: true, Status: 429, RetryAfter: 7 * time.Second, Throttled: true}, "slow down"},
		{"busy", status(503, `{"error":"server busy, please try again.  maximum pending requests exceeded"}`), failure{Cause: provider, Retry: true, Parks: true, Status: 503, Throttled: true}, "busy"},
		{"redirected elsewhere", status(307, "", "Location", "http://192.0.2.1/api/chat"),
			failure{Cause: provider, Parks: true, Status: 307}, "redirects to 192.0.2.1"},
		{"an error that is an object", lines(piece + `{"error":{"message":"CUDA error","code":1}}` + "\n"), failure{Cause: provider, Retry: true, Parks: true}, "CUDA error"},
		{"404", status(404, `{"error":"model \"m\" not found, try pulling it first"}`), failure{Cause: provider, Parks: true, Status: 404}, "ollama pull m"},
		{"404 of another server", status(404, "404 page not found"), failure{Cause: provider, Parks: true, Status: 404},
			"is this an ollama server?"},
		{"400", status(400, `{"error":"\"m\" does not support thinking"}`), failure{Cause: provider, Parks: true, Status: 400}, "thinking"},
		{"too long a prompt", status(400, `{"error":"the input length exceeds the context length"}`), failure{Cause: engine.CauseTruncated, Status: 400, TooLong: true}, "exceeds"},
		{"401", status(401, `{"error":"unauthorized"}`), failure{Cause: provider, Parks: true, Status: 401}, "unauthorized"},
		{"500", status(500, `{"error":"llama runner process has terminated"}`), failure{Cause: provider, Retry: true, Parks: true, Status: 500}, "terminated"},
		{"too little memory", status(500, `{"error":"model requires more system memory (9 GiB) than is available"}`), failure{Cause: provider, Retry: true, Parks: true, Status: 500}, "memory"},
		{"HTML 502", status(502, "<html><head><title>502 Bad Gateway</title></head></html>"), failure{Cause: provider, Retry: true, Parks: true, Status: 502}, `HTML page came in place of an answer ("502 Bad Gateway")`},
		{"HTML 200", status(200, "<!doctype html><title>Log in</title>", "Content-Type", "text/html; charset=utf-8"),
			failure{Cause: provider, Parks: true, Status: 200}, "Log in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := served(t, options, c.h).Complete(t.Context(), hello)
			f, ok := llm.FailureOf(err)
			if !ok {
				t.Fatalf("no failure: %+v, %v", got, err)
			}
			if !strings.Contains(f.Error(), c.says) {
				t.Errorf("it says %q, not %q", f, c.says)
			}
			if got.Finish != "" {
				t.Errorf("finish is %q", got.Finish)
			}
			plain := *f
			plain.Err = nil
			if d := cmp.Diff(c.want, plain); d != "" {
				t.Error(d)
			}
		})
	}
}

// What is not needed is not judged, and what follows the end is not part of the reply.
func TestOddLines(t *testing.T) {
	for name, body := range map[string]string{
		"counts of other types":  piece + strings.NewReplacer(`"prompt_eval_count":7`, `"prompt_eval_count":7.0`, `"eval_count":2`, `"eval_count":"2"`).Replace(finish),
		"a model that is none":   strings.Replace(piece, `"model":"m"`, `"model":7`, 1) + finish,
		"error: false":           strings.Replace(piece, `{`, `{"error":false,`, 1) + finish,
		"a time that is none":    strings.Replace(piece, `{`, `{"created_at":"now",`, 1) + finish,
		"empty lines and CR":     "\n\r\n" + strings.ReplaceAll(piece, "\n", "\r\n") + "\n" + finish,
		"a byte order mark":      "\ufeff" + piece + finish,
		"content in parts":       strings.Replace(piece, `"half"`, `[{"type":"text","text":"half"}]`, 1) + finish,
		"more behind the end":    piece + finish + strings.Replace(piece, "half", "BROKEN", 1) + `{"error":"late"}` + "\n",
		"rubbish behind the end": piece + finish + "}}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := served(t, options, func(w http.ResponseWriter, _ *http.Request) { write(w, body) }).Complete(t.Context(), hello)
			if err != nil || got.Text != "half" || got.Finish != reply.Stop {
				t.Fatalf("%+v, %v", got, err)
			}
			if name == "counts of other types" && (got.Usage.Prompt == 0 || got.Usage.Reply == 0) {
				t.Errorf("counts %+v", got.Usage)
			}
		})
	}
}

// An address with a secret in it is refused without being shown.
func TestHostWithASecret(t *testing.T) {
	for _, host := range []string{"http://user:hunter2@127.0.0.1:11434", "127.0.0.1:11434?key=hunter2", "user:hunter2@host"} {
		if _, err := Connect(host, nil); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

// The server of these tests goes on when the client has gone, and not by a clock.
func TestDeadlines(t *testing.T) {
	for _, c := range []struct {
		name, first string
		time        llm.Deadlines
		says        string
	}{
		{"slow first token", "", llm.Deadlines{First: 20 * time.Millisecond}, "no first token within"},
		{"stall in the middle", piece, llm.Deadlines{First: time.Minute, Idle: 20 * time.Millisecond}, "no token for"},
		{"too long in all", piece, llm.Deadlines{Total: 50 * time.Millisecond}, "no whole answer within"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options
			o.Time = c.time
			m := served(t, o, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // only then the server notices that the client has gone
				if c.first != "" {
					write(w, c.first)
				}
				<-r.Context().Done()
			})
			_, err := m.Complete(t.Context(), hello)
			f, ok := llm.FailureOf(err)
			if !ok || f.Cause != engine.CauseTimeout || !f.Retry || !strings.Contains(f.Error(), c.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := served(t, options, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		write(w, piece)
		cancel()
		<-r.Context().Done()
	})
	_, err := m.Complete(ctx, hello)
	if _, ok := llm.FailureOf(err); ok || err != context.Canceled {
		t.Errorf("%v", err)
	}
}

func TestRefusedConnection(t *testing.T) {
	s := httptest.NewServer(nil)
	url := s.URL
	s.Close()
	m, err := New(options, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.Complete(t.Context(), hello)
	f, ok := llm.FailureOf(err)
	if !ok || !f.Retry || !f.Parks || !strings.Contains(f.Error(), "ollama serve") {
		t.Errorf("%v", err)
	}
	_, err = m.Client().Version(t.Context())
	if f, ok := llm.FailureOf(err); !ok || !f.Parks {
		t.Errorf("%v", err)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*llm.Options){
		"no model":   func(o *llm.Options) { o.Model = "" },
		"in tokens":  func(o *llm.Options) { o.Context = 0 },
		"no room":    func(o *llm.Options) { o.Predict = o.Context },
		"think is":   func(o *llm.Options) { o.Think = "hard" },
		"mode \"x\"": func(o *llm.Options) { o.Schema = "x" },
	} {
		o := options
		change(&o)
		if _, err := New(o, "", nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v instead of %q", err, want)
		}
	}
}

// counting is a server that counts one token a character and, told to, leaves the first message out.
func counting(t *testing.T, version string, drop bool, calls *int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/version" {
			write(w, fmt.Sprintf(`{"version":%q}`, version))
			return
		}
		var req struct{ Messages []struct{ Content string } }
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			t.Error(err)
		}
		*calls++
		if drop && len(req.Messages) > 1 {
			req.Messages = req.Messages[1:]
		}
		n := 0
		for _, m := range req.Messages {
			n += len(m.Content)
		}
		write(w, piece+strings.Replace(finish, ":7,", fmt.Sprintf(":%d,", n), 1))
	}
}

func TestCutPrompt(t *testing.T) {
	prompt := func(system, user int) llm.Prompt {
		return llm.Prompt{Messages: []llm.Message{{Speaker: llm.System, Text: strings.Repeat("s", system)},
			{Speaker: llm.User, Text: strings.Repeat("u", user)}}}
	}
	for _, c := range []struct {
		name         string
		version      string
		drop         bool
		system, user int
		calls        int
		cut          bool
	}{
		{"fits", "0.11.4", false, 1000, 2000, 1, false},
		{"nearly full, and counted again", "0.11.4", false, 500, 3400, 3, false},
		{"without its rules", "0.11.4", true, 1500, 3000, 3, true},
		{"full", "0.11.4", true, 10, 4096, 1, true},
		{"goes on beyond the context's end", "0.11.4", false, 95, 4000, 1, true},
		{"a server that refuses long prompts", "0.12.6", true, 1500, 3000, 1, false},
		{"a build without a version", "0.0.0", true, 1500, 3000, 3, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			m := served(t, options, counting(t, c.version, c.drop, &calls))
			_, err := m.Complete(t.Context(), prompt(c.system, c.user))
			f, failed := llm.FailureOf(err)
			if failed != c.cut || failed && (f.Cause != engine.CauseTruncated || f.Retry || f.Parks) {
				t.Errorf("%v", err)
			}
			if calls != c.calls {
				t.Errorf("%d calls, want %d", calls, c.calls)
			}
		})
	}
}

// A count that is low because the server leaves out what it had in its cache fails nothing.
func TestLowCountIsNoProof(t *testing.T) {
	m := served(t, options, func(w http.ResponseWriter, _ *http.Request) { write(w, piece+finish) })
	p := llm.Prompt{Messages: []llm.Message{{Speaker: llm.User, Text: strings.Repeat("words ", 2000)}}}
	if _, err := m.Complete(t.Context(), p); err != nil {
		t.Error(err)
	}
}

// BenchmarkComplete shows the client's buffer.
func BenchmarkComplete(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { write(w, piece+finish) }))
	defer s.Close()
	m, err := New(options, s.URL, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Complete(b.Context(), hello); err != nil {
			b.Fatal(err)
		}
	}
}
