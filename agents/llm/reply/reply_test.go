package reply

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// table is what a seat named Ada perceived of a table of five, and a ballot with beliefs.
func ballotOf(t testing.TB) (engine.Observation, engine.Request) {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = 5, 1
	names := []string{"Ada", "Bo", "Mary Ann", "Ann", "Zoë"}
	seen := engine.Observation{Seat: 0, Events: []engine.Observed{{Body: engine.Opened{Rules: rules.Complete(), Names: names}}}}
	r := engine.Request{Seat: 0, Kind: engine.AskBallot, Round: 1, Phase: engine.PhaseBallot, Living: engine.AllSeats(5),
		Legal: engine.AllSeats(5).Without(0)}
	copy(r.Offer[:], []engine.Seat{4, 2, 1, 3})
	return seen, r
}

// The odd replies that real models give, and what is made of them (docs/models.md, "What counts as a reply").
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
	{"an accent apart", `{"choice":"Zoe\u0308"}`, Stop, "", 4, "name"},
	{"a character that nobody sees", `{"choice":"Bo\u200b"}`, Stop, "", 1, "name"},
	{"marks of direction", `{"choice":"\u202bBo\u202c"}`, Stop, "", 1, "name"},
	{"in marks of its own", `{"choice":"“Bo”"}`, Stop, "", 1, "name"},
	{"underlined", `{"choice":"Mary_Ann"}`, Stop, "", 2, "name"},
	{"an object within a text", `"{\"thought\":\"hm\",\"choice\":\"Bo\"}"`, Stop, "", 1, ""},
	{"another than the one", `{"choice":"Someone other than Bo"}`, Stop, engine.CauseIllegalTarget, -1, ""},
	{"said to be left alone", `{"choice":"Don't banish Bo"}`, Stop, engine.CauseIllegalTarget, -1, ""},
	{"said of him", `{"choice":"Bo is innocent"}`, Stop, engine.CauseIllegalTarget, -1, ""},
	{"in a sentence of its own", `{"choice":"I vote for Bo"}`, Stop, "", 1, "name"},
	{"two names, one of them gone", `{"choice":"Bo or Ada"}`, Stop, engine.CauseIllegalTarget, -1, ""},
	{"a key twice, in other cases", `{"choice":"Bo","Choice":"Ann"}`, Stop, engine.CauseSchema, -1, ""},
	{"a key twice, in no case that is right", `{"Choice":"Bo","CHOICE":"Ann"}`, Stop, engine.CauseSchema, -1, ""},
	{"a thought on the way that the limit cut off", `Okay, so I could answer {"choice":"Bo"} but that exposes me. Rather I should`,
		Length, engine.CauseTruncated, -1, ""},
	{"a thought on the way", `I could say {"choice":"Bo"}, but that would expose me. I vote for Ann.`, Stop, engine.CauseSchema, -1, ""},
	{"the answer, and talk until the limit", `{"choice":"Bo"} I chose Bo since`, Length, "", 1, "prose"},
	{"prose with a key's name in it", `I won't make that choice: it would harm "Bo"`, Stop, engine.CauseRefusal, -1, ""},
	{"a name before a bracket, without marks", `{"choice":Bo (Ann is fine)}`, Stop, "", 1, "name,syntax"},
	{"marks of thinking behind the answer", "<think>hm</think>\n{\"choice\":\"Bo\"}\n\nNote: I used <think></think>", Stop, "", 1,
		"prose,thinking"},
	{"the object closed too early", `{"thought":"hm"},"choice":"Bo"}`, Stop, "", 1, "syntax"},
	{"in an object of its own", `{"choice":{"name":"Bo"}}`, Stop, "", 1, "type"},
	{"the reason behind", `{"choice":"Bo (because of the way that they voted yesterday)"}`, Stop, "", 1, "name"},
	{"a reason that names another", `{"choice":"Bo, because Zoë said that he was there when it was told"}`, Stop, "", 1, "name"},
	{"a reason behind a dash", `{"choice":"Bo - he was the last to speak and the first to vote"}`, Stop, "", 1, "name"},
	{"a second choice behind a comma", `{"choice":"Bo, or perhaps after all it may be Zoë instead"}`, Stop, engine.CauseIllegalTarget, -1,
		""},
	{"anybody else", `{"choice":"not Bo"}`, Stop, engine.CauseIllegalTarget, -1, ""},
	{"all but one", `{"choice":"Anyone but Bo (he is fine)"}`, Stop, engine.CauseIllegalTarget, -1, ""},
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
	{"harmony", "<|channel|>analysis<|message|>Perhaps {\"choice\":\"Ann\"}<|end|><|start|>assistant<|channel|>final " +
		"<|constrain|>json<|message|>{\"choice\":\"Bo\"}<|return|>", Stop, "", 1, "thinking"},
	{"harmony without marks", "analysisPerhaps {\"choice\":\"Ann\"}assistantfinal{\"choice\":\"Bo\"}", Stop, "", 1, "thinking"},
	{"harmony that never came to the end", "<|channel|>analysis<|message|>Perhaps {\"choice\":\"Ann\"}", Length, engine.CauseTruncated,
		-1, "thinking"},
	{"cut off", `{"thought":"I would rather not`, Length, engine.CauseTruncated, -1, ""},
	{"half an object", `{"thought":"hm"`, Stop, engine.CauseSchema, -1, ""},
	{"without its last brace", `{"thought":"hm","choice":"Bo"`, Stop, "", 1, "syntax"},
	{"the same, cut off", `{"thought":"hm","choice":"Bo"`, Length, engine.CauseTruncated, -1, ""},
	{"without its last brace, within a name", `{"thought":"hm","choice":"Bo`, Stop, engine.CauseNotJSON, -1, ""},
	{"without braces", `"thought":"hm","choice":"Bo"`, Stop, "", 1, "syntax"},
	{"marks within a thought", `{"thought":"He said "go" and left","choice":"Bo"}`, Stop, "", 1, "syntax"},
	{"a mark too few", `{"thought":"He left,"choice":"Bo"}`, Stop, "", 1, "syntax"},
	{"no mark at all", `{thought: He left, choice: Bo}`, Stop, "", 1, "syntax"},
	{"words after a closed string", `{"thought":"He left" or so,"choice":"Bo"}`, Stop, "", 1, "syntax"},
	{"curly marks", `{“thought”:“hm”,“choice”:“Bo”}`, Stop, "", 1, "syntax"},
	{"no mark at all, with commas", "{\n\"thought\": Bo's words, I think, don't fit.\n\n\"choice\": Bo\n}", Stop, "", 1, "syntax"},
	{"the same, with a key twice", "{\n\"thought\": Bo's words, I think, don't fit.\n\"choice\": Bo\n\"choice\": Ann\n}", Stop,
		engine.CauseNotJSON, -1, ""},
	{"a frame about it", `{"reply":{"thought":"hm","choice":"Bo"}}`, Stop, "", 1, "key"},
	{"a list of one", `{"choice":["Bo"]}`, Stop, "", 1, "type"},
	{"a list of two", `{"choice":["Bo","Ann"]}`, Stop, engine.CauseSchema, -1, ""},
	{"a key twice", `{"choice":"Bo","choice":"Ann"}`, Stop, engine.CauseSchema, -1, ""},
	{"a key twice, badly written", `{"choice":"Bo","choice":"Ann",}`, Stop, engine.CauseSchema, -1, ""},
	{"a key twice, the same", `{"choice":"Bo","choice":"Bo"}`, Stop, "", 1, ""},
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
		got := read(Raw{Text: c.reply, Finish: c.finish}, seen, r, false)
		cause := engine.CauseNone
		if got.Problem != nil {
			cause = got.Problem.Cause
		}
		if cause != c.cause || got.Problem == nil && got.Answer.Target != c.target ||
			c.mended != "" && strings.Join(slices.Sorted(slices.Values(got.Mended)), ",") != c.mended {
			t.Errorf("%s: cause %q, target %d, mended %v; wanted %q, %d, %s", c.name, cause, got.Answer.Target, got.Mended, c.cause,
				c.target, c.mended)
		}
	}
}

