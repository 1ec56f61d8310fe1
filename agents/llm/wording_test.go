package llm

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
)

// seenBy are the events of a game of six as seat 0 perceived them; roles and allies come from traitors.
func seenBy(traitors engine.Seats, change func(*engine.Rules), more ...engine.Observed) engine.Observation {
	r := engine.DefaultRules()
	r.Players, r.Traitors = 6, traitors.Len()
	if change != nil {
		change(&r)
	}
	role := engine.RoleFaithful
	if traitors.Has(0) {
		role = engine.RoleTraitor
	}
	events := []engine.Observed{{Body: engine.Opened{Rules: r.Complete().Public(),
		Names: []string{"Ada", "Bo", "Cy", "Di", "Ed", "Flo"}}}, {Body: engine.Dealt{Seat: 0, Role: role}}}
	if traitors.Has(0) {
		events = append(events, engine.Observed{Body: engine.Allies{Seats: traitors.List()}})
	}
	return engine.Observation{Seat: 0, Events: append(events, more...)}
}

func said(round int, s engine.Statement) engine.Observed {
	return engine.Observed{Round: round, Phase: engine.PhaseRoundTable, Body: s}
}

// put is a question that is put to the first of six.
func put(kind engine.RequestKind, phase engine.Phase) engine.Request {
	r := engine.Request{Seat: 0, Kind: kind, Round: 1, Phase: phase, Living: engine.AllSeats(6)}
	if kind != engine.AskReflect {
		r.Words = 50
	}
	return r
}

// wording is a question with what its words hold and lack.
type wording struct {
	name         string
	seen         engine.Observation
	asked        engine.Request
	spec         func(*PromptSpec)
	holds, lacks []string
}

func (c wording) check(t *testing.T) {
	t.Helper()
	spec := testSpec()
	if c.spec != nil {
		c.spec(&spec)
	}
	p := text(Ask{Spec: &spec, Policy: "test", Seen: c.seen, Request: c.asked}.Prompt())
	for _, want := range c.holds {
		if !strings.Contains(p, want) {
			t.Errorf("%s: it does not say %q:\n%s", c.name, want, p)
		}
	}
	for _, not := range c.lacks {
		if strings.Contains(p, not) {
			t.Errorf("%s: it says %q:\n%s", c.name, not, p)
		}
	}
}

// Which turn it is, and what comes after.
func TestWordsOfTurns(t *testing.T) {
	speak := put(engine.AskStatement, engine.PhaseRoundTable)
	last := speak
	last.Pass = 1
	bare := func(r *engine.Rules) { r.Ballot, r.Aftermath = "off", true }
	after, intent := speak, speak
	after.Phase, intent.Kind = engine.PhaseAftermath, engine.AskIntent
	for _, c := range []wording{
		{"the first turn", seenBy(0, nil), speak, nil, []string{"It is your turn 1 of 2 before the vote.", "Nobody has left yet."},
			[]string{"was put to you", "last word"}},
		{"the last turn", seenBy(0, nil), last, nil, []string{"It is your turn 2 of 2, your last word before the vote."}, nil},
		{"the only turn", seenBy(0, func(r *engine.Rules) { r.Passes = 1 }), speak, nil,
			[]string{"It is your only word before the vote."}, nil},
		{"without a vote", seenBy(0, func(r *engine.Rules) { r.Ballot = "off" }), last, nil, []string{"your last word before the night."},
			[]string{"the vote."}},
		{"without a vote, before an aftermath", seenBy(0, bare), last, nil, []string{"your last word before everybody speaks once more.",
			"After the round table every living player speaks once more."}, []string{"the vote", "before the night"}},
		{"the aftermath of no vote", seenBy(0, bare), after, nil,
			[]string{"The round table is over. What do you still say to the others?"}, []string{"the vote"}},
		{"the aftermath of neither talk nor vote", seenBy(0, func(r *engine.Rules) { bare(r); r.Passes = 0 }), after, nil,
			[]string{"Every living player speaks once.\n", "It is your turn to speak, to everybody."},
			[]string{"the vote", "is over", "After the round"}},
		{"the aftermath of a vote", seenBy(0, func(r *engine.Rules) { r.Aftermath = true }), after, nil,
			[]string{"The vote is over.", "After the vote every"}, nil},
		{"an intent without a vote", seenBy(0, func(r *engine.Rules) { bare(r); r.AfterSpeech = "intent" }), intent, nil,
			[]string{"If there were a vote now, whom would you banish?", "whom you would banish if there were a vote."},
			[]string{"the vote", "would vote now"}},
		{"an intent", seenBy(0, func(r *engine.Rules) { r.AfterSpeech = "intent" }), intent, nil,
			[]string{"If the vote were now, whom would you banish?"}, nil},
		{"no murder, neutral", seenBy(0, func(r *engine.Rules) { r.Framing, r.Murder = "neutral", false }), speak, nil,
			[]string{"Nobody is removed in the night.\n"}, []string{"at night."}},
	} {
		c.check(t)
	}
}

