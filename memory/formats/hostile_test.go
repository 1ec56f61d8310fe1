package formats

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

var numbers = regexp.MustCompile(`-?\d+`)

// spoil puts a number that can hardly be into the body of an event, of those of the start as often as of all the rest.
func spoil(r *rand.Rand, stored []codec.Stored) {
	i := r.IntN(len(stored))
	if r.IntN(2) == 0 {
		i = r.IntN(min(8, len(stored)))
	}
	body := string(stored[i].Body)
	if places := numbers.FindAllStringIndex(body, -1); len(places) > 0 {
		at := places[r.IntN(len(places))]
		odd := []int{-1, 0, 1, 2, 3, 7, 40, 63, 64, 100, 127, -128, 100000}
		stored[i].Body = []byte(body[:at[0]] + strconv.Itoa(odd[r.IntN(len(odd))]) + body[at[1]:])
	}
}

// Whatever numbers stand in lines whose chain fits, reading and measuring do not panic: a game is refused, or it can be measured. Every
// other one says that another system played it, so that no rule is held against it.
func TestHostileLines(t *testing.T) {
	taken := 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 1))
		events, _, err := enginetest.Play(enginetest.Setup(seed%40, enginetest.Rules(seed%40)))
		if err != nil {
			t.Fatal(err)
		}
		if created := events[0].Body.(engine.Created); seed%2 == 1 {
			events[0].Body = engine.Imported{Format: "x", Rules: created.Rules, Policies: created.Policies}
		}
		stored, err := codec.StoreAll(events)
		if err != nil {
			t.Fatal(err)
		}
		for range 1 + r.IntN(4) {
			spoil(r, stored)
		}
		var b bytes.Buffer
		if err := WriteJSONL(&b, fmt.Sprint("g/", seed), stored); err != nil {
			t.Fatal(err)
		}
		games, _ := importAll(t, "jsonl", fstest.MapFS{"x.jsonl": &fstest.MapFile{Data: b.Bytes()}})
		for _, g := range games {
			var told narrate.Narrator
			for _, e := range g.Events {
				told.Line(engine.Observed{Round: e.Round, Phase: e.Phase, Body: e.Body})
			}
			back, err := codec.StoreAll(g.Events)
			if err != nil {
				t.Fatal(err)
			}
			m, err := metrics.ReadGame(metrics.GameMeta{}, back)
			if err != nil {
				continue
			}
			taken++
			analysis.NewSummary().Add(&m)
			var f analysis.Fitter
			f.Count(&m)
			f.Score(&m)
		}
	}
	if taken < 100 {
		t.Errorf("only %d games were measured", taken)
	}
}
