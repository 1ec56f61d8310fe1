package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const fonts = "Helvetica, Arial, 'Liberation Sans', sans-serif"

// svg writes a drawing as an element of a page: its colours are the page's, so that they follow light and dark.
func (d *drawing) svg(id string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%s-t %s-d">`, at(d.w), at(d.h), at(d.w),
		at(d.h), id, id)
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, escape(d.title), id, escape(d.desc))
	d.marks(&b, paint.css)
	b.WriteString("</svg>")
	return b.String()
}

// svgFile writes a drawing as a file of its own.
func (d *drawing) svgFile(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s">`, at(d.w), at(d.h), at(d.w),
		at(d.h))
	fmt.Fprintf(&b, "\n<title>%s</title><desc>%s</desc>\n", escape(d.title), escape(d.desc))
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="%s"/>`, palette[paper].light)
	d.marks(&b, func(p paint) string { return palette[p].light })
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (d *drawing) marks(b *strings.Builder, colour func(paint) string) {
	fmt.Fprintf(b, `<g font-family="%s">`, fonts)
	for _, s := range d.shapes {
		b.WriteByte('\n')
		tag := s.open(b, colour(s.paint))
		if s.opacity > 0 {
			attribute(b, "opacity", s.opacity)
		}
		switch {
		case s.form == label:
			b.WriteString(">" + escape(s.text) + "</text>")
		case s.tip != "":
			b.WriteString("><title>" + escape(s.tip) + "</title></" + tag + ">")
		default:
			b.WriteString("/>")
		}
	}
	b.WriteString("\n</g>")
}

var anchors = [...]string{begin: "start", centre: "middle", end: "end"}

// open writes a mark's element up to its common attributes and names it.
func (s *shape) open(b *strings.Builder, colour string) (tag string) {
	switch s.form {
	case stroke:
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s"`, s.path(), colour)
		attribute(b, "stroke-width", s.width)
		if s.dashed {
			fmt.Fprintf(b, ` stroke-dasharray="%s %s"`, at(dashOn), at(dashOff))
		}
		return "polyline"
	case area:
		fmt.Fprintf(b, `<polygon points="%s" fill="%s"`, s.path(), colour)
		return "polygon"
	case disc:
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s" fill="%s"`, at(s.points[0].x), at(s.points[0].y), at(s.radius), colour)
		return "circle"
	case label:
	}
	fmt.Fprintf(b, `<text x="%s" y="%s" font-size="%s" fill="%s"`, at(s.points[0].x), at(s.points[0].y), at(s.size), colour)
	if s.anchor != begin {
		fmt.Fprintf(b, ` text-anchor="%s"`, anchors[s.anchor])
	}
	if s.bold {
		b.WriteString(` font-weight="bold"`)
	}
	return "text"
}

func (s *shape) path() string {
	var b strings.Builder
	for i, p := range s.points {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(at(p.x) + "," + at(p.y))
	}
	return b.String()
}

func attribute(b *strings.Builder, name string, v float64) { fmt.Fprintf(b, ` %s="%s"`, name, at(v)) }

// at prints a coordinate to a hundredth of a point.
func at(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// escape makes text safe in an element and an attribute, and replaces what XML can't hold.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}
