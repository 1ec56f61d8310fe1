package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// The audits of this file hold a game's log against the raw replies that were kept, without the reader that was between them: what was
// written down was said (docs/models.md, What counts as a reply), and what is one seat's own came to nobody else.

// turnKey is a seat's turn: it is asked once in a step.
type turnKey struct {
	step uint64
	seat engine.Seat
}

// played is what the log makes of a turn, beside the reply that it was taken from.
type played struct {
	phase     engine.Phase
	answered  engine.Answered
	reply     string       // the last one
	others    engine.Seats // whom an act may be about
	statement *engine.Statement
	ballot    *engine.Ballot
	belief    *engine.Belief
	lostActs  int
}

// turns sorts a game's log by the turns that models had.
func turns(events []engine.Event, calls []memory.ModelCall) (map[turnKey]*played, []string) {
	var names []string
	var living engine.Seats
	banished := map[int]engine.Seat{}
	out := map[turnKey]*played{}
	for _, e := range events {
		at := func(s engine.Seat) *played {
			if p := out[turnKey{e.Step, s}]; p != nil {
				return p
			}
			return &played{} // a seat that no model plays
		}
		switch b := e.Body.(type) {
		case engine.Opened:
			names, living = b.Names, engine.AllSeats(len(b.Names))
		case engine.Banished:
			living, banished[e.Round] = living.Without(b.Seat), b.Seat
		case engine.Found:
			living = living.Without(b.Victim)
		case engine.Answered:
			p := &played{phase: e.Phase, answered: b, others: living.Without(b.Seat)}
			if left, ok := banished[e.Round]; ok && left != engine.NoSeat && e.Phase == engine.PhaseAftermath {
				p.others = p.others.With(left)
			}
			if own := archive.CallsAt(calls, e.Step, b.Seat); len(own) > 0 {
				p.reply = own[len(own)-1].Reply
			}
			out[turnKey{e.Step, b.Seat}] = p
		case engine.Statement:
			at(b.Seat).statement = &b
		case engine.Ballot:
			at(b.Voter).ballot = &b
		case engine.Belief:
			at(b.Observer).belief = &b
		case engine.Forfeited:
			if b.Request == engine.AskAct {
				at(b.Seat).lostActs++
			}
		}
	}
	return out, names
}

// rawReply is a reply as it is, for those that are JSON.
type rawReply struct {
	Thought   string
	Text      string
	Acts      []saidAct
	Choice    string
	Suspicion map[string]float64
}

type saidAct struct{ Act, About string }

// comparison counts what was compared.
type comparison struct{ turns, acts, votes, beliefs, inWords int }

// misread lists what a game's log says that its replies don't, and what they say that it lacks.
func misread(events []engine.Event, calls []memory.ModelCall) (wrong []string, n comparison) {
	byTurn, names := turns(events, calls)
	for key, p := range byTurn {
		n.turns++
		for _, complaint := range p.misread(names, &n) {
			wrong = append(wrong, fmt.Sprintf("step %d, seat %d: %s; the reply was %s", key.step, key.seat, complaint, p.reply))
		}
	}
	slices.Sort(wrong)
	return wrong, n
}

// object is what a reply has from its first brace to its last: models without a grammar put marks of code around it.
func object(reply string) string {
	begin, end := strings.IndexByte(reply, '{'), strings.LastIndexByte(reply, '}')
	if begin < 0 || end < begin {
		return reply
	}
	return reply[begin : end+1]
}

