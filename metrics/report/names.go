package report

import (
	"fmt"
	"slices"
	"strings"
)

// Chosen are the figures that are asked for. A name without a cell stands for the figure of every cell.
func Chosen(all, names []string) (out []string, err error) {
	for _, name := range names {
		before := len(out)
		for _, one := range all {
			if one == name || strings.HasPrefix(one, name+".") {
				out = append(out, one)
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("no figure %q", name)
		}
	}
	return out, nil
}

// Listed lists figures, those that every cell has once.
func Listed(all []string) string {
	var whole, each, cells []string
	add := func(list *[]string, name string) {
		if !slices.Contains(*list, name) {
			*list = append(*list, name)
		}
	}
	for _, one := range all {
		if name, cell, ok := strings.Cut(one, "."); ok {
			add(&each, name)
			add(&cells, cell)
		} else {
			add(&whole, one)
		}
	}
	text := strings.Join(whole, ", ")
	if len(each) > 0 {
		text += fmt.Sprintf("; of every cell %s, or of one as %s.%s (%s)", strings.Join(each, ", "), each[0], cells[0],
			strings.Join(cells, ", "))
	}
	return text
}
