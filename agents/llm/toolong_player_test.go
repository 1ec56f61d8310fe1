package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// narrow is a server that counts a token for so many bytes, and refuses what does not fit with the reply.
type narrow struct {
	context, predict, bytes int
	tells                   bool
	cuts                    bool // takes what fits without the reply, and cuts that off
	asked, refused          int
}

func (n *narrow) Complete(_ context.Context, p Prompt) (Completion, error) {
	n.asked++
	tokens := p.Chars() / n.bytes
	const answer = `{"thought":"hm","text":"So it is.","choice":"Bo","suspicion":{}}`
	switch {
	case n.cuts && tokens < n.context && tokens+n.predict > n.context:
		n.refused++
		return Completion{Text: answer[:20], Finish: reply.Length, Usage: Usage{Prompt: tokens, Reply: n.context - tokens}}, nil
	case tokens+n.predict > n.context:
		n.refused++
		f := &Failure{Cause: engine.CauseTruncated, TooLong: true, Err: errors.New("too long")}
		if n.tells {
			f.Context = n.context
		}
		return Completion{}, f
	}
	return Completion{Text: answer, Finish: reply.Stop, Usage: Usage{Prompt: tokens, Reply: 30}}, nil
}

// longTable is a ballot after rounds of talk. The seat has been told things in the night, too, if it is of those who are.
func longTable(t *testing.T, rounds, words int, nights bool) (engine.Observation, engine.Request) {
	t.Helper()
	seen, asked := ballotOf(t)
	speech := strings.Repeat("word ", words)
	for round := 1; round <= rounds; round++ {
		for seat := range 4 {
			seen.Events = append(seen.Events, engine.Observed{Round: round, Phase: engine.PhaseRoundTable,
				Body: engine.Statement{Seat: engine.Seat(seat), Text: fmt.Sprintf("r%ds%d %s", round, seat, speech)}})
		}
		if nights {
			seen.Events = append(seen.Events, engine.Observed{Round: round, Phase: engine.PhaseConclave,
				Body: engine.Conferred{Seat: 1, Text: fmt.Sprintf("night%d %s", round, speech)}})
		}
	}
	asked.Round = rounds
	return seen, asked
}

func narrowPlayer(m Model, known *Contexts, kept Archive) *Player {
	spec := testSpec()
	spec.Policies["test"] = Binding{Schema: Native, Chars: DefaultChars, Predict: 300}
	return &Player{Spec: &spec, Policy: "test", Model: m, Archive: kept, Seed: 1, Contexts: known}
}

// What is put to a server whose context is learnt from refusals follows from the question alone, and not from what was refused
// before: a batch that was killed and goes on comes to the same prompts. What fits is never made shorter.
func TestWhatWasRefusedBeforeChangesNoPrompt(t *testing.T) {
	for _, server := range []narrow{
		{context: 2600, predict: 300, bytes: 4, tells: true},
		{context: 2600, predict: 300, bytes: 4},
		{context: 2600, predict: 300, bytes: 2}, // denser than we reckon with
		{context: 2600, predict: 300, bytes: 2, tells: true},
		{context: 2600, predict: 300, bytes: 4, tells: true, cuts: true},
	} {
		name := fmt.Sprintf("%+v", server)
		var warm Contexts
		refused := 0
		for rounds := 12; rounds > 0; rounds-- { // the longest first
			seen, asked := longTable(t, rounds, 60, rounds%2 == 0)
			kept := func(known *Contexts) (Call, *narrow) {
				m, archive := server, &shelf{}
				if a, err := narrowPlayer(&m, known, archive).Act(t.Context(), seen, asked); err != nil || a.Forfeit != "" {
					t.Fatalf("%s: %d rounds: %+v, %v", name, rounds, a, err)
				}
				return archive.calls[[2]int{int(asked.Seat), 0}], &m
			}
			first, _ := kept(&Contexts{})
			later, m := kept(&warm)
			if first.PromptHash != later.PromptHash || first.Completion.Context != later.Completion.Context {
				t.Errorf("%s: %d rounds: asked first it is made for %d, after others for %d", name, rounds, first.Completion.Context,
					later.Completion.Context)
			}
			whole := Ask{Spec: narrowPlayer(nil, nil, nil).Spec, Policy: "test", Seen: seen, Request: asked}.Prompt()
			if fits := whole.Chars()/server.bytes+server.predict <= server.context; fits != (later.Completion.Context == 0) {
				t.Errorf("%s: %d rounds: the whole prompt fits: %v, and it was made for %d", name, rounds, fits, later.Completion.Context)
			}
			again := Ask{Spec: narrowPlayer(nil, nil, nil).Spec, Policy: "test", Seen: seen, Request: asked}
			if again.draft().prompt(nil, later.Completion.Context).Hash() != later.PromptHash {
				t.Errorf("%s: %d rounds: built again it is another prompt", name, rounds)
			}
			refused += m.refused
		}
		if refused > 8 {
			t.Errorf("%s: %d refusals for 12 prompts, though what is longer than a refused one is not put", name, refused)
		}
	}
}