func (p *played) misread(names []string, n *comparison) (wrong []string) {
	last := p.answered.Calls[len(p.answered.Calls)-1]
	if last.Cause != engine.CauseNone {
		if p.statement != nil && (len(p.statement.Acts) > 0 || p.statement.Text != "" || !p.statement.Lost) {
			wrong = append(wrong, fmt.Sprintf("the reply did not count (%s), and yet the log has %+v", last.Cause, *p.statement))
		}
		return wrong
	}
	var said rawReply
	strict := json.Unmarshal([]byte(object(p.reply)), &said) == nil
	if p.statement != nil {
		n.acts += len(p.statement.Acts)
		if !strict {
			n.inWords++
			return p.inWords(names)
		}
		wrong = append(wrong, p.actsOf(said.Acts, names)...)
		if text, logged := letters(said.Text), letters(p.statement.Text); text != logged &&
			!(slices.Contains(last.Mended, "cut") && strings.HasPrefix(text, logged)) {
			wrong = append(wrong, fmt.Sprintf("the log has the speech %q", p.statement.Text))
		}
	}
	if p.ballot != nil && strict {
		n.votes++
		if who := slices.Index(names, said.Choice); who >= 0 && engine.Seat(who) != p.ballot.Target || said.Choice == "nobody" &&
			p.ballot.Target != engine.NoSeat {
			wrong = append(wrong, fmt.Sprintf("the log has a ballot for seat %d", p.ballot.Target))
		}
	}
	if p.belief != nil && strict && !slices.Contains(last.Mended, "scale") {
		for s, v := range p.belief.PerMille {
			if told, ok := said.Suspicion[names[s]]; ok && v != engine.Unstated {
				n.beliefs++
				if float64(v) != 10*told {
					wrong = append(wrong, fmt.Sprintf("the log believes %d per mille of %s", v, names[s]))
				}
			}
		}
	}
	return wrong
}

// plainActs are the words of the acts that are about somebody else.
var plainActs = map[string]engine.ActKind{"accuse": engine.Accuse, "defend": engine.Defend, "question": engine.Question,
	"promise to vote for": engine.Promise}

// actsOf compares the acts of a reply that is JSON with those of the log: the well-formed ones exactly.
func (p *played) actsOf(said []saidAct, names []string) (wrong []string) {
	want, lost, unclear := p.expected(said, names)
	logged := p.statement.Acts
	if unclear == 0 {
		if !slices.Equal(logged, want) || p.lostActs != lost {
			wrong = append(wrong, fmt.Sprintf("the log has the acts %+v and %d lost, the reply %+v and %d", logged, p.lostActs, want, lost))
		}
		return wrong
	}
	for _, a := range want {
		if !slices.Contains(logged, a) {
			wrong = append(wrong, fmt.Sprintf("the log lacks %+v", a))
		}
	}
	for _, a := range logged {
		if !slices.Contains(want, a) && !worded(p.reply, a, names) {
			wrong = append(wrong, fmt.Sprintf("the log has %+v, which was not said", a))
		}
	}
	if len(logged)+p.lostActs > len(said) {
		wrong = append(wrong, fmt.Sprintf("%d acts were said, the log has %d and %d lost", len(said), len(logged), p.lostActs))
	}
	return wrong
}

// expected is what the well-formed acts of a statement come to by the rules of docs/models.md; lost are those that contradict themselves or
// are too many, unclear those in other words, with other names, or with none.
func (p *played) expected(said []saidAct, names []string) (want []engine.Act, lost, unclear int) {
	of := func(name string) (engine.Seat, bool) {
		i := slices.Index(names, name)
		return engine.Seat(i), i >= 0 && p.others.Has(engine.Seat(i))
	}
	var against, supports engine.Seats
	for _, a := range said {
		switch s, ok := of(a.About); {
		case !ok:
		case a.Act == "defend":
			supports = supports.With(s)
		case a.Act == "accuse", a.Act == "promise to vote for":
			against = against.With(s)
		}
	}
	own := p.answered.Seat
	for _, a := range said {
		about, ok := of(a.About)
		claims := strings.HasPrefix(a.Act, "claim to be ")
		traitor := strings.HasSuffix(a.Act, " traitor")
		role := engine.RoleFaithful
		if traitor {
			role = engine.RoleTraitor
		}
		act := engine.Act{Kind: engine.Claim, Seat: own, Role: role}
		switch kind := plainActs[a.Act]; {
		case kind != "" && ok:
			act = engine.Act{Kind: kind, Seat: about}
		case !claims || !ok && a.About != "" && a.About != names[own]:
			unclear++
			continue
		case !ok || !traitor && against.Has(about): // about itself
		case traitor && supports.Has(about):
			lost++
			continue
		case traitor:
			act = engine.Act{Kind: engine.Accuse, Seat: about}
		default:
			act = engine.Act{Kind: engine.Defend, Seat: about}
		}
		switch {
		case slices.Contains(want, act):
		case len(want) == 4:
			lost++
		default:
			want = append(want, act)
		}
	}
	return want, lost, unclear
}

