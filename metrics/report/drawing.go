package report

import (
	"math"
	"strconv"
	"strings"
)

// drawing is a picture as a list of shapes, in points from the upper left. It knows nothing of what it is drawn on: svg.go and
// png.go do.
type drawing struct {
	title, desc string
	w, h        float64
	shapes      []shape
}

// padded is the drawing with a margin, for a file of its own.
func (d *drawing) padded() *drawing {
	const margin = 12.0
	out := *d
	out.w, out.h = d.w+2*margin, d.h+2*margin
	out.shapes = make([]shape, len(d.shapes))
	for i, s := range d.shapes {
		moved := make([]point, len(s.points))
		for k, p := range s.points {
			moved[k] = point{p.x + margin, p.y + margin}
		}
		s.points = moved
		out.shapes[i] = s
	}
	return &out
}

type point struct{ x, y float64 }

type form uint8

const (
	stroke form = iota // an open line through the points
	area               // a filled polygon
	disc               // around the first point
	label              // text whose baseline begins, is centred or ends at the first point
)

type anchor uint8

const (
	begin anchor = iota
	centre
	end
)

// shape is one mark. opacity 0 stands for opaque.
type shape struct {
	form    form
	points  []point
	paint   paint
	opacity float64
	width   float64 // of a stroke
	dashed  bool
	radius  float64
	text    string
	size    float64
	bold    bool
	anchor  anchor
	tip     string // said when the mark is pointed at
}

func (d *drawing) add(s shape) { d.shapes = append(d.shapes, s) }

func (d *drawing) line(x1, y1, x2, y2, width float64, p paint) {
	d.add(shape{form: stroke, points: []point{{x1, y1}, {x2, y2}}, width: width, paint: p})
}

func (d *drawing) dash(points []point, width float64, p paint) {
	d.add(shape{form: stroke, points: points, width: width, paint: p, dashed: true})
}

func (d *drawing) box(x, y, w, h float64, p paint, opacity float64, tip string) {
	d.add(shape{form: area, points: []point{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, paint: p, opacity: opacity, tip: tip})
}

func (d *drawing) dot(x, y, r float64, p paint, tip string) {
	d.add(shape{form: disc, points: []point{{x, y}}, radius: r, paint: p, tip: tip})
}

func (d *drawing) text(x, y, size float64, a anchor, p paint, s string) {
	d.add(shape{form: label, points: []point{{x, y}}, size: size, anchor: a, paint: p, text: s})
}

func (d *drawing) heading(x, y float64, s string) {
	d.add(shape{form: label, points: []point{{x, y}}, size: textSize, paint: ink, text: s, bold: true})
}

const (
	textSize  = 12.0
	smallSize = 10.5
)

// scale maps values to points.
type scale struct{ lo, hi, from, to float64 }

func (s scale) at(v float64) float64 {
	if s.hi == s.lo {
		return (s.from + s.to) / 2
	}
	return s.from + (v-s.lo)/(s.hi-s.lo)*(s.to-s.from)
}

// ticks are about so many round values within the scale.
func (s scale) ticks(about int) []float64 {
	raw := (s.hi - s.lo) / float64(about)
	if raw <= 0 {
		return []float64{s.lo}
	}
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	step := unit * 10
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*unit >= raw*0.999 {
			step = m * unit
			break
		}
	}
	var out []float64
	for k := math.Ceil(s.lo/step - 1e-9); k*step <= s.hi+1e-9*step; k++ {
		out = append(out, k*step)
	}
	return out
}

// roundUp is the next round value, for the end of an axis.
func roundUp(v float64) float64 {
	if v <= 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
		if m*unit >= v*0.9999 {
			return m * unit
		}
	}
	return 10 * unit
}

// num prints a value with so many decimals, a dash for what is undefined and a true minus.
func num(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// tick prints a value of an axis as short as it is exact.
func tick(v float64) string {
	v = math.Round(v*1e6)/1e6 + 0 // no −0
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), "-", "−", 1)
}

// count prints a number of cases with thin gaps between thousands.
func count(v float64) string {
	s := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 && len(s) > 4 {
			b.WriteRune(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// brief prints a number of cases in four characters or so.
func brief(v float64) string {
	switch {
	case v >= 1e7:
		return num(v/1e6, 0) + "M"
	case v >= 1e6:
		return num(v/1e6, 1) + "M"
	case v >= 1e4:
		return num(v/1e3, 0) + "k"
	}
	return num(v, 0)
}

func interval(lo, hi float64, decimals int) string {
	if math.IsNaN(lo) || math.IsNaN(hi) {
		return "–"
	}
	return "[" + num(lo, decimals) + ", " + num(hi, decimals) + "]"
}

// short cuts a name to so many points of text.
func short(s string, size, room float64) string {
	if wide(s, size, false) <= room {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && wide(string(runes)+"…", size, false) > room {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimSpace(string(runes)) + "…"
}
