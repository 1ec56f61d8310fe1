package recall

import "github.com/turncoat-sim/turncoat/engine"

// Held says whether what was claimed proved true.
type Held string

// What became of a claim.
const (
	Open  Held = "open" // nothing has shown it yet
	True  Held = "true"
	False Held = "false"
)

// Claim is an entry of the ledger of claims: who claimed, accused, defended or promised what, and whether it held.
type Claim struct {
	Round   int            `json:"round"`
	Speaker engine.Seat    `json:"speaker"`
	Act     engine.ActKind `json:"act"`
	About   engine.Seat    `json:"about"`
	Role    engine.Role    `json:"role,omitempty"`
	Held    Held           `json:"held"`
}

// Ledger reads the claims out of what the table perceived. An accusation holds if its subject turns out a traitor, a defence if
// not, a claim if the role told is the one claimed, a promise if the next ballot of the first stage that was seen is for whom it
// named. Questions claim nothing. Only public events go in, so that every seat's ledger is the same.
func Ledger(seen engine.Observation) []Claim {
	var l ledger
	for _, e := range seen.Events {
		l.take(e)
	}
	for i := range l.claims {
		l.judge(&l.claims[i])
	}
	return l.claims
}

type ledger struct {
	claims   []Claim
	roles    engine.Roster
	victims  engine.Seats         // murdered, and so not of those who kill
	promised [engine.MaxSeats]int // 1 + the place of the promise that binds; 0: none
}

func (l *ledger) take(e engine.Observed) {
	switch b := e.Body.(type) {
	case engine.Statement:
		for _, a := range b.Acts {
			if a.Kind == engine.Question {
				continue
			}
			l.claims = append(l.claims, Claim{Round: e.Round, Speaker: b.Seat, Act: a.Kind, About: a.Seat, Role: a.Role, Held: Open})
			if a.Kind == engine.Promise {
				l.promised[b.Seat] = len(l.claims)
			}
		}
	case engine.Ballot:
		if at := l.promised[b.Voter]; at > 0 && b.Stage == 0 {
			c := &l.claims[at-1]
			if c.Held = False; c.About == b.Target {
				c.Held = True
			}
			l.promised[b.Voter] = 0
		}
	case engine.Banished: // a promise whose ballot nobody saw stays open, and binds no longer
		l.promised = [engine.MaxSeats]int{}
	case engine.Found:
		if b.Victim != engine.NoSeat { // those who kill name none of their own (4.2)
			l.roles[b.Victim], l.victims = engine.VictimRole(), l.victims.With(b.Victim)
		}
	case engine.Revealed, engine.Ended: // the other events that tell a role are private
		l.roles.Take(e.Body)
	case engine.Introduced, engine.PhaseBegan, engine.Order, engine.Drawn, engine.Tally, engine.Tied, engine.Murdered:
	case engine.Conferred, engine.MurderVote, engine.Acts, engine.Remark, engine.Notes, engine.Bid, engine.Intent, engine.Belief,
		engine.Thought: // no claim that the table hears
	case engine.Briefing, engine.Bookkeeping:
	}
}

func (l *ledger) judge(c *Claim) {
	role := l.roles[c.About]
	known := role != engine.NoRole || c.Act != engine.Claim && l.victims.Has(c.About)
	if c.Act == engine.Promise || !known {
		return
	}
	held := false
	switch c.Act {
	case engine.Accuse:
		held = role.Team().Informed()
	case engine.Defend:
		held = !role.Team().Informed()
	case engine.Claim:
		held = role == c.Role
	case engine.Question, engine.Promise: // nothing that holds or not: ballots judge promises
	}
	if c.Held = False; held {
		c.Held = True
	}
}

// Lie reports whether the claim was one that its speaker knew to be false, given the roles: a role that it has not, and of a
// traitor, who knows the others, also an accusation of a faithful or a defence of a fellow.
func (c Claim) Lie(roles []engine.Role) bool {
	if c.Held != False || c.Act == engine.Promise || int(c.Speaker) >= len(roles) {
		return false
	}
	return c.Act == engine.Claim || roles[c.Speaker].Team().Informed()
}
