package main

import (
	"encoding/json"
	"io"
	"os"

	"golang.org/x/term"

	"turncoat/engine/plain"
)

// screen is one of the program's own streams. What is written to it leaves plain, whatever verb writes it and whoever said it: names,
// statements, servers' errors. What draws in colours or moves lines asks for painted, and cleans what it draws with (replay, progress, log).
type screen struct {
	*plain.Writer
	stream io.Writer
}

func newScreen(stream io.Writer) *screen {
	return &screen{plain.NewWriter(stream, plain.Nothing), stream}
}

// painted lets sequences of the program's own through to a terminal; elsewhere there are none.
func painted(w io.Writer, own plain.Own) io.Writer {
	if s, ok := w.(*screen); ok && isTerminal(s) {
		return plain.NewWriter(s.stream, own)
	}
	return w
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

// widthOf is the terminal's width in columns, 80 where there is none to ask.
func widthOf(w any) int {
	if f, ok := fileOf(w); ok {
		if cols, _, err := term.GetSize(int(f.Fd())); err == nil && cols > 20 {
			return min(cols, 120)
		}
	}
	return 80
}