func TestBeliefsAndActs(t *testing.T) {
	seen, r := ballotOf(t)
	r.Beliefs = engine.FirstOrder
	whole := `{"choice":"Bo","suspicion":{"bo":"70 %","Mary Ann":12.5,"Ann":0,"Zoë":100}}`
	got := read(Raw{Text: whole, Finish: Stop}, seen, r, false)
	if want := []int16{engine.Unstated, 700, 125, 0, 1000}; got.Problem != nil || !slices.Equal(got.Answer.Beliefs, want) {
		t.Errorf("beliefs %v, %v; wanted %v", got.Answer.Beliefs, got.Problem, want)
	}
	short := Raw{Text: `{"choice":"Bo","suspicion":{"Bo":70}}`, Finish: Stop}
	if got := read(short, seen, r, false); got.Problem == nil || got.Problem.Cause != engine.CauseSchema {
		t.Errorf("beliefs that lack seats: %+v", got)
	}
	if got := read(short, seen, r, true); got.Problem != nil || got.Answer.Target != 1 ||
		!slices.Equal(got.Answer.Beliefs, []int16{-1, 700, -1, -1, -1}) {
		t.Errorf("after the repair the ballot and the belief that was stated stand: %+v", got)
	}
	r = engine.Request{Seat: 0, Kind: engine.AskStatement, Living: engine.AllSeats(5), Words: 5}
	said := `{"text":"Bo is a traitor.","acts":[{"act":"accuse","about":"Bo"},{"act":"claim to be a faithful","about":"Ada"}]}`
	got = read(Raw{Text: said, Finish: Stop}, seen, r, false)
	want := []engine.Act{{Kind: engine.Accuse, Seat: 1}, {Kind: engine.Claim, Seat: 0, Role: engine.RoleFaithful}}
	if got.Problem != nil || !slices.Equal(got.Answer.Acts, want) {
		t.Errorf("acts %v, %v", got.Answer.Acts, got.Problem)
	}
	long := Raw{Text: `{"text":"One two. Three four five six.","acts":[{"act":"accuse","about":"Bo"}]}`, Finish: Stop}
	got = read(long, seen, r, false)
	if got.Problem == nil || got.Problem.Cause != engine.CauseOverLong || !strings.Contains(got.Problem.Detail, "6 words") ||
		!strings.Contains(got.Problem.Detail, "5 are") {
		t.Errorf("over-long: %+v", got.Problem)
	}
	if got = read(long, seen, r, true); got.Problem != nil || got.Answer.Text != "One two." || len(got.Answer.Acts) != 1 ||
		!slices.Contains(got.Mended, "cut") {
		t.Errorf("over-long after the repair: %+v", got)
	}
}

