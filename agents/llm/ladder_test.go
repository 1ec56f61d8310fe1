package llm

import (
	"reflect"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// What the player makes of replies when they come is what is made of them when they are read again from the file: for every two
// replies, those that settle a question at once too. The player asks for a reply exactly as long as the question stands open.
func TestPlayAndRereadingAgree(t *testing.T) {
	seen, asked := ballotOf(t)
	asked.Beliefs = engine.FirstOrder
	spec := testSpec()
	whole := `"suspicion":{"Bo":70,"Mary Ann":12,"Ann":0,"Zoë":100}}`
	some := []Completion{
		saying(`{"thought":"hm","choice":"Bo",` + whole),
		saying(`{"thought":"so","Choice":"bo",` + whole),
		saying(`{"thought":"hm","choice":"Bo","suspicion":{"Bo":70}}`), // legal in the end alone
		saying(`{"thought":"no","choice":"Bobby",` + whole),
		saying("I can't help with that."),
		saying(""),
		{Text: strings.Repeat("and ", 900), Finish: reply.Length},
		{Text: `{"choice":"Bo"}`, Finish: reply.Refused},
		{Failure: engine.CauseTimeout, Detail: "late"},
		{Failure: engine.CauseProvider, Detail: "500"},
		{Failure: engine.CauseTruncated, Finish: reply.Unput, Detail: "too long"},
	}
	settled := map[int]int{}
	for i, first := range some {
		for k, second := range some {
			kept, model := &shelf{}, &says{replies: []Completion{first, second}}
			p := Player{Spec: &spec, Policy: "test", Model: model, Archive: kept, Seed: 1}
			played, err := p.Act(t.Context(), seen, asked)
			if err != nil {
				t.Fatal(err)
			}
			var stored []Completion
			for n := range kept.kept {
				call := kept.calls[[2]int{0, n}]
				stored = append(stored, call.Completion)
				if played.Calls[n].Prompt != call.PromptHash {
					t.Fatalf("%d, %d: call %d names another prompt than the one that was put", i, k, n)
				}
				played.Calls[n].Prompt = ""
			}
			again := OutcomeOf(reply.To(seen, asked), stored)
			if again.Open || !reflect.DeepEqual(again.Answer, played) {
				t.Errorf("%d, %d: read again it is %+v, played it was %+v", i, k, again, played)
			}
			if len(stored) == 2 && !OutcomeOf(reply.To(seen, asked), stored[:1]).Open {
				t.Errorf("%d, %d: it was asked twice, and the first reply settles it", i, k)
			}
			settled[len(stored)]++
		}
	}
	// the first two settle it, and the last two: no repair helps there
	if want := map[int]int{1: 4 * len(some), 2: 7 * len(some)}; !reflect.DeepEqual(settled, want) {
		t.Errorf("questions by the number of replies that they took: %v, want %v", settled, want)
	}
}

// A forfeit holds the thoughts and the calls, each thought once, and nothing of what did not count.
func TestForfeitIsBare(t *testing.T) {
	seen, asked := ballotOf(t)
	asked.Beliefs = engine.FirstOrder
	wrong := saying(`{"thought":"hm","choice":"Bobby","suspicion":{"Bo":70,"Mary Ann":12,"Ann":0,"Zoë":100}}`)
	other := saying(`{"thought":"so","choice":"Nobody here"}`)
	for thoughts, replies := range map[string][]Completion{"hm": {wrong, wrong}, "hm\nso": {wrong, other}} {
		out := OutcomeOf(reply.To(seen, asked), replies)
		calls := out.Answer.Calls
		out.Answer.Calls = nil
		want := engine.Answer{Seat: asked.Seat, Target: engine.NoSeat, Forfeit: engine.CauseIllegalTarget, Thought: thoughts}
		if out.Open || len(calls) != 2 || !reflect.DeepEqual(out.Answer, want) {
			t.Errorf("%d calls, %+v", len(calls), out.Answer)
		}
	}
}

// What of a useless reply goes back into the prompt: its beginning, whole runes of it, and nothing of one that had no end.
func TestGivenBack(t *testing.T) {
	for _, cause := range []engine.Cause{engine.CauseRepetition, engine.CauseTruncated, engine.CauseTimeout, engine.CauseIncomplete} {
		if got := givenBack(saying("and so on"), cause); got != "" {
			t.Errorf("of a reply that failed as %s goes back %q", cause, got)
		}
	}
	long := strings.Repeat("x", longestQuoted)
	for text, want := range map[string]string{" no JSON \n": "no JSON", "a\xffb": "ab", long: long, long[1:] + "ö": long[1:] + " …"} {
		if got := givenBack(saying(text), engine.CauseNotJSON); got != want {
			t.Errorf("of %d bytes go back %d: …%q", len(text), len(got), got[max(0, len(got)-8):])
		}
	}
}

// Two requests of a game, and two tries at one, are sampled by seeds of their own.
func TestSamplerSeeds(t *testing.T) {
	p, seen := Player{Seed: 1}, map[uint64]engine.Request{}
	for _, kind := range []engine.RequestKind{engine.AskStatement, engine.AskBallot} {
		for _, phase := range []engine.Phase{engine.PhaseRoundTable, engine.PhaseAftermath} {
			for i := range 3 * 3 * 3 * 2 {
				r := engine.Request{Kind: kind, Phase: phase, Round: i % 3, Pass: i / 3 % 3, Position: i / 9 % 3, Stage: i / 27}
				for attempt := range 2 {
					seed := p.seedOf(r, attempt)
					if other, ok := seen[seed]; ok {
						t.Fatalf("%+v, try %d, has the seed of %+v", r, attempt, other)
					}
					seen[seed] = r
				}
			}
		}
	}
	if other := (&Player{Seed: 2}).seedOf(engine.Request{}, 0); other == p.seedOf(engine.Request{}, 0) {
		t.Error("two games have the same seeds")
	}
}

// The digest of a reply covers its text, its thinking, how it ended and why it failed, and where one ends and the next begins.
func TestReplyHashCoversTheReply(t *testing.T) {
	seen := map[string]int{}
	for i, c := range []Completion{{}, {Text: "a"}, {Thinking: "a"}, {Text: "a", Thinking: "a"}, {Text: "aa"}, {Finish: reply.Length},
		{Failure: engine.CauseTimeout}, {Text: "1:a", Thinking: ""}} {
		hash := ReplyHash(c)
		if other, ok := seen[hash]; ok || len(hash) != 64 {
			t.Errorf("%d has the digest of %d: %s", i, other, hash)
		}
		seen[hash] = i
	}
}
