package reply

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// The corpus in testdata/replies holds what small language models really replied, how they word acts, and how they refuse. The
// files *.right.* say of each, written by hand, what a careful reader takes from it. Nothing is changed in those files to please
// the reader.

// taken is what a reply comes to: the cause for which it is asked again or forfeited, or values.
type taken struct {
	Again   engine.Cause        `json:"again,omitempty"`
	Forfeit engine.Cause        `json:"forfeit,omitempty"`
	Choice  *string             `json:"choice,omitempty"`
	Text    *string             `json:"text,omitempty"`
	Acts    []string            `json:"acts,omitempty"` // "accuse Bo", "claim faithful"
	Lost    []engine.Cause      `json:"lost,omitempty"` // of acts
	Beliefs map[string]*float64 `json:"beliefs,omitempty"`
}

// right is what stands beside a reply. No last: what is taken at first is taken in the end.
type right struct {
	Line    int             `json:"line"`
	Acts    json.RawMessage `json:"acts"` // in acts.right.jsonl the reply itself
	First   taken           `json:"first"`
	Last    *taken          `json:"last"`
	Thought *string         `json:"thought"` // where it is not plain to see
	Why     string          `json:"why"`
}

func (r right) of(last bool) taken {
	if last && r.Last != nil {
		return *r.Last
	}
	return r.First
}

// recordedReply is a real reply, with the schema that it was to obey and of which the request follows.
type recordedReply struct {
	Model  string
	Seat   engine.Seat
	Finish Finish
	Reply  string
	Schema struct{ Properties map[string]property }
}

type property struct {
	Enum       []string
	Properties map[string]property
	Items      *property
}

func TestCorpusOfSmallModels(t *testing.T) {
	replies, rights := linesOf[recordedReply](t, "small-models.jsonl"), linesOf[right](t, "small-models.right.jsonl")
	if len(replies) != len(rights) || len(replies) < 67 {
		t.Fatalf("%d replies, and %d that say what is right", len(replies), len(rights))
	}
	names := namesIn(replies)
	for i, reply := range replies {
		if rights[i].Line != i+1 {
			t.Fatalf("what is right in line %d stands where line %d belongs", rights[i].Line, i+1)
		}
		if wrong := misread(reply, rights[i], names); wrong != "" {
			t.Errorf("line %d: %s\n%s", i+1, wrong, clip(reply.Reply))
		}
	}
}

// misread says how a reading differs from what is right; empty if it does not.
func misread(reply recordedReply, right right, names []string) string {
	seen, asked := reply.asked(names)
	for _, last := range []bool{false, true} {
		got := read(Raw{Text: reply.Reply, Finish: reply.Finish}, seen, asked, last)
		want := right.of(last)
		if made := made(got, asked, names, last); !reflect.DeepEqual(made, want) {
			return fmt.Sprintf("with last %v it is %s, and right is %s", last, written(made), written(want))
		}
		if right.Thought != nil && got.Answer.Thought != *right.Thought {
			return fmt.Sprintf("the thought is %q, and right is %q", got.Answer.Thought, *right.Thought)
		}
	}
	return ""
}

// asked is the request to which a schema belongs, and as much of the observation as reading takes.
func (reply recordedReply) asked(names []string) (engine.Observation, engine.Request) {
	of := reply.Schema.Properties
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors = len(names), 1
	q := engine.Request{Seat: reply.Seat, Kind: engine.AskBeliefs, Round: 1, Phase: engine.PhaseRoundTable,
		Living: engine.SeatsOf(reply.Seat), Words: rules.Words}
	living := func(names, living []string) {
		for _, name := range living {
			q.Living = q.Living.With(engine.Seat(slices.Index(names, name)))
		}
	}
	if beliefs, ok := of[keySuspicion]; ok {
		q.Beliefs = engine.FirstOrder
		living(names, slices.Collect(maps.Keys(beliefs.Properties)))
	}
	if choice, ok := of[keyChoice]; ok {
		q.Kind, q.Abstain = engine.AskBallot, slices.Contains(choice.Enum, nobody)
		offered := slices.DeleteFunc(slices.Clone(choice.Enum), func(name string) bool { return name == nobody })
		for i, name := range offered {
			q.Offer[i] = engine.Seat(slices.Index(names, name))
			q.Legal = q.Legal.With(q.Offer[i])
		}
		living(names, offered)
	}
	if _, ok := of[keyText]; ok {
		q.Kind = engine.AskConfer
	}
	if acts, ok := of[keyActs]; ok {
		q.Kind = engine.AskStatement
		living(names, acts.Items.Properties[keyAbout].Enum)
	}
	return engine.Observation{Seat: reply.Seat, Events: []engine.Observed{{Body: engine.Opened{Rules: rules.Complete(), Names: names}}}}, q
}