// How beliefs are written, and what is taken of them before and after the repair. -1 is unstated.
func TestBeliefs(t *testing.T) {
	seen, r := ballotOf(t)
	r.Kind, r.Beliefs = engine.AskBeliefs, engine.FirstOrder
	whole := []int16{-1, 700, 125, 0, 1000}
	for _, c := range []struct {
		suspicion   string
		first, then []int16 // nil: a problem
		mended      string
	}{
		{`{"Bo":70,"Mary Ann":12.5,"Ann":0,"Zoë":100}`, whole, whole, ""},
		{`{"Bo":0.7,"Mary Ann":0.125,"Ann":0,"Zoë":1}`, nil, whole, "scale"},
		{`{"Bo":0,"Mary Ann":0,"Ann":0,"Zoë":1}`, []int16{-1, 0, 0, 0, 10}, []int16{-1, 0, 0, 0, 10}, ""},
		{`{"Bo":0.7,"Mary Ann":12.5,"Ann":0,"Zoë":100}`, []int16{-1, 7, 125, 0, 1000}, []int16{-1, 7, 125, 0, 1000}, ""},
		{`{Bo: 70, Mary Ann: 12.5, Ann: 0, Zoë: 100}`, whole, whole, "syntax"},
		{`[{"Bo":70},{"Mary Ann":12.5},{"Ann":0},{"Zoë":100}]`, whole, whole, "type"},
		{`[{"name":"Bo","value":70},{"name":"Mary Ann","value":12.5},{"value":0,"name":"Ann"},{"name":"Zoë","value":100}]`, whole, whole, "type"},
		{`[{"Bo":"70","Mary Ann":12.5},{"Ann":0},{"Zoë":100}]`, whole, whole, "type"},
		{`{"Bo":{"likely":70},"Mary Ann":[12.5],"Ann":0,"Zoë":100}`, whole, whole, "type"},
		{`[{"Bo":70,"reason":"defended Ann"},{"Mary Ann":12.5,"reason":"accused Bo"},{"Ann":0},{"Zoë":100}]`, whole, whole, "type"},
		{`{"Bo":"70 percent","Mary Ann":"12.5 %","Ann":0,"Zoë":100}`, whole, whole, "type"},
		{`{"Bo":"0.7","Mary Ann":"0.125","Ann":0,"Zoë":1}`, nil, whole, "type,scale"},
		{`{"Bo":0.7,"Mary Ann":0.125,"Ann":0,"Zoë":null}`, nil, []int16{-1, 700, 125, 0, -1}, "scale"},
		{`[{"Bo":70},{"Bo":20},{"Mary Ann":12.5},{"Ann":0},{"Zoë":100}]`, nil, []int16{-1, -1, 125, 0, 1000}, "type"},
		{`["Bo: 70 %","Mary Ann: 12.5","Ann = 0","Zoë: 100"]`, whole, whole, "type"},
		{`{"Bo":70,"Ann":0,"Zoë":100}`, nil, []int16{-1, 700, -1, 0, 1000}, ""},
		{`{"Bo":70,"Mary Ann":"very","Ann":0,"Zoë":100}`, nil, []int16{-1, 700, -1, 0, 1000}, ""},
		{`{"Bo":170,"Mary Ann":-1,"Ann":0,"Zoë":100}`, nil, []int16{-1, -1, -1, 0, 1000}, ""},
		{`{"Bo":70,"bo":20,"BO":70,"Mary Ann":12.5,"Ann":0,"Zoë":100}`, nil, []int16{-1, -1, 125, 0, 1000}, "name"},
		{`{"Bo":70,"BO":70,"Mary Ann":12.5,"Ann":0,"Zoe\u0308":100}`, whole, whole, "name"},
		{`["Bo","Ann"]`, nil, nil, ""},
		{`{"Ada":5}`, nil, nil, ""},
		{`95`, nil, nil, ""},
		{`{}`, nil, nil, ""},
	} {
		for try, want := range [][]int16{c.first, c.then} {
			got := read(Raw{Text: `{"suspicion":` + c.suspicion + `}`, Finish: Stop}, seen, r, try == 1)
			if (got.Problem == nil) != (want != nil) || !slices.Equal(got.Answer.Beliefs, want) {
				t.Errorf("%s, try %d: %v, %v; wanted %v", c.suspicion, try, got.Answer.Beliefs, got.Problem, want)
			}
			if mended := strings.Join(got.Mended, ","); want != nil && mended != c.mended {
				t.Errorf("%s, try %d: mended %q, wanted %q", c.suspicion, try, mended, c.mended)
			}
		}
	}
}

