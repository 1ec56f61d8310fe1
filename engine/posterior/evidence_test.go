package posterior

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// told is the observer after the first day's talk and ballots of a table of six with two traitors.
func told(events ...engine.Body) *Sets {
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = 6, 2
	s := &Sets{}
	s.Observe(engine.Observed{Phase: engine.PhaseSetup, Body: engine.Opened{Rules: rules.Complete(), Names: make([]string, 6)}})
	ballot := false
	for _, b := range events {
		phase := engine.PhaseRoundTable
		if _, ok := b.(engine.Ballot); ok {
			if phase = engine.PhaseBallot; !ballot {
				s.Observe(engine.Observed{Round: 1, Phase: phase, Body: engine.PhaseBegan{}})
			}
			ballot = true
		}
		s.Observe(engine.Observed{Round: 1, Phase: phase, Body: b})
	}
	return s
}

// does is a statement of one act.
func does(from engine.Seat, kind engine.ActKind, about engine.Seat) engine.Statement {
	return engine.Statement{Seat: from, Acts: []engine.Act{{Kind: kind, Seat: about}}}
}

// of is what an outsider believes of a seat.
func (s *Sets) of(seat engine.Seat) int16 { return s.PerMille(engine.NoSeat)[seat] }

// A vote is evidence against both being traitors, less in a runoff, and none where the dice cast it.
func TestBallotsAreEvidence(t *testing.T) {
	none := told().of(2)
	first := told(engine.Ballot{Voter: 1, Target: 2}).of(2)
	runoff := told(engine.Ballot{Voter: 1, Target: 2, Stage: 1}).of(2)
	if !(first < runoff && runoff < none) || none != 333 {
		t.Errorf("of whom a vote is for: %d by a ballot, %d by a runoff's, %d by none", first, runoff, none)
	}
	for name, b := range map[string]engine.Ballot{"lost": {Voter: 1, Target: 2, Lost: true},
		"for nobody": {Voter: 1, Target: engine.NoSeat},
		"for itself": {Voter: 1, Target: 1, Illegal: true}} {
		if s := told(b); s.of(1) != none || s.of(2) != none {
			t.Errorf("a ballot that is %s is evidence: %d and %d", name, s.of(1), s.of(2))
		}
	}
}

// A broken promise makes suspect, a kept one does not.
func TestPromisesAreEvidence(t *testing.T) {
	vote := engine.Ballot{Voter: 1, Target: 2}
	free, kept := told(vote).of(1), told(does(1, engine.Promise, 2), vote).of(1)
	broken := told(does(1, engine.Promise, 3), vote).of(1)
	if kept != free || broken <= free {
		t.Errorf("a voter is believed a traitor at %d, after a promise that it kept %d, that it broke %d", free, kept, broken)
	}
}

// Whom a faithful accuses is the more suspect to who knows it to be faithful, whom it defends the less; of an act about oneself, of a
// question and about the dead nothing follows.
func TestActsAreEvidence(t *testing.T) {
	none := told().of(2)
	was := told().PerMille(1)[2]
	accused, defended := told(does(1, engine.Accuse, 2)).PerMille(1)[2], told(does(1, engine.Defend, 2)).PerMille(1)[2]
	if !(accused > was && was > defended) || was != 400 {
		t.Errorf("accused %d, at first %d, defended %d", accused, was, defended)
	}
	for name, s := range map[string]*Sets{"of oneself": told(does(1, engine.Accuse, 1)), "a question": told(does(1, engine.Question, 2)),
		"of the dead": told(engine.Found{Victim: 5}, does(1, engine.Accuse, 5))} {
		if name != "of the dead" && (s.of(1) != none || s.of(2) != none) || name == "of the dead" && s.of(1) != s.of(3) {
			t.Errorf("%s: %v", name, s.PerMille(engine.NoSeat))
		}
	}
}
