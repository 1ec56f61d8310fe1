package openai

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
)

// countsFor is how long is waited, behind the end of a reply, for the event that counts its tokens.
const countsFor = 500 * time.Millisecond

// maxLine is the longest line of a stream and the longest answer in one piece, in bytes.
const maxLine = 8 << 20

// incoming gathers what an answer's body says.
type incoming struct {
	owner   *Model
	stream  *llm.Stream
	model   string
	why     string // finish_reason, in small letters
	refused bool
	usage   llm.Usage
	spoke   bool            // there was a choice
	other   other           // what choices of another number than 0 say, for a server that counts otherwise
	tools   strings.Builder // arguments of tool calls
}

// other holds a choice that is not number 0.
type other struct {
	first count
	text  strings.Builder
	why   string
}

// chunk is an event of the stream, or the whole answer of a server that doesn't stream.
type chunk struct {
	Object  word    `json:"object"`
	Model   word    `json:"model"`
	Choices choices `json:"choices"`
	Usage   *usage  `json:"usage"`
	Error   raw     `json:"error"`
}

type choice struct {
	Index   count   `json:"index"`
	Delta   message `json:"delta"`   // of an event
	Message message `json:"message"` // of a whole answer
	Text    word    `json:"text"`    // of the older wire
	Finish  word    `json:"finish_reason"`
	Error   raw     `json:"error"`
}

// message has the thinking under the two names that are in use; a server that gives both gives the same twice.
type message struct {
	Content          content `json:"content"`
	Refusal          word    `json:"refusal"`
	ReasoningContent word    `json:"reasoning_content"`
	Reasoning        word    `json:"reasoning"`
	Tools            calls   `json:"tool_calls"`
}

type usage struct {
	Prompt     count   `json:"prompt_tokens"`
	Completion count   `json:"completion_tokens"`
	CacheHit   count   `json:"prompt_cache_hit_tokens"` // DeepSeek
	Of         details `json:"prompt_tokens_details"`
	In         details `json:"completion_tokens_details"`
}

// take reads the body. True says that the end was announced, or that the body ended as its frame said and is one whole JSON value.
func (r *incoming) take(res *http.Response) (bool, error) {
	from, err := unpacked(res)
	if err != nil {
		return false, err
	}
	body := buffers.Get().(*bufio.Reader)
	body.Reset(from)
	defer func() {
		body.Reset(nil)
		buffers.Put(body)
	}()
	done, err := r.read(body, res)
	if r.over() { // the answer was whole before: what comes after it is not needed
		done, err = true, nil
	}
	if strings.TrimSpace(r.stream.Said()) == "" && err == nil {
		err = r.stream.Text(cmp.Or(r.other.text.String(), r.tools.String()))
		r.why = cmp.Or(r.why, r.other.why)
		done = done || r.why != ""
	}
	if !r.spoke { // an end, and no answer before it
		return false, err
	}
	framed := res.ContentLength >= 0 || slices.Contains(res.TransferEncoding, "chunked")
	return done || err == nil && framed && json.Valid([]byte(r.stream.Said())), err
}

// unpacked is the body without the compression that a server used unasked.
func unpacked(res *http.Response) (io.Reader, error) {
	switch how := res.Header.Get("Content-Encoding"); how {
	case "", "identity":
		return res.Body, nil
	case "gzip", "x-gzip":
		return gzip.NewReader(res.Body)
	default:
		return nil, fmt.Errorf("the server compressed its answer unasked, by %q", how)
	}
}

func (r *incoming) read(body *bufio.Reader, res *http.Response) (bool, error) {
	switch b, err := begins(body); {
	case err == io.EOF:
		return false, nil
	case err != nil:
		return false, err
	case b == '<' || isHTML(res.Header) && !frames(b):
		return false, r.owner.html(res.StatusCode)
	case b == '{' || b == '[':
		return r.whole(body)
	}
	return r.events(body)
}

// frames reports whether a body that begins so may be one of this wire, whatever its header calls it: JSON, or a field of an event.
func frames(b byte) bool { return strings.IndexByte("{[:dDeEiIrR", b) >= 0 }

var buffers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}

// begins is the first byte that is neither space nor byte order mark. It stays unread.
func begins(body *bufio.Reader) (byte, error) {
	for {
		b, err := body.Peek(1)
		if err != nil {
			return 0, err
		}
		switch b[0] {
		case ' ', '\t', '\r', '\n', 0xef, 0xbb, 0xbf:
			_, _ = body.Discard(1) // it was peeked at, so it is there
		default:
			return b[0], nil
		}
	}
}

