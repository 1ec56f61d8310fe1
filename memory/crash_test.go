package memory

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// alone is the child process's: it has no test to end with.
var alone = context.Background()

// writeForever appends games step by step and whole, and says after each acknowledgement how far it has come.
func writeForever(path string) {
	s, err := Open(alone, path)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var t testing.T
	events := playWhole(&t, 1)
	steps, _ := play(&t, 1)
	next := 0
	for range s.Games(alone, "test-1") {
		next++
	}
	for i := next; ; i += 2 {
		l, err := s.StartGame(alone, game(i))
		for _, step := range steps {
			err = errors.Join(err, l.Append(alone, l.Game().ID, step[0].Seq, step))
			fmt.Println("append", i, l.Game().Events)
		}
		g := l.Game()
		g.Status = "finished"
		_, errFinish := s.FinishGame(alone, g)
		_, errCommit := s.Commit(alone, game(i+1), events)
		if err := errors.Join(err, errFinish, errCommit); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println("commit", i+1, len(events))
	}
}

// kill -9 after every so many acknowledgements: all that was acknowledged is there, and each log is a prefix of its game.
func TestKilled(t *testing.T) {
	s := filled(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want := playWhole(t, 1)
	for _, after := range []int{1, 7, 40, 95, 130} {
		kind, index, acked := killedAfter(t, s.Path(), after)
		s := open(t, s.Path())
		g := must[Game](t)(s.GameAt(t.Context(), "test-1", index))
		if g.Events < acked {
			t.Fatalf("%s of game %d: %d events acknowledged, %d there", kind, index, acked, g.Events)
		}
		games := 0
		for g, err := range s.Games(t.Context(), "test-1") {
			if err != nil || g.Index != games {
				t.Fatalf("game %d: %+v %v", games, g, err)
			}
			if err := s.VerifyGame(t.Context(), g.Key); err != nil {
				t.Fatal(err)
			}
			sameEvents(t, s, g.Key, want[:g.Events])
			games++
		}
		goesOn(t, s, want)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// goesOn finishes the game that was cut off, if one was.
func goesOn(t *testing.T, s *Store, want []engine.Event) {
	t.Helper()
	for g, err := range s.Games(t.Context(), "test-1") {
		if err != nil {
			t.Fatal(err)
		}
		if g.Status != "running" {
			continue
		}
		l := must[*GameLog](t)(s.StartGame(t.Context(), g))
		if err := l.Append(t.Context(), g.ID, uint64(g.Events), want[g.Events:]); err != nil {
			t.Fatal(err)
		}
		g.Status = "finished"
		must[Game](t)(s.FinishGame(t.Context(), g))
		if err := s.VerifyGame(t.Context(), g.Key); err != nil {
			t.Fatal(err)
		}
	}
}

// killedAfter runs the child, kills it once it has acknowledged so often, and returns the last that it acknowledged.
func killedAfter(t *testing.T, path string, after int) (kind string, index, events int) {
	t.Helper()
	cmd, _ := start(t, "write", path)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	for n := 0; lines.Scan(); n++ {
		if strings.HasPrefix(lines.Text(), "error") {
			t.Fatal(lines.Text())
		}
		if _, err := fmt.Sscan(lines.Text(), &kind, &index, &events); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		if n == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait()
	if _, err := os.Stat(filepath.Clean(path)); err != nil {
		t.Fatal(err)
	}
	return kind, index, events
}
