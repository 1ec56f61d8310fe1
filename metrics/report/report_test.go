package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

var update = flag.Bool("update", false, "write testdata anew")

// hostile is a text that must never come to anything.
const hostile = `</text></svg><script>alert("1")</script><img src=x onerror='alert(2)'>` + "\x00\u202e&amp;"

// talked are rules in which the table states beliefs with its ballots and after every statement.
func talked() engine.Rules {
	r := engine.DefaultRules()
	r.Players, r.Traitors, r.AfterSpeech = 7, 2, "beliefs"
	r.Beliefs.With = engine.WithBallot
	return r.Complete()
}

// game plays a game of enginetest's answers; edit changes what is said.
func game(t testing.TB, meta metrics.GameMeta, seed uint64, rules engine.Rules,
	edit func(*engine.Setup, *engine.Answer, engine.Request)) (metrics.Game, []codec.Stored) {
	t.Helper()
	setup := enginetest.Setup(seed, rules)
	for i := range setup.Cast {
		setup.Cast[i].Policy = []string{"bayes", "random"}[i%2]
	}
	if edit != nil {
		edit(&setup, nil, engine.Request{})
	}
	events, _, err := engine.Play(setup, func(_ engine.State, r engine.Request) engine.Answer {
		a := enginetest.Answer(seed, rules.Players, r)
		if edit != nil {
			edit(nil, &a, r)
		}
		return a
	})
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	stored, err := codec.StoreAll(events)
	if err != nil {
		t.Fatal(err)
	}
	g, err := metrics.ReadGame(meta, stored)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return g, stored
}

// batch is a report of so many games in each cell.
func batch(t testing.TB, count int, cells []string, edit func(*engine.Setup, *engine.Answer, engine.Request)) *Report {
	t.Helper()
	r := New(Head{Batch: "test", Scenario: "classic", Seed: 7, Games: count * len(cells), Created: "2026-11-23",
		Facts: []Fact{{"Engine", engine.Version}}})
	out := make([]Cell, len(cells))
	for k, name := range cells {
		out[k] = Cell{Name: name, Summary: analysis.NewSummary()}
	}
	for i := range count {
		for k, name := range cells {
			meta := metrics.GameMeta{ID: fmt.Sprintf("id%d", i), Batch: "test", Cell: name, Index: i*len(cells) + k}
			g, events := game(t, meta, uint64(i), talked(), edit)
			out[k].Summary.Add(&g)
			if err := r.Add(&g, events); err != nil {
				t.Fatal(err)
			}
		}
	}
	for k := range out {
		out[k].Rows = out[k].Summary.Rows(map[string]analysis.Level{"traitors_win": {Mean: 0.5}})
	}
	r.Finish(out, []Cost{{Name: "model", Calls: 12, PromptTokens: 123456, ReplyTokens: 7, Money: "0.10 USD"}})
	return r
}

func html(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var landmarks = regexp.MustCompile(`<(h1|h2|section|figure|summary|caption|blockquote|dt|svg|p class="(?:none|warning)")[^>]*>([^<]*)|<th scope="col"[^>]*>([^<]*)`)
var idOf = regexp.MustCompile(` id="([^"]*)"`)

// outline is what a page has, in order, without what its games decide.
func outline(page string) string {
	var b strings.Builder
	for _, m := range landmarks.FindAllStringSubmatch(page, -1) {
		id := ""
		if x := idOf.FindStringSubmatch(m[0]); x != nil && m[1] != "h2" {
			id = " #" + x[1]
		}
		name, words := m[1], strings.TrimSpace(m[2])
		if name == "" {
			name, words = "th", m[3]
		}
		fmt.Fprintf(&b, "%s\n", strings.TrimRight(strings.TrimSuffix(name, ` class="none"`)+id+" "+words, " "))
	}
	return b.String()
}

func TestStructure(t *testing.T) {
	for name, r := range map[string]*Report{"one": batch(t, 12, []string{""}, nil),
		"cells": batch(t, 6, []string{"first", "second"}, nil), "empty": New(Head{Batch: "none"})} {
		file := "testdata/" + name + ".txt"
		got := outline(html(t, r))
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s (go test ./metrics/report -run TestStructure -update):\n%s", file, d)
		}
	}
}

