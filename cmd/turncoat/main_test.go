package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
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
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "", Setup: func(e *testscript.Env) error {
		e.Setenv("XDG_CACHE_HOME", cache)
		return nil
	}})
}
