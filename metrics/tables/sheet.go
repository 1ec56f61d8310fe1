package tables

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	json "github.com/goccy/go-json"
)

// Column describes a column of an exported table.
type Column struct{ Name, Type, Unit, Meaning string }

// Table describes an exported table. Keys come first; the order of columns never changes.
type Table struct {
	Name    string
	Columns []Column
}

// Format is how tables are written.
type Format string

// The formats: RFC 4180 with a header, and one JSON object a line. The tables are the same either way.
const (
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// sheet writes the rows of one table, cell by cell, without an allocation a row.
type sheet struct {
	table  Table
	format Format
	file   io.WriteCloser
	w      *bufio.Writer
	buf    []byte
	at     int // the next column
	rows   int
	err    error
}

func newSheet(t Table, f Format, file io.WriteCloser) *sheet {
	s := &sheet{table: t, format: f, file: file, w: bufio.NewWriterSize(file, 1<<16)}
	if f == CSV {
		for i, c := range t.Columns {
			if i > 0 {
				s.buf = append(s.buf, ',')
			}
			s.buf = append(s.buf, c.Name...)
		}
		s.flush()
	}
	return s
}

// next begins a cell.
func (s *sheet) next() {
	switch {
	case s.format == CSV && s.at > 0:
		s.buf = append(s.buf, ',')
	case s.format == JSONL && s.at == 0:
		s.buf = append(s.buf, '{')
	case s.format == JSONL:
		s.buf = append(s.buf, ',')
	}
	if s.format == JSONL {
		s.buf = append(append(append(s.buf, '"'), s.table.Columns[s.at].Name...), '"', ':')
	}
	s.at++
}

func (s *sheet) str(v string) *sheet {
	s.next()
	if s.format == JSONL {
		b, err := json.MarshalWithOption(v, json.DisableHTMLEscape())
		if err != nil && s.err == nil {
			s.err = err
		}
		s.buf = append(s.buf, b...)
		return s
	}
	v = Defused(v)
	if !strings.ContainsAny(v, ",\"\r\n") && !strings.HasPrefix(v, " ") && !strings.HasSuffix(v, " ") {
		s.buf = append(s.buf, v...)
		return s
	}
	s.buf = append(s.buf, '"')
	s.buf = append(s.buf, strings.ReplaceAll(v, `"`, `""`)...)
	s.buf = append(s.buf, '"')
	return s
}

// Defused keeps a text from being run as a formula by a spreadsheet: an apostrophe goes before =, +, -, @, tab and return
// (OWASP, CSV injection). JSON Lines have the text as it is.
func Defused(v string) string {
	if v != "" && strings.IndexByte("=+-@\t\r", v[0]) >= 0 {
		return "'" + v
	}
	return v
}

func (s *sheet) int(v int) *sheet {
	s.next()
	s.buf = strconv.AppendInt(s.buf, int64(v), 10)
	return s
}

func (s *sheet) uint(v uint64) *sheet {
	s.next()
	s.buf = strconv.AppendUint(s.buf, v, 10)
	return s
}

func (s *sheet) bool(v bool) *sheet {
	s.next()
	s.buf = strconv.AppendBool(s.buf, v)
	return s
}

// num writes a figure; what is undefined (NaN) is empty, and null in JSON.
func (s *sheet) num(v float64) *sheet {
	if math.IsNaN(v) {
		return s.none()
	}
	s.next()
	s.buf = strconv.AppendFloat(s.buf, v, 'g', 10, 64)
	return s
}

func (s *sheet) none() *sheet {
	s.next()
	if s.format == JSONL {
		s.buf = append(s.buf, "null"...)
	}
	return s
}

// seat writes a seat, nothing for NoSeat.
func (s *sheet) seat(v int) *sheet {
	if v < 0 {
		return s.none()
	}
	return s.int(v)
}

// end closes the row; a row with too few cells is a mistake of the program.
func (s *sheet) end() {
	if s.at != len(s.table.Columns) {
		panic(fmt.Sprintf("tables: %d cells in a row of %s, which has %d columns", s.at, s.table.Name, len(s.table.Columns)))
	}
	if s.format == JSONL {
		s.buf = append(s.buf, '}')
	}
	s.rows++
	s.flush()
}

func (s *sheet) flush() {
	if s.format == CSV {
		s.buf = append(s.buf, '\r')
	}
	s.buf = append(s.buf, '\n')
	if _, err := s.w.Write(s.buf); err != nil && s.err == nil {
		s.err = err
	}
	s.buf, s.at = s.buf[:0], 0
}

func (s *sheet) close() error {
	if err := s.w.Flush(); s.err == nil {
		s.err = err
	}
	if err := s.file.Close(); s.err == nil {
		s.err = err
	}
	if s.err != nil {
		return fmt.Errorf("write table %s: %w", s.table.Name, s.err)
	}
	return nil
}
