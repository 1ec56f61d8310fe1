package plain

import (
	"fmt"
	"io"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// Own are the sequences of the program's own that a Writer lets through.
type Own int

// What a drawing may do.
const (
	Nothing Own = iota
	Colours     // SGR: colours, bold
	Moves       // colours, and what a line that is drawn again needs: moves by lines, erasing, the cursor's blink
)

// Writer lets through only text: what acts or can't be seen leaves as an escape. A character, or a sequence, may come in several pieces.
// It is safe for concurrent use, as a file is.
type Writer struct {
	mu     sync.Mutex
	to     io.Writer
	own    Own
	escape func(out []byte, r rune, raw int) []byte
	held   []byte // the beginning of a character or of a sequence
	prev   rune
}

// NewWriter is the net before a stream that a person reads.
func NewWriter(to io.Writer, own Own) *Writer { return &Writer{to: to, own: own, escape: escaped} }

// NewJSON is the net before JSON that a program reads: what it gets stays JSON, and says the same.
func NewJSON(to io.Writer) *Writer { return &Writer{to: to, escape: escapedJSON} }

// escapedJSON writes a character as JSON does; a byte that is no character is the one that stands for it.
func escapedJSON(out []byte, r rune, _ int) []byte {
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		return fmt.Appendf(out, `\u%04x\u%04x`, high, low)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}

// Write implements io.Writer.
func (w *Writer) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(b)
	if len(w.held) > 0 {
		b = append(w.held, b...)
		w.held = nil
	}
	return n, w.pass(b, moreComes)
}

// Flush writes what was held back as the beginning of something that did not come.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.held
	w.held = nil
	return w.pass(b, theEnd)
}

// rest says whether more may come of what is written.
type rest bool

const (
	moreComes rest = false
	theEnd    rest = true
)

func (w *Writer) pass(b []byte, after rest) error {
	out := make([]byte, 0, len(b)+16)
	for len(b) > 0 {
		if n, whole := w.ours(b); n > 0 {
			if !whole && after == moreComes {
				break
			} else if whole {
				out, b, w.prev = append(out, b[:n]...), b[n:], 0
				continue
			}
		}
		if !utf8.FullRune(b) && after == moreComes {
			break
		}
		r, n := utf8.DecodeRune(b)
		next, _ := utf8.DecodeRune(b[n:])
		switch {
		case r == utf8.RuneError && n == 1:
			out, w.prev = w.escape(out, r, int(b[0])), 0
		case hidden(w.prev, r, next):
			out, w.prev = w.escape(out, r, -1), 0
		default:
			out, w.prev = append(out, b[:n]...), r
		}
		b = b[n:]
	}
	w.held = append(w.held, b...)
	if len(out) == 0 {
		return nil
	}
	_, err := w.to.Write(out)
	return err
}

// longestSequence is more than any sequence of ours takes.
const longestSequence = 32

// ours is how many bytes a sequence of the program's own takes at the beginning of b, and whether all of it is there.
func (w *Writer) ours(b []byte) (n int, whole bool) {
	switch {
	case w.own == Nothing:
		return 0, false
	case w.own == Moves && b[0] == '\r':
		return 1, true
	case b[0] != 0x1b:
		return 0, false
	case len(b) == 1:
		return 1, false
	case b[1] != '[':
		return 0, false
	}
	for i, c := range b[2:min(len(b), longestSequence)] {
		switch {
		case c >= '0' && c <= '9' || c == ';' || c == '?' && i == 0 && w.own == Moves:
		case c == 'm' && b[2] != '?' || w.own == Moves && moves(c, b[2] == '?'):
			return i + 3, true
		default:
			return 0, false
		}
	}
	if len(b) >= longestSequence {
		return 0, false
	}
	return len(b), false
}

// moves reports whether a sequence with this end moves the cursor by lines, erases, or (with a ?) shows and hides the cursor.
func moves(end byte, private bool) bool {
	if private {
		return end == 'h' || end == 'l'
	}
	switch end {
	case 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'J', 'K':
		return true
	}
	return false
}
