package report

import (
	"image/color"
	"strconv"
	"strings"
)

// paint is a colour by what it is for. Both teams' can be told apart with any colour vision, and in grey by their lightness.
type paint uint8

const (
	ink paint = iota
	muted
	grid
	paper
	traitor
	faithful
	chance
	heat
	paints
)

// palette is a page in light and in dark; files of charts are light.
var palette = [paints]struct{ name, light, dark string }{
	ink:      {"ink", "#1c1e21", "#e6e8eb"},
	muted:    {"muted", "#5b626b", "#a3abb5"},
	grid:     {"grid", "#dfe3e8", "#343a42"},
	paper:    {"paper", "#ffffff", "#16191d"},
	traitor:  {"traitor", "#b3341f", "#f08a72"},
	faithful: {"faithful", "#2166ac", "#74b0ea"},
	chance:   {"chance", "#6b5b00", "#d6bf4e"},
	heat:     {"heat", "#2f7fd6", "#4a90d9"},
}

func (p paint) css() string { return "var(--" + palette[p].name + ")" }

// variables are the palette as CSS.
func variables(dark bool) string {
	var b strings.Builder
	for _, c := range palette {
		hex := c.light
		if dark {
			hex = c.dark
		}
		b.WriteString("--" + c.name + ":" + hex + ";")
	}
	return b.String()
}

func rgb(hex string) color.NRGBA {
	v, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		panic("report: colour " + hex)
	}
	return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}
