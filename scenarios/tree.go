package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// node is a value of a file with its place. v is nil, an int, a float64, a bool, a string, a []node or an []entry. A value
// from the command line has no place.
type node struct {
	line, column int
	text         string // of a scalar, as written
	v            any
}

type entry struct {
	key          string
	line, column int
	value        node
}

// longestFile bounds a scenario file, so that no input costs more than a moment.
const longestFile = 64 << 10

// deepest bounds nesting; no key needs more than cast, entry, persona, big_five.
const deepest = 8

// readTree reads the one mapping that a scenario file is.
func readTree(file string, src []byte) ([]entry, error) {
	mistake := func(line, column int, detail string) error {
		return &fileError{File: file, Line: max(1, line), Column: max(1, column), Detail: detail, Source: sourceLine(src, max(1, line))}
	}
	if len(src) > longestFile {
		return nil, mistake(1, 1, fmt.Sprintf("the file has %d bytes; a scenario has at most %d", len(src), longestFile))
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff")) // some editors begin a file with a mark
	doc, err := parser.ParseBytes(src, 0)
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			line, column := place(at.GetToken())
			return nil, mistake(line, column, "not YAML: "+at.GetMessage())
		}
		return nil, mistake(1, 1, "not YAML: "+err.Error())
	}
	var root ast.Node
	for _, d := range doc.Docs {
		if d.Body == nil {
			continue
		}
		if root != nil {
			line, column := place(d.Body.GetToken())
			return nil, mistake(line, column, "a second document; a scenario is one")
		}
		root = d.Body
	}
	if root == nil {
		return nil, mistake(1, 1, "the file is empty; a scenario is a mapping of keys such as players: 10")
	}
	tree, err := lower(root, 0)
	if err != nil {
		var at *fileError
		if errors.As(err, &at) {
			return nil, mistake(at.Line, at.Column, at.Detail)
		}
		return nil, err
	}
	entries, ok := tree.v.([]entry)
	if !ok {
		return nil, mistake(tree.line, tree.column, "the file is "+tree.shape()+"; a scenario is a mapping of keys such as players: 10")
	}
	return entries, nil
}

func place(t *token.Token) (line, column int) {
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}

// lower turns the library's tree into ours, less what scenarios don't use: anchors, aliases, tags, merges.
func lower(n ast.Node, depth int) (node, error) {
	line, column := place(n.GetToken())
	out := node{line: line, column: column}
	if depth > deepest {
		return out, &fileError{Line: line, Column: column, Detail: "nested too deeply"}
	}
	switch n := n.(type) {
	case *ast.NullNode:
	case *ast.BoolNode:
		out.v = n.Value
	case *ast.IntegerNode:
		out.v = whole(n.Value)
	case *ast.FloatNode:
		out.v = n.Value
	case *ast.StringNode:
		out.v = n.Value
	case *ast.LiteralNode:
		out.v = n.Value.Value
	case *ast.SequenceNode:
		return lowerList(n, out, depth)
	case ast.MapNode:
		return lowerMapping(n, out, depth)
	default:
		return out, &fileError{Line: line, Column: column, Detail: "anchors, aliases, tags and special numbers have no place in a scenario"}
	}
	out.text = scalarText(n)
	return out, nil
}

func scalarText(n ast.Node) string {
	if s, ok := n.(*ast.StringNode); ok {
		return s.Value
	}
	if t := n.GetToken(); t != nil {
		return strings.TrimSpace(t.Value)
	}
	return ""
}

// whole is the integer as an int, or as a float64 where it is too large to be any of ours.
func whole(v any) any {
	switch v := v.(type) {
	case int64:
		if int64(int(v)) == v {
			return int(v)
		}
		return float64(v)
	case uint64:
		if v <= 1<<31 {
			return int(v)
		}
		return float64(v)
	}
	return nil
}

func lowerList(n *ast.SequenceNode, out node, depth int) (node, error) {
	list := []node{}
	for _, item := range n.Values {
		v, err := lower(item, depth+1)
		if err != nil {
			return out, err
		}
		list = append(list, v)
	}
	out.v = list
	return out, nil
}

func lowerMapping(n ast.MapNode, out node, depth int) (node, error) {
	entries := []entry{}
	for it := n.MapRange(); it.Next(); {
		line, column := place(it.Key().GetToken())
		key, ok := it.Key().(*ast.StringNode)
		if !ok {
			return out, &fileError{Line: line, Column: column, Detail: "a key of a scenario is a word"}
		}
		v, err := lower(it.Value(), depth+1)
		if err != nil {
			return out, err
		}
		if v.v == nil { // the library places what isn't written anywhere
			v.line, v.column = line, column
		}
		if len(entries) == 0 { // and gives a mapping the place of its first colon
			out.line, out.column = line, column
		}
		entries = append(entries, entry{key: key.Value, line: line, column: column, value: v})
	}
	out.v = entries
	return out, nil
}

// shape says what a value is, for messages.
func (n node) shape() string {
	switch v := n.v.(type) {
	case nil:
		return "empty"
	case []node:
		if len(v) == 0 {
			return "an empty list"
		}
		return "a list"
	case []entry:
		if len(v) == 0 {
			return "an empty mapping"
		}
		return "a mapping"
	case string:
		if len(v) > 40 {
			return "a longer text"
		}
		return fmt.Sprintf("%q", v)
	}
	return fmt.Sprint(n.v)
}

// wrong is a fileError at the value.
func (n node) wrong(format string, args ...any) error {
	return &fileError{Line: n.line, Column: n.column, Detail: fmt.Sprintf(format, args...)}
}

// wrongKey is a fileError at the key.
func (e entry) wrongKey(format string, args ...any) error {
	return &fileError{Line: e.line, Column: e.column, Detail: fmt.Sprintf(format, args...)}
}
