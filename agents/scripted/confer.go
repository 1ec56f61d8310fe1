package scripted

import "github.com/turncoat-sim/turncoat/engine"

// confer is what a traitor says in the conclave (4.1): a victim, assent or a better one, and a plan for the day.
func (p *bayes) confer(r engine.Request) (string, []engine.Act) {
	s := p.compose(r)
	s.most = 2
	legal := p.living &^ p.allies
	if legal == 0 {
		return "", nil
	}
	target, first := p.settled(r, legal)
	s.about(target, engine.NoSeat, engine.NoSeat)
	switch enemy := p.hunted(target); {
	case !first:
		s.say(agree, engine.Promise)
	case enemy != engine.NoSeat:
		s.about(target, enemy, engine.NoSeat)
		s.say(proposeEnemy, engine.Promise)
	default:
		s.say(propose, engine.Promise)
	}
	p.plan(s, r, target)
	return s.done()
}

// settled is the victim that the seat stands for: one that was proposed this night unless its own choice is much better.
func (p *bayes) settled(r engine.Request, legal engine.Seats) (target engine.Seat, first bool) {
	own := p.prey(r, legal)
	threats := p.threats()
	for _, s := range p.proposals {
		if legal.Has(s.about) && threats[s.about]+150 >= threats[own] {
			return s.about, false
		}
	}
	return own, true
}

// hunted is the living ally whom the seat voted for last, NoSeat if none.
func (p *bayes) hunted(by engine.Seat) engine.Seat {
	for i := len(p.votes) - 1; i >= 0; i-- {
		if b := p.votes[i]; b.voter == by && p.allies.Has(b.target) && p.living.Has(b.target) {
			return b.target
		}
	}
	return engine.NoSeat
}

// plan is whom to leave for the table, or a warning to an ally that is under suspicion.
func (p *bayes) plan(s *speech, r engine.Request, victim engine.Seat) {
	view := p.read.PerMille(p.seat)
	goat, worst := engine.NoSeat, engine.NoSeat
	for q := range p.living.Without(p.seat).Without(victim).All() {
		if p.allies.Has(q) {
			if view[q] > 450 && (worst == engine.NoSeat || view[q] > view[worst]) {
				worst = q
			}
		} else if goat == engine.NoSeat || view[q] > view[goat] {
			goat = q
		}
	}
	switch {
	case worst != engine.NoSeat && r.Pass == 0:
		s.about(worst, engine.NoSeat, engine.NoSeat)
		s.say(distance, "")
	case goat != engine.NoSeat && (r.Pass > 0 || s.turn%2 == 0):
		s.about(goat, engine.NoSeat, engine.NoSeat)
		s.say(scapegoat, "")
	}
}
