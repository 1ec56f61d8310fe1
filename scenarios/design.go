package scenarios

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine/plain"
)

//go:embed designs/*.yaml
var designFiles embed.FS

var shippedDesigns = []string{"crossplay", "memory-ablation"}

// DesignNames lists the designs that ship.
func DesignNames() []string { return slices.Clone(shippedDesigns) }

// Design is a batch of several conditions: cells that differ in keys of one scenario, each played so many times on the same seeds.
type Design struct {
	Name        string
	Description string
	Scenario    string // the name of one that ships, or a file's, as written
	Games       int    // of each cell
	Seed        string // as written; empty: drawn
	Cells       []Cell
	Primary     string // the metric that the design is for; may be empty
	Exclude     string // none, or forfeits: games that a forfeit touched are left out of the analysis
}

// Cell is one condition: overrides as `--set` takes them, in order, and policies that take turns on the seats.
type Cell struct {
	Name   string
	Set    []string
	Rotate []string
}

// LoadDesign gives the source of a design that ships.
func LoadDesign(name string) ([]byte, bool) {
	src, err := designFiles.ReadFile("designs/" + name + ".yaml")
	return src, err == nil
}

// IsDesign reports whether a file is a design and not a scenario, by its keys.
func IsDesign(src []byte) bool {
	tree, err := readTree("", src)
	return err == nil && slices.ContainsFunc(tree, func(e entry) bool { return slices.Contains(ofDesigns, e.key) })
}

// ofDesigns are keys that a scenario has not: one of them makes a file a design.
var ofDesigns = []string{"cells", "factors", "scenario", "rotate"}

var designKeys = []string{"name", "description", "scenario", "games", "seed", "set", "factors", "cells", "rotate", "primary", "exclude"}

// mostCells bounds a crossing of factors.
const mostCells = 1000

// ParseDesign reads a design file; every mistake is told with its file, line and column. Whether the overrides are legal is for the
// scenario to say.
func ParseDesign(file string, src []byte) (Design, error) {
	r := designReader{design: Design{Name: stem(file), Scenario: shipped[0], Games: 20, Exclude: "none"}}
	tree, err := readTree(file, src)
	if err != nil {
		return Design{}, err
	}
	for _, e := range tree {
		if err := r.key(e); err != nil {
			return Design{}, placed(err, file, src)
		}
	}
	if len(r.cells)+len(r.factors) == 0 && len(tree) > 0 {
		err := tree[0].wrongKey("a design has no conditions; name them as cells, a list of {name, set, rotate}, or as factors")
		return Design{}, placed(err, file, src)
	}
	if err := r.cross(); err != nil {
		return Design{}, placed(err, file, src)
	}
	return r.design, nil
}

type designReader struct {
	design  Design
	set     []string
	rotate  []string
	factors []factor
	cells   []Cell
	at      node // of factors or cells
}

// factor is a key of the scenario and the values that it takes.
type factor struct {
	key    string
	values []string
}

func (r *designReader) key(e entry) (err error) {
	d := &r.design
	switch n := e.value; e.key {
	case "name":
		d.Name, err = readText("name", n, longestName)
	case "description":
		d.Description, err = readText("description", n, longestText)
	case "scenario":
		d.Scenario, err = readText("scenario", n, longestText)
	case "primary":
		d.Primary, err = readText("primary", n, longestName)
	case "exclude":
		if d.Exclude, err = readText("exclude", n, longestName); err == nil && d.Exclude != "none" && d.Exclude != "forfeits" {
			err = n.wrong("exclude is %s; it takes none or forfeits", d.Exclude)
		}
	case "games":
		v, ok := n.v.(int)
		if d.Games = v; !ok || v < 1 {
			err = n.wrong("games is %s; it takes an integer from 1: the games of each cell", n.shape())
		}
	case "seed":
		if _, ok := n.v.(int); !ok {
			return n.wrong("seed is %s; it takes an integer", n.shape())
		}
		d.Seed = n.text
	case "set":
		r.set, err = assignments(n)
	case "rotate":
		r.rotate, err = rotation(n)
	case "factors":
		r.at = n
		r.factors, err = factorsOf(n)
	case "cells":
		r.at = n
		r.cells, err = cellsOf(n)
	default:
		return e.wrongKey("%s", fmt.Sprintf("unknown key %q of a design%s", e.key, plain.DidYouMean(e.key, designKeys)))
	}
	return err
}

