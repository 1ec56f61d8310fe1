package enginetest

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine/codec"
)

var update = flag.Bool("update", false, "rewrite testdata/heads.golden")

// Games of random rules are what they were, by the hash of their last event. A change here is a change of what some rules mean, of
// the dice or of the stored form; a new option draws other rules. go test ./engine/enginetest -run Heads -update writes it.
func TestHeads(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The hash of the last event of a game of Rules(seed), played by Answer.\n")
	for seed := range uint64(200) {
		events, _, err := Play(Setup(seed, Rules(seed)))
		if err != nil {
			t.Fatal(err)
		}
		stored, err := codec.StoreAll(events)
		if err != nil {
			t.Fatal(err)
		}
		_, head, err := codec.Verify(stored, nil)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%3d %4d events %s\n", seed, len(events), head)
	}
	const path = "testdata/heads.golden"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range strings.Split(string(want), "\n") {
		if i >= len(lines) || lines[i] != line {
			t.Fatalf("%s differs first at line %d: %s", path, i+1, line)
		}
	}
}
