package memory

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

func TestConformance(t *testing.T) {
	checks := map[string]func(*testing.T, *Store){
		"steps": conformSteps, "whole": conformWhole, "fork": conformFork, "resume": conformResume, "cancel": conformCancel,
		"together": conformTogether,
	}
	for what, check := range checks {
		t.Run(what, func(t *testing.T) { check(t, filled(t)) })
	}
}

func appendAll(t testing.TB, l *GameLog, steps [][]engine.Event) {
	t.Helper()
	for _, step := range steps {
		if err := l.Append(t.Context(), l.Game().ID, step[0].Seq, step); err != nil {
			t.Fatal(err)
		}
	}
}

func conformSteps(t *testing.T, k *Store) {
	steps, state := play(t, 1)
	l := must[*GameLog](t)(k.StartGame(t.Context(), game(0)))
	appendAll(t, l, steps)
	g := l.Game()
	g.Status, g.Winner, g.Rounds = "finished", "traitors", state.Round
	g = must[Game](t)(k.FinishGame(t.Context(), g))
	sameEvents(t, k, g.Key, flat(steps))
	if err := k.VerifyGame(t.Context(), g.Key); err != nil {
		t.Fatal(err)
	}
	if g.Events != len(flat(steps)) || g.Seal == (codec.Hash{}) || g.Winner != "traitors" || g.Status != "finished" {
		t.Fatalf("got %+v", g)
	}
	if _, err := k.StartGame(t.Context(), game(0)); err == nil {
		t.Fatal("a finished game was started again")
	}
	if _, err := k.FinishGame(t.Context(), g); err == nil {
		t.Fatal("a finished game was finished again")
	}
}

func sameEvents(t testing.TB, k *Store, key int64, want []engine.Event) {
	t.Helper()
	r := must[Record](t)(k.Events(t.Context(), key))
	var stored []codec.Stored
	for _, e := range want {
		stored = append(stored, must[codec.Stored](t)(codec.Store(e)))
	}
	if d := cmp.Diff(stored, r.Events); d != "" {
		t.Fatal(d)
	}
}

func conformWhole(t *testing.T, k *Store) {
	events := playWhole(t, 2)
	g := must[Game](t)(k.Commit(t.Context(), game(1), events))
	sameEvents(t, k, g.Key, events)
	if err := k.VerifyGame(t.Context(), g.Key); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(g, must[Game](t)(k.GameByKey(t.Context(), g.Key))); d != "" {
		t.Fatal(d)
	}
	if _, err := k.Commit(t.Context(), game(1), events); err == nil {
		t.Fatal("a game was kept twice")
	}
	if _, err := k.Commit(t.Context(), game(2), events[1:]); err == nil {
		t.Fatal("a log without its beginning was kept")
	}
	begun := must[*GameLog](t)(k.StartGame(t.Context(), game(3)))
	if _, err := k.Commit(t.Context(), game(3), events); err != nil {
		t.Fatalf("a game that was begun and has no events: %v", err)
	}
	if err := begun.Append(t.Context(), begun.Game().ID, 0, events[:3]); err == nil {
		t.Fatal("appended to a game that was kept whole")
	}
}

func conformFork(t *testing.T, k *Store) {
	steps, _ := play(t, 3)
	l := must[*GameLog](t)(k.StartGame(t.Context(), game(0)))
	other := must[*GameLog](t)(k.StartGame(t.Context(), game(0)))
	appendAll(t, l, steps[:2])
	n := steps[2][0].Seq
	id := l.Game().ID
	for _, after := range []uint64{0, n - 1, n + 1} {
		if err := l.Append(t.Context(), id, after, steps[2]); !errors.Is(err, errForked) {
			t.Fatalf("after %d of %d: %v", after, n, err)
		}
	}
	if err := other.Append(t.Context(), id, 0, steps[0]); !errors.Is(err, errForked) {
		t.Fatalf("a second writer: %v", err)
	}
	if err := l.Append(t.Context(), "another", n, steps[2]); err == nil {
		t.Fatal("another game's events were kept")
	}
	if err := l.Append(t.Context(), id, n, steps[3]); err == nil {
		t.Fatal("events with a gap before them were kept")
	}
	appendAll(t, l, steps[2:])
	sameEvents(t, k, l.Game().Key, flat(steps))
}

func conformResume(t *testing.T, k *Store) {
	steps, _ := play(t, 4)
	l := must[*GameLog](t)(k.StartGame(t.Context(), game(0)))
	appendAll(t, l, steps[:5])
	g := l.Game()
	g.Status, g.Error = "parked", "no server"
	g = must[Game](t)(k.FinishGame(t.Context(), g))
	if g.Seal != (codec.Hash{}) || g.Error != "no server" {
		t.Fatalf("parked: %+v", g)
	}
	if err := l.Append(t.Context(), g.ID, steps[5][0].Seq, steps[5]); err == nil {
		t.Fatal("appended to a parked game")
	}
	l = must[*GameLog](t)(k.StartGame(t.Context(), game(0)))
	if l.Game().Events != g.Events || l.Game().Head != g.Head || l.Game().Error != "" {
		t.Fatalf("resumed: %+v", l.Game())
	}
	appendAll(t, l, steps[5:])
	g.Status, g.Error = "finished", ""
	must[Game](t)(k.FinishGame(t.Context(), g))
	if err := k.VerifyGame(t.Context(), g.Key); err != nil {
		t.Fatal(err)
	}
}

func conformCancel(t *testing.T, k *Store) {
	steps, _ := play(t, 5)
	l := must[*GameLog](t)(k.StartGame(t.Context(), game(0)))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Append(gone, l.Game().ID, 0, steps[0]); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	appendAll(t, l, steps) // nothing was kept, so all of it follows
}

// Thirty-two writers at once: every game whole, and no event in another's log.
func conformTogether(t *testing.T, k *Store) {
	var wg sync.WaitGroup
	steps := make([][][]engine.Event, 32)
	for i := range steps {
		steps[i], _ = play(t, uint64(i))
	}
	keys := make([]int64, len(steps))
	for i := range steps {
		wg.Go(func() {
			if i%2 == 0 {
				g, err := k.Commit(t.Context(), game(i), flat(steps[i]))
				if keys[i] = g.Key; err != nil {
					t.Error(err)
				}
				return
			}
			l, err := k.StartGame(t.Context(), game(i))
			if err != nil {
				t.Error(err)
				return
			}
			keys[i] = l.Game().Key
			for _, step := range steps[i] {
				if err := l.Append(t.Context(), l.Game().ID, step[0].Seq, step); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i, key := range keys {
		sameEvents(t, k, key, flat(steps[i]))
		if err := k.VerifyGame(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
}