// Who left and how, and what stands open.
func TestWordsOfWhatWas(t *testing.T) {
	last := put(engine.AskStatement, engine.PhaseRoundTable)
	later := last
	last.Pass = 1
	later.Round, later.Living = 2, engine.SeatsOf(0, 1, 2, 5)
	left := []engine.Observed{
		{Round: 1, Phase: engine.PhaseBanishment, Body: engine.Banished{Seat: 3}},
		{Round: 1, Phase: engine.PhaseBanishment, Body: engine.Revealed{Seat: 3, Role: engine.RoleTraitor}},
		{Round: 2, Phase: engine.PhaseBreakfast, Body: engine.Found{Victim: 4}},
	}
	third := later
	third.Round = 3
	asks := engine.Statement{Seat: 2, Text: "Ada?", Acts: []engine.Act{{Kind: engine.Question, Seat: 0}}}
	again := asks
	again.Pass = 1
	unheard := func(r *engine.Rules) { r.Hears = engine.Hears{First: "previous_pass", Later: "previous_pass"} }
	for _, c := range []wording{
		{"who left", seenBy(0, nil, left...), later, nil, []string{"Out: Di (round 1, banished, was a traitor), Ed (round 2, murdered)."},
			[]string{"Nobody has left"}},
		{"who left, of which nothing is shown", seenBy(0, nil), later, nil, nil, []string{"Nobody has left", "Out:"}},
		{"a question that stands open", seenBy(0, nil, said(1, asks)), last, nil,
			[]string{"A question was put to you, since you last spoke, by: Cy."}, nil},
		{"one that was answered", seenBy(0, nil, said(1, asks), said(1, engine.Statement{Seat: 0, Text: "No."})), last, nil, nil,
			[]string{"was put to you"}},
		{"one that a turn which was lost does not answer", seenBy(0, nil, said(1, asks), said(1, engine.Statement{Seat: 0, Lost: true})),
			last, nil, []string{"since you last spoke, by: Cy."}, nil},
		{"one that was put in the same pass, unheard", seenBy(0, unheard, said(1, asks), said(1, engine.Statement{Seat: 0, Text: "No."})),
			last, nil, []string{"since you last spoke, by: Cy."}, nil},
		{"one that was answered in the next pass", seenBy(0, unheard, said(1, asks),
			said(1, engine.Statement{Seat: 0, Pass: 1, Text: "No."})), last, nil, nil, []string{"was put to you"}},
		{"one that was put again in the same pass, unheard",
			seenBy(0, unheard, said(1, asks), said(1, again), said(1, engine.Statement{Seat: 0, Pass: 1, Text: "No."})), last, nil,
			[]string{"since you last spoke, by: Cy."}, nil},
		{"one of the round before", seenBy(0, unheard, said(1, again), said(2, engine.Statement{Seat: 0, Pass: 1, Text: "No."})), later,
			nil, nil, []string{"was put to you"}},
		{"who left, under a window that lacks the round",
			seenBy(0, func(r *engine.Rules) { r.Memory.Recall, r.Memory.Window = "window", 1 }, left...), third, nil,
			[]string{"Out: Di (round 1, banished, was a traitor), Ed (round 2, murdered)."}, nil},
	} {
		c.check(t)
	}
}

