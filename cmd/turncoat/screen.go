package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"github.com/turncoat-sim/turncoat/engine/plain"
)

// screen is one of the program's own streams. What is written to it leaves plain, whatever verb writes it and whoever said it: names,
// statements, servers' errors. What draws in colours asks for painted, and cleans what it draws with (replay, log).
type screen struct {
	*plain.Writer
	bottom *bottom
	stream io.Writer
}

func newScreen(stream io.Writer) *screen {
	b := &bottom{to: stream}
	return &screen{plain.NewWriter(b, plain.Nothing), b, stream}
}

// painted lets sequences of the program's own through to a terminal; elsewhere there are none.
func painted(w io.Writer, own plain.Own) io.Writer {
	if s, ok := w.(*screen); ok && isTerminal(s) {
		return plain.NewWriter(s.bottom, own)
	}
	return w
}

// bottom keeps a line at the bottom of what is written: the progress. Nothing else is written into it.
type bottom struct {
	to   io.Writer
	mu   sync.Mutex
	line string // as it stands on the terminal; empty: there is none
}

// clearLine goes back to the beginning of the line and empties it.
const clearLine = "\r\x1b[K"

// Write implements io.Writer.
func (b *bottom) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.line == "" {
		return b.to.Write(text)
	}
	out := append([]byte(clearLine), text...)
	if bytes.HasSuffix(text, []byte("\n")) {
		out = append(out, b.line...)
	}
	if _, err := b.to.Write(out); err != nil {
		return 0, err
	}
	return len(text), nil
}

// show puts a line at the bottom, in place of the one before; the empty line takes it away. It must be plain, and fit the terminal.
func (b *bottom) show(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if line == b.line {
		return
	}
	b.line = line
	_, _ = io.WriteString(b.to, clearLine+line) // a terminal that is gone needs no progress
}

// json prints documents, one a line, that say the data whole: what would act on a terminal is an escape of JSON's.
func (a *app) json() *json.Encoder {
	return json.NewEncoder(plain.NewJSON(a.out))
}

// fileOf is the file behind a stream, if there is one.
func fileOf(w any) (*os.File, bool) {
	if s, ok := w.(*screen); ok {
		w = s.stream
	}
	f, ok := w.(*os.File)
	return f, ok
}

func isTerminal(w any) bool {
	f, ok := fileOf(w)
	return ok && term.IsTerminal(int(f.Fd()))
}

// wantsColour honours NO_COLOR (no-color.org), TERM=dumb and pipes.
func wantsColour(w any) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// widthOf is the terminal's width in columns, at most so many; 80 where there is none to ask.
func widthOf(w any, most int) int {
	if f, ok := fileOf(w); ok {
		if cols, _, err := term.GetSize(int(f.Fd())); err == nil && cols > 0 {
			return min(cols, most)
		}
	}
	return 80
}
