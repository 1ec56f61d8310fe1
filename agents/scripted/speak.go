package scripted

import (
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// speak makes a statement: what happened, an answer to whoever accused, a suspicion with its reason, a word of trust, and in
// the last pass where the vote will go.
func (p *bayes) speak(r engine.Request) (string, []engine.Act) {
	s := p.compose(r)
	src := roll(p.seed, "speech", r)
	if engine.Below(100, src) < p.style.opens {
		s.aside(p.style.openers)
	}
	if r.Phase == engine.PhaseAftermath {
		p.reactTo(s)
		s.say(afterwards, "")
		return s.done()
	}
	if by := p.unanswered(); by != engine.NoSeat {
		p.answer(s, by, src)
	} else if r.Pass == 0 && !p.bid() || p.talked[p.seat] == 0 {
		if engine.Below(3, src) > 0 || s.turn%4 == 0 {
			p.news(s)
		}
	}
	if p.muzzled() {
		p.ask(s, p.target(r))
		return s.done()
	}
	p.suspect(s, r, src)
	if engine.Below(100, src) < p.style.trust {
		p.trust(s, src)
	}
	if len(p.style.closers) > 0 && engine.Below(100, src) < 20 {
		s.aside(p.style.closers)
	}
	return s.done()
}

// muzzled reports whether the seat may not say what it believes false (9.2) and has nothing else to say.
func (p *bayes) muzzled() bool { return p.traitor() && p.rules.Honesty == engine.HonestyRequired }

func (p *bayes) bid() bool { return p.rules.Order == engine.OrderBid }

func (p *bayes) lastPass(r engine.Request) bool {
	return !p.bid() && r.Pass == p.rules.Passes-1
}

// target is whom the seat would name now.
func (p *bayes) target(r engine.Request) engine.Seat {
	return p.choose(p.living.Without(p.seat), p.scores(), r)
}

// news is about what happened since yesterday's talk.
func (p *bayes) news(s *speech) {
	today := p.read.Round()
	switch {
	case p.victim != engine.NoSeat && p.away[p.victim] == today && s.turn%2 == 0:
		s.about(engine.NoSeat, engine.NoSeat, p.victim)
		s.say(foundVictim, "")
	case today <= 1:
		s.say(firstDay, "")
	case p.banished == engine.NoSeat && p.rules.Ballot != engine.BallotOff && s.turn%3 == 0:
		s.say(nobodyBanished, "")
	case p.banished != engine.NoSeat:
		p.reactTo(s)
	case p.victim == engine.NoSeat && p.rules.Murder:
		s.say(nobodyFound, "")
	}
}

// reactTo is about the last banishment.
func (p *bayes) reactTo(s *speech) {
	o := p.banished
	if o == engine.NoSeat {
		s.say(nobodyBanished, "")
		return
	}
	s.about(engine.NoSeat, o, engine.NoSeat)
	mine := p.voted(p.seat, p.away[o])
	switch {
	case p.read.Exposed().Has(o):
		s.say(rightlyBanished, "")
	case !p.read.Cleared().Has(o):
		s.say(unknownBanished, "")
	case mine == o && s.turn%2 == 0 && !p.traitor():
		s.say(ownMistake, "")
	case mine != o && mine != engine.NoSeat && s.turn%3 == 0:
		s.say(ownCredit, "")
	default:
		s.say(wronglyBanished, "")
	}
}

// answer replies to an accuser.
func (p *bayes) answer(s *speech, by engine.Seat, src engine.Source) {
	caught := engine.NoSeat
	for t := range p.read.Exposed().All() {
		if p.voted(p.seat, p.away[t]) == t {
			caught = t
		}
	}
	s.about(by, by, caught)
	switch {
	case caught != engine.NoSeat:
		s.say(myRecord, "")
	default:
		s.say(answerAccuser, engine.Question)
	}
	if engine.Below(2, src) == 0 && !p.muzzled() {
		s.say(claim, engine.Claim)
	}
}

// suspect names the most suspected, or asks somebody where nobody stands out.
func (p *bayes) suspect(s *speech, r engine.Request, src engine.Source) {
	scores := p.scores()
	target := p.target(r)
	if target == engine.NoSeat {
		return
	}
	named := p.mine()
	last := p.lastPass(r)
	switch {
	case named == target && last:
		s.about(target, engine.NoSeat, engine.NoSeat)
		s.say(steady, "")
	case named != engine.NoSeat && named != target && p.living.Has(named):
		s.about(target, named, engine.NoSeat)
		s.say(turned, engine.Accuse)
	case p.flat(scores) && engine.Below(3, src) > 0:
		p.ask(s, target)
	default:
		p.accuse(s, target)
	}
	if last && r.Phase == engine.PhaseRoundTable && p.rules.Ballot != engine.BallotOff && engine.Below(100, src) < 70 {
		s.about(target, engine.NoSeat, engine.NoSeat)
		s.most++
		s.say(promise, engine.Promise)
	}
}

// flat reports whether nobody stands out.
func (p *bayes) flat(scores []int) bool {
	top, sum, n := 0, 0, 0
	for q := range p.living.Without(p.seat).All() {
		top = max(top, scores[q])
		sum += scores[q]
		n++
	}
	return n == 0 || top < sum/n+60
}

// ask puts a question to somebody.
func (p *bayes) ask(s *speech, target engine.Seat) {
	if target == engine.NoSeat || s.spoken.Has(target) {
		return
	}
	vote := engine.NoSeat
	if len(p.votes) > 0 {
		vote = p.voted(target, p.votes[len(p.votes)-1].round)
	}
	s.about(target, vote, engine.NoSeat)
	if vote != engine.NoSeat && vote != p.seat && s.say(ballotQuestion, engine.Question) {
		return
	}
	s.say(openQuestion, engine.Question)
}

// accuse names the target with a reason that the public record bears out.
func (p *bayes) accuse(s *speech, target engine.Seat) {
	reasons := p.reasons(target)
	if len(reasons) > 0 {
		c := reasons[s.turn%len(reasons)]
		s.about(target, c.o, c.v)
		if s.say(c.pool, engine.Accuse) {
			return
		}
	}
	s.about(target, engine.NoSeat, engine.NoSeat)
	pool := elimination
	if p.read.Round() <= 1 {
		pool = hunch
	}
	if !s.say(pool, engine.Accuse) {
		s.say([]string{"I suspect {s}.", "{s}."}, engine.Accuse)
	}
}

// reason is a pool of sentences and the names that they need.
type reason struct {
	pool []string
	o, v engine.Seat
}

// reasons are what the record holds against the target.
func (p *bayes) reasons(target engine.Seat) (out []reason) {
	for _, b := range p.votes {
		if b.voter != target {
			continue
		}
		for o := range p.read.Exposed().All() {
			if p.away[o] == b.round && b.target != o && b.target != p.seat {
				out = append(out, reason{sparedTraitor, o, b.target})
			}
		}
		if p.read.Cleared().Has(b.target) {
			out = append(out, reason{votedFaithful, b.target, engine.NoSeat})
		}
	}
	if p.liars.Has(target) {
		out = append(out, reason{brokePromise, engine.NoSeat, engine.NoSeat})
	}
	if v := p.victim; v != engine.NoSeat && p.away[v] == p.read.Round() && p.away[v] > 1 && p.voted(v, p.away[v]-1) == target {
		out = append(out, reason{victimsDoubt, engine.NoSeat, v})
	}
	if who := p.accusers(target).Without(p.seat); who != 0 {
		out = append(out, reason{secondAccusation, who.First(), engine.NoSeat})
	}
	if p.accusers(p.seat).Has(target) {
		out = append(out, reason{accusedMe, engine.NoSeat, engine.NoSeat})
	}
	out = append(out, p.company(target)...)
	if len(p.votes) > 0 && p.talked[target] == 0 {
		out = append(out, reason{tooQuiet, engine.NoSeat, engine.NoSeat})
	}
	return out
}

// company is with whom the target cast its last ballot.
func (p *bayes) company(target engine.Seat) []reason {
	if len(p.votes) == 0 {
		return nil
	}
	round := p.votes[len(p.votes)-1].round
	named := p.voted(target, round)
	if named == engine.NoSeat || named == p.seat {
		return nil
	}
	var with engine.Seats
	for _, b := range p.votes {
		if b.round == round && b.target == named && b.voter != target {
			with = with.With(b.voter)
		}
	}
	switch friend := with & p.living; {
	case with == 0:
		return []reason{{loneVote, named, engine.NoSeat}}
	case with.Len() == 1 && friend != 0 && !with.Has(p.seat):
		return []reason{{votesTogether, friend.First(), named}}
	}
	return nil
}

// trust speaks for somebody: for one who was accused without need, or for the least suspected.
func (p *bayes) trust(s *speech, src engine.Source) {
	view := p.read.PerMille(p.seat)
	mean := p.mean(view)
	best := engine.NoSeat
	for q := range p.living.Without(p.seat).All() {
		if p.allies.Has(q) && engine.Below(4, src) > 0 || s.spoken.Has(q) {
			continue // a traitor seldom stands beside its own
		}
		if int(view[q])+40 < mean && (best == engine.NoSeat || view[q] < view[best]) {
			best = q
		}
	}
	if best == engine.NoSeat {
		return
	}
	if who := p.accusers(best).Without(p.seat); who != 0 {
		s.about(best, who.First(), engine.NoSeat)
		s.say(againstAccuser, engine.Defend)
		return
	}
	for o := range p.read.Exposed().All() {
		if p.voted(best, p.away[o]) == o {
			s.about(best, o, engine.NoSeat)
			s.say(votedTraitor, engine.Defend)
			return
		}
	}
	s.about(best, engine.NoSeat, engine.NoSeat)
	s.say(plainTrust, engine.Defend)
}

// jot is what the seat writes down about the introductions (1.4).
func (p *bayes) jot(r engine.Request) string {
	others := p.living.Without(p.seat)
	about := engine.Pick(others, roll(p.seed, "note", r))
	clue := p.clues[about]
	if i := strings.IndexAny(clue, ".;,\n"); i > 0 {
		clue = clue[:i]
	}
	if clue == "" {
		return within(p.name(about)+" is worth watching.", r.Words)
	}
	return within(p.name(about)+" ("+clue+") is worth watching.", r.Words)
}