func TestNothingFromOutside(t *testing.T) {
	page := html(t, batch(t, 6, []string{"a", "b"}, nil))
	for _, bad := range []string{"<script", "http:", "https:", "//", "url(", "@import", "src=", "<link", "<iframe", "<object",
		"javascript:", " on"} {
		for i := 0; ; {
			k := strings.Index(page[i:], bad)
			if k < 0 {
				break
			}
			i += k + len(bad)
			if bad != " on" || regexp.MustCompile(`^[a-z]+=`).MatchString(page[i:]) {
				t.Errorf("the page has %q: …%s…", bad, page[max(0, i-60):min(len(page), i+60)])
			}
		}
	}
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "#") || !strings.Contains(page, `id="`+m[1][1:]+`"`) {
			t.Errorf("a link to %q", m[1])
		}
	}
	seen := map[string]bool{}
	for _, m := range idOf.FindAllStringSubmatch(page, -1) {
		if seen[m[1]] {
			t.Errorf("two elements have the id %q", m[1])
		}
		seen[m[1]] = true
	}
}

// tags are all that a page may have.
const tags = " html head meta title style body header h1 p nav ul li a main section h2 figure figcaption b bdi div svg desc g polyline " +
	"code polygon circle text details summary table caption thead tr th tbody td blockquote dl dt dd span doctype "

func TestEscaped(t *testing.T) {
	r := batch(t, 4, []string{hostile, hostile + "2"}, func(s *engine.Setup, a *engine.Answer, r engine.Request) {
		if s != nil {
			for i := range s.Cast {
				s.Cast[i].Name = fmt.Sprintf("<b>%d\"'", i)
				s.Cast[i].Policy = "<i onclick=x>"
			}
			return
		}
		if a.Text = hostile; a.Seat == 1 && r.Kind == engine.AskBallot {
			a.Forfeit = engine.CauseTimeout
		}
	})
	r.head = Head{Batch: hostile, Scenario: hostile, Created: hostile, Ended: hostile, Facts: []Fact{{hostile, hostile}},
		Design: []string{hostile}, Limits: []string{hostile}}
	r.cost = []Cost{{Name: hostile, Money: hostile}}
	page := html(t, r)
	for _, m := range regexp.MustCompile(`<[/!]?([a-zA-Z][a-zA-Z0-9]*)`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(tags, " "+m[1]+" ") {
			t.Errorf("the page has a tag %s", m[0])
		}
	}
	if len(r.top) == 0 || !strings.Contains(page, "&lt;script&gt;") {
		t.Error("nothing hostile came to the page: the test tests nothing")
	}
	for _, name := range r.Plots() {
		if strings.ContainsAny(name, `<>/"'`) {
			t.Errorf("plot %q is no file's name", name)
		}
		var b bytes.Buffer
		if err := r.Plot(&b, name, SVG); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, name, b.Bytes())
	}
}

func wellFormed(t *testing.T, name string, svg []byte) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("plot %s: %v", name, err)
		}
		if s, ok := token.(xml.StartElement); ok && !strings.Contains(tags+"rect ", " "+s.Name.Local+" ") {
			t.Errorf("plot %s has a tag %s", name, s.Name.Local)
		}
	}
}

func TestSameBytes(t *testing.T) {
	a, b := batch(t, 5, []string{"x", "y"}, nil), batch(t, 5, []string{"x", "y"}, nil)
	first := html(t, a)
	if again := html(t, a); first != again || first != html(t, b) {
		t.Error("two pages of the same batch differ")
	}
	for _, name := range a.Plots() {
		for _, f := range []Format{SVG, PNG} {
			var x, y bytes.Buffer
			if err := errors.Join(a.Plot(&x, name, f), b.Plot(&y, name, f)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(x.Bytes(), y.Bytes()) {
				t.Errorf("plot %s as %s differs", name, f)
			}
		}
	}
}

func TestEmpty(t *testing.T) {
	finished := New(Head{Batch: "none"})
	s := analysis.NewSummary()
	finished.Finish([]Cell{{Summary: s, Rows: s.Rows(nil)}}, nil)
	for _, r := range []*Report{New(Head{}), finished} {
		page := html(t, r)
		if strings.Contains(page, "<svg") || !strings.Contains(page, "No case.") || strings.Contains(page, "NaN") {
			t.Error("a page of nothing has to say that there is no case, without a chart")
		}
		if p := r.Plots(); len(p) != 0 {
			t.Errorf("plots of nothing: %v", p)
		}
		if err := r.Plot(io.Discard, "trust", SVG); err == nil {
			t.Error("a plot of nothing was written")
		}
	}
}

func TestPNG(t *testing.T) {
	r := batch(t, 4, []string{""}, nil)
	for _, f := range r.figures() {
		if f.drawing == nil {
			continue
		}
		var b bytes.Buffer
		if err := r.Plot(&b, f.name, PNG); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		if w := img.Bounds().Dx(); w != int(math.Ceil(f.drawing.padded().w*pixels)) {
			t.Errorf("%s is %d pixels wide", f.name, w)
		}
		dark := 0
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if c, _, _, _ := img.At(x, y).RGBA(); c < 0x8000 {
					dark++
				}
			}
		}
		if dark < 300 {
			t.Errorf("%s has %d dark pixels: it is blank", f.name, dark)
		}
	}
	if err := r.Plot(io.Discard, "trust", "gif"); err == nil {
		t.Error("a format that there isn't was written")
	}
}

