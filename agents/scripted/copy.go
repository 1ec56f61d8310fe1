package scripted

import (
	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
)

// copycat does as the first one did: it accuses whom the first accuser of the day accused, and votes as the first ballot that it sees
// in the stage, else for the one whom it would accuse. Who has nobody to follow, and who is the one named, takes dice. It is a herd
// without a reason, a foil for figures of agreement and of information.
type copycat struct {
	random
	next    int
	rules   engine.Rules
	names   []string
	allies  engine.Seats
	accused engine.Seat // by the first accuser of the day
	voted   engine.Seat // by the first ballot of the stage
}

func newCopy(_ engine.Seat, seed uint64, _ agents.Policy) (decider, error) {
	return &copycat{random: random{seed: seed}, accused: engine.NoSeat, voted: engine.NoSeat}, nil
}

func (p *copycat) decide(seen engine.Observation, r engine.Request) engine.Answer {
	p.read(seen)
	out := p.random.decide(seen, r)
	// In all else it is random.
	//exhaustive:ignore
	switch r.Kind {
	case engine.AskBallot:
		switch {
		case r.Legal.Has(p.voted):
			out.Target = p.voted
		case r.Legal.Has(p.accused):
			out.Target = p.accused
		}
	case engine.AskIntent:
		if r.Legal.Has(p.accused) {
			out.Target = p.accused
		}
	case engine.AskStatement:
		if r.Phase == engine.PhaseRoundTable {
			p.accuse(&out, r)
		}
	}
	return out
}

// accuse follows the first accuser, and is the first where there is none. A traitor who may not say what it knows to be false (9.2) keeps
// to a remark.
func (p *copycat) accuse(out *engine.Answer, r engine.Request) {
	about := p.accused
	if about == engine.NoSeat {
		about = engine.Pick(r.Living.Without(r.Seat), roll(p.seed, "first", r))
	}
	lie := p.allies.Has(r.Seat) && !p.allies.Has(about)
	if about == r.Seat || about == engine.NoSeat || lie && p.rules.Honesty == engine.HonestyRequired {
		return
	}
	out.Text = within("I am with the first of us: it is "+p.names[about]+".", r.Words)
	out.Acts = []engine.Act{{Kind: engine.Accuse, Seat: about}}
}

func (p *copycat) read(seen engine.Observation) {
	if p.next > len(seen.Events) {
		*p = copycat{random: p.random}
	}
	for ; p.next < len(seen.Events); p.next++ {
		o := seen.Events[p.next]
		switch b := o.Body.(type) {
		case engine.Opened:
			p.rules, p.names = b.Rules, b.Names
			p.accused, p.voted = engine.NoSeat, engine.NoSeat
		case engine.Allies:
			p.allies = engine.SeatsOf(b.Seats...)
		case engine.PhaseBegan:
			p.voted = engine.NoSeat
			if o.Phase == engine.PhaseRoundTable {
				p.accused = engine.NoSeat
			}
		case engine.Statement:
			p.hear(b.Acts)
		case engine.Acts:
			p.hear(b.Acts)
		case engine.Ballot:
			if p.voted == engine.NoSeat && !b.Lost {
				p.voted = b.Target
			}
		case engine.Briefing, engine.Deed, engine.News, engine.Bookkeeping: // it follows words and ballots
		}
	}
}

func (p *copycat) hear(acts []engine.Act) {
	for _, a := range acts {
		if a.Kind == engine.Accuse && p.accused == engine.NoSeat {
			p.accused = a.Seat
		}
	}
}
