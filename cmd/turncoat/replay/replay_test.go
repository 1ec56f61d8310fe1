package replay

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var names = []string{"Ada", "Bruno", "Chidi", "Dana", "Emre", "Fay"}

// sample plays a small game with scripted words; swap exchanges the roles of two seats.
func sample(t *testing.T, traitor engine.Seat) []engine.Event {
	t.Helper()
	r := engine.DefaultRules()
	r.Players, r.Traitors, r.Passes, r.Conclave, r.Order = 6, 1, 1, 1, "seat"
	var cast []engine.Player
	for i, n := range names {
		role := engine.RoleFaithful
		if engine.Seat(i) == traitor {
			role = engine.RoleTraitor
		}
		cast = append(cast, engine.Player{Name: n, Persona: "A patient baker.", Policy: "script", Role: role})
	}
	events, state, err := engine.Open(engine.Setup{Seed: 4, Rules: r.Complete(), Cast: cast})
	if err != nil {
		t.Fatal(err)
	}
	for asked := engine.Pending(state); len(asked) > 0; asked = engine.Pending(state) {
		answers := make([]engine.Answer, len(asked))
		for i, q := range asked {
			answers[i] = script(q)
		}
		step, err := engine.Decide(state, answers)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range step {
			if state, err = engine.Apply(state, e); err != nil {
				t.Fatal(err)
			}
		}
		events = append(events, step...)
	}
	return events
}

func script(q engine.Request) engine.Answer {
	about := (q.Seat + 1) % 6
	a := engine.Answer{Seat: q.Seat, Target: q.Legal.First(), Thought: "I wonder.",
		Text: fmt.Sprintf("I have thought about it for a while now, and I would like to hear from %s before anything else.", names[about])}
	switch {
	case q.Kind == engine.AskStatement && q.Seat == 2:
		a.Text = ""
	case q.Kind == engine.AskStatement:
		a.Acts = []engine.Act{{Kind: engine.Accuse, Seat: about}, {Kind: engine.Claim, Seat: q.Seat, Role: engine.RoleFaithful}}
	case q.Kind == engine.AskBallot && q.Seat == 3 && q.Round == 1:
		a.Forfeit = engine.CauseTimeout
	}
	if q.Beliefs != engine.NoBeliefs {
		a.Beliefs = make([]int16, 6)
		for i := range a.Beliefs {
			a.Beliefs[i] = int16(i * 190)
			if s := engine.Seat(i); s == q.Seat || !q.Living.Has(s) {
				a.Beliefs[i] = engine.Unstated
			}
		}
	}
	return a
}

func render(t *testing.T, events []engine.Event, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, events, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	events := sample(t, 1)
	for name, o := range map[string]Options{
		"all":    {As: All, Beliefs: true, Thoughts: true, Width: 80, Title: "A sample"},
		"public": {As: Public, Width: 80},
		"seat0":  {As: Seat(0), Beliefs: true, Width: 80},
		"seat1":  {As: Seat(1), Width: 80},
	} {
		got := render(t, events, o)
		path := "testdata/" + name + ".txt"
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || string(want) != got {
			t.Errorf("%s differs (%v); go test ./cmd/turncoat/replay -update and read the diff:\n%s", name, err, got)
		}
		for i, line := range strings.Split(got, "\n") {
			if strings.TrimRight(line, " ") != line || len([]rune(line)) > 80 {
				t.Errorf("%s:%d: %d wide or a space at the end: %q", name, i+1, len([]rune(line)), line)
			}
		}
	}
}

// Who stated nothing, since its beliefs were lost, has no row among those who suspect.
func TestLostBeliefsHaveNoRow(t *testing.T) {
	rows := func(events []engine.Event) int {
		_, after, _ := strings.Cut(render(t, events, Options{As: All, Beliefs: true, Width: 80}), "Suspicion in per cent")
		table, _, _ := strings.Cut(after, "\n\n")
		return strings.Count(table, "\n  Chidi ")
	}
	events := sample(t, 1)
	if n := rows(events); n != 1 {
		t.Fatalf("%d rows of what Chidi stated", n)
	}
	for i, e := range events {
		if b, ok := e.Body.(engine.Belief); ok && b.Observer == 2 {
			b.PerMille = slices.Repeat([]int16{engine.Unstated}, 6)
			events[i].Body = b
		}
	}
	if n := rows(events); n != 0 {
		t.Errorf("%d rows of what Chidi did not state", n)
	}
}

// Public tells no secret: no role of the living, no thought, no conclave, no forfeit's cause.
func TestPublicTellsNoSecret(t *testing.T) {
	got := render(t, sample(t, 1), Options{As: Public, Beliefs: true, Thoughts: true, Width: 80})
	before, _, _ := strings.Cut(got, "Bruno is banished") // then his role is told
	for _, secret := range []string{"Bruno†", "wonder", "timeout", "know each other", "patient"} {
		if strings.Contains(before, secret) {
			t.Errorf("public tells %q:\n%s", secret, before)
		}
	}
}

// A seat's telling is the same when roles that it can't know differ, up to where the game itself does.
func TestSeatTellsNoSecret(t *testing.T) {
	a := render(t, sample(t, 1), Options{As: Seat(0), Beliefs: true, Width: 80})
	b := render(t, sample(t, 4), Options{As: Seat(0), Beliefs: true, Width: 80})
	cut := func(s string) string { before, _, _ := strings.Cut(s, "Banishment"); return before }
	if cut(a) != cut(b) || len(cut(a)) < 500 {
		t.Errorf("seat 0 is told\n%s\nin one world and in the other\n%s", cut(a), cut(b))
	}
}

func TestFromAndPause(t *testing.T) {
	events := sample(t, 1)
	got := render(t, events, Options{As: All, From: 2, Width: 80})
	if strings.Contains(got, "Round 1") || !strings.Contains(got, "Round 2") {
		t.Errorf("from round 2:\n%s", got)
	}
	total := 0.0
	render(t, events, Options{As: All, Speed: 2, Width: 80, Pause: func(s float64) error { total += s; return nil }})
	if total < 10 {
		t.Errorf("told live it takes %.1f s", total)
	}
}

func TestJSONOfASeatHasNoNumbers(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, sample(t, 1), Seat(0)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), `"seq"`) || strings.Contains(b.String(), "allies") || !strings.Contains(b.String(), `"kind":"dealt"`) {
		t.Errorf("%s", b.String())
	}
}