// actsRead is the acts of a reply, and what is made of them.
type actsRead struct {
	acts   string
	want   []engine.Act
	mended string
	lost   string
}

func (c actsRead) check(t *testing.T, seen engine.Observation, r engine.Request) {
	t.Helper()
	got := read(Raw{Text: `{"text":"hm","acts":` + c.acts + `}`, Finish: Stop}, seen, r, true)
	mended, lost := strings.Join(slices.Sorted(slices.Values(got.Mended)), ","), ""
	for i, cause := range got.Answer.Lost {
		lost += strings.Repeat(",", min(i, 1)) + string(cause)
	}
	if got.Problem != nil || !slices.Equal(got.Answer.Acts, c.want) || mended != c.mended || lost != c.lost {
		t.Errorf("%s: acts %v, mended %s, lost %s, %+v; wanted %v, %s, %s", c.acts, got.Answer.Acts, mended, lost, got.Problem, c.want,
			c.mended, c.lost)
	}
	first := read(Raw{Text: `{"text":"hm","acts":` + c.acts + `}`, Finish: Stop}, seen, r, false)
	if asksAgain := first.Problem != nil; asksAgain != (c.lost != "" && c.lost != "over_long") {
		t.Errorf("%s: the first try gives %+v", c.acts, first.Problem)
	}
}

