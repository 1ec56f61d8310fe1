package memory

import (
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A commit is on the disk when it is acknowledged: with NORMAL, WAL's default here, a power cut takes back what was promised.
func TestWriterSyncsEveryCommit(t *testing.T) {
	s := filled(t)
	want := map[string]int64{"synchronous": 2 /* FULL */, "foreign_keys": 1}
	for name, value := range want {
		var got int64
		if err := s.writer.do(t.Context(), 0, func(w *writer) (err error) { got, err = pragma(w.conn, name); return err }); err != nil {
			t.Fatal(err)
		}
		if got != value {
			t.Errorf("%s is %d, not %d", name, got, value)
		}
	}
}

// Whatever a game came to, once it has ended its seal covers every row: an alteration is found. One that waits has none.
func TestEveryEndIsSealed(t *testing.T) {
	steps, _ := play(t, 1)
	for status, sealed := range map[string]bool{"finished": true, "failed": true, "stopped": true, "parked": false} {
		s := filled(t)
		log := must[*GameLog](t)(s.StartGame(t.Context(), game(0)))
		after := uint64(0)
		for _, step := range steps {
			if err := log.Append(t.Context(), game(0).ID, after, step); err != nil {
				t.Fatal(err)
			}
			after += uint64(len(step))
		}
		g := log.Game()
		g.Status = status
		g = must[Game](t)(s.FinishGame(t.Context(), g))
		if err := s.VerifyGame(t.Context(), g.Key); err != nil {
			t.Fatalf("%s: %v", status, err)
		}
		for _, change := range []string{"UPDATE events SET at = at + 1 WHERE seq = 3", "UPDATE games SET seal = zeroblob(32)"} {
			if err := s.writer.do(t.Context(), 0, func(w *writer) error { return run(w.conn, change) }); err != nil {
				t.Fatal(err)
			}
			if err := s.VerifyGame(t.Context(), g.Key); (err != nil) != sealed || err != nil && !strings.Contains(err.Error(), "seal") {
				t.Errorf("%s, after %s: %v", status, change, err)
			}
		}
	}
}

// A process number means this process on this machine alone: of a lease of another machine nobody knows that its owner has ended.
func TestLeaseOfAnotherMachine(t *testing.T) {
	first := filled(t)
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Skip(err)
	}
	owner := must[[]byte](t)(json.Marshal(leaseOwner{"there", gone.Process.Pid, "another domain", time.Now().UnixMilli()}))
	err := first.writer.do(t.Context(), 0, func(w *writer) error {
		_, err := w.exec("UPDATE batches SET lease_owner = ?", string(owner))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := later(t, first.Path(), 0).Take(t.Context(), "test-1"); !errors.As(err, &held) || strings.Contains(err.Error(), "kill") {
		t.Fatalf("got %v", err)
	}
}

// What the games table says is checked against the log: an end that the log does not have, and a game that waits needs none.
func TestVerifyWantsTheEnd(t *testing.T) {
	steps, _ := play(t, 1)
	for status, ok := range map[string]bool{"finished": false, "failed": true, "stopped": true, "parked": true} {
		s := filled(t)
		log := must[*GameLog](t)(s.StartGame(t.Context(), game(0)))
		if err := log.Append(t.Context(), game(0).ID, 0, steps[0]); err != nil {
			t.Fatal(err)
		}
		g := log.Game()
		g.Status = status
		g = must[Game](t)(s.FinishGame(t.Context(), g))
		if err := s.VerifyGame(t.Context(), g.Key); (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "does not end") {
			t.Errorf("%s with a log that does not end: %v", status, err)
		}
	}
}

// What has ended is not begun again: only a parked or stopped game is gone on with, and a failed one once it is reopened.
func TestOnlyWhatWaitsGoesOn(t *testing.T) {
	steps, _ := play(t, 1)
	for status, ok := range map[string]bool{"finished": false, "failed": false, "stopped": true, "parked": true} {
		s := filled(t)
		log := must[*GameLog](t)(s.StartGame(t.Context(), game(0)))
		if err := log.Append(t.Context(), game(0).ID, 0, steps[0]); err != nil {
			t.Fatal(err)
		}
		g := log.Game()
		g.Status = status
		must[Game](t)(s.FinishGame(t.Context(), g))
		if _, err := s.StartGame(t.Context(), game(0)); (err == nil) != ok {
			t.Errorf("%s: %v", status, err)
		}
		// A whole game in its place would lose what it holds.
		if _, err := s.Commit(t.Context(), game(0), flat(steps)); err == nil {
			t.Errorf("%s: a whole game takes the place of one with %d events", status, len(steps[0]))
		}
	}
}
