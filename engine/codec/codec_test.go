package codec

import (
	"reflect"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// Every kind has one body here, the one that says so of itself.
func TestEveryKindHasItsBody(t *testing.T) {
	if len(bodies) != len(engine.Kinds()) {
		t.Fatalf("%d bodies for %d kinds", len(bodies), len(engine.Kinds()))
	}
	for _, k := range engine.Kinds() {
		if bodies[k] == nil {
			t.Fatalf("%s has no body", k)
		}
		if b := bodies[k].empty(); b.Kind() != k {
			t.Errorf("%s has the body %T", k, b)
		}
		if k.String() == "" || k.Doc() == "" {
			t.Errorf("kind %d has no row in engine/kinds.go", k)
		}
	}
	if _, err := decode(engine.Kind(len(bodies)), []byte("{}")); err == nil {
		t.Error("a kind that there is not was decoded")
	}
}

// Every body is in one of the four sums, and one that is a deed names its seat, the first in it.
func TestEveryBodyIsInOneSum(t *testing.T) {
	for _, k := range engine.Kinds() {
		body := bodies[k].empty()
		_, bookkeeping := body.(engine.Bookkeeping)
		_, briefing := body.(engine.Briefing)
		_, news := body.(engine.News)
		_, deed := body.(engine.Deed)
		in := 0
		for _, is := range []bool{bookkeeping, briefing, news, deed} {
			if is {
				in++
			}
		}
		if in != 1 {
			t.Errorf("%s is in %d sums", k, in)
		}
		if !deed {
			continue
		}
		v := reflect.New(reflect.TypeOf(body)).Elem()
		v.Field(0).SetInt(5)
		if got := v.Interface().(engine.Deed).Actor(); got != 5 {
			t.Errorf("%s: seat 5 did it, and its actor is %d", k, got)
		}
	}
}

// Only two kinds take a seat away.
func TestGone(t *testing.T) {
	for _, k := range engine.Kinds() {
		v := reflect.New(reflect.TypeOf(bodies[k].empty())).Elem()
		for i := range v.NumField() {
			if v.Field(i).Type() == reflect.TypeFor[engine.Seat]() {
				v.Field(i).SetInt(5)
			}
		}
		want := engine.NoSeat
		if k == engine.KindBanished || k == engine.KindFound {
			want = 5
		}
		if got := engine.Gone(v.Interface().(engine.Body)); got != want {
			t.Errorf("%s takes seat %d away, wanted %d", k, got, want)
		}
	}
}

// What is stored and read again is what it was.
func TestStoredAndBack(t *testing.T) {
	rules := engine.DefaultRules().Complete()
	cast := make([]engine.Player, rules.Players)
	for i := range cast {
		cast[i] = engine.Player{Name: string(rune('A' + i)), Policy: "test"}
	}
	events, _, err := engine.Play(engine.Setup{Seed: 3, Rules: rules, Cast: cast}, func(_ engine.State, r engine.Request) engine.Answer {
		a := engine.Answer{Target: engine.NoSeat, Text: "I say \"<&>\".\n"}
		if targets := r.Legal.List(); len(targets) > 0 {
			a.Target = targets[len(targets)-1]
		}
		return a
	})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := StoreAll(events)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range stored {
		if back, err := s.Event(); err != nil || !reflect.DeepEqual(back, events[i]) {
			t.Fatalf("event %d:\n%+v came back as\n%+v (%v)", i, events[i], back, err)
		}
	}
	if _, _, err := Verify(stored, nil); err != nil {
		t.Error(err)
	}
}

// A body that does not say what it has to is refused, and not taken for one that speaks of the first seat or the first name.
func TestBadBodies(t *testing.T) {
	for _, c := range []struct {
		kind engine.Kind
		body string
	}{
		{engine.KindBallot, ``}, {engine.KindBallot, `null`}, {engine.KindBallot, `[]`}, {engine.KindBallot, `3`},
		{engine.KindBallot, `{"voter":1`}, {engine.KindBallot, `{"voter":1}x`}, {engine.KindBallot, `{"voter":1.5,"target":2,"stage":0}`},
		{engine.KindBallot, `{"voter":300,"target":2,"stage":0}`}, {engine.KindBallot, `{"voter":"1","target":2,"stage":0}`},
		{engine.KindBelief, `{"observer":1,"order":1,"when":"ballot","per_mille":[70000]}`},
		{engine.KindBelief, `{"observer":1,"order":1,"when":"ballot","per_mille":[1,"2"]}`},
		{engine.KindDealt, `{"seat":1}`}, {engine.KindDealt, `{"seat":1,"role":"king"}`},
		{engine.KindForfeit, `{"seat":1,"cause":"timeout"}`}, {engine.KindForfeit, `{"seat":1,"request":"dance","cause":"timeout"}`},
		{engine.KindStatement, `{"seat":1,"pass":0,"position":0,"text":"","acts":[{"act":"accuse"}]}`},
		{engine.KindActs, `{"seat":1,"acts":[{"act":"accuse","seat":2},{"act":"defend"}]}`},
		{engine.KindNotes, `{"seat":1,"notes":[{"kind":"fact","salience":1,"text":"seat"}]}`},
		{engine.KindBallot, "{\"voter\":1,\"x\":" + strings.Repeat("[", 1e6) + "}"},
	} {
		if b, err := decode(c.kind, []byte(c.body)); err == nil {
			t.Errorf("%s %.80s was read as %+v", c.kind, c.body, b)
		}
	}
	nobodys := engine.Ballot{Voter: engine.NoSeat, Target: engine.NoSeat, Stage: 1}
	if b, err := decode(engine.KindBallot, []byte(`{"stage":1}`)); err != nil || b != nobodys {
		t.Errorf("a ballot of nobody is %+v (%v)", b, err)
	}
	var ballot engine.Ballot
	if err := Read(&Stored{Kind: engine.KindIntent, Body: []byte(`{"seat":1,"target":2}`)}, &ballot); err == nil {
		t.Errorf("an intent was read as a ballot: %+v", ballot)
	}
}

// Every field of every body is read by the name by which it is written.
func TestEveryFieldAndBack(t *testing.T) {
	for _, k := range engine.Kinds() {
		v := reflect.New(reflect.TypeOf(bodies[k].empty())).Elem()
		fill(v, new(int))
		body := v.Interface().(engine.Body)
		s, err := Store(engine.Event{Body: body})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := s.Event(); err != nil || !reflect.DeepEqual(e.Body, body) {
			t.Errorf("%s\n%+v came back as\n%+v (%v)", s.Body, body, e.Body, err)
		}
	}
}

// fill sets every field to something of its own that can be written.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.String:
		v.SetString(strings.Repeat("x", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8: // an enumeration
		v.SetUint(1)
	case reflect.Uint16, reflect.Uint64:
		v.SetUint(uint64(*n))
	default:
		v.SetInt(int64(*n % 100))
	}
}
