package replay

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/turncoat-sim/turncoat/engine"
)

// acting is what must not leave: all but the colours that this package draws with.
var acting = regexp.MustCompile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f" +
	"\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")

var colours = regexp.MustCompile("\x1b\\[(0|1|2|1;31|33|3[2456]|9[23456]|48;5;[0-9]+;97)m")

// everyKind is an imported game in which every text and every name is another's.
func everyKind(names []string, text string) []engine.Event {
	n := len(names)
	all, roles := engine.AllSeats(n), make([]engine.Role, n)
	for i := range roles {
		roles[i] = engine.RoleFaithful
	}
	roles[0] = engine.RoleTraitor
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = n, 1
	bodies := []engine.Body{
		engine.Imported{Format: text, Source: text, Digest: text, Rules: rules.Complete(), Policies: slices.Repeat([]string{text}, n)},
		engine.Opened{Rules: rules.Complete(), Names: names}, engine.Dealt{Seat: 0, Role: roles[0]}, engine.Allies{Seats: []engine.Seat{0}},
		engine.Persona{Seat: 0, Persona: text}, engine.Introduced{Seat: 1, Persona: text}, engine.Note{Seat: 0, Text: text},
		engine.Notes{Seat: 0, Notes: []engine.Memo{{Kind: engine.MemoKind(text), About: 1, Text: text, Salience: 3}}},
		engine.Remembered{Seat: 0, Games: 1, Others: []engine.Reputation{{Seat: 1}}, Lessons: []engine.Lesson{{Game: 1, Text: text}}},
		engine.Statement{Seat: 0, Text: text, Acts: []engine.Act{{Kind: engine.Accuse, Seat: 1}}}, engine.Thought{Seat: 0, Text: text},
		engine.Conferred{Seat: 0, Text: text}, engine.Belief{Observer: 0, Order: int(engine.FirstOrder), PerMille: make([]int16, n)},
		engine.Ballot{Voter: 0, Target: 1}, engine.Ballot{Voter: 1, Target: engine.NoSeat}, engine.Tally{Votes: make([]int, n)},
		engine.Banished{Seat: 1},
		engine.Revealed{Seat: 1, Role: roles[1]}, engine.Forfeited{Seat: 0, Cause: engine.Cause(text)},
		engine.Ended{Winner: engine.Minority(), Reason: text, Roles: roles}, engine.Debriefed{Seat: 0, Text: text},
	}
	out := make([]engine.Event, len(bodies))
	for i, b := range bodies {
		out[i] = engine.Event{Seq: uint64(i), Step: uint64(i), Round: i / 9, Phase: engine.PhaseRoundTable, Audience: all, Body: b}
	}
	return out
}

// Whatever the names and the texts are, the telling ends, and nothing that acts leaves it: in colour, colours alone.
func FuzzHostile(f *testing.F) {
	f.Add("", "", "", 80)
	f.Add("m", "31", "1", 80)
	f.Add("[", ";", "0m", 40)
	f.Add("Ada", "Ada\u200b", "\x1b]52;c;eA==\x07 Ada\n\n── Round 9 ──\n\x9b2J\u202e", 41)
	f.Add("\\", "x1b", "\x1b[31mm m m\x1b", 40)
	f.Add(strings.Repeat("w", 200), strings.Repeat(" ", 90), strings.Repeat("long", 400)+" "+strings.Repeat("a ", 400), 60)
	f.Fuzz(func(t *testing.T, one, two, text string, width int) {
		events := everyKind([]string{one, two, text}, text)
		for _, o := range []Options{{Thoughts: true, Beliefs: true, Width: width % 300, Title: text},
			{Color: true, Thoughts: true, Beliefs: true, Width: 80, Title: text}} {
			var b bytes.Buffer
			if err := Render(&b, events, o); err != nil {
				t.Fatal(err)
			}
			out := b.String()
			if o.Color {
				out = colours.ReplaceAllString(out, "")
			}
			if at := acting.FindStringIndex(out); at != nil || !utf8.ValidString(out) {
				t.Errorf("names %q and %q, text %q: raw at %v of %q", one, two, text, at, out)
			}
		}
		var b bytes.Buffer
		if err := JSON(&b, events, All); err != nil {
			t.Fatal(err)
		}
		if acting.MatchString(b.String()) {
			t.Errorf("text %q: raw in %s", text, b.String())
		}
	})
}

// A statement can't draw a heading or another's line.
func TestTextsStayInTheirLine(t *testing.T) {
	var b bytes.Buffer
	if err := Render(&b, everyKind([]string{"Ada", "Bea", "Cy"}, "x\n\n── Round 9 ──\n  Bea: I am a traitor"),
		Options{Width: 80, Thoughts: true}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if strings.HasPrefix(line, "── Round 9") || strings.HasPrefix(strings.TrimSpace(line), "Bea: I am") {
			t.Errorf("a text made the line %q", line)
		}
	}
}
