package report

import (
	"fmt"
	"math"
)

// whisker is a row of a chart of estimates.
type whisker struct {
	label string
	estimate
}

// group is rows under a heading; without a name they stand alone.
type group struct {
	name string
	rows []whisker
}

const rowHeight = 22.0

// whiskers draws estimates as dots with their intervals, the chance level as a mark across, and the numbers beside.
func whiskers(title, desc string, lo, hi float64, groups []group) *drawing {
	const width, numbers, cases = 680.0, 150.0, 52.0
	left, rows, byChance := 60.0, 0, false
	for _, g := range groups {
		if rows += len(g.rows); g.name != "" {
			rows++
			left = max(left, wide(g.name, textSize, true)*1.04+8)
		}
		for _, w := range g.rows {
			left = max(left, min(230, wide(w.label, textSize, false)+14))
			byChance = byChance || w.ok() && !math.IsNaN(w.chance)
		}
	}
	top := 20.0
	bottom := top + float64(rows)*rowHeight
	d := &drawing{title: title, desc: desc, w: width, h: bottom + 52}
	x := scale{lo, hi, left, width - numbers - cases - 14}
	for _, v := range x.ticks(5) {
		d.line(x.at(v), top-4, x.at(v), bottom, 1, grid)
		d.text(x.at(v), bottom+15, smallSize, centre, muted, tick(v))
	}
	if lo < 0 && hi > 0 {
		d.line(x.at(0), top-4, x.at(0), bottom, 1, muted)
	}
	d.text(width-cases-10, 10, smallSize, end, muted, "mean [95 %]")
	d.text(width-4, 10, smallSize, end, muted, "n")
	y := top
	for _, g := range groups {
		if g.name != "" {
			d.heading(0, y+15, g.name)
			y += rowHeight
		}
		for _, w := range g.rows {
			d.whisker(w, x, left, y+rowHeight/2, width-cases-10, width-4)
			y += rowHeight
		}
	}
	keys := []key{{"mean", ink, asDot}, {"95 % interval", ink, asLine}}
	if byChance {
		keys = append(keys, key{"chance level", chance, asMark})
	}
	d.legend(left, bottom+40, keys)
	return d
}

func (d *drawing) whisker(w whisker, x scale, left, y, numbers, cases float64) {
	d.text(left-10, y+4, textSize, end, ink, short(w.label, textSize, left-10))
	d.text(cases, y+4, smallSize, end, muted, brief(w.n))
	if !w.ok() {
		d.text(x.at(x.lo)+6, y+4, smallSize, begin, muted, "no case")
		return
	}
	in := func(v float64) float64 { return x.at(min(max(v, x.lo), x.hi)) }
	if !math.IsNaN(w.chance) {
		d.box(in(w.chance)-1.5, y-8, 3, 16, chance, 0, "chance level "+num(w.chance, 3))
	}
	if !math.IsNaN(w.lo) {
		d.line(in(w.lo), y, in(w.hi), y, 2, ink)
		d.line(in(w.lo), y-4, in(w.lo), y+4, 1.5, ink)
		d.line(in(w.hi), y-4, in(w.hi), y+4, 1.5, ink)
	}
	d.dot(in(w.mean), y, 4.5, ink, fmt.Sprintf("%s: %s %s, n = %s", w.label, num(w.mean, 3), interval(w.lo, w.hi, 3), count(w.n)))
	text := num(w.mean, 3)
	if !math.IsNaN(w.lo) {
		text += " " + interval(w.lo, w.hi, 2)
	}
	d.text(numbers, y+4, smallSize, end, ink, text)
}

// key is an entry of a legend.
type key struct {
	words string
	paint paint
	as    mark
}

type mark uint8

const (
	asLine mark = iota
	asDash
	asDot
	asMark
	asBox
	asPale
)

// pale is the opacity of the larger of two fills that touch.
const pale = 0.55

func (d *drawing) legend(x, y float64, keys []key) {
	for _, k := range keys {
		switch mid := y - 4; k.as {
		case asLine:
			d.line(x, mid, x+18, mid, 2, k.paint)
		case asDash:
			d.dash([]point{{x, mid}, {x + 18, mid}}, 2, k.paint)
		case asDot:
			d.dot(x+9, mid, 4.5, k.paint, "")
		case asMark:
			d.box(x+7.5, mid-7, 3, 14, k.paint, 0, "")
		case asBox:
			d.box(x+2, mid-6, 14, 12, k.paint, 0, "")
		case asPale:
			d.box(x+2, mid-6, 14, 12, k.paint, pale, "")
		}
		d.text(x+24, y, smallSize, begin, ink, k.words)
		x += 24 + wide(k.words, smallSize, false)*1.06 + 18
	}
}

// frame is the plane of a chart with both axes.
type frame struct {
	*drawing
	x, y scale
}

// newFrame draws the grid and the y axis; the caller labels the x axis.
func newFrame(d *drawing, x, y scale, yTitle string) frame {
	for _, v := range y.ticks(5) {
		d.line(x.from, y.at(v), x.to, y.at(v), 1, grid)
		d.text(x.from-8, y.at(v)+4, smallSize, end, muted, tick(v))
	}
	d.text(x.from-30, y.to-10, smallSize, begin, muted, yTitle)
	return frame{d, x, y}
}

