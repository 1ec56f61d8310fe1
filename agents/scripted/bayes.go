package scripted

import (
	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
)

// How the bayes policy weighs things, per mille.
const (
	even     = 25  // beliefs this close are a tie, for the dice
	loyalty  = 60  // how much more suspected an ally must be before a traitor votes for it
	constant = 120 // how far behind the most suspected one may fall and still be voted for as promised
	pressure = 12  // what each accuser of a faithful adds in a traitor's eyes: it joins what others began
)

// bayes keeps the posterior over the sets of traitors. A faithful votes and speaks by it. A traitor asks what it would believe if
// it were faithful, and says that, but for its allies, whom it names only when they are lost.
type bayes struct {
	seed  uint64
	noise int // per mille of choices that are left to chance
	view
	style *style
}

func newBayes(seat engine.Seat, seed uint64, spec agents.Policy) (decider, error) {
	noise, err := share(spec, "noise")
	return &bayes{seed: seed, noise: noise, view: view{seat: seat}}, err
}

func (p *bayes) traitor() bool { return p.role().Team().Informed() }

func (p *bayes) decide(seen engine.Observation, r engine.Request) engine.Answer {
	p.recalls(seen, r)
	out := usual(r)
	// What the policy has nothing of its own for it answers as usual.
	//exhaustive:ignore
	switch r.Kind {
	case engine.AskBallot:
		out.Target = p.ballot(r)
	case engine.AskIntent:
		out.Target = p.choose(r.Legal, p.scores(), r)
	case engine.AskMurder:
		out.Target = p.victimOf(r)
	case engine.AskBid:
		out.Bid = p.interest(r)
	case engine.AskStatement:
		out.Text, out.Acts = p.speak(r)
	case engine.AskConfer:
		out.Text, out.Acts = p.confer(r)
	case engine.AskNote:
		out.Text = p.jot(r)
	case engine.AskDebrief:
		out.Text = within("A game of hidden roles. I am a script, I keep no memory of others, and I played by the counts.", r.Words)
	}
	if r.Beliefs != engine.NoBeliefs {
		out.Beliefs = p.beliefs(r)
	}
	return out
}

// beliefs are the posterior, of a traitor how suspected it thinks that each seat holds it (rule 7.1).
func (p *bayes) beliefs(r engine.Request) []int16 {
	var view []int16
	if r.Beliefs == engine.SecondOrder {
		view = p.read.Suspicion(p.seat)
		for ally := range p.allies.All() {
			view[ally] = 1000 // they know
		}
	} else {
		view = p.read.PerMille(p.seat)
	}
	src := engine.Source(nil)
	if p.noise > 0 {
		src = roll(p.seed, "belief", r)
	}
	return state(p.n, r, func(s engine.Seat) int {
		if src == nil {
			return int(view[s])
		}
		return (int(view[s])*(1000-p.noise) + engine.Below(1001, src)*p.noise) / 1000
	})
}

// scores are how much the seat wants each other one gone, or says that it does.
func (p *bayes) scores() []int {
	view := p.read.PerMille(p.seat)
	out := make([]int, p.n)
	for i, v := range view {
		seat := engine.Seat(i)
		out[i] = int(v)
		if !p.traitor() {
			continue
		}
		if p.allies.Has(seat) {
			out[i] -= loyalty
		} else {
			out[i] += pressure * p.accusers(seat).Len()
		}
	}
	return out
}

// choose takes the highest score among the legal, ties by dice, except as the noise has it.
func (p *bayes) choose(legal engine.Seats, scores []int, r engine.Request) engine.Seat {
	if legal == 0 {
		return engine.NoSeat
	}
	if p.noise > 0 && engine.Below(1000, roll(p.seed, "noise", r)) < p.noise {
		return engine.Pick(legal, roll(p.seed, "any", r))
	}
	top := scores[legal.First()]
	for s := range legal.All() {
		top = max(top, scores[s])
	}
	var tied engine.Seats
	for s := range legal.All() {
		if scores[s]+even >= top {
			tied = tied.With(s)
		}
	}
	if mine := p.mine(); tied.Has(mine) {
		return mine
	}
	if tied.Len() == 1 {
		return tied.First()
	}
	return engine.Pick(tied, roll(p.seed, "tie", r))
}

// ballot keeps a promise unless somebody else has become much more suspected.
func (p *bayes) ballot(r engine.Request) engine.Seat {
	scores := p.scores()
	target := p.choose(r.Legal, scores, r)
	if mine := p.promised[p.seat]; r.Legal.Has(mine) && target != engine.NoSeat && scores[mine]+constant >= scores[target] && p.noise == 0 {
		return mine
	}
	return target
}

// interest is high for who was just accused, or has somebody to name.
func (p *bayes) interest(r engine.Request) int {
	if p.unanswered() != engine.NoSeat {
		return 4
	}
	if n := len(p.said); n > 0 && p.said[n-1].from == p.seat {
		return 0
	}
	top := 0
	for _, s := range p.scores() {
		top = max(top, s)
	}
	if top > 500 && p.mine() == engine.NoSeat {
		return 3
	}
	return engine.Below(3, roll(p.seed, "bid", r))
}

// threats are how much the traitors gain by the death of each: they keep those whom the table suspects, who may be banished in
// their place, and fear those who suspect them and have named them.
func (p *bayes) threats() []int {
	out := make([]int, p.n)
	for i, v := range p.read.PerMille(engine.NoSeat) {
		out[i] = -int(v)
	}
	allies := p.allies & p.living
	for ally := range allies.All() {
		for j, v := range p.read.Suspicion(ally) {
			out[j] += int(v) / allies.Len()
		}
	}
	for _, b := range p.votes {
		if allies.Has(b.target) {
			out[b.voter] += 80
		}
	}
	return out
}

// victimOf goes with what most allies proposed this night, else with the greatest threat.
func (p *bayes) victimOf(r engine.Request) engine.Seat {
	var count [engine.MaxSeats]int
	best := engine.NoSeat
	for _, s := range p.proposals {
		if r.Legal.Has(s.about) {
			count[s.about]++
		}
	}
	for _, s := range p.proposals {
		if r.Legal.Has(s.about) && (best == engine.NoSeat || count[s.about] > count[best]) {
			best = s.about
		}
	}
	if best != engine.NoSeat && p.noise == 0 {
		return best
	}
	return p.prey(r, r.Legal)
}

func (p *bayes) prey(r engine.Request, legal engine.Seats) engine.Seat {
	if p.noise > 0 && engine.Below(1000, roll(p.seed, "noise", r)) < p.noise {
		return engine.Pick(legal, roll(p.seed, "any", r))
	}
	threats := p.threats()
	best := legal.First()
	for s := range legal.All() {
		if threats[s] > threats[best] {
			best = s
		}
	}
	return best
}
