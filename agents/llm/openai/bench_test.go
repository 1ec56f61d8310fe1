//go:build unix

package openai_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/agents/llm/reply"
)

// canned answers every request on a connection with the same bytes, for next to no time of its own: what a benchmark measures
// is the client's.
func canned(b *testing.B, answer []byte) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go cannedConn(conn, answer)
		}
	}()
	return "http://" + l.Addr().String()
}

func cannedConn(conn net.Conn, answer []byte) {
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 64<<10)
	for {
		length := 0
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) <= 2 {
				break
			}
			if n, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
				_, _ = fmt.Sscan(string(n), &length)
			}
		}
		if _, err := r.Discard(length); err != nil {
			return
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

// response is a whole HTTP response of one reply in so many pieces of four characters, about a token each.
func response(tokens int) []byte {
	var body bytes.Buffer
	for i := range tokens {
		body.Write(llmtest.OpenAI.Piece(fmt.Sprintf("%03d ", i)))
	}
	body.Write(llmtest.OpenAI.End(reply.Stop, llm.Usage{Prompt: 2000, Reply: tokens}))
	var out bytes.Buffer
	out.WriteString("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
	for event := range bytes.SplitAfterSeq(body.Bytes(), []byte("\n\n")) {
		if len(event) > 0 { // a chunk each, as servers flush them
			fmt.Fprintf(&out, "%x\r\n%s\r\n", len(event), event)
		}
	}
	out.WriteString("0\r\n\r\n")
	return out.Bytes()
}

// BenchmarkCall is the cost of a call to the client: a prompt of 8 kB, a reply of so many tokens, a connection kept open.
// cpu-µs/op is the process's, the canned server's share included.
func BenchmarkCall(b *testing.B) {
	p := llm.Prompt{Messages: []llm.Message{{Speaker: llm.System, Text: strings.Repeat("The rules. ", 300)},
		{Speaker: llm.User, Text: strings.Repeat("Ann said: \"No!\"\n", 300)}},
		Schema: hello.Schema, Seed: 1}
	for _, tokens := range []int{1, 50, 200} {
		b.Run(fmt.Sprintf("tokens=%d", tokens), func(b *testing.B) {
			m := vllm(b, canned(b, response(tokens)), llm.Options{Model: "m", Predict: 300, Time: llm.DefaultDeadlines})
			b.ReportAllocs()
			before := cpu()
			for b.Loop() {
				if c, err := m.Complete(b.Context(), p); err != nil || len(c.Text) != 4*tokens {
					b.Fatalf("got %q, error %v", c.Text, err)
				}
			}
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
