package llm

import (
	"slices"
	"strings"
	"testing"

	"turncoat/engine"
)

// table is what a seat named Ada perceived of a table of five, and a ballot with beliefs.
func ballotOf(t testing.TB) (engine.Observation, engine.Request) {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = 5, 1
	names := []string{"Ada", "Bo", "Mary Ann", "Ann", "Zoë"}
	seen := engine.Observation{Seat: 0, Events: []engine.Observed{{Body: engine.Opened{Rules: rules.Complete(), Names: names}}}}
	r := engine.Request{Seat: 0, Kind: engine.AskBallot, Round: 1, Phase: engine.PhaseBallot, Living: engine.AllSeats(5), Legal: engine.AllSeats(5).Without(0)}
	copy(r.Offer[:], []engine.Seat{4, 2, 1, 3})
	return seen, r
}

// The odd replies that real models give, and what is made of them (docs/cli.md, "What counts as a reply").
var oddReplies = []struct {
	name, reply string
	finish      Finish
	cause       engine.Cause
	target      engine.Seat
	mended      string
}{
	{"as asked", `{"thought":"hm","choice":"Bo"}`, Stop, "", 1, ""},
	{"fenced", "```json\n{\"thought\":\"hm\",\"choice\":\"Bo\"}\n```", Stop, "", 1, "fence"},
	{"prose around", "Sure! Here it is: {\"choice\":\"Bo\"} I hope that helps.", Stop, "", 1, "prose"},
	{"trailing comma", `{"thought":"hm","choice":"Bo",}`, Stop, "", 1, "syntax"},
	{"single quotes", `{'thought':'hm','choice':'Bo'}`, Stop, "", 1, "syntax"},
	{"other case of key and name", `{"Thought":"hm","Choice":"BO"}`, Stop, "", 1, "key,name"},
	{"title", `{"choice":"Ms. Bo"}`, Stop, "", 1, "name"},
	{"markdown", `{"choice":"**Bo**"}`, Stop, "", 1, "name"},
	{"name within a name", `{"choice":"Ann"}`, Stop, "", 3, ""},
	{"a longer name, told with a title", `{"choice":"Dear Mary Ann"}`, Stop, "", 2, "name"},
	{"two names", `{"choice":"Bo or Zoë"}`, Stop, engine.CauseIllegalTarget, -1, ""},
	{"nickname", `{"choice":"Bobby"}`, Stop, engine.CauseIllegalTarget, -1, ""},
	{"itself", `{"choice":"Ada"}`, Stop, engine.CauseIllegalTarget, -1, ""},
	{"a number", `{"choice":1}`, Stop, engine.CauseSchema, -1, ""},
	{"wrong keys", `{"vote":"Bo"}`, Stop, engine.CauseSchema, -1, ""},
	{"two objects that differ", `{"choice":"Bo"} {"choice":"Ann"}`, Stop, engine.CauseSchema, -1, ""},
	{"the same twice", `{"choice":"Bo"}{"choice":"Bo"}`, Stop, "", 1, ""},
	{"a plan, then the answer", `{"plan":"vote"} {"choice":"Bo"}`, Stop, "", 1, ""},
	{"thinking leaked", "<think>Is it {\"choice\":\"Ann\"}? No.</think>{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"thinking without end", "<think>Let me see", Length, engine.CauseTruncated, -1, "thinking"},
	{"a mark of thinking within a string", `{"thought":"I close </think> here","choice":"Bo"}`, Stop, "", 1, ""},
	{"the same within a fence", "```json\n{\"thought\":\"<think>x</think>\",\"choice\":\"Bo\"}\n```", Stop, "", 1, "fence"},
	{"the same, badly written", `{"thought":"I close </think> here","choice":"Bo",}`, Stop, "", 1, "syntax"},
	{"thinking in capitals", "<THINK>{\"choice\":\"Ann\"}</THINK>{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"thinking, in brackets", "[THINK]{\"choice\":\"Ann\"}[/THINK]{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"thought", "<thought>{\"choice\":\"Ann\"}</thought>\n{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"seed", "<seed:think>{\"choice\":\"Ann\"}</seed:think>{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"kimi", "◁think▷{\"choice\":\"Ann\"}◁/think▷{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"command", "<|START_THINKING|>Ann?<|END_THINKING|>{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"thinking that the template began", "Is it {\"choice\":\"Ann\"}?</think>{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"an open brace in thinking", "<think>a { b \" c</think>{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"thinking after the answer", "{\"choice\":\"Bo\"}<think>or {\"choice\":\"Ann\"}?</think>", Stop, "", 1, "thinking"},
	{"twice", "<think>a</think>{\"choice\":\"Ann\"}<think>b</think>{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"harmony", "<|channel|>analysis<|message|>Perhaps {\"choice\":\"Ann\"}<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>{\"choice\":\"Bo\"}<|return|>", Stop, "", 1, "thinking"},
	{"harmony without marks", "analysisPerhaps {\"choice\":\"Ann\"}assistantfinal{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"harmony that never came to the end", "<|channel|>analysis<|message|>Perhaps {\"choice\":\"Ann\"}", Length, engine.CauseTruncated, -1, "thinking"},
	{"cut off", `{"thought":"I would rather not`, Length, engine.CauseTruncated, -1, ""},
	{"half an object", `{"thought":"hm"`, Stop, engine.CauseNotJSON, -1, ""},
	{"refusal", "I'm sorry, but I can't take part in deception.", Stop, engine.CauseRefusal, -1, ""},
	{"refused by the wire", "", Refused, engine.CauseRefusal, -1, ""},
	{"empty", "  \n", Stop, engine.CauseEmpty, -1, ""},
	{"prose", "Bo it is.", Stop, engine.CauseNotJSON, -1, ""},
	{"another language", `{"thought":"ich weiß nicht","choice":"Zoë"}`, Stop, "", 4, ""},
	{"brace in a text", `{"thought":"a } or { in words","choice":"Bo"}`, Stop, "", 1, ""},
}

func TestOddReplies(t *testing.T) {
	seen, r := ballotOf(t)
	for _, c := range oddReplies {
		got := Read(Completion{Text: c.reply, Finish: c.finish}, seen, r, false)
		cause := engine.CauseNone
		if got.Problem != nil {
			cause = got.Problem.Cause
		}
		if cause != c.cause || got.Problem == nil && got.Answer.Target != c.target || c.mended != "" && strings.Join(slices.Sorted(slices.Values(got.Mended)), ",") != c.mended {
			t.Errorf("%s: cause %q, target %d, mended %v; wanted %q, %d, %s", c.name, cause, got.Answer.Target, got.Mended, c.cause, c.target, c.mended)
		}
	}
}

func TestBeliefsAndActs(t *testing.T) {
	seen, r := ballotOf(t)
	r.Beliefs = engine.FirstOrder
	whole := `{"choice":"Bo","suspicion":{"bo":"70 %","Mary Ann":12.5,"Ann":0,"Zoë":100}}`
	got := Read(Completion{Text: whole, Finish: Stop}, seen, r, false)
	if want := []int16{engine.Unstated, 700, 125, 0, 1000}; got.Problem != nil || !slices.Equal(got.Answer.Beliefs, want) {
		t.Errorf("beliefs %v, %v; wanted %v", got.Answer.Beliefs, got.Problem, want)
	}
	short := Completion{Text: `{"choice":"Bo","suspicion":{"Bo":70}}`, Finish: Stop}
	if got := Read(short, seen, r, false); got.Problem == nil || got.Problem.Cause != engine.CauseSchema {
		t.Errorf("beliefs that lack seats: %+v", got)
	}
	if got := Read(short, seen, r, true); got.Problem != nil || got.Answer.Target != 1 || got.Answer.Beliefs != nil || !slices.Contains(got.Mended, "beliefs") {
		t.Errorf("after the repair the ballot stands: %+v", got)
	}
	r = engine.Request{Seat: 0, Kind: engine.AskStatement, Living: engine.AllSeats(5), Words: 5}
	said := `{"text":"Bo is a traitor.","acts":[{"act":"accuse","about":"Bo"},{"act":"claim to be a faithful","about":"Ada"}]}`
	got = Read(Completion{Text: said, Finish: Stop}, seen, r, false)
	want := []engine.Act{{Kind: engine.Accuse, Seat: 1}, {Kind: engine.Claim, Seat: 0, Role: engine.RoleFaithful}}
	if got.Problem != nil || !slices.Equal(got.Answer.Acts, want) {
		t.Errorf("acts %v, %v", got.Answer.Acts, got.Problem)
	}
	long := Completion{Text: `{"text":"One two. Three four five six.","acts":[{"act":"accuse","about":"Bo"}]}`, Finish: Stop}
	got = Read(long, seen, r, false)
	if got.Problem == nil || got.Problem.Cause != engine.CauseOverLong || !strings.Contains(got.Problem.Detail, "6 words") || !strings.Contains(got.Problem.Detail, "5 are") {
		t.Errorf("over-long: %+v", got.Problem)
	}
	if got = Read(long, seen, r, true); got.Problem != nil || got.Answer.Text != "One two." || len(got.Answer.Acts) != 1 || !slices.Contains(got.Mended, "cut") {
		t.Errorf("over-long after the repair: %+v", got)
	}
}

// Acts are read one by one, in the forms into which models turn them; what can't be read is forfeited alone.
func TestActsOneByOne(t *testing.T) {
	seen, _ := ballotOf(t)
	r := engine.Request{Seat: 0, Kind: engine.AskStatement, Living: engine.AllSeats(5), Words: 5}
	accuse, defend, question, promise := engine.Act{Kind: engine.Accuse, Seat: 1}, engine.Act{Kind: engine.Defend, Seat: 3}, engine.Act{Kind: engine.Question, Seat: 4}, engine.Act{Kind: engine.Promise, Seat: 1}
	faithful, traitor := engine.Act{Kind: engine.Claim, Role: engine.RoleFaithful}, engine.Act{Kind: engine.Claim, Role: engine.RoleTraitor}
	for _, c := range []struct {
		acts   string
		want   []engine.Act
		mended string
		lost   string
	}{
		{`[{"act":"accuse","about":"Bo"}]`, []engine.Act{accuse}, "", ""},
		{`[{"act":"accuses","about":"Bo"}]`, []engine.Act{accuse}, "act", ""},
		{`[{"act":"Accusing","about":"bo"}]`, []engine.Act{accuse}, "act", ""},
		{`[{"act":"accuse","about":"bo"}]`, []engine.Act{accuse}, "name", ""},
		{`["accuse Bo","vote for Bo","Defend Ann.","question Zoë"]`, []engine.Act{accuse, promise, defend, question}, "type", ""},
		{`{"act":"defends","about":"Ann"}`, []engine.Act{defend}, "act,type", ""},
		{`"accuse Bo"`, []engine.Act{accuse}, "type", ""},
		{`[{"act":"promise to vote for Bo"}]`, []engine.Act{promise}, "act", ""},
		{`[{"act":"promise_to_vote_for","about":"Bo"}]`, []engine.Act{promise}, "act", ""},
		{`[{"act":"promise","about":"Bo"}]`, []engine.Act{promise}, "act", ""},
		{`[{"act":"promises a vote against","about":"Bo"}]`, []engine.Act{promise}, "act", ""},
		{`[{"act":"accuse","about":"Bo"},{"act":"accuse","about":"Bo"}]`, []engine.Act{accuse}, "twice", ""},
		{`[{"act":"accuse","about":"Bo"},{"act":"defend","about":"Bo"}]`, []engine.Act{accuse, {Kind: engine.Defend, Seat: 1}}, "both", ""},
		{`[{"act":"accuse","about":"Bo"},{"act":"defend","about":"Ann"},{"act":"question","about":"Zoë"},{"act":"claim to be a faithful"},{"act":"promise to vote for","about":"Bo"}]`,
			[]engine.Act{accuse, defend, question, faithful}, "", "over_long"},

		// Claims are about the speaker alone.
		{`[{"act":"claim to be a faithful"}]`, []engine.Act{faithful}, "", ""},
		{`[{"act":"claim to be faithful"},{"act":"claims to be traitor"}]`, []engine.Act{faithful, traitor}, "act", ""},
		{`[{"act":"claim being a traitor","about":""}]`, []engine.Act{traitor}, "act", ""},
		{`[{"act":"claim to be a faithful","about":"Ada"}]`, []engine.Act{faithful}, "", ""},
		{`[{"act":"claim to be a faithful","about":"myself"}]`, []engine.Act{faithful}, "", ""},
		{`[{"act":"claim to be a traitor","about":"Bo"}]`, []engine.Act{accuse}, "claim", ""},
		{`[{"act":"claim to be a faithful","about":"Ann"}]`, []engine.Act{defend}, "claim", ""},
		{`[{"act":"accuse","about":"Bo"},{"act":"claim to be a faithful","about":"Bo"},{"act":"promise to vote for","about":"Bo"}]`, []engine.Act{accuse, faithful, promise}, "claim", ""},
		{`[{"act":"defend","about":"Ann"},{"act":"claim to be a traitor","about":"Ann"}]`, []engine.Act{defend}, "", "schema"},
		{`[{"act":"claim to be a traitor","about":"Kwame"}]`, nil, "", "illegal_target"},

		{`[{"act":"accuse","about":"Ada"}]`, nil, "", "illegal_target"}, // oneself
		{`[{"act":"accuse","about":"Nobody Known"},{"act":"defend","about":"Ann"}]`, []engine.Act{defend}, "", "illegal_target"},
		{`[{"act":"hug","about":"Bo"},7,{"act":"defend","about":"Ann"}]`, []engine.Act{defend}, "", "schema,schema"},
		{`7`, nil, "", "schema"},
	} {
		got := Read(Completion{Text: `{"text":"hm","acts":` + c.acts + `}`, Finish: Stop}, seen, r, true)
		mended, lost := strings.Join(slices.Sorted(slices.Values(got.Mended)), ","), ""
		for i, cause := range got.Answer.Lost {
			lost += strings.Repeat(",", min(i, 1)) + string(cause)
		}
		if got.Problem != nil || !slices.Equal(got.Answer.Acts, c.want) || mended != c.mended || lost != c.lost {
			t.Errorf("%s: acts %v, mended %s, lost %s, %+v; wanted %v, %s, %s", c.acts, got.Answer.Acts, mended, lost, got.Problem, c.want, c.mended, c.lost)
		}
		first := Read(Completion{Text: `{"text":"hm","acts":` + c.acts + `}`, Finish: Stop}, seen, r, false)
		if asksAgain := first.Problem != nil; asksAgain != (c.lost != "" && c.lost != "over_long") {
			t.Errorf("%s: the first try gives %+v", c.acts, first.Problem)
		}
	}
}

// After the vote one may still speak of who has just left, and of nobody who left before.
func TestActsAboutWhoLeft(t *testing.T) {
	seen, _ := ballotOf(t)
	seen.Events = append(seen.Events, engine.Observed{Round: 1, Body: engine.Banished{Seat: 1}}, engine.Observed{Round: 2, Body: engine.Banished{Seat: 2}})
	r := engine.Request{Seat: 0, Kind: engine.AskStatement, Round: 2, Phase: engine.PhaseAftermath, Living: engine.SeatsOf(0, 3, 4), Words: 5}
	for name, ok := range map[string]bool{"Mary Ann": true, "Bo": false, "Zoë": true} {
		got := Read(Completion{Text: `{"text":"hm","acts":[{"act":"accuse","about":"` + name + `"}]}`, Finish: Stop}, seen, r, true)
		if (len(got.Answer.Acts) == 1) != ok {
			t.Errorf("%s: %+v", name, got)
		}
		if offered := strings.Contains(string(sorted(seen).actSchema(r)), `"`+name+`"`); offered != ok {
			t.Errorf("%s is offered: %v", name, offered)
		}
	}
	r.Phase = engine.PhaseRoundTable
	if got := Read(Completion{Text: `{"text":"hm","acts":[{"act":"accuse","about":"Mary Ann"}]}`, Finish: Stop}, seen, r, true); len(got.Answer.Acts) != 0 {
		t.Errorf("at the round table: %+v", got.Answer.Acts)
	}
}

// Whatever a model says, reading it never fails otherwise than with a cause, and what counts is legal.
func FuzzRead(f *testing.F) {
	for _, c := range oddReplies {
		f.Add(c.reply, c.finish == Length)
	}
	f.Add(`{"choice":"Bo","suspicion":{"Bo":1e99}}`, false)
	f.Add(strings.Repeat("{", 5000), false)
	f.Fuzz(func(t *testing.T, reply string, cut bool) {
		seen, r := ballotOf(t)
		r.Beliefs = engine.FirstOrder
		finish := Stop
		if cut {
			finish = Length
		}
		for _, last := range []bool{false, true} {
			got := Read(Completion{Text: reply, Finish: finish}, seen, r, last)
			if got.Problem == nil && !r.Legal.Has(got.Answer.Target) {
				t.Fatalf("%q counts as a ballot for %d", reply, got.Answer.Target)
			}
			if got.Problem != nil && (got.Problem.Cause == "" || got.Problem.Detail == "") {
				t.Fatalf("%q: %+v", reply, got.Problem)
			}
		}
	})
}
