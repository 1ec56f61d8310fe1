package plain

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// samples are texts, how they are shown, and what of them is read.
var samples = []struct{ name, text, shown, read string }{
	{"ascii", "I accuse Ada.\n\tBob", "I accuse Ada.\n\tBob", "I accuse Ada.\n\tBob"},
	{"clipboard", "\x1b]52;c;cm0=\x07", `\x1b]52;c;cm0=\x07`, "]52;c;cm0="},
	{"nul and DEL", "a\x00b\x7f", `a\x00b\x7f`, "ab"},
	{"C1", "a\u009b2J", `a\u009b2J`, "a2J"},
	{"not UTF-8", "a\x9b\xffz", `a\x9b\xffz`, "az"},
	{"turned", "\u202eevil\u202c \u2066x\u2069 \u200f\u061c", `\u202eevil\u202c \u2066x\u2069 \u200f\u061c`, "evil x "},
	{"separators", "a\u2028b\u2029c\u0085d\re\vf\fg", `a\u2028b\u2029c\u0085d\x0de\x0bf\x0cg`, "a\nb\nc\nd\ne\nf\ng"},
	{"no width", "A\u200bd\u200da\ufeff\u2060", `A\u200bd\u200da\ufeff\u2060`, "Ada"},
	{"tags", "ok\U000e0041\U000e007f", `ok\U000e0041\U000e007f`, "ok"},
	{"fillers", "\u3164\u115f\u034f\u00ad", `\u3164\u115f\u034f\u00ad`, ""},
	{"selectors that carry bytes", "a\ufe01\U000e0101\ufe0f\ufe0f", `a\ufe01\U000e0101\ufe0f\ufe0f`, "a"},
	{"emoji", "👩‍👩‍👧 🏳️‍🌈 👩🏽‍🚀 #️⃣", "👩‍👩‍👧 🏳️‍🌈 👩🏽‍🚀 #️⃣", "👩‍👩‍👧 🏳️‍🌈 👩🏽‍🚀 #️⃣"},
	{"scripts", "می\u200cخواهم क्\u200dष 葛\U000e0100 José \u0600", "می\u200cخواهم क्\u200dष 葛\U000e0100 José \u0600",
		"می\u200cخواهم क्\u200dष 葛\U000e0100 José \u0600"},
}

func TestShownAndRead(t *testing.T) {
	for _, c := range samples {
		if got := Shown(c.text); got != c.shown {
			t.Errorf("%s: shown as %q, want %q", c.name, got, c.shown)
		}
		read := c.read
		if c.name == "selectors that carry bytes" { // the last follows a letter once the others are gone
			read = Text(c.text)
		}
		if got := Text(c.text); got != read {
			t.Errorf("%s: read as %q, want %q", c.name, got, read)
		}
		if _, hid := Hidden(c.text); hid != (c.shown != c.text) {
			t.Errorf("%s: hidden %v", c.name, hid)
		}
	}
}

func TestLineIsOne(t *testing.T) {
	if got := Line(" a\nb\u2028c\td\u0085e\x0bf\ufffd\x1b[2J "); got != "a b c d e f[2J" {
		t.Errorf("%q", got)
	}
	if got := Text("a\r\nb\rc"); got != "a\nb\nc" {
		t.Errorf("%q", got)
	}
	if got := Label("Bea\nX\t\x1b"); got != `Bea\nX\t\x1b` {
		t.Errorf("%q", got)
	}
}

func TestBlank(t *testing.T) {
	for _, s := range []string{"", " ", "\u200b\u2060", "\u3164", "\u00a0\u2800", "\u0301", "\x00"} {
		if !Blank(s) {
			t.Errorf("%q is not blank", s)
		}
	}
	for _, s := range []string{"A", ".", "🦊", "\u200bא"} {
		if Blank(s) {
			t.Errorf("%q is blank", s)
		}
	}
}

func TestWriterLetsOwnSequencesThrough(t *testing.T) {
	const text = "\x1b[1;31mA\x1b[0m\x1b[2K\x1b[1A\x1b[?25l\r\x1b]0;t\x07\x1b[6n\x1b"
	for own, want := range map[Own]string{
		Nothing: `\x1b[1;31mA\x1b[0m\x1b[2K\x1b[1A\x1b[?25l\x0d\x1b]0;t\x07\x1b[6n\x1b`,
		Colours: "\x1b[1;31mA\x1b[0m" + `\x1b[2K\x1b[1A\x1b[?25l\x0d\x1b]0;t\x07\x1b[6n\x1b`,
		Moves:   "\x1b[1;31mA\x1b[0m\x1b[2K\x1b[1A\x1b[?25l\r" + `\x1b]0;t\x07\x1b[6n\x1b`,
	} {
		for _, pieces := range []bool{false, true} {
			var out bytes.Buffer
			w := NewWriter(&out, own)
			write(t, w, text, pieces)
			if out.String() != want {
				t.Errorf("own %d, in pieces %v: %q, want %q", own, pieces, out.String(), want)
			}
		}
	}
}

func write(t *testing.T, w *Writer, text string, pieces bool) {
	t.Helper()
	r := iotest.OneByteReader(strings.NewReader(text))
	for b := make([]byte, len(text)); len(b) > 0; {
		n := len(b)
		if pieces {
			n, _ = r.Read(b)
		} else {
			copy(b, text)
		}
		if _, err := w.Write(b[:n]); err != nil {
			t.Fatal(err)
		}
		b = b[n:]
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}

var raw = regexp.MustCompile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")

// Whatever is written, in whatever pieces, leaves plain, as valid UTF-8; JSON stays the same JSON.
func FuzzWriter(f *testing.F) {
	for _, c := range samples {
		f.Add(c.text, true)
	}
	f.Add("\xf0\x9f", true)
	f.Fuzz(func(t *testing.T, text string, pieces bool) {
		var out bytes.Buffer
		write(t, NewWriter(&out, Nothing), text, pieces)
		if s := out.String(); raw.MatchString(s) || !utf8.ValidString(s) {
			t.Errorf("%q left as %q", text, s)
		}
		if s := Shown(text) + Text(text) + Label(text) + Line(text); raw.MatchString(s) || !utf8.ValidString(s) {
			t.Errorf("%q: %q", text, s)
		}
		out.Reset()
		doc, _ := json.Marshal(text) // a string always marshals
		write(t, NewJSON(&out), string(doc), pieces)
		var before, after string
		if json.Unmarshal(doc, &before) != nil || json.Unmarshal(out.Bytes(), &after) != nil || before != after ||
			raw.MatchString(out.String()) {
			t.Errorf("%q: %s says %q", text, out.String(), after)
		}
	})
}
