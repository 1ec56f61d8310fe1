package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// cache is where the programs under test keep chance levels: simulated once for all of them.
var cache = filepath.Join(os.TempDir(), fmt.Sprint("turncoat-test-", os.Getpid()))

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){"turncoat": func() { os.Exit(Main()) }})
}

// tidy runs the tests and takes the cache away.
type tidy struct{ *testing.M }

func (t tidy) Run() int {
	defer os.RemoveAll(cache)
	return t.M.Run()
}

// TestScripts runs every verb as a user would, on the real program: see testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_CACHE_HOME", cache)
			return nil
		}})
}

// firstGame opens the file of a batch, until the test ends, and looks up the batch's first game.
func firstGame(t *testing.T, db, batch string) (*memory.Store, memory.Game) {
	t.Helper()
	store, err := memory.OpenReadOnly(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() }) // it was only read
	g, err := store.GameAt(t.Context(), batch, 0)
	if err != nil {
		t.Fatal(err)
	}
	return store, g
}

// seated are the players of a design, none of them a model.
func seated(tb testing.TB, d *study.Design) *seating.Live {
	tb.Helper()
	live, err := seating.New(d, seating.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return live
}

// alone seats games as if each were the first of its season.
func alone(d *study.Design) func(context.Context, batch.Ref) (engine.Setup, error) {
	return func(_ context.Context, ref batch.Ref) (engine.Setup, error) { return d.Alone(ref) }
}