// With whom one talks, and what is one's own.
func TestWordsOfWhatIsOnesOwn(t *testing.T) {
	speak := put(engine.AskStatement, engine.PhaseRoundTable)
	night := put(engine.AskConfer, engine.PhaseConclave)
	reflect := put(engine.AskReflect, engine.PhaseReflection)
	for _, c := range []wording{
		{"two fellows", seenBy(engine.SeatsOf(0, 1, 2), nil), night, nil,
			[]string{"with your fellow traitors: Bo, Cy. It is your turn 1 of 2. After it each of you names who shall be murdered, one " +
				"of: Di, Ed, Flo."}, []string{"with the other"}},
		{"one fellow", seenBy(engine.SeatsOf(0, 1), nil), night, nil, []string{"with your fellow traitor Bo."}, nil},
		{"no fellow", seenBy(engine.SeatsOf(0), nil), speak, nil, []string{"You are the only traitor."},
			[]string{"The traitors are", "confer among"}},
		{"neutral", seenBy(engine.SeatsOf(0), func(r *engine.Rules) { r.Framing, r.Guidance.Traitor = "neutral", "explicit" }), speak,
			nil, []string{"You are an insider.", "find out that you are an insider", "claim to be an insider", "claim to be a regular"},
			[]string{"a insider", "traitor"}},
		{"notes under full recall", seenBy(0, nil), reflect, nil, []string{"No other player sees them; researchers may."},
			[]string{"may not be shown again", "Nobody else ever"}},
		{"notes under another", seenBy(0, func(r *engine.Rules) { r.Memory.Recall = "digest" }), reflect, nil,
			[]string{"What you don't note you may not be shown again."}, nil},
		{"the last belief", seenBy(0, nil, engine.Observed{Round: 1,
			Body: engine.Belief{Observer: 0, PerMille: []int16{-1, 500, -1, -1, -1, -1}}}), speak, nil,
			[]string{"What you last stated in private: Ada suspects: Bo 50 %."}, nil},
		{"the last belief, after one that was lost", seenBy(0, nil,
			engine.Observed{Round: 1, Body: engine.Belief{Observer: 0, PerMille: []int16{-1, 500, -1, -1, -1, -1}}},
			engine.Observed{Round: 1, Body: engine.Belief{Observer: 0, PerMille: []int16{-1, -1, -1, -1, -1, -1}}}), speak, nil,
			[]string{"What you last stated in private: Ada suspects: Bo 50 %."}, nil},
		{"none but one that was lost", seenBy(0, nil, engine.Observed{Round: 1,
			Body: engine.Belief{Observer: 0, PerMille: []int16{-1, -1, -1, -1, -1, -1}}}), speak, nil, nil,
			[]string{"last stated", "suspects"}},
		{"without it", seenBy(0, nil, engine.Observed{Round: 1,
			Body: engine.Belief{Observer: 0, PerMille: []int16{-1, 500, -1, -1, -1, -1}}}), speak,
			func(s *PromptSpec) { s.Texts.LastBelief = lastBeliefOff }, nil, []string{"last stated", "50 %"}},
		{"the last thought", seenBy(0, nil, engine.Observed{Round: 1, Body: engine.Thought{Seat: 0, Text: "Bo first."}},
			engine.Observed{Round: 1, Body: engine.Thought{Seat: 0, Text: "No, Cy."}}), speak, nil,
			[]string{"Your last thought: “No, Cy.”"}, []string{"Bo first"}},
		{"reputations with nothing in them", seenBy(0, nil,
			engine.Observed{Body: engine.Remembered{Seat: 0, Games: 2, Others: []engine.Reputation{{Seat: 1}, {Seat: 2, Lies: 1000}}}}),
			speak, nil, []string{"Games with these people before this one: 2.\nWhat you hold of them, earlier games counting less:\n" +
				"Cy: promises"}, []string{"Bo: promises"}},
		{"no reputation at all", seenBy(0, nil, engine.Observed{Body: engine.Remembered{Seat: 0, Games: 2,
			Others: []engine.Reputation{{Seat: 1}}}}), speak, nil, []string{"before this one: 2."}, []string{"What you hold"}},
	} {
		c.check(t)
	}
}

// A traitor is not asked how suspected it is by its fellows, who know; a prompt without a native schema shows the same names.
func TestSecondOrderLeavesFellowsOut(t *testing.T) {
	seen := seenBy(engine.SeatsOf(0, 1), nil)
	asked := engine.Request{Seat: 0, Kind: engine.AskBeliefs, Round: 1, Phase: engine.PhaseBeliefs, Living: engine.AllSeats(6),
		Beliefs: engine.SecondOrder}
	for _, mode := range []Mode{Native, PromptOnly} {
		spec := PromptSpec{Policies: map[string]Binding{"test": {Schema: mode, Chars: DefaultChars}}}
		p := Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.Prompt()
		question := p.Messages[1].Text[strings.Index(p.Messages[1].Text, "NOW:"):]
		if strings.Contains(question, "certain): Bo") || !strings.Contains(question, "Cy, Di, Ed, Flo") ||
			strings.Contains(string(p.Schema), `"Bo"`) || strings.Contains(question, `"Bo"`) {
			t.Errorf("%s: %s\n%s", mode, question, p.Schema)
		}
	}
	got := reply.To(seen, asked).Read(saying(`{"thought":"","suspicion":{"Cy":10,"Di":20,"Ed":30,"Flo":40}}`).raw(), reply.Repairable)
	if got.Problem != nil || got.Answer.Beliefs[1] != engine.Unstated || got.Answer.Beliefs[5] != 400 {
		t.Errorf("%+v", got)
	}
}
