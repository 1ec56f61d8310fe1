package ollama

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/ollama/ollama/format"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

const (
	longestLine = 8 * format.MegaByte // that ollama's client reads; it ends the answer without an error at a longer one
	longestBody = 1 << 16             // of an error that is read
	longestText = 300                 // of an error that is quoted
)

// strict is a transport that makes an error of every answer that isn't one: ollama's client takes an empty 503 for a whole answer.
type strict struct{ next http.RoundTripper }

func (s strict) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusMultipleChoices && resp.StatusCode < http.StatusBadRequest {
		return elsewhere(r, resp)
	}
	html := page(resp)
	if resp.StatusCode < http.StatusBadRequest && !html {
		if t, ok := r.Context().Value(tapKey{}).(*tap); ok {
			t.ReadCloser = resp.Body
			resp.Body = mend(t)
		}
		return resp, nil
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, longestBody)) // what can be read of it; the status says enough
	return nil, failure(resp, body)
}

// page reports whether an HTML page came, whatever it is called: lines of JSON under that name are taken. The body stays whole.
func page(resp *http.Response) bool {
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		return false
	}
	body := bufio.NewReader(resp.Body)
	first, _ := body.Peek(1) // an empty body is no page
	resp.Body = struct {
		io.Reader
		io.Closer
	}{body, resp.Body}
	return len(first) > 0 && first[0] == '<'
}

// elsewhere refuses a redirect to another server, which gets neither the prompt nor a key. On the same server the client follows.
func elsewhere(r *http.Request, resp *http.Response) (*http.Response, error) {
	next, err := resp.Location()
	if err == nil && next.Scheme == r.URL.Scheme && next.Host == r.URL.Host && (resp.StatusCode >= 307 || r.Method == http.MethodGet) {
		return resp, nil
	}
	_ = resp.Body.Close()
	where := "without saying where to"
	if err == nil {
		where = "to " + next.Host
	}
	return nil, &llm.Failure{Cause: engine.CauseProvider, Parks: true, Status: resp.StatusCode,
		Err: fmt.Errorf("the server redirects %s, and is not followed there: set OLLAMA_HOST to the address that is meant",
			llm.Words(where))}
}

// failure types an answer that is an error. What the server is at fault for parks the game in the end; a prompt that is too long does not.
func failure(resp *http.Response, body []byte) *llm.Failure {
	f := &llm.Failure{Cause: engine.CauseProvider, Parks: true, Status: resp.StatusCode, Err: quoted(resp, body)}
	return typed(f, llm.RetryAfter(resp.Header, time.Now()))
}

// typed says what a failure of the server means for the call, by its status and its words.
func typed(f *llm.Failure, after time.Duration) *llm.Failure {
	words := f.Err.Error()
	tokens, long := llm.TooLong(words)
	switch code := f.Status; {
	case long:
		f.Cause, f.Parks, f.TooLong, f.Context = engine.CauseTruncated, false, true, tokens
	case code == http.StatusTooManyRequests, strings.Contains(words, "pending requests exceeded"),
		code == http.StatusServiceUnavailable && after > 0:
		f.Retry, f.Throttled, f.RetryAfter = true, true, after
	case code == 0, code == http.StatusRequestTimeout, code >= http.StatusInternalServerError:
		f.Retry, f.RetryAfter = true, after
	}
	return f
}

// quoted says what the body says: ollama's errors are JSON, a proxy's are mostly HTML.
func quoted(resp *http.Response, body []byte) error {
	text := strings.TrimSpace(string(body))
	var said struct {
		Error string `json:"error"`
	}
	switch {
	case json.Unmarshal(body, &said) == nil && said.Error != "":
		return errors.New(clip(said.Error))
	case strings.HasPrefix(text, "<"):
		return fmt.Errorf("an HTML page came in place of an answer%s; is this ollama, or a proxy before it?", title(text))
	case text == "":
		return errors.New("an empty answer: " + strings.ToLower(http.StatusText(resp.StatusCode)))
	}
	return errors.New(clip(text))
}