// assignments reads a mapping of scenario keys, groups written out (beliefs.with) or nested, as overrides.
func assignments(n node) ([]string, error) {
	entries, ok := n.v.([]entry)
	if !ok {
		return nil, n.wrong("set is %s; it takes a mapping of scenario keys", n.shape())
	}
	var out []string
	for _, e := range entries {
		if nested, ok := e.value.v.([]entry); ok {
			inner, err := assignments(node{line: e.line, column: e.column, v: nested})
			if err != nil {
				return nil, err
			}
			for _, kv := range inner {
				out = append(out, e.key+"."+kv)
			}
			continue
		}
		value, err := e.value.flat()
		if err == nil {
			err = trial(e, value)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e.key+"="+value)
	}
	return out, nil
}

// trial says at its place what is wrong with a key; values are tried with the scenario.
func trial(e entry, _ string) error {
	if strings.Contains(e.key, ".") || len(e.key) == 0 {
		return nil
	}
	if _, ok := find(fields, e.key); ok {
		return nil
	}
	for _, f := range fields {
		if _, ok := find(f.members, e.key); ok {
			return nil // a member of a group that is written nested
		}
	}
	return e.wrongKey("%s", unknown(e.key, keysOf(fields)))
}

// flat is a value as the command line would write it.
func (n node) flat() (string, error) {
	if list, ok := n.v.([]node); ok {
		parts := make([]string, len(list))
		for i, item := range list {
			text, err := item.flat()
			if err != nil {
				return "", err
			}
			parts[i] = text
		}
		return strings.Join(parts, ","), nil
	}
	if n.v == nil {
		return "", n.wrong("the value is empty")
	}
	return n.text, nil
}

func rotation(n node) ([]string, error) {
	list, ok := texts(n)
	if !ok || len(list) < 2 {
		return nil, n.wrong("rotate is %s; it takes a list of two policies or more", n.shape())
	}
	return list, nil
}

func factorsOf(n node) ([]factor, error) {
	entries, ok := n.v.([]entry)
	if !ok || len(entries) == 0 {
		return nil, n.wrong("factors is %s; it takes a mapping of scenario keys to lists of values", n.shape())
	}
	var out []factor
	for _, e := range entries {
		list, ok := e.value.v.([]node)
		if !ok || len(list) == 0 {
			return nil, e.value.wrong("the factor %s is %s; it takes a list of values", e.key, e.value.shape())
		}
		f := factor{key: e.key}
		for _, item := range list {
			value, err := item.flat()
			if err != nil {
				return nil, err
			}
			if slices.Contains(f.values, value) {
				return nil, item.wrong("the factor %s has %s twice", e.key, value)
			}
			f.values = append(f.values, value)
		}
		out = append(out, f)
	}
	return out, nil
}

func cellsOf(n node) ([]Cell, error) {
	list, ok := n.v.([]node)
	if !ok || len(list) == 0 {
		return nil, n.wrong("cells is %s; it takes a list of {name, set, rotate}", n.shape())
	}
	var out []Cell
	for _, item := range list {
		c, err := cellOf(item)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(o Cell) bool { return o.Name == c.Name }) {
			return nil, item.wrong("there are two cells %q", c.Name)
		}
		out = append(out, c)
	}
	return out, nil
}

func cellOf(n node) (c Cell, err error) {
	entries, ok := n.v.([]entry)
	if !ok {
		return c, n.wrong("a cell is %s; it takes a mapping of name, set, rotate", n.shape())
	}
	for _, e := range entries {
		switch e.key {
		case "name":
			c.Name, err = readText("name", e.value, longestName)
		case "set":
			c.Set, err = assignments(e.value)
		case "rotate":
			c.Rotate, err = rotation(e.value)
		default:
			return c, e.wrongKey("unknown key %q of a cell; it has name, set, rotate", e.key)
		}
		if err != nil {
			return c, err
		}
	}
	if c.Name == "" {
		return c, n.wrong("a cell needs a name")
	}
	return c, nil
}

// cross makes the cells: every named one with every combination of the factors' values, the last factor changing first.
func (r *designReader) cross() error {
	cells := []Cell{{}}
	if len(r.cells) > 0 {
		cells = r.cells
	}
	for _, f := range r.factors {
		var next []Cell
		for _, c := range cells {
			for _, v := range f.values {
				name := v
				if c.Name != "" {
					name = c.Name + " · " + v
				}
				next = append(next, Cell{Name: name, Set: append(slices.Clone(c.Set), f.key+"="+v), Rotate: c.Rotate})
			}
		}
		if cells = next; len(cells) > mostCells {
			return r.at.wrong("the factors make %d cells; at most %d can be", len(cells), mostCells)
		}
	}
	for i := range cells {
		cells[i].Set = append(slices.Clone(r.set), cells[i].Set...)
		if cells[i].Rotate == nil {
			cells[i].Rotate = r.rotate
		}
	}
	r.design.Cells = cells
	return nil
}