// inWords looks for each act of the log in what a reply that is no JSON says of acts.
func (p *played) inWords(names []string) (wrong []string) {
	for _, a := range p.statement.Acts {
		if !worded(p.reply, a, names) {
			wrong = append(wrong, fmt.Sprintf("the log has %+v, which was not said", a))
		}
	}
	return wrong
}

// worded reports whether a reply's acts hold the words that an act is known by, and the name that it is about.
func worded(reply string, a engine.Act, names []string) bool {
	acts := strings.ToLower(reply)
	if at := strings.LastIndex(acts, "acts"); at >= 0 {
		acts = acts[at:]
	}
	has := func(words ...string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(acts, w) })
	}
	name := strings.ToLower(names[a.Seat])
	switch a.Kind {
	case engine.Accuse:
		return has("accus", name) || has("claim", "traitor", name)
	case engine.Defend:
		return has("defen", name) || has("claim", "faithful", name)
	case engine.Question:
		return has("question", name) || has("ask", name)
	case engine.Promise:
		return has("promis", name) || has("vot", name)
	case engine.Claim:
	}
	return has("claim", a.Role.String())
}

// letters is a text without what reading may fold: space, marks, signs that can't be seen.
func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, s)
}

// What acts come to, by the words of docs/models.md.
func TestExpectedActs(t *testing.T) {
	names := []string{"Ann", "Bob", "Cid", "Dee"}
	p := &played{answered: engine.Answered{Seat: 0}, others: engine.SeatsOf(1, 2)}
	faithful, traitor := "claim to be a faithful", "claim to be a traitor"
	own := engine.Act{Kind: engine.Claim, Seat: 0, Role: engine.RoleFaithful}
	for _, c := range []struct {
		said          []saidAct
		want          []engine.Act
		lost, unclear int
	}{
		{said: nil},
		{said: []saidAct{{"accuse", "Bob"}, {"accuse", "Bob"}, {"question", "Cid"}},
			want: []engine.Act{{Kind: engine.Accuse, Seat: 1}, {Kind: engine.Question, Seat: 2}}},
		{said: []saidAct{{faithful, ""}}, want: []engine.Act{own}},
		{said: []saidAct{{faithful, "Ann"}}, want: []engine.Act{own}},
		{said: []saidAct{{faithful, "Bob"}}, want: []engine.Act{{Kind: engine.Defend, Seat: 1}}},
		{said: []saidAct{{traitor, "Bob"}}, want: []engine.Act{{Kind: engine.Accuse, Seat: 1}}},
		{said: []saidAct{{"accuse", "Bob"}, {faithful, "Bob"}}, want: []engine.Act{{Kind: engine.Accuse, Seat: 1}, own}},
		{said: []saidAct{{"defend", "Bob"}, {traitor, "Bob"}}, want: []engine.Act{{Kind: engine.Defend, Seat: 1}}, lost: 1},
		{said: []saidAct{{"accuse", "Dee"}, {"accuse", "Ann"}, {"blame", "Bob"}}, unclear: 3},
	} {
		want, lost, unclear := p.expected(c.said, names)
		if !slices.Equal(want, c.want) || lost != c.lost || unclear != c.unclear {
			t.Errorf("%v: %+v, %d lost, %d unclear; want %+v, %d, %d", c.said, want, lost, unclear, c.want, c.lost, c.unclear)
		}
	}
}