func title(page string) string {
	_, rest, ok := strings.Cut(page, "<title>")
	t, _, closed := strings.Cut(rest, "</title>")
	if !ok || !closed {
		return ""
	}
	return fmt.Sprintf(" (%q)", clip(strings.TrimSpace(t)))
}

func clip(s string) string {
	s = llm.Words(s)
	if len(s) <= longestText {
		return s
	}
	return strings.ToValidUTF8(s[:longestText], "") + "…"
}

// tap watches the body of a call, since ollama's client drops the error that a body ends with.
type tap struct {
	io.ReadCloser
	err  error
	line int // bytes since the last line ended

	part  []byte // of a character that the last read cut
	wrong bool   // something was no UTF-8, which the JSON reader would put a replacement for, silently
}

type tapKey struct{}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.ReadCloser.Read(b)
	if i := bytes.LastIndexByte(b[:n], '\n'); i >= 0 {
		t.line = n - i - 1
	} else {
		t.line += n
	}
	t.check(b[:n])
	if err != nil && err != io.EOF {
		t.err = err
	}
	return n, err
}

func (t *tap) check(b []byte) {
	if len(t.part) > 0 {
		b = append(t.part, b...)
	}
	for k := 1; k < utf8.UTFMax && k <= len(b); k++ {
		if tail := b[len(b)-k:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				t.part = append([]byte(nil), tail...)
				t.wrong = t.wrong || !utf8.Valid(b[:len(b)-k])
				return
			}
			break
		}
	}
	t.part = nil
	t.wrong = t.wrong || !utf8.Valid(b)
}

// explain types the client's error and says what to do about it.
func (c *Client) explain(err error, model string) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if f, ok := llm.FailureOf(err); ok {
		return advise(f, model)
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return c.unreachable(u)
	}
	if text := strings.TrimSpace(err.Error()); strings.HasPrefix(text, "<") {
		return &llm.Failure{Cause: engine.CauseProvider, Parks: true,
			Err: fmt.Errorf("an HTML page came in place of an answer%s; is this ollama, or a proxy before it?", title(text))}
	}
	if text := err.Error(); strings.HasPrefix(text, "{") && !json.Valid([]byte(text)) { // half a line
		return &llm.Failure{Cause: engine.CauseIncomplete, Retry: true, Parks: true,
			Err: fmt.Errorf("the answer broke off within a line: %s", clip(text))}
	}
	// An error in the stream, or a line that is none of ollama's: as a status of 500 would be.
	return typed(&llm.Failure{Cause: engine.CauseProvider, Parks: true, Err: errors.New(clip(err.Error()))}, 0)
}

// advise adds the remedy of a missing model. A 404 that isn't ollama's comes from another server.
func advise(f *llm.Failure, model string) *llm.Failure {
	told := *f
	switch words := f.Err.Error(); {
	case f.Status == http.StatusBadRequest && strings.Contains(words, "thinking"):
		told.Err = fmt.Errorf("%w; leave think out of the spec", f.Err)
		return &told
	case f.Status == http.StatusBadRequest && strings.Contains(words, "format"):
		told.Err = fmt.Errorf("%w; write schema=prompt into the spec, for a server that does not take a schema", f.Err)
		return &told
	case f.Status != http.StatusNotFound:
		return f
	}
	if model != "" && lacks(f.Err.Error()) {
		told.Err = fmt.Errorf("%w; get it with: ollama pull %s", f.Err, model)
	} else {
		told.Err = fmt.Errorf("%w; is this an ollama server?", f.Err)
	}
	return &told
}

func (c *Client) unreachable(err *url.Error) error {
	_, noName := errors.AsType[*net.DNSError](err)
	op, ok := errors.AsType[*net.OpError](err)
	var told error = err
	switch { // where the address is said, method and URL are not said again
	case errors.Is(err, syscall.ECONNREFUSED):
		told = fmt.Errorf("no ollama server answers at %s; start it with: ollama serve (or name another with OLLAMA_HOST): %w", c.base,
			err.Err)
	case noName || ok && op.Op == "dial":
		told = fmt.Errorf("the ollama server at %s is out of reach (OLLAMA_HOST names another): %w", c.base, err.Err)
	}
	return &llm.Failure{Cause: engine.CauseProvider, Retry: true, Parks: true, Err: told}
}