// underneath labels places of the x axis with their names and cases.
func (f frame) underneath(at []float64, names []string, cases []float64, title string) {
	for k, v := range at {
		d := f.x.at(v)
		f.text(d, f.y.from+17, smallSize, centre, ink, names[k])
		if cases != nil {
			f.text(d, f.y.from+32, 9.5, centre, muted, brief(cases[k]))
		}
	}
	if cases != nil {
		f.text(f.x.from-8, f.y.from+32, 9.5, end, muted, "n")
	}
	f.text(f.x.from-8, f.y.from+17, smallSize, end, muted, title)
}

// series is estimates along the x axis; breaks where there are none.
type series struct {
	name   string
	paint  paint
	dashed bool
	x      []float64
	values []estimate
}

func (f frame) series(s series) {
	for from := 0; from < len(s.x); from++ {
		to := from
		for to < len(s.x) && s.values[to].ok() {
			to++
		}
		if to > from {
			f.run(s, from, to)
			from = to
		}
	}
}

// run draws a stretch without gaps: its band, its line and its dots.
func (f frame) run(s series, from, to int) {
	var line, over, under []point
	for k := from; k < to; k++ {
		x, v := f.x.at(s.x[k]), s.values[k]
		line = append(line, point{x, f.y.at(v.mean)})
		if !s.dashed && !math.IsNaN(v.lo) {
			over = append(over, point{x, f.y.at(v.hi)})
			under = append([]point{{x, f.y.at(v.lo)}}, under...)
		}
	}
	if len(over) > 1 {
		f.add(shape{form: area, points: append(over, under...), paint: s.paint, opacity: 0.16})
	} else if len(over) == 1 {
		f.line(over[0].x, over[0].y, under[0].x, under[0].y, 2, s.paint)
	}
	if s.dashed {
		f.dash(line, 2, s.paint)
	} else {
		f.add(shape{form: stroke, points: line, width: 2.2, paint: s.paint})
	}
	for k := from; k < to; k++ {
		v := s.values[k]
		radius := 3.6
		if s.dashed {
			radius = 2.4
		}
		f.dot(f.x.at(s.x[k]), f.y.at(v.mean), radius, s.paint,
			fmt.Sprintf("%s, round %s: %s %s, n = %s", s.name, tick(s.x[k]), num(v.mean, 3), interval(v.lo, v.hi, 3), count(v.n)))
	}
}

// tile is a field of a heat map; NaN: nothing was stated.
type tile struct {
	value float64
	tip   string
}

// tiles draws a heat map whose colours run from lo to hi. Fields carry their value, so that colour is never all that tells.
type tiles struct {
	title, desc  string
	rows, cols   []string
	above        string // over the columns
	fields       [][]tile
	lo, hi       float64
	split        int // columns before a gap; 0: none
	notes        []string
	field, sides float64 // width of a field, most room for a row's name
}

func (t tiles) draw() *drawing {
	const high, top = 30.0, 44.0
	left := 40.0
	for _, r := range t.rows {
		left = max(left, min(t.sides, wide(r, textSize, false)+14))
	}
	gap := 0.0
	if t.split > 0 {
		gap = 8
	}
	bottom := top + high*float64(len(t.rows))
	d := &drawing{title: t.title, desc: t.desc, w: max(400, left+t.field*float64(len(t.cols))+gap+4), h: bottom +
		16*float64(len(t.notes)) + 42}
	column := func(k int) float64 {
		x := left + t.field*float64(k)
		if k >= t.split {
			x += gap
		}
		return x
	}
	d.text(left, 12, smallSize, begin, muted, t.above)
	for k, c := range t.cols {
		d.text(column(k)+t.field/2, top-8, smallSize, centre, ink, short(c, smallSize, t.field-2))
	}
	for i, r := range t.rows {
		y := top + high*float64(i)
		d.text(left-10, y+high/2+4, textSize, end, ink, short(r, textSize, left-10))
		for k, f := range t.fields[i] {
			d.tile(f, column(k), y, t.field, high, t.lo, t.hi)
		}
	}
	for k, n := range t.notes {
		d.text(left, bottom+15+16*float64(k), smallSize, begin, muted, n)
	}
	d.ramp(left, bottom+16*float64(len(t.notes))+14, t.lo, t.hi)
	return d
}

// shade is how opaque a field is; ink stays legible on it in light and in dark.
func shade(v, lo, hi float64) float64 {
	if hi <= lo {
		return 0.3
	}
	return 0.04 + 0.56*min(max((v-lo)/(hi-lo), 0), 1)
}

func (d *drawing) tile(f tile, x, y, w, h, lo, hi float64) {
	if math.IsNaN(f.value) {
		d.box(x+1, y+1, w-2, h-2, grid, 0.35, f.tip)
		d.text(x+w/2, y+h/2+4, smallSize, centre, muted, "·")
		return
	}
	d.box(x+1, y+1, w-2, h-2, heat, shade(f.value, lo, hi), f.tip)
	d.text(x+w/2, y+h/2+4, smallSize, centre, ink, num(f.value, 2))
}

// ramp is the legend of a heat map.
func (d *drawing) ramp(x, y, lo, hi float64) {
	const steps, wide = 20, 6.0
	d.text(x, y+10, smallSize, begin, muted, num(lo, 2))
	for k := range steps {
		v := lo + (hi-lo)*(float64(k)+0.5)/steps
		d.box(x+30+wide*float64(k), y, wide, 12, heat, shade(v, lo, hi), "")
	}
	d.text(x+36+wide*steps, y+10, smallSize, begin, muted, num(hi, 2))
}