// whole reads an answer in one piece: an object, or objects in an array (Gemini), or one behind the other.
func (r *incoming) whole(body io.Reader) (bool, error) {
	b, err := io.ReadAll(io.LimitReader(body, maxLine+1))
	if err != nil {
		return false, err
	}
	if len(b) > maxLine {
		return false, errLong
	}
	for rest := json.NewDecoder(bytes.NewReader(b)); ; { // some servers stream events as lines of JSON
		var one json.RawMessage
		if err := rest.Decode(&one); err == io.EOF {
			break
		} else if err != nil {
			return false, fmt.Errorf("the server sent what is not JSON of this wire: %w", err)
		}
		if err := r.piece(one); err != nil {
			return false, err
		}
	}
	if !r.spoke {
		return false, r.owner.broke(b)
	}
	return true, nil
}

// piece takes an object, or objects in an array.
func (r *incoming) piece(b []byte) (err error) {
	several := make([]chunk, 1)
	if b[0] == '[' {
		err = r.decode(b, &several)
	} else {
		err = r.decode(b, &several[0])
	}
	for i := range several {
		if err == nil {
			err = r.heard(&several[i])
		}
	}
	return err
}

// events reads a stream of server-sent events. An event's data is JSON, on one line nearly always; that of several lines is joined.
func (r *incoming) events(body *bufio.Reader) (bool, error) {
	l := lines{from: body}
	var c chunk
	var m mould
	var open []byte // data that is not whole yet
	for {
		line, err := l.next()
		switch {
		case err != nil && err != io.EOF:
			return false, err
		case len(open) > 0 && (err != nil || len(line) == 0): // the event ends, and is still no JSON
			return false, r.decode(open, c.reset())
		case err != nil:
			return r.why != "", nil
		}
		data, ok := payload(line)
		switch {
		case !ok:
			continue
		case len(open) > 0:
			open = append(append(open, '\n'), data...)
			data = open
		case ends(data):
			return true, nil
		}
		if text, ok := m.cast(data); ok {
			err, open = r.cast(text), open[:0]
		} else if cut(data) {
			open = append(open[:0], data...)
			continue
		} else {
			err, open = r.event(data, &c, &m), open[:0]
		}
		if err != nil {
			return false, err
		}
	}
}

// cast takes the text of an event that is like the last one but for it.
func (r *incoming) cast(text string) error {
	if r.over() {
		return nil
	}
	return r.stream.Text(text)
}

// event takes one event's data. A word between the events is passed over.
func (r *incoming) event(data []byte, c *chunk, m *mould) error {
	if data[0] == '[' { // Gemini's way: an event in an array of its own
		data = bytes.TrimSpace(bytes.Trim(data, "[]"))
	}
	if len(data) == 0 || data[0] != '{' {
		return nil
	}
	if err := r.decode(data, c.reset()); err != nil {
		return err
	}
	if c.Object == "error" && c.Error == "" { // vLLM's way of before
		return r.owner.broke(data)
	}
	m.take(data, c)
	return r.heard(c)
}

// over reports whether the end of the reply was announced. Some servers announce it with every piece: where the text is the beginning of
// JSON, it goes on.
func (r *incoming) over() bool {
	if r.why == "" {
		return false
	}
	said := strings.TrimSpace(r.stream.Said())
	return r.why != "stop" || said == "" || !cut([]byte(said))
}

// cut reports whether data is the beginning of JSON that goes on in the event's next line.
func cut(data []byte) bool {
	if data[0] != '{' && data[0] != '[' || data[len(data)-1] == '}' && json.Valid(data) {
		return false
	}
	var whole json.RawMessage
	var syntax *json.SyntaxError
	return errors.As(json.Unmarshal(data, &whole), &syntax) && syntax.Offset >= int64(len(data))
}

// ends reports whether data is the word that ends a stream: [DONE] with most, DONE with some.
func ends(data []byte) bool {
	return len(data) < 16 && strings.EqualFold(strings.Trim(string(data), `[]" `), "done")
}

// payload is what a line of the stream carries, if anything: comments keep the connection alive, the other fields say nothing
// here. Some servers write an error without the frame, or llama.cpp in a field of its own.
func payload(line []byte) ([]byte, bool) {
	if data, ok := bytes.CutPrefix(line, []byte("data:")); ok {
		data = bytes.TrimSpace(data)
		return data, len(data) > 0
	}
	if fault, ok := bytes.CutPrefix(line, []byte("error:")); ok {
		return fmt.Appendf(nil, `{"error":%s}`, bytes.TrimSpace(fault)), true
	}
	return line, len(line) > 0 && line[0] == '{'
}

// reset makes room for another event and keeps the memory of the choices.
func (c *chunk) reset() *chunk {
	clear(c.Choices)
	*c = chunk{Choices: c.Choices[:0]}
	return c
}

