package catalog

import (
	"context"
	"fmt"
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
)

// table plays one game in memory.
type table struct {
	t      testing.TB
	state  engine.State
	events []engine.Event
	seen   []engine.Observation
	agents []agents.Agent
	seed   uint64
	specs  []string
	asked  func(engine.Observation, engine.Request, engine.Answer) // told of each answer
}

var tableNames = []string{"Ada", "Bruno", "Cleo", "Dara", "Emil", "Fay", "Gus", "Hana", "Ivo", "June", "Kofi", "Lena", "Milo", "Nora",
	"Otto", "Pia", "Quin", "Rosa", "Sven", "Tess"}

var tablePersonas = []string{"a blunt retired police officer", "a warm primary school teacher", "a careful accountant", "a wry comedian",
	"a theatrical florist", "a quiet farmer", ""}

func newTable(t testing.TB, seed uint64, r engine.Rules, spec func(engine.Role) string) *table {
	t.Helper()
	cast := make([]engine.Player, r.Players)
	for i := range cast {
		cast[i] = engine.Player{Name: tableNames[i], Persona: tablePersonas[i%len(tablePersonas)], Policy: "x"}
	}
	events, state, err := engine.Open(engine.Setup{Seed: seed, Rules: r, Cast: cast})
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	b := &table{t: t, state: state, seed: seed, seen: make([]engine.Observation, r.Players)}
	for i := range r.Players {
		b.seen[i].Seat = engine.Seat(i)
		b.specs = append(b.specs, spec(state.Roles[i]))
		b.agents = append(b.agents, b.fresh(engine.Seat(i)))
	}
	b.take(events)
	return b
}

func (b *table) fresh(seat engine.Seat) agents.Agent {
	a, err := New(agents.PolicyOf(b.specs[seat]), seat, engine.DeriveSeed(b.seed, "policy", int(seat)))
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

func (b *table) take(events []engine.Event) {
	b.events = append(b.events, events...)
	for _, e := range events {
		for seat := range e.Audience.All() {
			o, _ := engine.Observe(e, seat)
			b.seen[seat].Events = append(b.seen[seat].Events, o)
		}
	}
}

func (b *table) play() engine.State {
	for {
		asked := engine.Pending(b.state)
		if len(asked) == 0 {
			return b.state
		}
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			a, err := b.agents[r.Seat].Act(context.Background(), b.seen[r.Seat], r)
			if err != nil {
				b.t.Fatalf("seed %d: %v", b.seed, err)
			}
			if b.asked != nil {
				b.asked(b.seen[r.Seat], r, a)
			}
			answers[i] = a
		}
		b.decide(answers)
	}
}

func (b *table) decide(answers []engine.Answer) {
	step, err := engine.Decide(b.state, answers)
	if err != nil {
		b.t.Fatalf("seed %d: %v", b.seed, err)
	}
	for _, e := range step {
		if b.state, err = engine.Apply(b.state, e); err != nil {
			b.t.Fatalf("seed %d: %v", b.seed, err)
		}
	}
	b.take(step)
}

func everyone(spec string) func(engine.Role) string {
	return func(engine.Role) string { return spec }
}

// anyRules sets every option of the rules to a drawn value.
func anyRules(seed uint64) (engine.Rules, bool) {
	r := engine.DefaultRules()
	src := engine.Dice(seed, "rules", 0, 0, engine.NoSeat)
	for _, o := range engine.Options() {
		switch o.Type {
		case "boolean":
			_ = o.Set(&r, engine.Below(2, src) == 1)
		case "choice":
			_ = o.Set(&r, o.Allowed[engine.Below(len(o.Allowed), src)])
		case "moments":
			list := []string{}
			for _, n := range o.Allowed {
				if engine.Below(3, src) == 0 {
					list = append(list, n)
				}
			}
			_ = o.Set(&r, list)
		}
	}
	r.Players = 4 + engine.Below(12, src)
	r.Traitors = 1 + engine.Below(max(1, r.Players/2-1), src)
	r.Passes, r.Conclave, r.MaxRounds = engine.Below(4, src), engine.Below(3, src), engine.Below(6, src)
	r.Words = 1 + engine.Below(100, src)
	r.Turns = 0
	if r.Order == "bid" {
		r.Turns, r.Hears = 1+engine.Below(6, src), engine.Hears{First: "running", Later: "running"}
	}
	r = r.Complete()
	return r, r.Validate() == nil
}

// show prints a game.
func (b *table) show() string {
	out := ""
	name := func(s engine.Seat) string {
		if s < 0 {
			return "nobody"
		}
		return tableNames[s]
	}
	for _, e := range b.events {
		switch v := e.Body.(type) {
		case engine.Dealt:
			out += fmt.Sprintf("%s is %s; ", name(v.Seat), v.Role)
		case engine.PhaseBegan:
			out += fmt.Sprintf("\n== round %d %s\n", e.Round, e.Phase)
		case engine.Statement:
			out += fmt.Sprintf("  %s: %s\n", name(v.Seat), v.Text)
			for _, a := range v.Acts {
				out += fmt.Sprintf("        [%s %s %s]\n", a.Kind, name(a.Seat), a.Role)
			}
		case engine.Conferred:
			out += fmt.Sprintf("  (%s: %s)\n", name(v.Seat), v.Text)
		case engine.Ballot:
			out += fmt.Sprintf("  %s→%s", name(v.Voter), name(v.Target))
		case engine.Found:
			out += fmt.Sprintf("\n** found %s\n", name(v.Victim))
		case engine.Banished:
			out += fmt.Sprintf("\n** banished %s", name(v.Seat))
		case engine.Revealed:
			out += fmt.Sprintf(" %s\n", v.Role)
		case engine.Belief:
			if v.When == "ballot" {
				out += fmt.Sprintf("  belief %d of %s %v\n", v.Order, name(v.Observer), v.PerMille)
			}
		case engine.Ended:
			out += fmt.Sprintf("\n%s win (%s)\n", v.Winner, v.Reason)
		}
	}
	return out
}
