package metrics

import (
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// scene is a table whose players do something that is known beforehand: a planted effect, or nothing at all.
type scene struct {
	what  string // in words, for docs/validation.md
	rules func(*engine.Rules)
	cast  players
}

// players say what is done by whoever is asked; nil: by dice, and nothing at the table.
type players struct {
	ballot, murder, intent func(*turn) engine.Seat
	acts                   func(*turn) []engine.Act
	words                  func(*turn) int
	belief, second         func(t *turn, of engine.Seat) int
	forfeit                func(*turn) bool
	calls                  func(*turn) []engine.Call
	stopped                func(seed uint64) bool // half way, for a game that comes to no end
}

// turn is a request with what the players of a scene may know: everything.
type turn struct {
	engine.Request
	seed     uint64
	src      engine.Source
	traitors engine.Seats // the living ones
	faithful engine.Seats
	*story
}

// story is what happened so far.
type story struct {
	round  int
	cast   []engine.Seat                // the targets of this round's first stage, in order
	last   [engine.MaxSeats]engine.Seat // the ballot before, by seat
	voted  engine.Seats                 // who has one
	by     engine.Seat                  // of the last statement
	said   []engine.Act                 // in it
	moved  [engine.MaxSeats]int         // by subject: where the table's belief stands
	aims   [engine.MaxSeats]engine.Seat // intents
	shield map[engine.Seat]engine.Seats // by seat: who has defended it
	gone   engine.Seats                 // traitors that were banished
}

func (c *turn) mine() bool { return c.traitors.Has(c.Seat) }

// pick is any of the legal but some.
func (c *turn) pick(among engine.Seats) engine.Seat {
	if among &= c.Legal; among == 0 {
		among = c.Legal
	}
	return engine.Pick(among, c.src)
}

// first is the lowest of some that is legal, else any.
func (c *turn) first(among engine.Seats) engine.Seat {
	if among &= c.Legal; among != 0 {
		return among.First()
	}
	return engine.Pick(c.Legal, c.src)
}

func (c *turn) below(perMille int) bool { return engine.Below(1000, c.src) < perMille }

// dice are the belief of one seat in another in a round, by lot; both sides can look it up.
func (c *turn) dice(i, j engine.Seat) int {
	return engine.Below(1001, engine.Dice(c.seed, "belief", c.Round, int(j), i))
}

// answers are a scene's players, as metricstest.Play asks them.
func (p players) answers(seed uint64) func(engine.State, engine.Request) engine.Answer {
	n := 0
	told := &story{}
	return func(s engine.State, r engine.Request) engine.Answer {
		n++
		c := &turn{Request: r, seed: seed, src: engine.Dice(seed, "scene", n, 0, r.Seat), story: told}
		c.traitors, c.faithful = s.Roles.Informed()&r.Living, r.Living&^s.Roles.Informed()
		if told.round != r.Round {
			told.round, told.cast, told.said, told.by = r.Round, nil, nil, engine.NoSeat
			told.gone = s.Roles.Informed() &^ r.Living
			for i := range told.moved {
				told.moved[i] = 500
			}
		}
		a := engine.Answer{Seat: r.Seat, Target: engine.NoSeat}
		if p.calls != nil {
			a.Calls = p.calls(c)
		}
		if p.forfeit != nil && p.forfeit(c) {
			a.Forfeit = engine.CauseTimeout
			return a
		}
		p.act(c, &a)
		if r.Beliefs != engine.NoBeliefs {
			a.Beliefs = p.beliefs(c, s.Rules.Players)
		}
		return a
	}
}

func (p players) act(c *turn, a *engine.Answer) {
	choose := func(f func(*turn) engine.Seat) {
		if a.Target = engine.Pick(c.Legal, c.src); f != nil {
			a.Target = f(c)
		}
	}
	//exhaustive:ignore
	switch c.Kind {
	case engine.AskBallot:
		if choose(p.ballot); c.Stage == 0 {
			c.cast = append(c.cast, a.Target)
			c.last[c.Seat], c.voted = a.Target, c.voted.With(c.Seat)
		}
	case engine.AskMurder:
		if a.Target = engine.Pick(c.Legal, engine.Dice(c.seed, "victim", c.Round, 0, engine.NoSeat)); p.murder != nil {
			a.Target = p.murder(c)
		}
	case engine.AskIntent:
		choose(p.intent)
		c.aims[c.Seat] = a.Target
	case engine.AskStatement:
		a.Text = "hm"
		if p.words != nil {
			a.Text = strings.Repeat("hm ", p.words(c))
		}
		if p.acts != nil {
			a.Acts = p.acts(c)
		}
		c.said, c.by = a.Acts, c.Seat
	}
}

func (p players) beliefs(c *turn, n int) []int16 {
	f := p.belief
	if c.Beliefs == engine.SecondOrder {
		f = p.second
	}
	out := make([]int16, n)
	for i := range out {
		j := engine.Seat(i)
		switch {
		case j == c.Seat || !c.Living.Has(j):
			out[i] = engine.Unstated
		case f != nil:
			out[i] = int16(f(c, j))
		default:
			out[i] = int16(c.dice(c.Seat, j))
		}
	}
	return out
}

// plain is a table of 10 with 3 traitors without talk, whose faithful state beliefs with the ballot. Nights are unanimous.
func plain(change ...func(*engine.Rules)) func(*engine.Rules) {
	return func(r *engine.Rules) {
		*r = vanilla("each")
		r.Beliefs.With, _ = engine.ParseMoments([]string{"ballot"})
		for _, f := range change {
			f(r)
		}
	}
}

func oneRound(r *engine.Rules)   { r.MaxRounds, r.AtLimit = 1, "draw" }
func oneTraitor(r *engine.Rules) { r.Traitors = 1 }
func peaceful(r *engine.Rules)   { r.Murder = false }
func openBallot(r *engine.Rules) { r.Ballot = "open" }
func talk(r *engine.Rules)       { r.Passes = 1 }
func afterBeliefs(r *engine.Rules) {
	r.Passes, r.AfterSpeech = 1, "beliefs"
}
func afterIntent(r *engine.Rules) { r.Passes, r.AfterSpeech = 1, "intent" }
func withStatement(r *engine.Rules) {
	r.Passes = 1
	r.Beliefs.With, _ = engine.ParseMoments([]string{"statement"})
}