func (r *incoming) decode(b []byte, into any) error {
	if !utf8.Valid(b) { // encoding/json would quietly replace it
		return errors.New("the server sent text that is not UTF-8")
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("the server sent what is not JSON of this wire: %w", err)
	}
	return nil
}

// heard takes what an event says.
func (r *incoming) heard(c *chunk) error {
	if c.Usage != nil && *c.Usage != (usage{}) {
		r.usage = c.Usage.tokens()
	}
	if r.over() {
		return nil // the answer is whole: only the counts are still of use
	}
	if c.Error != "" {
		return r.owner.broke([]byte(c.Error))
	}
	if c.Model != "" {
		r.model = string(c.Model)
	}
	for i := range c.Choices {
		ch := &c.Choices[i]
		if ch.Error != "" {
			return r.owner.broke([]byte(ch.Error))
		}
		r.spoke = true
		if ch.Index != 0 {
			r.other.take(ch)
			continue
		}
		if err := r.said(ch); err != nil {
			return err
		}
	}
	return nil
}

// take listens to the first of the other choices.
func (o *other) take(ch *choice) {
	if o.first == 0 {
		o.first = ch.Index
	}
	if ch.Index == o.first {
		o.text.WriteString(ch.Delta.Content.Text + ch.Message.Content.Text + string(ch.Text))
		o.why = cmp.Or(strings.ToLower(string(ch.Finish)), o.why)
	}
}

func (r *incoming) said(ch *choice) error {
	for _, m := range []*message{&ch.Delta, &ch.Message} {
		if m == &ch.Message && strings.TrimSpace(r.stream.Said()) != "" {
			continue // a server that gives the whole again behind its pieces
		}
		if err := r.spoken(m); err != nil {
			return err
		}
	}
	if ch.Text != "" {
		if err := r.stream.Text(string(ch.Text)); err != nil {
			return err
		}
	}
	switch why := strings.ToLower(string(ch.Finish)); why {
	case "", "null":
	case "error", "network_error", "insufficient_system_resource", "abort", "aborted", "cancelled", "canceled":
		return r.owner.broke([]byte(`"the server broke off: ` + why + `"`))
	default:
		if r.why = why; r.over() {
			r.stream.Whole(countsFor)
		}
	}
	return nil
}

func (r *incoming) spoken(m *message) error {
	thought := m.Content.Thought
	switch {
	case m.ReasoningContent != "":
		thought += string(m.ReasoningContent)
	case m.Reasoning != "":
		thought += string(m.Reasoning)
	}
	if thought != "" {
		if err := r.stream.Thought(thought); err != nil {
			return err
		}
	}
	r.tools.WriteString(string(m.Tools))
	r.refused = r.refused || m.Refusal != ""
	if text := m.Content.Text + string(m.Refusal); text != "" {
		return r.stream.Text(text)
	}
	return nil
}

// finish is why the model stopped, in the words of package llm.
func (r *incoming) finish() reply.Finish {
	switch r.why {
	case "content_filter", "safety", "refusal", "prohibited_content", "blocklist", "recitation", "spii":
		return reply.Refused
	case "length", "max_tokens", "max_output_tokens", "model_length":
		return reply.Length
	}
	if r.refused {
		return reply.Refused
	}
	return reply.Stop
}

func (u *usage) tokens() llm.Usage {
	return llm.Usage{Prompt: int(u.Prompt), Cached: int(max(u.Of.Cached, u.CacheHit)), Reply: int(u.Completion),
		Thinking: int(u.In.Reasoning)}
}

var errLong = fmt.Errorf("the server sent more than %d MB in one piece", maxLine>>20)

// lines reads a body line by line. A line ends with \n, \r\n or \r.
type lines struct {
	from *bufio.Reader
	long []byte // a line that is longer than the reader's buffer
	left []byte // what stands behind a \r in what was read
}

// next is the next line without its end, good until the following call. What stands before the end of the body counts as one.
func (l *lines) next() ([]byte, error) {
	if len(l.left) == 0 {
		line, err := l.read()
		if err != nil {
			return nil, err
		}
		l.left = line
	}
	line, rest, _ := bytes.Cut(l.left, []byte{'\r'})
	l.left = rest
	return line, nil
}

// read is what stands before the next \n, without a \r at its end.
func (l *lines) read() ([]byte, error) {
	l.long = l.long[:0]
	for {
		part, err := l.from.ReadSlice('\n')
		if len(l.long)+len(part) > maxLine {
			return nil, errLong
		}
		if err == nil && len(l.long) == 0 {
			return bytes.TrimRight(part, "\r\n"), nil
		}
		l.long = append(l.long, part...)
		switch {
		case err == nil, err == io.EOF && len(l.long) > 0:
			return bytes.TrimRight(l.long, "\r\n"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}
