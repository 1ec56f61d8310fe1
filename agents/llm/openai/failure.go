package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

const (
	maxError  = 64 << 10 // bytes read of an error's body
	maxQuoted = 300      // characters of it that are shown
)

// permanent is a failure that another try won't mend: the game waits for somebody who does.
func (m *Model) permanent(status int, err error) *llm.Failure {
	return &llm.Failure{Cause: engine.CauseProvider, Parks: true, Status: status, Err: err}
}

// unreached is a server that gave no answer. An error of the context stays one: llm.Stream knows what it means.
func (m *Model) unreached(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // the rest of it is method and URL, which String has
	}
	return fmt.Errorf("%v: %w", m.endpoint, err)
}

func isHTML(h http.Header) bool { return strings.Contains(h.Get("Content-Type"), "text/html") }

// html is a page where an answer should be: a proxy, or the address of something else.
func (m *Model) html(status int) *llm.Failure {
	return m.permanent(status, fmt.Errorf("%v sent an HTML page instead of an answer: is that the address of a model server? see %s",
		m.endpoint, m.endpoint.URLVar))
}

// refused makes a failure of a status that is not 200.
func (m *Model) refused(res *http.Response) *llm.Failure {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxError)) // what could be read of it is shown
	f := m.judged(res.StatusCode, complaintOf(body))
	if isHTML(res.Header) || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		f.Err = m.html(res.StatusCode).Err
	}
	if after := llm.RetryAfter(res.Header, time.Now()); after > 0 {
		f.RetryAfter = after
		f.Throttled = f.Throttled || f.Retry && res.StatusCode >= 500 // it says itself when it is well again
	}
	return f
}

// judged says what a status and the words with it mean for the call. What the server is at fault for parks the game in the end; the
// filter's refusal and a prompt that is too long do not.
func (m *Model) judged(status int, c complaint) *llm.Failure {
	f := m.permanent(status, errors.New(m.redact(m.advice(status, c))))
	tokens, long := llm.TooLong(c.words())
	if n := int(c.Tokens); n > 0 {
		tokens = n
	}
	switch code := c.code(); {
	case c.filtered():
		f.Cause, f.Parks = engine.CauseRefusal, false
	case crowded.MatchString(c.Message):
		f.Retry, f.Throttled = true, true
	case long, code == "context_length_exceeded", c.Type == "exceed_context_size_error", c.Type == "context_length_exceeded":
		f.Cause, f.Parks, f.TooLong, f.Context = engine.CauseTruncated, false, true, tokens
	case status == http.StatusRequestEntityTooLarge:
		f.Cause, f.Parks, f.TooLong, f.Context = engine.CauseTruncated, false, true, tokens
	case c.spent(), misplaced.MatchString(c.words()):
	case status == http.StatusTooManyRequests, code == "rate_limit_exceeded", status == http.StatusForbidden &&
		paced.MatchString(c.words()+string(c.Type)+code):
		f.Retry, f.Throttled, f.RetryAfter = true, true, c.after()
	case status == http.StatusInternalServerError, passing(status):
		f.Retry, f.RetryAfter = true, c.after()
		f.Throttled = busy.MatchString(c.words())
	}
	return f
}

// paced is how a server says with a 403 that it is asked too often.
var paced = regexp.MustCompile(`(?i)rate ?_?limit ?_?exceeded`)

// misplaced is how a server says that the address is not that of its chat completions.
var misplaced = regexp.MustCompile(`(?i)unexpected endpoint or method`)

// busy is how a server says that it is well and has too much to do.
var busy = regexp.MustCompile(`(?i)pending requests exceeded|queue (?:is )?full|overloaded|too many (?:requests|concurrent)|server (?:is )?busy`)

// crowded is how llama.cpp says that what its slots hold together does not fit the context that they share, where it was started
// without a number of them (-np). It ends all the calls that it is at, whatever their length; one that is too long by itself is an
// exceed_context_size_error.
var crowded = regexp.MustCompile(`(?i)^context size has been exceeded\.?$`)

// spent reports whether an account has nothing left: to wait a moment is no use. Gemini says RESOURCE_EXHAUSTED and "quota" for the
// pace as well, and then tells how long to wait.
func (c complaint) spent() bool {
	switch c.code() {
	case "insufficient_quota", "billing_hard_limit_reached", "insufficient_balance":
		return true
	}
	quota := strings.Contains(strings.ToLower(c.Message), "quota")
	return c.Type == "insufficient_quota" || quota && c.after() == 0 &&
		(c.Status == "RESOURCE_EXHAUSTED" || strings.Contains(c.Message, "billing"))
}

// after is how long the body asks to wait (Gemini's RetryInfo); 0: it does not say.
func (c complaint) after() time.Duration {
	var details []struct {
		Delay word `json:"retryDelay"`
	}
	_ = json.Unmarshal(c.Details, &details) // what has another form says nothing
	for _, d := range details {
		if wait, err := time.ParseDuration(string(d.Delay)); err == nil && wait > 0 {
			return wait
		}
	}
	return 0
}

// passing are the states that pass by themselves. From 520 on they are those of the networks before a server, 529 an overload.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return status >= 520 && status < 600
}

