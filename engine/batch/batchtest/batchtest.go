// Package batchtest is the suite that every batch.Store passes. Only tests import it.
package batchtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/match"
)

// Games is how many games the batch of the suite has.
const Games = 12

// Conform runs the suite. open gives the store of a batch of Games games: called again in the same test, what the next process sees of
// the same batch, with all that was kept before on the disk.
func Conform(t *testing.T, open func(t *testing.T) batch.Store) {
	for name, check := range map[string]func(*testing.T, *suite){
		"nothing": nothing, "steps": steps, "fork": fork, "mixed": mixed, "whole": whole, "ends": ends, "unstarted": unstarted,
	} {
		t.Run(name, func(t *testing.T) { check(t, &suite{open: func() batch.Store { return open(t) }, games: played(t)}) })
	}
}

// suite is one test: its store, and the games that are kept in it.
type suite struct {
	open  func() batch.Store
	games [][][]engine.Event // by game, step by step
}

func ref(index int) batch.Ref { return batch.RefOf("suite", 7, index, index) }

// nothing is held of a game that was never kept.
func nothing(t *testing.T, s *suite) {
	s.holds(t, s.open(), 0, "", nil)
}

// steps are there when they were appended, for the next process too, which goes on with them.
func steps(t *testing.T, s *suite) {
	game, at := s.games[0], s.open()
	must(t, at.Start(t.Context(), ref(0)))
	had := 0
	for i, step := range game {
		must(t, at.Append(t.Context(), ref(0).ID, uint64(had), step))
		if had += len(step); i%5 == 3 {
			at = s.open()
			s.holds(t, at, 0, batch.Running, flat(game[:i+1]))
		}
	}
	must(t, at.Finish(t.Context(), outcome(0, batch.Finished, had)))
	s.holds(t, s.open(), 0, batch.Finished, nil)
}

// fork: a step that does not follow what the log holds is refused, and leaves it as it was.
func fork(t *testing.T, s *suite) {
	game, at := s.games[0], s.open()
	must(t, at.Start(t.Context(), ref(0)))
	must(t, at.Append(t.Context(), ref(0).ID, 0, game[0]))
	for _, after := range []int{0, len(game[0]) - 1, len(game[0]) + 1} {
		if err := at.Append(t.Context(), ref(0).ID, uint64(after), game[1]); err == nil {
			t.Errorf("a step after %d events was taken where the log has %d", after, len(game[0]))
		}
	}
	s.holds(t, s.open(), 0, batch.Running, game[0])
}

// mixed: the steps of games that are played side by side stay apart.
func mixed(t *testing.T, s *suite) {
	at := s.open()
	must(t, at.Start(t.Context(), ref(0)))
	must(t, at.Start(t.Context(), ref(1)))
	had := [2]int{}
	for i := range 4 {
		for g := range had {
			must(t, at.Append(t.Context(), ref(g).ID, uint64(had[g]), s.games[g][i]))
			had[g] += len(s.games[g][i])
		}
	}
	for g := range had {
		s.holds(t, s.open(), g, batch.Running, flat(s.games[g][:4]))
	}
}

// whole: a game that is committed is finished.
func whole(t *testing.T, s *suite) {
	at := s.open()
	for g := range 3 {
		events := flat(s.games[g])
		must(t, at.Commit(t.Context(), outcome(g, batch.Finished, len(events)), events))
	}
	at = s.open()
	for g := range 3 {
		s.holds(t, at, g, batch.Finished, nil)
	}
	s.holds(t, at, 3, "", nil)
}

// ends: what a game came to is kept; all but the finished and the failed ones go on.
func ends(t *testing.T, s *suite) {
	at, list := s.open(), []batch.Status{batch.Parked, batch.Stopped, batch.Failed, batch.Finished}
	for g, status := range list {
		must(t, at.Start(t.Context(), ref(g)))
		must(t, at.Append(t.Context(), ref(g).ID, 0, s.games[g][0]))
		must(t, at.Finish(t.Context(), outcome(g, status, len(s.games[g][0]))))
	}
	at = s.open()
	for g, status := range list {
		var want []engine.Event
		if status == batch.Parked || status == batch.Stopped {
			want = s.games[g][0]
		}
		s.holds(t, at, g, status, want)
		if want != nil {
			must(t, at.Append(t.Context(), ref(g).ID, uint64(len(want)), s.games[g][1]))
		}
	}
}

// unstarted: a step of a game that was not started is refused.
func unstarted(t *testing.T, s *suite) {
	if err := s.open().Append(t.Context(), ref(5).ID, 0, s.games[0][0]); err == nil {
		t.Error("a step of a game that was not started was taken")
	}
	s.holds(t, s.open(), 5, "", nil)
}

// holds checks what the store says of a game. The events of one that has ended need not be given.
func (s *suite) holds(t *testing.T, at batch.Store, game int, status batch.Status, want []engine.Event) {
	t.Helper()
	got, events, err := at.Status(t.Context(), ref(game))
	must(t, err)
	if got != status {
		t.Errorf("game %d is %q, want %q", game, got, status)
	}
	if ended := status == batch.Finished || status == batch.Failed; !ended && !reflect.DeepEqual(events, want) {
		t.Errorf("game %d holds %d events, want %d: they differ", game, len(events), len(want))
	}
}

func outcome(game int, status batch.Status, events int) batch.Outcome {
	out := batch.Outcome{Ref: ref(game), Status: status, Events: events}
	if status != batch.Finished {
		out.Err = errors.New("the suite says so")
	}
	return out
}

func flat(steps [][]engine.Event) []engine.Event { return slices.Concat(steps...) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// played are some games of six players, step by step.
func played(t *testing.T) (games [][][]engine.Event) {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors, rules.Beliefs = 6, 1, engine.Beliefs{}
	rules = rules.Complete()
	for i := range 4 {
		setup := engine.Setup{Seed: ref(i).Seed, Rules: rules, Cast: make([]engine.Player, rules.Players)}
		agents := make([]match.Agent, rules.Players)
		for k := range agents {
			setup.Cast[k], agents[k] = engine.Player{Name: fmt.Sprint("P", k), Policy: "first"}, first{}
		}
		opening, _, err := engine.Open(setup)
		must(t, err)
		kept := &recorder{steps: [][]engine.Event{opening}}
		_, err = match.Game{ID: ref(i).ID, Agents: agents, Log: kept}.Run(t.Context(), opening)
		must(t, err)
		games = append(games, kept.steps)
	}
	return games
}

// first names the first seat that is offered.
type first struct{}

// Act implements match.Agent.
func (first) Act(_ context.Context, _ engine.Observation, r engine.Request) (engine.Answer, error) {
	a := engine.Answer{Seat: r.Seat, Target: engine.NoSeat}
	if len(r.Offer) > 0 {
		a.Target = r.Offer[0]
	}
	return a, nil
}

// recorder keeps the steps of one game.
type recorder struct{ steps [][]engine.Event }

// Append implements match.Log.
func (r *recorder) Append(_ context.Context, _ string, _ uint64, events []engine.Event) error {
	r.steps = append(r.steps, slices.Clone(events))
	return nil
}
