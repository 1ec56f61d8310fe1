package codec

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

var update = flag.Bool("update", false, "rewrite docs/events.md")

// docs/events.md is made from the table of kinds and the bodies' fields.
func TestEventsDoc(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Events\n\nMade from the code (`make golden`). An event has a number, a step, a round, a phase, an audience (a bit " +
		"for each seat\nthat perceived it; none: the log only) and a body of one kind. The chain's hash of an event covers its " +
		"predecessor's hash, this\nheader and the stored bytes of the body. Seats count from 0; −1 is nobody. Beliefs are per mille, " +
		"−1 where none is stated.\n")
	for _, k := range engine.Kinds() {
		doc, audience, _ := strings.Cut(k.Doc(), "; ")
		fmt.Fprintf(&b, "\n## `%s`\n\n%s. Perceived by: %s.\n", k, doc, audience)
		typ := reflect.TypeOf(bodies[k].empty())
		if typ.NumField() > 0 {
			b.WriteString("\n| field | type |\n| --- | --- |\n")
		}
		for i := range typ.NumField() {
			name, rest, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			note := ""
			if strings.Contains(rest, "omitempty") {
				note = ", left out when empty"
			}
			fmt.Fprintf(&b, "| `%s` | %s%s |\n", name, strings.ReplaceAll(typ.Field(i).Type.String(), "engine.", ""), note)
		}
	}
	const path = "../../docs/events.md"
	text := b.String()
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != text {
		t.Errorf("docs/events.md is not what the code says; go test ./engine/codec -run EventsDoc -update (%v)", err)
	}
}