// Nothing stands outside its drawing, and no two texts of a drawing overlap.
func TestLegible(t *testing.T) {
	long := "a condition with such a long name that no margin could ever hold all of it"
	for _, r := range []*Report{batch(t, 8, []string{""}, nil), batch(t, 3, []string{"a", long}, nil)} {
		for _, f := range r.figures() {
			if f.drawing == nil {
				continue
			}
			type box struct {
				x, y, w, h float64
				s          string
			}
			var texts []box
			for _, s := range f.drawing.shapes {
				for _, p := range s.points {
					if p.x < -0.5 || p.y < -0.5 || p.x > f.drawing.w+0.5 || p.y > f.drawing.h+0.5 || math.IsNaN(p.x+p.y) {
						t.Errorf("%s: a mark at %v, outside of %v × %v: %q", f.name, p, f.drawing.w, f.drawing.h, s.text)
					}
				}
				if s.form != label {
					continue
				}
				w := wide(s.text, s.size, s.bold)
				x := s.points[0].x - w*[]float64{0, 0.5, 1}[s.anchor]
				b := box{x, s.points[0].y - s.size*0.75, w, s.size * 0.8, s.text}
				if b.x < -0.5 || b.x+b.w > f.drawing.w+0.5 {
					t.Errorf("%s: %q leaves the drawing", f.name, s.text)
				}
				for _, o := range texts {
					if b.x < o.x+o.w && o.x < b.x+b.w && b.y < o.y+o.h && o.y < b.y+b.h {
						t.Errorf("%s: %q lies over %q", f.name, b.s, o.s)
					}
				}
				texts = append(texts, b)
			}
		}
	}
}

// WCAG 2.2: text needs a contrast of 4.5, marks need 3.
func TestContrast(t *testing.T) {
	light := func(v uint8) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	type colour = [3]uint8
	contrast := func(a, b colour) float64 {
		x := 0.2126*light(a[0]) + 0.7152*light(a[1]) + 0.0722*light(a[2]) + 0.05
		y := 0.2126*light(b[0]) + 0.7152*light(b[1]) + 0.0722*light(b[2]) + 0.05
		return max(x/y, y/x)
	}
	for _, dark := range []bool{false, true} {
		of := func(p paint) colour {
			hex := palette[p].light
			if dark {
				hex = palette[p].dark
			}
			c := rgb(hex)
			return colour{c.R, c.G, c.B}
		}
		for p, least := range map[paint]float64{ink: 7, muted: 4.5, faithful: 4.5, traitor: 4.5, chance: 3} {
			if c := contrast(of(p), of(paper)); c < least {
				t.Errorf("%s on paper, dark %v: contrast %.2f", palette[p].name, dark, c)
			}
		}
		for v := 0.0; v <= 1; v += 0.1 {
			a := shade(v, 0, 1)
			var under colour
			for k := range under {
				under[k] = uint8(a*float64(of(heat)[k]) + (1-a)*float64(of(paper)[k]))
			}
			if c := contrast(of(ink), under); c < 4.5 {
				t.Errorf("ink on a field of %.1f, dark %v: contrast %.2f", v, dark, c)
			}
		}
	}
}
