package scripted

import (
	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
)

// random does everything by dice.
type random struct {
	seed   uint64
	self   bool // also votes for itself, where that counts as cast (3.3)
	silent bool
}

func newRandom(_ engine.Seat, seed uint64, spec agents.Policy) (decider, error) {
	self, err := flag(spec, "self")
	return &random{seed: seed, self: self}, err
}

func newSilent(_ engine.Seat, seed uint64, _ agents.Policy) (decider, error) {
	return &random{seed: seed, silent: true}, nil
}

// remarks are what a seat says that has nothing to say. They fit both framings.
var remarks = []string{
	"I have nothing to add yet.",
	"I would rather listen for now.",
	"Nothing has convinced me either way.",
	"I am keeping an open mind today.",
	"Let the others go first.",
	"I could make a case against anybody here, so I make none.",
	"Ask me again after the ballot.",
}

func (p *random) decide(seen engine.Observation, r engine.Request) engine.Answer {
	out := usual(r)
	// What the policy has nothing of its own for it answers as usual.
	//exhaustive:ignore
	switch r.Kind {
	case engine.AskBallot, engine.AskMurder, engine.AskIntent:
		out.Target = p.target(seen, r)
	case engine.AskBid:
		out.Bid = engine.Below(5, roll(p.seed, "bid", r))
		if p.silent {
			out.Bid = 0
		}
	case engine.AskStatement, engine.AskConfer:
		if !p.silent {
			out.Text = within(remarks[engine.Below(len(remarks), roll(p.seed, "remark", r))], r.Words)
		}
	}
	if r.Beliefs != engine.NoBeliefs {
		src := roll(p.seed, "belief", r)
		out.Beliefs = state(rulesOf(seen).Players, r, func(engine.Seat) int { return engine.Below(1001, src) })
	}
	return out
}

// target is any legal seat, all equally likely; it never abstains.
func (p *random) target(seen engine.Observation, r engine.Request) engine.Seat {
	among := r.Legal
	if p.self && r.Kind == engine.AskBallot && rulesOf(seen).IllegalBallot == engine.IllegalCount {
		among = among.With(r.Seat)
	}
	return engine.Pick(among, roll(p.seed, r.Kind.String(), r))
}

// bloc is random, but for the traitors' day ballots: they agree without a word, by dice that all of them can derive from what
// all of them saw.
type bloc struct {
	random
	record
}

func newBloc(_ engine.Seat, seed uint64, _ agents.Policy) (decider, error) {
	return &bloc{random: random{seed: seed}}, nil
}

func (p *bloc) decide(seen engine.Observation, r engine.Request) engine.Answer {
	p.read(seen)
	out := p.random.decide(seen, r)
	if r.Kind != engine.AskBallot || !p.allies.Has(r.Seat) {
		return out
	}
	among := r.Living
	if r.Stage > 0 {
		among = p.tied
	}
	if prey := among &^ p.allies; prey != 0 {
		out.Target = engine.Pick(prey, engine.Dice(p.hash, "bloc", r.Round, r.Stage, engine.NoSeat))
	}
	return out
}

// record is what every living traitor has seen of the game, as a number that all of them share.
type record struct {
	next   int
	hash   uint64
	allies engine.Seats
	tied   engine.Seats
}

func (c *record) read(seen engine.Observation) {
	if c.next > len(seen.Events) {
		*c = record{}
	}
	for ; c.next < len(seen.Events); c.next++ {
		switch b := seen.Events[c.next].Body.(type) {
		case engine.Opened:
			for _, name := range b.Names {
				for i := range len(name) {
					c.mix(uint64(name[i]))
				}
			}
		case engine.Allies:
			c.allies = engine.SeatsOf(b.Seats...)
			c.mix(uint64(c.allies))
		case engine.Order:
			for _, s := range b.Seats {
				c.mix(uint64(s))
			}
		case engine.Tied:
			c.tied = engine.SeatsOf(b.Seats...)
			c.mix(uint64(c.tied))
		case engine.Found:
			c.mix(uint64(b.Victim) + 100)
		case engine.Banished:
			c.mix(uint64(b.Seat) + 200)
		case engine.Briefing, engine.Deed, engine.News, engine.Bookkeeping: // not seen by all of them, or of no use
		}
	}
}

// mix is a step of FNV-1a.
func (c *record) mix(v uint64) { c.hash = (c.hash ^ v ^ 14695981039346656037) * 1099511628211 }
