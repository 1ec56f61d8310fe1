package replay

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/turncoat-sim/turncoat/engine"
)

// output writes lines of a width, without trailing spaces, in colour or not.
type output struct {
	w     io.Writer
	color bool
	width int
	err   error
}

func (o *output) line(s string) {
	if o.err == nil {
		_, o.err = io.WriteString(o.w, strings.TrimRight(s, " ")+"\n")
	}
}

// wrap writes a text in lines of the width, all indented.
func (o *output) wrap(indent, s string) {
	for _, l := range strings.Split(text.WrapSoft(s, o.width-len(indent)), "\n") {
		o.line(indent + l)
	}
}

func (o *output) paint(code, s string) string {
	if !o.color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (o *output) bold(s string) string { return o.paint("1", s) }
func (o *output) dim(s string) string  { return o.paint("2", s) }
func (o *output) warn(s string) string { return o.paint("33", s) }

// rule is a heading over the whole width.
func (o *output) rule(title string) string {
	return o.bold("── " + title + " " + strings.Repeat("─", max(4, o.width-5-utf8.RuneCountInString(title))))
}

// palette are colours that stand apart on light and dark grounds; red is kept for traitors.
var palette = []string{"36", "32", "34", "35", "33", "96", "92", "94", "95", "93"}

// name is a seat's name in its colour; a traitor that the view knows of is red and marked.
func (t *teller) name(s engine.Seat) string {
	if s == engine.NoSeat {
		return t.n.Name(s)
	}
	if t.n.Roles.TeamOf(s).Informed() {
		return t.out.paint("1;31", t.n.Name(s)+"†")
	}
	return t.out.paint(palette[int(s)%len(palette)], t.n.Name(s))
}

// paint colours every name in a line, where it stands as a word of its own; of two that begin there, the longer. What is put in is not
// looked at again: a name may be a letter or a number that stands in a colour.
func (t *teller) paint(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		s := t.named(line, i)
		if s == engine.NoSeat {
			b.WriteByte(line[i])
			i++
			continue
		}
		b.WriteString(t.name(s))
		i += len(t.n.Names[s])
	}
	return b.String()
}

// named is whose name begins there as a word of its own; NoSeat: nobody's.
func (t *teller) named(line string, at int) engine.Seat {
	found, length := engine.NoSeat, 0
	for i, name := range t.n.Names {
		end := at + len(name)
		if len(name) <= length || !strings.HasPrefix(line[at:], name) || at > 0 && isLetter(line[at-1]) || end < len(line) &&
			isLetter(line[end]) {
			continue
		}
		found, length = engine.Seat(i), len(name)
	}
	return found
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

// ballotTable groups the voters by whom they named, the most votes first.
func (t *teller) ballotTable() {
	by := map[engine.Seat][]engine.Seat{}
	var targets []engine.Seat
	for _, b := range t.ballots {
		if by[b.Target] == nil {
			targets = append(targets, b.Target)
		}
		by[b.Target] = append(by[b.Target], b.Voter)
	}
	slices.SortStableFunc(targets, func(a, b engine.Seat) int {
		switch {
		case (a == engine.NoSeat) != (b == engine.NoSeat):
			return int(b) - int(a) // nobody comes last
		case len(by[a]) != len(by[b]):
			return len(by[b]) - len(by[a])
		}
		return int(a) - int(b)
	})
	wide := t.widest() + 1
	for _, target := range targets {
		voters := make([]string, len(by[target]))
		for i, v := range by[target] {
			voters[i] = t.name(v)
		}
		bar := strings.Repeat("█", len(voters)) + strings.Repeat(" ", max(0, t.players-len(voters)))
		t.out.line(fmt.Sprintf("  %s %s %2d  %s", t.pad(target, wide), bar, len(voters), strings.Join(voters, ", ")))
	}
}

func (t *teller) widest() int {
	w := len("nobody")
	for _, n := range t.n.Names {
		w = max(w, utf8.RuneCountInString(n))
	}
	return w
}

// pad is the coloured name with spaces up to a width.
func (t *teller) pad(s engine.Seat, width int) string {
	n := utf8.RuneCountInString(t.n.Name(s))
	if t.n.Roles.TeamOf(s).Informed() {
		n++
	}
	return t.name(s) + strings.Repeat(" ", max(0, width-n))
}

// heat draws who suspected whom when the ballot was held: a row an observer, a column a subject, in per cent.
func (t *teller) heat() {
	var observers []engine.Seat
	for s := range t.living.All() {
		if t.matrix[s] != nil {
			observers = append(observers, s)
		}
	}
	if len(observers) == 0 {
		return
	}
	t.out.line("")
	t.out.line("  " + t.out.dim("Suspicion in per cent (row: who suspects; column: whom)"))
	wide := t.widest() + 1
	head := "  " + strings.Repeat(" ", wide)
	for s := range t.living.All() {
		head += " " + short(t.n.Name(s))
	}
	t.out.line(head)
	for _, o := range observers {
		row := "  " + t.pad(o, wide)
		for s := range t.living.All() {
			row += t.cell(t.matrix[o][s])
		}
		t.out.line(row)
	}
}

func short(name string) string {
	r := []rune(name)
	return string(r[:min(3, len(r))]) + strings.Repeat(" ", max(0, 3-len(r)))
}

// shades go from calm to alarm, as backgrounds of the 256-colour palette.
var shades = []int{236, 58, 94, 130, 166, 160}

func (t *teller) cell(perMille int16) string {
	if perMille == engine.Unstated {
		return "   ·"
	}
	figure := fmt.Sprintf(" %3d", (int(perMille)+5)/10)
	if !t.out.color {
		return figure
	}
	return fmt.Sprintf("\x1b[48;5;%d;97m%s\x1b[0m", shades[min(int(perMille)*len(shades)/1001, len(shades)-1)], figure)
}
