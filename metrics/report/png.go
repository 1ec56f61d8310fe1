package report

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// pixels are those of a point in a PNG.
const pixels = 2.0

const dashOn, dashOff = 5.0, 4.0

// png writes a drawing in its light colours.
func (d *drawing) png(w io.Writer) error {
	img := image.NewRGBA(image.Rect(0, 0, int(math.Ceil(d.w*pixels)), int(math.Ceil(d.h*pixels))))
	draw.Draw(img, img.Bounds(), image.NewUniform(rgb(palette[paper].light)), image.Point{}, draw.Src)
	for i := range d.shapes {
		s := &d.shapes[i]
		c := rgb(palette[s.paint].light)
		if s.opacity > 0 {
			c.A = uint8(math.Round(255 * s.opacity))
		}
		switch s.form {
		case stroke:
			fill(img, c, s.outline()...)
		case area:
			fill(img, c, s.points)
		case disc:
			fill(img, c, circle(s.points[0], s.radius))
		case label:
			s.write(img, c)
		}
	}
	return png.Encode(w, img)
}

// fill paints closed polygons as one mask, so that their overlaps are painted once. The mask is as large as they are.
func fill(img *image.RGBA, c color.NRGBA, polygons ...[]point) {
	at := bounds(polygons).Intersect(img.Bounds())
	if at.Empty() {
		return
	}
	z := vector.NewRasterizer(at.Dx(), at.Dy())
	for _, p := range polygons {
		for k, q := range p {
			x, y := float32(q.x*pixels)-float32(at.Min.X), float32(q.y*pixels)-float32(at.Min.Y)
			if k == 0 {
				z.MoveTo(x, y)
			} else {
				z.LineTo(x, y)
			}
		}
		z.ClosePath()
	}
	z.Draw(img, at, image.NewUniform(c), image.Point{})
}

// bounds are the pixels that polygons touch.
func bounds(polygons [][]point) image.Rectangle {
	var out image.Rectangle
	for _, p := range polygons {
		for _, q := range p {
			x, y := int(math.Floor(q.x*pixels)), int(math.Floor(q.y*pixels))
			out = out.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return out
}

// outline is a line as polygons: a box a piece, all turning the same way, with a disc at every joint.
func (s *shape) outline() [][]point {
	pieces := [][]point{s.points}
	if s.dashed {
		pieces = dashes(s.points)
	}
	var out [][]point
	for _, piece := range pieces {
		for k := 1; k < len(piece); k++ {
			a, b := piece[k-1], piece[k]
			long := math.Hypot(b.x-a.x, b.y-a.y)
			if long == 0 {
				continue
			}
			nx, ny := -(b.y-a.y)/long*s.width/2, (b.x-a.x)/long*s.width/2
			out = append(out, []point{{a.x - nx, a.y - ny}, {b.x - nx, b.y - ny}, {b.x + nx, b.y + ny}, {a.x + nx, a.y + ny}})
			if k > 1 {
				out = append(out, circle(a, s.width/2))
			}
		}
	}
	return out
}

func dashes(line []point) [][]point {
	var out [][]point
	on, left := true, dashOn
	piece := []point{line[0]}
	for k := 1; k < len(line); k++ {
		a, b := line[k-1], line[k]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		for done := 0.0; done < long; {
			step := min(left, long-done)
			done, left = done+step, left-step
			p := point{a.x + (b.x-a.x)*done/long, a.y + (b.y-a.y)*done/long}
			if piece = append(piece, p); left > 0 {
				continue
			}
			if on {
				out = append(out, piece)
			}
			piece = []point{p}
			if on = !on; on {
				left = dashOn
			} else {
				left = dashOff
			}
		}
	}
	if on && len(piece) > 1 {
		out = append(out, piece)
	}
	return out
}

func circle(c point, r float64) []point {
	const sides = 32
	out := make([]point, sides)
	for k := range out {
		turn := 2 * math.Pi * float64(k) / sides
		out[k] = point{c.x + r*math.Cos(turn), c.y + r*math.Sin(turn)}
	}
	return out
}

func (s *shape) write(img *image.RGBA, c color.NRGBA) {
	x := s.points[0].x
	switch s.anchor {
	case begin:
	case centre:
		x -= wide(s.text, s.size, s.bold) / 2
	case end:
		x -= wide(s.text, s.size, s.bold)
	}
	face := newFace(s.size*pixels, s.bold)
	at := fixed.Point26_6{X: fixed.Int26_6(math.Round(x * pixels * 64)), Y: fixed.Int26_6(math.Round(s.points[0].y * pixels * 64))}
	(&font.Drawer{Dst: img, Src: image.NewUniform(c), Face: face, Dot: at}).DrawString(s.text)
}

// typefaces are the Go fonts, plain and bold, that x/image carries: nothing is read from the machine.
var typefaces = sync.OnceValue(func() (out [2]*opentype.Font) {
	for i, ttf := range [][]byte{goregular.TTF, gobold.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic("report: the Go font: " + err.Error())
		}
		out[i] = f
	}
	return out
})

func newFace(size float64, bold bool) font.Face {
	f := typefaces()[0]
	if bold {
		f = typefaces()[1]
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic("report: the Go font: " + err.Error())
	}
	return face
}

// wide is how wide a text is in points; the fonts of a browser are as wide within a few percent.
func wide(s string, size float64, bold bool) float64 {
	return float64(font.MeasureString(newFace(size, bold), s)) / 64
}