// advice is what is wrong and what to do, with the server's own words at its end.
func (m *Model) advice(status int, c complaint) string {
	e := m.endpoint
	text := fmt.Sprintf("%v refused the request", e)
	switch {
	case status == http.StatusUnauthorized && e.key == nil:
		text = fmt.Sprintf("%v wants a key: set %s", e, e.KeyVar)
	case status == http.StatusUnauthorized:
		text = fmt.Sprintf("%v does not take the key in %s", e, e.KeyVar)
	case status == http.StatusPaymentRequired, c.spent():
		text = fmt.Sprintf("%v: the account of the key in %s has no credit left", e, e.KeyVar)
	case status == http.StatusForbidden:
		text = fmt.Sprintf("%v forbids this to the key in %s", e, e.KeyVar)
	case status == http.StatusNotFound, misplaced.MatchString(c.words()):
		text = fmt.Sprintf("%v has no model %q, or its address (%s) does not end where /chat/completions begins", e, m.options.Model,
			e.URLVar)
	case status == http.StatusTooManyRequests:
		text = fmt.Sprintf("%v is asked too often", e)
	case status >= 300 && status < 400:
		text = fmt.Sprintf("%v redirects, and is not followed: set %s to the address that is meant", e, e.URLVar)
	case status >= 500:
		text = fmt.Sprintf("%v has trouble of its own", e)
	}
	if way := m.wayOut(c); way != "" && status < 500 {
		text += " (" + way + ")"
	}
	if words := m.redact(c.words()); words != "" { // before it is cut: half a key would not be found
		text += ": " + clip(words)
	}
	return text
}

// broke is an error that the server reports where an answer should be, or in the midst of one.
func (m *Model) broke(raw json.RawMessage) *llm.Failure {
	c := complaintOf(append(append([]byte(`{"error":`), raw...), '}'))
	if status, err := strconv.Atoi(c.code()); err == nil && status >= 400 && status < 600 {
		return m.judged(status, c)
	}
	f := m.judged(http.StatusInternalServerError, c)
	f.Status = 0
	return f
}

// complaint is the body of an error, as far as servers agree on one.
type complaint struct {
	Message  string          `json:"-"`
	Words    json.RawMessage `json:"message"` // a string mostly; Mistral sends an object
	Type     word            `json:"type"`
	Param    word            `json:"param"`
	Code     json.RawMessage `json:"code"` // a word or a number
	Status   word            `json:"status"`
	Tokens   count           `json:"n_ctx"` // of llama.cpp's context
	Details  json.RawMessage `json:"details"`
	Metadata struct {
		Raw     json.RawMessage `json:"raw"`     // what OpenRouter was told by who serves the model
		Reasons json.RawMessage `json:"reasons"` // of OpenRouter's moderation
	} `json:"metadata"`
}

// complaintOf finds the words in {"error":{"message":…}}, {"error":…}, {"message":…}, {"detail":…}, one of these in an array
// (Gemini), or else takes the body as it is.
func complaintOf(body []byte) complaint {
	body = bytes.TrimSpace(body)
	var several []json.RawMessage
	if json.Unmarshal(body, &several) == nil && len(several) > 0 {
		body = several[0]
	}
	var frame struct {
		complaint
		Error, Detail json.RawMessage
	}
	_ = json.Unmarshal(body, &frame) // what it does not fit is taken as it is
	for _, inner := range []json.RawMessage{frame.Error, frame.Detail} {
		if c, ok := readComplaint(inner); ok {
			return c
		}
	}
	if c, ok := readComplaint(body); ok && len(frame.Words) > 0 {
		return c
	}
	return complaint{Message: string(body)}
}

// readComplaint takes an object with its message, a string, or whatever else says something.
func readComplaint(b json.RawMessage) (c complaint, ok bool) {
	var says raw
	if json.Unmarshal(b, &says) != nil || says == "" {
		return c, false
	}
	if json.Unmarshal(b, &c.Message) == nil {
		return c, true
	}
	_ = json.Unmarshal(b, &c) // the fields that fit
	if len(c.Words) == 0 {
		c.Message = string(b)
		return c, true
	}
	if json.Unmarshal(c.Words, &c.Message) != nil {
		c.Message = string(c.Words)
	}
	return c, true
}

func (c complaint) code() string { return strings.Trim(string(c.Code), `"`) }

// words are on one line, with those of the server behind a gateway.
func (c complaint) words() string {
	text := c.Message
	var inner string
	if json.Unmarshal(c.Metadata.Raw, &inner) != nil {
		inner = string(c.Metadata.Raw)
	}
	if inner != "" {
		text += ": " + inner
	}
	return llm.Words(text)
}

// filtered reports whether the provider's filter is what refused the prompt.
func (c complaint) filtered() bool {
	switch c.code() {
	case "content_filter", "content_policy_violation":
		return true
	}
	return c.Type == "content_filter" || len(c.Metadata.Reasons) > len("[]")
}

func clip(s string) string {
	if r := []rune(s); len(r) > maxQuoted {
		return string(r[:maxQuoted]) + "…"
	}
	return s
}

// masked is a key as servers quote it, with stars in its midst.
var masked = regexp.MustCompile(`\S*\*{3,}\S*`)

const struckOut = "[key]"

// redact strikes out the key, whole, escaped or with stars.
func (m *Model) redact(s string) string {
	if m.endpoint.key == nil {
		return s
	}
	key := m.endpoint.key()
	inJSON, _ := json.Marshal(key) // a string always marshals
	inGo := strconv.Quote(key)     // as net/http quotes what it can't read
	for _, form := range []string{key, url.QueryEscape(key), string(inJSON[1 : len(inJSON)-1]), inGo[1 : len(inGo)-1]} {
		s = strings.ReplaceAll(s, form, struckOut)
	}
	return masked.ReplaceAllString(s, struckOut)
}

// clean strikes the key out of an error from beneath, which may quote what the server sent. Such an error loses its chain.
func (m *Model) clean(err error) error {
	if err == nil || m.endpoint.key == nil {
		return err
	}
	if _, ok := llm.FailureOf(err); ok { // made here
		return err
	}
	text := err.Error()
	if struck := m.redact(text); struck != text {
		return errors.New(struck)
	}
	return err
}
