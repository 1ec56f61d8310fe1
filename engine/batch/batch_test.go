package batch_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/engine/batch/batchtest"
	"github.com/turncoat-sim/turncoat/engine/match"
)

// store keeps games in memory, as a Store must.
type store struct {
	mu     sync.Mutex
	games  map[string][]engine.Event
	status map[string]batch.Status
	broken error
}

func newStore() *store {
	return &store{games: map[string][]engine.Event{}, status: map[string]batch.Status{}}
}

func (s *store) Append(_ context.Context, game string, after uint64, events []engine.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status[game] == "" {
		return fmt.Errorf("game %s was not started", game)
	}
	if uint64(len(s.games[game])) != after {
		return fmt.Errorf("fork of %s", game)
	}
	s.games[game] = append(s.games[game], events...)
	return s.broken
}

func (s *store) Status(_ context.Context, ref batch.Ref) (batch.Status, []engine.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status[ref.ID], slices.Clone(s.games[ref.ID]), nil
}

func (s *store) Start(_ context.Context, ref batch.Ref) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[ref.ID] = batch.Running
	return nil
}

func (s *store) Finish(_ context.Context, out batch.Outcome) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[out.ID] = out.Status
	return nil
}

func (s *store) Commit(ctx context.Context, out batch.Outcome, events []engine.Event) error {
	if err := s.Start(ctx, out.Ref); err != nil {
		return err
	}
	if err := s.Append(ctx, out.ID, 0, events); err != nil {
		return err
	}
	return s.Finish(ctx, out)
}

// The store of these tests passes the suite of stores, so that what they show holds for every store.
func TestConformance(t *testing.T) {
	kept := map[string]*store{}
	batchtest.Conform(t, func(t *testing.T) batch.Store {
		if kept[t.Name()] == nil {
			kept[t.Name()] = newStore()
		}
		return kept[t.Name()]
	})
}

// first names the first seat that is offered; after calls runs out it can't answer any more.
type first struct{ calls *atomic.Int64 }

var errGone = errors.New("the provider is gone")

func (f first) Act(_ context.Context, seen engine.Observation, r engine.Request) (engine.Answer, error) {
	if f.calls != nil {
		if f.calls.Add(-1) < 0 {
			return engine.Answer{}, errGone
		}
	}
	return engine.Answer{Seat: r.Seat, Target: r.Offer[0]}, nil
}

func plan(games, parallel int, instant bool, calls *atomic.Int64) batch.Plan {
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors, rules.Beliefs = 6, 1, engine.Beliefs{}
	rules = rules.Complete()
	return batch.Plan{
		Games: games, Ref: func(i int) batch.Ref { return batch.RefOf("b", 7, i, i) }, Parallel: parallel, Instant: instant,
		Setup: func(_ context.Context, ref batch.Ref) (engine.Setup, error) {
			cast := make([]engine.Player, rules.Players)
			for i := range cast {
				cast[i] = engine.Player{Name: fmt.Sprint("P", i), Policy: "first"}
			}
			return engine.Setup{Seed: ref.Seed, Rules: rules, Cast: cast}, nil
		},
		Agents: func(_ context.Context, _ batch.Ref, s engine.Setup) ([]match.Agent, error) {
			out := make([]match.Agent, len(s.Cast))
			for i := range out {
				out[i] = first{calls}
			}
			return out, nil
		},
	}
}

func TestParallelChangesNothing(t *testing.T) {
	var logs []map[string][]engine.Event
	for _, p := range []batch.Plan{plan(12, 1, true, nil), plan(12, 8, true, nil), plan(12, 3, false, nil)} {
		s := newStore()
		if err := batch.Run(t.Context(), nil, p, s); err != nil {
			t.Fatal(err)
		}
		logs = append(logs, s.games)
	}
	for i := range logs {
		if fmt.Sprint(logs[i]) != fmt.Sprint(logs[0]) || len(logs[i]) != 12 {
			t.Fatalf("run %d differs", i)
		}
	}
}

// A provider that goes away after every possible number of calls parks its game, forfeits nothing, and the game that is
// resumed is the game that would have been.
func TestParkAndResumeAtEveryCall(t *testing.T) {
	whole := newStore()
	if err := batch.Run(t.Context(), nil, plan(1, 1, false, nil), whole); err != nil {
		t.Fatal(err)
	}
	for k := 0; ; k++ {
		s, parked := newStore(), false
		var calls atomic.Int64
		calls.Store(int64(k))
		p := plan(1, 1, false, &calls)
		p.Report = func(o batch.Outcome) { parked = o.Status == batch.Parked }
		if err := batch.Run(t.Context(), nil, p, s); err != nil {
			t.Fatal(err)
		}
		if !parked {
			break
		}
		if err := batch.Run(t.Context(), nil, plan(1, 1, false, nil), s); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(s.games) != fmt.Sprint(whole.games) {
			t.Fatalf("resumed after %d calls, the game differs", k)
		}
	}
}

func TestDrainStopsHandingOut(t *testing.T) {
	drain := make(chan struct{})
	close(drain)
	s := newStore()
	if err := batch.Run(t.Context(), drain, plan(50, 2, true, nil), s); err != nil || len(s.games) != 0 {
		t.Fatalf("%d games, %v", len(s.games), err)
	}
}

func TestStoreErrorEndsTheBatch(t *testing.T) {
	s := newStore()
	s.broken = errors.New("disk full")
	if err := batch.Run(t.Context(), nil, plan(50, 4, true, nil), s); !errors.Is(err, s.broken) {
		t.Fatalf("got %v", err)
	}
}

// A log that can't be written to parks the game; only the engine makes it a failed one.
func TestUnkeptIsParked(t *testing.T) {
	s := newStore()
	var got []batch.Outcome
	p := plan(1, 1, false, nil)
	p.Report = func(out batch.Outcome) { got = append(got, out) }
	if err := batch.Run(t.Context(), nil, p, unwritable{s}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Status != batch.Parked || !errors.Is(got[0].Err, errFull) {
		t.Fatalf("got %+v", got)
	}
}

var errFull = errors.New("disk full")

// unwritable is a store that keeps an opening and nothing after it.
type unwritable struct{ *store }

func (u unwritable) Append(ctx context.Context, game string, after uint64, events []engine.Event) error {
	if after > 0 {
		return errFull
	}
	return u.store.Append(ctx, game, after, events)
}
