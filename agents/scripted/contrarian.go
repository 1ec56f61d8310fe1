package scripted

import (
	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
)

// contrarian holds what bayes holds upside down: it accuses and votes for the least suspected, whatever its team.
type contrarian struct{ bayes }

func newContrarian(seat engine.Seat, seed uint64, _ agents.Policy) (decider, error) {
	return &contrarian{bayes{seed: seed, view: view{seat: seat}}}, nil
}

func (p *contrarian) decide(seen engine.Observation, r engine.Request) engine.Answer {
	p.recalls(seen, r)
	out := usual(r)
	view := p.read.PerMille(p.seat)
	least := func(among engine.Seats) engine.Seat {
		best := among.First()
		for s := range among.All() {
			if view[s] < view[best] {
				best = s
			}
		}
		var tied engine.Seats
		for s := range among.All() {
			if view[s] <= view[best]+even {
				tied = tied.With(s)
			}
		}
		return engine.Pick(tied, engine.Dice(p.seed, "least", r.Round, 0, p.seat))
	}
	// What the policy has nothing of its own for it answers as usual.
	//exhaustive:ignore
	switch r.Kind {
	case engine.AskBallot, engine.AskIntent, engine.AskMurder:
		out.Target = least(r.Legal)
	case engine.AskBid:
		out.Bid = 2
	case engine.AskStatement:
		s := p.compose(r)
		s.about(least(p.living.Without(p.seat)), engine.NoSeat, engine.NoSeat)
		s.say(contraryAccusation, engine.Accuse)
		out.Text, out.Acts = s.done()
	}
	switch r.Beliefs {
	case engine.FirstOrder:
		mean := p.mean(view)
		out.Beliefs = state(p.n, r, func(s engine.Seat) int { return 2*mean - int(view[s]) })
	case engine.SecondOrder:
		out.Beliefs = p.beliefs(r)
	case engine.NoBeliefs:
	}
	return out
}

// mean is the mean belief of the other living seats.
func (p *bayes) mean(view []int16) int {
	sum, n := 0, 0
	for s := range p.living.Without(p.seat).All() {
		sum += int(view[s])
		n++
	}
	return sum / max(1, n)
}
