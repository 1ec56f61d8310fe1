// Package enginetest makes tests of games short: random valid rules, answers by derived dice, checks that hold after every
// event, and agents that fail in every way that an agent can. Only tests import it. One seed reproduces whatever it makes.
package enginetest

import (
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
)

// Rules draws valid rules from a seed: every option takes every value in some of them.
func Rules(seed uint64) engine.Rules {
	for try := 0; ; try++ {
		src := engine.Dice(seed, "enginetest:rules", try, 0, engine.NoSeat)
		r := engine.DefaultRules()
		for _, o := range engine.Options() {
			if err := o.Set(&r, draw(o, src)); err != nil {
				panic("enginetest: " + err.Error())
			}
		}
		r.Players = 4 + engine.Below(12, src)
		r.Traitors = 1 + engine.Below(max(1, r.Players/2-1), src)
		r.Passes, r.Conclave, r.MaxRounds, r.Turns = engine.Below(3, src), engine.Below(3, src), engine.Below(6, src), 0
		if r.Order == engine.OrderBid {
			r.Turns, r.Hears = 1+engine.Below(6, src), engine.Hears{First: "running", Later: "running"}
		}
		if r = r.Complete(); r.Validate() == nil {
			return r
		}
	}
}

// draw gives an option a value that it may have; integers stay at their defaults, since Rules sets those that matter.
func draw(o engine.Option, src engine.Source) any {
	switch o.Type {
	case "boolean":
		return engine.Below(2, src) == 1
	case "choice":
		return o.Allowed[engine.Below(len(o.Allowed), src)]
	case "moments":
		list := []string{}
		for _, n := range o.Allowed {
			if engine.Below(3, src) == 0 {
				list = append(list, n)
			}
		}
		return list
	}
	return o.Default
}

// Setup seats players P0, P1, … for a game of the rules.
func Setup(seed uint64, r engine.Rules) engine.Setup {
	cast := make([]engine.Player, r.Players)
	for i := range cast {
		cast[i] = engine.Player{Name: fmt.Sprintf("P%d", i), Persona: "plain", Policy: "test"}
	}
	return engine.Setup{Seed: seed, Rules: r, Cast: cast}
}

// Pin gives the seats the traitor's role and the rest the faithful's.
func Pin(s engine.Setup, traitors engine.Seats) engine.Setup {
	cast := append([]engine.Player{}, s.Cast...)
	for i := range cast {
		cast[i].Role = engine.RoleFaithful
		if traitors.Has(engine.Seat(i)) {
			cast[i].Role = engine.RoleTraitor
		}
	}
	s.Cast = cast
	return s
}

// Answer answers any request by dice that are derived from the seed and what everybody knows of the request: never from roles.
func Answer(seed uint64, players int, r engine.Request) engine.Answer {
	src := engine.Dice(seed, "enginetest:"+r.Kind.String(), r.Round, r.Pass*64+r.Position*8+r.Stage, r.Seat)
	a := engine.Answer{Seat: r.Seat, Target: engine.NoSeat, Bid: engine.Below(5, src), Thought: "hm",
		Text: fmt.Sprintf("I am %d, in pass %d.", r.Seat, r.Pass)}
	if r.Legal != 0 {
		a.Target = r.Offered()[engine.Below(r.Legal.Len(), src)]
	}
	if r.Kind == engine.AskStatement {
		a.Acts = []engine.Act{{Kind: engine.Accuse, Seat: engine.Pick(r.Living.Without(r.Seat), src)}}
	}
	if r.Kind == engine.AskReflect {
		a.Notes = notes(players, r, src)
	}
	if r.Beliefs != engine.NoBeliefs {
		a.Beliefs = beliefs(players, r, func(engine.Seat) int16 { return int16(engine.Below(1001, src)) })
	}
	return a
}

// notes draws up to the most notes that an answer may have.
func notes(players int, r engine.Request, src engine.Source) []engine.Memo {
	var out []engine.Memo
	kinds := engine.MemoKinds()
	for range engine.Below(engine.MostNotes+1, src) {
		about := engine.Seat(engine.Below(players+1, src) - 1)
		out = append(out, engine.Memo{Kind: kinds[engine.Below(len(kinds), src)], About: about, Salience: 1 + engine.Below(5, src),
			Text: fmt.Sprintf("In round %d I, %d, noted %s.", r.Round, r.Seat, Words(src.Uint64(), r, 4))})
	}
	return out
}

// beliefs fills in a belief of every other living seat.
func beliefs(players int, r engine.Request, of func(engine.Seat) int16) []int16 {
	out := make([]int16, players)
	for i := range out {
		if out[i] = engine.Unstated; engine.Seat(i) != r.Seat && r.Living.Has(engine.Seat(i)) {
			out[i] = of(engine.Seat(i))
		}
	}
	return out
}

// Play plays a game of Answer's answers.
func Play(setup engine.Setup) ([]engine.Event, engine.State, error) {
	return engine.Play(setup, func(_ engine.State, r engine.Request) engine.Answer {
		return Answer(setup.Seed, setup.Rules.Players, r)
	})
}

// Words is speech of so many words about the players, by derived dice.
func Words(seed uint64, r engine.Request, n int) string {
	stock := []string{"I", "think", "that", "last", "night", "tells", "us", "more", "than", "the", "vote", "did", "and", "somebody",
		"here", "was", "too", "quiet", "about", "it"}
	src := engine.Dice(seed, "enginetest:words:"+r.Kind.String(), r.Round, r.Pass*64+r.Position, r.Seat)
	out := ""
	for i := range n {
		if i > 0 {
			out += " "
		}
		out += stock[engine.Below(len(stock), src)]
	}
	return out
}
