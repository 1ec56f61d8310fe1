package scenarios

import (
	"errors"
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// Parse reads and checks a scenario file; file is its name, for messages. Every mistake is told with its line and column.
func Parse(file string, src []byte) (Scenario, error) {
	s := Scenario{File: file, Name: stem(file), Policy: defaultPolicy, Personas: true, Source: src, written: engine.DefaultRules()}
	tree, err := readTree(file, src)
	if err != nil {
		return Scenario{}, err
	}
	for _, e := range tree {
		if err := read(&s, e); err != nil {
			return Scenario{}, placed(err, file, src)
		}
	}
	s.settle()
	if err := s.Check(); err != nil {
		return Scenario{}, placed(locate(s, tree, err), file, src)
	}
	return s, nil
}

func read(s *Scenario, e entry) error {
	f, ok := find(fields, e.key)
	if !ok {
		return e.wrongKey("%s", unknown(e.key, keysOf(fields)))
	}
	return f.set(s, e.value)
}

// stem is the file's name less its folders and its extension.
func stem(file string) string {
	name := file[strings.LastIndexAny(file, `/\`)+1:]
	name, _, _ = strings.Cut(name, ".")
	return name
}

// placed completes an error with the file and the source line.
func placed(err error, file string, src []byte) error {
	var at *fileError
	if !errors.As(err, &at) {
		at = &fileError{Detail: err.Error()}
	}
	line, column := max(1, at.Line), max(1, at.Column)
	return &fileError{File: file, Line: line, Column: column, Detail: at.Detail, Source: sourceLine(src, line)}
}

// locate gives a contradiction its place: the value of the key that it is about or, where the file leaves that one to its
// default, the first key without which there would be no contradiction.
func locate(s Scenario, tree []entry, err error) error {
	var at *engine.OptionError
	if !errors.As(err, &at) {
		return err
	}
	if n, ok := lookUp(tree, at.Key); ok {
		return n.wrong("%s: %s", at.Key, at.Detail)
	}
	for _, e := range tree {
		if absolved(s, tree, e.key) {
			return e.value.wrong("%s: %s", at.Key, at.Detail)
		}
	}
	return &fileError{Detail: at.Error()}
}

// lookUp finds the value at a path such as hears, beliefs.with or cast[2].seat, or the closest value above it.
func lookUp(entries []entry, path string) (node, bool) {
	head, rest, _ := strings.Cut(path, ".")
	key, index, listed := strings.Cut(strings.TrimSuffix(head, "]"), "[")
	for _, e := range entries {
		if e.key != key {
			continue
		}
		n := e.value
		if list, ok := n.v.([]node); ok && listed {
			var i int
			if _, err := fmt.Sscan(index, &i); err == nil && i < len(list) {
				n = list[i]
			}
		}
		if below, ok := n.v.([]entry); ok && rest != "" {
			if m, ok := lookUp(below, rest); ok {
				return m, true
			}
		}
		return n, true
	}
	return node{}, false
}

func absolved(s Scenario, tree []entry, without string) bool {
	again := Scenario{Name: s.Name, Policy: defaultPolicy, Personas: true, written: engine.DefaultRules()}
	for _, e := range tree {
		if e.key != without && read(&again, e) != nil {
			return false
		}
	}
	again.settle()
	return again.Check() == nil
}