// Acts are read one by one, in the forms into which models turn them; what can't be read is forfeited alone.
func TestActsOneByOne(t *testing.T) {
	seen, _ := ballotOf(t)
	r := engine.Request{Seat: 0, Kind: engine.AskStatement, Living: engine.AllSeats(5), Words: 5}
	accuse, defend, question, promise := engine.Act{Kind: engine.Accuse, Seat: 1}, engine.Act{Kind: engine.Defend, Seat: 3},
		engine.Act{Kind: engine.Question, Seat: 4}, engine.Act{Kind: engine.Promise, Seat: 1}
	faithful, traitor := engine.Act{Kind: engine.Claim, Role: engine.RoleFaithful}, engine.Act{Kind: engine.Claim, Role: engine.RoleTraitor}
	for _, c := range []actsRead{
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

		{`[{"act":"claim to be faithful","about":"N/A"},{"act":"claimed to be a traitor","about":"everyone"}]`, []engine.Act{faithful, traitor}, "act", ""},

		// Words that turn an act round, or are of another.
		{`["defend myself against Bo"]`, nil, "", "illegal_target"},
		{`[{"act":"defend against","about":"Bo"}]`, nil, "", "schema"},
		{`[{"act":"defend","about":"myself from Bo"}]`, nil, "", "illegal_target"},
		{`[{"act":"accused by","about":"Bo"}]`, nil, "", "schema"},
		{`[{"act":"accuse","about":"those who defended Bo"}]`, nil, "", "illegal_target"},
		{`["vote for someone other than Bo"]`, nil, "", "illegal_target"},
		{`[{"act":"promise not to vote for","about":"Bo"}]`, nil, "", "schema"},
		{`["accuse Bo of defending Ann"]`, []engine.Act{accuse}, "type", ""},
		{`["question Zoë about her vote"]`, []engine.Act{question}, "type", ""},
		{`[{"act":"question about","about":"Zoë"}]`, []engine.Act{question}, "act", ""},
		{`[{"act":"accuse","target":"Bo"}]`, []engine.Act{accuse}, "key", ""},
		{`[{"act":"accuse","about":["Bo"]}]`, []engine.Act{accuse}, "type", ""},
		{`{"accuse":"Bo","defend":"Ann"}`, []engine.Act{accuse, defend}, "act,type", ""},

		{`[{"act":"accuse","about":"Ada"}]`, nil, "", "illegal_target"}, // oneself
		{`[{"act":"accuse","about":"Nobody Known"},{"act":"defend","about":"Ann"}]`, []engine.Act{defend}, "", "illegal_target"},
		{`[{"act":"hug","about":"Bo"},7,{"act":"defend","about":"Ann"}]`, []engine.Act{defend}, "", "schema,schema"},
		{`7`, nil, "", "schema"},
	} {
		c.check(t, seen, r)
	}
}