// namesIn are the players in the order of their seats: the longest enumeration of them that a schema has.
func namesIn(replies []recordedReply) (names []string) {
	for _, reply := range replies {
		if acts := reply.Schema.Properties[keyActs]; acts.Items != nil {
			if all := acts.Items.Properties[keyAbout].Enum; len(all) > len(names) {
				names = all
			}
		}
	}
	return names
}

// made is a reading in the form of the files.
func made(got Reading, asked engine.Request, names []string, last bool) (out taken) {
	switch {
	case got.Problem != nil && last:
		return taken{Forfeit: got.Problem.Cause}
	case got.Problem != nil:
		return taken{Again: got.Problem.Cause}
	}
	out.Lost = got.Answer.Lost
	// The corpus holds ballots and statements alone.
	//exhaustive:ignore
	switch asked.Kind {
	case engine.AskBallot:
		choice := nobody
		if got.Answer.Target != engine.NoSeat {
			choice = names[got.Answer.Target]
		}
		out.Choice = &choice
	case engine.AskStatement:
		out.Acts = []string{}
		for _, act := range got.Answer.Acts {
			about := names[act.Seat]
			if act.Kind == engine.Claim {
				about = act.Role.String()
			}
			out.Acts = append(out.Acts, string(act.Kind)+" "+about)
		}
		fallthrough
	case engine.AskConfer:
		out.Text = &got.Answer.Text
	}
	if got.Answer.Beliefs == nil {
		return out
	}
	out.Beliefs = map[string]*float64{}
	for seat, belief := range got.Answer.Beliefs {
		percent := float64(belief) / 10
		switch s := engine.Seat(seat); {
		case belief != engine.Unstated:
			out.Beliefs[names[s]] = &percent
		case asked.Living.Without(asked.Seat).Has(s):
			out.Beliefs[names[s]] = nil
		}
	}
	return out
}

func TestCorpusOfActs(t *testing.T) {
	names := []string{"Ada", "Folake", "Gareth", "Marisol"}
	var given []struct{ Acts json.RawMessage }
	if err := json.Unmarshal(corpusFile(t, "acts.json"), &given); err != nil {
		t.Fatal(err)
	}
	rights := linesOf[right](t, "acts.right.jsonl")
	reply := recordedReply{Finish: Stop}
	everybody := property{Items: &property{Properties: map[string]property{keyAbout: {Enum: names}}}}
	reply.Schema.Properties = map[string]property{keyThought: {}, keyText: {}, keyActs: everybody}
	said := "hm"
	for i, right := range rights {
		if i < len(given) && compact(given[i].Acts) != compact(right.Acts) {
			t.Fatalf("entry %d of acts.json is not what stands in line %d of what is right", i, i+1)
		}
		for _, want := range []*taken{&right.First, right.Last} {
			if want != nil && want.Again == "" && want.Forfeit == "" {
				want.Text = &said
			}
		}
		reply.Reply = fmt.Sprintf(`{"thought":"hm","text":%q,"acts":%s}`, said, right.Acts)
		if wrong := misread(reply, right, names); wrong != "" {
			t.Errorf("%s: %s", compact(right.Acts), wrong)
		}
	}
	if len(rights) < len(given) {
		t.Errorf("%d entries of acts.json, and %d that say what is right", len(given), len(rights))
	}
}

func TestCorpusOfRefusals(t *testing.T) {
	rights := strings.Split(strings.TrimSpace(string(corpusFile(t, "refusals.right.txt"))), "\n")
	for _, text := range strings.Split(strings.TrimSpace(string(corpusFile(t, "refusals.txt"))), "\n") {
		if !slices.Contains(rights, "refusal: "+text) {
			t.Errorf("nothing says what is right of: %s", text)
		}
	}
	seen, asked := ballotOf(t)
	for _, line := range rights {
		kind, text, _ := strings.Cut(line, ": ")
		want, ok := map[string]engine.Cause{"refusal": engine.CauseRefusal, "talk": engine.CauseNotJSON}[kind]
		if !ok {
			t.Fatalf("neither a refusal nor talk: %s", line)
		}
		for _, last := range []bool{false, true} {
			if got := read(Raw{Text: text, Finish: Stop}, seen, asked, last); got.Problem == nil || got.Problem.Cause != want {
				t.Errorf("with last %v: %v, and right is %s: %s", last, got.Problem, want, text)
			}
		}
		quoted := fmt.Sprintf(`{"thought":%q,"choice":"Bo"}`, text)
		if got := read(Raw{Text: quoted, Finish: Stop}, seen, asked, false); got.Problem != nil || got.Answer.Target != 1 {
			t.Errorf("within an answer it declines nothing: %v: %s", got.Problem, text)
		}
	}
}

func corpusFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "replies", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func linesOf[T any](t *testing.T, name string) (out []T) {
	t.Helper()
	lines := bufio.NewScanner(bytes.NewReader(corpusFile(t, name)))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s:%d: %v", name, n, err)
		}
		out = append(out, v)
	}
	return out
}

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

func written(v taken) string {
	b, _ := json.Marshal(v) // what was unmarshalled marshals
	return string(b)
}
