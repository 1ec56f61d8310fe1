package llm

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
	"github.com/turncoat-sim/turncoat/engine/narrate"
)

var update = flag.Bool("update", false, "rewrite the golden prompts")

// first is the first prompt of a request.
func first(seen engine.Observation, asked engine.Request) Prompt {
	spec := testSpec()
	return Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.Prompt()
}

func testSpec() PromptSpec {
	return PromptSpec{Version: TemplateVersion, Policies: map[string]Binding{"test": {Schema: Native, Chars: DefaultChars}}}
}

// What everybody perceives is told apart from what is a seat's own by its kind alone, in games of any rules.
func TestPublicIsWhatAllPerceive(t *testing.T) {
	for seed := range uint64(150) {
		rules := enginetest.Rules(seed)
		events, _, err := enginetest.Play(enginetest.Setup(seed, rules))
		if err != nil {
			t.Fatal(err)
		}
		all := engine.AllSeats(rules.Players)
		for _, e := range events {
			o := engine.Observed{Round: e.Round, Phase: e.Phase, Body: e.Body}
			if e.Audience != 0 && public(rules, o) != (e.Audience == all) {
				t.Fatalf("seed %d, event %d: %s in %s is public: %v, perceived by %v of %d", seed, e.Seq, e.Body.Kind(), e.Phase,
					public(rules, o), e.Audience.List(), rules.Players)
			}
		}
	}
}