// What a speech is, where its marks do not add up or the object came in parts: the whole of it, or a repair; never a piece of it
// without a word.
func TestSpeechesInParts(t *testing.T) {
	seen, _ := ballotOf(t)
	r := engine.Request{Seat: 0, Kind: engine.AskStatement, Living: engine.AllSeats(5), Words: 20}
	accuse := []engine.Act{{Kind: engine.Accuse, Seat: 1}}
	for _, c := range []struct {
		reply, text string // no text: it is asked for again
		acts        []engine.Act
	}{
		{`{"thought":"Bo lies","text":"I accuse Bo."},"acts":[{"act":"accuse","about":"Bo"}]}`, "I accuse Bo.", accuse},
		{"{\"thought\":\"x\"}\n{\"text\":\"I accuse Bo.\"}\n{\"acts\":[{\"act\":\"accuse\",\"about\":\"Bo\"}]}", "I accuse Bo.", accuse},
		{"```json\n{\"text\":\"I accuse Bo.\"}\n```\n```json\n{\"acts\":[{\"act\":\"accuse\",\"about\":\"Bo\"}]}\n```", "I accuse Bo.",
			accuse},
		{`{'thought': 'Bo's odd', 'text': 'I don't trust Bo's vote.', 'acts': [{'act':'accuse','about':'Bo'}]}`, "I don't trust Bo's vote.", accuse},
		{`{"thought":"x","text":I think, Bo: he lies, "acts":[]}`, "I think, Bo: he lies", nil},
		{`{"thought":"x","text":Well (as Bo said) I trust Ann, "acts":[]}`, "Well (as Bo said) I trust Ann", nil},
		{`{"thought":"x","text":See // this is odd, "acts":[]}`, "See // this is odd", nil},
		{`{"thought":"x","statement":{"text":"I accuse Bo.","acts":[{"act":"accuse","about":"Bo"}]}}`, "I accuse Bo.", accuse},
		{`{"thought":"x","text":Look at http://x, "acts":[]}`, "Look at http://x", nil},
		{`{"text":"I accuse Bo.","acts":[{"act":"accuse","about":"Bo","act":"defend"}]}`, "", nil},
	} {
		got := read(Raw{Text: c.reply, Finish: Stop}, seen, r, true)
		if (got.Problem != nil) != (c.text == "") || got.Answer.Text != c.text && c.text != "" ||
			!slices.Equal(got.Answer.Acts, c.acts) && c.text != "" {
			t.Errorf("%s: %q, acts %v, problem %v; wanted %q, %v", c.reply, got.Answer.Text, got.Answer.Acts, got.Problem, c.text, c.acts)
		}
	}
}

// A choice of nobody is one, however it is written, and never a vote for somebody whom it names.
func TestAbstentions(t *testing.T) {
	seen, r := ballotOf(t)
	for text, abstains := range map[string]bool{
		"nobody": true, "Nobody.": true, "**nobody**": true, "no one": true, "abstain": true, "Nobody (I trust Bo)": true,
		"Nobody, Bo seems fine": true, "Abstain: Bo is fine": true,
		"somebody": false, "not Bo": false,
	} {
		for _, legal := range []bool{true, false} {
			r.Abstain = legal
			got := read(said(fmt.Sprintf(`{"choice":%q}`, text)), seen, r, false)
			if got.Answer.Target != engine.NoSeat || (got.Problem == nil) != (abstains && legal) {
				t.Errorf("%q, legal %v: target %d, %v", text, legal, got.Answer.Target, got.Problem)
			}
		}
	}
}

// A name comes before the words for nobody: Na and None are people here.
func TestNamesThatReadAsNobody(t *testing.T) {
	seen, r := ballotOf(t)
	opened := seen.Events[0].Body.(engine.Opened)
	opened.Names = []string{"Ada", "Na", "None", "Ann", "Zoë"}
	seen.Events[0].Body = opened
	r.Abstain = true
	if got := read(said(`{"choice":"none"}`), seen, r, false); got.Problem != nil || got.Answer.Target != 2 {
		t.Errorf("None: target %d, %v", got.Answer.Target, got.Problem)
	}
	r = engine.Request{Seat: 0, Kind: engine.AskStatement, Living: engine.AllSeats(5), Words: 20}
	got := read(said(`{"text":"hm","acts":[{"act":"claim to be a faithful","about":"Na"}]}`), seen, r, false)
	if want := (engine.Act{Kind: engine.Defend, Seat: 1}); got.Problem != nil || !slices.Equal(got.Answer.Acts, []engine.Act{want}) {
		t.Errorf("Na: acts %v, %v", got.Answer.Acts, got.Problem)
	}
}

