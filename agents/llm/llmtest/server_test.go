package llmtest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/llm/openai"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
)

const schema = `{"type":"object","properties":{"thought":{"type":"string"},"acts":{"type":"array","maxItems":4,"items":{"type":"object","properties":{"act":{"type":"string","enum":["accuse","defend"]}},"required":["act"],"additionalProperties":false}},"either":{"anyOf":[{"type":"integer","minimum":0,"maximum":1},{"enum":["x"]}]},"choice":{"type":"string","enum":["Ann","Bob"]},"bid":{"type":"integer","minimum":0,"maximum":4}},"required":["thought","acts","either","choice","bid"],"additionalProperties":false}`

func prompt(i int) llm.Prompt {
	return llm.Prompt{Messages: []llm.Message{{Speaker: llm.User, Text: fmt.Sprintf("question %d", i)}}, Schema: json.RawMessage(schema)}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("s.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("s.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func model(t testing.TB, url string) *openai.Model {
	t.Helper()
	e, err := openai.Preset("vllm", func(name string) string {
		if name == "VLLM_BASE_URL" {
			return url + "/v1"
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	return openai.New(llm.Options{Model: "fake", Time: llm.DefaultDeadlines}, e, nil)
}

func TestLegalFitsTheSchema(t *testing.T) {
	want, seen := compiled(t), map[string]bool{}
	for i := range 300 {
		p := prompt(i)
		text := llmtest.Legal(p.Messages, p.Schema)
		if again := llmtest.Legal(p.Messages, p.Schema); again != text {
			t.Fatalf("prompt %d: %q, then %q", i, text, again)
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatalf("prompt %d: %q: %v", i, text, err)
		}
		if err := want.Validate(v); err != nil {
			t.Fatalf("prompt %d: %q: %v", i, text, err)
		}
		if !strings.HasPrefix(text, `{"thought":`) {
			t.Fatalf("prompt %d: the keys of %q stand in another order than required", i, text)
		}
		seen[text] = true
	}
	if len(seen) < 290 {
		t.Errorf("300 prompts have %d answers", len(seen))
	}
	if text := llmtest.Legal(nil, nil); text == "" || text[0] == '{' {
		t.Errorf("without a schema: %q", text)
	}
}

func TestLegalKeepsToTheBounds(t *testing.T) {
	for _, c := range []struct {
		schema  string
		allowed []string
	}{
		{`{"type":"integer","minimum":3,"maximum":3}`, []string{"3"}},
		{`{"type":"integer","maximum":-1}`, nil},
		{`{"type":"boolean"}`, []string{"true", "false"}},
		{`{"type":"array","minItems":1,"maxItems":1,"items":{"enum":[7]}}`, []string{"[7]"}},
		{`{"type":"object","required":["x"]}`, []string{`{"x":null}`}},
	} {
		got := llmtest.Legal(nil, json.RawMessage(c.schema))
		if c.allowed != nil && !strings.Contains(" "+strings.Join(c.allowed, " ")+" ", " "+got+" ") {
			t.Errorf("%s: %s, want one of %v", c.schema, got, c.allowed)
		}
	}
}

func TestServerThroughTheAdapter(t *testing.T) {
	s := llmtest.Serve(llmtest.Setup{Width: 2})
	defer s.Close()
	m := model(t, s.URL)
	for i := range 5 {
		p := prompt(i)
		c, err := m.Complete(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if want := llmtest.Legal(p.Messages, p.Schema); c.Text != want {
			t.Errorf("got %q, want %q", c.Text, want)
		}
	}
	if l := s.Load(); l.Calls != 5 || l.Peak != 1 || l.Width != 2 || l.Busy <= 0 || l.Busy > l.Span {
		t.Errorf("the load is %+v", l)
	}
	for i, c := range s.Calls() {
		if p := prompt(i); c.Model != "fake" || c.Wire != "openai" || c.Messages[0] != p.Messages[0] || string(c.Schema) != schema ||
			!c.Stream || c.Gone {
			t.Errorf("call %d was seen as %+v", i, c)
		}
	}
}

// until waits for what a server's handler is about to do.
func until(is func() bool) {
	for !is() {
		runtime.Gosched()
	}
}

// Answers that wait for each other show the queue: of six calls, two are in a slot at a time.
func TestServerQueues(t *testing.T) {
	const width, calls = 2, 6
	arrived, leave := make(chan struct{}), make(chan struct{})
	s := llmtest.Serve(llmtest.Setup{Width: width, Forget: true, Answer: func([]llm.Message, json.RawMessage) string {
		arrived <- struct{}{}
		<-leave
		return "{}"
	}})
	defer s.Close()
	m := model(t, s.URL)
	errs := make(chan error, calls)
	for i := range calls {
		go func() {
			_, err := m.Complete(t.Context(), prompt(i))
			errs <- err
		}()
	}
	until(func() bool { return s.Load().Peak == calls })
	for range calls / width {
		<-arrived
		<-arrived
		select {
		case <-arrived:
			t.Error("a third call has a slot")
		default:
		}
		leave <- struct{}{}
		leave <- struct{}{}
	}
	for range calls {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	l := s.Load()
	if l.Calls != calls || l.Peak != calls || l.Waited <= 0 || l.Share() <= 0 || l.Share() > 1 {
		t.Errorf("the load is %+v, share %v", l, l.Share())
	}
	if len(s.Calls()) != 0 {
		t.Error("requests were kept")
	}
}

func TestServerLosesAClient(t *testing.T) {
	s := llmtest.Serve(llmtest.Setup{Latency: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := model(t, s.URL).Complete(ctx, prompt(0))
		done <- err
	}()
	until(func() bool { return s.Load().Peak == 1 })
	cancel()
	<-done
	s.Close() // waits for the handler
	if l, c := s.Load(), s.Calls(); l.Calls != 0 || len(c) != 1 || !c[0].Gone {
		t.Errorf("the load is %+v, the calls are %+v", l, c)
	}
}

// The other wire, read by hand: its adapter has its own tests.
func TestServerSpeaksOllama(t *testing.T) {
	s := llmtest.Serve(llmtest.Setup{Piece: 3})
	defer s.Close()
	body := `{"model":"fake","messages":[{"role":"user","content":"hello"}],"format":` + schema + `,"options":{"num_ctx":4096}}`
	res, err := http.Post(s.URL+llmtest.Ollama.Path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var text strings.Builder
	var done bool
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		var c struct {
			Message   struct{ Content string }
			Done      bool
			Reason    string `json:"done_reason"`
			Evaluated int    `json:"prompt_eval_count"`
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v", lines.Bytes(), err)
		}
		text.WriteString(c.Message.Content)
		if done = c.Done; done && (c.Reason != "stop" || c.Evaluated == 0) {
			t.Errorf("the last line is %s", lines.Bytes())
		}
	}
	if want := llmtest.Legal([]llm.Message{{Speaker: llm.User, Text: "hello"}}, json.RawMessage(schema)); text.String() != want || !done {
		t.Errorf("got %q, done %v; want %q", text.String(), done, want)
	}
}

// Every frame of a wire is JSON of its own, whatever the text.
func TestFramesAreJSON(t *testing.T) {
	const text = "\"}\n\\ä\u2028<&>"
	for _, f := range []llmtest.Framing{llmtest.OpenAI, llmtest.Ollama} {
		frames := [][]byte{f.Piece(text), f.Thought(text), f.Fault(text), f.End(reply.Length, llm.Usage{Prompt: 1}),
			f.Whole(text, text, reply.Stop, llm.Usage{}), f.Error(text)}
		if f.Refusal != nil {
			frames = append(frames, f.Refusal(text))
		}
		for line := range bytes.Lines(bytes.Join(frames, []byte("\n"))) {
			line = bytes.TrimPrefix(bytes.TrimSpace(line), []byte("data: "))
			if len(line) > 0 && string(line) != "[DONE]" && !json.Valid(line) {
				t.Errorf("%s: %s is not JSON", f.Name, line)
			}
		}
		if _, err := f.Request([]byte("{")); err == nil {
			t.Errorf("%s: half a request is read", f.Name)
		}
	}
}
