package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/term"

	"turncoat/engine/narrate"
)

// console is the one way out to stdout and stderr, whoever writes: what a terminal would obey leaves it as a visible escape, since what
// is printed comes from models, servers, other systems' logs and names of files. The escapes are those of JSON, so that a
// document stays one. Colours of our own go through where colours are wanted.
//
// It also keeps the line that shows progress, so that nothing else is written into it.
type console struct {
	to     io.Writer
	colour bool

	mu   sync.Mutex
	rest []byte // the beginning of a character whose end has not come
	line string // of the progress, as it stands on the terminal; empty: there is none
}

func newConsole(f *os.File) *console { return &console{to: f, colour: wantsColour(f)} }

// file is the one that a writer ends in, if it is one.
func file(w any) (*os.File, bool) {
	if c, ok := w.(*console); ok {
		w = c.to
	}
	f, ok := w.(*os.File)
	return f, ok
}

func isTerminal(w any) bool {
	f, ok := file(w)
	return ok && term.IsTerminal(int(f.Fd()))
}

// wantsColour honours NO_COLOR (no-color.org), TERM=dumb and pipes.
func wantsColour(w any) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// widthOf is the terminal's width in columns, at most so many; 80 where there is none to ask.
func widthOf(w any, most int) int {
	if f, ok := file(w); ok {
		if cols, _, err := term.GetSize(int(f.Fd())); err == nil && cols > 0 {
			return min(cols, most)
		}
	}
	return 80
}

// Write implements io.Writer.
func (c *console) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]byte, 0, len(b)+64)
	if c.line != "" {
		out = append(out, clearLine...)
	}
	all := append(c.rest, b...)
	c.rest = nil
	for i := 0; i < len(all); {
		r, n := utf8.DecodeRune(all[i:])
		switch {
		case r == utf8.RuneError && n == 1 && !utf8.FullRune(all[i:]):
			c.rest = bytes.Clone(all[i:])
			i = len(all)
			continue
		case r == utf8.RuneError && n == 1:
			out = fmt.Appendf(out, `\x%02x`, all[i])
		case r == '\x1b' && c.colour && sgr(all[i:]) > 0:
			n = sgr(all[i:])
			out = append(out, all[i:i+n]...)
		case narrate.Hostile(r):
			out = escaped(out, r)
		default:
			out = append(out, all[i:i+n]...)
		}
		i += n
	}
	if c.line != "" && bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, c.line...)
	}
	if _, err := c.to.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// sgr is the length of a sequence that sets a colour or a weight, 0 where there is none.
func sgr(b []byte) int {
	if len(b) < 3 || b[1] != '[' {
		return 0
	}
	for i := 2; i < len(b) && i < 24; i++ {
		switch {
		case b[i] == 'm':
			return i + 1
		case b[i] != ';' && (b[i] < '0' || b[i] > '9'):
			return 0
		}
	}
	return 0
}

// escaped writes a character as JSON would.
func escaped(out []byte, r rune) []byte {
	if r >= 0x10000 {
		hi, lo := utf16.EncodeRune(r)
		return fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}

// clearLine goes back to the beginning of the line and empties it.
const clearLine = "\r\x1b[K"

// show puts a line of progress at the bottom, in place of the one before; the empty line takes it away. It must fit the terminal.
func (c *console) show(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if line == c.line {
		return
	}
	c.line = line
	_, _ = io.WriteString(c.to, clearLine+line) // a terminal that is gone needs no progress
}
