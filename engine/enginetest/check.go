package enginetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
)

// Check folds a log from its start and reports the first event after which something does not hold that always must.
func Check(events []engine.Event) error {
	var s engine.State
	for i, e := range events {
		before := s
		next, err := engine.Apply(s, e)
		if err != nil {
			return err
		}
		if s = next; i == 0 {
			continue
		}
		if err := invariants(before, s, e); err != nil {
			return fmt.Errorf("event %d (%s, round %d, %s): %w", e.Seq, e.Body.Kind(), e.Round, e.Phase, err)
		}
	}
	return nil
}

func invariants(before, s engine.State, e engine.Event) error {
	all := engine.AllSeats(s.Rules.Players)
	switch {
	case s.Living&^before.Living != 0:
		return errors.New("somebody rose from the dead")
	case (before.Living &^ s.Living).Len() > 1:
		return errors.New("two left at once")
	case s.Living == 0:
		return errors.New("nobody lives")
	case s.Roles.Informed()&^all != 0 || e.Audience&^all != 0 || s.Living&^all != 0:
		return errors.New("a seat that is not at the table")
	case e.Round > s.Rules.MaxRounds:
		return errors.New("a round past the last")
	}
	return audience(s, e, all)
}

// audience checks who may perceive what: private bodies go to their owner, secret ones to the traitors or to nobody.
func audience(s engine.State, e engine.Event, all engine.Seats) error {
	want := all
	switch b := e.Body.(type) {
	case engine.Bookkeeping:
		want = 0
	case engine.Deed:
		want = mayPerceive(s, b, all)
	case engine.Dealt:
		want = engine.SeatsOf(b.Seat)
	case engine.Persona:
		want = engine.SeatsOf(b.Seat)
	case engine.Remembered:
		want = engine.SeatsOf(b.Seat)
	case engine.Allies, engine.Murdered:
		want = s.Living & s.Roles.Informed()
	case engine.Opened, engine.Introduced, engine.PhaseBegan, engine.Found, engine.Tally, engine.Tied, engine.Banished,
		engine.Revealed, engine.Ended: // everybody
	case engine.Order:
		if e.Phase == engine.PhaseConclave {
			want = s.Living & s.Roles.Informed()
		}
	case engine.Drawn: // by night whom the traitors' votes tie on, by day a banishment
		switch {
		case e.Phase == engine.PhaseMurder:
			want = s.Living & s.Roles.Informed()
		case s.Rules.Shown == engine.ShownNothing:
			want = 0
		}
	}
	if e.Audience != want {
		return fmt.Errorf("perceived by %v, wanted %v", e.Audience.List(), want.List())
	}
	return nil
}

// mayPerceive is who perceives what a seat did.
func mayPerceive(s engine.State, d engine.Deed, all engine.Seats) engine.Seats {
	own := engine.SeatsOf(d.Actor())
	switch b := d.(type) {
	case engine.Statement:
		return all
	case engine.Notes, engine.Belief, engine.Intent, engine.Bid, engine.Acts:
		return own
	case engine.Conferred, engine.MurderVote:
		return s.Living & s.Roles.Informed()
	case engine.Ballot:
		if s.Rules.Shown == engine.ShownTargets {
			return all
		}
		return own
	case engine.Thought:
		if s.Rules.Recap == "thought" {
			return own
		}
	case engine.Remark:
		if b.Heard() {
			return all
		}
		if _, late := b.(engine.Debriefed); !late {
			return own
		}
	}
	return 0
}

// ErrGone is what a failing agent answers with when its provider is out of reach.
var ErrGone = errors.New("the provider is gone")

// Faulty answers as Answer does, but in some of its answers goes wrong in a way drawn from its seed: an illegal target, too many
// words, beliefs of the wrong shape, a forfeit of its own.
type Faulty struct {
	Seed    uint64
	Players int
	// Left is how many answers it gives before it errs with ErrGone; negative: it never does.
	Left int
}

// Act implements match.Agent.
func (f *Faulty) Act(_ context.Context, _ engine.Observation, r engine.Request) (engine.Answer, error) {
	if f.Left == 0 {
		return engine.Answer{}, ErrGone
	}
	f.Left--
	a := Answer(f.Seed, f.Players, r)
	src := engine.Dice(f.Seed, "enginetest:fault:"+r.Kind.String(), r.Round, r.Pass*64+r.Position*8+r.Stage*4, r.Seat)
	switch engine.Below(8, src) {
	case 0:
		a.Target = r.Seat
	case 1:
		for range r.Words + 1 {
			a.Text += " word"
		}
	case 2:
		a.Beliefs = []int16{2000}
	case 3:
		a.Forfeit = engine.CauseTimeout
	}
	return a, nil
}
