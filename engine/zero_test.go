package engine

import "testing"

// The zero state is a game that has not begun: nobody is asked, nothing is decided, and only created can follow.
func TestZeroState(t *testing.T) {
	var s State
	if asked := Pending(s); len(asked) != 0 {
		t.Errorf("asked is %v", asked)
	}
	if events, err := Decide(s, nil); err == nil {
		t.Errorf("decided is %v", events)
	}
	if left, err := ApplyAll(s, nil); err != nil || left.Rules.Players != 0 {
		t.Errorf("without events: %v", err)
	}
	if got := s.Subjects(0); got != 0 {
		t.Errorf("there are beliefs of %v", got)
	}
	if _, err := Apply(State{}, Event{Body: PhaseBegan{}}); err == nil {
		t.Error("a phase begins in it")
	}
	if left, err := Fold(nil); err != nil || left.Rules.Players != 0 {
		t.Errorf("the fold of nothing: %v", err)
	}
}