// A reply that the end of the context cut off is no answer: some servers take a prompt that leaves it no room, and text can be
// denser than it is reckoned with. A reply that ended at its own limit stays what it is.
func TestReplyCutByTheContext(t *testing.T) {
	seen, asked := longTable(t, 12, 60, true)
	whole := Ask{Spec: narrowPlayer(nil, nil, nil).Spec, Policy: "test", Seen: seen, Request: asked}.Prompt().Chars()
	// takes the whole prompt, and has room for 100 tokens more
	kept, dense := &shelf{}, &narrow{context: whole/2 + 100, predict: 300, bytes: 2, cuts: true}
	p := narrowPlayer(dense, &Contexts{}, kept)
	p.Spec.Policies["test"] = Binding{Schema: Native, Chars: DefaultChars, Predict: 300, Context: dense.context}
	a, err := p.Act(t.Context(), seen, asked)
	if c := kept.calls[[2]int{int(asked.Seat), 0}].Completion; err != nil || a.Forfeit != "" || kept.kept != 1 || c.Context == 0 ||
		c.Tries != 2 || dense.asked != 2 {
		t.Errorf("%+v, %v; kept %d, the first made for %d in %d tries", a, err, kept.kept, c.Context, c.Tries)
	}
	kept, told := &shelf{}, &Contexts{}
	told.refused("test", 1<<20, dense.context) // of another prompt
	if a, err := narrowPlayer(dense, told, kept).Act(t.Context(), seen, asked); err != nil || a.Forfeit != "" || kept.kept != 1 ||
		kept.calls[[2]int{int(asked.Seat), 0}].Completion.Context == 0 {
		t.Errorf("told in a refusal: %+v, %v; %d kept", a, err, kept.kept)
	}
	long := saying(`{"thought":"hm`)
	long.Finish, long.Usage = reply.Length, Usage{Prompt: dense.context - 300, Reply: 300}
	m := &says{replies: []Completion{long, saying(`{"thought":"hm","choice":"Bo"}`)}}
	kept = &shelf{}
	p.Model, p.Archive, p.Contexts = m, kept, &Contexts{}
	if a, err := p.Act(t.Context(), seen, asked); err != nil || a.Forfeit != "" || kept.kept != 2 ||
		kept.calls[[2]int{int(asked.Seat), 0}].Completion.Context != 0 {
		t.Errorf("%+v, %v; %d kept", a, err, kept.kept)
	}
}

// A prompt that can't be put costs its own answer and nothing else: no repair is asked for, which would be longer, and other
// prompts stay whole.
func TestWhatCantBePutTeachesNobodyElse(t *testing.T) {
	for _, tells := range []bool{true, false} {
		var known Contexts
		closed := &narrow{context: 310, predict: 300, bytes: 4, tells: tells}
		long, asked := longTable(t, 6, 60, true)
		for range 12 {
			kept := &shelf{}
			a, err := narrowPlayer(closed, &known, kept).Act(t.Context(), long, asked)
			if c := kept.calls[[2]int{int(asked.Seat), 0}]; err != nil || a.Forfeit != engine.CauseTruncated || kept.kept != 1 ||
				c.Completion.Finish != reply.Unput {
				t.Fatalf("%+v, %v, %d kept", a, err, kept.kept)
			}
		}
		if closed.asked > 12+8 {
			t.Errorf("%d calls for 12 answers", closed.asked)
		}
		open, kept := &narrow{context: 1 << 20, predict: 300, bytes: 4}, &shelf{}
		short, asked := ballotOf(t)
		if _, err := narrowPlayer(open, &known, kept).Act(t.Context(), short, asked); err != nil ||
			kept.calls[[2]int{int(asked.Seat), 0}].Completion.Context != 0 {
			t.Errorf("a prompt that fits was made for %d tokens: %v", kept.calls[[2]int{int(asked.Seat), 0}].Completion.Context, err)
		}
	}
}

// The night's own record gives way after the public one, the oldest rounds first, and says so at its end, too.
func TestOwnRecordGivesWay(t *testing.T) {
	seen, asked := longTable(t, 8, 60, true)
	spec := *narrowPlayer(nil, nil, nil).Spec
	whole := Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.Prompt()
	if whole.Context != 0 || whole.Left != 0 {
		t.Errorf("nothing is left out, and it says %d tokens, %d rounds", whole.Context, whole.Left)
	}
	bare := Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.draft().prompt(nil, 1)
	bind := spec.Policies["test"]
	some := Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.draft().prompt(nil,
		bind.Predict+(bind.Tokens(bare.Chars()+len(bare.Schema)+1000))*100/85)
	if text := text(some); !strings.Contains(text, "night8") || strings.Contains(text, "night1 ") ||
		!strings.Contains(text, strings.TrimSpace(ownLeftOut)) || !strings.Contains(text, strings.TrimSpace(talkLeftOut)) {
		t.Errorf("%s", text)
	}
	least := text(bare)
	if strings.Contains(least, "night8") || strings.Contains(least, "r8s0") || strings.Count(least, strings.TrimSpace(ownLeftOut)) != 1 ||
		strings.Count(least, strings.TrimSpace(talkLeftOut)) == 0 {
		t.Errorf("%s", least)
	}
}

// Of a reply that could not be used only the beginning is quoted before talk is left out.
func TestQuotedReplyGivesWayFirst(t *testing.T) {
	seen, asked := longTable(t, 3, 60, false)
	spec := *narrowPlayer(nil, nil, nil).Spec
	earlier := []priorReply{{Reply: strings.Repeat("x", longestQuoted), Problem: engine.Problem{Cause: engine.CauseNotJSON, Detail: "no"}}}
	first := Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.Prompt()
	bind := spec.Policies["test"]
	context := bind.Predict + (bind.Tokens(first.Chars()+len(first.Schema))+100)*100/85
	repair := Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.draft().prompt(earlier, context)
	if repair.Messages[1] != first.Messages[1] || len(repair.Messages[2].Text) > shortQuote+8 || repair.Context != context {
		t.Errorf("made for %d: %d bytes are quoted, the first question is the same: %v", repair.Context, len(repair.Messages[2].Text),
			repair.Messages[1] == first.Messages[1])
	}
}