// After the vote one may still speak of who has just left, and of nobody who left before.
func TestActsAboutWhoLeft(t *testing.T) {
	seen, _ := ballotOf(t)
	seen.Events = append(seen.Events, engine.Observed{Round: 1, Body: engine.Banished{Seat: 1}},
		engine.Observed{Round: 2, Body: engine.Banished{Seat: 2}})
	r := engine.Request{Seat: 0, Kind: engine.AskStatement, Round: 2, Phase: engine.PhaseAftermath, Living: engine.SeatsOf(0, 3, 4),
		Words: 5}
	for name, ok := range map[string]bool{"Mary Ann": true, "Bo": false, "Zoë": true} {
		got := read(Raw{Text: `{"text":"hm","acts":[{"act":"accuse","about":"` + name + `"}]}`, Finish: Stop}, seen, r, true)
		if (len(got.Answer.Acts) == 1) != ok {
			t.Errorf("%s: %+v", name, got)
		}
		if offered := strings.Contains(To(seen, r).actSchema(), `"`+name+`"`); offered != ok {
			t.Errorf("%s is offered: %v", name, offered)
		}
	}
	r.Phase = engine.PhaseRoundTable
	if got := read(Raw{Text: `{"text":"hm","acts":[{"act":"accuse","about":"Mary Ann"}]}`, Finish: Stop}, seen, r, true); len(got.Answer.Acts) != 0 {
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
			got := read(Raw{Text: reply, Finish: finish}, seen, r, last)
			if got.Problem == nil && !r.Legal.Has(got.Answer.Target) {
				t.Fatalf("%q counts as a ballot for %d", reply, got.Answer.Target)
			}
			if got.Problem != nil && (got.Problem.Cause == "" || got.Problem.Detail == "") {
				t.Fatalf("%q: %+v", reply, got.Problem)
			}
		}
	})
}

// Notes are read leniently, and on the last try those that can't be read are left out alone.
func TestReadNotes(t *testing.T) {
	rules := engine.DefaultRules()
	rules.Reflect = engine.AfterStart
	seen := engine.Observation{Events: []engine.Observed{{Body: engine.Opened{Rules: rules.Complete(),
		Names: []string{"Ada", "Bo", "Cy", "Di"}}}}}
	asked := engine.Request{Kind: engine.AskReflect, Living: 15, Words: engine.NoteWords}
	const text = `{"thought":"","notes":[{"kind":"Suspicion","about":"**bo**","salience":"4","text":"quiet"},{"kind":"rumour","about":"Cy","salience":2,"text":"x"},{"kind":"plan","about":"nobody","salience":1,"text":"wait"}]}`
	if first := read(Raw{Text: text}, seen, asked, false); first.Problem == nil || first.Problem.Cause != engine.CauseSchema {
		t.Errorf("a note of an unknown kind passes: %+v", first)
	}
	got := read(Raw{Text: text}, seen, asked, true)
	if got.Problem != nil || len(got.Answer.Notes) != 2 {
		t.Fatalf("%+v", got)
	}
	if m := got.Answer.Notes[0]; m.About != 1 || m.Salience != 4 || m.Kind != engine.MemoSuspicion ||
		got.Answer.Notes[1].About != engine.NoSeat {
		t.Errorf("%+v", got.Answer.Notes)
	}
	if empty := read(Raw{Text: `{"notes":[]}`}, seen, asked, false); empty.Problem != nil {
		t.Errorf("no notes are an answer too: %v", empty.Problem)
	}
}
