package scripted

import (
	"slices"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/posterior"
)

// voteLeft follows the protocol of arXiv 2605.10233: everybody votes for the next living seat of the fixed cycle, so that a
// ballot holds no choice and the traitors cannot steer it; whoever deviates is voted out. It needs ballots that are shown with
// their targets; where they are not, nobody is seen to deviate.
type voteLeft struct {
	seat     engine.Seat
	seed     uint64
	n, next  int
	living   engine.Seats
	tied     engine.Seats
	deviants []engine.Seat // in the order of their first deviation
	held     []engine.Seat // the deviants that the ballot in hand is held under
	public   bool
	counts   posterior.Counts
}

func newVoteLeft(seat engine.Seat, seed uint64, _ agents.Policy) (decider, error) {
	return &voteLeft{seat: seat, seed: seed}, nil
}

func (p *voteLeft) decide(seen engine.Observation, r engine.Request) engine.Answer {
	p.read(seen)
	out := usual(r)
	// What the policy has nothing of its own for it answers as usual.
	//exhaustive:ignore
	switch r.Kind {
	case engine.AskBallot, engine.AskIntent:
		out.Target = p.due(r.Seat, r.Legal, p.lawful(r))
	case engine.AskMurder:
		out.Target = engine.Pick(r.Legal, roll(p.seed, "murder", r))
	case engine.AskStatement:
		out.Text = within("I vote for the next seat round the table, and for whoever does not.", r.Words)
	}
	if r.Beliefs != engine.NoBeliefs {
		view := p.counts.PerMille(r.Seat)
		out.Beliefs = state(p.n, r, func(s engine.Seat) int { return int(view[s]) })
	}
	return out
}

// lawful are the deviants that count for this request: in an open ballot those known when it opened, so that all follow one rule.
func (p *voteLeft) lawful(r engine.Request) []engine.Seat {
	if r.Kind == engine.AskBallot {
		return p.held
	}
	return p.deviants
}

// due is whom the protocol has the voter vote for: the earliest deviant who may be named, else the next seat of the cycle.
func (p *voteLeft) due(voter engine.Seat, legal engine.Seats, deviants []engine.Seat) engine.Seat {
	for _, d := range deviants {
		if legal.Has(d) {
			return d
		}
	}
	for i := 1; i <= p.n; i++ {
		if s := engine.Seat((int(voter) + i) % p.n); legal.Has(s) {
			return s
		}
	}
	return engine.NoSeat
}

func (p *voteLeft) read(seen engine.Observation) {
	if p.next > len(seen.Events) {
		*p = voteLeft{seat: p.seat, seed: p.seed}
	}
	for ; p.next < len(seen.Events); p.next++ {
		o := seen.Events[p.next]
		p.counts.Observe(o)
		p.living = p.living.Without(engine.Gone(o.Body))
		switch b := o.Body.(type) {
		case engine.Opened:
			p.n, p.living, p.public = b.Rules.Players, engine.AllSeats(b.Rules.Players), b.Rules.Shown == engine.ShownTargets
		case engine.PhaseBegan:
			p.held = slices.Clone(p.deviants)
		case engine.Tied:
			p.tied = engine.SeatsOf(b.Seats...)
		case engine.Ballot:
			p.watch(b)
		case engine.Briefing, engine.Deed, engine.News, engine.Bookkeeping: // talk is nothing to it, and roles the counts know
		}
	}
}

func (p *voteLeft) watch(b engine.Ballot) {
	legal := p.living
	if b.Stage > 0 {
		legal = p.tied
	}
	legal = legal.Without(b.Voter)
	if p.public && !b.Lost && b.Target != p.due(b.Voter, legal, p.held) && !slices.Contains(p.deviants, b.Voter) {
		p.deviants = append(p.deviants, b.Voter)
	}
}
