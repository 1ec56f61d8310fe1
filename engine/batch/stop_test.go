package batch_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/match"
)

// begun are the indexes of the games that the store was asked to keep anything of.
func begun(s *store, p batch.Plan) (out []int) {
	for i := range p.Games {
		if s.status[p.Ref(i).ID] != "" {
			out = append(out, i)
		}
	}
	return out
}

// Under FailFast a provider that is gone parks what is being played and no more; without it every game is tried.
func TestFailFast(t *testing.T) {
	for _, fast := range []bool{true, false} {
		var none atomic.Int64
		s, p := newStore(), plan(64, 2, false, &none)
		p.FailFast = fast
		if err := batch.Run(t.Context(), nil, p, s); err != nil {
			t.Fatal(err)
		}
		if n := len(begun(s, p)); (n < p.Games) != fast {
			t.Errorf("fail fast %v: %d games are tried", fast, n)
		}
	}
}

// hooked calls before, then plays on.
type hooked struct {
	match.Agent
	before func()
}

func (h hooked) Act(ctx context.Context, seen engine.Observation, r engine.Request) (engine.Answer, error) {
	h.before()
	return h.Agent.Act(ctx, seen, r)
}

// hook has every agent of a game call before.
func hook(p *batch.Plan, game int, before func()) {
	agents := p.Agents
	p.Agents = func(ctx context.Context, ref batch.Ref, s engine.Setup) ([]match.Agent, error) {
		out, err := agents(ctx, ref, s)
		for i := range out {
			if ref.Index == game {
				out[i] = hooked{out[i], before}
			}
		}
		return out, err
	}
}

// A drain ends a season after the game in hand: the season goes on where it stopped when the batch is resumed.
func TestDrainEndsASeason(t *testing.T) {
	drain, open := make(chan struct{}), true
	s, p := newStore(), plan(3, 1, true, nil)
	p.Season = 3
	hook(&p, 0, func() {
		if open {
			close(drain)
			open = false
		}
	})
	if err := batch.Run(t.Context(), drain, p, s); err != nil {
		t.Fatal(err)
	}
	if got := begun(s, p); len(got) != 1 || s.status[p.Ref(0).ID] != batch.Finished {
		t.Fatalf("begun are %v", got)
	}
	if err := batch.Run(t.Context(), nil, p, s); err != nil || len(begun(s, p)) != 3 {
		t.Fatalf("resumed, begun are %v, %v", begun(s, p), err)
	}
}

// What stops one season, a provider that is gone or the batch's limit, ends the others too after the game in hand.
func TestStopEndsTheOtherSeasons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newStore(), plan(6, 2, false, nil)
		p.Season, p.FailFast = 3, true
		var slow atomic.Int64 // seats are asked side by side
		slow.Store(int64(time.Second))
		hook(&p, 0, func() { time.Sleep(time.Duration(slow.Swap(0))) }) // fake time: the other season has parked by then
		agents := p.Agents
		p.Agents = func(ctx context.Context, ref batch.Ref, setup engine.Setup) ([]match.Agent, error) {
			if ref.Index == 3 {
				var none atomic.Int64
				return []match.Agent{first{&none}, first{&none}, first{&none}, first{&none}, first{&none}, first{&none}}, nil
			}
			return agents(ctx, ref, setup)
		}
		if err := batch.Run(t.Context(), nil, p, s); err != nil {
			t.Fatal(err)
		}
		if got := begun(s, p); len(got) != 2 || s.status[p.Ref(0).ID] != batch.Finished || s.status[p.Ref(3).ID] != batch.Parked {
			t.Fatalf("begun are %v: %v", got, s.status)
		}
	})
}

// A season ends at a game that does not finish: the next would carry over what is not there yet.
func TestSeasonEndsAtAParkedGame(t *testing.T) {
	var none atomic.Int64
	s, p := newStore(), plan(4, 1, false, &none)
	p.Season = 2
	if err := batch.Run(t.Context(), nil, p, s); err != nil {
		t.Fatal(err)
	}
	if got := begun(s, p); len(got) != 2 || got[0] != 0 || got[1] != 2 {
		t.Fatalf("begun are %v", got)
	}
}

// A limit of one game stops that game, a limit of the batch stops the batch, and neither makes a game a failed or a parked one.
func TestLimitsStop(t *testing.T) {
	for _, all := range []bool{true, false} {
		var none atomic.Int64
		s, p := newStore(), plan(64, 1, false, &none)
		p.Stopped = func(err error) (bool, bool) { return errors.Is(err, errGone), all }
		if err := batch.Run(t.Context(), nil, p, s); err != nil {
			t.Fatal(err)
		}
		got := begun(s, p)
		if (len(got) < p.Games) != all {
			t.Errorf("a limit of all %v: %d games are tried", all, len(got))
		}
		for _, i := range got {
			if status := s.status[p.Ref(i).ID]; status != batch.Stopped {
				t.Errorf("game %d is %s", i, status)
			}
		}
	}
}

// A game that has ended, by finishing or by failing, is not played again.
func TestEndedIsNotPlayedAgain(t *testing.T) {
	for _, status := range []batch.Status{batch.Finished, batch.Failed} {
		s, p := newStore(), plan(1, 1, false, nil)
		s.status[p.Ref(0).ID] = status
		p.Report = func(out batch.Outcome) { t.Errorf("%s: played again: %+v", status, out) }
		if err := batch.Run(t.Context(), nil, p, s); err != nil || len(s.games) != 0 {
			t.Errorf("%s: %d games, %v", status, len(s.games), err)
		}
	}
}

// A batch whose games are no multiple of its seasons ends with a short season, and not one game later.
func TestShortSeason(t *testing.T) {
	for _, games := range []int{1, 2, 3, 4, 5, 6, 7} {
		s, p := newStore(), plan(games, 2, true, nil)
		p.Season = 3
		ref := p.Ref
		p.Ref = func(i int) batch.Ref {
			if i < 0 || i >= games {
				t.Errorf("game %d of %d is asked for", i, games)
			}
			return ref(i)
		}
		if err := batch.Run(t.Context(), nil, p, s); err != nil || len(begun(s, p)) != games {
			t.Errorf("%d games: %v are played, %v", games, begun(s, p), err)
		}
	}
}
