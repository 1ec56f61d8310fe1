package ollama

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/ollama/ollama/api"

	"github.com/turncoat-sim/turncoat/agents/llm/lenient"
)

// event is a line of the wire, of which ollama's client refuses the whole where a field that nobody needs has another type.
type event struct {
	Model   lenient.Word `json:"model"`
	Message struct {
		Content  lenient.Content `json:"content"`
		Thinking lenient.Word    `json:"thinking"`
	} `json:"message"`
	Done   lenient.Truth `json:"done"`
	Reason lenient.Word  `json:"done_reason"`
	Load   lenient.Count `json:"load_duration"`
	Prompt lenient.Count `json:"prompt_eval_count"`
	Reply  lenient.Count `json:"eval_count"`
	Error  lenient.Raw   `json:"error"`
}

// mended reads a body whose lines the client takes.
type mended struct {
	io.Closer
	from *bufio.Reader
	line []byte // mended, and not read yet
	err  error
	long bool // in the midst of a line that is too long to be mended
}

func mend(body io.ReadCloser) *mended {
	return &mended{Closer: body, from: bufio.NewReaderSize(body, 1<<16)}
}

// Read implements io.Reader.
func (m *mended) Read(b []byte) (int, error) {
	for len(m.line) == 0 {
		if m.err != nil {
			return 0, m.err
		}
		m.line, m.err = m.next()
	}
	n := copy(b, m.line)
	m.line = m.line[n:]
	return n, nil
}

// next is the next line as the client takes it. A line that does not fit the buffer is passed on as it is, piece by piece.
func (m *mended) next() ([]byte, error) {
	line, err := m.from.ReadSlice('\n')
	if was := m.long; was || errors.Is(err, bufio.ErrBufferFull) {
		if m.long = errors.Is(err, bufio.ErrBufferFull); m.long {
			err = nil
		}
		return line, err
	}
	return mendLine(line), err
}

// mendLine leaves a line as it is where the client takes it, and writes it anew where it is still an event. An empty line is none.
func mendLine(line []byte) []byte {
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	text := bytes.TrimSpace(line)
	if len(text) == 0 {
		return nil
	}
	var fault struct {
		Error string `json:"error"`
	}
	var taken api.ChatResponse
	if json.Unmarshal(text, &fault) == nil && json.Unmarshal(text, &taken) == nil && (taken.Done || taken.DoneReason == "") {
		return line
	}
	var e event
	if json.Unmarshal(text, &e) != nil {
		return line
	}
	b, err := json.Marshal(e.wire())
	if err != nil {
		return line
	}
	return append(b, '\n')
}

// wire is the event in the types of the client.
func (e *event) wire() map[string]any {
	if e.Error != "" {
		return map[string]any{"error": e.fault()}
	}
	return map[string]any{
		"model": e.Model, "done": bool(e.Done) || e.Reason != "", "done_reason": strings.ToLower(string(e.Reason)), "load_duration": e.Load,
		"prompt_eval_count": e.Prompt, "eval_count": e.Reply,
		"message": map[string]any{"role": "assistant", "content": e.Message.Content.Text,
			"thinking": cmp.Or(string(e.Message.Thinking), e.Message.Content.Thought)},
	}
}

// fault is what an error says: a string, or an object with its message.
func (e *event) fault() string {
	var s string
	if json.Unmarshal([]byte(e.Error), &s) == nil {
		return s
	}
	var o struct {
		Message lenient.Word `json:"message"`
	}
	_ = json.Unmarshal([]byte(e.Error), &o) // what has no message is given as it is
	return cmp.Or(string(o.Message), string(e.Error))
}
