package metrics

import (
	"bytes"
	"errors"

	"turncoat/engine"
)

// The bodies that a fold wants most are small objects of numbers, and a million of them are read at a time. This scanner walks
// their fields without decoding the texts that no metric reads.

var (
	errBody = errors.New("the body is not the JSON object that was expected")
	errSeat = errors.New("the body names a seat that the table does not have")
)

// object walks the fields of a JSON object.
type object struct {
	b   []byte
	i   int
	bad bool
}

func (o *object) space() {
	for o.i < len(o.b) && (o.b[o.i] == ' ' || o.b[o.i] == ',' || o.b[o.i] == '\n' || o.b[o.i] == '\t' || o.b[o.i] == '\r') {
		o.i++
	}
}

// next returns the next key and its raw value, a string's without its quotes.
func (o *object) next() (key, value []byte, ok bool) {
	if o.i == 0 {
		if o.space(); o.i >= len(o.b) || o.b[o.i] != '{' {
			o.bad = true
			return nil, nil, false
		}
		o.i++
	}
	o.space()
	if o.i >= len(o.b) || o.b[o.i] != '"' {
		o.bad = o.i >= len(o.b) || o.b[o.i] != '}'
		return nil, nil, false
	}
	if key = o.text(); o.bad {
		return nil, nil, false
	}
	for o.i < len(o.b) && (o.b[o.i] == ':' || o.b[o.i] == ' ') {
		o.i++
	}
	value = o.value()
	return key, value, !o.bad
}

// text reads a string; the cursor stands on its opening quote.
func (o *object) text() []byte {
	start := o.i + 1
	for at := start; ; {
		k := bytes.IndexByte(o.b[at:], '"')
		if k < 0 {
			o.bad = true
			return nil
		}
		at += k
		slashes := 0
		for at-1-slashes >= start && o.b[at-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			o.i = at + 1
			return o.b[start:at]
		}
		at++
	}
}

func (o *object) value() []byte {
	if o.i >= len(o.b) {
		o.bad = true
		return nil
	}
	if o.b[o.i] == '"' {
		return o.text()
	}
	start, depth := o.i, 0
	for o.i < len(o.b) {
		switch o.b[o.i] {
		case '"':
			if o.text(); o.bad {
				return nil
			}
			continue
		case '[', '{':
			depth++
		case ']', '}':
			if depth == 0 {
				return o.b[start:o.i]
			}
			depth--
		case ',', ' ', '\n':
			if depth == 0 {
				return o.b[start:o.i]
			}
		}
		o.i++
	}
	o.bad = true
	return nil
}

func number(b []byte) int {
	n, neg := 0, false
	for i, c := range b {
		switch {
		case c == '-' && i == 0:
			neg = true
		case c >= '0' && c <= '9' && n < 1<<40:
			n = n*10 + int(c-'0')
		default:
			return n
		}
	}
	if neg {
		return -n
	}
	return n
}

// seatOf reads a seat; what no table holds is nobody.
func seatOf(b []byte) engine.Seat {
	if n := number(b); n >= 0 && n < engine.MaxSeats && len(b) > 0 && b[0] != 'n' {
		return engine.Seat(n)
	}
	return engine.NoSeat
}

// numbers appends the integers of an array.
func numbers(dst []int16, b []byte) []int16 {
	n, neg, in := 0, false, false
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			n, in = min(n*10+int(c-'0'), 1<<20), true
		case c == '-':
			neg = true
		default:
			if in {
				if neg {
					n = -n
				}
				dst = append(dst, int16(min(max(n, -2), 1001))) // what is further out is as wrong
			}
			n, neg, in = 0, false, false
		}
	}
	return dst
}

// words counts the words of a raw JSON string: runs between blanks, an escaped line break or tab being one.
func words(b []byte) int {
	n, in := 0, false
	for i := 0; i < len(b); i++ {
		blank := b[i] == ' '
		if b[i] == '\\' && i+1 < len(b) {
			i++
			blank = b[i] == 'n' || b[i] == 't' || b[i] == 'r'
		}
		if !blank && !in {
			n++
		}
		in = !blank
	}
	return n
}

var actKinds = [...]engine.ActKind{engine.Accuse, engine.Defend, engine.Claim, engine.Question, engine.Promise}

func actKind(b []byte) engine.ActKind {
	for _, k := range actKinds {
		if string(b) == string(k) {
			return k
		}
	}
	return engine.ActKind(b)
}

// acts appends the acts of a raw array of objects.
func acts(dst []engine.Act, b []byte) ([]engine.Act, error) {
	for i := bytes.IndexByte(b, '{'); i >= 0; i = bytes.IndexByte(b, '{') {
		o := object{b: b[i:]}
		a := engine.Act{Seat: engine.NoSeat}
		for key, value, ok := o.next(); ok; key, value, ok = o.next() {
			switch string(key) {
			case "act":
				a.Kind = actKind(value)
			case "seat":
				a.Seat = seatOf(value)
			case "role":
				role, err := engine.ParseRole(string(value))
				if err != nil {
					return dst, err
				}
				a.Role = role
			}
		}
		if o.bad {
			return dst, errBody
		}
		dst = append(dst, a)
		b = b[i+o.i:]
	}
	return dst, nil
}
