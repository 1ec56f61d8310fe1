package openai

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"unicode/utf8"

	"turncoat/agents/llm"
)

// maxLine is the longest line of a stream and the longest answer in one piece, in bytes.
const maxLine = 8 << 20

// reply gathers what an answer's body says.
type reply struct {
	owner   *Model
	stream  *llm.Stream
	model   string
	why     string // finish_reason
	refused bool
	usage   llm.Usage
}

// chunk is an event of the stream, or the whole answer of a server that doesn't stream.
type chunk struct {
	Model   string          `json:"model"`
	Choices []choice        `json:"choices"`
	Usage   *usage          `json:"usage"`
	Error   json.RawMessage `json:"error"`
}

type choice struct {
	Index   int     `json:"index"`
	Delta   message `json:"delta"`   // of an event
	Message message `json:"message"` // of a whole answer
	Finish  string  `json:"finish_reason"`
}

// message has the thinking under the two names that are in use; a server that gives both gives the same twice.
type message struct {
	Content          string `json:"content"`
	Refusal          string `json:"refusal"`
	ReasoningContent string `json:"reasoning_content"`
	Reasoning        string `json:"reasoning"`
}

type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	CacheHit   int `json:"prompt_cache_hit_tokens"` // DeepSeek
	Of         struct {
		Cached int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
	In struct {
		Reasoning int `json:"reasoning_tokens"`
	} `json:"completion_tokens_details"`
}

// take reads the body. True says that the end was announced.
func (r *reply) take(res *http.Response) (bool, error) {
	body := buffers.Get().(*bufio.Reader)
	body.Reset(res.Body)
	defer func() {
		body.Reset(nil)
		buffers.Put(body)
	}()
	switch b, err := begins(body); {
	case err == io.EOF:
		return false, nil
	case err != nil:
		return false, err
	case b == '<' || isHTML(res.Header):
		return false, r.owner.html(res.StatusCode)
	case b == '{' || b == '[':
		return r.whole(body)
	}
	return r.events(body)
}

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

// whole reads an answer in one piece.
func (r *reply) whole(body io.Reader) (bool, error) {
	b, err := io.ReadAll(io.LimitReader(body, maxLine+1))
	if err != nil {
		return false, err
	}
	if len(b) > maxLine {
		return false, errLong
	}
	var c chunk
	if err := r.decode(b, &c); err != nil {
		return false, err
	}
	return len(c.Choices) > 0, r.heard(&c)
}

// events reads a stream of server-sent events. Every event of this wire is one line of data.
func (r *reply) events(body *bufio.Reader) (bool, error) {
	l := lines{from: body}
	var c chunk
	var m mould
	for {
		line, err := l.next()
		if err == io.EOF {
			return r.why != "", nil
		}
		if err != nil {
			return false, err
		}
		data, ok := payload(line)
		if !ok {
			continue
		}
		if string(data) == "[DONE]" {
			return true, nil
		}
		if text, ok := m.cast(data); ok {
			err = r.stream.Text(text)
		} else if err = r.decode(data, c.reset()); err == nil {
			m.take(data, &c)
			err = r.heard(&c)
		}
		if err != nil {
			return false, err
		}
	}
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

func (r *reply) decode(b []byte, c *chunk) error {
	if !utf8.Valid(b) { // encoding/json would quietly replace it
		return errors.New("the server sent text that is not UTF-8")
	}
	if err := json.Unmarshal(b, c); err != nil {
		return fmt.Errorf("the server sent what is not JSON of this wire: %w", err)
	}
	return nil
}

// heard takes what an event says.
func (r *reply) heard(c *chunk) error {
	if len(c.Error) > 0 && string(c.Error) != "null" {
		return r.owner.broke(c.Error)
	}
	if c.Model != "" && r.model != c.Model {
		r.model = c.Model
	}
	if c.Usage != nil {
		r.usage = c.Usage.tokens()
	}
	for i := range c.Choices {
		if ch := &c.Choices[i]; ch.Index == 0 {
			if err := r.said(ch); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reply) said(ch *choice) error {
	for _, m := range []*message{&ch.Delta, &ch.Message} {
		thought := m.ReasoningContent
		if thought == "" {
			thought = m.Reasoning
		}
		if thought != "" {
			if err := r.stream.Thought(thought); err != nil {
				return err
			}
		}
		r.refused = r.refused || m.Refusal != ""
		if text := m.Content + m.Refusal; text != "" {
			if err := r.stream.Text(text); err != nil {
				return err
			}
		}
	}
	switch ch.Finish {
	case "":
		return nil
	case "error", "insufficient_system_resource":
		return r.owner.broke([]byte(`"the server broke off: ` + ch.Finish + `"`))
	}
	r.why = ch.Finish
	return nil
}

// finish is why the model stopped, in the words of package llm.
func (r *reply) finish() llm.Finish {
	switch {
	case r.refused:
		return llm.Refused
	case r.why == "content_filter", r.why == "safety", r.why == "refusal":
		return llm.Refused
	case r.why == "length", r.why == "max_tokens":
		return llm.Length
	}
	return llm.Stop
}

func (u *usage) tokens() llm.Usage {
	return llm.Usage{
		Prompt: max(0, u.Prompt), Cached: max(0, u.Of.Cached, u.CacheHit),
		Reply: max(0, u.Completion), Thinking: max(0, u.In.Reasoning),
	}
}

var errLong = fmt.Errorf("the server sent more than %d MB in one piece", maxLine>>20)

// lines reads a body line by line.
type lines struct {
	from *bufio.Reader
	long []byte // a line that is longer than the reader's buffer
}

// next is the next line without its end, good until the following call. What stands before the end of the body counts as one.
func (l *lines) next() ([]byte, error) {
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
