package reply

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// Where the server holds texts to a length, the schema gives one to each text, and a text that came to its end is marked.
func TestBoundedTexts(t *testing.T) {
	seen := atTable(nil)
	asked := engine.Request{Seat: 0, Kind: engine.AskStatement, Round: 1, Phase: engine.PhaseRoundTable, Living: engine.AllSeats(6),
		Words: 50}
	for _, lengths := range []Texts{Open, Bounded} {
		for kind, texts := range map[engine.RequestKind]int{engine.AskStatement: 2, engine.AskReflect: 2, engine.AskBallot: 1} {
			asked.Kind = kind
			schema := string(To(seen, asked).Schema(lengths))
			if got := strings.Count(schema, `"maxLength"`); lengths == Bounded && got != texts || lengths == Open && got != 0 {
				t.Errorf("%s, bounded %v: %s", kind, lengths, schema)
			}
		}
	}
	asked.Kind = engine.AskStatement
	for _, c := range []struct {
		thought, text int
		marked        bool
	}{{10, 10, false}, {longestThought, 10, true}, {longestThought - 1, 10, false}, {10, longestText(50), true}} {
		words := strings.TrimSpace(strings.Repeat("aaaaaaaaaaaaaaaaaaaaaaaaaaaaa ", 1+c.text/30))[:c.text]
		got := read(said(fmt.Sprintf(`{"thought":%q,"text":%q,"acts":[]}`, strings.Repeat("ä", c.thought), words)), seen, asked, false)
		if slices.Contains(got.Mended, markedLimit) != c.marked {
			t.Errorf("%+v: %v", c, got.Mended)
		}
	}
	asked.Words = 200 // more than is bounded
	if schema := string(To(seen, asked).Schema(Bounded)); strings.Count(schema, `"maxLength"`) != 1 {
		t.Errorf("200 words: %s", schema)
	}
	if got := read(said(`{"thought":"a","text":"","acts":[]}`), seen, asked, false); slices.Contains(got.Mended, markedLimit) {
		t.Errorf("saying nothing is marked: %v", got.Mended)
	}
}
