package scripted

import (
	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
)

// liar makes one act in each statement of the round table. With the probability of its rate it is one that the speaker knows to be false,
// by dice among those that it can tell; else it is true or neutral: a vote promised and cast, or a question. It is a planted effect for
// figures of deception: at the same rate for both teams, so that what differs between them is what a traitor knows.
//
// What a seat knows to be false: a claim of a role that it hasn't, and the promise of a vote that it won't cast; a traitor also the
// accusation of an innocent and the defence of a traitor. It lies under rule 9.2 as well: that is what it is for.
type liar struct {
	random
	rate   int // per mille of statements
	next   int
	rules  engine.Rules
	names  []string
	roles  engine.Roster
	allies engine.Seats
}

func newLiar(_ engine.Seat, seed uint64, spec agents.Policy) (decider, error) {
	rate, err := share(spec, "rate")
	if _, ok := spec.Get("rate"); !ok {
		rate = 1000
	}
	return &liar{random: random{seed: seed}, rate: rate}, err
}

func (p *liar) decide(seen engine.Observation, r engine.Request) engine.Answer {
	p.read(seen)
	out := p.random.decide(seen, r)
	switch {
	case r.Kind == engine.AskBallot && r.Stage == 0 && r.Legal.Has(p.chosen(r)):
		out.Target = p.chosen(r)
	case r.Kind == engine.AskStatement && r.Phase == engine.PhaseRoundTable:
		text, act := p.speak(r)
		out.Text, out.Acts = within(text, r.Words), []engine.Act{act}
	}
	return out
}

// chosen is whom the seat votes for on the day, settled before the talk so that it knows which promise is false.
func (p *liar) chosen(r engine.Request) engine.Seat {
	return engine.Pick(r.Living.Without(r.Seat), engine.Dice(p.seed, "chosen", r.Round, 0, r.Seat))
}

func (p *liar) speak(r engine.Request) (string, engine.Act) {
	src := roll(p.seed, "speech", r)
	others := r.Living.Without(r.Seat)
	if engine.Below(1000, src) < p.rate {
		lies := p.lies(r, others)
		return p.put(lies[engine.Below(len(lies), src)], src)
	}
	if p.rules.Ballot != engine.BallotOff && engine.Below(2, src) == 0 {
		return p.put(sentence{"I shall vote for ", engine.Promise, engine.SeatsOf(p.chosen(r)), engine.NoRole}, src)
	}
	return p.put(sentence{"What have you seen, ", engine.Question, others, engine.NoRole}, src)
}

// sentence is an act in the making: about one of several seats, or a role.
type sentence struct {
	text  string
	kind  engine.ActKind
	about engine.Seats
	role  engine.Role
}

func (p *liar) put(s sentence, src engine.Source) (string, engine.Act) {
	about := engine.Pick(s.about, src)
	a := engine.Act{Kind: s.kind, Seat: about, Role: s.role}
	if s.kind == engine.Claim {
		return s.text + narrate.WordsOf(p.rules).Role(s.role) + ".", a
	}
	if s.kind == engine.Question {
		return s.text + p.names[about] + "?", a
	}
	return s.text + p.names[about] + ".", a
}

// lies are what the seat can say that it knows to be false; a false claim always can be.
func (p *liar) lies(r engine.Request, others engine.Seats) []sentence {
	var out []sentence
	mine := p.roles.Of(r.Seat)
	for _, role := range engine.Roles() {
		if role.Team() != mine.Team() {
			out = append(out, sentence{"I am a ", engine.Claim, engine.SeatsOf(r.Seat), role})
			break
		}
	}
	if not := others.Without(p.chosen(r)); not != 0 && p.rules.Ballot != engine.BallotOff {
		out = append(out, sentence{"I shall vote for ", engine.Promise, not, engine.NoRole})
	}
	if innocent := others &^ p.allies; mine.Team().Informed() && innocent != 0 {
		out = append(out, sentence{"It is ", engine.Accuse, innocent, engine.NoRole})
	}
	if fellows := others & p.allies; fellows != 0 {
		out = append(out, sentence{"I trust ", engine.Defend, fellows, engine.NoRole})
	}
	return out
}

func (p *liar) read(seen engine.Observation) {
	if p.next > len(seen.Events) {
		*p = liar{random: p.random, rate: p.rate}
	}
	for ; p.next < len(seen.Events); p.next++ {
		p.roles.Take(seen.Events[p.next].Body)
		switch b := seen.Events[p.next].Body.(type) {
		case engine.Opened:
			p.rules, p.names = b.Rules, b.Names
		case engine.Allies:
			p.allies = engine.SeatsOf(b.Seats...)
		case engine.Deed, engine.Briefing, engine.News, engine.Bookkeeping: // whatever is said, it lies by its own dice
		}
	}
}