// each calls do with every prompt of a game.
func each(t *testing.T, setup engine.Setup, do func(s engine.State, r engine.Request, seen engine.Observation, p Prompt)) {
	t.Helper()
	var events []engine.Event
	seats := make([]engine.Observation, setup.Rules.Players)
	for i := range seats {
		seats[i].Seat = engine.Seat(i)
	}
	events, state, err := engine.Open(setup)
	for err == nil {
		for _, e := range events {
			for s := range e.Audience.All() {
				o, _ := engine.Observe(e, s)
				seats[s].Events = append(seats[s].Events, o)
			}
		}
		asked := engine.Pending(state)
		if len(asked) == 0 {
			return
		}
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			do(state, r, seats[r.Seat], first(seats[r.Seat], r))
			answers[i] = enginetest.Answer(setup.Seed, setup.Rules.Players, r)
			answers[i].Seat = r.Seat
			answers[i].Text = enginetest.Words(setup.Seed, r, min(r.Words, 60))
		}
		if events, err = engine.Decide(state, answers); err != nil {
			break
		}
		for _, e := range events {
			if state, err = engine.Apply(state, e); err != nil {
				break
			}
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func text(p Prompt) string {
	var b strings.Builder
	for _, m := range p.Messages {
		fmt.Fprintf(&b, "-- %s\n%s\n", m.Speaker, m.Text)
	}
	return b.String() + string(p.Schema)
}

// The leak audit (promise 4): who the traitors are is varied among the other seats, and until something of the roles becomes
// public every prompt of the seat is byte for byte the same.
func TestPromptsLeakNothing(t *testing.T) {
	compared := 0
	for seed := range uint64(60) {
		rules := enginetest.Rules(seed)
		if rules.Players < rules.Traitors*2+2 {
			continue
		}
		observer := engine.Seat(seed % uint64(rules.Players))
		worlds := [2][]string{}
		for w := range worlds {
			var traitors engine.Seats
			for k := range rules.Traitors {
				traitors = traitors.With(engine.Seat((int(observer) + 1 + k + w) % rules.Players))
			}
			told := false
			setup := enginetest.Pin(enginetest.Setup(seed, rules), traitors)
			each(t, setup, func(s engine.State, r engine.Request, seen engine.Observation, p Prompt) {
				for _, o := range seen.Events {
					switch o.Body.(type) {
					case engine.Revealed, engine.Banished, engine.Found, engine.Ended:
						told = true
					}
				}
				if !told && r.Seat == observer {
					worlds[w] = append(worlds[w], text(p))
				}
			})
		}
		for i := range min(len(worlds[0]), len(worlds[1])) {
			if worlds[0][i] != worlds[1][i] {
				t.Fatalf("seed %d, seat %d, prompt %d differs with facts that it may not know:\n%s\n----\n%s", seed, observer, i,
					worlds[0][i], worlds[1][i])
			}
			compared++
		}
	}
	if compared < 150 {
		t.Errorf("only %d prompts were compared", compared)
	}
}

// The reverse: what a seat is entitled to is in its prompt: its role, its allies, its persona, every statement, every ballot that is
// shown, what was said in the conclave.
func TestPromptsHoldWhatIsTheirs(t *testing.T) {
	for seed := range uint64(40) {
		rules := enginetest.Rules(seed)
		rules.Memory = engine.Memory{Reflect: rules.Reflect}
		each(t, enginetest.Setup(seed, rules), func(s engine.State, r engine.Request, seen engine.Observation, p Prompt) {
			told := text(p)
			rec := sorted(seen)
			for _, o := range seen.Events {
				want := ""
				switch b := o.Body.(type) {
				case engine.Dealt:
					want = "You are " + narrate.A(rec.words.Role(b.Role))
				case engine.Allies:
					want = rec.list(b.Seats)
				case engine.Persona:
					want = b.Persona
				case engine.Statement:
					want = b.Text
				case engine.Conferred:
					want = b.Text
				case engine.Note:
					want = b.Text
				case engine.Ballot:
					want = fmt.Sprintf("%s votes for %s", rec.name(b.Voter), rec.name(b.Target))
				case engine.Revealed:
					want = rec.name(b.Seat) + " was " + narrate.A(rec.words.Role(b.Role))
				}
				if !strings.Contains(told, want) {
					t.Fatalf("seed %d, seat %d: %q (%s) is not in the prompt:\n%s", seed, r.Seat, want, o.Body.Kind(), told)
				}
			}
			for _, legal := range r.Offered() {
				if !strings.Contains(string(p.Schema), fmt.Sprintf("%q", rec.name(legal))) {
					t.Fatalf("seed %d: the schema lacks %s: %s", seed, rec.name(legal), p.Schema)
				}
			}
		})
	}
}

// All prompts of one step begin alike up to the seat's own part, and the record only grows.
func TestPublicPartIsShared(t *testing.T) {
	last := ""
	each(t, enginetest.Setup(3, engine.DefaultRules().Complete()), func(_ engine.State, _ engine.Request, _ engine.Observation, p Prompt) {
		shared, _, _ := strings.Cut(p.Messages[1].Text, "\nWHAT ONLY YOU KNOW\n")
		if !strings.HasPrefix(shared, last) {
			t.Fatalf("the record did not grow at its end:\n%s\n----\n%s", last, shared)
		}
		last = shared
	})
}

// Where there is no room the talk of the oldest rounds is left out, and the prompt says so.
func TestElision(t *testing.T) {
	spec := testSpec()
	spec.Policies["test"] = Binding{Schema: Native, Chars: DefaultChars, Context: 4000, Predict: 500}
	room, said := spec.Policies["test"].Room(), false
	each(t, enginetest.Setup(5, engine.DefaultRules().Complete()), func(_ engine.State, r engine.Request, seen engine.Observation,
		_ Prompt) {
		p := Ask{Spec: &spec, Policy: "test", Seen: seen, Request: r}.Prompt()
		if strings.Contains(text(p), "left out here") {
			said = true
		} else if p.Chars() > room {
			t.Fatalf("%d characters where there is room for %d, and nothing was left out", p.Chars(), room)
		}
	})
	if !said {
		t.Error("nothing was ever left out")
	}
}

// The prompts of one round, as they read. go test ./agents/llm -run Golden -update rewrites them; read the diff.
func TestGoldenPrompts(t *testing.T) {
	for _, framing := range []string{"show", "neutral"} {
		rules := engine.DefaultRules()
		rules.Players, rules.Traitors, rules.Passes, rules.Framing = 5, 1, 1, framing
		var b strings.Builder
		shown := map[engine.RequestKind]bool{}
		each(t, enginetest.Setup(1, rules.Complete()), func(s engine.State, r engine.Request, _ engine.Observation, p Prompt) {
			if !shown[r.Kind] || r.Kind == engine.AskMurder {
				shown[r.Kind] = true
				fmt.Fprintf(&b, "==== %s of seat %d\n%s\n\n", r.Kind, r.Seat, text(p))
			}
		})
		path := filepath.Join("testdata", "prompts-"+framing+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(path); err != nil || string(want) != b.String() {
			t.Errorf("%s is not what the code says (go test ./agents/llm -run Golden -update): %v", path, err)
		}
	}
}
